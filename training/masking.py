"""Which words are hidden from the model: whole words at a fixed rate, names more often if so wished.

A capital where no sentence starts is the mark of a name (in German of any noun, which does no harm: the rate over all
words stays the same).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from words import CLS_ID, MASK_ID, SPECIALS, Pieces

# After these a capital says nothing: a sentence ends, or a quotation, a title or an item opens.
OPENERS = set(".!?:;…\"'“”„«»‘’‚‹›([{-–—•*/|·")


@dataclass
class Kinds:
    """What each id of the vocabulary is [vocab]: it starts with a capital; it is one letter; a start comes after it."""

    capital: Tensor
    letter: Tensor
    opener: Tensor

    @staticmethod
    def of(pieces: Pieces) -> Kinds:
        texts = [pieces.tokenizer.decode([i]).strip() for i in range(pieces.size)]
        special = range(len(SPECIALS))
        flags = lambda test: torch.tensor([i not in special and bool(text) and test(text) for i, text in enumerate(texts)])
        kinds = Kinds(flags(lambda t: t[0].isupper()), flags(lambda t: len(t) == 1), flags(lambda t: set(t) <= OPENERS))
        kinds.opener[CLS_ID] = True
        return kinds


def names(ids: Tensor, opens: Tensor, kinds: Kinds) -> Tensor:
    """Whether a word that is likely to be a name starts at each position [rows, length]."""
    before = torch.cat([torch.full_like(ids[:, :1], CLS_ID), ids[:, :-1]], dim=1)
    alone = torch.cat([opens[:, 1:], torch.ones_like(opens[:, :1])], dim=1)
    return opens & kinds.capital[ids] & ~kinds.opener[before] & ~(kinds.letter[ids] & alone)


def masked(ids: Tensor, opens: Tensor, rate: float, vocab: int, generator: torch.Generator,
           likely: Tensor | None = None, bias: float = 1.0) -> tuple[Tensor, Tensor]:
    """Masks whole words: the changed ids and the flat positions to predict (80% mask, 10% random, 10% kept).

    Words that start at `likely` positions are `bias` times as probable as others; over all words it stays `rate`.
    """
    flat, opens = ids.flatten(), opens.flatten()
    word = opens.cumsum(0) - 1
    weight = torch.ones(int(word[-1]) + 1)
    if likely is not None and bias != 1.0:
        weight[likely.flatten()[opens]] = bias
    counts = (flat >= len(SPECIALS))[opens]
    weight *= rate * counts.sum() / (weight * counts).sum().clamp(min=1.0)
    chosen = (torch.rand(len(weight), generator=generator) < weight)[word]
    chosen &= flat >= len(SPECIALS)
    where = chosen.nonzero().squeeze(1)
    kind = torch.rand(len(where), generator=generator)
    changed = flat.clone()
    changed[where[kind < 0.8]] = MASK_ID
    swap = where[kind >= 0.9]
    changed[swap] = torch.randint(len(SPECIALS), vocab, (len(swap),), generator=generator)
    return changed.view_as(ids), where
