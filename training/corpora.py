"""Every annotated corpus as the same thing: sentences with what is known of them, and None for what is not.

A corpus that marks no entities must not teach that there are none, so each kind of label is optional, and the loss
skips what is missing. Splits: ours is cut 80/10/10 by a hash of the document id; other corpora keep their own.
"""

from __future__ import annotations

import csv
import hashlib
import json
import lzma
import re
import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Iterator

from repeats import Repeats
from sources import blankless, conll_sentences, data_root, detokenised, sentences_of

HERE = Path(__file__).parent
SPLIT_FILE = HERE / "splits" / "corpus.tsv"
UNSEEN_FILE = HERE / "splits" / "unseen.tsv"
TAG = re.compile(r"</?(PER|ORG|LOC|MISC|s|c|h)>")


@dataclass
class Sentence:
    """Text with spans in code points: (start, end, type) for entities and s, c, h for source, cue and hedge."""

    text: str
    language: str
    entities: list[tuple[int, int, str]] | None = None
    attribution: list[tuple[int, int, str]] | None = None  # source and cue
    hedges: list[tuple[int, int, str]] | None = None
    label: str | None = None  # "none" or "CT+ author"
    misc: bool = True  # whether MISC is annotated

    def mark(self, spans: list[tuple[int, int, str]]) -> None:
        """Takes the sources, cues and hedges among `spans`: the sentence was searched for all of them."""
        self.attribution = [span for span in spans if span[2] in "sc"]
        self.hedges = [span for span in spans if span[2] == "h"]


@dataclass
class Document:
    """Sentences in their order, or, if `shuffled`, in none; `running` says whether they may serve each other as context."""

    id: str
    sentences: list[Sentence] = field(default_factory=list)
    running: bool = True
    shuffled: bool = False


def parse_tagged(marked: str) -> tuple[str, list[tuple[int, int, str]]]:
    """Plain text and spans of a line with inline tags."""
    text, spans, open_tags, at = "", [], [], 0
    for match in TAG.finditer(marked):
        text += marked[at : match.start()]
        at = match.end()
        if match[0][1] == "/":
            name, start = open_tags.pop()
            if name != match[1]:
                raise ValueError(f"</{match[1]}> closes <{name}> in: {marked}")
            spans.append((start, len(text), name))
        else:
            open_tags.append((match[1], len(text)))
    if open_tags:
        raise ValueError(f"<{open_tags[-1][0]}> is not closed in: {marked}")
    return text + marked[at:], sorted(spans)


def sentence_of(marked: str, label: str, language: str) -> Sentence:
    text, spans = parse_tagged(marked)
    sentence = Sentence(text, language, [span for span in spans if span[2].isupper()], label=label)
    sentence.mark(spans)
    return sentence


def bucket(document: str, count: int) -> int:
    """0 to `count` - 1, fixed by the document's id alone."""
    return int(hashlib.sha1(document.encode()).hexdigest(), 16) % count


def part_of(document: str) -> str:
    """train, dev or test."""
    return {8: "dev", 9: "test"}.get(bucket(document, 10), "train")


def read_file(path: Path) -> list[Document]:
    """Every document of a file in the corpus format, named by its language."""
    documents = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#doc "):
            fields = [part.strip() for part in line[5:].split("|")]
            if "single" in fields[:4]:
                raise ValueError(f"{path}: `single` is the fifth field, after the outlet, in: {line}")
            documents.append(Document(fields[0], running=fields[4:] != ["single"]))
        elif line and not line.startswith("#"):
            label, marked = line.split("\t", 1)
            documents[-1].sentences.append(sentence_of(marked, label, path.name[:2]))
    return documents


def read_corpus(folder: Path) -> list[Document]:
    """Every document of a folder of files in the corpus format."""
    files = sorted(folder.glob("*.txt"))
    if not files:
        raise SystemExit(f"{folder} holds no articles")
    return [document for path in files for document in read_file(path)]


@cache
def tell_missing_corpus() -> None:
    print(f"{data_root() / 'corpus'} is not there: going on without the written corpus", file=sys.stderr, flush=True)


def written(part: str) -> list[Document]:
    """One part of our own annotated corpus; nothing, and a word about it, where it is not there, since it is not handed out."""
    if not (data_root() / "corpus").is_dir():
        tell_missing_corpus()
        return []
    return [document for document in read_corpus(data_root() / "corpus") if part_of(document.id) == part]


LATE_WRITERS = ("h", "i", "j", "k", "l", "m", "n", "o", "p")  # a letter that a writer's two begin with: "nl-ha-101" is by one of them


def is_late(document: Document) -> bool:
    """Whether one of the last writers wrote it: weights that are trained on have met that least."""
    _, _, writer = document.id.partition("-")
    return re.match(rf"[{''.join(LATE_WRITERS)}][a-z]-", writer) is not None


def supplement(late: bool) -> list[Document]:
    """The articles of `training/written`, written for training alone: none of them is dev or test."""
    return [document for document in read_corpus(HERE / "written") if is_late(document) == late]


def contrasts(late: bool) -> list[Document]:
    """The near-twins of `training/written/contrast`: sets of sentences that differ in little and are read each alone."""
    return [document for document in read_corpus(HERE / "written" / "contrast") if is_late(document) == late]


def entity_spans(tokens: list[str], tags: list[str], places: list[tuple[int, int]]) -> list[tuple[int, int, str]]:
    spans: list[tuple[int, int, str]] = []
    for (start, end), tag in zip(places, tags):
        if tag.startswith("B-"):
            spans.append((start, end, tag[2:]))
        elif tag.startswith("I-"):
            spans[-1] = (spans[-1][0], end, spans[-1][2])
    return spans


def joined(tokens: list[str]) -> tuple[str, list[tuple[int, int]]]:
    """Tokens joined by one blank, and where each stands."""
    places, at = [], 0
    for token in tokens:
        places.append((at, at + len(token)))
        at += len(token) + 1
    return " ".join(tokens), places


def read_spans(field: str) -> list[tuple[int, int, str]]:
    """Spans out of `h:8-12 c:30-34` or `PER:0-11`; anything else is an error."""
    spans = [re.fullmatch(r"([sch]|PER|ORG|LOC|MISC):(\d+)-(\d+)", item) for item in field.split()]
    return [(int(m[2]), int(m[3]), m[1]) for m in spans]


def table(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.reader((line for line in file if not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE))


def own_labels(name: str) -> dict[str, tuple[str, list | None]]:
    """Our labels in `training/labels` by the hash of the sentence; spans are None where none were looked for."""
    path = HERE / "labels" / f"{name}.tsv"
    if not path.exists():
        return {}
    return {row[0]: (row[1], read_spans(row[2]) if len(row) > 2 else None) for row in table(path)}


def hash_of(text: str) -> str:
    return hashlib.sha1(text.encode()).hexdigest()[:10]


def own_entities(name: str) -> dict[str, list]:
    """Our entities in `training/labels/entities` by the hash of the line, an empty list where it has none."""
    path = HERE / "labels" / "entities" / f"{name}.tsv"
    return {row[0]: read_spans(row[1]) for row in table(path)} if path.exists() else {}


def labelled_lines(*names: str, misc: bool = True, articles: bool = False) -> list[Document]:
    """What our labels or entities in `training/labels` name of raw texts: their lines, each by itself, or where a line is an
    article (or a paragraph) the sentences of it, together; there too a line that is labelled as a whole is one."""
    return [document for name in names for document in labelled_text(name, misc, articles)]


def raw_file(name: str) -> Path:
    """Where a raw text is, or else a set of sentences with somebody's own labels."""
    path = data_root() / "data" / "text" / f"{name}.txt.xz"
    language, rest = name.split(".", 1)
    return path if path.exists() else data_root() / "data" / "claims" / f"{rest}.{language}.train.jsonl.xz"


def raw_lines(name: str) -> Iterator[str]:
    """The lines of a raw text, or of a set of sentences with somebody's own labels, which are left out here."""
    path = raw_file(name)
    with lzma.open(path, "rt", encoding="utf-8") as file:
        yield from (json.loads(line)["text"] if path.parent.name == "claims" else line.rstrip("\n") for line in file)


def labelled_text(name: str, misc: bool, articles: bool) -> Iterator[Document]:
    labels, entities = own_labels(name), own_entities(name)
    for number, line in enumerate(raw_lines(name)):
        document = Document(f"{name}-{number}", running=articles)
        key = hash_of(line)
        apart = articles and key not in labels and key not in entities
        for place, text in enumerate(sentences_of(line) if apart else [line]):
            label, spans = labels.pop(hash_of(text), (None, None))
            marked = entities.pop(hash_of(text), None)
            if label is None and marked is None:
                # What stands behind a gap does not go on from what stands before it.
                if document.sentences:
                    yield document
                    document = Document(f"{name}-{number}.{place}", running=articles)
                continue
            sentence = Sentence(text, name[:2], marked, label=label, misc=misc)
            if spans is not None:
                sentence.mark(spans)
            document.sentences.append(sentence)
        if document.sentences:
            yield document
    if labels or entities:
        raise ValueError(f"{len(labels) + len(entities)} labels of {name} have no sentence: is the text another version?")


def guesses(path: Path) -> list[Document]:
    """What `selftrain.py` wrote: sentences with what a model was sure of, each by itself."""
    documents = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        spans = lambda name: [tuple(span) for span in row[name]] if name in row else None
        sentence = Sentence(row["text"], row["language"], spans("entities"), label=row.get("label"))
        if "spans" in row:
            sentence.mark(spans("spans"))
        documents.append(Document(f"self-{len(documents)}", [sentence], running=False))
    return documents


def standoff(name: str) -> dict[str, tuple[str, list | None]]:
    """Label and, where annotated, spans by the hash of a sentence's tokens."""
    corpus = data_root() / "corpus"
    known: dict[str, tuple[str, list | None]] = {}
    if name.startswith("conll2002.nl"):
        part = name.split(".")[-1]
        files = [corpus / "conll2002" / f"nl.{part}.labels.tsv", corpus / "conll2002" / f"nl.{part}.spans.tsv"]
    else:
        files = [corpus / "standoff" / f"{name}.labels.tsv"]
    for path in files:
        if not path.exists():
            continue
        for row in table(path):
            if "spans" in path.name:
                known[row[2]] = (row[3], read_spans(row[4]))
            elif "conll2002" == path.parent.name:
                known.setdefault(row[2], (row[3], None))
            else:
                known[row[1]] = (row[2], None)
    known.update(own_labels(name))
    return known


def mapped(span: tuple[int, int, str], source: list[tuple[int, int]], target: list[tuple[int, int]]) -> tuple[int, int, str]:
    """A span moved from one setting of the tokens to another."""
    inside = [i for i, (start, end) in enumerate(source) if start < span[1] and span[0] < end]
    return target[inside[0]][0], target[inside[-1]][1], span[2]


@cache
def unseen() -> dict[str, str]:
    """The part, tune or score, of each sentence that `unseen.py` keeps out of training, by the hash of its text without blanks."""
    return {key: part for part, key in table(UNSEEN_FILE)}


def unseen_part(sentence: Sentence) -> str | None:
    """tune or score; None for a sentence that may be trained on."""
    return unseen().get(hash_of(blankless(sentence.text)))


UNMARKED_DOCUMENT = 40


@cache
def scored_sentences(name: str) -> Repeats:
    """The sentences of the dev and test parts beside a training part."""
    parts = [name.removesuffix("train") + part for part in ("dev", "test")]
    here = [part for part in parts if (data_root() / "data" / "ner" / f"{part}.tsv.xz").exists()]
    return Repeats(tokens for part in here for tokens, _, _ in conll_sentences(part))


def conll(name: str, running: bool, misc: bool = True, plain: bool = True, shuffled: bool = False) -> list[Document]:
    """An entity corpus with the certainty labels that stand off from it. `plain` joins tokens by one blank, as the
    evaluation does; otherwise they are set as a newspaper would. A file that marks no documents is cut into some of
    `UNMARKED_DOCUMENT` sentences. A training part leaves out what its dev or test part holds too, or nearly (`repeats.py`)."""
    language = name.split(".")[1]
    labels = standoff(name)
    scored = scored_sentences(name) if name.endswith(".train") else ()
    document = lambda: Document(f"{name}-{len(documents)}", running=running, shuffled=shuffled)
    documents: list[Document] = []
    documents.append(document())
    marked = False
    for tokens, tags, opens in conll_sentences(name):
        marked |= opens
        full = not marked and len(documents[-1].sentences) == UNMARKED_DOCUMENT
        if (opens or full) and documents[-1].sentences:
            documents.append(document())
        text, places = joined(tokens)
        if tokens in scored:
            continue
        label, spans = labels.get(hash_of(text), (None, None))
        blank = places
        if not plain:
            text, places = detokenised(tokens)
        sentence = Sentence(text, language, entity_spans(tokens, tags, places), label=label, misc=misc)
        if spans is not None:
            sentence.mark([mapped(span, blank, places) for span in spans])
        documents[-1].sentences.append(sentence)
    return documents


def both_settings(name: str, **how) -> list[Document]:
    """The corpus twice: tokens joined by blanks, and set as a newspaper would."""
    return conll(name, plain=True, **how) + conll(name, plain=False, **how)


def quotations(name: str) -> list[Document]:
    """Sources and cues of a German attribution corpus, only the sentences that have any: it marks quotations alone."""
    documents = []
    with lzma.open(data_root() / "data" / "attribution" / f"{name}.jsonl.xz", "rt", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            document = Document(row["id"], running=False)
            for first, last in row["sentences"]:
                text, places = detokenised(row["tokens"][first:last])
                spans = []
                for item in row["attributions"]:
                    for kind, key in (("s", "source"), ("c", "cue")):
                        for start, end in item[key]:
                            if first <= start and end <= last and start < end:
                                spans.append((places[start - first][0], places[end - first - 1][1], kind))
                kinds = {span[2] for span in spans}
                if kinds == {"s", "c"}:
                    document.sentences.append(Sentence(text, "de", attribution=sorted(set(spans))))
            if document.sentences:
                documents.append(document)
    return documents


def write_split() -> None:
    """Writes which document of our corpus is in which part."""
    SPLIT_FILE.parent.mkdir(exist_ok=True)
    rows = sorted((document.id, part) for part in ("train", "dev", "test") for document in written(part))
    SPLIT_FILE.write_text("".join(f"{document}\t{part}\n" for document, part in rows), encoding="utf-8")


if __name__ == "__main__":
    write_split()
