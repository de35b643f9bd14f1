"""Learning curves out of the logs of `pretrain.py` and `train.py`, as one PNG.

    python training/curve.py --pretrain pretrain.log ... --train train.log --out training/curve.png

Left: loss on masked pieces against tokens read. Right: dev scores against minutes of multi-task training.
"""

from __future__ import annotations

import argparse
import ast
import re
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot as plt

SCORES = [  # part of the dev line, its field, name, colour, mark
    (None, "nl.dev entity F1", "entities, CoNLL-2002 nl", "#0072b2", "o"),
    ("written", "factuality", "factuality, written", "#d55e00", "s"),
    ("real", "factuality", "factuality, real", "#e69f00", "^"),
    ("written", "holder", "holder, written", "#009e73", "D"),
    ("real", "holder", "holder, real", "#56b4e9", "v"),
]


def losses(paths: list[Path]) -> tuple[list[float], list[float]]:
    """Millions of tokens and loss of every line; where a resumed run went over tokens again, the later line counts."""
    points: list[tuple[float, float]] = []
    for path in paths:
        for match in re.finditer(r"([\d.]+) M tokens loss ([\d.]+)", path.read_text()):
            tokens, loss = float(match[1]), float(match[2])
            while points and points[-1][0] >= tokens:
                points.pop()
            points.append((tokens, loss))
    return [tokens for tokens, _ in points], [loss for _, loss in points]


def dev(path: Path) -> list[tuple[float, dict]]:
    log = path.read_text().split("the running mean of the weights:")[0]
    lines = re.finditer(r"^dev at ([\d.]+) min: (\{.*\})$", log, re.MULTILINE)
    return [(float(match[1]), ast.literal_eval(match[2])) for match in lines]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pretrain", type=Path, nargs="+", required=True)
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.2))
    tokens, loss = losses(args.pretrain)
    left.plot(tokens, loss, color="#0072b2", linewidth=1)
    left.set(xlabel="million tokens", ylabel="loss per masked piece (nats)", title="Pre-training")
    looks = dev(args.train)
    for part, field, name, colour, mark in SCORES:
        values = [100 * (scores[part] if part else scores)[field] for _, scores in looks]
        right.plot([minutes for minutes, _ in looks], values, color=colour, marker=mark, label=name)
    right.set(xlabel="minutes", ylabel="F1, macro-F1 (%)", title="Multi-task training, dev")
    right.legend(fontsize=8, ncol=3, loc="upper center", bbox_to_anchor=(0.5, -0.16), frameon=False)
    for axis in (left, right):
        axis.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(args.out, dpi=110)


if __name__ == "__main__":
    main()
