"""Heads on encoders of other families, end to end with tiny random bases: `python training/test_base.py`.

Trains for seconds, exports, and, where the environment names a `STELLIG` program, labels with the exported folder. Needs
the corpora below `STELLIG_DATA`; without them it says so and skips.
"""

import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from tokenizers import Tokenizer
from transformers import PreTrainedTokenizerFast

from make_fixture import FAMILIES

HERE = Path(__file__).parent
DATA = Path(os.environ.get("STELLIG_DATA", HERE.parents[1] / "shared"))
TEXT = "De minister zou volgens de krant zijn opgestapt. Dat is niet bevestigd."


def write_base(family: str, folder: Path) -> None:
    """A base as the Hub has it: an encoder with random weights and its tokenizer, nothing of stellig's."""
    make_tokenizer, make_encoder, _, marker, separator = FAMILIES[family]
    tokenizer: Tokenizer = make_tokenizer()
    make_encoder(tokenizer.get_vocab_size()).save_pretrained(folder)
    padding = "<pad>" if marker == "<s>" else "[PAD]"
    wrapped = PreTrainedTokenizerFast(tokenizer_object=tokenizer, cls_token=marker, sep_token=separator, pad_token=padding)
    wrapped.save_pretrained(folder)


def python(script: str, *arguments: object) -> str:
    command = [sys.executable, HERE / script, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"STELLIG_DATA": str(DATA)})
    if done.returncode:
        raise AssertionError(f"{script}: {done.stderr[-2000:]}")
    return done.stdout


@unittest.skipUnless((DATA / "data").is_dir(), f"no corpora at {DATA}: set STELLIG_DATA")
class OtherFamilies(unittest.TestCase):
    def run_family(self, family: str) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_base(family, folder / "base")
            train = ["--base", folder / "base", "--out", folder / "run", "--data", "open", "--length", 64, "--batch", 4, "--threads", 1]
            first = python("train.py", *train, "--minutes", 0.05)
            self.assertIn("dev at", first)
            self.assertIn("resumed at step", python("train.py", *train, "--minutes", 0.1))
            exported = python("export.py", "--run", folder / "run", "--name", f"tiny-{family}", "--out", folder / "model", "--window", 64)
            self.assertIn("largest difference to transformers", exported)
            config = json.loads((folder / "model" / "config.json").read_text())
            self.assertEqual(family, config["model_type"])
            if stellig := os.environ.get("STELLIG"):
                command = [stellig, "label", "--model", folder / "model", "--quiet", "-"]
                line = json.dumps({"id": "a", "text": TEXT})
                record = json.loads(subprocess.run(command, input=line, capture_output=True, text=True, check=True).stdout)
                self.assertTrue(record["models"]["claims"].startswith(f"tiny-{family}@"), record["models"])
                self.assertEqual(2, len(record["sentences"]))

    def test_xlm_roberta(self):
        self.run_family("xlm-roberta")

    def test_modernbert(self):
        self.run_family("modernbert")


if __name__ == "__main__":
    unittest.main()
