"""Training with something left out: for ablations, for transfer to a language, and for leave-one-writer-out.

`--without context` and the like change how everything is read; `--leave-out language=de` and the like hold documents back,
which `scores.py` then scores. What is held back of one kind is no part of the other, so that one run can hold back a writer of the
written corpus and a fold of the real sentences at once.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Callable

from corpora import Document, bucket, conll, written
from sources import blankless

PARTS = ("pretraining", "silver", "context", "cues", "class-weights", "augmentation")
FOLDS = 5
Mix = dict[str, tuple[Callable[[], list[Document]], float, float]]


def writer_of(document: Document) -> str | None:
    """The writer of a document of the written corpus: "a" of `nl-a-001`."""
    found = re.fullmatch(r"[a-z]{2}-([a-z]+)-\d+", document.id)
    return found[1] if found else None


def left_out(what: str) -> Callable[[Document], bool]:
    """Whether a document is held back, by `language=de`, `writer=a` or `fold=2` (of the real Dutch articles)."""
    key, _, value = what.partition("=")
    match key:
        case "language":
            return lambda document: any(sentence.language == value for sentence in document.sentences)
        case "writer":
            return lambda document: writer_of(document) == value
        case "fold":
            return lambda document: document.id.startswith("conll2002.nl") and bucket(document.id, FOLDS) == int(value)
    raise SystemExit(f"--leave-out {what}: there are language=, writer= and fold=")


def real_documents() -> list[Document]:
    """The certainty-labelled sentences of CoNLL-2002 Dutch train and dev; those of dev without their entities, whose
    scores are kept for dev."""
    kept = []
    for part in ("train", "dev"):
        for document in conll(f"conll2002.nl.{part}", running=False):
            sentences = [s if part == "train" else replace(s, entities=None) for s in document.sentences if s.label]
            kept.append(Document(document.id, sentences, running=False))
    return [document for document in kept if document.sentences]


def changed(mix: Mix, without: list[str], leave_out: list[str]) -> Mix:
    """The mix with parts left out; each corpus is read by the same loader, then filtered."""
    drops = [left_out(what) for what in leave_out]
    held: set[str] = set()
    for fold in (what for what in leave_out if what.startswith("fold=")):
        mix = mix | {"nl.real": (real_documents, 0.05, 0.08)}
        # Some sentences stand in several articles, and in two settings.
        held |= {blankless(sentence.text) for document in held_back(fold) for sentence in document.sentences}

    def reader(load: Callable[[], list[Document]]) -> Callable[[], list[Document]]:
        def read() -> list[Document]:
            documents = [document for document in load() if not any(drop(document) for drop in drops)]
            if held:
                documents = [replace(d, sentences=[s for s in d.sentences if blankless(s.text) not in held]) for d in documents]
            return [replace(d, running=False) for d in documents] if "context" in without else documents

        return read

    silver = lambda name: name.startswith("silver.") and "silver" in without
    return {name: (reader(load), *shares) for name, (load, *shares) in mix.items() if not silver(name)}


def held_back(leave_out: str) -> list[Document]:
    """What `--leave-out` kept from training, to score: real sentences for a fold, else the train and dev parts of the
    written corpus; its test part stays unseen."""
    drop = left_out(leave_out)
    if leave_out.startswith("fold="):
        documents = real_documents()
    else:
        documents = [document for part in ("train", "dev") for document in written(part)]
    return [document for document in documents if drop(document)]
