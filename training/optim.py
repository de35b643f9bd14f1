"""Muon for the matrices of the layers, AdamW for everything else, and a schedule that runs on the clock.

Muon (Jordan et al. 2024) orthogonalises the momentum of each matrix by Newton-Schulz steps; the update is scaled by
0.2 sqrt(max(rows, columns)) so that AdamW's learning rates fit (Liu et al. 2025, "Muon is scalable").
"""

from __future__ import annotations

import math
import os
import re
import time
from collections import defaultdict

import torch
from torch import Tensor


def orthogonalised(matrix: Tensor, steps: int = 5) -> Tensor:
    """The nearest semi-orthogonal matrix, roughly; Newton-Schulz of the fifth order."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = matrix.to(torch.bfloat16)
    if x.shape[0] > x.shape[1]:
        x = x.T
    x = x / (x.norm() + 1e-7)
    for _ in range(steps):
        y = x @ x.T
        x = a * x + (b * y + c * y @ y) @ x
    if matrix.shape[0] > matrix.shape[1]:
        x = x.T
    return x.to(matrix.dtype)


class Muon(torch.optim.Optimizer):
    """Momentum, orthogonalised, with decoupled weight decay."""

    def __init__(self, params, lr: float, momentum: float = 0.95, weight_decay: float = 0.05):
        super().__init__(params, dict(lr=lr, momentum=momentum, weight_decay=weight_decay))

    @torch.no_grad()
    def step(self) -> None:
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if "momentum" not in state:
                    state["momentum"] = torch.zeros_like(p)
                state["momentum"].mul_(group["momentum"]).add_(p.grad)
                update = p.grad + group["momentum"] * state["momentum"]
                p.mul_(1 - group["lr"] * group["weight_decay"])
                p.add_(orthogonalised(update), alpha=-group["lr"] * 0.2 * max(p.shape) ** 0.5)


def depth(name: str) -> int:
    """How far above the ground a parameter is: 0 in the embeddings, 1 in the first layer."""
    layer = re.search(r"\blayers?\.(\d+)\.", name)
    return int(layer[1]) + 1 if layer else 0


class Optimizers:
    """Both optimizers as one; `scale` multiplies every base learning rate. With `layer_decay` below 1 each layer's rate
    is that share of the rate of the layer above it (Howard & Ruder 2018); `muon=False` leaves everything to AdamW. `beside` are
    parameters that are no part of the model."""

    def __init__(self, model: torch.nn.Module, lr: float, head_lr: float | None = None, muon: bool = True, layer_decay: float = 1.0,
                 beside: dict[str, Tensor] | None = None):
        named = dict(model.named_parameters()) | (beside or {})
        is_head = lambda name: head_lr is not None and name.startswith("heads.")
        top = max((depth(name) for name in named if not is_head(name)), default=0)
        # The final norm stands above all layers.
        rate = lambda name: lr * layer_decay ** (top - (top if "final_norm" in name else depth(name)))
        is_matrix = lambda name, p: muon and p.ndim == 2 and ".layers." in name and not is_head(name)
        groups: list[dict[float, list[Tensor]]] = [defaultdict(list), defaultdict(list)]
        for name, p in named.items():
            groups[0 if is_matrix(name, p) else 1][head_lr if is_head(name) else rate(name)].append(p)
        matrices, rest = ([dict(params=params, lr=at) for at, params in part.items()] for part in groups)
        self.parts = [Muon(matrices, lr=lr)] if matrices else []
        self.parts.append(torch.optim.AdamW(rest, betas=(0.9, 0.98), weight_decay=0.01, fused=True))
        self.base = [[group["lr"] for group in part.param_groups] for part in self.parts]

    def step(self, scale: float) -> None:
        for part, base in zip(self.parts, self.base):
            for group, lr in zip(part.param_groups, base):
                group["lr"] = lr * scale
            part.step()
            part.zero_grad(set_to_none=True)

    def state_dict(self) -> list:
        return [part.state_dict() for part in self.parts]

    def load_state_dict(self, state: list) -> None:
        for part, saved in zip(self.parts, state):
            part.load_state_dict(saved)


def stable_decay(progress: float, step: int, warmup: int = 100, decay: float = 0.35) -> float:
    """Warm-up, stable, then linear decay over the last `decay` of the run (progress 0..1)."""
    return min(1.0, (step + 1) / warmup, max(0.0, (1.0 - progress) / decay))


class Threads:
    """Takes a second core only while nobody else wants it: waiting for a busy core costs more than it brings."""

    def __init__(self, most: int):
        self.most = most
        # Where the system does not say how busy it is, all that are allowed are taken.
        self.seen = self._now() if os.path.exists("/proc/stat") else None
        if self.seen is None:
            torch.set_num_threads(most)

    @staticmethod
    def _now() -> tuple[float, float, float]:
        with open("/proc/stat") as file:
            ticks = [int(x) for x in file.readline().split()[1:]]
        busy = (sum(ticks) - ticks[3] - ticks[4]) / os.sysconf("SC_CLK_TCK")
        own = sum(os.times()[:2])
        return busy, own, time.time()

    def adapt(self) -> None:
        """Call at every step; decides anew every few seconds."""
        if self.most < 2 or self.seen is None:
            return
        busy, own, now = self._now()
        if now - self.seen[2] < 6:
            return
        others = (busy - self.seen[0] - (own - self.seen[1])) / (now - self.seen[2])
        self.seen = (busy, own, now)
        torch.set_num_threads(max(1, self.most - math.ceil(others - 0.2)))
