"""What each part of the method brings, and how well it carries over: many short runs, one table.

    python training/ablate.py parts --pretrained runs/pretrain --tokenizer runs/tokenizer.json --work runs/ablate --minutes 10
    python training/ablate.py writers | languages | folds ...

Two single-threaded runs go side by side. A run that is done is not run again, so the same command resumes. Scores are the
quick ones of `scores.py` on dev (greedy decoding), or on what was left out; mean and standard deviation over the seeds.
"""

from __future__ import annotations

import argparse
import ast
import re
import shutil
import statistics
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sources import LANGUAGES
from variants import FOLDS, PARTS

STUDIES = {
    "parts": [("everything", [])] + [(f"without {part}", ["--without", part]) for part in PARTS],
    "writers": [(f"without writer {w}", ["--leave-out", f"writer={w}"]) for w in "abcde"],
    "languages": [(f"without {language}", ["--leave-out", f"language={language}"]) for language in LANGUAGES[1:]],
    "folds": [(f"fold {fold}", ["--leave-out", f"fold={fold}"]) for fold in range(FOLDS)],
}


def run(name: str, seed: int, extra: list[str], args: argparse.Namespace) -> dict[str, float]:
    """Trains one variant, unless its log is whole already, and reads its last scores."""
    stem = f"{re.sub(r'[^a-z0-9]+', '-', name)}.{seed}"
    log = args.work / f"{stem}.log"
    settings = f"{args.minutes} minutes from {args.pretrained.resolve()} with {Path(args.tokenizer).resolve()}"
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    if lines[:1] != [settings] or lines[-1] != "done":
        command = [sys.executable, Path(__file__).parent / "train.py", "--pretrained", args.pretrained, "--tokenizer", args.tokenizer,
                   "--out", args.work / stem, "--minutes", str(args.minutes), "--seed", str(seed), "--threads", "1", "--every", "1e9", *extra]
        if lines[:1] != [settings]:
            shutil.rmtree(args.work / stem, ignore_errors=True)
            log.write_text(f"{settings}\n", encoding="utf-8")
        with log.open("a", encoding="utf-8") as file:
            subprocess.run(list(map(str, command)), check=True, stdout=file, stderr=file)
            print("done", file=file)
        for weights in (args.work / stem).glob("checkpoint.*"):
            weights.unlink()
    text = log.read_text(encoding="utf-8")
    dev = ast.literal_eval(re.findall(r"^dev at \S+ min: (.*)$", text, re.M)[-1])
    scores = {"entities, nl dev": dev["nl.dev entity F1"], "factuality, real dev": dev["real"]["factuality"],
              "factuality, written dev": dev["written"]["factuality"], "holder, written dev": dev["written"]["holder"]}
    if held := re.findall(r"^\S+=\S+ at \S+ min: (.*)$", text, re.M):
        found = ast.literal_eval(held[-1])
        scores = {"sentences left out": found["sentences"], **{f"{key}, left out": found[key] for key in ("factuality", "holder", "claim")}}
    return scores


def cell(values: list[float]) -> str:
    if values[0] > 1:
        return f"{values[0]:.0f}"
    mean = f"{100 * statistics.mean(values):.1f}"
    return f"{mean} ± {100 * statistics.stdev(values):.1f}" if len(values) > 1 else mean


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("study", choices=STUDIES)
    parser.add_argument("--pretrained", required=True, type=Path)
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--work", required=True, type=Path)
    parser.add_argument("--minutes", type=float, default=10, help="of each run")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(args.jobs) as pool:
        # Seed by seed, so that a table of fewer seeds stands early.
        runs = {(name, seed): pool.submit(run, name, seed, extra, args) for seed in range(args.seeds) for name, extra in STUDIES[args.study]}
        scores = {key: future.result() for key, future in runs.items()}
    columns = list(next(iter(scores.values())))
    print("| variant |", " | ".join(columns), "|\n|", "--- | " * (len(columns) + 1))
    for name, _ in STUDIES[args.study]:
        print(f"| {name} |", " | ".join(cell([scores[name, seed][c] for seed in range(args.seeds)]) for c in columns), "|")


if __name__ == "__main__":
    main()
