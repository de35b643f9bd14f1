#!/usr/bin/env python3
"""Writes docs/SCHEMA.md, the reference of every field of the record, out of the JSON Schema that `stellig schema` prints.

    python tools/schema_reference.py --stellig target/release/stellig
    python tools/schema_reference.py --stellig target/release/stellig --check     # exit code 1 if the file is stale

The sentences are the doc comments of src/record.rs, so that is where to change them. Needs nothing but Python. What it does not
know how to show (a new kind of schema) ends it with an error, so that no field goes missing in silence.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys

REFERENCE = pathlib.Path(__file__).resolve().parents[1] / "docs" / "SCHEMA.md"
HEAD = """\
# Every field of the record

<!-- Written by tools/schema_reference.py out of `stellig schema`; change the doc comments of src/record.rs instead. -->

A line of `stellig label` is a {kinds}. What the labels mean and what may be relied on stands in
[RECORD.md](RECORD.md); `stellig schema` prints the same as JSON Schema. Offsets are Unicode code points into `text`,
from 0, end exclusive; scores lie between 0 and 1.
"""
UNDERSTOOD = set("$ref additionalProperties anyOf default description format items minimum type".split())


def target(schema):
    """The name of the definition that a schema refers to."""
    return schema["$ref"].rsplit("/", 1)[-1]


def title(name, definitions):
    """A heading for a definition. Two that differ in a type parameter (`Scored`, `Scored2`) are named after their label."""
    generic = re.fullmatch(r"(Scored)\d*", name)
    if generic:
        return f"{generic[1]} {target(definitions[name]['properties']['label']).lower()}"
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).capitalize()


def link(name, definitions):
    words = title(name, definitions)
    return f"[{words.lower()}](#{words.lower().replace(' ', '-')})"


def kind(schema, definitions):
    """A type in words."""
    unknown = set(schema) - UNDERSTOOD
    if unknown:
        raise SystemExit(f"tools/schema_reference.py does not know {sorted(unknown)} in {json.dumps(schema)}; teach it")
    if "$ref" in schema:
        return link(target(schema), definitions)
    if "anyOf" in schema:
        return " or ".join(kind(one, definitions) for one in schema["anyOf"])
    names = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if "array" in names:
        return f"list of {link(target(schema['items']), definitions)}"
    words = {"integer": "integer", "number": "number", "string": "string", "boolean": "boolean", "object": "object", "null": "`null`"}
    return " or ".join(words[name] for name in names)


def table(head, rows):
    """A Markdown table; a bar in a cell is no border."""
    lines = [head, ["---"] * len(head), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def section(name, definitions):
    """A definition as a heading, a sentence and a table."""
    schema = definitions[name]
    if "oneOf" in schema:
        rows = [(f"`{value['const']}`", value["description"]) for value in schema["oneOf"]]
        body = table(("value", "meaning"), rows)
    else:
        absent = lambda key: "" if key in schema.get("required", ()) else "; may be absent"
        rows = [(f"`{key}`", kind(field, definitions) + absent(key), field["description"]) for key, field in schema["properties"].items()]
        body = table(("field", "type", "meaning"), rows)
    return f"## {title(name, definitions)}\n\n{schema['description']}\n\n{body}\n"


def reference(schema):
    """The whole page."""
    definitions = schema["$defs"]
    kinds = " or a ".join(link(target(one), definitions) for one in schema["anyOf"])
    return "\n".join([HEAD.format(kinds=kinds), *(section(name, definitions) for name in in_order(schema, definitions))])


def in_order(schema, definitions):
    """Names of definitions, each before those that it refers to, in the order of the fields."""
    names = []

    def visit(node):
        if isinstance(node, list):
            for one in node:
                visit(one)
        elif isinstance(node, dict):
            if "$ref" in node and target(node) not in names:
                names.append(target(node))
                visit(definitions[target(node)])
            for value in node.values():
                visit(value)

    visit(schema["anyOf"])
    if set(names) != set(definitions):
        raise SystemExit(f"nothing refers to {sorted(set(definitions) - set(names))} in the schema")
    return names


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stellig", required=True, help="the program, such as target/release/stellig; - reads the schema from standard input")
    parser.add_argument("--check", action="store_true", help="write nothing; exit code 1 if docs/SCHEMA.md is not what would be written")
    arguments = parser.parse_args()
    printed = sys.stdin.read() if arguments.stellig == "-" else subprocess.check_output([arguments.stellig, "schema"], encoding="utf-8")
    page = reference(json.loads(printed))
    if not arguments.check:
        REFERENCE.write_text(page, encoding="utf-8")
    elif not REFERENCE.exists() or REFERENCE.read_text(encoding="utf-8") != page:
        sys.exit("docs/SCHEMA.md is stale; run: python tools/schema_reference.py --stellig target/release/stellig")


if __name__ == "__main__":
    main()
