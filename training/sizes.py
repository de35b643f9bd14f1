"""The best size for a budget: each is pre-trained for the same minutes and trained for the same steps, one table.

    python training/sizes.py --tokenizer runs/tokenizer.json --work runs/sizes --pretrain-minutes 20

Two single-threaded runs go side by side, on a machine that does nothing else; what is done is not done again.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ablate import cell, run
from text import collect, save_text
from words import Pieces

# Layers, width, width inside. Two run at a time.
SIZES = [(6, 384, 768), (12, 256, 512), (4, 384, 768), (8, 384, 768)]


def pretrained(size: tuple[int, int, int], args: argparse.Namespace) -> Path:
    """Pre-trains one size; the tokenised text is shared."""
    layers, hidden, intermediate = size
    out = args.work / f"pretrain.{layers}x{hidden}"
    out.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, Path(__file__).parent / "pretrain.py", "--tokenizer", args.tokenizer, "--out", out, "--length", "256",
               "--layers", layers, "--hidden", hidden, "--intermediate", intermediate, "--minutes", args.pretrain_minutes,
               "--text", args.work / "text.npz", "--threads", "1", "--look-minutes", "1e9"]
    if not (out / "done").exists():
        with (out / "log").open("a", encoding="utf-8") as file:
            subprocess.run(list(map(str, command)), check=True, stdout=file, stderr=file)
        (out / "done").touch()
    return out


def measure(size: tuple[int, int, int], args: argparse.Namespace) -> list[str]:
    """One row of the table."""
    folder = pretrained(size, args)
    log = (folder / "log").read_text(encoding="utf-8")
    megabytes = re.findall(r"([\d.]+) MB in f16", log)[-1]
    tokens = re.findall(r"([\d.]+) M tokens loss", log)[-1]
    perplexity = re.findall(r"^held-out perplexity nl ([\d.]+)$", log, re.M)[-1]
    study = argparse.Namespace(work=args.work, pretrained=folder, tokenizer=args.tokenizer, steps=args.steps, batch=args.batch)
    scores = run(f"{size[0]}x{size[1]}", 0, [], study)
    shown = "{}x{} ({})".format(*size)
    return [shown, megabytes, tokens, perplexity, *(cell([value]) for value in scores.values())]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--work", required=True, type=Path)
    parser.add_argument("--pretrain-minutes", type=float, default=20)
    parser.add_argument("--steps", type=int, default=300, help="of multi-task training")
    parser.add_argument("--batch", type=int, default=8, help="rows of 256 tokens in a step")
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    if not (args.work / "text.npz").exists():
        save_text(args.work / "text.npz", *collect(Pieces(args.tokenizer)))
    with ThreadPoolExecutor(args.jobs) as pool:
        rows = list(pool.map(lambda size: measure(size, args), SIZES))
    columns = ["layers x width (inside)", "MB in f16", "M tokens read", "perplexity nl", "entities, nl dev", "factuality, real dev",
               "factuality, written dev", "holder, written dev"]
    print("| " + " | ".join(columns) + " |\n|" + " --- |" * len(columns))
    for row in rows:
        print("| " + " | ".join(row) + " |")


if __name__ == "__main__":
    main()
