"""What each part of the method brings, and how well it carries over: many short runs, one table.

    python training/ablate.py parts --pretrained runs/pretrain --tokenizer runs/tokenizer.json --work runs/ablate
    python training/ablate.py unseen | languages ...

`parts` leaves parts of the method out, three seeds each, and scores dev (quickly: greedy decoding). `unseen` makes five
runs, each without one writer of the written corpus and one fifth of the articles with real labelled sentences; what was
held back is scored over all runs together, with 95% intervals (bootstrap over documents) and two baselines beside it.
`languages` trains without one language and scores it. `self` adds what `selftrain.py` wrote to the data. Two single-threaded runs go side by side; a run that is done is not
run again, so the same command resumes.
"""

from __future__ import annotations

import argparse
import ast
import random
import re
import shutil
import statistics
import subprocess
import sys
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from baselines import rule
from scores import HOLDERS, SEVEN, Judged, certainty_scores
from sources import LANGUAGES
from variants import FOLDS, PARTS, held_back

WRITERS = "abcde"
STUDIES = {
    "parts": [("everything", [])] + [(f"without {part}", ["--without", part]) for part in PARTS],
    "unseen": [(f"without writer {w} and fold {i}", ["--leave-out", f"writer={w}", f"fold={i}"]) for i, w in enumerate(WRITERS)],
    "languages": [(f"without {language}", ["--leave-out", f"language={language}"]) for language in LANGUAGES],
    "self": [("everything", []), ("with self-training", ["--self", "FILE"])],
}
SEEDS = {"parts": 3, "unseen": 1, "languages": 1, "self": 3}


def run(name: str, seed: int, extra: list[str], args: argparse.Namespace) -> dict[str, float]:
    """Trains one variant, unless its log is whole already, and reads its last scores on dev."""
    stem = f"{re.sub(r'[^a-z0-9]+', '-', name)}.{seed}"
    log = args.work / f"{stem}.log"
    settings = f"{args.steps} steps of {args.batch} rows from {args.pretrained.resolve()} with {Path(args.tokenizer).resolve()}"
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    if lines[:1] != [settings] or lines[-1] != "done":
        command = [sys.executable, Path(__file__).parent / "train.py", "--pretrained", args.pretrained, "--tokenizer", args.tokenizer,
                   "--out", args.work / stem, "--steps", args.steps, "--batch", args.batch, "--mean", "0", "--seed", seed, "--threads", "1", "--every", "1e9", *(args.self if part == "FILE" else part for part in extra)]
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
    return {"entities, nl dev": dev["nl.dev entity F1"], "factuality, real dev": dev["real"]["factuality"],
            "factuality, written dev": dev["written"]["factuality"], "holder, written dev": dev["written"]["holder"]}


def held(work: Path, what: str) -> list[tuple[str, Judged]]:
    """What was held back under this name, as the run that held it back wrote it."""
    files = list(work.glob(f"*/{what}.tsv"))
    if len(files) != 1:
        raise SystemExit(f"{work}: {len(files)} files {what}.tsv, not one")
    rows = [line.split("\t") for line in files[0].read_text(encoding="utf-8").splitlines()]
    return [(id, Judged(*labels)) for id, *labels in rows]


def with_interval(sentences: list[tuple[str, Judged]], key: str, draws: int = 500) -> str:
    """A score in per cent with its 95% interval, by bootstrap over documents."""
    documents: dict[str, list[Judged]] = defaultdict(list)
    for id, sentence in sentences:
        documents[id].append(sentence)
    rng, groups = random.Random(0), list(documents.values())
    drawn = sorted(certainty_scores([s for group in rng.choices(groups, k=len(groups)) for s in group])[key] for _ in range(draws))
    score = certainty_scores([s for _, s in sentences])[key]
    return f"{100 * score:.1f} ({100 * drawn[round(0.025 * draws)]:.1f}-{100 * drawn[round(0.975 * draws) - 1]:.1f})"


def baselines(what: list[str]) -> dict[str, list[Judged]]:
    """What the majority class and the list of cue words make of the same sentences."""
    gold = [(s, (s.label.split() + [""])[:2]) for w in what for d in held_back(w) for s in d.sentences if s.label]
    return {
        "majority class": [Judged(g, "CT+", holder, "author") for _, (g, holder) in gold],
        "cue words": [Judged(g, given, holder, by) for s, (g, holder) in gold for given, by in [rule(s)]],
    }


def unseen_table(args: argparse.Namespace) -> list[str]:
    """Each set as a whole, beside the baselines, and class by class."""
    lines = ["| held back | sentences | labelled by | factuality | holder | " + " | ".join(SEVEN) + " |", "| --- " * (5 + len(SEVEN)) + "|"]
    kinds = {"real sentences, five folds": [f"fold={i}" for i in range(FOLDS)], "written corpus, five writers": [f"writer={w}" for w in WRITERS]}
    for name, parts in kinds.items():
        found = [sentence for part in parts for sentence in held(args.work, part)]
        classes = lambda scores: " | ".join(f"{scores[c]:.2f}" for c in SEVEN)
        alone = certainty_scores([s for _, s in found])
        lines.append(f"| {name} | {len(found)} | the model | {with_interval(found, 'factuality')} | {with_interval(found, 'holder')} | {classes(alone)} |")
        for baseline, sentences in baselines(parts).items():
            scores = certainty_scores(sentences)
            lines.append(f"| | | {baseline} | {100 * scores['factuality']:.1f} | {100 * scores['holder']:.1f} | {classes(scores)} |")
        for part in parts if "written" in name else []:
            one = [s for _, s in held(args.work, part)]
            scores = certainty_scores(one)
            lines.append(f"| {part.replace('=', ' ')} | {len(one)} | the model | {100 * scores['factuality']:.1f} | {100 * scores['holder']:.1f} | {classes(scores)} |")
    return lines


def languages_table(args: argparse.Namespace) -> list[str]:
    lines = ["| trained without, scored on | sentences | factuality | cue words | holder | claim |", "| --- " * 6 + "|"]
    for language in LANGUAGES:
        what = f"language={language}"
        found = held(args.work, what)
        claim = certainty_scores([s for _, s in found])["claim"]
        rules = certainty_scores(baselines([what])["cue words"])["factuality"]
        lines.append(f"| {language} | {len(found)} | {with_interval(found, 'factuality')} | {100 * rules:.1f} | {with_interval(found, 'holder')} | {100 * claim:.1f} |")
    return lines


def cell(values: list[float]) -> str:
    mean = f"{100 * statistics.mean(values):.1f}"
    return f"{mean} ± {100 * statistics.stdev(values):.1f}" if len(values) > 1 else mean


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("study", choices=STUDIES)
    parser.add_argument("--pretrained", required=True, type=Path)
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--work", required=True, type=Path)
    parser.add_argument("--steps", type=int, default=300, help="of each run")
    parser.add_argument("--batch", type=int, default=8, help="rows of 256 tokens in a step")
    parser.add_argument("--seeds", type=int, help="runs of each variant (default: 3 for parts and self, else 1)")
    parser.add_argument("--self", type=Path, metavar="FILE", help="what `selftrain.py` wrote, for `self`")
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args()
    if args.study == "self" and not args.self:
        parser.error("self needs --self FILE")
    args.work.mkdir(parents=True, exist_ok=True)
    seeds = range(args.seeds or SEEDS[args.study])
    with ThreadPoolExecutor(args.jobs) as pool:
        # Seed by seed, so that a table of fewer seeds stands early.
        runs = {(name, seed): pool.submit(run, name, seed, extra, args) for seed in seeds for name, extra in STUDIES[args.study]}
        scores = {key: future.result() for key, future in runs.items()}
    columns = list(next(iter(scores.values())))
    print("| variant |", " | ".join(columns), "|\n|", "--- | " * (len(columns) + 1))
    for name, _ in STUDIES[args.study]:
        print(f"| {name} |", " | ".join(cell([scores[name, seed][c] for seed in seeds]) for c in columns), "|")
    if tables := {"unseen": unseen_table, "languages": languages_table}.get(args.study):
        print("", *tables(args), sep="\n")


if __name__ == "__main__":
    main()
