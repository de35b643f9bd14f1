"""Makes the tiny models that the Rust tests hold the encoder against: random weights, reference states from transformers.

    python training/make_fixture.py modernbert --out tests/fixtures/tiny-modernbert
    python training/make_fixture.py xlm-roberta --out tests/fixtures/tiny-xlm-roberta
    python training/make_fixture.py bert --out tests/fixtures/tiny-bert
    python training/make_fixture.py deberta-v2 --out tests/fixtures/tiny-deberta

A folder is a whole model (config.json, tokenizer.json, model.safetensors with heads) and reference.safetensors: ids,
hidden states and logits of some sequences; for modernbert also the configuration as transformers 4 wrote it
(config.v4.json).
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from torch import nn
from torch.nn import functional as F
from transformers import (
    BertConfig,
    BertModel,
    DebertaV2Config,
    DebertaV2Model,
    ModernBertConfig,
    ModernBertModel,
    XLMRobertaConfig,
    XLMRobertaModel,
)

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


def framed(made: Tokenizer, opener: str, closer: str) -> Tokenizer:
    """With a special token at either end of a text."""
    ends = [(name, made.token_to_id(name)) for name in (opener, closer)]
    made.post_processor = processors.TemplateProcessing(single=f"{opener} $A {closer}", special_tokens=ends)
    return made


def byte_level() -> Tokenizer:
    """Byte-level BPE with ten merges: reads any text, with pieces of one or two letters."""
    pieces = SPECIALS + sorted(pre_tokenizers.ByteLevel.alphabet()) + [merge.replace(" ", "") for merge in MERGES]
    made = Tokenizer(models.BPE(
        vocab={piece: i for i, piece in enumerate(pieces)}, merges=[tuple(m.split(" ")) for m in MERGES],
        unk_token="[UNK]",
    ))
    made.add_special_tokens(SPECIALS)
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    return framed(made, "[CLS]", "[SEP]")


def unigram() -> Tokenizer:
    """SentencePiece's unigram model as XLM-RoBERTa has it, with letters and a few longer pieces."""
    letters = [chr(c) for c in (*range(33, 127), *range(0xC0, 0x180))]
    pieces = ["<s>", "<pad>", "</s>", "<unk>", "\u2581", *letters, *(f"\u2581{word}" for word in ("de", "the", "een", "is", "niet")), "en", "er"]
    made = Tokenizer(models.Unigram([(piece, -1.0 * len(piece) / (len(piece) + 1)) for piece in pieces], unk_id=3))
    made.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>"])
    made.normalizer = normalizers.NFKC()
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    made.decoder = decoders.Metaspace()
    return framed(made, "<s>", "</s>")


def word_piece() -> Tokenizer:
    """BERT's: punctuation apart, words of letters."""
    letters = [chr(c) for c in (*range(33, 127), *range(0xC0, 0x180))]
    pieces = SPECIALS + letters + [f"##{letter}" for letter in letters] + ["de", "the", "een", "niet", "##en", "##er"]
    made = Tokenizer(models.WordPiece({piece: i for i, piece in enumerate(pieces)}, unk_token="[UNK]"))
    made.add_special_tokens(SPECIALS)
    made.normalizer = normalizers.BertNormalizer(lowercase=False)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.decoder = decoders.WordPiece()
    return framed(made, "[CLS]", "[SEP]")


def modernbert(vocab: int) -> nn.Module:
    return ModernBertModel(ModernBertConfig(
        vocab_size=vocab, hidden_size=HIDDEN, intermediate_size=48, num_hidden_layers=4,
        num_attention_heads=4, local_attention=8, max_position_embeddings=128, global_attn_every_n_layers=3,
        norm_bias=True, attention_bias=True, mlp_bias=True, norm_eps=1e-4,
        rope_parameters={
            "full_attention": {"rope_type": "default", "rope_theta": 5_000.0},
            "sliding_attention": {"rope_type": "default", "rope_theta": 300.0},
        },
        pad_token_id=0, cls_token_id=2, sep_token_id=3, bos_token_id=2, eos_token_id=3, attn_implementation="eager",
    ))


def bert_sizes(vocab: int, positions: int) -> dict:
    return dict(
        vocab_size=vocab, hidden_size=HIDDEN, intermediate_size=48, num_hidden_layers=3, num_attention_heads=4,
        max_position_embeddings=positions, layer_norm_eps=1e-4, attn_implementation="eager",
    )


def xlm_roberta(vocab: int) -> nn.Module:
    config = XLMRobertaConfig(**bert_sizes(vocab, 130), type_vocab_size=1, bos_token_id=0, pad_token_id=1, eos_token_id=2)
    return XLMRobertaModel(config, add_pooling_layer=False)


def bert(vocab: int) -> nn.Module:
    return BertModel(BertConfig(**bert_sizes(vocab, 128), pad_token_id=0), add_pooling_layer=False)


def deberta(vocab: int) -> nn.Module:
    """All that the usual checkpoints (tests/fixtures/hub) leave out: a row and weights for each distance of their own,
    positions and types in narrow embeddings, another activation."""
    return DebertaV2Model(DebertaV2Config(
        **bert_sizes(vocab, 128), embedding_size=24, type_vocab_size=2, relative_attention=True,
        max_relative_positions=20, pos_att_type="c2p|p2c", share_att_key=False, position_biased_input=True,
        hidden_act="gelu_new", pad_token_id=0,
    ))


# family -> (tokenizer, encoder of a vocabulary size, prefix of the weights' names, marker, separator)
FAMILIES = {
    "modernbert": (byte_level, modernbert, "model.", "[CLS]", "[SEP]"),
    "xlm-roberta": (unigram, xlm_roberta, "", "<s>", "</s>"),
    "bert": (word_piece, bert, "bert.", "[CLS]", "[SEP]"),
    "deberta-v2": (word_piece, deberta, "deberta.", "[CLS]", "[SEP]"),
}


def draw(shape: list[int], seed: torch.Generator, mean: float = 0.0) -> torch.Tensor:
    """Weights far from their initial values, so that an error anywhere shows."""
    return mean + 0.2 * torch.randn(shape, generator=seed)


def stellig_section(family: str, marker: str, separator: str) -> dict:
    """What stellig reads in config.json beside the encoder's own fields."""
    heads = {
        name: {"level": level, "labels": labels, "temperature": temperature}
        for name, (level, labels, temperature) in HEADS.items()
    }
    return {
        "format": 1, "name": f"tiny-{family}", "version": "0.0.0", "languages": ["nl", "en"], "window": 64,
        "marker": marker, "separator": separator, "heads": heads,
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


def as_version_4(config: dict) -> dict:
    """A ModernBERT configuration as transformers 4 wrote it."""
    old = {name: value for name, value in config.items() if name not in ("rope_parameters", "layer_types")}
    rope = config["rope_parameters"]
    return old | {
        "layer_norm_eps": config["norm_eps"],
        "global_attn_every_n_layers": 3,
        "global_rope_theta": rope["full_attention"]["rope_theta"],
        "local_rope_theta": rope["sliding_attention"]["rope_theta"],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("family", choices=FAMILIES)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    out: Path = args.out
    out.mkdir(parents=True, exist_ok=True)
    seed = torch.Generator().manual_seed(7)

    tokenizer, encoder, prefix, marker, separator = FAMILIES[args.family]
    pieces = tokenizer()
    pieces.save(str(out / "tokenizer.json"))
    model = encoder(pieces.get_vocab_size()).eval()
    config = model.config
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(draw(list(parameter.shape), seed, 1.0 if name.lower().endswith("norm.weight") else 0.0))
    heads = head_weights(seed)
    weights = {f"{prefix}{name}": parameter.detach().clone() for name, parameter in model.named_parameters()}
    save_file(weights | heads, out / "model.safetensors", metadata={"format": "pt"})

    written = json.loads(config.to_json_string()) | {"stellig": stellig_section(args.family, marker, separator)}
    (out / "config.json").write_text(json.dumps(written, indent=2) + "\n")
    if args.family == "modernbert":
        (out / "config.v4.json").write_text(json.dumps(as_version_4(written), indent=2) + "\n")

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
