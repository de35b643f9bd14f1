#!/usr/bin/env python3
"""Packs what `stellig label --format spacy` wrote into spaCy's binary format, which `spacy train` and `DocBin` read.

    python tools/jsonl_to_docbin.py docs.spacy.jsonl docs.spacy

Wants spaCy 3 and no trained pipeline. Entities are in `doc.ents`, claims, sources and cues in `doc.spans`, sentences in
`doc.sents`, all else (id, date, language, labels of sentences with their scores) in `doc._.stellig`. For more documents than
fit into memory, give --size: so many documents go into one file each, docs.0.spacy, docs.1.spacy and so on.
"""

import argparse
import json
import pathlib
import sys

import spacy
from spacy.tokens import Doc, DocBin


def documents(lines, vocab):
    """The documents of an iterable of lines, one at a time."""
    if not Doc.has_extension("stellig"):
        Doc.set_extension("stellig", default=None)
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield Doc(vocab).from_json(json.loads(line))
        except (ValueError, KeyError) as error:
            raise SystemExit(f"line {number} is not a document of `--format spacy`: {error}")


def part(path, number):
    return path.with_name(f"{path.stem}.{number}{path.suffix}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("documents", help="JSON Lines of `--format spacy`; - is standard input")
    parser.add_argument("docbin", type=pathlib.Path, help="the file to write, such as docs.spacy")
    parser.add_argument("--size", type=int, help="documents a file; one file for all if not given")
    arguments = parser.parse_args()
    # newline="\n": a line ends at a line feed and nowhere else, as in JSON Lines.
    source = sys.stdin.fileno() if arguments.documents == "-" else arguments.documents
    packed, count, files = DocBin(store_user_data=True), 0, 0
    with open(source, encoding="utf-8", newline="\n") as lines:
        for doc in documents(lines, spacy.blank("xx").vocab):
            packed.add(doc)
            count += 1
            if arguments.size and len(packed) == arguments.size:
                packed.to_disk(part(arguments.docbin, files))
                packed, files = DocBin(store_user_data=True), files + 1
    if not arguments.size:
        packed.to_disk(arguments.docbin)
    elif len(packed):
        packed.to_disk(part(arguments.docbin, files))
    print(f"{count} documents", file=sys.stderr)


if __name__ == "__main__":
    main()
