"""Robustness by augmentation: case, accents, missing stops, names swapped within their type, and German nouns.

Each change keeps every span right: changes that would alter the length elsewhere are done on whole spans, the others
character by character.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

from corpora import Document, Sentence
from sources import LANGUAGES

LISTS = Path(__file__).parent / "names"
SWAPPED = 0.35  # share of texts whose names are swapped
LISTED = 0.65  # share of the new names that come from the lists
NOUNS_SWAPPED = 0.3  # share of German texts whose nouns are swapped
NOUN = re.compile(r"\b[A-ZÄÖÜ][a-zäöüß]{3,}\b")


def per_character(sentence: Sentence, change) -> Sentence:
    """Applies `change` to each character that stays one character."""
    text = "".join(new if len(new := change(c)) == 1 else c for c in sentence.text)
    return replace(sentence, text=text)


def bare(c: str) -> str:
    """The character without its accent."""
    return unicodedata.normalize("NFD", c)[0]


def family(name: str, kind: str) -> str | None:
    """Names of one family can stand for each other: all of a type, but of MISC only phrases (titles, events) and
    compounds among themselves, since the others are adjectives and peoples with their own grammar."""
    if kind != "MISC":
        return kind
    return "MISC phrase" if " " in name else "MISC compound" if "-" in name else None


def in_place(sentence: Sentence, start: int, end: int, new: str) -> Sentence:
    """The sentence with other words at `start..end`, and every span moved along."""
    by = len(new) - (end - start)
    move = lambda spans: spans and [(s + by if s >= end else s, e + by if e >= end else e, k) for s, e, k in spans]
    return replace(sentence, text=sentence.text[:start] + new + sentence.text[end:], entities=move(sentence.entities),
                   attribution=move(sentence.attribution), hedges=move(sentence.hedges))


class NounPool:
    """German nouns that are no names, to swap: all of them have a capital, and a model that reads little takes the rare ones for names."""

    def __init__(self, path: Path):
        nouns = path.read_text(encoding="utf-8").split()
        self.nouns = set(nouns)
        self.alike: dict[str, list[str]] = defaultdict(list)
        for noun in nouns:
            self.alike[noun[-2:]].append(noun)

    def swapped(self, sentence: Sentence, rng: random.Random, rate: float) -> Sentence:
        """Some nouns outside all spans replaced by others with the same ending, which mostly have its gender and case. Of the sentences with a
        certainty label only plain statements are taken: the others hang on their nouns."""
        if sentence.language != "de" or sentence.label not in (None, "CT+ author") or sentence.entities is None:
            return sentence
        spans = [*sentence.entities, *(sentence.attribution or ()), *(sentence.hedges or ())]
        for match in reversed(list(NOUN.finditer(sentence.text))):
            start, end = match.span()
            free = not any(s < end and start < e for s, e, _ in spans)
            if free and match[0] in self.nouns and rng.random() < rate:
                sentence = in_place(sentence, start, end, rng.choice(self.alike[match[0][-2:]]))
        return sentence


class NamePool:
    """Names of each family and language, to swap: those of the corpora, and those of `training/names`. Nouns beside them."""

    def __init__(self, documents: list[Document], listed: Path = LISTS):
        self.names: dict[tuple[str, str], list[str]] = defaultdict(list)
        for document in documents:
            for sentence in document.sentences:
                for start, end, kind in sentence.entities or ():
                    name = sentence.text[start:end]
                    if name[0].isupper() and len(name) > 2 and family(name, kind):
                        self.names[sentence.language, family(name, kind)].append(name)
        self.nouns = NounPool(listed / "nouns.de.txt")
        self.listed: dict[tuple[str, str], list[str]] = defaultdict(list)
        for path in sorted(listed.glob("*.tsv")):
            for line in path.read_text(encoding="utf-8").splitlines():
                kind, name = line.split("\t")
                if family(name, kind) is None:
                    continue
                # Names of the whole world stand in every language.
                for language in LANGUAGES if path.stem == "world" else [path.stem]:
                    self.listed[language, family(name, kind)].append(name)

    def draw(self, old: str, kind: str, language: str, rng: random.Random) -> str | None:
        """Another name that can stand in the place of this one, in capitals if this one is."""
        key = language, family(old, kind)
        if key[1] is None or len(old) < 4:  # abbreviations in lists of results
            return None
        pool = self.listed.get(key) if rng.random() < LISTED else None
        pool = pool or self.names.get(key)
        name = rng.choice(pool) if pool else None
        return name.upper() if name and old.isupper() and len(old) > 4 else name

    def swapped(self, sentence: Sentence, rng: random.Random, rate: float, given: dict[tuple[str, str], str | None]) -> Sentence:
        """Some entities replaced by others of their type, every other span moved along. `given` remembers what became
        of each name, so that one name stays one name in a whole text."""
        for start, end, kind in sorted(sentence.entities or (), reverse=True):
            old = sentence.text[start:end]
            if (old, kind) not in given:
                given[old, kind] = self.draw(old, kind, sentence.language, rng) if rng.random() < rate else None
            name = given[old, kind]
            if name is not None:
                sentence = in_place(sentence, start, end, name)
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
    if rng.random() < NOUNS_SWAPPED:
        sentences = [pool.nouns.swapped(sentence, rng, 0.5) for sentence in sentences]
    if rng.random() < SWAPPED:
        given: dict[tuple[str, str], str | None] = {}
        sentences = [pool.swapped(sentence, rng, 0.6, given) for sentence in sentences]
    return [marred(sentence, rng) for sentence in sentences]
