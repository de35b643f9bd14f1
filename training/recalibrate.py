"""Fits anew what the scores of an exported model say, its weights as they are: only temperatures and lines in its config.json change.

    python training/recalibrate.py --model models/news-small --later training/written/*.n?.*.txt

For articles that the weights have not met, in the format of docs/GUIDELINES.md: by writers who came later, or your own.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from base import encoder_of
from calibration import calibrations
from checkpoint import read_weights
from corpora import read_file
from model import Labeller
from words import Pieces


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, type=Path, help="folder of an exported model with our encoder")
    parser.add_argument("--later", required=True, type=Path, nargs="+", help="articles that the weights have not met")
    parser.add_argument("--data", choices=("all", "open"), default="all", help="open: of the dev parts, on our own alone")
    parser.add_argument("--version", help="a new version of the model, since its scores change")
    args = parser.parse_args()
    path = args.model / "config.json"
    config = json.loads(path.read_text())
    model = Labeller(encoder_of(args.model))
    model.load_state_dict(read_weights(args.model))
    later = [document for file in args.later for document in read_file(file)]
    about = config["stellig"]
    fitted = calibrations(model, Pieces(str(args.model / "tokenizer.json")), about["window"], args.data, later)
    for head, found in fitted.items():
        print(head, {name: about["heads"][head].get(name) for name in found}, "->", found)
        about["heads"][head] |= found
    about["version"] = args.version or about["version"]
    path.write_text(json.dumps(config, indent=2) + "\n")


if __name__ == "__main__":
    main()
