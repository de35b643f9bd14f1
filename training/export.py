"""From a training checkpoint to the folder that ships: f16 weights, temperatures, and the fixture for the Rust tests.

    python training/export.py --run runs/train --mean --tokenizer runs/tokenizer.json --name news-small --out models/news-small

The weights of several runs of one descent are averaged; `--mean` takes the running mean that `train.py` keeps. The
folder loads in stellig and, as an encoder, in `transformers` (AutoModel); this script checks that both libraries compute
the same hidden states before it is done. Temperatures (Guo et al. 2017) and the calibration of spans (Platt 1999) are fitted
on dev data and on the part of `unseen.py` that is there to tune by.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path
from typing import Callable

import torch
from safetensors.torch import save_file
from torch import Tensor
from torch.nn import functional as F
from transformers import AutoModel, ModernBertConfig, PreTrainedTokenizerFast

from agreement import AGREEMENT, ENTITY_DEV, lines, settled
from base import HubEncoder, encoder_of
from batches import IGNORE, padded, window_of
from corpora import Document, conll, written
from model import HEADS, SENTENCE_INPUT, Config, Labeller
from scores import groups_of, spans_of
from sources import LANGUAGES
from unseen import articles, open_text
from words import CLS, CLS_ID, MASK, PAD, PAD_ID, SEP, SEP_ID, UNK, Pieces

VERSION = "0.10.0"
GRID = [0.4 + 0.02 * step for step in range(180)]  # of temperatures
FIXTURE_TEXTS = {"nl": 20, "en": 2, "de": 2, "fr": 2, "es": 2, "it": 2}


def rounded(model: Labeller) -> dict[str, Tensor]:
    """The weights as they ship: f16. The model itself is set to the same values, so that all that follows is of them."""
    state = {name: tensor.to(torch.float16) for name, tensor in model.state_dict().items()}
    for name, tensor in state.items():
        if not tensor.isfinite().all():
            raise SystemExit(f"{name} does not fit into f16")
    model.load_state_dict({name: tensor.float() for name, tensor in state.items()})
    return {name: tensor.contiguous() for name, tensor in state.items()}


@torch.no_grad()
def head_logits(model: Labeller, documents: list[Document], pieces: Pieces, length: int, size: int):
    """Logits and targets of every head over documents, in f32."""
    found: dict[str, list[tuple[Tensor, Tensor]]] = {name: [] for name in HEADS}
    windows = sorted((window_of(group, pieces, length) for group in groups_of(documents, size, pieces, length)), key=len)
    for at in range(0, len(windows), 32):
        part = windows[at : at + 32]
        batch = padded(part, pieces.pad)
        logits = model(batch.ids, batch.document, batch.words, batch.sentences)
        for name in HEADS:
            known = batch.targets[name] != IGNORE
            found[name].append((logits[name][known], batch.targets[name][known]))
    return {name: (torch.cat([l for l, _ in parts]), torch.cat([t for _, t in parts])) for name, parts in found.items()}


def temperature(logits: Tensor, target: Tensor) -> float:
    """The temperature with the least negative log-likelihood, on a grid of 0.02."""
    return round(min(GRID, key=lambda t: F.cross_entropy(logits / t, target).item()), 2)


def span_scores(logits: Tensor, target: Tensor, labels: list[str], kinds: set[str] | None = None) -> Callable[[float], tuple[Tensor, Tensor]]:
    """Log-odds of each predicted span at a temperature, and whether it is right; `kinds` keeps spans of these types.

    A span's score is the product over its words, times the chance that the next word does not go on; sentences stand
    behind one another here, which changes little.
    """
    named = [labels[c] + "-X" if labels[c] in "BI" else labels[c] for c in logits.argmax(-1).tolist()]
    gold = spans_of([labels[c] + "-X" if labels[c] in "BI" else labels[c] for c in target.tolist()])
    index = {label if "-" in label or label == "O" else label + "-X": i for i, label in enumerate(labels)}
    spans = sorted(span for span in spans_of(named) if kinds is None or span[2] in kinds)
    right = torch.tensor([span in gold for span in spans], dtype=torch.float)
    starts, ends = (torch.tensor([span[i] for span in spans], dtype=torch.long) for i in (0, 1))
    inside = torch.tensor([index[f"I-{span[2]}"] for span in spans], dtype=torch.long)
    last = ends >= len(logits)

    def at(t: float) -> tuple[Tensor, Tensor]:
        log = (logits / t).log_softmax(-1).double()
        sums = torch.cat([torch.zeros(1, dtype=torch.double), log.amax(-1).cumsum(0)])
        on = log[ends.clamp(max=len(logits) - 1), inside].exp().masked_fill(last, 0.0)
        scores = (sums[ends] - sums[starts]).exp() * (1 - on)
        return torch.logit(scores, eps=1e-6).float(), right

    return at


def span_calibration(parts: list[Callable[[float], tuple[Tensor, Tensor]]], temperatures: list[float]) -> tuple[float, dict[str, float]]:
    """The temperature at which a predicted span is right as often as its score says (least log-loss over spans: words
    one by one are the wrong yardstick, since most are surely "O"), and then the line through log-odds (Platt 1999) that
    mends what no temperature can."""
    def joined(t: float) -> tuple[Tensor, Tensor]:
        return tuple(torch.cat(pair) for pair in zip(*(part(t) for part in parts)))

    if len(joined(1.0)[1]) < FEW_SPANS:
        return 1.0, {"slope": 1.0, "intercept": 0.0}
    loss = lambda t: F.binary_cross_entropy_with_logits(*joined(t)).item()
    t = round(min(temperatures, key=loss), 2)
    odds, right = joined(t)
    slope, intercept = torch.ones((), requires_grad=True), torch.zeros((), requires_grad=True)
    optimizer = torch.optim.LBFGS([slope, intercept], max_iter=100, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = F.binary_cross_entropy_with_logits(slope * odds + intercept, right)
        loss.backward()
        return loss

    optimizer.step(closure)
    if slope.item() < 0.05:
        return t, {"slope": 1.0, "intercept": 0.0}
    return t, {"slope": round(slope.item(), 3), "intercept": round(intercept.item(), 3)}


ENTITY_DEV_SENTENCES = 1_000  # of each that entities are calibrated on, beside our own
FEW_SPANS = 50  # fewer give no line


def entity_parts(model: Labeller, pieces: Pieces, length: int, data: str) -> list[Callable[[float], tuple[Tensor, Tensor]]]:
    """The scores of entities in whole documents whose names have settled, of each set."""
    sets = [(document.sentences[0].language, [document], True) for document in written("dev") + articles("tune")]
    sets += [(documents[0].sentences[0].language, documents, True) for documents in open_text("tune").values()]
    if data == "all":
        for corpus, misc in ENTITY_DEV.items():
            documents, count = [], 0
            for document in conll(corpus, running=True):
                if count < ENTITY_DEV_SENTENCES:
                    documents.append(document)
                    count += len(document.sentences)
            sets.append((corpus.split(".")[-2], documents, misc))
    parts = []
    for language, documents, misc in sets:
        articles = lines(model, documents, pieces, length)
        logs = torch.cat([log for article in articles for log in settled(article, language, **AGREEMENT)])
        target = torch.tensor([HEADS["entities"][1].index(label) for article in articles for line in article for label in line.gold])
        parts.append(span_scores(logs, target, HEADS["entities"][1], None if misc else {"PER", "ORG", "LOC"}))
    return parts


def calibrations(model: Labeller, pieces: Pieces, length: int, data: str) -> dict[str, dict]:
    """Per head its temperature and, for token heads, the calibration of spans; fitted on dev parts and on `unseen.py`'s part to
    tune by, of the dev parts on our own corpus alone where `data` is "open"."""
    model.eval()
    texts = [document for documents in open_text("tune").values() for document in documents]
    sets = [head_logits(model, written("dev") + articles("tune") + [d for d in texts if d.running], pieces, length, 8),
            head_logits(model, [d for d in texts if not d.running], pieces, length, 1)]
    spans = len(sets)
    if data == "all":
        labelled = [s for d in conll("conll2002.nl.dev", running=False) for s in d.sentences if s.label]
        sets.append(head_logits(model, [Document("real", labelled)], pieces, length, 1))
    found: dict[str, dict] = {}
    for name, (level, labels) in HEADS.items():
        if level == "sentence":
            found[name] = {"temperature": temperature(*(torch.cat(pair) for pair in zip(*(part[name] for part in sets))))}
            continue
        if name == "entities":
            # Names settle on probabilities at the head's temperature, so what is fitted stands behind them: the line alone.
            fitted, line = span_calibration(entity_parts(model, pieces, length, data), [1.0])
        else:
            fitted, line = span_calibration([span_scores(*part[name], labels) for part in sets[:spans]], GRID)
        found[name] = {"temperature": fitted, "calibration": line}
    return found


def own_config(config: Config) -> dict:
    """Hugging Face's part of config.json for an encoder of ours."""
    return ModernBertConfig(
        vocab_size=config.vocab_size, hidden_size=config.hidden_size, intermediate_size=config.intermediate_size,
        num_hidden_layers=config.num_hidden_layers, num_attention_heads=config.num_attention_heads,
        max_position_embeddings=config.max_position_embeddings, norm_eps=config.norm_eps,
        local_attention=config.local_attention, global_attn_every_n_layers=config.global_attn_every_n_layers,
        global_rope_theta=config.global_rope_theta, local_rope_theta=config.local_rope_theta,
        pad_token_id=PAD_ID, cls_token_id=CLS_ID, sep_token_id=SEP_ID, bos_token_id=CLS_ID, eos_token_id=SEP_ID,
        architectures=["ModernBertModel"], dtype="float16",
    ).to_dict()


def stellig_config(pieces: Pieces, name: str, window: int, calibration: dict[str, dict]) -> dict:
    """stellig's part of config.json."""
    heads = {
        head: {"level": level, "labels": labels} | calibration[head] | ({"agreement": AGREEMENT} if head == "entities" else {})
        for head, (level, labels) in HEADS.items()
    }
    return {
        "format": 1, "name": name, "version": VERSION, "languages": LANGUAGES, "window": window, "marker": pieces.marker,
        "separator": pieces.separator, "sentence_input": SENTENCE_INPUT, "heads": heads,
    }


@torch.no_grad()
def fixture(model: Labeller, pieces: Pieces, folder: Path) -> None:
    """Texts with their ids, hidden states (every fourth token) and logits, for tests/parity.rs."""
    model.eval()
    tensors, texts = {}, []
    for language, count in FIXTURE_TEXTS.items():
        sentences = [s.text for d in written("test") for s in d.sentences if s.language == language and len(s.text) > 40]
        for text in sentences[:: max(1, len(sentences) // count)][:count]:
            ids, first, _ = pieces.sentence(text)
            ids = torch.tensor([[pieces.cls, *ids, pieces.sep]])
            document = torch.zeros_like(ids)
            words = torch.tensor(first) + 1
            key = f"{len(texts):02d}"
            tensors[f"{key}.hidden"] = model.model(ids, document)[0, ::4].contiguous()
            for name, logits in model(ids, document, words, torch.tensor([[0, ids.shape[1] - 1]])).items():
                tensors[f"{key}.{name}"] = logits
            texts.append({"language": language, "text": text, "ids": ids[0].tolist(), "words": words.tolist()})
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, folder / "reference.safetensors")
    (folder / "texts.json").write_text(json.dumps(texts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


@torch.no_grad()
def check_transformers(model: Labeller, folder: Path, length: int) -> float:
    """Largest difference between our hidden states and those of `transformers` for the exported folder."""
    theirs = AutoModel.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    generator = torch.Generator().manual_seed(0)
    ids = torch.randint(5, model.model.config.vocab_size, (1, min(200, length)), generator=generator)
    ours = model.eval().model(ids, torch.zeros_like(ids))
    return float((theirs(ids).last_hidden_state - ours).abs().max())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", required=True, type=Path, nargs="+", help="folders of checkpoints; several are averaged")
    parser.add_argument("--mean", action="store_true", help="the running mean of the weights instead of the last ones")
    parser.add_argument("--tokenizer", help="tokenizer.json (default, with --base: the one in the first run's folder)")
    parser.add_argument("--name", required=True)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--data", choices=("all", "open"), default="all", help="open: calibrate on our own dev part alone")
    parser.add_argument("--window", type=int, default=256)
    parser.add_argument("--fixture", type=Path, help="folder for the parity fixture")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    tokenizer = args.tokenizer or str(args.run[0] / "tokenizer.json")
    pieces = Pieces(tokenizer)
    model = Labeller(encoder_of(args.run[0]))
    hub = isinstance(model.model, HubEncoder)
    kept = "mean" if args.mean else "model"
    states = [torch.load(run / "checkpoint.pt", map_location="cpu")[kept] for run in args.run]
    model.load_state_dict({name: sum(state[name].float() for state in states) / len(states) for name in states[0]})
    state = rounded(model)
    # Encoders of the Hub keep their names, ours stand below "model.".
    named = {name.removeprefix("model.inner."): tensor for name, tensor in state.items()}
    save_file(named, args.out / "model.safetensors", metadata={"format": "pt"})
    fitted = calibrations(model, pieces, args.window, args.data)
    print("calibration", fitted)
    theirs = model.model.config.to_dict() | {"dtype": "float16"} if hub else own_config(model.model.config)
    ours = stellig_config(pieces, args.name, args.window, fitted)
    (args.out / "config.json").write_text(json.dumps(theirs | {"stellig": ours}, indent=2) + "\n")
    if hub:
        shutil.copy(tokenizer, args.out / "tokenizer.json")
    else:
        PreTrainedTokenizerFast(tokenizer_file=tokenizer, unk_token=UNK, pad_token=PAD, cls_token=CLS, sep_token=SEP,
                                mask_token=MASK, model_max_length=args.window).save_pretrained(args.out)
    if args.fixture:
        fixture(model, pieces, args.fixture)
    difference = check_transformers(model, args.out, args.window)
    print(f"largest difference to transformers: {difference:.1e}")
    if not difference <= 1e-4:
        raise SystemExit("transformers computes something else: do not ship this folder")


if __name__ == "__main__":
    main()
