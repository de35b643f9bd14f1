"""The mean of the weights of several trained models: a model soup (Wortsman et al. 2022, https://arxiv.org/abs/2203.05482).

    python training/soup.py models/news-small runs/one runs/two=3 --out runs/soup

Runs that went down from the same weights lie close enough for their mean to be a model, mostly a better one than each. `=3` counts one
three times. Of a run its running mean is taken, of an exported model its weights. `train.py --warm` and `export.py --run` read what comes out;
where a run read raw text beside, the last one's layers for that go along.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import torch
from torch import Tensor

from checkpoint import read_reading, read_weights, write


def running_mean(folder: Path) -> dict[str, Tensor]:
    """The running mean of a run's weights, f32; where there is none, the weights."""
    path = folder / "checkpoint.pt"
    mean = torch.load(path, map_location="cpu").get("mean") if path.exists() else None
    return {name: tensor.float() for name, tensor in mean.items()} if mean else read_weights(folder)


def soup(shares: list[tuple[Path, float]]) -> dict[str, Tensor]:
    """The mean of the weights of folders, each counted by its share."""
    total, mean = sum(share for _, share in shares), {}
    for folder, share in shares:
        found = running_mean(folder)
        mean = mean or {name: torch.zeros_like(tensor) for name, tensor in found.items()}
        if {name: tensor.shape for name, tensor in found.items()} != {name: tensor.shape for name, tensor in mean.items()}:
            raise SystemExit(f"{folder} has other weights than {shares[0][0]}")
        for name, tensor in found.items():
            mean[name] += tensor * (share / total)
    return mean


def share(argument: str) -> tuple[Path, float]:
    folder, _, count = argument.rpartition("=")
    found = (Path(folder), float(count)) if folder else (Path(argument), 1.0)
    if not found[1] > 0:
        raise ValueError(argument)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="+", type=share, metavar="FOLDER[=SHARE]", help="runs and exported models")
    parser.add_argument("--out", required=True, type=Path, help="folder of the run that comes out")
    args = parser.parse_args()
    mean = soup(args.models)
    args.out.mkdir(parents=True, exist_ok=True)
    readings = [found for folder, _ in args.models if (found := read_reading(folder))]
    write(args.out / "checkpoint.pt", dict(model=mean, mean=mean) | ({"reading": readings[-1]} if readings else {}))
    for name in ("config.json", "tokenizer.json"):
        if (args.models[0][0] / name).exists():
            shutil.copy(args.models[0][0] / name, args.out / name)


if __name__ == "__main__":
    main()
