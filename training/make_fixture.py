"""Makes the tiny model that the Rust tests hold the encoder against: random weights, reference states from transformers.

    python training/make_fixture.py --out tests/fixtures/tiny-modernbert

The folder is a whole model (config.json, tokenizer.json, model.safetensors with heads), the same configuration as
transformers 4 wrote it (config.v4.json), and reference.safetensors: ids, hidden states and logits of some sequences.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
from torch.nn import functional as F
from transformers import ModernBertConfig, ModernBertModel

HIDDEN = 32
SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
MERGES = ["e n", "d e", "t h", "i n", "a n", "e r", "Ġ de", "Ġ th", "Ġth e", "en t"]
LENGTHS = [1, 2, 3, 4, 5, 8, 9, 17, 33, 64, 65, 100]
HEADS = {
    "entities": ("token", ["O"] + [f"{p}-{t}" for t in ("PER", "ORG", "LOC", "MISC") for p in "BI"], 1.3),
    "source": ("token", ["O", "B", "I"], 1.0),
    "cue": ("token", ["O", "B", "I"], 0.9),
    "hedge": ("token", ["O", "B", "I"], 1.0),
    "claim": ("sentence", ["none", "claim"], 1.0),
    "certainty": ("sentence", ["certain", "probable", "possible", "uncommitted"], 1.1),
    "polarity": ("sentence", ["positive", "negative"], 1.0),
    "holder": ("sentence", ["author", "source", "hearsay"], 1.0),
}


def tokenizer() -> Tokenizer:
    """Byte-level BPE with ten merges: reads any text, with pieces of one or two letters."""
    pieces = SPECIALS + sorted(pre_tokenizers.ByteLevel.alphabet()) + [merge.replace(" ", "") for merge in MERGES]
    made = Tokenizer(models.BPE(
        vocab={piece: i for i, piece in enumerate(pieces)}, merges=[tuple(m.split(" ")) for m in MERGES],
        unk_token="[UNK]",
    ))
    made.add_special_tokens(SPECIALS)
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    ends = [(name, made.token_to_id(name)) for name in ("[CLS]", "[SEP]")]
    made.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=ends)
    return made


def draw(shape: list[int], seed: torch.Generator, mean: float = 0.0) -> torch.Tensor:
    """Weights far from their initial values, so that an error anywhere shows."""
    return mean + 0.2 * torch.randn(shape, generator=seed)


def stellig_section() -> dict:
    """What stellig reads in config.json beside the encoder's own fields."""
    heads = {
        name: {"level": level, "labels": labels, "temperature": temperature}
        for name, (level, labels, temperature) in HEADS.items()
    }
    return {
        "format": 1, "name": "tiny-modernbert", "version": "0.0.0", "languages": ["nl", "en"], "window": 64,
        "heads": heads,
    }


def head_weights(seed: torch.Generator) -> dict[str, torch.Tensor]:
    """A shared dense layer per level, and a linear layer per head."""
    weights = {}
    for name, size in [("token.dense", HIDDEN), ("sentence.dense", HIDDEN)] + [
        (name, len(labels)) for name, (_, labels, _) in HEADS.items()
    ]:
        weights[f"heads.{name}.weight"] = draw([size, HIDDEN], seed)
        weights[f"heads.{name}.bias"] = draw([size], seed)
    return weights


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    seed = torch.Generator().manual_seed(7)

    pieces = tokenizer()
    pieces.save(str(out / "tokenizer.json"))
    config = ModernBertConfig(
        vocab_size=pieces.get_vocab_size(), hidden_size=HIDDEN, intermediate_size=48, num_hidden_layers=4,
        num_attention_heads=4, local_attention=8, max_position_embeddings=128, global_attn_every_n_layers=3,
        norm_bias=True, attention_bias=True, mlp_bias=True, norm_eps=1e-4,
        rope_parameters={
            "full_attention": {"rope_type": "default", "rope_theta": 5_000.0},
            "sliding_attention": {"rope_type": "default", "rope_theta": 300.0},
        },
        pad_token_id=0, cls_token_id=2, sep_token_id=3, bos_token_id=2, eos_token_id=3, attn_implementation="eager",
    )
    model = ModernBertModel(config).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(draw(list(parameter.shape), seed, 1.0 if name.endswith("norm.weight") else 0.0))
    heads = head_weights(seed)
    weights = {f"model.{name}": parameter.detach().clone() for name, parameter in model.named_parameters()}
    save_file(weights | heads, out / "model.safetensors", metadata={"format": "pt"})

    written = json.loads(config.to_json_string()) | {"stellig": stellig_section()}
    (out / "config.json").write_text(json.dumps(written, indent=2) + "\n")
    rope = written.pop("rope_parameters")
    written.pop("layer_types")
    written |= {
        "layer_norm_eps": written["norm_eps"],
        "global_attn_every_n_layers": 3,
        "global_rope_theta": rope["full_attention"]["rope_theta"],
        "local_rope_theta": rope["sliding_attention"]["rope_theta"],
    }
    (out / "config.v4.json").write_text(json.dumps(written, indent=2) + "\n")

    reference = {}
    for length in LENGTHS:
        ids = torch.randint(5, config.vocab_size, [1, length], generator=seed)
        with torch.no_grad():
            hidden = model(input_ids=ids, attention_mask=torch.ones_like(ids)).last_hidden_state[0]
        reference[f"{length}.ids"] = ids[0].to(torch.uint32)
        reference[f"{length}.hidden"] = hidden.clone()
        for level in ("token", "sentence"):
            dense = F.linear(hidden, heads[f"heads.{level}.dense.weight"], heads[f"heads.{level}.dense.bias"])
            for name, (at, _, _) in HEADS.items():
                if at == level:
                    logits = F.linear(F.gelu(dense), heads[f"heads.{name}.weight"], heads[f"heads.{name}.bias"])
                    reference[f"{length}.{name}"] = logits
    save_file(reference, out / "reference.safetensors")
    print(f"{out}: {sum(file.stat().st_size for file in out.iterdir()) / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
