"""An engine in processes of its own: one with several threads, or several with one thread each.

Batches are padded to their longest, made of sequences of similar length, and dealt out so that every process gets about
as many positions. A run ends when the last process is done. Between runs the processes wait and use no core.
"""

from __future__ import annotations

import multiprocessing
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Setting:
    """How an engine runs."""

    processes: int
    threads: int
    budget: int

    def __str__(self) -> str:
        return f"{placed(self.processes, self.threads)}, {self.budget} positions"


def placed(processes: int, threads: int) -> str:
    """How cores are used, for a person."""
    if processes > 1:
        return f"{processes} processes of {threads} thread{'s' if threads > 1 else ''}"
    return f"{threads} thread{'s' if threads > 1 else ''}"


def batches(sequences: list[list[int]], budget: int) -> list[list[int]]:
    """Numbers of sequences, sorted by length, in batches of at most `budget` padded positions."""
    found: list[list[int]] = []
    for number in sorted(range(len(sequences)), key=lambda i: len(sequences[i])):
        # In rising order the newest is the longest.
        if found and len(sequences[number]) * (len(found[-1]) + 1) <= budget:
            found[-1].append(number)
        else:
            found.append([number])
    return found


def dealt(sequences: list[list[int]], numbers: list[list[int]], processes: int) -> list[list[list[int]]]:
    """The batches of each process: the largest first, each to whom has least."""
    size = lambda batch: len(batch) * max(len(sequences[i]) for i in batch)  # noqa: E731
    shares: list[list[list[int]]] = [[] for _ in range(processes)]
    loads = [0] * processes
    for batch in sorted(numbers, key=size, reverse=True):
        least = loads.index(min(loads))
        shares[least].append(batch)
        loads[least] += size(batch)
    return shares


def padded(sequences: list[list[int]], batch: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Ids and mask, `[sequences, tokens]`."""
    longest = max(len(sequences[i]) for i in batch)
    ids, mask = np.zeros((len(batch), longest), np.int64), np.zeros((len(batch), longest), np.int64)
    for row, number in enumerate(batch):
        ids[row, : len(sequences[number])] = sequences[number]
        mask[row, : len(sequences[number])] = 1
    return ids, mask


def serve(pipe: Connection, engine: str, folder: Path, threads: int, sequences: list[list[int]]) -> None:
    """Builds the engine, then takes a share of the batches (a list), or runs it (a bool: whether to give the logits)."""
    from engines import ENGINES

    try:
        run = ENGINES[engine][1](folder, threads)
        pipe.send("ready")
        while (wanted := pipe.recv()) is not None:
            if isinstance(wanted, list):
                share, inputs = wanted, [padded(sequences, batch) for batch in wanted]
                pipe.send("ready")
                continue
            found = [run(ids, mask) for ids, mask in inputs]
            logits = {}
            for batch, out in zip(share, found) if wanted else ():
                logits |= {number: out[row, : len(sequences[number])] for row, number in enumerate(batch)}
            pipe.send(logits)
    except EOFError:
        pass
    except Exception as error:  # an engine that cannot run is a row without a figure, not the end
        pipe.send(RuntimeError(f"{type(error).__name__}: {error}"))


class Engine:
    """A running engine: `processes` of them, with `threads` threads each."""

    def __init__(self, engine: str, folder: Path, processes: int, threads: int, sequences: list[list[int]]) -> None:
        context = multiprocessing.get_context("spawn")
        self.sequences, self.tokens = sequences, sum(map(len, sequences))
        self.pipes, self.workers = [], []
        for _ in range(processes):
            here, there = context.Pipe()
            worker = context.Process(target=serve, args=(there, engine, folder, threads, sequences), daemon=True)
            worker.start()
            there.close()
            self.pipes.append(here)
            self.workers.append(worker)
        self.answers()

    def answers(self) -> list:
        found = []
        for pipe in self.pipes:
            try:
                found.append(pipe.recv())
            except EOFError as error:
                raise RuntimeError("its process ended; memory may have run out") from error
        for answer in found:
            if isinstance(answer, RuntimeError):
                raise answer
        return found

    def plan(self, budget: int) -> None:
        """Deals out batches of at most `budget` positions, and runs them once to warm up."""
        shares = dealt(self.sequences, batches(self.sequences, budget), len(self.pipes))
        for pipe, share in zip(self.pipes, shares):
            pipe.send(share)
        self.answers()
        self.run()

    def run(self) -> float:
        """Real tokens a second of one run."""
        started = time.perf_counter()
        for pipe in self.pipes:
            pipe.send(False)
        self.answers()
        return self.tokens / (time.perf_counter() - started)

    def logits(self) -> dict[int, np.ndarray]:
        """Logits `[tokens, labels]` by number of sequence."""
        for pipe in self.pipes:
            pipe.send(True)
        return {number: rows for answer in self.answers() for number, rows in answer.items()}

    def close(self) -> None:
        for pipe in self.pipes:
            try:
                pipe.send(None)
            except OSError:  # it has ended already
                pass
            pipe.close()
        for worker in self.workers:
            worker.join()
