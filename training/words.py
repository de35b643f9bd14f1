"""Words and pieces. The same rule as `src/words.rs`: labels are read at words, so both sides must cut alike.

A word is a run of letters, marks, digits, underscores and format characters, joined across single hyphens
("IS-leider"); every other character that is not white space is a word of its own, with the marks that follow it.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path

import regex
from tokenizers import Tokenizer

_RUN = r"[\p{L}\p{M}\p{N}\p{Cf}_]+"
_WORD = regex.compile(rf"{_RUN}(?:[-\u2010\u2011]{_RUN})*|\S[\p{{M}}\p{{Cf}}]*")

PAD, UNK, CLS, SEP, MASK = "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"
SPECIALS = [PAD, UNK, CLS, SEP, MASK]
PAD_ID, UNK_ID, CLS_ID, SEP_ID, MASK_ID = range(5)
# Beside a tokenizer.json that is not ours: the tokens that open a sentence, end a window and fill a row.
SPECIALS_FILE = "special_tokens.json"


def words(text: str) -> list[tuple[int, int]]:
    """Code-point spans of the words of `text`, in order."""
    return [match.span() for match in _WORD.finditer(text)]


class Pieces:
    """Word pieces of a word, by its text and whether white space (or the start of the sentence) stands before it."""

    def __init__(self, path: str):
        self.tokenizer = Tokenizer.from_file(path)
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        self.size = self.tokenizer.get_vocab_size()
        beside = Path(path).with_name(SPECIALS_FILE)
        names = json.loads(beside.read_text(encoding="utf-8")) if beside.exists() else {"marker": CLS, "separator": SEP, "padding": PAD}
        self.marker, self.separator = names["marker"], names["separator"]
        ids = [self.tokenizer.token_to_id(names[use]) for use in ("marker", "separator", "padding")]
        if None in ids:
            raise ValueError(f"{path}: not all of {', '.join(names.values())} are in the vocabulary")
        self.cls, self.sep, self.pad = ids
        self.word = functools.lru_cache(maxsize=400_000)(self._word)

    def _word(self, text: str, spaced: bool) -> tuple[int, ...]:
        ids = tuple(self.tokenizer.encode((" " if spaced else "") + text, add_special_tokens=False).ids)
        # A word that the tokenizer drops (a lone zero-width mark) still needs a place to be read at.
        return ids or (self.cls,)

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
