"""From a training checkpoint to the folder that ships: f16 weights, temperatures, and the fixture for the Rust tests.

    python training/export.py --run runs/train --mean --tokenizer runs/tokenizer.json --name news-small --out models/news-small

`--mean` takes the running mean that `train.py` keeps; `soup.py` makes a run of several. The
folder loads in stellig and, as an encoder, in `transformers` (AutoModel); this script checks that both libraries compute
the same hidden states before it is done.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor
from transformers import AutoModel, ModernBertConfig, PreTrainedTokenizerFast

from agreement import AGREEMENT
from base import HubEncoder, encoder_of
from calibration import calibrations, correct_priors
from corpora import read_file, written
from model import HEADS, SENTENCE_INPUT, Config, Labeller
from sources import LANGUAGES
from words import CLS, CLS_ID, MASK, PAD, PAD_ID, SEP, SEP_ID, UNK, Pieces

VERSION = "0.11.0"
FIXTURE_TEXTS = {"nl": 20, "en": 2, "de": 2, "fr": 2, "es": 2, "it": 2}


def rounded(model: Labeller) -> dict[str, Tensor]:
    """The weights as they ship: f16. The model itself is set to the same values, so that all that follows is of them."""
    state = {name: tensor.to(torch.float16) for name, tensor in model.state_dict().items()}
    for name, tensor in state.items():
        if not tensor.isfinite().all():
            raise SystemExit(f"{name} does not fit into f16")
    model.load_state_dict({name: tensor.float() for name, tensor in state.items()})
    return {name: tensor.contiguous() for name, tensor in state.items()}


def own_config(config: Config) -> dict:
    """Hugging Face's part of config.json for an encoder of ours."""
    return ModernBertConfig(
        vocab_size=config.vocab_size, hidden_size=config.hidden_size, intermediate_size=config.intermediate_size,
        num_hidden_layers=config.num_hidden_layers, num_attention_heads=config.num_attention_heads,
        max_position_embeddings=config.max_position_embeddings, norm_eps=config.norm_eps,
        local_attention=config.local_attention, global_attn_every_n_layers=config.global_attn_every_n_layers,
        global_rope_theta=config.global_rope_theta, local_rope_theta=config.local_rope_theta,
        pad_token_id=PAD_ID, cls_token_id=CLS_ID, sep_token_id=SEP_ID, bos_token_id=CLS_ID, eos_token_id=SEP_ID,
        architectures=["ModernBertModel"], dtype="float16",
    ).to_dict()


def stellig_config(pieces: Pieces, name: str, window: int, calibration: dict[str, dict]) -> dict:
    """stellig's part of config.json."""
    heads = {
        head: {"level": level, "labels": labels} | calibration[head] | ({"agreement": AGREEMENT} if head == "entities" else {})
        for head, (level, labels) in HEADS.items()
    }
    return {
        "format": 1, "name": name, "version": VERSION, "languages": LANGUAGES, "window": window, "marker": pieces.marker,
        "separator": pieces.separator, "sentence_input": SENTENCE_INPUT, "heads": heads,
    }


@torch.no_grad()
def fixture(model: Labeller, pieces: Pieces, folder: Path) -> None:
    """Texts with their ids, hidden states (every fourth token) and logits, for tests/parity.rs."""
    model.eval()
    tensors, texts = {}, []
    for language, count in FIXTURE_TEXTS.items():
        sentences = [s.text for d in written("test") for s in d.sentences if s.language == language and len(s.text) > 40]
        for text in sentences[:: max(1, len(sentences) // count)][:count]:
            ids, first, _ = pieces.sentence(text)
            ids = torch.tensor([[pieces.cls, *ids, pieces.sep]])
            document = torch.zeros_like(ids)
            words = torch.tensor(first) + 1
            key = f"{len(texts):02d}"
            tensors[f"{key}.hidden"] = model.model(ids, document)[0, ::4].contiguous()
            for name, logits in model(ids, document, words, torch.tensor([[0, ids.shape[1] - 1]])).items():
                tensors[f"{key}.{name}"] = logits
            texts.append({"language": language, "text": text, "ids": ids[0].tolist(), "words": words.tolist()})
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, folder / "reference.safetensors")
    (folder / "texts.json").write_text(json.dumps(texts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


@torch.no_grad()
def check_transformers(model: Labeller, folder: Path, length: int) -> float:
    """Largest difference between our hidden states and those of `transformers` for the exported folder."""
    theirs = AutoModel.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    generator = torch.Generator().manual_seed(0)
    ids = torch.randint(5, model.model.config.vocab_size, (1, min(200, length)), generator=generator)
    ours = model.eval().model(ids, torch.zeros_like(ids))
    return float((theirs(ids).last_hidden_state - ours).abs().max())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", required=True, type=Path, help="folder of a checkpoint")
    parser.add_argument("--mean", action="store_true", help="the running mean of the weights instead of the last ones")
    parser.add_argument("--tokenizer", help="tokenizer.json (default, with --base: the one in the first run's folder)")
    parser.add_argument("--name", required=True)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--data", choices=("all", "open"), default="all", help="open: of the dev parts, calibrate on our own alone")
    parser.add_argument("--window", type=int, default=256)
    parser.add_argument("--fixture", type=Path, help="folder for the parity fixture")
    parser.add_argument("--later", type=Path, nargs="+", default=[], help="articles by writers whom the weights have not met, to calibrate on too")
    args = parser.parse_args()
    later = [document for path in args.later for document in read_file(path)]
    args.out.mkdir(parents=True, exist_ok=True)
    tokenizer = args.tokenizer or str(args.run / "tokenizer.json")
    pieces = Pieces(tokenizer)
    model = Labeller(encoder_of(args.run))
    hub = isinstance(model.model, HubEncoder)
    kept = "mean" if args.mean else "model"
    state = torch.load(args.run / "checkpoint.pt", map_location="cpu")[kept]
    model.load_state_dict({name: tensor.float() for name, tensor in state.items()})
    print("bias of each class", correct_priors(model, pieces, args.window, args.data, later))
    state = rounded(model)
    # Encoders of the Hub keep their names, ours stand below "model.".
    named = {name.removeprefix("model.inner."): tensor for name, tensor in state.items()}
    save_file(named, args.out / "model.safetensors", metadata={"format": "pt"})
    fitted = calibrations(model, pieces, args.window, args.data, later)
    print("calibration", fitted)
    theirs = model.model.config.to_dict() | {"dtype": "float16"} if hub else own_config(model.model.config)
    ours = stellig_config(pieces, args.name, args.window, fitted)
    (args.out / "config.json").write_text(json.dumps(theirs | {"stellig": ours}, indent=2) + "\n")
    if hub:
        shutil.copy(tokenizer, args.out / "tokenizer.json")
    else:
        PreTrainedTokenizerFast(tokenizer_file=tokenizer, unk_token=UNK, pad_token=PAD, cls_token=CLS, sep_token=SEP,
                                mask_token=MASK, model_max_length=args.window).save_pretrained(args.out)
    if args.fixture:
        fixture(model, pieces, args.fixture)
    difference = check_transformers(model, args.out, args.window)
    print(f"largest difference to transformers: {difference:.1e}")
    if not difference <= 1e-4:
        raise SystemExit("transformers computes something else: do not ship this folder")


if __name__ == "__main__":
    main()
