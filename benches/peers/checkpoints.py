"""Token classifiers with random weights, in the two shapes that are measured, and what they read.

A checkpoint is a BERT as `save_pretrained` writes it, with a WordPiece tokenizer over invented words, so that stellig and
every peer load the same folder. Weights are drawn with a deviation of 0.05: large enough that a wrong operation shows in
the logits. Everything follows from the seed.
"""

from __future__ import annotations

import json
import math
import random
from pathlib import Path

SHAPES = {
    "small": {"num_hidden_layers": 6, "hidden_size": 384, "num_attention_heads": 12, "intermediate_size": 1536, "vocab_size": 32_000},
    "base": {"num_hidden_layers": 12, "hidden_size": 768, "num_attention_heads": 12, "intermediate_size": 3072, "vocab_size": 8_000},
}
LABELS = ["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC", "B-MISC", "I-MISC"]
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
CLS, SEP = 2, 3


def vocabulary(size: int) -> list[str]:
    """Special tokens, letters and signs, then invented words."""
    letters = [chr(c) for c in range(ord("a"), ord("z") + 1)]
    pieces = SPECIAL + list(".,") + letters + ["##" + letter for letter in letters]
    seen, rng = set(pieces), random.Random(0)
    syllables = [first + vowel + last for first in "bdfghklmnprstvwz" for vowel in "aeiou" for last in ("", "n", "r", "s", "l")]
    while len(pieces) < size:
        word = "".join(rng.choice(syllables) for _ in range(rng.randint(2, 4)))
        if word not in seen:
            seen.add(word)
            pieces.append(word)
    return pieces


def checkpoint(folder: Path, shape: str) -> Path:
    """Writes the checkpoint of a shape, if it is not there yet."""
    import torch
    from tokenizers import BertWordPieceTokenizer
    from transformers import BertConfig, BertForTokenClassification, PreTrainedTokenizerFast

    folder = folder / shape
    if (folder / "done").exists():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    config = BertConfig(
        **SHAPES[shape], max_position_embeddings=514, id2label=dict(enumerate(LABELS)), label2id={label: i for i, label in enumerate(LABELS)}
    )
    torch.manual_seed(0)
    model = BertForTokenClassification(config).eval()
    with torch.no_grad():
        for name, weight in model.named_parameters():
            weight.normal_(0.0, 0.05)
            if name.endswith("LayerNorm.weight"):
                weight.add_(1.0)
    model.save_pretrained(folder)
    pieces = {piece: number for number, piece in enumerate(vocabulary(config.vocab_size))}
    tokenizer = BertWordPieceTokenizer(vocab=pieces, lowercase=True)
    names = {"unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]", "pad_token": "[PAD]", "mask_token": "[MASK]"}
    PreTrainedTokenizerFast(tokenizer_object=tokenizer._tokenizer, model_max_length=512, **names).save_pretrained(folder)
    (folder / "done").write_text("")
    return folder


def lengths(kind: str, count: int | None) -> list[int]:
    """Tokens of each sequence: `news` as `stellig bench --lengths news` has its sentences, `article` 256 to 512."""
    rng = random.Random(1)
    if kind == "article":
        return [rng.randint(256, 512) for _ in range(count or 64)]
    news = lambda: min(142, max(6, round(math.exp(rng.gauss(math.log(23), 0.539)))))  # noqa: E731
    return [news() for _ in range(count or 256)]


def sequences(kind: str, count: int | None, vocab_size: int) -> list[list[int]]:
    """Random ids between the two special tokens."""
    rng = random.Random(2)
    return [[CLS] + [rng.randrange(len(SPECIAL), vocab_size) for _ in range(n - 2)] + [SEP] for n in lengths(kind, count)]


def sentences(kind: str, count: int | None, vocab_size: int) -> list[str]:
    """Sentences whose tokens are as many as those of the sequences: a piece for each word, and one for the full stop."""
    rng = random.Random(3)
    words = [piece for piece in vocabulary(vocab_size) if len(piece) > 1 and piece.isalpha()]
    made = (" ".join(rng.choice(words) for _ in range(max(1, n - 3))) for n in lengths(kind, count))
    return [text[0].upper() + text[1:] + "." for text in made]


def write_json_lines(path: Path, texts: list[str]) -> Path:
    """One article a line, as `stellig label` reads it."""
    path.write_text("".join(json.dumps({"id": str(i), "text": text, "language": "en"}) + "\n" for i, text in enumerate(texts)))
    return path
