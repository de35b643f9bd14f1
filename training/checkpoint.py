"""What a pre-training run keeps: live weights, their running average, the optimizers and the place in the text.

A checkpoint is a dict: `model` is the weights to use (as `train.py --pretrained` reads them), `ema` the average, `raw`
the live weights that training resumes from. Older ones have `model` alone.
"""

from __future__ import annotations

import copy
import json
import signal
from dataclasses import fields
from pathlib import Path

import torch
from torch import Tensor, nn

from model import Config
from optim import Optimizers


def read_config(folder: Path) -> Config:
    """The sizes in a folder's config.json, ours or that of an exported model."""
    found = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    for kind, name in (("full_attention", "global_rope_theta"), ("sliding_attention", "local_rope_theta")):
        theta = found.get("rope_parameters", {}).get(kind, {}).get("rope_theta")
        if theta is not None:
            found.setdefault(name, theta)
    return Config(**{field.name: found[field.name] for field in fields(Config) if field.name in found})


def write(path: Path, state: dict) -> None:
    """Writes a checkpoint; whoever reads meanwhile sees the old one or the new one."""
    torch.save(state, path.with_suffix(".new"))
    path.with_suffix(".new").replace(path)


def read_weights(folder: Path) -> dict[str, Tensor]:
    """The weights to use of a folder, f32: its checkpoint.pt, else its model.safetensors."""
    if (folder / "checkpoint.pt").exists():
        state = torch.load(folder / "checkpoint.pt", map_location="cpu")["model"]
    else:
        from safetensors.torch import load_file

        state = load_file(folder / "model.safetensors")
    return {name: tensor.float() for name, tensor in state.items()}


def read_reading(folder: Path) -> dict | None:
    """What a run that read raw text beside (`reading.py`) kept of that: its layers and its place in the text."""
    path = folder / "checkpoint.pt"
    return torch.load(path, map_location="cpu").get("reading") if path.exists() else None


def warm_start(model: nn.Module, folder: Path) -> str:
    """Starts from the weights of another run or of an exported model; says what was taken. The encoder must be whole,
    the layers that predict pieces may be missing, and heads are left out."""
    state, own = read_weights(folder), model.state_dict()
    taken = {name: tensor for name, tensor in state.items() if name in own}
    missing = [name for name in own if name not in taken]
    broken = [name for name in missing if name.startswith("model.")]
    if broken:
        raise SystemExit(f"{folder} is no encoder of this shape: it lacks {', '.join(broken[:3])}")
    model.load_state_dict(taken, strict=False)
    return f"{len(taken)} weights of {folder}" + (f", new: {', '.join(missing)}" if missing else "")


def forgetting(keep: float, step: int) -> float:
    """The share of a running average that stays at a step, counted from 1: less at first, so that where it began does not weigh more than its like."""
    return min(keep, step / (step + 10))


class Average:
    """A running average of a model's weights, in a copy of it. `keep` is the share of the old average that stays at a
    step (0.998), or, above 1, the half-life in steps; 0 makes it follow the weights. It starts with the weights and
    forgets them faster at first."""

    def __init__(self, model: nn.Module, keep: float):
        self.keep = 0.5 ** (1 / keep) if keep > 1 else keep
        self.model = copy.deepcopy(model).requires_grad_(False)
        self.pairs = list(self.model.parameters()), list(model.parameters())

    @torch.no_grad()
    def update(self, step: int) -> None:
        """Call after every step; `step` counts from 1."""
        torch._foreach_lerp_(*self.pairs, 1 - forgetting(self.keep, step))


class Run:
    """Everything that a checkpoint holds."""

    def __init__(self, model: nn.Module, keep: float, optimizers: Optimizers):
        self.model, self.optimizers = model, optimizers
        self.average = Average(model, keep)
        self.step, self.tokens = 0, 0
        self.spent = 0.0  # seconds of training, over every resumed run
        self.place = (0, 0)  # epoch and row
        self.use = "ema"  # or "raw": which weights are for use

    def save(self, path: Path) -> None:
        ema, raw = self.average.model.state_dict(), self.model.state_dict()
        write(path, dict(model=ema if self.use == "ema" else raw, ema=ema, raw=raw, optimizers=self.optimizers.state_dict(),
                         step=self.step, spent=self.spent, tokens=self.tokens, place=self.place))

    def load(self, path: Path, epoch_tokens: int) -> None:
        """Resumes. `epoch_tokens` finds the epoch of an old checkpoint, which does not know its place."""
        state = torch.load(path, map_location=next(self.model.parameters()).device)
        if "optimizers" not in state:
            raise SystemExit(f"{path} holds weights alone: name its folder with --warm, and another --out")
        self.model.load_state_dict(state.get("raw", state["model"]))
        self.average.model.load_state_dict(state.get("ema", state["model"]))
        self.optimizers.load_state_dict(state["optimizers"])
        self.step, self.spent, self.tokens = state["step"], state["spent"], state["tokens"]
        self.place = state.get("place", (state["tokens"] // max(epoch_tokens, 1), 0))


class Stop:
    """Turns SIGTERM and SIGINT into a wish to stop after the step at hand; a second SIGINT stops at once."""

    def __init__(self):
        self.signal = 0
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.ask)

    def ask(self, number: int, _frame) -> None:
        if self.signal == signal.SIGINT == number:
            raise KeyboardInterrupt
        self.signal = number
