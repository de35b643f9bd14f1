"""What narrower products cost in accuracy: `stellig eval` on the development sets, once for each number type.

    python benches/accuracy.py --stellig target/release/stellig --data ../shared --model models/news-small

Prints F1 of entities, macro-F1 of factuality and of holder, and right minimal pairs in f32, and how far the other number
types are from that, in points.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TRAINING = ROOT / "training"
DTYPES = ["f32", "bf16", "int8"]
ENTITY_SETS = {"conll2002.nl.dev": None, "conll2002.es.dev": None, "conll2003.en.dev": None, "conll2003.de.dev": None,
               "kind-wn.it.dev": "PER,ORG,LOC"}


def evaluate(args: argparse.Namespace, dtype: str, *arguments: object) -> dict:
    command = [args.stellig, "eval", "--model", args.model, "--dtype", dtype, "--json", *arguments]
    return json.loads(subprocess.run(list(map(str, command)), check=True, stdout=subprocess.PIPE).stdout)


def figures(args: argparse.Namespace, dtype: str, real: Path) -> dict[str, float]:
    """Every figure of one number type, in points."""
    found = {}
    for name, types in ENTITY_SETS.items():
        extra = ["--types", types] if types else []
        report = evaluate(args, dtype, args.data / "data" / "ner" / f"{name}.tsv.xz", "--context=always", *extra)["tokens"][0]
        found[f"entity F1, {name}"] = report["micro"]["f1"]
    written = sorted((args.data / "corpus").glob("*.txt"))
    corpora = {"written dev": [*written, "--split", TRAINING / "splits" / "corpus.tsv", "--part", "dev"], "real nl dev": [real]}
    for name, arguments in corpora.items():
        labels = evaluate(args, dtype, *arguments)["corpus"]["labels"]
        found[f"factuality macro-F1, {name}"] = labels["factuality"]["macro_f1"]
        found[f"holder macro-F1, {name}"] = labels["holder"]["macro_f1"]
    pairs = evaluate(args, dtype, "--pairs", *sorted((ROOT / "tests" / "data" / "pairs").glob("*.txt")))["pairs"]["all"]
    found["minimal pairs, both right"] = pairs["right"] / pairs["pairs"]
    return {name: 100 * value for name, value in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stellig", required=True, type=Path)
    parser.add_argument("--data", required=True, type=Path)
    parser.add_argument("--model", default="embedded")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        real = Path(folder) / "real.nl.dev.txt"
        subprocess.run([sys.executable, str(TRAINING / "join_standoff.py"), "--data", str(args.data), "--set", "conll2002.nl.dev",
                        "--labels-only", "--out", str(real)], check=True)
        found = {dtype: figures(args, dtype, real) for dtype in DTYPES}
    print("| figure | " + " | ".join(DTYPES) + " |\n| --- " + "| ---: " * len(DTYPES) + "|")
    for name, exact in found["f32"].items():
        print(f"| {name} | {exact:.2f} | " + " | ".join(f"{found[dtype][name] - exact:+.2f}" for dtype in DTYPES[1:]) + " |")


if __name__ == "__main__":
    main()
