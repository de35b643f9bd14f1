"""What narrower products cost in accuracy: `stellig eval` on the development sets, once for each number type.

    python benches/accuracy.py --stellig target/release/stellig --data ../shared --model models/news-small

Prints F1 of entities, macro-F1 of factuality and of holder, and right minimal pairs in f32, and how far the other number
types are from that, in points.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "training"))
from measure import DEV_SETS, NO_CONTEXT, Measure

DTYPES = ["f32", "bf16", "int8"]


def figures(measure: Measure) -> dict[str, float]:
    """Every figure of one number type, in points."""
    sets = {name: types for name, types in DEV_SETS.items() if name not in NO_CONTEXT}
    found = {f"entity F1, {name}": measure.entities(name, types, in_context=True)["micro"]["f1"] for name, types in sets.items()}
    for name, report in {"written dev": measure.written("dev"), "real nl dev": measure.real_dev()}.items():
        for what in ("factuality", "holder"):
            found[f"{what} macro-F1, {name}"] = report["labels"][what]["macro_f1"]
    pairs = measure.pairs()["all"]
    found["minimal pairs, both right"] = pairs["right"] / pairs["pairs"]
    return {name: 100 * value for name, value in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stellig", required=True, type=Path)
    parser.add_argument("--data", type=Path, help="the folder that holds data/ and corpus/ (default: $STELLIG_DATA)")
    parser.add_argument("--model", default="embedded")
    args = parser.parse_args()
    if args.data:
        os.environ["STELLIG_DATA"] = str(args.data)
    found = {dtype: figures(Measure(args.stellig, args.model, dtype)) for dtype in DTYPES}
    print("| figure | " + " | ".join(DTYPES) + " |\n| --- " + "| ---: " * len(DTYPES) + "|")
    for name, exact in found["f32"].items():
        print(f"| {name} | {exact:.2f} | " + " | ".join(f"{found[dtype][name] - exact:+.2f}" for dtype in DTYPES[1:]) + " |")


if __name__ == "__main__":
    main()
