"""One folder for a GPU host without network or corpora: text, annotated corpora, tokenizer and code.

    python training/pack.py --tokenizer runs/tokenizer.json --out packed --megabytes 150 --limit-mib 56

There, in the folder (the same commands run here):

    python training/pretrain.py --packed . --tokenizer tokenizer.json --out runs/pretrain --minutes 20 --wall-minutes 9
    STELLIG_DATA=. python training/train.py --pretrained runs/pretrain --tokenizer tokenizer.json --out runs/train --minutes 4
    python training/join.py split runs/train/checkpoint.pt --out shards --weights-only

The raw text is tokenised and each source compressed by itself. What does not fit below the limit is left out: the
largest sources are cut first, in measure to their weight. The annotated corpora go as the files that the loaders of
`train.py` open, so that nothing there needs to know of this.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from pathlib import Path

from sources import ANNOTATED, RAW, data_root, source_names
from text import Text, read_source, squeezed
from words import Pieces

HERE = Path(__file__).resolve().parent
CODE = ["augment.py", "base.py", "batches.py", "checkpoint.py", "corpora.py", "edits.py", "fast.py", "feed.py", "headings.py", "heldout.py",
        "join.py", "loss.py", "masking.py", "model.py", "optim.py", "pretrain.py", "reading.py", "repeats.py", "rows.py", "scores.py",
        "sources.py", "text.py", "titles.py", "train.py", "variants.py", "words.py"]
MIB = 1 << 20


class Opened:
    """Notes which files are opened while it is on."""

    def __init__(self):
        self.paths: set[Path] | None = None
        sys.addaudithook(self.hook)

    def hook(self, event: str, arguments: tuple) -> None:
        if event == "open" and self.paths is not None and isinstance(arguments[0], (str, os.PathLike)):
            self.paths.add(Path(arguments[0]))

    def by(self, *calls) -> set[Path]:
        """The files that the calls open."""
        self.paths = set()
        for call in calls:
            call()
        paths, self.paths = self.paths, None
        return paths


def annotated_files() -> dict[str, Path]:
    """What `train.py` and its dev scores read: where it goes in the folder, and where it is."""
    from augment import NamePool
    from corpora import conll, written, write_split
    from train import DATA

    dev = (lambda: conll("conll2002.nl.dev", running=False)), (lambda: written("dev"))
    loaders = [load for mix in DATA.values() for load, _, _ in mix.values()]
    found = Opened().by(*loaders, *dev, write_split, lambda: NamePool([]))
    files = {}
    for path in sorted(path.resolve() for path in found):
        for root, below in ((data_root().resolve(), Path()), (HERE, Path("training"))):
            if path.is_relative_to(root) and path.is_file() and path.suffix not in (".py", ".pyc"):
                files[str(below / path.relative_to(root))] = path
    return files


def shares(sizes: dict[str, int], weights: dict[str, float], room: int) -> dict[str, float]:
    """Which share of each source to keep so that all fit into `room` bytes: what is larger than a common measure
    times its weight is cut to that."""
    low, high = 0.0, float(max(sizes.values(), default=0)) / min(weights.values(), default=1)
    kept = lambda measure: {name: min(size, measure * weights[name]) for name, size in sizes.items()}
    if sum(sizes.values()) <= room:
        return {name: 1.0 for name in sizes}
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if sum(kept(middle).values()) <= room else (low, middle)
    return {name: size / sizes[name] for name, size in kept(low).items()}


def fitted(texts: dict[str, tuple[Text, int]], weights: dict[str, float], room: int) -> dict[str, tuple[bytes, int]]:
    """Each source squeezed, and how many of its documents are in; all together at most `room` bytes. A text comes with
    the number of held-out documents at its head, which always stay."""
    whole = {name: (squeezed(text), len(text)) for name, (text, _) in texts.items()}
    aim = room
    while aim > room // 8:
        part = dict(whole)
        for name, share in shares({name: len(data) for name, (data, _) in whole.items()}, weights, aim).items():
            if share < 1.0:
                text, held = texts[name]
                count = held + int((len(text) - held) * share)
                part[name] = squeezed(text.part(0, count)), count
        if sum(len(data) for data, _ in part.values()) <= room:
            return part
        aim = int(aim * 0.97)
    raise SystemExit("the limit leaves no room for text: raise --limit-mib")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tokenizer", required=True, type=Path)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--megabytes", type=float, help="of raw text in all: scales the table in sources.py (short files end before)")
    parser.add_argument("--weight", nargs="*", default=[], metavar="NAME=TIMES", help="how often an epoch holds a source; 0: left out")
    parser.add_argument("--limit-mib", type=float, default=56, help="of the whole folder")
    parser.add_argument("--annotated", action=argparse.BooleanOptionalAction, default=True, help="pack what train.py needs too")
    args = parser.parse_args()
    times = {name: float(RAW[name][1] if name in RAW else ANNOTATED[name]) for name in source_names()}
    times |= {name: float(value) for name, value in (item.split("=") for item in args.weight)}
    if set(times) != set(source_names()):
        raise SystemExit(f"unknown source: {', '.join(set(times) - set(source_names()))}")
    scale = args.megabytes / sum(megabytes for megabytes, _ in RAW.values()) if args.megabytes else 1.0

    files = {f"training/{name}": HERE / name for name in CODE} | {"tokenizer.json": args.tokenizer}
    if args.annotated:
        files |= annotated_files()
    if (args.out / "text").exists():
        shutil.rmtree(args.out / "text")
    for name, path in files.items():
        (args.out / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, args.out / name)
    other = sum(path.stat().st_size for path in files.values())
    room = int(args.limit_mib * MIB) - other - 16384  # for text.json
    if room < MIB:
        raise SystemExit(f"code and annotated corpora take {other / MIB:.1f} MiB: raise --limit-mib, or --no-annotated")
    print(f"{len(files)} files of code and annotated corpora: {other / MIB:.1f} MiB", flush=True)

    pieces, texts = Pieces(str(args.tokenizer)), {}
    for name in source_names():
        if times[name] > 0:
            train, held = read_source(name, pieces, scale)
            texts[name] = Text.joined([held, train]), len(held)
            print(f"{name}: {len(texts[name][0].ids) / 1e6:.2f} M tokens", flush=True)
    packed = fitted(texts, {name: times[name] for name in texts}, room)
    (args.out / "text").mkdir()
    table, total, left = [], 0, 0
    for name, (data, count) in packed.items():
        text, held = texts[name]
        (args.out / "text" / f"{name}.xz").write_bytes(data)
        tokens = int(text.starts[count])
        table.append(dict(name=name, documents=count, held=held, times=times[name], tokens=tokens))
        total, left = total + tokens, left + len(text.ids) - tokens
        if count < len(text):
            print(f"left out {1 - tokens / len(text.ids):.0%} of {name}: {(len(text.ids) - tokens) / 1e6:.2f} M tokens", flush=True)
    (args.out / "text.json").write_text(json.dumps(table, indent=1) + "\n")
    size = sum(len(data) for data, _ in packed.values())
    print(f"text: {total / 1e6:.2f} M tokens in {size / MIB:.1f} MiB, {size / max(total, 1):.2f} bytes each; {left / 1e6:.2f} M left out; "
          f"the folder: {sum(path.stat().st_size for path in args.out.rglob('*') if path.is_file()) / MIB:.1f} MiB", flush=True)


if __name__ == "__main__":
    main()
