"""Robustness by augmentation: names swapped within their type, German nouns, titles, headings, case, accents, missing stops.

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
from edits import all_spans, in_place, per_character
from headings import Headings
from sources import LANGUAGES
from titles import Titles

LISTS = Path(__file__).parent / "names"
SWAPPED = 0.35  # share of texts whose names are swapped
LISTED = 0.65  # share of the new names that come from the lists
NOUNS_SWAPPED = 0.3  # share of German texts whose nouns are swapped
NOUN = re.compile(r"\b[A-ZÄÖÜ][a-zäöüß]{3,}\b")


def bare(c: str) -> str:
    """The character without its accent."""
    return unicodedata.normalize("NFD", c)[0]


def family(name: str, kind: str) -> str | None:
    """Names of one family can stand for each other: all of a type, but of MISC only phrases (titles, events) and
    compounds among themselves, since the others are adjectives and peoples with their own grammar."""
    if kind != "MISC":
        return kind
    return "MISC phrase" if " " in name else "MISC compound" if "-" in name else None


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
        spans = all_spans(sentence)
        for match in reversed(list(NOUN.finditer(sentence.text))):
            start, end = match.span()
            free = not any(s < end and start < e for s, e, _ in spans)
            if free and match[0] in self.nouns and rng.random() < rate:
                sentence = in_place(sentence, start, end, rng.choice(self.alike[match[0][-2:]]))
        return sentence


class NamePool:
    """Names of each family and language, to swap: those of the corpora, and those of `training/names`. Nouns, titles and headings beside them."""

    def __init__(self, documents: list[Document], listed: Path = LISTS):
        self.names: dict[tuple[str, str], list[str]] = defaultdict(list)
        for document in documents:
            for sentence in document.sentences:
                for start, end, kind in sentence.entities or ():
                    name = sentence.text[start:end]
                    if name[0].isupper() and len(name) > 2 and family(name, kind):
                        self.names[sentence.language, family(name, kind)].append(name)
        self.nouns = NounPool(listed / "nouns.de.txt")
        self.titles = Titles(listed / "titles.txt")
        self.headings = Headings(documents, sorted(self.nouns.nouns))
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

    def like(self, old: str, kind: str, language: str, rng: random.Random) -> str | None:
        """As `draw`, for the whole name of a person one of several words where there is one."""
        drawn = (self.draw(old, kind, language, rng) for _ in range(6))
        name = next(drawn)
        return next((n for n in drawn if n and " " in n), name) if kind == "PER" and " " in old and name and " " not in name else name

    def given(self, sentences: list[Sentence], rng: random.Random, rate: float) -> dict[tuple[str, str], str | None]:
        """What becomes of each name of a text, None where it stays: one name stays one name, and who is called by a part of
        a name further on is called by that part of the new one."""
        names = {(s.text[start:end], kind): s.language for s in sentences for start, end, kind in s.entities or ()}
        found: dict[tuple[str, str], str | None] = {}
        for old, kind in sorted(names, key=lambda name: (-len(name[0].split()), name)):
            whole = next((w for w, k in found if k == kind == "PER" and (part_of(old, w))), None)
            if whole is None:
                found[old, kind] = self.like(old, kind, names[old, kind], rng) if rng.random() < rate else None
            else:
                new = found[whole, kind]
                found[old, kind] = new and (new if " " not in new else part_of(old, whole)(new))
        return found


def part_of(part: str, whole: str):
    """How a name of several words is shortened to `part`: to its first word or to what follows that. None if it is not."""
    first, _, last = whole.casefold().partition(" ")
    if not last or part.casefold() == whole.casefold():
        return None
    if part.casefold() == first:
        return lambda name: name.split()[0]
    if last.endswith(part.casefold()) and part.casefold() in (last, last.split()[-1]):
        rest = lambda name: name.partition(" ")[2]
        return lambda name: rest(name)[:1].upper() + rest(name)[1:]
    return None


def swapped(sentence: Sentence, given: dict[tuple[str, str], str | None]) -> Sentence:
    """With the names that `given` has for its entities, every other span moved along."""
    for start, end, kind in sorted(sentence.entities or (), reverse=True):
        name = given[sentence.text[start:end], kind]
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
        given = pool.given(sentences, rng, 0.6)
        sentences = [swapped(sentence, given) for sentence in sentences]
    sentences = [pool.headings.changed(pool.titles.added(sentence, rng), rng) for sentence in sentences]
    return [marred(sentence, rng) for sentence in sentences]
