"""An encoder of the Hugging Face Hub under our heads: XLM-RoBERTa, mmBERT, or any other that `AutoModel` loads.

Such an encoder takes one window a row, padded; ours takes several (`model.py`). Everything else is the same. `transformers`
is imported where it is needed: a host that trains our own encoder can do without it.
"""

from __future__ import annotations

import json
from pathlib import Path

from torch import Tensor, nn
from model import Encoder, load_config, save_config


class HubEncoder(nn.Module):
    """ids and document [batch, length], document -1 where a row is padded -> hidden states [batch, length, hidden]."""

    packed = False

    def __init__(self, inner: nn.Module):
        super().__init__()
        self.inner = inner
        self.config = inner.config
        self.dropout = 0.0  # of the heads; the encoder keeps its own

    def forward(self, ids: Tensor, document: Tensor) -> Tensor:
        return self.inner(input_ids=ids, attention_mask=(document >= 0).long()).last_hidden_state


def fetch(name: str, folder: Path) -> HubEncoder:
    """An encoder of the Hub, or of a local folder; its tokenizer.json goes to `folder`."""
    from transformers import AutoModel, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(name, use_fast=True)
    if not tokenizer.is_fast:
        raise SystemExit(f"{name} has no fast tokenizer (tokenizer.json), which stellig needs")
    tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))
    # A pooler would be exported and never read.
    try:
        return HubEncoder(AutoModel.from_pretrained(name, add_pooling_layer=False))
    except TypeError:
        return HubEncoder(AutoModel.from_pretrained(name))


def save_encoder_config(encoder: nn.Module, folder: Path) -> None:
    """The sizes of an encoder as the config.json of a run."""
    if isinstance(encoder, HubEncoder):
        (folder / "config.json").write_text(encoder.config.to_json_string(use_diff=False), encoding="utf-8")
    else:
        save_config(encoder.config, folder / "config.json")


def encoder_of(folder: Path) -> nn.Module:
    """An encoder with random weights and the sizes of a run's config.json."""
    path = folder / "config.json"
    kind = json.loads(path.read_text(encoding="utf-8")).get("model_type")
    if kind is None:
        return Encoder(load_config(path))
    from transformers import AutoConfig, AutoModel

    config = AutoConfig.from_pretrained(folder)
    try:
        return HubEncoder(AutoModel.from_config(config, add_pooling_layer=False))
    except TypeError:
        return HubEncoder(AutoModel.from_config(config))
