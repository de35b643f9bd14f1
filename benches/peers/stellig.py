"""stellig beside the peers, through `stellig bench`: the same ids by `--sequences`, the same sentences by `--articles`."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np


def bench(program: Path, *options: str) -> dict:
    """The results of one call; a RuntimeError with what it said where it could not run."""
    with tempfile.TemporaryDirectory() as temporary:
        out = Path(temporary) / "results.json"
        command = [str(program), "bench", "--quiet", "--device", "cpu", "--warm-up", "1", "--json", str(out), *options]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(done.stderr.strip().removeprefix("stellig: "))
        return json.loads(out.read_text(encoding="utf-8"))


class Stellig:
    """One number type and one number of threads, at the best pack size."""

    def __init__(self, program: Path, folder: Path, dtype: str, threads: int, ids: Path, articles: Path) -> None:
        self.program, self.ids, self.articles = program, ids, articles
        self.options = ["--model", str(folder), "--dtype", dtype, "--threads", str(threads)]
        self.batch = self.batch_end_to_end = 0

    def encoder(self, batches: list[int], runs: int) -> dict[int, float]:
        """Best tokens a second for each pack size."""
        sizes = ",".join(map(str, batches))
        found = bench(self.program, *self.options, "--sequences", str(self.ids), "--batch-tokens", sizes, "--runs", str(runs))
        return {c["batch_tokens"]: c["encoder"]["tokens_per_s"]["max"] for c in found["configurations"]}

    def end_to_end(self, batches: list[int], runs: int) -> tuple[dict[int, float], int]:
        """Best tokens a second for each pack size, from reading to writing, and the tokens of a run."""
        sizes = ",".join(map(str, batches))
        found = bench(self.program, *self.options, "--articles", str(self.articles), "--batch-tokens", sizes, "--runs", str(runs))
        speeds = {c["batch_tokens"]: c["end_to_end"]["tokens_per_s"]["max"] for c in found["configurations"]}
        return speeds, found["input"]["tokens"]

    def logits(self, labels: int) -> dict[int, np.ndarray]:
        """Logits `[tokens, labels]` by number of sequence."""
        with tempfile.TemporaryDirectory() as temporary:
            out = Path(temporary) / "logits.json"
            options = ["--sequences", str(self.ids), "--logits", str(out), "--runs", "1", "--batch-tokens", str(self.batch)]
            bench(self.program, *self.options, *options)
            (rows,) = json.loads(out.read_text(encoding="utf-8")).values()
        return {number: np.array(values, np.float32).reshape(-1, labels) for number, values in enumerate(rows)}
