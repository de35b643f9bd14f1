"""Multi-task training: one encoder, eight heads, every annotated corpus.

    python training/train.py --pretrained runs/pretrain --tokenizer runs/tokenizer.json --out runs/train --minutes 40

Silver corpora come first and fade out, gold ones stay to the end. The same command resumes from its checkpoint (in a new
order of the data), also after SIGTERM or SIGINT. Every few minutes the dev sets are scored and a line is printed. The
last weights (the schedule decays to zero) are kept, and beside them their running mean over the second half, which is
scored too and kept under "mean" (`export.py --mean`).

    python training/train.py --warm models/news-small --lr 3e-4 --out runs/more --minutes 20

goes on from trained weights, of a run or of a model that ships, with the shares of the end. With `--text runs/text.npz` it
reads raw text beside (`reading.py`), from where a run that did so ended.

    python training/train.py --base FacebookAI/xlm-roberta-base --out runs/xlmr --minutes 60

puts the same heads on an encoder of the Hugging Face Hub or of a local folder.
"""

from __future__ import annotations

import argparse
import random
import shutil
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Callable, Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from augment import NamePool, augmented
from base import encoder_of, fetch, save_encoder_config
from batches import IGNORE, Batch, Window, alike, chosen, collate, fitting, padded, rows_of, window_of
from checkpoint import Stop, forgetting, read_reading, read_weights, write
from corpora import Document, Sentence, both_settings, conll, contrasts, guesses, labelled_lines, quotations, supplement, unseen_part, written
from masking import Kinds
from model import ENTITY_LABELS, HEADS, Encoder, Labeller
from optim import Optimizers, Threads
from reading import Reading
from scores import certainty_scores, dev_scores, judge
from sources import LANGUAGES, blankless
from text import cached
from variants import PARTS, Mix, changed, held_back
from words import SPECIALS_FILE, Pieces

# Written by ourselves, with all labels.
OURS = ("written", "written.more", "written.late", "contrasts", "contrasts.late")
# name -> (loader, weight at the start, weight at the end): a corpus gets its weight's share of all weights, in tokens. Dutch
# is weighted up, silver fades out. Silver French and Italian, and our lines of KIND, leave nationality adjectives unmarked, which are MISC elsewhere.
MIX = {
    "written": (lambda: written("train"), 0.10, 0.12),
    "written.more": (lambda: supplement(late=False), 0.18, 0.21),
    "written.late": (lambda: supplement(late=True), 0.02, 0.06),
    "contrasts": (lambda: contrasts(late=False), 0.06, 0.14),
    "contrasts.late": (lambda: contrasts(late=True), 0.01, 0.15),
    "nl.blank": (lambda: conll("conll2002.nl.train", running=True, shuffled=True), 0.13, 0.21),
    "nl.set": (lambda: conll("conll2002.nl.train", running=True, shuffled=True, plain=False), 0.06, 0.06),
    "en": (lambda: both_settings("conll2003.en.train", running=True), 0.06, 0.07),
    "de": (lambda: both_settings("conll2003.de.train", running=True), 0.07, 0.09),
    "es": (lambda: both_settings("conll2002.es.train", running=True), 0.07, 0.08),
    "it": (lambda: both_settings("kind-wn.it.train", running=True, misc=False), 0.06, 0.07),
    "news": (lambda: labelled_lines(*(f"{language}.ntrex" for language in LANGUAGES)), 0.05, 0.06),
    "fr": (lambda: labelled_lines("fr.ud", "fr.wikineural"), 0.01, 0.025),
    "nl.alpino": (lambda: labelled_lines("nl.alpino"), 0.05, 0.10),
    "nl.lines": (lambda: labelled_lines("nl.ud", "nl.wikineural", "nl.wikiann") + labelled_lines("nl.kamer-be", articles=True), 0.02, 0.04),
    "de.lines": (lambda: labelled_lines("de.ud", "de.wikineural") + labelled_lines("de.wikinews", articles=True), 0.03, 0.045),
    "en.lines": (lambda: labelled_lines("en.wikipedia", articles=True), 0.01, 0.015),
    "de.news": (lambda: labelled_lines("de.10kgnad", articles=True), 0.05, 0.10),
    "es.lines": (lambda: labelled_lines("es.ud", "es.wikineural"), 0.025, 0.025),
    "it.lines": (lambda: labelled_lines("it.kind", misc=False) + labelled_lines("it.wikineural"), 0.02, 0.03),
    "opinion": (lambda: labelled_lines("nl.ct23-subjectivity", "de.ct25-subjectivity", "en.ct25-subjectivity", "it.ct25-subjectivity"), 0.03, 0.08),
    "quotes.de": (lambda: quotations("wikinews-quotes.de.train"), 0.01, 0.005),
    "germeval.de": (lambda: both_settings("germeval2014.de.dev", running=False), 0.02, 0.03),
    "silver.nl": (lambda: conll("wikineural.nl.train", running=False, plain=False), 0.08, 0.01),
    "silver.fr": (lambda: kept(conll("wikineural.fr.train", running=False, misc=False, plain=False), begins_with_capitals), 0.045, 0.03),
    "en.wire": (lambda: judged(conll("worldwide.en.train", running=False, plain=False)), 0.01, 0.02),
    "silver.en": (lambda: conll("worldwide.en.train", running=False, plain=False), 0.03, 0.01),
    "silver.de": (lambda: conll("wikineural.de.train", running=False, plain=False), 0.03, 0.005),
    "silver.es": (lambda: conll("wikineural.es.train", running=False, plain=False), 0.02, 0.005),
    "silver.it": (lambda: conll("wikineural.it.train", running=False, misc=False, plain=False), 0.02, 0.005),
}
# What is openly licensed, or ours: `--data open`. Names are learnt from our own labels on openly licensed text, so that has the greater share.
OPEN = {name: (MIX[name][0], first, last) for name, (first, last) in {
    "written": (0.09, 0.10), "written.more": (0.16, 0.16), "written.late": (0.01, 0.03), "contrasts": (0.12, 0.11), "contrasts.late": (0.03, 0.10), "news": (0.10, 0.09),
    "fr": (0.05, 0.05), "nl.alpino": (0.17, 0.16), "nl.lines": (0.07, 0.09), "de.lines": (0.06, 0.06), "en.lines": (0.03, 0.03), "es.lines": (0.03, 0.03),
    "it.lines": (0.03, 0.03), "germeval.de": (0.05, 0.04),
}.items()} | {
    "wikigold.en": (lambda: conll("wikigold.en.test", running=False, plain=False), 0.03, 0.03),
    "mobie.de": (lambda: conll("mobie.de.train", running=False, misc=False, plain=False), 0.02, 0.01),
}
DATA = {"all": MIX, "open": OPEN}
# Our lines of KIND leave places and bodies unmarked that KIND itself marks.
GIVES_WAY_TO = {"it.lines": "it"}
# Sentences with a certainty label are a minority of the CoNLL ones, those with a rare label fewer still.
REPEAT_LABELLED = {"en": 4, "de": 4, "es": 4, "it": 4}
RARE = {"PR+", "PR-", "PS+", "PS-", "U+", "U-"}
WEIGHT = {"entities": 1.0, "source": 0.5, "cue": 0.5, "hedge": 0.7, "claim": 0.5, "certainty": 0.6, "polarity": 0.4, "holder": 0.5}


def by_machine(name: str) -> bool:
    """Whether a machine labelled a corpus."""
    return name == "self" or name.startswith("silver.")


def giving_way(corpora: dict[str, list[Document]]) -> dict[str, list[Document]]:
    """The corpora, those that a machine labelled without the sentences that people labelled too, and one that was labelled by other
    rules without those of the corpus that it is scored by."""
    texts = {name: {blankless(s.text) for d in documents for s in d.sentences} for name, documents in corpora.items()}
    by_people = set().union(*(known for name, known in texts.items() if not by_machine(name)))

    def left(name: str, documents: list[Document]) -> list[Document]:
        known = by_people if by_machine(name) else texts.get(GIVES_WAY_TO.get(name, ""), set())
        without = lambda d: replace(d, sentences=[s for s in d.sentences if blankless(s.text) not in known])
        return [without(d) for d in documents] if known else documents

    return {name: left(name, documents) for name, documents in corpora.items()}


def kept(documents: list[Document], wanted: Callable[[Sentence], bool]) -> list[Document]:
    """Documents with the sentences alone that are wanted."""
    left = (replace(d, sentences=[s for s in d.sentences if wanted(s)]) for d in documents)
    return [document for document in left if document.sentences]


def begins_with_capitals(sentence: Sentence) -> bool:
    """Whether no place or body takes in the common noun before it ("ministère des Affaires étrangères"), as some of a machine's do."""
    return not any(sentence.text[start].islower() for start, _, kind in sentence.entities or () if kind in ("LOC", "ORG"))


def judged(documents: list[Document]) -> list[Document]:
    """Documents with the sentences alone that have a certainty label."""
    return kept(documents, lambda s: s.label is not None)


def seen(documents: list[Document]) -> list[Document]:
    """Documents without the sentences that are kept to score by (`unseen.py`), whatever corpus holds them."""
    return kept(documents, lambda s: unseen_part(s) is None)


def stream(name: str, documents: list[Document], pieces: Pieces, pool: NamePool | None, length: int, seed: str) -> Iterator[Window]:
    """Windows of one corpus without end, shuffled anew each time round."""
    rng = random.Random(f"{name}{seed}")
    while True:
        groups = [group for document in documents for group in chosen(document, rng)]
        rng.shuffle(groups)
        for group in groups:
            times = 1
            if len(group) == 1 and name in REPEAT_LABELLED and group[0].label is not None:
                times = REPEAT_LABELLED[name]
            if len(group) == 1 and (group[0].label or "none").split()[0] in RARE and name not in OURS:
                times += 1
            for _ in range(times):
                for part in fitting(augmented(group, pool, rng) if pool else group, pieces, length):
                    yield window_of(part, pieces, length)


class Mixer:
    """Draws windows so that each corpus gets its share of tokens, and packs them into rows."""

    def __init__(self, pieces: Pieces, length: int, seed: str, mix: Mix, faded: bool, packed: bool, augment: bool):
        self.faded, self.packed, self.pad = faded, packed, pieces.pad
        self.documents = giving_way({name: documents for name, (load, _, _) in mix.items() if (documents := seen(load()))})
        self.mix = {name: mix[name] for name in self.documents}
        named = (*OURS, "nl.set", "en", "de", "es", "it")
        pool = NamePool([d for name in named for d in self.documents.get(name, [])]) if augment else None
        self.streams = {n: stream(n, d, pieces, pool, length, seed) for n, d in self.documents.items()}
        self.given = Counter()
        self.left: tuple[str, Window] | None = None
        self.length = length

    def labels(self) -> Counter:
        """How often each part of a label stands in what people labelled; a corpus in two settings counts once."""
        by_people = {d.id: d for name, documents in self.documents.items() if not by_machine(name) for d in documents}
        return Counter(part for d in by_people.values() for s in d.sentences if s.label for part in (s.label.replace("+", " +").replace("-", " -").split()))

    def drawn(self, share: dict[str, float]) -> tuple[str, Window]:
        """A window of the corpus that has had least of its share."""
        name = max(share, key=lambda n: share[n] / (self.given[n] + 1))
        return name, next(self.streams[name])

    def batches(self, rows: int, progress: float) -> list[Batch]:
        """The next step: one batch of packed rows, or several of like windows where windows cannot share a row."""
        # Silver has faded out when 60% of the run is over.
        fade = 1.0 if self.faded else min(1.0, progress / 0.6)
        share = {n: first + (last - first) * fade for n, (_, first, last) in self.mix.items()}
        # Whatever fits a row fits a step.
        windows, room = [], max(self.length, int(rows * self.length * 0.985))
        while True:
            name, window = self.left or self.drawn(share)
            self.left = None
            if len(window) > room:
                self.left = name, window
                break
            windows.append(window)
            room -= len(window)
            for n in self.given:
                self.given[n] *= 0.9995
            self.given[name] += len(window)
        if not self.packed:
            return [padded(group, self.pad) for group in alike(windows, rows * self.length)]
        windows.sort(key=len, reverse=True)
        return [collate(rows_of(windows, self.length)[:rows], self.length, self.pad)]


def entity_loss(logits: Tensor, target: Tensor, no_misc: Tensor, smoothing: float) -> Tensor:
    """Cross-entropy with label smoothing; where a corpus marks no MISC, "O" means "O or MISC"."""
    log = logits.float().log_softmax(-1)
    misc = [i for i, label in enumerate(ENTITY_LABELS) if label == "O" or label.endswith("MISC")]
    unsure = no_misc & (target == 0)
    known = (target != IGNORE) & ~unsure
    loss = F.cross_entropy(logits.float()[known], target[known], reduction="sum", label_smoothing=smoothing)
    loss = loss - log[unsure][:, misc].logsumexp(-1).sum()
    return loss / max(int((target != IGNORE).sum()), 1)


def losses(logits: dict[str, Tensor], batch: Batch, weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """The weighted loss of each head that has a target in this batch."""
    result = {}
    for name, (level, _) in HEADS.items():
        target = batch.targets[name].to(logits[name].device)
        if not bool((target != IGNORE).any()):
            continue
        if name == "entities":
            loss = entity_loss(logits[name], target, batch.no_misc.to(target.device), 0.03)
        else:
            smoothing = 0.02 if level == "token" else 0.05
            loss = F.cross_entropy(logits[name].float(), target, weight=weights.get(name), ignore_index=IGNORE, label_smoothing=smoothing)
        result[name] = WEIGHT[name] * loss
    return result


def class_weights(counts: Counter, power: float) -> dict[str, Tensor]:
    """(mean count / count) ** power for each class, so that the rare degrees are not drowned."""
    names = {"certainty": ["CT", "PR", "PS", "U"], "polarity": ["+", "-"], "holder": ["author", "source", "hearsay"]}
    result = {}
    for head, classes in names.items():
        count = torch.tensor([float(counts[c]) for c in classes])
        result[head] = (count.mean() / count) ** power
        result[head] /= (result[head] * count).sum() / count.sum()
    return result


def load_pretrained(encoder: Encoder, folder: Path) -> None:
    """The encoder's weights out of a pre-training checkpoint."""
    state = read_weights(folder)
    encoder.load_state_dict({k.removeprefix("model."): v for k, v in state.items() if k.startswith("model.")})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    start = parser.add_mutually_exclusive_group(required=True)
    start.add_argument("--pretrained", type=Path, help="folder of a pre-trained encoder to start from")
    start.add_argument("--warm", type=Path, help="folder of a trained model to go on from: a run, or an exported model with our encoder")
    start.add_argument("--base", help="an encoder of the Hugging Face Hub, or of a local folder; brings its own tokenizer")
    parser.add_argument("--tokenizer", help="tokenizer.json, with --pretrained or --warm (default: the one in the folder of --warm)")
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--data", choices=DATA, default="all", help="open: annotated corpora under an open licence, or ours; pre-train with --data open too")
    parser.add_argument("--self", type=Path, metavar="FILE", help="sentences that `selftrain.py` labelled")
    parser.add_argument("--text", type=Path, help="cache of raw text to read beside (made where it is missing), for an encoder of ours")
    parser.add_argument("--text-rows", type=int, default=32, help="rows of it in a step, in the first half of the run; then fewer")
    parser.add_argument("--text-weight", type=float, default=0.2, help="of its loss")
    parser.add_argument("--warmup", type=int, default=50, help="steps")
    parser.add_argument("--without", choices=PARTS, nargs="+", default=[], help="leave a part of the method out, to see what it brings")
    parser.add_argument("--leave-out", metavar="WHAT", nargs="+", default=[], help="hold documents back and score them: language=de, writer=a, fold=0 to fold=4; the labels and what was given go to OUT/WHAT.tsv")
    parser.add_argument("--minutes", type=float, default=40, help="of training in all, over every resumed run")
    parser.add_argument("--steps", type=int, help="the length of the run in steps instead of minutes, the same however busy the machine is")
    parser.add_argument("--length", type=int, default=256)
    parser.add_argument("--batch", type=int, default=12, help="rows in a step")
    parser.add_argument("--lr", type=float, help="of the encoder (default: 6e-4, with --base 4e-5)")
    parser.add_argument("--layer-decay", type=float, help="each layer's rate as a share of the next one's (default: 1, with --base 0.9)")
    parser.add_argument("--dropout", type=float, default=0.1, help="of our encoder and the heads; the Hub's encoders keep their own")
    parser.add_argument("--mean", type=float, default=0.997, help="decay per step of the running mean of the weights; 0: none is kept")
    parser.add_argument("--class-power", type=float, default=0.1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--every", type=float, default=8, help="minutes between looks at dev")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    device = torch.device(args.device)
    torch.manual_seed(args.seed)
    torch.set_num_threads(1)
    stop = Stop()

    if args.tokenizer and args.base or args.pretrained and not args.tokenizer:
        parser.error("--tokenizer goes with --pretrained, or with --warm for an encoder of ours")
    if "pretraining" in args.without and not args.pretrained:
        parser.error("--without pretraining needs --pretrained, for the sizes")
    if args.base and not (args.out / "checkpoint.pt").exists():
        encoder: nn.Module = fetch(args.base, args.out)
    else:
        encoder = encoder_of(args.out if args.base else args.pretrained or args.warm)
    if args.warm and not encoder.packed:
        for name in ("tokenizer.json", SPECIALS_FILE):
            shutil.copy(args.warm / name, args.out / name)
    if args.text and not encoder.packed:
        parser.error("--text goes with an encoder of ours")
    most = getattr(encoder.config, "max_position_embeddings", args.length)
    if args.length > most:
        parser.error(f"--length {args.length}: the encoder reads {most} tokens at most")
    if args.warm and encoder.packed and not args.tokenizer:
        args.tokenizer = str(args.warm / "tokenizer.json")
        if not Path(args.tokenizer).exists():
            parser.error("--tokenizer is missing")
    pieces = Pieces(args.tokenizer or str(args.out / "tokenizer.json"))
    checkpoint = args.out / "checkpoint.pt"
    state = torch.load(checkpoint, map_location=device) if checkpoint.exists() else None
    if state and "optimizers" not in state:
        raise SystemExit(f"{checkpoint} holds weights alone: name its folder with --warm, and another --out")
    # A resumed run must not begin again with what it has seen.
    seed = f"{args.seed}.{state['step']}" if state else str(args.seed)
    own = {"self": (lambda: guesses(args.self), 0.12, 0.05)} if args.self else {}
    mix = changed(DATA[args.data] | own, args.without, args.leave_out)
    mixer = Mixer(pieces, args.length, seed, mix, faded=bool(args.warm), packed=encoder.packed, augment="augmentation" not in args.without)
    for name, documents in mixer.documents.items():
        print(f"{name}: {len(documents)} documents, {sum(len(d.sentences) for d in documents)} sentences", flush=True)
    weights = {name: w.to(device) for name, w in class_weights(mixer.labels(), 0.0 if "class-weights" in args.without else args.class_power).items()}
    print({name: [round(x, 2) for x in w.tolist()] for name, w in weights.items()}, flush=True)

    model = Labeller(encoder)
    save_encoder_config(model.model, args.out)
    if args.pretrained and "pretraining" not in args.without:
        load_pretrained(model.model, args.pretrained)
    elif args.warm:
        model.load_state_dict(read_weights(args.warm))
    model.model.dropout = args.dropout
    model.to(device)
    ours = encoder.packed
    reading = None
    if args.text:
        text, held = cached(args.text, pieces, args.data)
        reading = Reading(encoder, text, held, Kinds.of(pieces), args.length, args.text_rows, args.text_weight, args.seed)
        if args.warm and (before := read_reading(args.warm)):
            reading.load_state_dict(before)
        reading.model.to(device)
    lr = args.lr or (6e-4 if ours else 4e-5)
    decay = args.layer_decay or (1.0 if ours else 0.9)
    optimizers = Optimizers(model, lr, head_lr=lr * (2 if ours else 10), muon=ours, layer_decay=decay, beside=reading.own() if reading else {})
    step, spent = 0, 0.0
    mean: dict[str, Tensor] = {}
    averaged = 1  # steps in it
    if state:
        if bool(reading) != bool(state.get("reading")):
            raise SystemExit(f"{checkpoint} was begun {'without' if reading else 'with'} --text; go on so, or name its folder with --warm, and another --out")
        model.load_state_dict(state["model"])
        optimizers.load_state_dict(state["optimizers"])
        step, spent, mean = state["step"], state["spent"], state.get("mean", {})
        averaged = state.get("averaged", step if mean else 1)
        if reading:
            reading.load_state_dict(state["reading"])
        print(f"resumed at step {step}, {spent / 60:.1f} min", flush=True)

    def save() -> None:
        write(checkpoint, dict(model=model.state_dict(), mean=mean, averaged=averaged, optimizers=optimizers.state_dict(), step=step, spent=spent,
                               reading=reading.state_dict() if reading else None))

    def look() -> None:
        print(f"dev at {spent / 60:.1f} min: {dev_scores(model, pieces, args.length, device)}", flush=True)
        if reading:
            print(f"held-out perplexity: {' '.join(f'{language} {value:.1f}' for language, value in reading.perplexity(device).items())}", flush=True)
        for what in args.leave_out:
            found = judge(model, held_back(what), pieces, args.length, device)
            rows = ["\t".join([id, s.gold, s.given, s.gold_holder, s.given_holder]) for id, s in found]
            (args.out / f"{what}.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
            print(f"{what}: factuality {100 * certainty_scores([s for _, s in found])['factuality']:.1f} of {len(found)} sentences", flush=True)

    model.train()  # the Hub's encoders come in evaluation mode
    threads = Threads(args.threads)
    looked = spent
    last = shown = saved = time.time()
    sums, tokens = Counter(), 0
    share_done = lambda: step / args.steps if args.steps else spent / (args.minutes * 60)
    while (progress := share_done()) < 1 and not stop.signal:
        batches = mixer.batches(args.batch, progress)
        markers = sum(len(batch.sentences) for batch in batches)
        for batch in batches:
            with torch.autocast(device.type, torch.bfloat16):
                logits = model(batch.ids.to(device), batch.document.to(device), batch.words.to(device), batch.sentences.to(device))
                parts = losses(logits, batch, weights)
                if "cues" in args.without:
                    parts = {name: loss for name, loss in parts.items() if name not in ("source", "cue", "hedge")}
            share = len(batch.sentences) / markers
            (share * sum(parts.values())).backward()
            tokens += int((batch.document >= 0).sum())
            sums.update({name: share * float(part.detach()) for name, part in parts.items()})
        if reading:
            loss, read = reading.backward(step, progress, device)
            tokens += read
            sums["text"] += loss
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizers.step(min(1.0, (step + 1) / args.warmup) * (1 - progress))
        if progress > 0.5 and args.mean:
            for name, weight in model.state_dict().items():
                mean[name] = weight.clone() if name not in mean else mean[name].lerp_(weight, 1 - forgetting(args.mean, averaged))
            averaged += 1
        step += 1
        sums["steps"] += 1
        now = time.time()
        spent += now - last
        threads.adapt()
        if now - shown > 30:
            means = " ".join(f"{name} {sums[name] / sums['steps'] / WEIGHT.get(name, 1.0):.3f}" for name in (*HEADS, *(["text"] if reading else [])))
            print(f"step {step} {spent / 60:.1f} min {tokens / (now - shown):.0f} tokens/s {means}", flush=True)
            sums, tokens, shown = Counter(), 0, now
        if now - saved > 300:
            save()
            saved = now
        if spent - looked > args.every * 60:
            look()
            looked = spent
            sums, tokens, shown = Counter(), 0, time.time()
        last = time.time()
    save()
    if stop.signal:
        raise SystemExit(128 + stop.signal)
    look()
    if mean:
        model.load_state_dict(mean)
        print("the running mean of the weights:", flush=True)
        look()


if __name__ == "__main__":
    main()
