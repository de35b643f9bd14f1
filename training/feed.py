"""Batches for pre-training: rows in order, words masked by the number of the step, made ahead of time for a GPU."""

from __future__ import annotations

import queue
import threading
from dataclasses import dataclass, replace
from typing import Iterator

import numpy as np
import torch
from torch import Tensor

from fast import IGNORE
from masking import Kinds, masked, names
from rows import Rows


@dataclass
class Batch:
    """ids: masked, int64 [rows, length]; number: int32 [rows, length], document of its row or -1; where: flat positions
    to predict and target: their ids, int64; sizes: tokens of each document; masked: positions that count; place: epoch
    and row after this batch."""

    ids: Tensor
    number: Tensor
    where: Tensor
    target: Tensor
    sizes: np.ndarray
    masked: int
    place: tuple[int, int]

    def on(self, device: torch.device) -> Batch:
        """The same with its tensors on a device, but for `number`, from which the mask is prepared."""
        move = lambda tensor: tensor.to(device, non_blocking=True)
        return replace(self, ids=move(self.ids), where=move(self.where), target=move(self.target))


def fixed(where: Tensor, target: Tensor, size: int) -> tuple[Tensor, Tensor]:
    """Positions and targets cut or filled to `size`: a compiled model wants one shape."""
    where, target = where[:size], target[:size]
    room = size - len(where)
    return torch.cat([where, where.new_zeros(room)]), torch.cat([target, target.new_full((room,), IGNORE)])


@dataclass
class Feed:
    """Batches from a place on. The mask of a step depends on its number alone, so a resumed run masks alike."""

    rows: Rows
    kinds: Kinds
    vocab: int
    batch: int
    rate: float = 0.3
    bias: float = 1.0
    static: bool = False  # one shape for every batch

    def at(self, place: tuple[int, int], step: int) -> Batch:
        """The batch of one step."""
        packed, after = self.rows.take(place, self.batch)
        ids, opens = torch.from_numpy(packed.ids), torch.from_numpy(packed.opens)
        generator = torch.Generator().manual_seed(step)
        likely = names(ids, opens, self.kinds) if self.bias != 1.0 else None
        changed, where = masked(ids, opens, self.rate, self.vocab, generator, likely, self.bias)
        target = ids.flatten()[where]
        count = len(target)
        if self.static:
            # Names have more pieces than other words, so a bias raises the number of masked pieces.
            room = ids.numel() * self.rate * (1.06 if self.bias == 1.0 else 1.2)
            where, target = fixed(where, target, -(-int(room) // 128) * 128)
        return Batch(changed, torch.from_numpy(packed.number), where, target, packed.sizes, count, after)

    def run(self, place: tuple[int, int], step: int) -> Iterator[Batch]:
        """Batches without end."""
        while True:
            batch = self.at(place, step)
            yield batch
            place, step = batch.place, step + 1


def ahead(batches: Iterator[Batch], depth: int = 6) -> Iterator[Batch]:
    """The same batches in pinned memory, made in a thread while the GPU works."""
    ready: queue.Queue = queue.Queue(depth)

    def work() -> None:
        try:
            for batch in batches:
                pin = lambda name: getattr(batch, name).pin_memory()
                ready.put(replace(batch, **{name: pin(name) for name in ("ids", "number", "where", "target")}))
        except BaseException as error:
            ready.put(error)

    threading.Thread(target=work, daemon=True).start()
    while True:
        batch = ready.get()
        if isinstance(batch, BaseException):
            raise batch
        yield batch
