"""A quick look at the dev sets while training; `stellig eval` is what counts.

Entities are read greedily at words and scored strictly; certainty as the macro-F1 of factuality over seven classes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence

import torch

from batches import fitting, padded, window_of
from corpora import Document, Sentence, conll, written
from model import ENTITY_LABELS, HEADS, Labeller
from sources import data_root
from words import Pieces

HOLDERS = ["author", "source", "hearsay"]
SEVEN = ["none", "CT+", "CT-", "PR+", "PR-", "PS+", "U+"]


def spans_of(labels: list[str]) -> set[tuple[int, int, str]]:
    """Spans of a label sequence; an I- that continues nothing opens a span."""
    spans, start, kind = set(), 0, None
    for i, label in enumerate([*labels, "O"]):
        if kind is not None and (label[0] != "I" or label[2:] != kind):
            spans.add((start, i, kind))
            kind = None
        if label[0] != "O" and kind is None:
            start, kind = i, label[2:]
    return spans


@torch.no_grad()
def predict(model: Labeller, groups: list[list[Sentence]], pieces: Pieces, length: int, device: torch.device):
    """For each group of sentences: its window and, per head, the predicted classes in the window's order."""
    model.eval()
    windows = [window_of(group, pieces, length) for group in groups]
    order = sorted(range(len(windows)), key=lambda i: len(windows[i]))
    result: list = [None] * len(windows)
    for at in range(0, len(order), 128):
        part = order[at : at + 128]
        # One window a row keeps the order plain; rows are cut to the longest of the part.
        batch = padded([windows[i] for i in part], pieces.pad)
        with torch.autocast(device.type, torch.bfloat16):
            logits = model(batch.ids.to(device), batch.document.to(device), batch.words.to(device), batch.sentences.to(device))
        classes = {name: values.argmax(-1).tolist() for name, values in logits.items()}
        w = m = 0
        for i in part:
            window = windows[i]
            nw, nm = len(window.words), len(window.markers)
            result[i] = {name: classes[name][w : w + nw] if level == "token" else classes[name][m : m + nm] for name, (level, _) in HEADS.items()}
            w, m = w + nw, m + nm
    model.train()
    return windows, result


def entity_f1(windows, result) -> float:
    right = found = there = 0
    for window, classes in zip(windows, result):
        gold = spans_of([ENTITY_LABELS[max(t, 0)] for t in window.targets["entities"]])
        mine = spans_of([ENTITY_LABELS[c] for c in classes["entities"]])
        right, found, there = right + len(gold & mine), found + len(mine), there + len(gold)
    return 2 * right / max(found + there, 1)


def factuality(claim: int, certainty: int, polarity: int) -> str:
    return "none" if claim == 0 else ["CT", "PR", "PS", "U"][certainty] + "+-"[polarity]


def f1(pairs: list[tuple], label: object) -> float:
    """F1 of one label over (gold, given)."""
    return 2 * sum(gold == given == label for gold, given in pairs) / max(sum((g == label) + (m == label) for g, m in pairs), 1)


def macro_f1(pairs: list[tuple], labels: Sequence) -> float:
    """Mean F1 of the labels over (gold, given)."""
    return sum(f1(pairs, label) for label in labels) / len(labels)


@dataclass
class Judged:
    """The label of one sentence and what the model gives, as "CT+" or "none" and as the holder, which is "" for no claim."""

    gold: str
    given: str
    gold_holder: str
    given_holder: str


def judged(windows, result) -> list[Judged]:
    """Every sentence that carries a label."""
    found = []
    holder = lambda claim, number: HOLDERS[number] if claim else ""
    for window, classes in zip(windows, result):
        t = window.targets
        for i in range(len(window.markers)):
            if t["claim"][i] < 0:
                continue
            found.append(Judged(
                factuality(t["claim"][i], t["certainty"][i], t["polarity"][i]),
                factuality(classes["claim"][i], classes["certainty"][i], classes["polarity"][i]),
                holder(t["claim"][i], t["holder"][i]),
                holder(classes["claim"][i], classes["holder"][i]),
            ))
    return found


def certainty_scores(sentences: list[Judged]) -> dict[str, float]:
    pairs = [(s.gold, s.given) for s in sentences]
    return {
        "factuality": macro_f1(pairs, SEVEN),
        "holder": macro_f1([(s.gold_holder, s.given_holder) for s in sentences if s.gold_holder], HOLDERS),
        "claim": f1([(s.gold != "none", s.given != "none") for s in sentences], True),
        **{c: f1(pairs, c) for c in SEVEN},
    }


def groups_of(documents: list[Document], size: int, pieces: Pieces, length: int) -> list[list[Sentence]]:
    """Sentences that are read together: `size` of them, or as many as fit."""
    groups = (d.sentences[i : i + size] for d in documents for i in range(0, len(d.sentences), size))
    return [part for group in groups for part in fitting(group, pieces, length)]


def judge(model: Labeller, documents: list[Document], pieces: Pieces, length: int, device: torch.device) -> list[tuple[str, Judged]]:
    """The labelled sentences of documents, each with its document's id; running documents are read eight sentences at a time."""
    read = [(d.id, group) for d in documents for group in groups_of([d], 8 if d.running else 1, pieces, length)]
    windows, result = predict(model, [group for _, group in read], pieces, length, device)
    return [(id, s) for (id, _), w, r in zip(read, windows, result) for s in judged([w], [r])]


def dev_scores(model: Labeller, pieces: Pieces, length: int, device: torch.device) -> dict:
    """CoNLL-2002 Dutch dev (first 900 sentences, alone and, about as many, in context), our corpus' dev documents and the real labelled sentences of dev.
    Who trains on open data need not have the first and the last."""
    short = lambda scores: {k: round(v, 3) for k, v in scores.items()}
    scores: dict = {}
    if (data_root() / "data" / "ner" / "conll2002.nl.dev.tsv.xz").exists():
        articles = conll("conll2002.nl.dev", running=False)
        nl = [s for d in articles for s in d.sentences]
        windows, result = predict(model, [[s] for s in nl[:900]], pieces, length, device)
        scores["nl.dev entity F1"] = round(entity_f1(windows, result), 4)
        windows, result = predict(model, groups_of(articles, 8, pieces, length)[:130], pieces, length, device)
        scores["in context"] = round(entity_f1(windows, result), 4)
        if real := [[s] for s in nl if s.label]:
            windows, result = predict(model, real, pieces, length, device)
            scores["real"] = short(certainty_scores(judged(windows, result)))
    if ours := written("dev"):
        windows, result = predict(model, groups_of(ours, 8, pieces, length), pieces, length, device)
        scores["written"] = short({"entities": entity_f1(windows, result)} | certainty_scores(judged(windows, result)))
    return scores
