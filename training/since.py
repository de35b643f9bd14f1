"""A release on what was labelled after it: sentences and writers that it never saw, by the thousand.

    python training/since.py --commit eaf5edd --stellig target/release/stellig --model models/news-small

`--commit` is the one that brought the weights. Real sentences are those that `labels/` has gained since, with their entities
and spans; articles are those of `written/` that are new. Both are scored by `stellig eval`, beside the majority class and the
cue words of `baselines.py`. Later weights have been trained on them: for those the answer is worthless. `--out` keeps the files
with the marked sentences (they hold the texts, whose licences the README of the data names).
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
from pathlib import Path

from baselines import rule
from card import evaluate
from corpora import HERE, Document, Sentence, hash_of, labelled_lines, read_file
from join_standoff import TAG, Report, mark, nest
from scores import HOLDERS, SEVEN, macro_f1
from sources import data_root

OPEN_TEXT, WRITERS = "open text, all", "new writers, all"
# As in `train.MIX`.
AS_ARTICLES = {"nl.kamer-be", "de.wikinews", "en.wikipedia", "de.10kgnad"}


def git(*arguments: str) -> str:
    return subprocess.run(["git", "-C", HERE.parent, *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout


def new_lines(name: str, commit: str) -> list[Document]:
    """The sentences of a raw text with label, spans and entities, all of which came after `commit`."""
    path = f"training/labels/{name}.tsv"
    known = set()
    if git("ls-tree", "--name-only", commit, path):
        known = {line.split("\t")[0] for line in git("show", f"{commit}:{path}").splitlines() if not line.startswith("#")}

    def is_new(sentence: Sentence) -> bool:
        whole = None not in (sentence.label, sentence.entities, sentence.hedges)
        return whole and hash_of(sentence.text) not in known and not TAG.search(sentence.text)

    return [d for d in labelled_lines(name, articles=name in AS_ARTICLES) if all(map(is_new, d.sentences))]


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


def new_files(commit: str, out: Path) -> dict[str, list[Path]]:
    """By name of a set, its files in the format of the guidelines; those of real text are written into `out`."""
    sets: dict[str, list[Path]] = {OPEN_TEXT: [], WRITERS: []}
    for labels in sorted((HERE / "labels").glob("*.tsv")):
        # The others are on sentences of shared tasks, not on raw text.
        if (data_root() / "data" / "text" / f"{labels.stem}.txt.xz").exists():
            if documents := new_lines(labels.stem, commit):
                path = out / f"{labels.stem}.txt"
                path.write_text("\n".join(map(in_format, documents)), encoding="utf-8")
                sets[f"`{labels.stem}`"] = [path]
                sets[OPEN_TEXT].append(path)
    old = set(git("ls-tree", "--name-only", commit, "training/written/").split())
    for path in sorted((HERE / "written").glob("*.txt")):
        if f"training/written/{path.name}" not in old:
            sets.setdefault(f"new writers, {path.name[:2]}", []).append(path)
            sets[WRITERS].append(path)
    return {name: paths for name, paths in sets.items() if paths}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--commit", required=True)
    parser.add_argument("--stellig", required=True, type=Path)
    parser.add_argument("--model", required=True, type=Path)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    errors = []
    with tempfile.TemporaryDirectory() as folder:
        out = args.out or Path(folder)
        out.mkdir(parents=True, exist_ok=True)
        print("| unseen | sentences | labelled by | factuality | accuracy | holder | " + " | ".join(SEVEN) + " | entities | source / cue / hedge, overlap |",
              "| --- " * (8 + len(SEVEN)) + "|", sep="\n")
        for name, paths in new_files(args.commit, out).items():
            report = evaluate(args.stellig, args.model, *paths)["corpus"]
            print(row(name, report), flush=True)
            if name in (OPEN_TEXT, WRITERS):
                sentences = [sentence for path in paths for document in read_file(path) for sentence in document.sentences]
                print(baseline_row("majority class", sentences, lambda sentence: ("CT+", "author")))
                print(baseline_row("cue words", sentences, rule), flush=True)
                errors.append(f"{name}: " + ", ".join(f"{one['of']} {one['ece']:.3f} ({one['by_chance']['high']:.3f})" for one in report["calibration"]))
    print("", "Expected calibration error, in brackets what chance would show:", *errors, sep="\n")


if __name__ == "__main__":
    main()
