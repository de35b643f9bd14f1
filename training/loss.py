"""Cross-entropy over a large vocabulary without ever holding all logits.

Rows are taken in chunks small enough for the cache; the gradient of a chunk is made right after its logits, as
Liger's fused linear cross-entropy does (Hsu et al. 2024). Only masked positions come in.
"""

from __future__ import annotations

import torch
from torch import Tensor


class FusedCrossEntropy(torch.autograd.Function):
    """Mean cross-entropy of softmax(hidden @ table.T + bias) against `target`."""

    @staticmethod
    def forward(ctx, hidden: Tensor, table: Tensor, bias: Tensor, target: Tensor, chunk: int) -> Tensor:
        low = torch.bfloat16
        rows = len(target)
        narrow_table, narrow_bias = table.to(low), bias.to(low)
        grad_hidden = torch.empty_like(hidden, dtype=low)
        grad_table = torch.zeros(table.shape, dtype=torch.float32, device=table.device)
        grad_bias = torch.zeros(bias.shape, dtype=torch.float32, device=bias.device)
        total = torch.zeros((), dtype=torch.float32, device=hidden.device)
        for at in range(0, rows, chunk):
            h = hidden[at : at + chunk].to(low)
            t = target[at : at + chunk, None]
            logits = torch.addmm(narrow_bias, h, narrow_table.T).float()
            top = logits.amax(1, keepdim=True)
            right = logits.gather(1, t)
            p = logits.sub_(top).exp_()
            mass = p.sum(1, keepdim=True)
            total += (mass.log() + top - right).sum()
            p.div_(mass * rows)
            p.scatter_add_(1, t, torch.full_like(mass, -1.0 / rows))
            p = p.to(low)
            grad_hidden[at : at + chunk] = p @ narrow_table
            grad_table += p.T @ h
            grad_bias += p.sum(0)
        ctx.save_for_backward(grad_hidden, grad_table, grad_bias)
        ctx.dtypes = hidden.dtype, table.dtype, bias.dtype
        return total / rows

    @staticmethod
    def backward(ctx, grad: Tensor):
        grads = [saved.mul(grad).to(dtype) for saved, dtype in zip(ctx.saved_tensors, ctx.dtypes)]
        return (*grads, None, None)


def fused_cross_entropy(hidden: Tensor, table: Tensor, bias: Tensor, target: Tensor, chunk: int = 1024) -> Tensor:
    """Mean cross-entropy; hidden [rows, width], table [vocab, width], bias [vocab], target [rows]."""
    return FusedCrossEntropy.apply(hidden, table, bias, target, chunk)
