"""Reading on while labels are learnt: masked pieces of raw text in every step of `train.py`.

Text that nobody labelled keeps teaching the encoder, and keeps it from learning the labelled sentences by heart.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from feed import Feed
from heldout import perplexity
from masking import Kinds
from model import MaskedLM
from rows import Rows
from text import Text


def rows_at(progress: float, most: int) -> int:
    """Rows of raw text in a step: `most` in the first half of a run (progress 0..1), then fewer, down to none."""
    return round(most * min(1.0, 2 * (1 - progress)))


class Reading:
    """The layers that predict pieces, on an encoder that is trained for something else too, and the text to read: `rows` rows of
    `length` tokens in a step at most, their loss times `weight`; `held` is for perplexity."""

    def __init__(self, encoder: nn.Module, text: Text, held: dict[str, Text], kinds: Kinds, length: int, rows: int, weight: float, seed: int):
        self.model = MaskedLM(encoder)
        self.held, self.most, self.weight, self.length = held, rows, weight, length
        self.feed = Feed(Rows(text, length, seed), kinds, encoder.config.vocab_size, rows)
        self.place = (0, 0)

    def own(self) -> dict[str, nn.Parameter]:
        """The parameters beside the encoder's."""
        return {name: p for name, p in self.model.named_parameters() if not name.startswith("model.")}

    def backward(self, step: int, progress: float, device: torch.device) -> tuple[float, int]:
        """Adds the gradients of one batch; its mean loss and its tokens. Dropout is for what is read many times."""
        self.feed.batch = rows_at(progress, self.most)
        if not self.feed.batch:
            return 0.0, 0
        batch = self.feed.at(self.place, step).on(device)
        self.place = batch.place
        encoder = self.model.model
        rate, encoder.dropout = encoder.dropout, 0.0
        with torch.autocast(device.type, torch.bfloat16):
            loss = self.model(batch.ids, batch.number.to(device), batch.where, batch.target)
        # Few rows count for less: their gradient is noisier.
        (self.weight * self.feed.batch / self.most * loss).backward()
        encoder.dropout = rate
        return float(loss.detach()), int(batch.sizes.sum())

    def perplexity(self, device: torch.device) -> dict[str, float]:
        """On held-out text, per language."""
        return perplexity(self.model, self.held, self.length, device)

    def state_dict(self) -> dict:
        own: dict[str, Tensor] = {name: p.detach() for name, p in self.own().items()}
        return {"own": own, "place": self.place}

    def load_state_dict(self, state: dict) -> None:
        self.model.load_state_dict(state["own"], strict=False)
        self.place = tuple(state["place"])
