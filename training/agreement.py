"""How much the mentions of a name in one article should decide together: F1 on dev for a grid of settings.

    python training/agreement.py grid --run runs/train --mean --tokenizer runs/tokenizer.json
    python training/agreement.py fixture --out tests/data/agreement.json

A plain statement of what `src/label/agreement.rs` does to the logits of the entity head, the figures that the settings were
chosen by, and random articles for the test that holds the two against each other. Files that mark no articles are cut every
forty sentences.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

import lattice
from base import encoder_of
from batches import fitting, padded, window_of
from corpora import Document, Sentence, conll, written
from model import ENTITY_LABELS, Labeller
from scores import spans_of
from words import Pieces

# What the models that ship ask for.
AGREEMENT = {"share": 0.8, "prior": 1.0, "reach": 50}
# Entity sets that it was chosen on; without MISC where a set has none.
ENTITY_DEV = {"conll2002.nl.dev": True, "conll2002.es.dev": True, "conll2003.en.dev": True, "conll2003.de.dev": True, "kind-wn.it.dev": False}
KINDS = ["PER", "ORG", "LOC", "MISC"]
KIND = torch.tensor([KINDS.index(label[2:]) if label != "O" else len(KINDS) for label in ENTITY_LABELS])
FLOOR, NAME_FLOOR, LONGEST_ACRONYM, GENITIVES, SHORTEST_GENITIVE = 1e-2, 1e-3, 4, "de", 5
STEPS = lattice.transitions(ENTITY_LABELS)
UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")


@dataclass
class Line:
    """A sentence: its words, the log-probabilities `[words, labels]`, and its gold labels."""

    words: list[str]
    log: Tensor
    gold: list[str]


@torch.no_grad()
def lines(model: Labeller, documents: list[Document], pieces: Pieces, length: int) -> list[list[Line]]:
    """Every document's sentences, read in windows of whole sentences; what is longer than a window is left out."""
    jobs: list[tuple[int, list[Sentence]]] = []
    for number, document in enumerate(documents):
        whole = [s for s in document.sentences if len(pieces.sentence(s.text)[0]) + 2 <= length]
        jobs += [(number, group) for group in fitting(whole, pieces, length)]
    found: list[list[Line]] = [[] for _ in documents]
    for at in range(0, len(jobs), 32):
        part = jobs[at : at + 32]
        windows = [window_of(group, pieces, length) for _, group in part]
        batch = padded(windows, pieces.pad)
        logits = model(batch.ids, batch.document, batch.words, batch.sentences)["entities"].double().log_softmax(-1)
        row = 0
        for (number, group), window in zip(part, windows):
            gold = [ENTITY_LABELS[max(target, 0)] for target in window.targets["entities"]]
            start = 0
            for sentence in group:
                words = [sentence.text[a:b] for a, b in pieces.sentence(sentence.text)[2]]
                end = start + len(words)
                found[number].append(Line(words, logits[row + start : row + end], gold[start:end]))
                start = end
            if start != len(gold):
                raise SystemExit(f"{documents[number].id}: {start} words, {len(gold)} of them in the window")
            row += start
        if row != len(logits):
            raise SystemExit("words without rows")
    return found


def viterbi(log: Tensor) -> list[int]:
    """The best legal labels."""
    return lattice.viterbi(log[None], *STEPS)[0].tolist() if len(log) else []


def folded(word: str) -> str:
    """A word without what is not seen in it, accents and letters in one, as the tokenizer reads it."""
    return unicodedata.normalize("NFC", UNSEEN.sub("", word))


def voice(log: Tensor, floor: float) -> Tensor:
    """The mean over words of the log-probability of each type, and of none."""
    sums = torch.zeros(len(log), len(KINDS) + 1, dtype=log.dtype).index_add_(1, KIND, log.exp())
    return (sums + floor).log().mean(0)


def moves(sentences: list[int], voices: Tensor, share: float, prior: float, reach: int) -> Tensor:
    """How far each mention moves towards the mean of the others within reach; mentions in the order of the text."""
    moved = torch.zeros_like(voices)
    for i, s in enumerate(sentences):
        near = range(bisect_left(sentences, s - reach), bisect_right(sentences, s + reach))
        if others := len(near) - 1:
            mean = (voices[near.start : near.stop].sum(0) - voices[i]) / others
            moved[i] = share * others / (others + prior) * (mean - voices[i])
    return moved


def settled(article: list[Line], language: str | None, share: float, prior: float, reach: int) -> list[Tensor]:
    """The log-probabilities of an article's sentences after its mentions have heard each other."""
    logs = [line.log.clone() for line in article]
    words = [[folded(word) for word in line.words] for line in article]
    small = {word for line in words for word in line if word[:1].islower()}
    shouted = [not any(c.islower() for word in line for c in word) for line in words]

    def key(s: int, word: str) -> str:
        acronym = not shouted[s] and len(word) <= LONGEST_ACRONYM and not any(c.islower() for c in word)
        return word if acronym else word.lower()

    mentions: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for s, line in enumerate(words):
        # Quotation marks and dashes may stand before the word that opens a sentence.
        first = next((w for w, word in enumerate(line) if any(c.isalnum() for c in word)), None)
        for w, word in enumerate(line):
            if word[:1].isupper() and not (w == first and word.lower() in small):
                mentions[key(s, word)].append((s, w))
    if language == GENITIVES:
        nominative = lambda word: word[:-1] if word.endswith("s") and len(word) >= SHORTEST_GENITIVE else None
        for word, name in [(word, nominative(word)) for word in mentions if nominative(word) in mentions and nominative(nominative(word)) is None]:
            mentions[name] = sorted(mentions[name] + mentions.pop(word))
    for places in mentions.values():
        voices = torch.stack([voice(logs[s][w : w + 1], FLOOR) for s, w in places])
        for (s, w), moved in zip(places, moves([s for s, _ in places], voices, share, prior, reach)):
            logs[s][w] = (logs[s][w] + moved[KIND]).log_softmax(-1)
    names, persons = defaultdict(list), defaultdict(list)
    for s, line in enumerate(words):
        for start, end, kind in sorted(spans_of([ENTITY_LABELS[label] for label in viterbi(logs[s])])):
            name = tuple(key(s, word) for word in line[start:end])
            names[name].append((s, start, end, True))
            if kind == "PER" and end - start > 1:
                persons[name[-1]].append((s, start, end, False))
    changed = []
    for name, own in names.items():
        places = sorted(own + (persons[name[0]] if len(name) == 1 else []))
        voices = torch.stack([voice(logs[s][start:end], NAME_FLOOR)[:-1].log_softmax(-1) for s, start, end, _ in places])
        moved = moves([s for s, *_ in places], voices, share, prior, reach)
        changed += [(place, torch.cat([by, by.new_zeros(1)])) for place, by in zip(places, moved) if place[-1]]
    for (s, start, end, _), by in changed:
        logs[s][start:end] = (logs[s][start:end] + by[KIND]).log_softmax(-1)
    return logs


def f1(articles: list[list[Line]], misc: bool, logs_of) -> float:
    """Strict F1 of the best labels by what `logs_of` makes of each article."""
    right = found = there = 0
    keep = lambda labels: {span for span in spans_of(labels) if misc or span[2] != "MISC"}
    for article in articles:
        for line, log in zip(article, logs_of(article)):
            gold, mine = keep(line.gold), keep([ENTITY_LABELS[label] for label in viterbi(log)])
            right, found, there = right + len(gold & mine), found + len(mine), there + len(gold)
    return 2 * right / max(found + there, 1)


def grid(args: argparse.Namespace) -> None:
    """Prints F1 on every set for every setting."""
    torch.set_num_threads(1)
    pieces = Pieces(args.tokenizer)
    model = Labeller(encoder_of(args.run))
    model.load_state_dict(torch.load(args.run / "checkpoint.pt", map_location="cpu")["mean" if args.mean else "model"])
    model.eval()
    sets = {name: (lines(model, conll(name, running=True), pieces, args.length), misc, name.split(".")[-2]) for name, misc in ENTITY_DEV.items()}
    print("| share | prior | reach | " + " | ".join(sets) + " |\n|" + " --- |" * (3 + len(sets)))
    each = lambda article: [line.log for line in article]
    print("| each by itself | | | " + " | ".join(f"{100 * f1(articles, misc, each):.1f}" for articles, misc, _ in sets.values()) + " |", flush=True)
    for setting in itertools.product(args.shares, args.priors, args.reaches):
        cells = [f"{100 * f1(articles, misc, lambda article: settled(article, language, *setting)):.1f}" for articles, misc, language in sets.values()]
        print("| " + " | ".join([*map(str, setting), *cells]) + " |", flush=True)


def fixture(args: argparse.Namespace) -> None:
    """Random articles over few words, so that many mentions meet: what goes in, and what comes out."""
    rng = random.Random(0)
    vocabulary = ["Osman", "OSMAN", "Osmans", "osman", "Karim", "WHO", "Who", "who", "De", "de", "Gent", "Gents", "won", ".", "\"", "Éva", "ÉVA", "E\u0301va", "Os\u00adman", "\u200bKarim"]
    articles = []
    for number in range(8):
        article = []
        for _ in range(rng.randint(2, 8)):
            words = [rng.choice(vocabulary) for _ in range(rng.randint(0, 7))]
            logits = torch.tensor([[rng.gauss(0, 2.5) for _ in ENTITY_LABELS] for _ in words], dtype=torch.double).reshape(len(words), len(ENTITY_LABELS))
            article.append(Line(words, logits.log_softmax(-1), []))
        language = ["nl", "de"][number % 2]
        logs = settled(article, language, 0.8, 1.0, 3)
        places = lambda log: [[round(p, 12) for p in row] for row in log.exp().tolist()]
        articles.append({"language": language, "sentences": [
            {"words": line.words, "rows": places(line.log), "settled": places(log), "best": viterbi(log)} for line, log in zip(article, logs)
        ]})
    text = json.dumps({"labels": ENTITY_LABELS, "agreement": {"share": 0.8, "prior": 1.0, "reach": 3}, "articles": articles}, ensure_ascii=False)
    args.out.write_text(text + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    of_grid = commands.add_parser("grid")
    of_grid.add_argument("--run", required=True, type=Path)
    of_grid.add_argument("--mean", action="store_true", help="the running mean of the weights instead of the last ones")
    of_grid.add_argument("--tokenizer", required=True)
    of_grid.add_argument("--length", type=int, default=256)
    of_grid.add_argument("--shares", type=float, nargs="+", default=[0.4, 0.8, 1.0])
    of_grid.add_argument("--priors", type=float, nargs="+", default=[1.0])
    of_grid.add_argument("--reaches", type=int, nargs="+", default=[10, 50])
    of_grid.set_defaults(run_command=grid)
    of_fixture = commands.add_parser("fixture")
    of_fixture.add_argument("--out", required=True, type=Path)
    of_fixture.set_defaults(run_command=fixture)
    args = parser.parse_args()
    args.run_command(args)


if __name__ == "__main__":
    main()
