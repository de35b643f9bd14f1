"""How long a model takes from start to its first labels, and how much memory, beside transformers.

    python benches/loading.py --stellig target/release/stellig [--work FOLDER]

Makes a random token classifier of the shape of XLM-RoBERTa base (278 M weights, 1.1 GB in f32), with the tokenizer of the tests'
fixture, and the same in f16. Each program is started anew, reads one sentence and ends; the two take turns. Medians; the files
are in the page cache.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FIXTURE = Path(__file__).resolve().parents[1] / "tests" / "fixtures" / "hub" / "xlm-roberta-token"
SENTENCE = "De burgemeester van Groningen zou dinsdag vertrekken."

MAKE = """
import sys, torch
from transformers import AutoTokenizer, XLMRobertaConfig, XLMRobertaForTokenClassification
labels = ["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC"]
config = XLMRobertaConfig(vocab_size=250002, max_position_embeddings=514, type_vocab_size=1, layer_norm_eps=1e-5,
    id2label=dict(enumerate(labels)), label2id={label: i for i, label in enumerate(labels)})
torch.manual_seed(0)
model = XLMRobertaForTokenClassification(config)
if sys.argv[3] == "f16":
    model = model.half()
model.save_pretrained(sys.argv[1])
AutoTokenizer.from_pretrained(sys.argv[2]).save_pretrained(sys.argv[1])
"""

LABEL = """
import sys, torch
from transformers import AutoModelForTokenClassification, AutoTokenizer, pipeline
torch.set_num_threads(2)
model = AutoModelForTokenClassification.from_pretrained(sys.argv[1], dtype=torch.float32)
label = pipeline("token-classification", model=model, tokenizer=AutoTokenizer.from_pretrained(sys.argv[1]), aggregation_strategy="first")
print(len(label(sys.argv[2])))
"""


def measured(command: list[str]) -> tuple[float, float]:
    """Seconds and peak megabytes of a process."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=os.environ | {"HF_HUB_OFFLINE": "1"})
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status:
        raise SystemExit(errors.decode())
    return seconds, usage.ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stellig", required=True)
    parser.add_argument("--work", type=Path, help="where to put the models (default: a temporary folder)")
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = args.work or Path(temporary)
        article = Path(temporary) / "a.txt"
        article.write_text(SENTENCE, encoding="utf-8")
        print("| weights on the disk | program | seconds | peak MB |", "| --- | --- | --- | --- |", sep="\n")
        for dtype in ("f32", "f16"):
            folder = work / dtype
            if not (folder / "model.safetensors").exists():
                subprocess.run([sys.executable, "-c", MAKE, str(folder), str(FIXTURE), dtype], check=True, stderr=subprocess.DEVNULL)
            commands = {
                "stellig": [args.stellig, "label", "--quiet", "--model", str(folder), str(article)],
                "transformers": [sys.executable, "-c", LABEL, str(folder), SENTENCE],
            }
            found: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
            for _ in range(args.rounds + 1):
                for name, command in commands.items():
                    found[name].append(measured(command))
            for name, runs in found.items():
                # The first round fills the page cache.
                seconds, megabytes = zip(*runs[1:])
                print(f"| {dtype} | {name} | {statistics.median(seconds):.2f} ({min(seconds):.2f} to {max(seconds):.2f}) | {max(megabytes):.0f} |")


if __name__ == "__main__":
    main()
