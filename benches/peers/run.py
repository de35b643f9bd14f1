"""stellig beside ONNX Runtime, PyTorch, CTranslate2 and transformers' pipeline: the same random weights, the same tokens.

    python3.11 -m venv .venv && .venv/bin/pip install -r benches/peers/requirements.txt
    .venv/bin/python benches/peers/run.py --stellig target/release/stellig --shape small --threads 1 2

Encoder alone (`--sequences`): the same lists of ids for all, real tokens a second, padding not counted. Every peer runs at
its own best setting: all budgets of `--budgets` in batches of similar length, with several threads in one process and with
one thread in each of several; the best of the sweep is kept and named. End to end: transformers' pipeline and `stellig
bench --articles` from the same sentences to spans. After the sweep the engines take turns, a run each, `--runs` times. Logits are held against PyTorch's in
f32 before anything is timed: an engine that differs by more than `--tolerance` is not measured (int8 and bf16 are only
printed). stellig's figure is up to the hidden states, the peers' up to the logits: the classifier is 0.03 % of the work.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path

import numpy as np
from checkpoints import LABELS, SHAPES, checkpoint, sentences, sequences, write_json_lines
from engines import ENGINES, prepare
from pipeline import Pipeline
from processes import Engine, Setting, placed
from report import Row, as_json, table
from stellig import Stellig

DTYPES = ("f32", "bf16", "int8")
CHECKED = 32  # sequences whose logits are compared


def say(*what: object) -> None:
    print(*what, file=sys.stderr, flush=True)


def difference(found: dict[int, np.ndarray], wanted: dict[int, np.ndarray]) -> float:
    """Largest difference over the sequences of `wanted`."""
    return max(float(np.abs(found[number] - rows).max()) for number, rows in wanted.items())


def ways(cores: int) -> list[tuple[int, int]]:
    """Processes and threads of each: one with all cores, and one for each core."""
    return [(1, cores)] + ([(cores, 1)] if cores > 1 else [])


class Peer:
    """An engine that pads, and the setting that suits it best."""

    def __init__(self, name: str, cores: int, args: argparse.Namespace, folder: Path, ids: list[list[int]]) -> None:
        self.name, self.folder, self.ids = name, folder, ids
        self.row = Row(name, ENGINES[name][0], cores)
        found: dict[Setting, float] = {}
        for processes, threads in ways(cores):
            engine = Engine(name, folder, processes, threads, ids)
            for budget in args.budgets:
                setting = Setting(processes, threads, budget)
                engine.plan(budget)
                found[setting] = max(engine.run() for _ in range(args.sweep_runs))
                say(f"{name}, {setting}: {found[setting]:.0f} tokens/s")
            engine.close()
        self.best = max(found, key=lambda setting: found[setting])
        self.row.setting = str(self.best)
        self.engine = Engine(name, folder, self.best.processes, self.best.threads, ids)
        self.engine.plan(self.best.budget)

    def run(self) -> float:
        return self.engine.run()


class Own:
    """stellig's encoder in one number type."""

    def __init__(self, dtype: str, cores: int, args: argparse.Namespace, stellig: Stellig) -> None:
        self.stellig, self.row = stellig, Row(f"stellig {dtype}", dtype, cores)
        found = stellig.encoder(args.budgets, args.sweep_runs)
        stellig.batch = max(found, key=lambda batch: found[batch])
        self.row.setting = f"{placed(1, cores)}, packs of {stellig.batch}"

    def run(self) -> float:
        return self.stellig.encoder([self.stellig.batch], 1)[self.stellig.batch]


class EndToEnd:
    """stellig or the pipeline, from text to labels: the best of several ways to measure it, by their names."""

    def __init__(self, row: Row, ways: dict[str, Callable[[], float]]) -> None:
        self.row = row
        found = {name: measure() for name, measure in ways.items()}
        row.setting = max(found, key=lambda name: found[name])
        self.run = ways[row.setting]


def attempt(rows: list[Row], row: Row, make):
    """What `make` gives; where it cannot be had, a row that says so."""
    try:
        runner = make()
    except (RuntimeError, OSError, ValueError) as error:
        row.fault = str(error)
        rows.append(row)
        say(f"{row.engine}: {error}")
        return None
    rows.append(runner.row)
    return runner


def measured(args: argparse.Namespace, work: Path, cores: int, texts: bool) -> tuple[list[Row], list[Row]]:
    """Rows of the encoder alone and from end to end."""
    folder = checkpoint(work, args.shape)
    vocab_size = SHAPES[args.shape]["vocab_size"]
    ids = sequences(args.lengths, args.count, vocab_size)
    file, articles = work / "ids.json", work / "articles.jsonl"
    file.write_text(json.dumps(ids))
    written = sentences(args.lengths, args.count, vocab_size)
    write_json_lines(articles, written)
    prepare(folder, list(args.engines))
    reference_engine = Engine("PyTorch f32", folder, 1, cores, ids[:CHECKED])
    reference_engine.plan(1024)
    wanted = reference_engine.logits()
    reference_engine.close()

    encoder_rows: list[Row] = []
    runners = []
    stelligs = {dtype: Stellig(args.stellig, folder, dtype, cores, file, articles) for dtype in DTYPES}
    for dtype, stellig in stelligs.items():
        own = attempt(encoder_rows, Row(f"stellig {dtype}", dtype, cores), partial(Own, dtype, cores, args, stellig))
        if own:
            check(own.row, stellig.logits(len(LABELS)), wanted, args.tolerance)
            runners.append(own)
    for name in args.engines:
        peer = attempt(encoder_rows, Row(name, ENGINES[name][0], cores), partial(Peer, name, cores, args, folder, ids))
        if peer:
            check(peer.row, peer.engine.logits(), wanted, args.tolerance)
            runners.append(peer)
    both: list[Row] = []
    labels: list[Pipeline] = []
    if texts:
        labels = [Pipeline(folder, *way, written) for way in ways(cores)]
        batches = {f"{placed(*way)}, batches of {size}": partial(label.run, size) for way, label in zip(ways(cores), labels) for size in (1, 8, 32, 64)}
        row = Row("transformers pipeline f32", "f32", cores)
        runners.append(attempt(both, row, partial(EndToEnd, row, batches)))
        for dtype, stellig in stelligs.items():
            row = Row(f"stellig {dtype}", dtype, cores)
            packs = {f"{placed(1, cores)}, packs of {size}": partial(same_tokens, stellig, labels[0].tokens, size) for size in args.budgets}
            runners.append(attempt(both, row, partial(EndToEnd, row, packs)))
    runners = [runner for runner in runners if runner and not runner.row.fault]
    for turn in range(args.runs):
        for runner in runners if turn % 2 == 0 else reversed(runners):
            runner.row.tokens_per_s.append(runner.run())
        say(f"on {cores}: run {turn + 1} of {args.runs}")
    for runner in runners:
        if isinstance(runner, Peer):
            runner.engine.close()
    for label in labels:
        label.close()
    return encoder_rows, both


def same_tokens(stellig: Stellig, tokens: int, size: int) -> float:
    """Tokens a second of stellig end to end; both must have read the same tokens."""
    speeds, read = stellig.end_to_end([size], 1)
    if read != tokens:
        raise RuntimeError(f"stellig read {read} tokens, the pipeline {tokens}")
    return speeds[size]


def check(row: Row, found: dict[int, np.ndarray], wanted: dict[int, np.ndarray], tolerance: float) -> None:
    """Notes how far an engine's logits are off; one in f32 that is wrong is not measured."""
    row.max_difference = difference(found, wanted)
    say(f"{row.engine}: logits differ by at most {row.max_difference:.1e} from PyTorch's in f32")
    if row.dtype == "f32" and not row.max_difference <= tolerance:
        row.fault = f"logits differ by {row.max_difference:.1e}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stellig", type=Path, required=True, help="the program, built with --release")
    parser.add_argument("--shape", choices=SHAPES, default="small")
    parser.add_argument("--lengths", choices=("news", "article"), default="news")
    parser.add_argument("--threads", type=int, nargs="+", default=[os.cpu_count() or 1], help="cores to use")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--sweep-runs", type=int, default=2, help="runs of each setting in the sweep, the best of which counts")
    parser.add_argument("--budgets", type=int, nargs="+", default=[256, 512, 1024, 2048, 4096], help="positions in a batch")
    parser.add_argument("--count", type=int, help="sequences (default: 256 news, 64 article)")
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--no-end-to-end", action="store_true")
    parser.add_argument("--tolerance", type=float, default=1e-3, help="largest difference of logits in f32")
    parser.add_argument("--work", type=Path, help="where to keep the checkpoints (default: a temporary folder)")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    args.stellig = args.stellig.resolve()
    with tempfile.TemporaryDirectory() as temporary:
        work = args.work or Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        encoder, both = [], []
        for cores in args.threads:
            one, two = measured(args, work, cores, not args.no_end_to_end)
            encoder, both = encoder + one, both + two
    print(f"Encoder alone, {args.shape}, {args.lengths}:\n\n{table(encoder)}")
    if both:
        print(f"\nEnd to end:\n\n{table(both)}")
    if args.json:
        packages = ("torch", "transformers", "onnxruntime", "ctranslate2", "numpy")
        about = {"shape": args.shape, "lengths": args.lengths, "runs": args.runs, "python": platform.python_version()}
        about["packages"] = {name: version(name) for name in packages}
        args.json.write_text(json.dumps({"schema": 1, **about, "encoder": as_json(encoder), "end_to_end": as_json(both)}, indent=2))


if __name__ == "__main__":
    main()
