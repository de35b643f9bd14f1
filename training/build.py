"""One command from data to a model folder: tokenizer, pre-training, multi-task training, export, card.

    python training/build.py --name news-small --work runs --out models/news-small --minutes 720

Every step resumes where it was stopped; a step that is done is not done again. Pre-training takes somewhat more than half of the minutes.
Give `--stellig target/release/stellig` to have the card's figures measured.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
# glibc hands large blocks back to the system at once, and every step would touch fresh pages: kept, pre-training is a quarter faster.
KEEP_MEMORY = {"MALLOC_MMAP_THRESHOLD_": "4000000000", "MALLOC_TRIM_THRESHOLD_": "8000000000", "MALLOC_TOP_PAD_": "268435456"}


def step(script: str, *arguments: object) -> None:
    command = [sys.executable, str(HERE / script), *map(str, arguments)]
    print("$", " ".join(command), flush=True)
    subprocess.run(command, check=True, env=KEEP_MEMORY | os.environ)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--name", help="of the model (default: news-small, with --data open news-small-open)")
    parser.add_argument("--work", type=Path, help="folder for checkpoints (default: runs, with --data open runs-open)")
    parser.add_argument("--out", type=Path, help="folder of the model (default: models/NAME)")
    parser.add_argument("--minutes", type=float, default=720, help="of training in all")
    parser.add_argument("--data", choices=("all", "open"), default="all", help="open: only what is openly licensed, or ours")
    parser.add_argument("--pieces", type=int, default=24_000)
    parser.add_argument("--stellig", type=Path, help="a built stellig, to measure the figures of the card")
    args = parser.parse_args()
    ending = "" if args.data == "all" else "-open"
    args.name = args.name or f"news-small{ending}"
    args.work, args.out = args.work or Path(f"runs{ending}"), args.out or Path("models") / args.name
    args.work.mkdir(parents=True, exist_ok=True)
    kind = args.work / "data"
    if kind.exists() and kind.read_text() != args.data:
        raise SystemExit(f"{args.work} holds a run on other data ({kind.read_text()}): give another --work")
    kind.write_text(args.data)
    tokenizer = args.work / "tokenizer.json"
    if not tokenizer.exists():
        step("train_tokenizer.py", "--out", tokenizer, "--size", args.pieces, "--data", args.data)
    pretrained, trained = args.work / "pretrain", args.work / "train"
    step("pretrain.py", "--tokenizer", tokenizer, "--out", pretrained, "--length", 256, "--data", args.data,
         "--minutes", args.minutes * 0.565)
    step("train.py", "--pretrained", pretrained, "--tokenizer", tokenizer, "--out", trained, "--data", args.data,
         "--minutes", args.minutes * 0.435)
    step("export.py", "--run", trained, "--mean", "--tokenizer", tokenizer, "--data", args.data, "--name", args.name, "--out", args.out,
         *(["--fixture", HERE.parent / "tests" / "fixtures" / args.name] if args.name == "news-small" else []))
    if args.stellig:
        step("card.py", "--model", args.out, "--data", args.data, "--stellig", args.stellig)


if __name__ == "__main__":
    main()
