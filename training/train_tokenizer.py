"""Trains the tokenizer: byte-level BPE, cased, every punctuation mark apart, so that no piece crosses a word.

    python training/train_tokenizer.py --out runs/tokenizer.json --size 24000
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

from sources import ANNOTATED, RAW, conll_sentences, detokenised, raw_documents, source_names
from words import CLS, CLS_ID, SEP, SEP_ID, SPECIALS, UNK

# A run of letters, up to three digits, or one other character, each with the blank before it.
PATTERN = r" ?[\p{L}\p{M}]+| ?\p{N}{1,3}| ?[^\s\p{L}\p{M}\p{N}]|\s+"
# What a word may hold and the training text does not: characters that are not seen (soft hyphens of a page's layout, zero-width
# ones), hyphens that do not break, ligatures of a PDF. Letters and their accents are composed last.
UNSEEN = Regex(r"[\u00ad\u200b-\u200d\u2060\ufeff]")
SPELT = {"\u2010": "-", "\u2011": "-", "\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\u0132": "IJ", "\u0133": "ij"}


def normalizer() -> normalizers.Normalizer:
    """How a word is spelt before it is cut into pieces; labels are read at words, so that offsets do not change."""
    spelt = [normalizers.Replace(character, plain) for character, plain in SPELT.items()]
    return normalizers.Sequence([normalizers.Replace(UNSEEN, ""), *spelt, normalizers.NFC()])


def lines(data: str) -> list[str]:
    """The text that the pieces are counted on: the pre-training mix."""
    found = []
    for name in source_names(data):
        if name in ANNOTATED:
            found.extend(" " + detokenised(tokens)[0] for tokens, _, _ in conll_sentences(name) for _ in range(ANNOTATED[name]))
            continue
        megabytes, times = RAW[name]
        for document in raw_documents(name, megabytes):
            found.extend(" " + line for line in document * times)
    random.Random(0).shuffle(found)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--size", type=int, default=24_000, help="number of pieces")
    parser.add_argument("--data", choices=("all", "open"), default="all", help="open: only openly licensed text")
    args = parser.parse_args()
    args.out.parent.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer(models.BPE(unk_token=UNK))
    tokenizer.normalizer = normalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(PATTERN), behavior="isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=args.size, special_tokens=SPECIALS, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        min_frequency=3, max_token_length=24,
    )
    tokenizer.train_from_iterator(lines(args.data), trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{CLS} $A {SEP}", pair=f"{CLS} $A {SEP} $B:1 {SEP}:1", special_tokens=[(CLS, CLS_ID), (SEP, SEP_ID)]
    )
    tokenizer.save(str(args.out))
    sample = "Bagdadi zou dood zijn, maar dat is niet bevestigd door de IS-leider."
    print(tokenizer.get_vocab_size(), tokenizer.encode(sample).tokens)


if __name__ == "__main__":
    main()
