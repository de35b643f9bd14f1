"""From documents to packed rows of token ids with a target for every head.

A window is one to many sentences of a document, each opened by the marker; the last one closes with the separator.
Several windows fill a row. Targets of -100 are not learned from.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Iterator

import torch
from torch import Tensor

from corpora import Document, Sentence
from model import ENTITY_LABELS, HEADS
from words import PAD_ID, Pieces

IGNORE = -100
CERTAINTY = {"CT": 0, "PR": 1, "PS": 2, "U": 3}
HOLDER = {"author": 0, "source": 1, "hearsay": 2}
ENTITY = {label: i for i, label in enumerate(ENTITY_LABELS)}


@dataclass
class Window:
    """Ids, and per head the positions it is read at with their targets."""

    ids: list[int] = field(default_factory=list)
    words: list[int] = field(default_factory=list)  # position of each word's first piece
    markers: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)  # where each marker's sentence ends, exclusive
    targets: dict[str, list[int]] = field(default_factory=lambda: {name: [] for name in HEADS})
    no_misc: list[bool] = field(default_factory=list)  # per word: the corpus marks no MISC

    def __len__(self) -> int:
        return len(self.ids)


def span_targets(spans, places, kinds: dict[str, tuple[int, int]], outside: int) -> list[int]:
    """One class per word: (begin, inside) of the span's kind where it touches the word."""
    targets = [outside] * len(places)
    for start, end, kind in spans:
        first = True
        for i, (s, e) in enumerate(places):
            if s < end and start < e:
                targets[i] = kinds[kind][0 if first else 1]
                first = False
    return targets


def sentence_targets(label: str | None) -> dict[str, int]:
    if label is None:
        return {"claim": IGNORE, "certainty": IGNORE, "polarity": IGNORE, "holder": IGNORE}
    if label == "none":
        return {"claim": 0, "certainty": IGNORE, "polarity": IGNORE, "holder": IGNORE}
    factuality, holder = label.split()
    return {"claim": 1, "certainty": CERTAINTY[factuality[:-1]], "polarity": int(factuality[-1] == "-"), "holder": HOLDER[holder]}


def add(window: Window, sentence: Sentence, pieces: Pieces, most: int) -> None:
    """Puts a sentence at the end of a window. What a sentence that is longer than a window has too much is cut in training
    (the program reads such a one in overlapping parts)."""
    ids, first, places = pieces.sentence(sentence.text)
    room = most - len(window.ids) - 2
    keep = [i for i, f in enumerate(first) if f < room]
    first, places, ids = [first[i] for i in keep], [places[i] for i in keep], ids[:room]
    window.markers.append(len(window.ids))
    at = len(window.ids) + 1
    window.ids += [pieces.cls, *ids]
    window.ends.append(len(window.ids))
    window.words += [at + f for f in first]
    n = len(places)
    targets = {"entities": [IGNORE] * n, "source": [IGNORE] * n, "cue": [IGNORE] * n, "hedge": [IGNORE] * n}
    if sentence.entities is not None:
        kinds = {kind: (ENTITY[f"B-{kind}"], ENTITY[f"I-{kind}"]) for kind in ("PER", "ORG", "LOC", "MISC")}
        targets["entities"] = span_targets(sentence.entities, places, kinds, 0)
    for head, kind, spans in (("source", "s", sentence.attribution), ("cue", "c", sentence.attribution), ("hedge", "h", sentence.hedges)):
        if spans is not None:
            targets[head] = span_targets([span for span in spans if span[2] == kind], places, {kind: (1, 2)}, 0)
    for name, values in targets.items():
        window.targets[name] += values
    for name, value in sentence_targets(sentence.label).items():
        window.targets[name].append(value)
    window.no_misc += [sentence.entities is not None and not sentence.misc] * n


def fitting(sentences: list[Sentence], pieces: Pieces, most: int) -> Iterator[list[Sentence]]:
    """The sentences in groups that each fit a window whole, as the program reads them; one that is longer by itself."""
    group: list[Sentence] = []
    used = 1  # the separator
    for sentence in sentences:
        cost = 1 + len(pieces.sentence(sentence.text)[0])
        if group and used + cost > most:
            yield group
            group, used = [], 1
        group.append(sentence)
        used += cost
    if group:
        yield group


def window_of(sentences: list[Sentence], pieces: Pieces, most: int) -> Window:
    """One window of sentences that fit it (`fitting`)."""
    window = Window()
    for sentence in sentences:
        add(window, sentence, pieces, most)
    window.ids.append(pieces.sep)
    return window


def chosen(document: Document, rng: random.Random) -> list[list[Sentence]]:
    """How a document is read this time: alone, a few sentences together, or as running text."""
    sentences = document.sentences
    if document.shuffled:
        sentences = rng.sample(sentences, len(sentences))
    if not document.running or rng.random() < 0.25:
        return [[sentence] for sentence in sentences]
    groups, at = [], 0
    while at < len(sentences):
        size = rng.choice([2, 3, 5, 8, 12, 12, 12])
        groups.append(sentences[at : at + size])
        at += size
    return groups


@dataclass
class Batch:
    """Packed rows and flat positions; `sentences [sentences, 2]` are from each marker to the end of its sentence;
    `targets` as in Window."""

    ids: Tensor
    document: Tensor
    words: Tensor
    sentences: Tensor
    targets: dict[str, Tensor]
    no_misc: Tensor


def collate(rows: list[list[Window]], length: int, pad: int = PAD_ID) -> Batch:
    """Rows of windows as tensors [rows, length]; windows of a row do not see each other."""
    ids = torch.full((len(rows), length), pad)
    document = torch.full((len(rows), length), -1)
    words, sentences, no_misc = [], [], []
    targets: dict[str, list[int]] = {name: [] for name in HEADS}
    for r, row in enumerate(rows):
        at = 0
        for number, window in enumerate(row):
            ids[r, at : at + len(window)] = torch.tensor(window.ids)
            document[r, at : at + len(window)] = number
            base = r * length + at
            words += [base + w for w in window.words]
            sentences += [(base + marker, base + end) for marker, end in zip(window.markers, window.ends)]
            no_misc += window.no_misc
            for name in HEADS:
                targets[name] += window.targets[name]
            at += len(window)
    as_tensor = lambda values: torch.tensor(values, dtype=torch.long)
    return Batch(ids, document, as_tensor(words), as_tensor(sentences), {n: as_tensor(v) for n, v in targets.items()},
                 torch.tensor(no_misc, dtype=torch.bool))


def padded(windows: list[Window], pad: int) -> Batch:
    """One window a row, each as long as the longest."""
    return collate([[window] for window in windows], max(map(len, windows)), pad)


def alike(windows: list[Window], room: int) -> list[list[Window]]:
    """Windows in groups of like length, each of at most `room` tokens when padded, or of one window."""
    groups: list[list[Window]] = []
    for window in sorted(windows, key=len, reverse=True):
        if groups and (len(groups[-1]) + 1) * len(groups[-1][0]) <= room:
            groups[-1].append(window)
        else:
            groups.append([window])
    return groups


def rows_of(windows: list[Window], length: int) -> list[list[Window]]:
    """First-fit packing in order: deterministic and nearly full."""
    rows: list[list[Window]] = []
    room: list[int] = []
    for window in windows:
        for r in range(max(0, len(rows) - 24), len(rows)):
            if room[r] >= len(window):
                rows[r].append(window)
                room[r] -= len(window)
                break
        else:
            rows.append([window])
            room.append(length - len(window))
    return rows
