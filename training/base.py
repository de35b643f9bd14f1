"""An encoder of the Hugging Face Hub under our heads: XLM-RoBERTa, mmBERT, or any other that `AutoModel` loads.

Such an encoder takes one window a row, padded; ours takes several (`model.py`). Everything else is the same. `transformers`
is imported where it is needed: a host that trains our own encoder can do without it.
"""

from __future__ import annotations

import json
from pathlib import Path

import torch
from torch import Tensor, nn

from checkpoint import read_config
from model import Encoder, save_config
from words import SPECIALS_FILE


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


def word_by_word(tokenizer: dict) -> dict:
    """A tokenizer.json that reads a word as it stands in running text: SentencePiece tokenizers put a blank before
    whatever they are given, and a word that is glued to the one before has none."""
    def mended(part: dict | None) -> dict | None:
        match part and part.get("type"):
            case "Sequence":
                parts = [mended(p) for p in part["pretokenizers"] if p["type"] != "WhitespaceSplit"]
                return parts[0] if len(parts) == 1 else part | {"pretokenizers": parts}
            case "Metaspace":
                return {key: value for key, value in part.items() if key != "add_prefix_space"} | {"prepend_scheme": "never"}
            case "ByteLevel":
                return part | {"add_prefix_space": False}
        return part

    return tokenizer | {"pre_tokenizer": mended(tokenizer.get("pre_tokenizer")), "padding": None, "truncation": None}


def fetch(name: str, folder: Path) -> HubEncoder:
    """An encoder of the Hub, or of a local folder, in f32; its tokenizer.json and special tokens go to `folder`."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(name, use_fast=True)
    if not tokenizer.is_fast:
        raise SystemExit(f"{name} has no fast tokenizer (tokenizer.json), which stellig needs")
    marker, separator = tokenizer.cls_token or tokenizer.bos_token, tokenizer.sep_token or tokenizer.eos_token
    if not (marker and separator):
        raise SystemExit(f"{name} has no token that opens or none that ends a text: it is no encoder for stellig")
    specials = {"marker": marker, "separator": separator, "padding": tokenizer.pad_token or separator}
    (folder / SPECIALS_FILE).write_text(json.dumps(specials) + "\n", encoding="utf-8")
    mended = word_by_word(json.loads(tokenizer.backend_tokenizer.to_str()))
    (folder / "tokenizer.json").write_text(json.dumps(mended, ensure_ascii=False), encoding="utf-8")
    return HubEncoder(_without_pooler("from_pretrained", name))


def _without_pooler(how: str, what: object) -> nn.Module:
    """An AutoModel in f32; a pooler would be exported and never read."""
    from transformers import AutoModel

    try:
        return getattr(AutoModel, how)(what, dtype=torch.float32, add_pooling_layer=False)
    except TypeError:
        return getattr(AutoModel, how)(what, dtype=torch.float32)


def save_encoder_config(encoder: nn.Module, folder: Path) -> None:
    """The sizes of an encoder as the config.json of a run."""
    if isinstance(encoder, HubEncoder):
        (folder / "config.json").write_text(encoder.config.to_json_string(use_diff=False), encoding="utf-8")
    else:
        save_config(encoder.config, folder / "config.json")


def exported_names(folder: Path) -> list[str]:
    """The names of the weights of an exported model: an encoder of the Hub keeps its own, ours stands below "model."."""
    from safetensors import safe_open

    with safe_open(folder / "model.safetensors", "pt") as file:
        return list(file.keys())


def encoder_of(folder: Path) -> nn.Module:
    """An encoder with random weights and the sizes in the config.json of a run of `pretrain.py` or `train.py`, or of an exported
    model whose encoder is ours."""
    found = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    if "stellig" in found and not any(name.startswith("model.") for name in exported_names(folder)):
        raise SystemExit(f"{folder} is an exported model on an encoder of the Hub: give the folder of a run, or its encoder to --base")
    if "stellig" in found or "model_type" not in found:
        return Encoder(read_config(folder))
    from transformers import AutoConfig

    return HubEncoder(_without_pooler("from_config", AutoConfig.from_pretrained(folder)))
