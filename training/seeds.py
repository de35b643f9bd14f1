"""Reads the two real articles sentence by sentence: what the guidelines say against what the model says.

    stellig label ../shared/seeds | python training/seeds.py

The articles are not ours to pass on, so the gold labels (`seeds.tsv`) name sentences by number, and so does the table.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

GOLD = Path(__file__).parent / "seeds.tsv"


def main() -> None:
    rows = [line.split("\t") for line in GOLD.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    gold = {(name, int(number)): label for name, number, label in rows}
    right = holders = count = 0
    print("| article | sentence | guidelines | model | score | factuality | holder |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for line in sys.stdin:
        record = json.loads(line)
        if len(record["sentences"]) != sum(name == record["id"] for name, _ in gold):
            sys.exit(f"{record['id']}: {len(record['sentences'])} sentences, not as many as in {GOLD.name}")
        for number, sentence in enumerate(record["sentences"]):
            wanted = gold[record["id"], number]
            claim = sentence["claim"]["label"]
            found = f"{sentence['factuality']} {sentence['holder']['label']}" if claim else "none"
            score = sentence["certainty"]["score"] if claim else sentence["claim"]["score"]
            same = wanted.split()[0] == found.split()[0]
            same_holder = wanted.split()[-1] == found.split()[-1]
            count, right, holders = count + 1, right + same, holders + same_holder
            marks = [("right" if ok else "**wrong**") for ok in (same, same_holder)]
            print(f"| {record['id'][:3]} | {number} | {wanted} | {found} | {score:.2f} | {' | '.join(marks)} |")
    print(f"\nfactuality right in {right} of {count}, holder in {holders} of {count}")


if __name__ == "__main__":
    main()
