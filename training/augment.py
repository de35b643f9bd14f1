"""Robustness by augmentation: case, accents, missing stops and names swapped within their type.

Each change keeps every span right: changes that would alter the length elsewhere are done on whole spans, the others
character by character.
"""

from __future__ import annotations

import random
import unicodedata
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

from corpora import Document, Sentence
from sources import LANGUAGES

LISTS = Path(__file__).parent / "names"
SWAPPED = 0.2  # share of texts whose names are swapped


def per_character(sentence: Sentence, change) -> Sentence:
    """Applies `change` to each character that stays one character."""
    text = "".join(new if len(new := change(c)) == 1 else c for c in sentence.text)
    return replace(sentence, text=text)


def bare(c: str) -> str:
    """The character without its accent."""
    return unicodedata.normalize("NFD", c)[0]


class NamePool:
    """Names of each type and language, to swap: those of the corpora and, as often, those of `training/names`."""

    def __init__(self, documents: list[Document], listed: Path = LISTS):
        self.names: dict[tuple[str, str], list[str]] = defaultdict(list)
        for document in documents:
            for sentence in document.sentences:
                for start, end, kind in sentence.entities or ():
                    name = sentence.text[start:end]
                    if kind != "MISC" and name[0].isupper() and len(name) > 2:
                        self.names[sentence.language, kind].append(name)
        self.listed: dict[tuple[str, str], list[str]] = defaultdict(list)
        for path in sorted(listed.glob("*.tsv")):
            for line in path.read_text(encoding="utf-8").splitlines():
                kind, name = line.split("\t")
                # Names of the whole world stand in every language.
                for language in LANGUAGES if path.name.startswith("world") else [path.name[:2]]:
                    self.listed[language, kind].append(name)

    def draw(self, language: str, kind: str, rng: random.Random) -> str | None:
        """Another name of the kind; MISC is too varied in its grammar to be swapped."""
        pools = [pool for pool in (self.names.get((language, kind)), self.listed.get((language, kind))) if pool]
        return rng.choice(rng.choice(pools)) if pools and kind != "MISC" else None

    def swapped(self, sentence: Sentence, rng: random.Random, rate: float, given: dict[tuple[str, str], str | None]) -> Sentence:
        """Some entities replaced by others of their type, every other span moved along. `given` remembers what became
        of each name, so that one name stays one name in a whole text."""
        for start, end, kind in sorted(sentence.entities or (), reverse=True):
            old = sentence.text[start:end]
            if (old, kind) not in given:
                given[old, kind] = self.draw(sentence.language, kind, rng) if rng.random() < rate else None
            name = given[old, kind]
            if name is None:
                continue
            by = len(name) - (end - start)
            move = lambda spans: spans and [
                (s + by if s >= end else s, e + by if e >= end else e, k) for s, e, k in spans
            ]
            sentence = replace(
                sentence, text=sentence.text[:start] + name + sentence.text[end:], entities=move(sentence.entities),
                attribution=move(sentence.attribution), hedges=move(sentence.hedges),
            )
        return sentence


def marred(sentence: Sentence, rng: random.Random) -> Sentence:
    """In other case, without accents or without its stop; most sentences come back as they are."""
    draw = rng.random()
    if draw < 0.03:
        return per_character(sentence, str.lower)
    if draw < 0.05:
        return per_character(sentence, str.upper)
    if draw < 0.08:
        return per_character(sentence, bare)
    if draw < 0.12 and sentence.text.endswith(".") and not sentence.text.endswith(".."):
        keep = len(sentence.text) - 1
        cut = lambda spans: spans and [(s, min(e, keep), k) for s, e, k in spans if s < keep]
        return replace(sentence, text=sentence.text[:keep], entities=cut(sentence.entities),
                       attribution=cut(sentence.attribution), hedges=cut(sentence.hedges))
    return sentence


def augmented(sentences: list[Sentence], pool: NamePool, rng: random.Random) -> list[Sentence]:
    """One random variant of sentences that stand together."""
    if rng.random() < SWAPPED:
        given: dict[tuple[str, str], str | None] = {}
        sentences = [pool.swapped(sentence, rng, 0.6, given) for sentence in sentences]
    return [marred(sentence, rng) for sentence in sentences]
