"""Self-training: labels raw news with the current model and keeps what it is sure of.

    python training/selftrain.py --stellig target/release/stellig --model models/news-small --out runs/self.jsonl
    python training/train.py --self runs/self.jsonl ...

Raw documents are labelled as articles. A sentence keeps its entities where every one of them is sure, and its certainty label where
all parts of the label are sure; of each label the surest are kept, so that the plain ones do not swamp the rare. Nothing that our own
labels name and nothing out of a dev or test set is taken. For openly licensed weights label with openly licensed weights (`--data open`).
"""

from __future__ import annotations

import argparse
import json
import subprocess
from collections import Counter, defaultdict
from pathlib import Path

from corpora import hash_of, own_entities, own_labels, part_of, read_corpus
from sources import NOT_OPEN, blankless, conll_sentences, data_root, raw_documents
from text import HELD_OUT

# Megabytes of news-like raw text; the first documents of each file are held out for perplexity and left alone.
NEWS = {
    "nl.alpino": 2.5, "nl.ud": 0.6, "nl.wikineural": 0.6, "en.gum": 0.5, "de.wikinews": 0.4, "de.10kgnad": 0.4, "fr.ud": 0.4,
    "fr.wikineural": 0.4, "es.ud": 0.4, "es.wikineural": 0.4, "it.kind": 0.6, "it.ud": 0.4,
}
SURE_ENTITY, SURE_LABEL = 0.9, 0.6
MOST = {"CT+": 6000, "none": 2500}  # of each label; of the others:
MOST_OTHERS = 1200
SPAN = {"source": "s", "attribution": "c", "certainty": "h"}


def reserved() -> set[str]:
    """Every sentence of a dev or test set."""
    names = [path.name.removesuffix(".tsv.xz") for path in (data_root() / "data" / "ner").glob("*.tsv.xz")]
    held = {"".join(tokens) for name in names if not name.endswith(".train") for tokens, _, _ in conll_sentences(name)}
    documents = (d for d in read_corpus(data_root() / "corpus") if part_of(d.id) != "train")
    return held | {blankless(s.text) for d in documents for s in d.sentences}


def articles(data: str) -> list[dict]:
    """Raw documents as articles, one line a paragraph."""
    found = []
    for name, megabytes in NEWS.items():
        if data == "open" and name in NOT_OPEN:
            continue
        ours = own_labels(name).keys() | own_entities(name).keys()
        for number, lines in enumerate(raw_documents(name, megabytes)[HELD_OUT:]):
            lines = [line for line in lines if hash_of(line) not in ours]
            if lines:
                found.append({"id": f"{name}-{number}", "language": name[:2], "text": "\n\n".join(lines)})
    return found


def sureness(sentence: dict) -> float:
    """The least sure part of a certainty label."""
    parts = [sentence[part]["score"] for part in ("claim", "certainty", "polarity", "holder") if sentence[part]]
    return min(parts)


def sentences_of(record: dict) -> list[tuple[float, dict]]:
    """The sentences of a record with a label or entities to keep, and how sure the label is (0: it is not kept)."""
    text, found = record["text"], []
    entities = defaultdict(list)
    for entity in record["entities"]:
        entities[entity["sentence"]].append(entity)
    for number, sentence in enumerate(record["sentences"]):
        start, end = sentence["start"], sentence["end"]
        kept: dict = {"text": text[start:end], "language": record["language"]}
        place = lambda span, kind: [span["start"] - start, span["end"] - start, kind]
        if all(entity["score"] >= SURE_ENTITY for entity in entities[number]):
            kept["entities"] = [place(entity, entity["label"]) for entity in entities[number]]
        sure = sureness(sentence)
        if sure >= SURE_LABEL:
            kept["label"] = f"{sentence['factuality']} {sentence['holder']['label']}" if sentence["claim"]["label"] else "none"
            spans = [place(span, "s") for span in sentence["source"]] + [place(cue, SPAN[cue["kind"]]) for cue in sentence["cues"]]
            scores = [span["score"] for span in [*sentence["source"], *sentence["cues"]]]
            if all(score >= SURE_LABEL for score in scores):
                kept["spans"] = spans
        if "label" in kept or kept.get("entities"):
            found.append((sure if "label" in kept else 0.0, kept))
    return found


def chosen(sentences: list[tuple[float, dict]]) -> list[dict]:
    """The surest of each label, and of the sentences without one those that name somebody."""
    taken: Counter = Counter()
    result = []
    for _, sentence in sorted(sentences, key=lambda pair: -pair[0]):
        label = sentence.get("label", "entities alone").split()[0]
        if taken[label] < MOST.get(label, MOST_OTHERS):
            taken[label] += 1
            result.append(sentence)
    print(dict(taken))
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stellig", required=True, type=Path, help="the program")
    parser.add_argument("--model", required=True, type=Path, help="the model that labels")
    parser.add_argument("--data", choices=["all", "open"], default="all")
    parser.add_argument("--out", required=True, type=Path)
    args = parser.parse_args()
    args.out.parent.mkdir(parents=True, exist_ok=True)
    raw, labelled = args.out.with_suffix(".raw.jsonl"), args.out.with_suffix(".labelled.jsonl")
    raw.write_text("".join(json.dumps(a, ensure_ascii=False) + "\n" for a in articles(args.data)), encoding="utf-8")
    subprocess.run([args.stellig, "label", raw, "--model", args.model, "--output", labelled], check=True)
    held, sentences = reserved(), []
    # Some of our labels are of sentences within a line.
    ours = {label for name in NEWS for label in (*own_labels(name), *own_entities(name))}
    with labelled.open(encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            sentences += [(sure, s) for sure, s in sentences_of(record) if blankless(s["text"]) not in held and hash_of(s["text"]) not in ours]
    args.out.write_text("".join(json.dumps(s, ensure_ascii=False) + "\n" for s in chosen(sentences)), encoding="utf-8")
    raw.unlink()
    labelled.unlink()
    print(f"{args.out}: {sum(1 for _ in args.out.open())} of {len(sentences)} sentences")


if __name__ == "__main__":
    main()
