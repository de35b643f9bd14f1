"""Cuts a file into shards of a given size and joins them again; SHA-256 says whether all is there.

    python training/join.py split runs/pretrain/checkpoint.pt --out shards --weights-only
    python training/join.py join shards --out runs/pretrain

`--weights-only` first takes the weights to use out of a checkpoint, in f16: the result is a small checkpoint.pt that
`train.py --pretrained` and `pretrain.py --warm` read, but that cannot resume a run. A config.json beside the file goes
along.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
from pathlib import Path

MIB = 1 << 20


def weights_of(path: Path) -> bytes:
    """A checkpoint of the weights alone, and of their running mean where there is one, f16."""
    import torch

    state = torch.load(path, map_location="cpu")
    half = lambda weights: {name: tensor.to(torch.float16).clone() for name, tensor in weights.items()}
    buffer = io.BytesIO()
    torch.save({key: half(state[key]) for key in ("model", "mean") if state.get(key)}, buffer)
    return buffer.getvalue()


def split(path: Path, out: Path, size: int, weights_only: bool = False) -> list[Path]:
    """Writes shards of at most `size` bytes and manifest.json; returns the shards."""
    data = weights_of(path) if weights_only else path.read_bytes()
    out.mkdir(parents=True, exist_ok=True)
    digest = lambda part: hashlib.sha256(part).hexdigest()
    parts = [data[at : at + size] for at in range(0, len(data), size)] or [b""]
    shards = [out / f"{path.name}.{i:03d}" for i in range(len(parts))]
    for shard, part in zip(shards, parts):
        shard.write_bytes(part)
    manifest = {
        "file": path.name, "size": len(data), "sha256": digest(data),
        "shards": [{"file": s.name, "size": len(p), "sha256": digest(p)} for s, p in zip(shards, parts)],
    }
    config = path.parent / "config.json"
    if config.exists():
        manifest["config"] = json.loads(config.read_text(encoding="utf-8"))
    (out / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    return shards


def join(folder: Path, out: Path) -> Path:
    """Joins the shards of a folder into a folder; returns the file. Nothing is written unless all of it is right."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for name in (manifest["file"], *(shard["file"] for shard in manifest["shards"])):
        if Path(name).name != name:
            raise SystemExit(f"{folder / 'manifest.json'} names a file elsewhere: {name}")
    data = bytearray()
    for shard in manifest["shards"]:
        path = folder / shard["file"]
        if not path.exists():
            raise SystemExit(f"{path} is missing")
        part = path.read_bytes()
        if hashlib.sha256(part).hexdigest() != shard["sha256"]:
            raise SystemExit(f"{path} is damaged: {len(part)} of {shard['size']} bytes, or other ones")
        data += part
    if hashlib.sha256(data).hexdigest() != manifest["sha256"]:
        raise SystemExit(f"the shards in {folder} are not of one file")
    out.mkdir(parents=True, exist_ok=True)
    if "config" in manifest:
        (out / "config.json").write_text(json.dumps(manifest["config"], indent=2) + "\n", encoding="utf-8")
    target = out / manifest["file"]
    new = target.with_suffix(".new")
    new.write_bytes(data)
    new.replace(target)
    return target


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    cut = commands.add_parser("split", help="a file into shards")
    cut.add_argument("file", type=Path)
    cut.add_argument("--out", required=True, type=Path, help="folder for the shards")
    cut.add_argument("--size-mib", type=float, default=15)
    cut.add_argument("--weights-only", action="store_true")
    glue = commands.add_parser("join", help="shards into the file")
    glue.add_argument("folder", type=Path)
    glue.add_argument("--out", required=True, type=Path, help="folder for the file")
    args = parser.parse_args()
    if args.command == "split":
        for shard in split(args.file, args.out, int(args.size_mib * MIB), args.weights_only):
            print(f"{shard} {shard.stat().st_size / MIB:.2f} MiB")
    else:
        print(join(args.folder, args.out))


if __name__ == "__main__":
    main()
