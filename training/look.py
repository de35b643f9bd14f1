"""One row of figures on dev for each of some models, to choose among weights by; no test set is touched.

    python training/look.py --stellig target/release/stellig models/news-small runs/more

As `card.py` measures them (`stellig eval`, f32), with what is kept out of training to tune by (`unseen.py --part tune`).
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from card import ENTITY_SETS, HERE, NO_CONTEXT, evaluate, percent
from sources import data_root
from unseen import OPEN_TEXT, WRITERS, files


def of_labels(name: str, report: dict) -> dict[str, str]:
    labels = report["labels"]
    return {name: f"{percent(labels['factuality']['macro_f1'])} ({percent(labels['factuality']['accuracy'])})",
            f"{name}, holder": percent(labels["holder"]["macro_f1"])}


def figures(stellig: Path, model: Path, folder: Path) -> dict[str, str]:
    """Every figure of a model, by its name."""
    found, data = {}, data_root()
    for name, types in ENTITY_SETS:
        context = "never" if name in NO_CONTEXT else "always"
        extra = ["--types", types] if types else []
        report = evaluate(stellig, model, data / "data" / "ner" / f"{name}.tsv.xz", f"--context={context}", *extra)["tokens"][0]
        found[name] = percent(report["micro"]["f1"])
    split = ["--split", HERE / "splits" / "corpus.tsv", "--part", "dev"]
    found |= of_labels("written dev", evaluate(stellig, model, *sorted((data / "corpus").glob("*.txt")), *split)["corpus"])
    real = folder / "real.nl.dev.txt"
    subprocess.run([sys.executable, str(HERE / "join_standoff.py"), "--data", str(data), "--set", "conll2002.nl.dev",
                    "--labels-only", "--out", str(real)], check=True, stdout=subprocess.DEVNULL)
    found |= of_labels("real dev", evaluate(stellig, model, real)["corpus"])
    unseen = files("tune", folder)
    for name in (WRITERS, OPEN_TEXT):
        found |= of_labels(f"{name}, to tune by", evaluate(stellig, model, *unseen[name])["corpus"])
    pairs = evaluate(stellig, model, "--pairs", *sorted((HERE.parent / "tests" / "data" / "pairs").glob("*.txt")))["pairs"]["all"]
    found["pairs"] = percent(pairs["right"] / pairs["pairs"])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stellig", required=True, type=Path, help="the program")
    parser.add_argument("models", nargs="+", type=Path, help="folders of exported models")
    args = parser.parse_args()
    for number, model in enumerate(args.models):
        with tempfile.TemporaryDirectory() as folder:
            found = figures(args.stellig, model, Path(folder))
        if not number:
            print("| weights | " + " | ".join(found) + " |", "| --- " * (len(found) + 1) + "|", sep="\n")
        print(f"| {model.name} | " + " | ".join(found.values()) + " |", flush=True)


if __name__ == "__main__":
    main()
