"""Where data comes from: the open corpora below $STELLIG_DATA, and how much of each raw text is read."""

from __future__ import annotations

import lzma
import os
import random
import re
from pathlib import Path
from typing import Iterator

LANGUAGES = ["nl", "en", "de", "fr", "es", "it"]

# Megabytes of raw text (decompressed) to read from each file, and how often. News-like text is read whole and more
# than once; law, parliament and old novels are plentiful and repetitive, so only a slice of them is.
RAW = {
    "nl.alpino": (6, 2), "nl.ud": (1, 2), "nl.wikineural": (3, 2), "nl.wikiann": (1, 1), "nl.ntrex": (1, 2),
    "nl.overheid-docs": (2, 1), "nl.research-aids": (1, 1), "nl.commonvoice": (2, 1), "nl.kamervragen-be": (6, 1),
    "nl.kamer-be": (8, 1), "nl.rechtspraak": (2.5, 1), "nl.gutenberg": (2, 1), "nl.wetten-beleid": (0.7, 1),
    "nl.wetten": (0.7, 1),
    "en.gum": (2, 1), "en.ntrex": (1, 1), "en.europarl": (2, 1), "en.wikipedia": (10, 1), "en.commonvoice": (0.3, 1),
    "de.wikinews": (2, 1), "de.10kgnad": (2, 1), "de.wikineural": (2.5, 1), "de.ntrex": (1, 1), "de.ud": (1, 1),
    "de.wikipedia": (8, 1), "de.klexikon": (3, 1), "de.bundestag": (1, 1),
    "fr.wikineural": (3.2, 2), "fr.ntrex": (1, 1), "fr.ud": (1, 1), "fr.chambre-be": (4, 1),
    "fr.commonvoice": (0.7, 1), "fr.eltec": (1.5, 1),
    "es.wikineural": (2.3, 2), "es.ntrex": (1, 1), "es.ud": (1, 1), "es.parlamint": (5, 1), "es.eltec": (1, 1),
    "it.wikineural": (3.4, 1), "it.kind": (4.6, 1), "it.ntrex": (1, 1), "it.ud": (1, 1), "it.europarl": (3, 1),
}

# The text of annotated training sets, without its labels: newspaper text, the domain that matters.
ANNOTATED = {
    "conll2002.nl.train": 3, "conll2002.es.train": 2, "conll2003.de.train": 2, "conll2003.en.train": 1,
    "worldwide.en.train": 1, "kind-wn.it.train": 1,
}

# What `--data open` leaves out: text whose own licence forbids some use, and the text of restricted corpora. The sentences of
# WikiNEuRal (Wikipedia), German Wikinews and KIND (Wikinews, public-domain fiction, speeches of Moro and De Gasperi) stay: they are
# CC BY(-SA), free, or, the speeches, open to "research and commercial use" by the word of KIND's makers; only the annotation,
# which raw text does not use, is non-commercial.
NOT_OPEN = {"de.10kgnad", "it.ud", "en.gum", *ANNOTATED}


def source_names(data: str = "all") -> list[str]:
    """The raw texts and the annotated ones whose words are read too; `open` keeps what is openly licensed."""
    return [name for name in [*RAW, *ANNOTATED] if data == "all" or name not in NOT_OPEN]


def data_root() -> Path:
    """The folder that holds `data/` and `corpus/`."""
    root = Path(os.environ.get("STELLIG_DATA", Path(__file__).resolve().parents[2] / "shared"))
    if not (root / "data").is_dir():
        raise SystemExit(f"no data at {root}: set STELLIG_DATA to the folder that holds data/ and corpus/")
    return root


def blankless(text: str) -> str:
    """Without white space, so that settings of the same tokens agree."""
    return "".join(text.split())


def raw_documents(name: str, megabytes: float, seed: int = 0) -> list[list[str]]:
    """Documents (lists of lines) of one raw file, a random choice of them up to `megabytes`."""
    with lzma.open(data_root() / "data" / "text" / f"{name}.txt.xz", "rt", encoding="utf-8") as file:
        blocks = file.read().split("\n\n")
    # A file without document marks is one block: cut it, so that a choice can be made and rows stay mixed.
    documents = []
    for block in blocks:
        lines = [line for line in block.split("\n") if line]
        documents.extend(lines[i : i + 8] for i in range(0, len(lines), 8))
    random.Random(f"{name}{seed}").shuffle(documents)
    chosen, size = [], 0
    for document in documents:
        chosen.append(document)
        size += sum(len(line.encode()) for line in document)
        if size > megabytes * 1e6:
            break
    return chosen


def conll_sentences(name: str) -> Iterator[tuple[list[str], list[str], bool]]:
    """Tokens and IOB2 tags of each sentence of an entity corpus, and whether it opens a document."""
    opens = False
    tokens: list[str] = []
    tags: list[str] = []
    with lzma.open(data_root() / "data" / "ner" / f"{name}.tsv.xz", "rt", encoding="utf-8") as file:
        for line in [*file, "\n"]:
            line = line.rstrip("\n")
            if line.startswith("-DOCSTART-"):
                opens = True
            elif line:
                token, tag = line.split("\t")
                tokens.append(token)
                tags.append(tag)
            elif tokens:
                yield tokens, tags, opens
                tokens, tags, opens = [], [], False


SENTENCE_END = re.compile(r'[.!?]["“”»]?\s+(?=[„"«»“A-ZÄÖÜ0-9])')
# A stop after one of these ends no sentence: initials, days, titles, German abbreviations.
ABBREVIATED = re.compile(
    r'(?:^|[\s(„"])(?:[A-ZÄÖÜa-zäöü]|\d{1,2}|Dr|St|Mag|Ing|Dipl|Hl|Bd|Ltd|Co|Inc|Jr|Sr|Ph|Th|Prof|Chr|bzw|etc|Mio|Mrd|inkl|Nr|Abs|Art|usw|sog|vgl|geb|gest'
    r"|Jan|Feb|Aug|Sept|Okt|Nov|Dez|ca|evtl)\.$"
)


def sentences_of(line: str) -> list[str]:
    """The sentences of a raw text that has an article on a line; our labels on such a text hold for this cut."""
    sentences, start = [], 0
    for match in SENTENCE_END.finditer(line):
        if line[match.start()] == "." and ABBREVIATED.search(line[start : match.start() + 1]):
            continue
        sentences.append(line[start : match.end()].rstrip())
        start = match.end()
    return [sentence for sentence in (*sentences, line[start:].rstrip()) if sentence]


NO_SPACE_BEFORE = set(".,;:!?)]}%”’»…")
# Behind a Dutch "'s", which is a word there: "is 's avonds open".
DUTCH_TIMES = set("morgens ochtends middags namiddags avonds nachts anderendaags zondags maandags dinsdags woensdags donderdags vrijdags zaterdags".split())
NO_SPACE_AFTER = set("([{„‘«¿¡")
# French and Italian words that lean on the next one.
ELIDED = re.compile(r"(?:[cdjlmnst]|(?:jus|lors|puis|quoi)?qu|anch|com|cos|dov|mezz|quell|quest|sant|senz|tutt|un|(?:d|n)ell|(?:a|da|su)ll)['’]", re.IGNORECASE)


def detokenised(tokens: list[str]) -> tuple[str, list[tuple[int, int]]]:
    """Tokens set as a newspaper would, and where each stands: punctuation closes up, straight quotes pair, elided words
    lean on the next. Where there is a low quotation mark (German), the high one that opens elsewhere closes."""
    text = ""
    spans = []
    glue = True
    low = "„" in tokens
    quotes = {'"': '"', "''": '"', "``": '"'} | ({"'": "'"} if tokens.count("'") % 2 == 0 else {})
    inside = dict.fromkeys(quotes.values(), False)
    for token, following in zip(tokens, [*tokens[1:], ""]):
        kind = quotes.get(token)
        closes = token[0] in NO_SPACE_BEFORE or token.startswith(("'s", "n't")) and len(token) < 4 or low and token == "“"
        if token in ("'s", "’s") and following in DUTCH_TIMES:
            closes = False
        if kind:
            closes = inside[kind]
        if not glue and not closes:
            text += " "
        spans.append((len(text), len(text) + len(token)))
        text += token
        glue = token[-1] in NO_SPACE_AFTER or token == "“" and not low or bool(ELIDED.fullmatch(token))
        if kind:
            glue = inside[kind] = not inside[kind]
    return text, spans
