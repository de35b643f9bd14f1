"""Sentences that say again what another one says: agencies repeat themselves, so training parts hold what dev and test parts
hold, word for word or nearly.

    python training/repeats.py conll2002.es --out rest    # rest/conll2002.es.dev.tsv and so on: what training never held
    stellig eval --context=always rest/*.tsv
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from pathlib import Path
from typing import Iterable

from sources import conll_sentences

LEAST = 8  # tokens: a shorter sentence may well be said twice
RUN = 4  # words in a row
SHARED = 0.7  # of a sentence's runs of words; then it is repeated


def words_of(tokens: Iterable[str]) -> list[str]:
    """Tokens without signs and case."""
    return [word for token in tokens if (word := "".join(filter(str.isalnum, token.casefold())))]


def runs(words: list[str]) -> set[tuple[str, ...]]:
    return {tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}


class Repeats:
    """Sentences, to ask which of them another one repeats."""

    def __init__(self, sentences: Iterable[list[str]]):
        self.same: defaultdict[str, set[int]] = defaultdict(set)
        self.sizes: dict[int, int] = {}
        self.holders: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        for number, tokens in enumerate(sentences):
            words = words_of(tokens)
            if len(tokens) < LEAST or not words:
                continue
            self.same["".join(words)].add(number)
            found = runs(words)
            for run in found:
                self.holders[run].append(number)
            self.sizes[number] = len(found)

    def found(self, tokens: list[str]) -> set[int]:
        """The numbers of the sentences that are the same but for signs and case, or share `SHARED` of their runs with this one."""
        words = words_of(tokens)
        shared = Counter(number for run in runs(words) for number in self.holders.get(run, ()))
        same = self.same.get("".join(words), set())
        return same | {number for number, count in shared.items() if count >= SHARED * self.sizes[number]}

    def __contains__(self, tokens: list[str]) -> bool:
        return bool(self.found(tokens))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", nargs="+", help="such as conll2002.es")
    parser.add_argument("--out", type=Path, required=True, help="folder for the dev and test parts without what is repeated")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    names = lambda tags: sum(tag.startswith("B-") for tag in tags)
    for corpus in args.corpus:
        train = [tokens for tokens, _, _ in conll_sentences(f"{corpus}.train")]
        for part in ("dev", "test"):
            sentences = list(conll_sentences(f"{corpus}.{part}"))
            repeats = Repeats(tokens for tokens, _, _ in sentences)
            repeated = set().union(*map(repeats.found, train))
            kept, opens = [], False
            for number, (tokens, tags, starts) in enumerate(sentences):
                # An article whose first sentence is left out begins with the next one.
                opens |= starts
                if number not in repeated:
                    kept.append((tokens, tags, opens))
                    opens = False
            with (args.out / f"{corpus}.{part}.tsv").open("w", encoding="utf-8") as file:
                for tokens, tags, opens in kept:
                    if opens:
                        file.write("-DOCSTART-\tO\n\n")
                    file.writelines(f"{token}\t{tag}\n" for token, tag in zip(tokens, tags))
                    file.write("\n")
            count, rest = (sum(names(tags) for _, tags, _ in part) for part in (sentences, kept))
            print(f"{corpus}.{part}: {len(repeated)} of {len(sentences)} sentences repeated, with {count - rest} of {count} names ({(count - rest) / count:.1%})")


if __name__ == "__main__":
    main()
