"""Sentences that say again what another one says: agencies repeat themselves, so training parts hold what dev and test parts
hold, word for word or nearly."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Iterable

LEAST = 8  # tokens: a shorter sentence may well be said twice
RUN = 4  # words in a row
SHARED = 0.7  # of a sentence's runs of words; then it is repeated


def words_of(tokens: Iterable[str]) -> list[str]:
    """Tokens without signs and case."""
    return [word for token in tokens if (word := "".join(filter(str.isalnum, token.casefold())))]


def runs(words: list[str]) -> set[tuple[str, ...]]:
    return {tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}


class Repeats:
    """The sentences of a set, to ask whether another sentence repeats one."""

    def __init__(self, sentences: Iterable[list[str]]):
        self.same = set()
        self.sizes: list[int] = []
        self.holders: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        for words in map(words_of, (tokens for tokens in sentences if len(tokens) >= LEAST)):
            if not words:
                continue
            self.same.add("".join(words))
            found = runs(words)
            for run in found:
                self.holders[run].append(len(self.sizes))
            self.sizes.append(len(found))

    def __contains__(self, tokens: list[str]) -> bool:
        """Whether a sentence of the set is the same but for signs and case, or shares `SHARED` of its runs with this one."""
        words = words_of(tokens)
        shared = Counter(number for run in runs(words) for number in self.holders.get(run, ()))
        return "".join(words) in self.same or any(count >= SHARED * self.sizes[number] for number, count in shared.items())
