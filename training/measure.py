"""How a model folder is measured with `stellig eval`: the sets, how each is read, and the reports."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from sources import data_root

HERE = Path(__file__).parent
DEV_SETS = {  # file: the types that the set marks, all where there are none
    "conll2002.nl.dev": None, "conll2002.es.dev": None, "conll2003.en.dev": None, "conll2003.de.dev": None,
    "kind-wn.it.dev": "PER,ORG,LOC", "wikineural.fr.dev": None,
}
TEST_SETS = {
    "conll2002.nl.test": None, "conll2002.es.test": None, "conll2003.en.test": None, "conll2003.de.test": None,
    "germeval2014.de.test": None,
}
NO_CONTEXT = {"germeval2014.de.test", "wikineural.fr.dev"}  # sentences from here and there


def percent(value: float) -> str:
    return f"{100 * value:.1f}"


@dataclass
class Measure:
    """A model, the program that measures it, and the number type (the program's default where there is none)."""

    stellig: Path
    model: Path | str
    dtype: str | None = None

    def evaluate(self, *arguments: object) -> dict:
        """The JSON report of `stellig eval`."""
        dtype = ["--dtype", self.dtype] if self.dtype else []
        # "./stellig" as a path is "stellig", which would be looked for among the installed programs.
        program = self.stellig.resolve() if self.stellig.exists() else self.stellig
        command = [program, "eval", "--model", self.model, *dtype, "--json", *arguments]
        return json.loads(subprocess.run(list(map(str, command)), check=True, stdout=subprocess.PIPE).stdout)

    def entities(self, name: str, types: str | None, in_context: bool) -> dict:
        """The report of one set of entities: its sentences joined to their articles, or each alone."""
        extra = ["--types", types] if types else []
        context = "always" if in_context else "never"
        return self.evaluate(data_root() / "data" / "ner" / f"{name}.tsv.xz", f"--context={context}", *extra)["tokens"][0]

    def corpus(self, *files: Path) -> dict:
        """The report of files in the format of the guidelines."""
        return self.evaluate(*files)["corpus"]

    def written(self, part: str) -> dict:
        """The report of a part of the written corpus."""
        files = sorted((data_root() / "corpus").glob("*.txt"))
        return self.evaluate(*files, "--split", HERE / "splits" / "corpus.tsv", "--part", part)["corpus"]

    def real_dev(self) -> dict:
        """The report of the real Dutch newspaper sentences (CoNLL-2002 dev), each alone."""
        with tempfile.TemporaryDirectory() as folder:
            joined = Path(folder) / "real.nl.dev.txt"
            subprocess.run([sys.executable, str(HERE / "join_standoff.py"), "--data", str(data_root()), "--set", "conll2002.nl.dev",
                            "--labels-only", "--out", str(joined)], check=True, stdout=subprocess.DEVNULL)
            return self.corpus(joined)

    def pairs(self) -> dict:
        """The report of the minimal pairs."""
        return self.evaluate("--pairs", *sorted((HERE.parent / "tests" / "data" / "pairs").glob("*.txt")))["pairs"]
