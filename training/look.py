"""One row of figures on dev for each of some models, to choose among weights by; no test set is touched.

    python training/look.py --stellig target/release/stellig models/news-small runs/more

As `card.py` measures them (`stellig eval`, f32), with what is kept out of training to tune by (`unseen.py --part tune`).
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from measure import DEV_SETS, NO_CONTEXT, Measure, percent
from unseen import OPEN_TEXT, WRITERS, files


def of_labels(name: str, report: dict) -> dict[str, str]:
    labels = report["labels"]
    return {name: f"{percent(labels['factuality']['macro_f1'])} ({percent(labels['factuality']['accuracy'])})",
            f"{name}, holder": percent(labels["holder"]["macro_f1"])}


def figures(measure: Measure) -> dict[str, str]:
    """Every figure of a model, by its name."""
    found = {name: percent(measure.entities(name, types, name not in NO_CONTEXT)["micro"]["f1"]) for name, types in DEV_SETS.items()}
    found |= of_labels("written dev", measure.written("dev"))
    found |= of_labels("real dev", measure.real_dev())
    with tempfile.TemporaryDirectory() as folder:
        unseen = files("tune", Path(folder))
        for name in (WRITERS, OPEN_TEXT):
            found |= of_labels(f"{name}, to tune by", measure.corpus(*unseen[name]))
    pairs = measure.pairs()["all"]
    found["pairs"] = percent(pairs["right"] / pairs["pairs"])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stellig", required=True, type=Path, help="the program")
    parser.add_argument("models", nargs="+", type=Path, help="folders of exported models")
    args = parser.parse_args()
    for number, model in enumerate(args.models):
        found = figures(Measure(args.stellig, model))
        if not number:
            print("| weights | " + " | ".join(found) + " |", "| --- " * (len(found) + 1) + "|", sep="\n")
        print(f"| {model.name} | " + " | ".join(found.values()) + " |", flush=True)


if __name__ == "__main__":
    main()
