"""The masked language model as a GPU likes it: attention that skips what lies in other documents, one fused loss.

Same parameters, names and results as `model.MaskedLM`, which stays the plain reference (`test_pretrain.py` holds
both together). Attention is `flex` (FlexAttention over blocks of the mask), `varlen` (flash attention over one long
row) or `dense` (a mask for every pair, as the reference).
"""

from __future__ import annotations

from typing import Callable

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from model import Config, Encoder, MaskedLM, rope_tables, rotate
from optim import Muon

ATTENTION = ["flex", "varlen", "dense"]
IGNORE = -100


def block_mask(number: Tensor, window: int | None, block: int = 128):
    """A flex mask [batch, 1, length, length] for rows of documents numbered in order (padding -1, at the tail): a token
    sees its document, and with a `window` only that far to either side. Which blocks hold anything is read off the
    first and last document of each, without going over all pairs."""
    from torch.nn.attention.flex_attention import BlockMask

    batch, length = number.shape
    block = min(block, length)
    number = torch.where(number < 0, length, number).contiguous()
    blocks = length // block
    first, last = number[:, ::block], number[:, block - 1 :: block]
    some = (first[:, :, None] <= last[:, None, :]) & (first[:, None, :] <= last[:, :, None])
    if window is not None:
        at = torch.arange(blocks, device=number.device)
        some &= ((at[:, None] - at[None, :]).abs() - 1) * block + 1 <= window

    def sees(b, h, q, k):
        same = number[b, q] == number[b, k]
        return same if window is None else same & ((q - k).abs() <= window)

    indices = some.int().argsort(dim=-1, descending=True, stable=True).int()
    return BlockMask.from_kv_blocks(some.sum(-1, dtype=torch.int32)[:, None], indices[:, None], BLOCK_SIZE=block,
                                    mask_mod=sees, seq_lengths=(length, length))


def edges(number: np.ndarray) -> np.ndarray:
    """Where each document (or tail of padding) starts when all rows stand in one, and the end, int32. Repeats of the
    end fill it up to a size that depends on the shape alone, so that nothing is compiled twice."""
    flat = np.asarray(number).reshape(-1)
    new = np.flatnonzero(np.diff(flat, prepend=flat[0] + 1))
    starts = np.union1d(new, np.arange(0, len(flat), number.shape[1]))
    room = max(64, len(flat) // 8)
    if len(starts) > room:
        raise ValueError(f"{len(starts)} documents in {number.shape} rows: too many for attention 'varlen'")
    return np.concatenate([starts, np.full(room + 1 - len(starts), len(flat))]).astype(np.int32)


class FastMaskedLM(MaskedLM):
    """`MaskedLM` with its forward pass written for `torch.compile` on CUDA.

    `mask` is what `prepare` made of a batch; `where` is of a fixed length, its tail with targets of -100. `residual`
    is the type of the stream between layers: bf16 halves the memory it moves.
    """

    def __init__(self, encoder: Encoder, attention: str = "flex", residual: torch.dtype = torch.float32):
        super().__init__(encoder)
        self.attention, self.residual = attention, residual
        self.parts = self.encode, self.loss

    def speed_up(self, compiled: bool = True) -> None:
        """Compiles both halves, or goes back to running them as they stand."""
        torch._dynamo.reset()
        self.parts = self.encode, self.loss
        if compiled:
            self.parts = tuple(torch.compile(part, dynamic=False) for part in self.parts)

    def prepare(self, number: Tensor) -> object:
        """The mask of a batch from its document numbers [batch, length], which lie on the CPU; on the model's device."""
        device, config = self.bias.device, self.model.config
        if self.attention == "varlen":
            return torch.from_numpy(edges(number.numpy())).to(device, non_blocking=True)
        number = number.to(device, non_blocking=True)
        if self.attention == "flex":
            return block_mask(number, None), block_mask(number, config.local_attention // 2)
        same = (number[:, :, None] == number[:, None, :])[:, None]
        place = torch.arange(number.shape[1], device=device)
        return same, same & ((place[:, None] - place[None, :]).abs() <= config.local_attention // 2)

    def attend(self, q: Tensor, k: Tensor, v: Tensor, mask: object, is_global: bool) -> Tensor:
        """Attention of q, k, v [batch, heads, length, dim]; the same shape comes back."""
        if self.attention == "flex":
            from torch.nn.attention.flex_attention import flex_attention

            # Compiled, FlexAttention has been seen to misread q and k that are not contiguous (PyTorch 2.15 on a CPU).
            q, k, v = (x.contiguous() for x in (q, k, v))
            return flex_attention(q, k, v, block_mask=mask[0 if is_global else 1])
        if self.attention == "dense":
            return F.scaled_dot_product_attention(q, k, v, attn_mask=mask[0 if is_global else 1])
        from torch.nn.attention.varlen import varlen_attn

        batch, heads, length, dim = q.shape
        side = -1 if is_global else self.model.config.local_attention // 2
        q, k, v = (x.transpose(1, 2).reshape(batch * length, heads, dim) for x in (q, k, v))
        out = varlen_attn(q, k, v, mask, mask, length, length, window_size=(side, side))
        return out.view(batch, length, heads, dim).transpose(1, 2)

    def encode(self, ids: Tensor, mask: object) -> Tensor:
        """Hidden states [batch, length, hidden], as `Encoder.forward` without dropout."""
        encoder, config = self.model, self.model.config
        batch, length = ids.shape
        thetas = {True: config.global_rope_theta, False: config.local_rope_theta}
        tables = {kind: rope_tables(length, config.head_dim, theta, ids.device) for kind, theta in thetas.items()}
        x = encoder.embeddings.norm(encoder.embeddings.tok_embeddings(ids)).to(self.residual)
        for layer in encoder.layers:
            attn = layer.attn
            q, k, v = attn.Wqkv(layer.attn_norm(x)).view(batch, length, 3, attn.heads, attn.dim).permute(2, 0, 3, 1, 4)
            q, k = (rotate(part, *tables[layer.is_global]) for part in (q, k))
            out = self.attend(q, k, v, mask, layer.is_global).transpose(1, 2).reshape(batch, length, -1)
            x = x + attn.Wo(out).to(self.residual)
            x = x + layer.mlp(layer.mlp_norm(x)).to(self.residual)
        return encoder.final_norm(x)

    def loss(self, hidden: Tensor, where: Tensor, target: Tensor) -> Tensor:
        """Mean loss at the flat positions `where` whose target is not -100."""
        hidden = self.norm(F.gelu(self.dense(hidden.flatten(0, 1)[where])))
        logits = F.linear(hidden, self.model.embeddings.tok_embeddings.weight, self.bias)
        return F.cross_entropy(logits.float(), target, ignore_index=IGNORE)

    def forward(self, ids: Tensor, mask: object, where: Tensor, target: Tensor) -> Tensor:
        encode, loss = self.parts
        return loss(encode(ids, mask), where, target)

    def disagreement(self, ids: Tensor, number: Tensor, mask: object, rows: int = 16) -> float:
        """How far states and gradients are from the reference on the first rows, as ||difference|| / ||reference||:
        a few hundredths in bf16, far more if a kernel looks at the wrong tokens. Attention is turned up meanwhile, since
        fresh weights hardly heed it. Gradients are left at None."""
        layers = [layer.attn for layer in self.model.layers]
        turn = lambda by: torch._foreach_mul_([attn.Wo.weight.data for attn in layers], by)
        real = number[:rows] >= 0
        draw = torch.Generator(ids.device).manual_seed(0)
        direction = torch.randn(int(real.sum()), self.model.config.hidden_size, generator=draw, device=ids.device)
        found = []
        turn(4.0)
        try:
            for states in (lambda: self.parts[0](ids, mask)[:rows], lambda: self.model(ids[:rows], number[:rows])):
                hidden = states()[real].float()
                (hidden * direction).sum().backward()
                found.append((hidden.detach(), torch.cat([attn.Wqkv.weight.grad.float().flatten() for attn in layers])))
                self.zero_grad(set_to_none=True)
        finally:  # a kernel that fails must leave the weights as they were for the next one
            turn(0.25)
            self.zero_grad(set_to_none=True)
        return max(float((ours - plain).norm() / plain.norm()) for ours, plain in zip(*found))


class StackedMuon(Muon):
    """Muon with the matrices of one shape orthogonalised together: a few large products in place of hundreds of small
    ones. State and hyper-parameters are Muon's."""

    @torch.no_grad()
    def step(self) -> None:
        for group in self.param_groups:
            shapes: dict[tuple, list[Tensor]] = {}
            for p in group["params"]:
                if p.grad is not None:
                    shapes.setdefault(tuple(p.shape), []).append(p)
            for shape, params in shapes.items():
                grads = [p.grad for p in params]
                momenta = [self.state[p].setdefault("momentum", torch.zeros_like(p)) for p in params]
                torch._foreach_mul_(momenta, group["momentum"])
                torch._foreach_add_(momenta, grads)
                update = torch.stack(torch._foreach_add(grads, momenta, alpha=group["momentum"]))
                torch._foreach_mul_(params, 1 - group["lr"] * group["weight_decay"])
                steps = list(orthogonalised(update).unbind())
                torch._foreach_add_(params, steps, alpha=-group["lr"] * 0.2 * max(shape) ** 0.5)


def orthogonalised(matrices: Tensor, steps: int = 5) -> Tensor:
    """`optim.orthogonalised` over a stack [n, rows, columns]."""
    a, b, c = 3.4445, -4.7750, 2.0315
    tall = matrices.shape[1] > matrices.shape[2]
    x = matrices.to(torch.bfloat16)
    x = x.mT if tall else x
    x = x / (x.flatten(1).norm(dim=1)[:, None, None] + 1e-7)
    for _ in range(steps):
        y = x @ x.mT
        x = a * x + (b * y + c * y @ y) @ x
    return (x.mT if tall else x).to(matrices.dtype)


def flops(config: Config, sizes: np.ndarray, masked: int) -> float:
    """Operations of one training step (forward and backward, two per multiply-add) that are of use: tokens without
    padding, pairs within a document and a window, the output layer at `masked` positions. sizes: of each document."""
    sizes = np.asarray(sizes, np.float64)
    hidden, side = config.hidden_size, config.local_attention // 2
    matrices = config.num_hidden_layers * (4 * hidden**2 + 3 * hidden * config.intermediate_size)
    head = hidden**2 + hidden * config.vocab_size
    near = np.where(sizes <= side, sizes**2, sizes * (2 * side + 1) - side * (side + 1))
    many = -(-config.num_hidden_layers // config.global_attn_every_n_layers)
    pairs = many * (sizes**2).sum() + (config.num_hidden_layers - many) * near.sum()
    return 6 * (matrices * sizes.sum() + head * masked) + 12 * hidden * pairs


def first_that_works(makers: dict[str, Callable[[], Callable]]) -> tuple[str, Callable]:
    """The name and the result of the first maker that does not fail; says aloud which did. The last one may raise."""
    for i, (name, make) in enumerate(makers.items()):
        try:
            return name, make()
        except Exception as error:
            if i == len(makers) - 1:
                raise
            print(f"WARNING: {name} does not work here ({type(error).__name__}: {str(error)[:300]})", flush=True)
    raise ValueError("nothing to try")
