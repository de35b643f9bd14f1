"""A release on sentences that no run trained on: articles by the last writers, and open text.

    python training/unseen.py --stellig target/release/stellig --model models/news-small

An eighth of what the last thirty-nine writers wrote and of the open text that was labelled beside them is kept out of training by
`splits/unseen.tsv` (whole articles, whole runs of sentences). Half of it, `tune`, may calibrate and choose; the other half,
`score`, is what this prints: by `stellig eval`, beside the majority class and the cue words of `baselines.py`. `--out` keeps
the files with the marked sentences (they hold the texts, whose licences the README of the data names).
"""

from __future__ import annotations

import argparse
import tempfile
from itertools import groupby
from pathlib import Path

from baselines import rule
from corpora import HERE, Document, Sentence, labelled_lines, raw_file, read_corpus, read_file, unseen_part
from join_standoff import Report, mark, nest
from measure import Measure
from scores import HOLDERS, SEVEN, macro_f1

PARTS = ("tune", "score")
OPEN_TEXT, WRITERS = "open text kept out", "articles kept out"
TEXTS = ("de.wikinews", "en.wikipedia", "es.wikineural", "fr.wikineural", "it.kind", "nl.alpino", "nl.kamer-be", "nl.wikiann",
         "de.ct25-subjectivity", "en.ct25-subjectivity", "it.ct25-subjectivity", "nl.ct23-subjectivity")
# As in `train.MIX`.
AS_ARTICLES = {"nl.kamer-be", "de.wikinews", "en.wikipedia"}


def runs_of(document: Document, part: str) -> list[Document]:
    """The runs of a document's sentences that are in a part."""
    parts = [unseen_part(sentence) for sentence in document.sentences]
    found = []
    for kept, run in groupby(range(len(parts)), key=lambda i: parts[i] == part):
        places = list(run)
        if kept:
            found.append(Document(f"{document.id}.{places[0]}", [document.sentences[i] for i in places], document.running))
    return found


def open_text(part: str) -> dict[str, list[Document]]:
    """By name of a raw text that is there, what of it is in a part."""
    found = filter(lambda name: raw_file(name).exists(), TEXTS)
    return {name: [run for d in labelled_lines(name, articles=name in AS_ARTICLES) for run in runs_of(d, part)] for name in found}


def articles(part: str) -> list[Document]:
    """The articles by the last writers that are in a part."""
    return [d for d in read_corpus(HERE / "written") if all(unseen_part(sentence) == part for sentence in d.sentences)]


def in_format(document: Document) -> str:
    """A document in the format of the guidelines."""
    header = f"#doc {document.id.replace('.', '-')} | 2000-01 | unseen | open text" + ("" if document.running else " | single")
    lines = [header]
    for sentence in document.sentences:
        spans = nest([list(span) for span in sentence.attribution + sentence.hedges], sentence.entities, Report())
        lines.append(f"{sentence.label}\t{mark(sentence.text, [list(span) for span in sentence.entities] + spans)}")
    return "\n".join(lines) + "\n"


def baseline_row(name: str, sentences: list[Sentence], give) -> str:
    gold = [(s.label.split() + [""])[:2] for s in sentences]
    given = [give(s) for s in sentences]
    pairs = [(g[0], p[0]) for g, p in zip(gold, given)]
    holder = macro_f1([(g[1], p[1]) for g, p in zip(gold, given) if g[1]], HOLDERS)
    return f"| | | {name} | {100 * macro_f1(pairs, SEVEN):.1f} | {100 * sum(g == p for g, p in pairs) / len(pairs):.1f} | {100 * holder:.1f} |" + " |" * (len(SEVEN) + 2)


def row(name: str, report: dict) -> str:
    labels, spans = report["labels"], report["spans"]
    factuality = labels["factuality"]
    low, high = (100 * factuality["macro_f1_interval"][end] for end in ("low", "high"))
    classes = {one["class"]: f"{100 * one['f1']:.0f} ({one['gold']})" for one in factuality["classes"]}
    overlap = " / ".join(f"{100 * spans[kind]['overlap']['f1']:.0f}" for kind in ("source", "cue", "hedge"))
    cells = [name, report["sentences"], "the model", f"{100 * factuality['macro_f1']:.1f} ({low:.1f} to {high:.1f})", f"{100 * factuality['accuracy']:.1f}",
             f"{100 * labels['holder']['macro_f1']:.1f}", *(classes.get(c, "") for c in SEVEN), f"{100 * spans['entities_micro']['f1']:.1f}", overlap]
    return "| " + " | ".join(map(str, cells)) + " |"


def files(part: str, out: Path) -> dict[str, list[Path]]:
    """By name of a set, its files in the format of the guidelines, written into `out`."""
    sets: dict[str, list[Path]] = {WRITERS: [], OPEN_TEXT: []}

    def put(title: str, whole: str, stem: str, documents: list[Document]) -> None:
        path = out / f"{stem}.txt"
        path.write_text("\n".join(map(in_format, documents)), encoding="utf-8")
        sets[title] = [path]
        sets[whole].append(path)

    by_language = lambda document: document.id[:2]
    for language, documents in groupby(sorted(articles(part), key=by_language), key=by_language):
        put(f"{WRITERS}, {language}", WRITERS, f"{language}.writers", list(documents))
    for name, documents in open_text(part).items():
        put(f"`{name}`", OPEN_TEXT, name, documents)
    return sets


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stellig", required=True, type=Path)
    parser.add_argument("--model", required=True, type=Path)
    parser.add_argument("--part", choices=PARTS, default="score", help="tune: to choose by; score: to quote, once per release")
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    measure, errors = Measure(args.stellig, args.model), []
    with tempfile.TemporaryDirectory() as folder:
        out = args.out or Path(folder)
        out.mkdir(parents=True, exist_ok=True)
        print("| unseen | sentences | labelled by | factuality | accuracy | holder | " + " | ".join(SEVEN) + " | entities | source / cue / hedge, overlap |",
              "| --- " * (8 + len(SEVEN)) + "|", sep="\n")
        for name, paths in files(args.part, out).items():
            report = measure.corpus(*paths)
            print(row(name, report), flush=True)
            if name in (OPEN_TEXT, WRITERS):
                sentences = [sentence for path in paths for document in read_file(path) for sentence in document.sentences]
                print(baseline_row("majority class", sentences, lambda sentence: ("CT+", "author")))
                print(baseline_row("cue words", sentences, rule), flush=True)
                errors.append(f"{name}: " + ", ".join(f"{one['of']} {one['ece']:.3f} ({one['by_chance']['high']:.3f})" for one in report["calibration"]))
    print("", "Expected calibration error, in brackets what chance would show:", *errors, sep="\n")


if __name__ == "__main__":
    main()
