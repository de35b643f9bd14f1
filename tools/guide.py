#!/usr/bin/env python3
"""Runs what docs/guide.md shows and puts its output back, so that the guide says what this stellig does. --check does the same
for the README's look at one article.

    .venv/bin/python tools/guide.py --stellig target/release/stellig             # writes the outputs anew
    .venv/bin/python tools/guide.py --stellig target/release/stellig --check     # only: is everything still so?

Blocks of sh, python, sql (DuckDB) and r (if R is there, with jsonlite) run from top to bottom in one empty folder beside a link to
examples/ and tests/; python blocks share their names, sql blocks their connection. A block of text behind one is its output. A
line `<!-- not run: why -->` before a block leaves it alone. A block that cannot be run for want of R is told, with the lines of its
output, which may be of an older model. Needs the packages of tests/consumers/requirements.txt. A block that ends with anything but 0
fails. --check fails as well where an output differs in more than the digits of scores, times and speeds: those may be others on another
CPU. It wants the model that the guide was written with.
"""

import argparse
import contextlib
import difflib
import io
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import traceback

import duckdb

ROOT = pathlib.Path(__file__).resolve().parents[1]
GUIDE = ROOT / "docs" / "guide.md"
README = ROOT / "README.md"
# What the README shows a part of: what stands before it there, and the command without the width of its terminal.
LOOK = re.compile(
    r"show (?P<article>examples/[^\s`]+).*?in a terminal of (?P<width>\d+) columns:\n\n(?P<shown>(?:    [^\n]*\n|\n)+)", re.DOTALL
)
BLOCK = re.compile(
    r"(?P<skip><!-- not run: [^\n]* -->\n)?^```(?P<language>sh|python|sql|r)\n(?P<code>.*?)^```\n(?P<output>\n```text\n.*?^```\n)?",
    re.MULTILINE | re.DOTALL,
)


# Digits that another CPU may give otherwise: decimal fractions (no versions), and numbers of seconds or of things a second.
VARIES = re.compile(r"(?<![\d.])\d+\.\d+(?!\.?\d)|\d[\d,]*(?= ?(?:ms|s|seconds?|minutes?|(?:tokens|articles|sentences)(?: a second|/s))\b)")


def alike(shown, printed):
    """Whether two outputs are the same but for digits that may vary."""
    return VARIES.sub("#", shown) == VARIES.sub("#", printed)


def difference(shown, printed):
    """The lines that differ, as a person reads them."""
    lines = difflib.unified_diff(shown.splitlines(), printed.splitlines(), "shown", "printed", n=0, lineterm="")
    return "\n".join(f"    {line}" for line in lines)


def unlike_readme(stellig):
    """Where README.md shows what `stellig show` does not print, and what; none where it does."""
    readme = README.read_text(encoding="utf-8")
    look = LOOK.search(readme)
    if not look:
        return "README.md: no `stellig show` with its output where tools/guide.py looks for it"
    command = [stellig, "show", ROOT / look["article"], "--width", look["width"]]
    printed = subprocess.check_output(command, encoding="utf-8", stdin=subprocess.DEVNULL)
    shown = re.sub("^    ", "", look["shown"], flags=re.MULTILINE).strip("\n")
    if VARIES.sub("#", shown) in VARIES.sub("#", printed):
        return None
    # It shows a part: what is printed besides is no fault.
    lines = [line for line in difference(shown, printed).splitlines() if line.startswith("    -")]
    return "\n".join([f"README.md:{readme.count(chr(10), 0, look.start('shown')) + 1}: another output", *lines])


class Runner:
    """Runs blocks; what they share lives here."""

    def __init__(self):
        self.names = {"__name__": "guide"}
        self.connection = duckdb.connect()

    def run(self, language, code):
        """What a block prints. Raises where it fails."""
        return getattr(self, language)(code)

    def sh(self, code):
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", code], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8")
        # A head that closes a pipe early is no failure of stellig's.
        if done.returncode:
            raise RuntimeError(f"exit code {done.returncode}\n{done.stdout}")
        return done.stdout

    def python(self, code):
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(compile(code, str(GUIDE), "exec"), self.names)
        return printed.getvalue()

    def sql(self, code):
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            for statement in filter(str.strip, code.split(";\n")):
                answer = self.connection.sql(statement)
                if answer is not None and not statement.lstrip().startswith("create"):
                    answer.show(max_width=140, max_col_width=90)
        return printed.getvalue()

    def r(self, code):
        done = subprocess.run(["Rscript", "-"], input=code, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8")
        if done.returncode:
            raise RuntimeError(done.stdout)
        return done.stdout


def has_r():
    """Whether R is here with the one package that the guide uses."""
    if not shutil.which("Rscript"):
        return False
    return subprocess.run(["Rscript", "-e", "library(jsonlite)"], capture_output=True).returncode == 0


def unrun(guide, block):
    """The warning about an R block where R is not: which lines nobody has computed anew."""

    def lines(group):
        text = block[group].strip("\n")
        first = guide.count("\n", 0, guide.index(text, block.start(group))) + 1
        return f"{first} to {first + text.count(chr(10))}"

    warning = f"warning: R with jsonlite is not here, so lines {lines('code')} were not run"
    return warning + (f"; the output in lines {lines('output')} may be of an older model" if block["output"] else "")


def place(folder, stellig):
    """The folder that blocks run in: the examples at hand, `stellig` on the path, a terminal of 100 columns without colour."""
    for name in ("examples", "tests"):
        (folder / "work").mkdir(exist_ok=True)
        (folder / "work" / name).symlink_to(ROOT / name)
    (folder / "bin").mkdir()
    (folder / "bin" / "stellig").symlink_to(pathlib.Path(stellig).resolve())
    path = os.pathsep.join([str(folder / "bin"), os.environ["PATH"]])
    os.environ.update(PATH=path, NO_COLOR="1", COLUMNS="100", HF_HUB_OFFLINE="1")
    os.chdir(folder / "work")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stellig", required=True, help="the program, such as target/release/stellig")
    parser.add_argument("--check", action="store_true", help="write nothing; exit code 1 if a block fails or prints something else")
    arguments = parser.parse_args()
    guide, runner, failed, differ, r_is_here = GUIDE.read_text(encoding="utf-8"), Runner(), [], [], has_r()

    def again(block):
        line = guide.count("\n", 0, block.start("code"))
        language, code, output = block["language"], block["code"], block["output"]
        if block["skip"]:
            print(f"docs/guide.md:{line}: {language}, left alone", file=sys.stderr)
            return block[0]
        if language == "r" and not r_is_here:
            print(f"docs/guide.md:{line}: {unrun(guide, block)}", file=sys.stderr)
            return block[0]
        try:
            printed = runner.run(language, code)
        except Exception:
            failed.append(line)
            print(f"docs/guide.md:{line}: {traceback.format_exc(limit=-1)}", file=sys.stderr)
            return block[0]
        printed = re.sub(r"[ \t]+$", "", printed, flags=re.MULTILINE).strip("\n")
        shown = f"\n```text\n{printed}\n```\n" if output else ""
        if output and shown != output:
            said = "another output" if alike(output, shown) else f"another output\n{difference(output, shown)}"
            print(f"docs/guide.md:{line}: {said}", file=sys.stderr)
            if not alike(output, shown):
                differ.append(line)
        return block[0].removesuffix(output or "") + shown

    with tempfile.TemporaryDirectory() as folder:
        place(pathlib.Path(folder), arguments.stellig)
        page = BLOCK.sub(again, guide)
        unlike = unlike_readme(folder + "/bin/stellig") if arguments.check else None
        os.chdir(ROOT)
    if unlike:
        print(unlike, file=sys.stderr)
    if not arguments.check and not failed:
        GUIDE.write_text(page, encoding="utf-8")
    if failed:
        sys.exit(f"docs/guide.md: {len(failed)} blocks fail")
    if arguments.check and (differ or unlike):
        sys.exit("what is shown is not what is printed; write docs/guide.md anew without --check, README.md by hand")


if __name__ == "__main__":
    main()
