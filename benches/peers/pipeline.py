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
    """A running pipeline."""

    def __init__(self, folder: Path, threads: int, texts: list[str]) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, there = context.Pipe()
        self.worker = context.Process(target=serve, args=(there, folder, threads, texts), daemon=True)
        self.worker.start()
        there.close()
        self.tokens = self.answer()

    def answer(self):
        answer = self.pipe.recv()
        if isinstance(answer, RuntimeError):
            raise answer
        return answer

    def run(self, batch: int) -> float:
        """Real tokens a second of one run in batches of so many texts."""
        started = time.perf_counter()
        self.pipe.send(batch)
        self.answer()
        return self.tokens / (time.perf_counter() - started)

    def close(self) -> None:
        self.pipe.send(None)
        self.worker.join()
