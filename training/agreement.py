"""How much the mentions of a name in one article should decide together: F1 on dev for a grid of settings.

    python training/agreement.py --run runs/train --mean --tokenizer runs/tokenizer.json

A plain statement of what `src/label/agreement.rs` does to the logits of the entity head, and the figures that its settings
in `export.py` were chosen by. Files that mark no articles are cut every forty sentences.
"""

from __future__ import annotations

import argparse
import itertools
from bisect import bisect_left, bisect_right
from collections import defaultdict
from pathlib import Path

import torch
from torch import Tensor

from base import encoder_of
from batches import padded, window_of
from corpora import Document, conll, written
from model import ENTITY_LABELS, Labeller
from scores import spans_of
from words import Pieces

KINDS = ["PER", "ORG", "LOC", "MISC"]
KIND = torch.tensor([KINDS.index(label[2:]) if label != "O" else len(KINDS) for label in ENTITY_LABELS])
FLOOR, NAME_FLOOR, SHORTEST_GENITIVE = 1e-2, 1e-3, 5
SETS = {"conll2002.nl.dev": True, "conll2002.es.dev": True, "conll2003.en.dev": True, "conll2003.de.dev": True, "kind-wn.it.dev": False}
LEGAL = torch.tensor([[after[0] != "I" or before[1:] == after[1:] for after in ENTITY_LABELS] for before in ENTITY_LABELS])
FIRST = torch.tensor([label[0] != "I" for label in ENTITY_LABELS])

Line = tuple[list[str], Tensor, list[str]]  # words, log-probabilities [words, labels], gold labels


@torch.no_grad()
def lines(model: Labeller, documents: list[Document], pieces: Pieces, length: int) -> list[list[Line]]:
    """Every document's sentences, read in windows of whole sentences."""
    jobs = []
    for number, document in enumerate(documents):
        group, used = [], 1
        for sentence in document.sentences:
            cost = 1 + len(pieces.sentence(sentence.text)[0])
            if group and used + cost > length:
                jobs.append((number, group))
                group, used = [], 1
            group.append(sentence)
            used += cost
        jobs.append((number, group))
    found: list[list[Line]] = [[] for _ in documents]
    for at in range(0, len(jobs), 32):
        part = jobs[at : at + 32]
        windows = [window_of(group, pieces, length) for _, group in part]
        batch = padded(windows, pieces.pad)
        logits = model(batch.ids, batch.document, batch.words, batch.sentences)["entities"].double().log_softmax(-1)
        row = 0
        for (number, group), window in zip(part, windows):
            target = iter(window.targets["entities"])
            for sentence in group:
                places = pieces.sentence(sentence.text)[2]
                gold = [ENTITY_LABELS[max(next(target, 0), 0)] for _ in places]
                found[number].append(([sentence.text[a:b] for a, b in places], logits[row : row + len(places)], gold))
                row += len(places)
    return found


def viterbi(log: Tensor) -> list[int]:
    """The best legal labels."""
    if not len(log):
        return []
    score, back = log[0].masked_fill(~FIRST, -torch.inf), []
    for row in log[1:]:
        best, where = score[:, None].masked_fill(~LEGAL, -torch.inf).max(0)
        back.append(where)
        score = best + row
    labels = [int(score.argmax())]
    for where in reversed(back):
        labels.append(int(where[labels[-1]]))
    return labels[::-1]


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


def settled(article: list[Line], share: float, prior: float, reach: int) -> list[list[int]]:
    """The labels of an article's sentences after its mentions have heard each other."""
    logs = [log.clone() for _, log, _ in article]
    mentions: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for s, (words, _, _) in enumerate(article):
        for w, word in enumerate(words):
            if word[0].isupper():
                mentions[word.lower()].append((s, w))
    nominative = lambda word: word[:-1].removesuffix("'").removesuffix("’") if word.endswith("s") and len(word) >= SHORTEST_GENITIVE else None
    pairs = [(word, name) for word in mentions if (name := nominative(word)) in mentions and nominative(name) is None]
    for word, name in pairs:
        mentions[name] = sorted(mentions[name] + mentions.pop(word))
    for places in mentions.values():
        voices = torch.stack([voice(logs[s][w : w + 1], FLOOR) for s, w in places])
        for (s, w), moved in zip(places, moves([s for s, _ in places], voices, share, prior, reach)):
            logs[s][w] = (logs[s][w] + moved[KIND]).log_softmax(-1)
    best = [viterbi(log) for log in logs]
    names, persons = defaultdict(list), defaultdict(list)
    for s, ((words, _, _), labels) in enumerate(zip(article, best)):
        for start, end, kind in sorted(spans_of([ENTITY_LABELS[label] for label in labels])):
            name = tuple(word.lower() for word in words[start:end])
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
    return [viterbi(log) for log in logs]


def f1(articles: list[list[Line]], misc: bool, labels) -> float:
    """Strict F1 of what `labels` gives for each article."""
    right = found = there = 0
    keep = lambda spans: {span for span in spans if misc or span[2] != "MISC"}
    for article in articles:
        for (_, _, gold), mine in zip(article, labels(article)):
            gold, mine = keep(spans_of(gold)), keep(spans_of([ENTITY_LABELS[label] for label in mine]))
            right, found, there = right + len(gold & mine), found + len(mine), there + len(gold)
    return 2 * right / max(found + there, 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", required=True, type=Path)
    parser.add_argument("--mean", action="store_true", help="the running mean of the weights instead of the last ones")
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--length", type=int, default=256)
    parser.add_argument("--shares", type=float, nargs="+", default=[0.6, 0.8, 1.0])
    parser.add_argument("--priors", type=float, nargs="+", default=[0.5, 1.0, 2.0])
    parser.add_argument("--reaches", type=int, nargs="+", default=[50])
    args = parser.parse_args()
    torch.set_num_threads(1)
    pieces = Pieces(args.tokenizer)
    model = Labeller(encoder_of(args.run))
    model.load_state_dict(torch.load(args.run / "checkpoint.pt", map_location="cpu")["mean" if args.mean else "model"])
    model.eval()
    sets = {name: (lines(model, conll(name, running=True), pieces, args.length), misc) for name, misc in SETS.items()}
    sets["written dev"] = (lines(model, written("dev"), pieces, args.length), True)
    print("| share | prior | reach | " + " | ".join(sets) + " |\n|" + " --- |" * (3 + len(sets)))
    each = lambda article: [viterbi(log) for _, log, _ in article]
    print("| each by itself | | | " + " | ".join(f"{100 * f1(*data, each):.1f}" for data in sets.values()) + " |", flush=True)
    for setting in itertools.product(args.shares, args.priors, args.reaches):
        cells = [f"{100 * f1(*data, lambda article: settled(article, *setting)):.1f}" for data in sets.values()]
        print("| " + " | ".join([*map(str, setting), *cells]) + " |", flush=True)


if __name__ == "__main__":
    main()
