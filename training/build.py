"""One command from data to a model folder: tokenizer, pre-training, multi-task training, export, card.

    python training/build.py --name news-small --work runs --out models/news-small --minutes 195

Every step resumes where it was stopped; a step that is done is not done again. Pre-training takes 72% of the minutes.
Give `--stellig target/release/stellig` to have the card's figures measured.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def step(script: str, *arguments: object) -> None:
    command = [sys.executable, str(HERE / script), *map(str, arguments)]
    print("$", " ".join(command), flush=True)
    subprocess.run(command, check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--name", default="news-small")
    parser.add_argument("--work", type=Path, default=Path("runs"), help="folder for checkpoints")
    parser.add_argument("--out", type=Path, default=Path("models/news-small"))
    parser.add_argument("--minutes", type=float, default=195, help="of training in all")
    parser.add_argument("--data", choices=("all", "open"), default="all", help="open: only what is openly licensed, or ours")
    parser.add_argument("--pieces", type=int, default=24_000)
    parser.add_argument("--stellig", type=Path, help="a built stellig, to measure the figures of the card")
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    tokenizer = args.work / "tokenizer.json"
    if not tokenizer.exists():
        step("train_tokenizer.py", "--out", tokenizer, "--size", args.pieces, "--data", args.data)
    pretrained, trained = args.work / "pretrain", args.work / "train"
    step("pretrain.py", "--tokenizer", tokenizer, "--out", pretrained, "--length", 256, "--data", args.data,
         "--minutes", args.minutes * 0.72)
    step("train.py", "--pretrained", pretrained, "--tokenizer", tokenizer, "--out", trained, "--data", args.data,
         "--minutes", args.minutes * 0.28)
    step("export.py", "--run", trained, "--mean", "--tokenizer", tokenizer, "--name", args.name, "--out", args.out,
         "--fixture", HERE.parent / "tests" / "fixtures" / args.name)
    if args.stellig:
        step("card.py", "--model", args.out, "--stellig", args.stellig)


if __name__ == "__main__":
    main()
