#!/usr/bin/env python3
"""Holds every output format against the program that reads it: same entities, same words, same places as the JSON Lines.

    python3 -m venv .venv
    .venv/bin/pip install -r tests/consumers/requirements.txt
    .venv/bin/pip install --no-deps -r tests/consumers/requirements-alone.txt
    .venv/bin/python tests/consumers/check.py --stellig target/release/stellig

Labels the example articles and tests/consumers/hard.jsonl (emoji, combining marks, CRLF, tabs, control characters, right to left,
markup, formulas, ids that are no file names) in every format, converts the JSON Lines into every format as well, which has to give
the same bytes, does it once more with entities all over the text, whatever the model found, and reads all of it with pandas, DuckDB,
pyarrow, spaCy, brat, the Label Studio SDK, lxml and nafparserpy (readers.py).
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

from readers import CHECKS

ROOT = pathlib.Path(__file__).resolve().parents[2]
FORMATS = "jsonl,csv,tsv,parquet,conll,brat,label-studio,spacy,naf,web-annotation".split(",")


def call(stellig, *arguments):
    return subprocess.run([stellig, *arguments, "-q"], cwd=ROOT).returncode


def label(stellig, folder):
    """Labels in every format, and once more by way of the JSON Lines: the same bytes."""
    made, converted = folder / "made", folder / "converted"
    inputs = [ROOT / "examples/articles", ROOT / "tests/consumers/hard.jsonl"]
    formats = ["--format", ",".join(FORMATS)]
    assert call(stellig, "label", *inputs, "-o", made, *formats) == 2, "one row of hard.jsonl has no text"
    assert call(stellig, "convert", made / "labels.jsonl", "-o", converted, *formats) == 0
    files = sorted(path.relative_to(made) for path in made.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(converted) for path in converted.rglob("*") if path.is_file()), files
    for name in files:
        assert (made / name).read_bytes() == (converted / name).read_bytes(), f"{name} differs after convert"
    return made


def crowd(stellig, folder, made):
    """Every format with an entity at every few words: over line breaks, emoji, marks and control characters."""
    crowded, lines = folder / "crowded", []
    documents = [json.loads(line) for line in open(made / "labels.spacy.jsonl", encoding="utf-8", newline="\n")]
    for line in open(made / "labels.jsonl", encoding="utf-8", newline="\n"):
        record = json.loads(line)
        if "sentences" in record:
            text, tokens = record["text"], documents.pop(0)["tokens"]
            # What Python strips that is a word to stellig (U+001C to U+001F) is a token by itself.
            words = [(t["start"], t["end"]) for t in tokens if text[t["start"] : t["end"]].strip(" \t\r\n\f\u2028")]
            record["entities"] = []
            for number, sentence in enumerate(record["sentences"]):
                inside = [w for w in words if sentence["start"] <= w[0] < sentence["end"]]
                for at in range(0, len(inside), 4):
                    (start, _), (_, end) = inside[at], inside[min(at + at // 4 % 4, len(inside) - 1)]
                    kind = ("PER", "ORG", "LOC", "MISC")[at // 4 % 4]
                    record["entities"].append({"start": start, "end": end, "label": kind, "type": kind, "text": text[start:end],
                                               "score": 0.5, "sentence": number})
        lines.append(json.dumps(record, ensure_ascii=False))
    source = folder / "crowded.jsonl"
    source.write_text("".join(line + "\n" for line in lines), encoding="utf-8", newline="\n")
    assert call(stellig, "convert", source, "-o", crowded, "--format", ",".join(FORMATS)) == 0
    return crowded


def checked(stellig, folder):
    """Reads a folder of all formats; whether all is well."""
    assert call(stellig, "convert", folder / "labels.jsonl", "-o", folder / "sentences.csv", "--rows", "sentences") == 0
    lines = [json.loads(line) for line in open(folder / "labels.jsonl", encoding="utf-8", newline="\n")]
    records = [line for line in lines if "sentences" in line]
    assert len(records) == 6 and len(lines) == 7, len(lines)
    good = True
    for function in CHECKS:
        try:
            print(f"{function.__doc__}: {function(folder, records)} compared")
        except Exception as error:  # the other formats are checked all the same
            good = False
            print(f"{function.__doc__}: FAILED: {type(error).__name__}: {error}")
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stellig", type=pathlib.Path, default=ROOT / "target/release/stellig", help="the program")
    arguments = parser.parse_args()
    stellig = arguments.stellig.resolve()
    with tempfile.TemporaryDirectory() as folder:
        made = label(stellig, pathlib.Path(folder))
        good = checked(stellig, made)
        print("with entities all over the text:")
        good &= checked(stellig, crowd(stellig, pathlib.Path(folder), made))
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
