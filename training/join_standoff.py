"""Join the standoff certainty labels with their sentences into the corpus format of the annotation guidelines.

    python training/join_standoff.py --data ../shared --set conll2002.nl.dev --labels-only --out nl.dev.txt
    stellig eval nl.dev.txt

The labels come without text, as sentence numbers and hashes; the text is in the entity corpora. Every hash is checked,
and one that does not fit ends the run. Entities come from the corpus, source and cue spans (Dutch train only) from
`nl.train.spans.tsv`. The documents carry `| single`, since their sentences do not follow each other.

Tags: `--labels-only` writes none, and `stellig eval` then scores labels alone. Without it, entities are tagged, and
spans where there are any; but only 1,700 sentences of the Dutch train set were searched for spans, so to score or to
train spans, add `--spans-only`, which leaves the other sentences out. Pure standard library. The texts may not be
passed on (see their licences): keep the joined files out of any repository.
"""

import argparse
import hashlib
import lzma
import os
import re
import sys
from pathlib import Path

# set name -> label file, outlet for the header
SETS = {
    "conll2002.nl.train": ("conll2002/nl.train.labels.tsv", "De Morgen, 2000"),
    "conll2002.nl.dev": ("conll2002/nl.dev.labels.tsv", "De Morgen, 2000"),
    "conll2002.es.train": ("standoff/conll2002.es.train.labels.tsv", "EFE, 2000"),
    "conll2003.de.train": ("standoff/conll2003.de.train.labels.tsv", "Frankfurter Rundschau, 1992"),
    "conll2003.en.train": ("standoff/conll2003.en.train.labels.tsv", "Reuters, 1996"),
    "kind-wn.it.train": ("standoff/kind-wn.it.train.labels.tsv", "Wikinews"),
}
SPANS = {"conll2002.nl.train": "conll2002/nl.train.spans.tsv"}
TAG = re.compile(r"</?(?:PER|ORG|LOC|MISC|s|c|h)>")
# Of tags over the same words the first is the outermost, as in the written corpus.
OUTERMOST = {"s": 0, "c": 1, "h": 2}


def read_sentences(path):
    """(document, sentence in document, tokens, tags) of each sentence; document is None before any -DOCSTART-."""
    document, number, tokens, tags = None, 0, [], []
    with lzma.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        for line in [*lines, "\n"]:
            line = line.rstrip("\n")
            if line.startswith("-DOCSTART-"):
                document, number = (0 if document is None else document + 1), 0
            elif line:
                token, tag = line.split("\t")
                tokens.append(token)
                tags.append(tag)
            elif tokens:
                yield document, number, tokens, tags
                number, tokens, tags = number + 1, [], []


def read_table(path):
    with open(path, encoding="utf-8", newline="\n") as lines:
        for number, line in enumerate(lines, 1):
            if not line.startswith("#"):
                yield number, line.rstrip("\n").split("\t")


def check_hash(path, number, text, expected):
    if text is None or hashlib.sha1(text.encode()).hexdigest()[:10] != expected:
        sys.exit(f"{path}:{number}: the hash does not fit the sentence; is the data file another version?")


def entities(tokens, tags):
    """Entities as [start, end, type] in code points of the tokens joined by one blank."""
    spans, at = [], 0
    for token, tag in zip(tokens, tags, strict=True):
        if tag.startswith("B-"):
            spans.append([at, at + len(token), tag[2:]])
        elif tag.startswith("I-"):
            spans[-1][1] = at + len(token)
        at += len(token) + 1
    return spans


def read_spans(field):
    spans = []
    for part in field.split():
        kind, _, bounds = part.partition(":")
        start, end = map(int, bounds.split("-"))
        spans.append([start, end, kind])
    return spans


def crosses(a, b):
    return a[0] < b[0] < a[1] < b[1] or b[0] < a[0] < b[1] < a[1]


def nest(spans, names, report):
    """Spans that cross an entity grow to hold it whole; of two spans that cross, the later one is dropped."""
    kept = []
    for span in sorted(spans):
        grown = list(span)
        for name in names:
            if crosses(grown, name):
                grown[:2] = [min(grown[0], name[0]), max(grown[1], name[1])]
        report["spans grown to hold an entity"] += grown != list(span)
        if any(crosses(grown, other) for other in kept) or grown in kept:
            report["spans dropped because they cross another"] += 1
        else:
            kept.append(grown)
    return kept


def mark(text, spans):
    """Writes properly nested tags into the text."""
    outer_first = sorted(spans, key=lambda span: (span[0], -span[1], OUTERMOST.get(span[2], 3)))
    pieces, at, open_spans = [], 0, []
    for start, end, name in [*outer_first, [len(text) + 1, len(text) + 1, ""]]:
        while open_spans and open_spans[-1][0] <= start:
            closing, closed = open_spans.pop()
            pieces += [text[at:closing], f"</{closed}>"]
            at = closing
        if name:
            pieces += [text[at:start], f"<{name}>"]
            at = start
            open_spans.append((end, name))
    marked = "".join(pieces) + text[at:]
    assert TAG.sub("", marked) == text, marked
    return marked


def join(data, name, labels_only, spans_only, report):
    """Yields (document name, label, marked text) in the order of the corpus."""
    label_path = data / "corpus" / SETS[name][0]
    by_document = label_path.parent.name == "conll2002"
    sentences = list(read_sentences(data / "data" / "ner" / f"{name}.tsv.xz"))
    place = {(row[0], row[1]) if by_document else index: index for index, row in enumerate(sentences)}

    def find(path, number, fields):
        key = tuple(map(int, fields[:2])) if by_document else int(fields[0])
        index = place.get(key)
        check_hash(path, number, None if index is None else " ".join(sentences[index][2]), fields[1 + by_document])
        return index

    spans = {}
    if name in SPANS and not labels_only:
        span_path = data / "corpus" / SPANS[name]
        for number, fields in read_table(span_path):
            spans[find(span_path, number, fields)] = (fields[3], read_spans(fields[4]))

    rows = ((number, find(label_path, number, fields), fields[-1]) for number, fields in read_table(label_path))
    for _, index, label in sorted(rows, key=lambda row: row[1]):
        if spans_only and index not in spans:
            continue
        document, _, tokens, tags = sentences[index]
        text = " ".join(tokens)
        if TAG.search(text):
            report["sentences left out because their text holds a tag of the format"] += 1
            continue
        report["sentences"] += 1
        if not labels_only:
            names = entities(tokens, tags)
            span_label, span_list = spans.get(index, (label, []))
            report["sentences whose span file has another label"] += span_label != label
            nested = nest(span_list, names, report)
            report["entities"] += len(names)
            report["source and cue spans"] += len(nested)
            text = mark(text, names + nested)
        # In a corpus without marks of documents each sentence is one of its own.
        yield f"{name}-{index:05}" if document is None else f"{name}-{document:03}", label, text


class Report(dict):
    def __missing__(self, key):
        return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared"), help="folder with corpus/ and data/ner/")
    parser.add_argument("--set", choices=sorted(SETS), required=True)
    parser.add_argument("--labels-only", action="store_true", help="write no tags")
    parser.add_argument("--spans-only", action="store_true", help="only sentences that were searched for spans")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")
    options = parser.parse_args()
    if options.spans_only and (options.labels_only or options.set not in SPANS):
        parser.error(f"--spans-only needs a set with spans ({', '.join(SPANS)}) and tags")

    report, current = Report(), None
    unfinished = options.out.with_name(options.out.name + ".part")
    with open(unfinished, "w", encoding="utf-8", newline="\n") as out:
        for document, label, text in join(options.data, options.set, options.labels_only, options.spans_only, report):
            if document != current:
                blank = "\n" if current else ""
                out.write(f"{blank}#doc {document} | - | real news | {SETS[options.set][1]} | single\n")
                report["documents"] += 1
                current = document
            out.write(f"{label}\t{text}\n")
    os.replace(unfinished, options.out)
    print(f"{options.out}: " + ", ".join(f"{number} {what}" for what, number in report.items() if number))


if __name__ == "__main__":
    main()
