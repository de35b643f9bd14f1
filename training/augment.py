"""Robustness by augmentation: case, accents, missing stops and names swapped within their type.

Each change keeps every span right: changes that would alter the length elsewhere are done on whole spans, the others
character by character.
"""

from __future__ import annotations

import random
import unicodedata
from collections import defaultdict
from dataclasses import replace

from corpora import Document, Sentence


def per_character(sentence: Sentence, change) -> Sentence:
    """Applies `change` to each character that stays one character."""
    text = "".join(new if len(new := change(c)) == 1 else c for c in sentence.text)
    return replace(sentence, text=text)


def bare(c: str) -> str:
    """The character without its accent."""
    return unicodedata.normalize("NFD", c)[0]


class NamePool:
    """Names of each type and language, to swap."""

    def __init__(self, documents: list[Document]):
        self.names: dict[tuple[str, str], list[str]] = defaultdict(list)
        for document in documents:
            for sentence in document.sentences:
                for start, end, kind in sentence.entities or ():
                    name = sentence.text[start:end]
                    if kind != "MISC" and name[0].isupper() and len(name) > 2:
                        self.names[sentence.language, kind].append(name)

    def swapped(self, sentence: Sentence, rng: random.Random, rate: float) -> Sentence:
        """Some entities replaced by others of their type, every other span moved along."""
        for start, end, kind in sorted(sentence.entities or (), reverse=True):
            pool = self.names.get((sentence.language, kind))
            if not pool or rng.random() > rate:
                continue
            name = rng.choice(pool)
            by = len(name) - (end - start)
            move = lambda spans: spans and [
                (s + by if s >= end else s, e + by if e >= end else e, k) for s, e, k in spans
            ]
            sentence = replace(
                sentence, text=sentence.text[:start] + name + sentence.text[end:], entities=move(sentence.entities),
                attribution=move(sentence.attribution), hedges=move(sentence.hedges),
            )
        return sentence


def augmented(sentence: Sentence, pool: NamePool, rng: random.Random, strength: float = 1.0) -> Sentence:
    """One random variant; most sentences come back as they are."""
    draw = rng.random() / strength
    if draw < 0.12:
        return pool.swapped(sentence, rng, 0.6)
    if draw < 0.15:
        return per_character(sentence, str.lower)
    if draw < 0.17:
        return per_character(sentence, str.upper)
    if draw < 0.20:
        return per_character(sentence, bare)
    if draw < 0.24 and sentence.text.endswith(".") and not sentence.text.endswith(".."):
        keep = len(sentence.text) - 1
        cut = lambda spans: spans and [(s, min(e, keep), k) for s, e, k in spans if s < keep]
        return replace(sentence, text=sentence.text[:keep], entities=cut(sentence.entities),
                       attribution=cut(sentence.attribution), hedges=cut(sentence.hedges))
    return sentence
