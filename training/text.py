"""The tokenised text: ids, word starts and documents of every source, as arrays, as a cache and as small files.

A small file (`squeezed`) holds one source for a host without the corpora: about 1.05 bytes per token.
"""

from __future__ import annotations

import json
import lzma
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from repeats import LEAST
from sources import ANNOTATED, LANGUAGES, RAW, blankless, conll_sentences, data_root, detokenised, raw_documents, source_names
from words import CLS_ID, Pieces

HELD_OUT = 40  # documents per raw file kept for perplexity
FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 9, "lc": 3, "lp": 1, "pb": 1}]  # for values of two bytes


@dataclass
class Text:
    """Documents one after another. ids: uint16 [tokens]; opens: bool [tokens], whether an id opens a word;
    starts: int64 [documents + 1]; times: float32 [documents], how often an epoch holds each."""

    ids: np.ndarray
    opens: np.ndarray
    starts: np.ndarray
    times: np.ndarray

    def __len__(self) -> int:
        return len(self.times)

    @property
    def sizes(self) -> np.ndarray:
        """Tokens of each document."""
        return np.diff(self.starts)

    def part(self, first: int, last: int) -> Text:
        """Documents first..last."""
        first, last = min(first, len(self)), min(last, len(self))
        a, b = self.starts[first], self.starts[last]
        return Text(self.ids[a:b], self.opens[a:b], self.starts[first : last + 1] - a, self.times[first:last])

    @staticmethod
    def of(documents: list[tuple[np.ndarray, np.ndarray]], times: float | list[float] = 1.0) -> Text:
        """From pairs of ids and word starts."""
        starts = np.cumsum([0, *(len(ids) for ids, _ in documents)], dtype=np.int64)
        ids = np.concatenate([np.empty(0, np.uint16), *(ids for ids, _ in documents)])
        opens = np.concatenate([np.empty(0, bool), *(opens for _, opens in documents)])
        return Text(ids, opens, starts, np.broadcast_to(np.float32(times), len(documents)).copy())

    @staticmethod
    def joined(texts: list[Text]) -> Text:
        """Several texts as one."""
        if not texts:
            return Text.of([])
        sizes = np.concatenate([text.sizes for text in texts])
        stack = lambda name: np.concatenate([getattr(text, name) for text in texts])
        return Text(stack("ids"), stack("opens"), np.cumsum([0, *sizes], dtype=np.int64), stack("times"))


def encode_documents(documents: list[list[str]], pieces: Pieces) -> list[tuple[np.ndarray, np.ndarray]]:
    """Ids of each document, a marker before every line, and which ids open a word."""
    encoded = []
    for document in documents:
        ids, opens = [], []
        for line in document:
            line_ids, first, _ = pieces.sentence(line)
            flags = np.zeros(len(line_ids), bool)
            flags[first] = True
            ids.extend([CLS_ID, *line_ids])
            opens.extend([True, *flags])
        encoded.append((np.array(ids, np.uint16), np.array(opens, bool)))
    return encoded


@cache
def scored_lines() -> frozenset[str]:
    """The sentences of the dev and test sets of entities, without white space; short ones stand anywhere."""
    names = [path.name.removesuffix(".tsv.xz") for path in (data_root() / "data" / "ner").glob("*.tsv.xz")]
    scored = (name for name in names if name.endswith((".dev", ".test")))
    return frozenset("".join(tokens) for name in scored for tokens, _, _ in conll_sentences(name) if len(tokens) >= LEAST)


@cache
def held_out_lines(language: str) -> frozenset[str]:
    """The lines that perplexity is measured on, without white space."""
    names = [name for name in RAW if name.startswith(f"{language}.")]
    return frozenset(blankless(line) for name in names for document in raw_documents(name, RAW[name][0])[:HELD_OUT] for line in document)


def read_source(name: str, pieces: Pieces, scale: float = 1.0) -> tuple[Text, Text]:
    """The training and the held-out part of one source; `scale` multiplies its megabytes in `sources.RAW`. What is scored elsewhere
    is not read, and what is held out stands nowhere else."""
    if name in ANNOTATED:
        held = held_out_lines(name.split(".")[1])
        left_out = held | scored_lines()
        documents = [[detokenised(tokens)[0]] for tokens, _, _ in conll_sentences(name) if "".join(tokens) not in left_out]
        return Text.of(encode_documents(documents, pieces), ANNOTATED[name]), Text.of([])
    megabytes, times = RAW[name]
    documents = [[line for line in document if blankless(line) not in scored_lines()] for document in raw_documents(name, megabytes * scale)]
    part = lambda chosen: Text.of(encode_documents([document for document in chosen if document], pieces), times)
    return part(documents[HELD_OUT:]), part(documents[:HELD_OUT])


def collect(pieces: Pieces, data: str = "all") -> tuple[Text, dict[str, Text]]:
    """The training text, and the held-out text of each language; `data` as in `sources.source_names`."""
    train, held = [], {language: [] for language in LANGUAGES}
    for name in source_names(data):
        text, kept = read_source(name, pieces)
        train.append(text)
        if len(kept):
            held[name[:2]].append(kept)
    return Text.joined(train), {language: Text.joined(texts) for language, texts in held.items()}


def save_text(path: Path, train: Text, held: dict[str, Text]) -> None:
    """Writes a cache."""
    texts = {"train": train} | held
    with path.with_suffix(".new").open("wb") as file:
        np.savez(file, **{f"{name}.{key}": value for name, text in texts.items() for key, value in vars(text).items()})
    path.with_suffix(".new").replace(path)


def load_text(path: Path) -> tuple[Text, dict[str, Text]]:
    """Reads a cache."""
    arrays = np.load(path)
    names = dict.fromkeys(name.split(".")[0] for name in arrays.files)
    texts = {name: Text(*(arrays[f"{name}.{key}"] for key in Text.__dataclass_fields__)) for name in names}
    return texts.pop("train"), texts


def cached(path: Path, pieces: Pieces, data: str) -> tuple[Text, dict[str, Text]]:
    """As `collect`, read from a cache, which is made where it is missing."""
    if not path.exists():
        save_text(path, *collect(pieces, data))
    return load_text(path)


def squeezed(text: Text) -> bytes:
    """A text (without `times`) compressed. Word starts are kept as exceptions to what each id mostly does."""
    seen = np.bincount(text.ids, minlength=1 << 16)
    usual = np.bincount(text.ids, weights=text.opens, minlength=1 << 16) * 2 > seen
    parts = [text.sizes.astype("<u4"), np.packbits(usual), text.ids.astype("<u2"), np.packbits(usual[text.ids] ^ text.opens)]
    return lzma.compress(b"".join(part.tobytes() for part in parts), filters=FILTERS)


def unsqueezed(data: bytes, documents: int, times: float) -> Text:
    """The text of `documents` documents that was squeezed."""
    raw = lzma.decompress(data)
    starts = np.cumsum([0, *np.frombuffer(raw, "<u4", documents)], dtype=np.int64)
    at = 4 * documents
    usual = np.unpackbits(np.frombuffer(raw, np.uint8, 1 << 13, at)).astype(bool)
    at += 1 << 13
    ids = np.frombuffer(raw, "<u2", int(starts[-1]), at).astype(np.uint16)
    at += 2 * len(ids)
    odd = np.unpackbits(np.frombuffer(raw, np.uint8, offset=at))[: len(ids)].astype(bool)
    return Text(ids, usual[ids] ^ odd, starts, np.full(documents, times, np.float32))


def load_packed(folder: Path) -> tuple[Text, dict[str, Text]]:
    """The text in a folder that `pack.py` wrote."""
    train, held = [], {language: [] for language in LANGUAGES}
    for source in json.loads((folder / "text.json").read_text()):
        text = unsqueezed((folder / "text" / f"{source['name']}.xz").read_bytes(), source["documents"], source["times"])
        train.append(text.part(source["held"], len(text)))
        if source["held"]:
            held[source["name"][:2]].append(text.part(0, source["held"]))
    return Text.joined(train), {language: Text.joined(texts) for language, texts in held.items()}
