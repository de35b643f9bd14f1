"""Rows of documents for pre-training: whole documents, packed so that hardly any room is left over.

Each epoch is shuffled and packed anew from its seed, so a place in the text is two numbers: the epoch and the next
row. A run that resumes there reads the rows that it would have read.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from text import Text
from words import CLS_ID, PAD_ID

BUFFER = 4096  # documents looked at for the best fit


def cut(text: Text, length: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Start, size and document of every piece of at most `length` tokens. A document that is longer is cut before a
    line's marker, else (a line longer than a row) before a word, else anywhere."""
    starts, sizes, documents = text.starts[:-1], text.sizes, np.arange(len(text))
    short = (sizes <= length) & (sizes > 0)
    more = []
    for document in np.flatnonzero(sizes > length):
        at, end = int(text.starts[document]), int(text.starts[document + 1])
        while at < end:
            stop = min(at + length, end)
            if stop < end:
                for can in (text.ids[at + 1 : stop + 1] == CLS_ID, text.opens[at + 1 : stop + 1]):
                    if can.any():
                        stop = at + 1 + int(np.flatnonzero(can)[-1])
                        break
            more.append((at, stop - at, document))
            at = stop
    extra = np.array(more, np.int64).reshape(-1, 3)
    whole = np.stack([starts[short], sizes[short], documents[short]], axis=1)
    return tuple(np.concatenate([whole, extra]).T.copy())


def best_fit(sizes: list[int], length: int, buffer: int = BUFFER) -> tuple[np.ndarray, np.ndarray]:
    """Rows as indices into `sizes`, one row after another, and where each row starts [rows + 1]. A row opens with the
    oldest piece of the buffer; then comes the longest one that still fits, until none does."""
    shelves = [deque() for _ in range(length + 1)]
    stocked = 0  # bit s: shelf s holds a piece of s tokens
    taken = bytearray(len(sizes))
    members, edges = [], [0]
    at = oldest = 0
    while len(members) < len(sizes):
        while at < len(sizes) and at - len(members) < buffer:
            shelves[sizes[at]].append(at)
            stocked |= 1 << sizes[at]
            at += 1
        while taken[oldest]:
            oldest += 1
        room, size = length, sizes[oldest]
        while size:
            i = shelves[size].popleft()
            if not shelves[size]:
                stocked ^= 1 << size
            taken[i] = 1
            members.append(i)
            room -= size
            size = max((stocked & ((2 << room) - 1)).bit_length() - 1, 0)
        edges.append(len(members))
    return np.array(members, np.int64), np.array(edges, np.int64)


@dataclass
class Packed:
    """Some rows. ids: int64 [rows, length], PAD_ID at the tail; number: int32 [rows, length], which document of its
    row, -1 for padding; opens: bool [rows, length]; sizes: int64, tokens of each document in order."""

    ids: np.ndarray
    number: np.ndarray
    opens: np.ndarray
    sizes: np.ndarray

    @staticmethod
    def joined(parts: list[Packed]) -> Packed:
        return Packed(*(np.concatenate([getattr(part, name) for part in parts]) for name in Packed.__dataclass_fields__))


class Rows:
    """The rows of every epoch of a text."""

    def __init__(self, text: Text, length: int, seed: int = 0):
        self.text, self.length, self.seed = text, length, seed
        self.start, self.size, document = cut(text, length)
        self.times = text.times[document]
        self.plans: dict[int, Future] = {}
        self.worker = ThreadPoolExecutor(1)

    def pack(self, epoch: int) -> tuple[np.ndarray, np.ndarray]:
        """Indices of the pieces in each row, and where each row starts."""
        draw = np.random.default_rng((self.seed, epoch))
        whole = np.floor(self.times)
        copies = (whole + (draw.random(len(whole)) < self.times - whole)).astype(np.int64)
        order = np.repeat(np.arange(len(whole)), copies)
        draw.shuffle(order)
        members, edges = best_fit(self.size[order].tolist(), self.length)
        return order[members], edges

    def plan(self, epoch: int) -> tuple[np.ndarray, np.ndarray]:
        """As `pack`, with the next epoch packed ahead in the background."""
        self.plans = {e: plan for e, plan in self.plans.items() if e >= epoch}
        for e in (epoch, epoch + 1):
            if e not in self.plans:
                self.plans[e] = self.worker.submit(self.pack, e)
        return self.plans[epoch].result()

    def fill(self, epoch: int = 0) -> float:
        """The share of an epoch's cells that holds a token and no padding."""
        members, edges = self.plan(epoch)
        return float(self.size[members].sum() / ((len(edges) - 1) * self.length))

    def count(self, epoch: int = 0) -> int:
        """Rows of an epoch."""
        return len(self.plan(epoch)[1]) - 1

    def take(self, place: tuple[int, int], count: int) -> tuple[Packed, tuple[int, int]]:
        """`count` rows from (epoch, row) on, into the next epoch where this one ends; and the place after them."""
        epoch, row = place
        parts = []
        while count:
            members, edges = self.plan(epoch)
            last = min(row + count, len(edges) - 1)
            parts.append(self.build(members, edges[row : last + 1]))
            count -= last - row
            epoch, row = (epoch, last) if last < len(edges) - 1 else (epoch + 1, 0)
        return Packed.joined(parts), (epoch, row)

    def build(self, members: np.ndarray, edges: np.ndarray) -> Packed:
        """The rows between `edges`."""
        chosen, rows = members[edges[0] : edges[-1]], len(edges) - 1
        size, first = self.size[chosen], edges[:-1] - edges[0]
        row = np.repeat(np.arange(rows), np.diff(edges))
        before = np.cumsum(size) - size
        running = np.arange(int(size.sum()))
        source = np.repeat(self.start[chosen] - before, size) + running
        target = np.repeat(row * self.length - before[first][row], size) + running
        shape = (rows, self.length)
        ids, number, opens = np.full(shape, PAD_ID, np.int64), np.full(shape, -1, np.int32), np.zeros(shape, bool)
        ids.flat[target] = self.text.ids[source]
        opens.flat[target] = self.text.opens[source]
        number.flat[target] = np.repeat(np.arange(len(chosen)) - first[row], size)
        opens[:, 0] = True
        return Packed(ids, number, opens, size)
