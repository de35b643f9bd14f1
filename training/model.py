"""The encoder (ModernBERT: pre-norm, RoPE, GeGLU, local and global attention by turns) and the heads on it.

Parameter names are those of Hugging Face's `ModernBertModel`, so that the exported folder loads there as it is;
`export.py` checks that both compute the same. Rows are packed: a row of `length` tokens holds several documents, and
`document [batch, length]` says which, so that nothing looks across a border.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from loss import fused_cross_entropy

ENTITY_LABELS = ["O"] + [f"{p}-{t}" for t in ("PER", "ORG", "LOC", "MISC") for p in "BI"]
SPAN_LABELS = ["O", "B", "I"]
SENTENCE_INPUT = ["marker", "mean", "max"]
HEADS = {
    "entities": ("token", ENTITY_LABELS),
    "source": ("token", SPAN_LABELS),
    "cue": ("token", SPAN_LABELS),
    "hedge": ("token", SPAN_LABELS),
    "claim": ("sentence", ["none", "claim"]),
    "certainty": ("sentence", ["certain", "probable", "possible", "uncommitted"]),
    "polarity": ("sentence", ["positive", "negative"]),
    "holder": ("sentence", ["author", "source", "hearsay"]),
}


@dataclass
class Config:
    """Sizes of the encoder."""

    vocab_size: int = 24_000
    hidden_size: int = 384
    num_hidden_layers: int = 6
    num_attention_heads: int = 6
    intermediate_size: int = 768
    local_attention: int = 128
    global_attn_every_n_layers: int = 3
    global_rope_theta: float = 160_000.0
    local_rope_theta: float = 10_000.0
    norm_eps: float = 1e-5
    max_position_embeddings: int = 512

    @property
    def head_dim(self) -> int:
        return self.hidden_size // self.num_attention_heads


def rope_tables(length: int, dim: int, theta: float, device: torch.device) -> tuple[Tensor, Tensor]:
    """Cosines and sines [length, dim] of rotary positions (Su et al. 2021), halves laid as Hugging Face does."""
    inverse = theta ** (-torch.arange(0, dim, 2, device=device, dtype=torch.float32) / dim)
    angles = torch.arange(length, device=device, dtype=torch.float32)[:, None] * inverse
    angles = torch.cat([angles, angles], dim=-1)
    return angles.cos(), angles.sin()


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Applies rotary positions to x [batch, heads, length, dim]."""
    half = x.shape[-1] // 2
    turned = torch.cat([-x[..., half:], x[..., :half]], dim=-1)
    return x * cos.to(x.dtype) + turned * sin.to(x.dtype)


def dropout(x: Tensor, rate: float, training: bool) -> Tensor:
    """Dropout whose masks cost one random byte an element on a CPU, where PyTorch's own take a seventh of a step: the
    rate is rounded to 1/256, and the rest is scaled up by what is really dropped."""
    level = round(rate * 256)
    if not training or not level:
        return x
    if x.is_cuda:
        return F.dropout(x, rate)
    words = torch.empty((x.numel() + 7) // 8, dtype=torch.int64).random_(-(2**63), None)
    kept = words.view(torch.uint8)[: x.numel()].view(x.shape) >= level
    return x * (kept.to(x.dtype) * (256 / (256 - level)))


class Attention(nn.Module):
    def __init__(self, config: Config):
        super().__init__()
        self.heads, self.dim = config.num_attention_heads, config.head_dim
        self.Wqkv = nn.Linear(config.hidden_size, 3 * config.hidden_size, bias=False)
        self.Wo = nn.Linear(config.hidden_size, config.hidden_size, bias=False)

    def forward(self, x: Tensor, mask: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        batch, length, _ = x.shape
        q, k, v = self.Wqkv(x).view(batch, length, 3, self.heads, self.dim).permute(2, 0, 3, 1, 4)
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        out = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        return self.Wo(out.transpose(1, 2).reshape(batch, length, -1))


class MLP(nn.Module):
    def __init__(self, config: Config):
        super().__init__()
        self.Wi = nn.Linear(config.hidden_size, 2 * config.intermediate_size, bias=False)
        self.Wo = nn.Linear(config.intermediate_size, config.hidden_size, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        value, gate = self.Wi(x).chunk(2, dim=-1)
        return self.Wo(F.gelu(value) * gate)


class Layer(nn.Module):
    def __init__(self, config: Config, index: int):
        super().__init__()
        self.is_global = index % config.global_attn_every_n_layers == 0
        norm = lambda: nn.LayerNorm(config.hidden_size, eps=config.norm_eps, bias=False)
        self.attn_norm = nn.Identity() if index == 0 else norm()
        self.attn = Attention(config)
        self.mlp_norm = norm()
        self.mlp = MLP(config)

    def forward(self, x: Tensor, mask: Tensor, cos: Tensor, sin: Tensor, rate: float) -> Tensor:
        x = x + dropout(self.attn(self.attn_norm(x), mask, cos, sin), rate, self.training)
        return x + dropout(self.mlp(self.mlp_norm(x)), rate, self.training)


class Embeddings(nn.Module):
    def __init__(self, config: Config):
        super().__init__()
        self.tok_embeddings = nn.Embedding(config.vocab_size, config.hidden_size)
        self.norm = nn.LayerNorm(config.hidden_size, eps=config.norm_eps, bias=False)


class Encoder(nn.Module):
    """ids and document [batch, length] -> hidden states [batch, length, hidden]."""

    packed = True  # several windows a row

    def __init__(self, config: Config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.layers = nn.ModuleList(Layer(config, i) for i in range(config.num_hidden_layers))
        self.final_norm = nn.LayerNorm(config.hidden_size, eps=config.norm_eps, bias=False)
        self.dropout = 0.0
        for name, parameter in self.named_parameters():
            if parameter.ndim == 2:
                nn.init.normal_(parameter, std=0.02)
            if name.endswith("Wo.weight"):
                nn.init.normal_(parameter, std=0.02 / math.sqrt(2 * config.num_hidden_layers))

    def forward(self, ids: Tensor, document: Tensor) -> Tensor:
        length = ids.shape[1]
        config = self.config
        same = (document[:, :, None] == document[:, None, :])[:, None]
        place = torch.arange(length, device=ids.device)
        near = (place[:, None] - place[None, :]).abs() <= config.local_attention // 2
        local = same & near
        tables = {
            True: rope_tables(length, config.head_dim, config.global_rope_theta, ids.device),
            False: rope_tables(length, config.head_dim, config.local_rope_theta, ids.device),
        }
        x = self.embeddings.norm(self.embeddings.tok_embeddings(ids))
        x = dropout(x, self.dropout, self.training)
        for layer in self.layers:
            x = layer(x, same if layer.is_global else local, *tables[layer.is_global], self.dropout)
        return self.final_norm(x)


class MaskedLM(nn.Module):
    """Predicts masked pieces; the output matrix is the embedding table."""

    def __init__(self, encoder: Encoder):
        super().__init__()
        self.model = encoder
        hidden = encoder.config.hidden_size
        self.dense = nn.Linear(hidden, hidden, bias=False)
        self.norm = nn.LayerNorm(hidden, eps=encoder.config.norm_eps, bias=False)
        self.bias = nn.Parameter(torch.zeros(encoder.config.vocab_size))
        nn.init.normal_(self.dense.weight, std=0.02)

    def forward(self, ids: Tensor, document: Tensor, where: Tensor, target: Tensor) -> Tensor:
        """Mean loss at the flat positions `where`: nothing is computed for the others."""
        hidden = self.model(ids, document).flatten(0, 1)[where]
        hidden = self.norm(F.gelu(self.dense(hidden)))
        return fused_cross_entropy(hidden, self.model.embeddings.tok_embeddings.weight, self.bias, target)


class Heads(nn.Module):
    """One linear layer per head, token heads over a shared dense layer and sentence heads over another, which reads
    a sentence at its marker and as the mean and the maximum of its tokens: a single hedge must not get lost."""

    def __init__(self, hidden: int):
        super().__init__()
        self.token = nn.ModuleDict({"dense": nn.Linear(hidden, hidden)})
        self.sentence = nn.ModuleDict({"dense": nn.Linear(len(SENTENCE_INPUT) * hidden, hidden)})
        for name, (_, labels) in HEADS.items():
            setattr(self, name, nn.Linear(hidden, len(labels)))


def sentence_states(hidden: Tensor, sentences: Tensor) -> Tensor:
    """Of each sentence [start, end) of flat positions in order: its first state, the mean and the maximum of all."""
    edges = torch.zeros(len(hidden) + 1, dtype=torch.long, device=hidden.device)
    edges[sentences[:, 0]] += 1
    number = edges.cumsum(0)[:-1] - 1
    edges[sentences[:, 1]] -= 1
    inside = edges.cumsum(0)[:-1] > 0
    number, states = number[inside], hidden[inside].float()
    index = number[:, None].expand_as(states)
    shape = (len(sentences), hidden.shape[1])
    total = states.new_zeros(shape).scatter_add(0, index, states)
    most = states.new_full(shape, -math.inf).scatter_reduce(0, index, states, "amax")
    count = (sentences[:, 1] - sentences[:, 0])[:, None]
    return torch.cat([hidden[sentences[:, 0]].float(), total / count, most], dim=-1)


class Labeller(nn.Module):
    """The encoder (ours, or one of `base.py`) with its heads: what ships."""

    def __init__(self, encoder: nn.Module):
        super().__init__()
        self.model = encoder
        self.heads = Heads(encoder.config.hidden_size)

    def forward(self, ids: Tensor, document: Tensor, tokens: Tensor, sentences: Tensor) -> dict[str, Tensor]:
        """Logits of each head: token heads at flat positions `tokens`, sentence heads over the flat ranges `sentences`."""
        hidden = self.model(ids, document).flatten(0, 1)
        at = {
            "token": F.gelu(self.heads.token["dense"](hidden[tokens])),
            "sentence": F.gelu(self.heads.sentence["dense"](sentence_states(hidden, sentences))),
        }
        for level in at:
            at[level] = dropout(at[level], self.model.dropout, self.training)
        return {name: getattr(self.heads, name)(at[level]) for name, (level, _) in HEADS.items()}


def save_config(config: Config, path: Path) -> None:
    path.write_text(json.dumps(asdict(config), indent=2) + "\n")
