"""Titles before people's names: outside the name (GUIDELINES.md), in what is the source. A model that knows few of them takes the others in."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

from corpora import Sentence
from edits import capital, in_place

ADDED = 0.04  # share of people named without a title that get one
# Nothing that a title could hang on: the start, a mark, or a short small word ("van", "said", "pour").
BEFORE = re.compile(r"(?:^|[,;:(] ?|(?<![^\s])[^\W\d_A-ZÀ-Þ]{1,5} )$")

# Words that an article would melt into ("du maire").
MELT = {"fr": {"de", "à"}, "es": {"de", "a"}, "it": {"di", "da", "a", "su", "in", "con"}}


class Titles:
    """Titles by language, to put before names."""

    def __init__(self, path: Path):
        self.titles: dict[str, list[str]] = defaultdict(list)
        for line in path.read_text(encoding="utf-8").splitlines():
            language, title = line.split("\t")
            self.titles[language].append(title)

    def added(self, sentence: Sentence, rng: random.Random) -> Sentence:
        """A title before some people. A source that begins with the name begins with its title then."""
        # Lists of results have names and nothing that a title could stand in.
        is_list = not sentence.text.rstrip("\"'»”’ ").endswith((".", "!", "?", ":", ","))
        known = None if is_list else self.titles.get(sentence.language)
        for start, end, kind in sorted(sentence.entities or (), reverse=True):
            name = sentence.text[start:end]
            if not known or kind != "PER" or rng.random() >= ADDED or len(name) < 4 or not name[0].isupper() or name.isupper():
                continue
            if not BEFORE.search(sentence.text[:start]):
                continue
            melts = sentence.text[:start].rpartition(" ")[0].rpartition(" ")[2] in MELT.get(sentence.language, ())
            fitting = [title for title in known if " " not in title and "'" not in title] if melts else known
            if fitting:
                sentence = before(sentence, start, rng.choice(fitting))
        return sentence


def before(sentence: Sentence, start: int, title: str) -> Sentence:
    """The sentence with `title` before the name at `start`."""
    grown = len(title) + 1
    moved = in_place(sentence, start, start, f"{title} ")
    # A source that began there takes the title in; the name does not.
    back = lambda spans: spans and [(s - grown if k == "s" and s == start + grown else s, e, k) for s, e, k in spans]
    moved = replace(moved, attribution=back(moved.attribution))
    return capital(moved) if start == 0 else moved
