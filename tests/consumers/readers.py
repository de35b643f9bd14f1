"""One function for each format: reads it with the program that it is for and compares it with the JSON Lines. Each takes the
folder of a run and its records, gives the number of entities (or rows) that it compared, and fails where one differs."""

import csv
import dataclasses
import functools
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHECKS = []


def check(function):
    """Registers a check; its docstring names the reader."""
    CHECKS.append(function)
    return function


def same(read, wanted, what):
    read, wanted = list(read), list(wanted)
    if read != wanted:
        pairs = [pair for pair in zip(read, wanted) if pair[0] != pair[1]][:3]
        raise AssertionError(f"{what}: read {len(read)}, wanted {len(wanted)}; first differences {pairs}")
    return len(read)


def places(records):
    """Entities as (start, end, label, text), article by article."""
    return [[(e["start"], e["end"], e["label"], e["text"]) for e in record["entities"]] for record in records]


def flat(lists):
    return [item for items in lists for item in items]


def claims(record):
    return [s for s in record["sentences"] if s["claim"] and s["claim"]["label"]]


def cell(text):
    """The text of a cell: without the apostrophe that keeps spreadsheets from taking it for a formula."""
    return text[1:] if re.match(r"'+[=+\-@\t\r\n＝＋－＠]", text) else text


def visible(text):
    """The words of a text without what is between them, control characters shown."""
    return "".join(re.sub(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]", "\ufffd", text).split())


def on_lines(start, end, label, text):
    """The place of a mark in brat, which knows no line breaks at its ends; Python takes U+001C to U+001E for such."""
    return start + len(text) - len(text.lstrip()), end - len(text) + len(text.rstrip()), label


@check
def rows(folder, records):
    """pandas, DuckDB and Python's csv: csv and tsv"""
    import duckdb
    import pandas

    wanted = flat([[(r["id"], *e) for e in es] for r, es in zip(records, places(records))])
    for name, delimiter in (("labels.csv", ","), ("labels.tsv", "\t")):
        path = folder / name
        frame = pandas.read_csv(path, sep=delimiter, keep_default_na=False, dtype=str)
        columns = ["id", "start", "end", "label", "text"]
        read = [tuple(cell(value) for value in row) for row in frame[columns].itertuples(index=False)]
        same(read, [tuple(map(str, row)) for row in wanted], f"pandas {name}")
        with open(path, encoding="utf-8", newline="") as lines:
            plain = [tuple(cell(row[c]) for c in columns) for row in csv.DictReader(lines, delimiter=delimiter)]
        same(plain, read, f"csv {name}")
        quoted = ", ".join(f'"{column}"' for column in columns)
        query = f"select {quoted} from read_csv(?, delim=?, header=true, quote='\"', escape='\"', all_varchar=true)"
        duck = duckdb.execute(query, [str(path), delimiter]).fetchall()
        same([tuple(cell(value or "") for value in row) for row in duck], read, f"DuckDB {name}")
    sentences = pandas.read_csv(folder / "sentences.csv", keep_default_na=False, dtype=str)
    words = flat([[r["text"][s["start"] : s["end"]] for s in r["sentences"]] for r in records])
    same(map(cell, sentences["text"]), words, "sentences")
    factuality = flat([[s["factuality"] or "" for s in r["sentences"]] for r in records])
    return same(sentences["factuality"], factuality, "factuality of sentences")


def dense(value):
    """Without nulls, which a column cannot tell from what is not there."""
    if isinstance(value, dict):
        return {key: dense(item) for key, item in value.items() if item is not None}
    return [dense(item) for item in value] if isinstance(value, list) else value


@check
def parquet(folder, records):
    """pyarrow, pandas and DuckDB: parquet"""
    import duckdb
    import pandas
    import pyarrow.parquet

    path = folder / "labels.parquet"
    table = pyarrow.parquet.read_table(path).to_pylist()
    for row in table:
        row["meta"] = json.loads(row["meta"]) if row["meta"] else None
        if row["language_supported"]:
            row["language_supported"] = None
    lines = [json.loads(line) for line in open(folder / "labels.jsonl", encoding="utf-8", newline="\n")]
    same(map(dense, table), map(dense, lines), "pyarrow")
    assert len(pandas.read_parquet(path)) == len(lines)
    query = "select e.start, e.end, e.label, e.text from (select unnest(entities) as e from read_parquet(?))"
    return same(duckdb.execute(query, [str(path)]).fetchall(), flat(places(records)), "DuckDB")


@check
def conll(folder, records):
    """spaCy's converter: conll"""
    from spacy.training.converters import conll_ner_to_docs

    text = open(folder / "labels.conll", encoding="utf-8", newline="").read()
    docs = list(conll_ner_to_docs(text, no_print=True))
    same((len(list(doc.sents)) for doc in docs), (len(r["sentences"]) for r in records), "sentences")
    read = [(ent.label_, "".join(token.text for token in ent)) for doc in docs for ent in doc.ents]
    return same(read, [(label, visible(words)) for _, _, label, words in flat(places(records))], "entities")


@check
def brat(folder, records):
    """brat's own annotation.py, projectconfig.py and verify_annotations.py: brat"""
    import importlib.util

    brat = pathlib.Path(importlib.util.find_spec("brat").submodule_search_locations[0])
    sys.path[:0] = [str(brat / "server/src"), str(brat / "server/lib")]
    # What its installer would write: the template, as it is.
    spec = importlib.util.spec_from_file_location("config", brat / "config_template.py")
    sys.modules["config"] = importlib.util.module_from_spec(spec)
    sys.modules["config"].CHANGE_ME = str(folder)
    spec.loader.exec_module(sys.modules["config"])
    import annotation

    # The mode "U", universal newlines, is gone since Python 3.11; without it they are what `open` does.
    annotation.codecs_open = lambda path, mode, **rest: open(path, mode.replace("U", ""), **rest)
    import projectconfig
    import verify_annotations

    collection = folder / "brat"
    config = projectconfig.ProjectConfiguration(str(collection))
    same(config.get_entity_types()[:4], ["PER", "ORG", "LOC", "MISC"], "annotation.conf")
    by_text = {record["text"].replace("\r\n", " \n").replace("\r", "\n"): record for record in records}
    texts = sorted(collection.glob("*.txt"))
    assert len(texts) == len(records), texts
    count = 0
    for path in texts:
        record = by_text[open(path, encoding="utf-8", newline="").read()]
        read = annotation.TextAnnotations(str(path.with_suffix("")), read_only=True)
        assert not read.failed_lines, read.failed_lines
        marks = list(read.get_textbounds())
        entities = [(m.first_start(), m.last_end(), m.type) for m in marks if m.type in ("PER", "ORG", "LOC", "MISC")]
        count += same(entities, [on_lines(*e) for e in places([record])[0]], path.name)
        assert sum(m.type == "Claim" for m in marks) == len(claims(record))
        targets = len(list(read.get_relations()))
        assert targets == sum(len(s["source"]) + len(s["cues"]) for s in claims(record)), path
        issues = [str(issue) for issue in verify_annotations.verify_annotation(read, config)]
        assert not issues, issues
    return count


@check
def label_studio(folder, records):
    """the Label Studio SDK's LabelInterface: label-studio"""
    from label_studio_sdk.label_interface import LabelInterface

    interface = LabelInterface((folder / "labels.label-studio.config.xml").read_text(encoding="utf-8"))
    interface.validate()
    tasks = json.loads((folder / "labels.label-studio.json").read_text(encoding="utf-8"))
    read = []
    for task in tasks:
        for prediction in task["predictions"]:
            errors = interface.validate_prediction(prediction, return_errors=True)
            assert not errors, errors[:5]
            regions = [r for r in prediction["result"] if r["type"] != "relation"]
            assert all(r["value"]["text"] == task["data"]["text"][r["value"]["start"] : r["value"]["end"]] for r in regions)
            values = [r["value"] for r in regions if r["from_name"] == "entity"]
            read += [(v["start"], v["end"], v["labels"][0], v["text"]) for v in values]
    return same(read, flat(places(records)), "entities")


@check
def spacy_docs(folder, records):
    """spaCy: spacy, through tools/jsonl_to_docbin.py"""
    import spacy
    from spacy.tokens import Doc, DocBin

    Doc.set_extension("stellig", default=None, force=True)
    path = folder / "docs.spacy"
    subprocess.run(
        [sys.executable, ROOT / "tools/jsonl_to_docbin.py", folder / "labels.spacy.jsonl", path], check=True, capture_output=True
    )
    docs = list(DocBin().from_disk(path).get_docs(spacy.blank("nl").vocab))
    assert len(docs) == len(records)
    for doc, record in zip(docs, records):
        assert doc.text == re.sub("[\x1c-\x1f]", "\ufffd", record["text"])
        same((s.start_char + len(s.text) - len(s.text.lstrip()) for s in doc.sents), (s["start"] for s in record["sentences"]), "sents")
        same((s.label_ for s in doc.spans["claims"]), (s["factuality"] for s in record["sentences"] if s["factuality"]), "claims")
        cues = [(c["start"], c["end"], c["kind"]) for s in record["sentences"] for c in s["cues"]]
        same(((s.start_char, s.end_char, s.label_) for s in doc.spans["cues"]), cues, "cues")
        assert doc._.stellig["id"] == record["id"] and len(doc._.stellig["sentences"]) == len(record["sentences"])
    read = [(e.start_char, e.end_char, e.label_, e.text) for doc in docs for e in doc.ents]
    wanted = [(*e[:3], re.sub("[\x1c-\x1f]", "\ufffd", e[3])) for e in flat(places(records))]
    return same(read, wanted, "entities")


@check
def naf(folder, records):
    """lxml with the format's DTD, and nafparserpy: naf"""
    import nafparserpy
    from lxml import etree

    # Its defaults are objects without a hash, which Python refuses from 3.11 on.
    plain, dataclasses.dataclass = dataclasses.dataclass, functools.partial(dataclasses.dataclass, unsafe_hash=True)
    try:
        from nafparserpy.parser import NafParser
    finally:
        dataclasses.dataclass = plain

    dtd = etree.DTD(str(pathlib.Path(nafparserpy.__file__).with_name("naf_v3.3.1.dtd")))
    by_id = {record["id"]: record for record in records}
    paths = sorted((folder / "naf").glob("*.naf"))
    assert len(paths) == len(records), paths
    count = 0
    for path in paths:
        tree = etree.parse(str(path))
        assert dtd.validate(tree), dtd.error_log.filter_from_errors()
        record = by_id[tree.find(".//public").get("publicId")]
        raw = tree.findtext("raw")
        assert raw == re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "\ufffd", record["text"]), path
        words = {}
        for wf in tree.iter("wf"):
            start = int(wf.get("offset"))
            words[wf.get("id")] = (start, start + int(wf.get("length")))
            assert raw[slice(*words[wf.get("id")])] == wf.text
        parsed = NafParser.load(str(path), decorate=False)
        terms = {term.id: words[term.span.targets[0].id] for term in parsed.get("terms")}

        def place(span):
            covered = [terms[target.id] for target in span.targets]
            return covered[0][0], covered[-1][1]

        read = [(*place(e.span), e.attrs["type"] if hasattr(e, "attrs") else e.type) for e in parsed.get("entities")] \
            if parsed.has_layer("entities") else []
        count += same(read, [e[:3] for e in places([record])[0]], path.name)
        facts = parsed.get("factualities") if parsed.has_layer("factualities") else []
        judged = [s for s in record["sentences"] if s["factuality"]]
        same(((*place(f.span), f.fact_vals[0].value) for f in facts), ((s["start"], s["end"], s["factuality"]) for s in judged), "facts")
        sources = [node for node in tree.iter("statement_source")]
        assert len(sources) == sum(len(s["source"]) for s in record["sentences"])
    return count


@check
def web_annotation(folder, records):
    """positions and quotes by the W3C model: web-annotation"""
    pages = [json.loads(line) for line in open(folder / "labels.annotations.jsonl", encoding="utf-8", newline="\n")]
    assert len(pages) == len(records)
    read = []
    for page, record in zip(pages, records):
        assert page["type"] == "AnnotationPage" and page["@context"] == "http://www.w3.org/ns/anno.jsonld"
        values = []
        for item in page["items"]:
            place, quote = item["target"]["selector"]
            start, end = place["start"], place["end"]
            assert record["text"][start:end] == quote["exact"] and record["text"][end:].startswith(quote["suffix"])
            assert record["text"][:start].endswith(quote["prefix"])
            values.append((start, end, item["body"][0]["value"], quote["exact"]))
        same((v[:2] for v in values if v[2] == "claim"), ((s["start"], s["end"]) for s in claims(record)), "claims")
        read += values[: len(record["entities"])]
    return same(read, flat(places(records)), "entities")
