"""Labels 1,000 distinct texts of 100 to 3,000 words in six languages, cut from the open raw text, in one run.

    python benches/thousand.py --stellig target/release/stellig --data ../shared

Prints articles/s, tokens/s and the resident memory at each fifth of the run (it should not grow), then the exit code
and the number of good records when one file in a hundred is no text.
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
import random
import subprocess
import tempfile
import time
from pathlib import Path

FILES = ["nl.alpino", "nl.kamervragen-be", "nl.kamer-be", "en.wikipedia", "en.gum", "de.10kgnad", "de.wikipedia",
         "fr.chambre-be", "fr.wikineural", "es.parlamint", "es.wikineural", "it.kind", "it.wikineural"]
LANGUAGES = ["nl", "nl", "nl", "en", "de", "fr", "es", "it"]  # Dutch more often


def texts(data: Path, count: int, seed: int = 0) -> list[tuple[str, str]]:
    """Names and texts: neighbouring lines of one file up to a random length, five lines a paragraph."""
    rng = random.Random(seed)
    lines: dict[str, list[str]] = {}
    for name in FILES:
        with lzma.open(data / "data" / "text" / f"{name}.txt.xz", "rt", encoding="utf-8") as file:
            lines.setdefault(name[:2], []).extend(line.strip() for line in file if line.strip())
    found, at = [], {language: 0 for language in lines}
    for number in range(count):
        language = LANGUAGES[number % len(LANGUAGES)]
        # Most articles are short, some are long, as in a newspaper.
        words = int(min(3000, max(100, rng.lognormvariate(6.0, 0.8))))
        chosen: list[str] = []
        length = 0
        while length < words:
            line = " ".join(lines[language][at[language]].split()[: 3000 - length])
            at[language] += 1
            chosen.append(line)
            length += len(line.split())
        text = "\n\n".join(" ".join(chosen[i : i + 5]) for i in range(0, len(chosen), 5))
        found.append((f"{number:04d}_{language}", text))
    return found


def resident(pid: int) -> float:
    """Resident memory in MB."""
    with open(f"/proc/{pid}/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def run(stellig: Path, folder: Path, out: Path, *more: str) -> tuple[int, float, list[float], str]:
    """Exit code, seconds, resident memory over time, and what was said."""
    started = time.time()
    child = subprocess.Popen([str(stellig), "label", str(folder), "-o", str(out), *more], stderr=subprocess.PIPE, text=True)
    memory = []
    while child.poll() is None:
        try:
            memory.append(resident(child.pid))
        except (FileNotFoundError, IndexError):
            break
        time.sleep(0.05)
    said = child.communicate()[1]
    return child.returncode, time.time() - started, memory, said


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stellig", required=True, type=Path)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("STELLIG_DATA", "../shared")))
    parser.add_argument("--count", type=int, default=1000)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, out = Path(name) / "in", Path(name) / "out.jsonl"
        folder.mkdir()
        found = texts(args.data, args.count)
        for stem, text in found:
            (folder / f"{stem}.txt").write_text(text, encoding="utf-8")
        words = sorted(len(text.split()) for _, text in found)
        print(f"{len(words)} texts, {sum(words)} words, from {words[0]} to {words[-1]}, median {words[len(words) // 2]}")
        code, seconds, memory, said = run(args.stellig, folder, out)
        print(f"exit code {code}, {seconds:.1f} s: {args.count / seconds:.1f} articles/s")
        print(said.strip())
        fifths = [memory[min(len(memory) - 1, len(memory) * i // 5)] for i in range(1, 6)]
        print("resident memory at each fifth of the run, MB:", " ".join(f"{m:.0f}" for m in fifths), f"peak {max(memory):.0f}")
        languages = [json.loads(line)["language"] == json.loads(line)["id"][-2:] for line in out.open(encoding="utf-8")]
        print(f"{sum(languages)} of {len(languages)} languages detected as they are")
        for stem, _ in found[100:]:
            (folder / f"{stem}.txt").unlink()
        (folder / f"{found[50][0]}.txt").write_bytes(bytes(range(256)) * 8)
        code, _, _, said = run(args.stellig, folder, out, "--quiet")
        records = [json.loads(line) for line in out.open(encoding="utf-8")]
        good = sum("error" not in record for record in records)
        print(f"one bad file in a hundred: exit code {code}, {good} good records of {len(records)}; said: {said.strip()}")


if __name__ == "__main__":
    main()
