"""Words and pieces. The same rule as `src/label/words.rs`: labels are read at words, so both sides must cut alike.

A word is a run of letters, marks, digits, underscores and format characters, joined across single hyphens
("IS-leider"); every other character that is not white space is a word of its own, with the marks that follow it.
"""

from __future__ import annotations

import functools

import regex
from tokenizers import Tokenizer

_RUN = r"[\p{L}\p{M}\p{N}\p{Cf}_]+"
_WORD = regex.compile(rf"{_RUN}(?:[-\u2010\u2011]{_RUN})*|\S[\p{{M}}\p{{Cf}}]*")

PAD, UNK, CLS, SEP, MASK = "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"
SPECIALS = [PAD, UNK, CLS, SEP, MASK]
PAD_ID, UNK_ID, CLS_ID, SEP_ID, MASK_ID = range(5)
# What other tokenizers call the token that opens a text, the one that closes it, and the one that fills a row.
OPENERS, CLOSERS, FILLERS = (CLS, "<s>", "<bos>"), (SEP, "</s>", "<eos>"), (PAD, "<pad>")


def words(text: str) -> list[tuple[int, int]]:
    """Code-point spans of the words of `text`, in order."""
    return [match.span() for match in _WORD.finditer(text)]


class Pieces:
    """Word pieces of a word, by its text and whether white space (or the start of the sentence) stands before it."""

    def __init__(self, path: str):
        self.tokenizer = Tokenizer.from_file(path)
        self.size = self.tokenizer.get_vocab_size()
        self.marker, self.cls = self._special(OPENERS)
        self.separator, self.sep = self._special(CLOSERS)
        _, self.pad = self._special(FILLERS)
        self.word = functools.lru_cache(maxsize=400_000)(self._word)

    def _special(self, names: tuple[str, ...]) -> tuple[str, int]:
        """The first of the special tokens that there is, and its id."""
        for name in names:
            if (number := self.tokenizer.token_to_id(name)) is not None:
                return name, number
        raise ValueError(f"the tokenizer has none of {', '.join(names)}")

    def _word(self, text: str, spaced: bool) -> tuple[int, ...]:
        return tuple(self.tokenizer.encode((" " if spaced else "") + text, add_special_tokens=False).ids)

    def sentence(self, text: str) -> tuple[list[int], list[int], list[tuple[int, int]]]:
        """Piece ids, the index of each word's first piece, and each word's span in `text`."""
        ids: list[int] = []
        first: list[int] = []
        spans = words(text)
        end = -1
        for start, stop in spans:
            first.append(len(ids))
            ids.extend(self.word(text[start:stop], start != end))
            end = stop
        return ids, first, spans
