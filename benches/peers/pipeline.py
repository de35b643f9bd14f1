"""transformers' pipeline from text to spans, as its documentation has it; the baseline of `stellig label`."""

from __future__ import annotations

import multiprocessing
import time
from multiprocessing.connection import Connection
from pathlib import Path


def serve(pipe: Connection, folder: Path, threads: int, texts: list[str]) -> None:
    """Builds the pipeline, then labels all texts whenever it is sent a batch size."""
    import torch
    from transformers import AutoModelForTokenClassification, AutoTokenizer, pipeline

    try:
        torch.set_num_threads(threads)
        model = AutoModelForTokenClassification.from_pretrained(folder, dtype=torch.float32)
        tokenizer = AutoTokenizer.from_pretrained(folder)
        label = pipeline("token-classification", model=model, tokenizer=tokenizer, aggregation_strategy="first")
        # The pipeline pads each batch to its longest: sorted by length it wastes least.
        texts = sorted(texts, key=len)
        pipe.send(sum(len(ids) for ids in tokenizer(texts)["input_ids"]))
        while (batch := pipe.recv()) is not None:
            label(texts, batch_size=batch)
            pipe.send(True)
    except EOFError:
        pass
    except Exception as error:
        pipe.send(RuntimeError(f"{type(error).__name__}: {error}"))


class Pipeline:
    """A running pipeline: `processes` of them, with `threads` threads each and an equal share of the texts."""

    def __init__(self, folder: Path, processes: int, threads: int, texts: list[str]) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipes, self.workers = [], []
        for number in range(processes):
            here, there = context.Pipe()
            # Neighbours in length go to different processes.
            share = sorted(texts, key=len)[number::processes]
            worker = context.Process(target=serve, args=(there, folder, threads, share), daemon=True)
            worker.start()
            there.close()
            self.pipes.append(here)
            self.workers.append(worker)
        self.tokens = sum(self.answers())

    def answers(self) -> list:
        found = [pipe.recv() for pipe in self.pipes]
        for answer in found:
            if isinstance(answer, RuntimeError):
                raise answer
        return found

    def run(self, batch: int) -> float:
        """Real tokens a second of one run in batches of so many texts."""
        started = time.perf_counter()
        for pipe in self.pipes:
            pipe.send(batch)
        self.answers()
        return self.tokens / (time.perf_counter() - started)

    def close(self) -> None:
        for pipe in self.pipes:
            pipe.send(None)
        for worker in self.workers:
            worker.join()
