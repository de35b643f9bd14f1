"""Measures a model folder with `stellig eval` and writes its card (README.md).

    python training/card.py --model models/news-small --stellig target/release/stellig
    python training/card.py --model models/news-small --stellig target/release/stellig --no-test   # between releases

Dev figures are for tuning; test sets are looked at once per release. The words of the card stand in `card.md`, and the
sizes of the default encoder; scores and tables are put there by this script.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

from measure import DEV_SETS, HERE, NO_CONTEXT, TEST_SETS, Measure, percent
from sources import data_root

def interval(pair: dict | list) -> str:
    low, high = (pair["low"], pair["high"]) if isinstance(pair, dict) else pair
    return f"{percent(low)} to {percent(high)}"


def entity_table(reports: list[tuple[str, dict | None, dict]]) -> str:
    """Rows of (set, report in context, report of sentences alone); precision and so on are those in context."""
    rows = ["| set | sentences | F1 in context (95% interval) | F1 alone | P | R | PER | ORG | LOC | MISC | ECE |", "| --- " * 11 + "|"]
    for name, joined, alone in reports:
        report = joined or alone
        micro = report["micro"]
        types = [percent(report["types"][t]["f1"]) if t in report["types"] else "" for t in ("PER", "ORG", "LOC", "MISC")]
        found = report["calibration"]
        ece = f"{found['ece']:.3f} ({found['by_chance']['high']:.3f})" if found else ""
        best = f"**{percent(micro['f1'])}** ({interval(report['micro_f1_interval'])})" if joined else ""
        rows.append(f"| {name} | {report['sentences']} | {best} | {percent(alone['micro']['f1'])} | {percent(micro['precision'])} | "
                    f"{percent(micro['recall'])} | {' | '.join(types)} | {ece} |")
    return "\n".join(rows)


def label_table(name: str, report: dict) -> str:
    labels = report["labels"]
    rows = [f"**{name}** ({report['sentences']} sentences; intervals resample {labels['resampled']})", "",
            "| what | score | 95% interval |", "| --- | --- | --- |",
            f"| claim P / R / F1 | {' / '.join(percent(labels['claim'][k]) for k in ('precision', 'recall', 'f1'))} | {interval(labels['claim_f1_interval'])} |"]
    for what in ("factuality", "certainty", "polarity", "holder"):
        part = labels[what]
        rows.append(f"| {what} macro-F1 (accuracy) | {percent(part['macro_f1'])} ({percent(part['accuracy'])}) | {interval(part['macro_f1_interval'])} |")
    rows += ["", "| class | P | R | F1 | support |", "| --- | --- | --- | --- | --- |"]
    for what in ("factuality", "holder"):
        for row in labels[what]["classes"]:
            if row["gold"] or row["predicted"]:
                note = "" if row["averaged"] else " (not averaged)"
                rows.append(f"| {row['class']}{note} | {percent(row['precision'])} | {percent(row['recall'])} | {percent(row['f1'])} | {row['gold']} |")
    if report.get("spans"):
        spans = report["spans"]
        rows += ["", "| words | exact P / R / F1 | overlap P / R / F1 | support |", "| --- | --- | --- | --- |"]
        figures = lambda score: " / ".join(percent(score[k]) for k in ("precision", "recall", "f1"))
        for what in ("source", "cue", "hedge"):
            rows.append(f"| {what} | {figures(spans[what]['exact'])} | {figures(spans[what]['overlap'])} | {spans[what]['exact']['gold']} |")
        rows.append(f"| entities | {figures(spans['entities_micro'])} | | {spans['entities_micro']['gold']} |")
    ece = ", ".join(f"{row['of']} {row['ece']:.3f} ({row['by_chance']['high']:.3f})" for row in report["calibration"])
    return "\n".join([*rows, "", f"Expected calibration error (10 bins of equal mass), in brackets the 95th percentile of what these scores would "
                      f"show by chance if they were true and items independent: {ece}."])


def language_table(parts: dict[str, dict]) -> str:
    """The main figures per language: few documents each, so wide intervals."""
    rows = ["| part | language | sentences | claim F1 | factuality macro-F1 (95% interval) | accuracy | holder macro-F1 |",
            "| --- | --- | --- | --- | --- | --- | --- |"]
    for part, report in parts.items():
        for row in report["languages"]:
            labels = row["labels"]
            factuality = labels["factuality"]
            rows.append(f"| {part} | {row['language']} | {row['sentences']} | {percent(labels['claim']['f1'])} | "
                        f"{percent(factuality['macro_f1'])} ({interval(factuality['macro_f1_interval'])}) | "
                        f"{percent(factuality['accuracy'])} | {percent(labels['holder']['macro_f1'])} |")
    return "\n".join(rows)


def pair_table(report: dict) -> str:
    share = lambda row, field: f"{percent(row[field] / row['pairs'])}"
    rows = ["| pairs | number | both factualities right | both whole labels right |", "| --- | --- | --- | --- |"]
    for row in [*report["topics"], *report["languages"], {"name": "**all**", **report["all"]}]:
        rows.append(f"| {row['name']} | {row['pairs']} | {share(row, 'factuality')} | {share(row, 'right')} |")
    return "\n".join(rows)


def calibration_rows(reports: dict[str, dict]) -> str:
    """The data of a calibration plot: per set and score, bins of equal mass with their mean score and share of right ones."""
    rows = ["set\tscore of\tlow\thigh\titems\tmean score\taccuracy"]
    for name, report in reports.items():
        found = report.get("calibration") or []
        for entry in found if isinstance(found, list) else [found | {"of": "entity"}]:
            rows += ["\t".join([name, entry["of"], *(f"{entry_bin[key]:.4g}" for key in ("low", "high", "items", "score", "accuracy"))])
                     for entry_bin in entry["bins"]]
    return "\n".join(rows) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, type=Path)
    parser.add_argument("--stellig", required=True, type=Path)
    parser.add_argument("--data", choices=("all", "open"), default="all", help="what it was trained on: the sources and the licence of the card")
    parser.add_argument("--no-test", action="store_true", help="leave the test sets alone")
    parser.add_argument("--scores", type=Path, help="also keep the reports as JSON here")
    args = parser.parse_args()
    measure = Measure(args.stellig, args.model)
    reports: dict[str, dict] = {}

    def entities(name: str, types: str | None) -> tuple[str, dict | None, dict]:
        reports[f"{name} alone"] = measure.entities(name, types, in_context=False)
        if name not in NO_CONTEXT:
            reports[name] = measure.entities(name, types, in_context=True)
        return name, reports.get(name), reports[f"{name} alone"]

    sets = DEV_SETS | ({} if args.no_test else TEST_SETS)
    table = entity_table([entities(*item) for item in sets.items()])
    parts = []
    for part in ["dev"] if args.no_test else ["dev", "test"]:
        reports[f"written {part}"] = measure.written(part)
        parts.append(label_table(f"Written corpus, {part}", reports[f"written {part}"]))
    reports["real dev"] = measure.real_dev()
    parts.append(label_table("Real Dutch newspaper sentences (CoNLL-2002 dev), each alone", reports["real dev"]))
    reports["pairs"] = measure.pairs()
    baselines = subprocess.run([sys.executable, str(HERE / "baselines.py")], check=True, stdout=subprocess.PIPE).stdout
    labelled = subprocess.run([str(args.stellig), "label", "--quiet", "--model", str(args.model), str(data_root() / "seeds")],
                              check=True, stdout=subprocess.PIPE).stdout
    seeds = subprocess.run([sys.executable, str(HERE / "seeds.py")], input=labelled, check=True, stdout=subprocess.PIPE)
    weights = args.model / "model.safetensors"
    card = (HERE / "card.md").read_text(encoding="utf-8")
    about = json.loads((args.model / "config.json").read_text())["stellig"]
    name = about["name"]
    licence, splits, weak = re.split(r"^## (?:Splits|Where it fails)\n", (HERE / f"card.{args.data}.md").read_text(encoding="utf-8"), flags=re.M)
    sha256 = hashlib.sha256(weights.read_bytes()).hexdigest()
    repeated = unseen = ""
    if args.data == "all":
        # What was read out of the tables of a release, with figures, is of its weights alone.
        if sha256 in weak:
            repeated, unseen = ((HERE / f"card.{part}.md").read_text(encoding="utf-8") + "\n" for part in ("repeated", "unseen"))
        else:
            print("these weights are not those that card.all.md, card.repeated.md and card.unseen.md speak of: their notes are left out", file=sys.stderr)
            weak = ""
        weak = re.sub(r"<!--.*?-->\n*", "", weak)
    values = {
        "tag": "license: other\nlicense_name: research-only" if args.data == "all" else "license: cc-by-sa-4.0",
        "name": name, "inside": "The model inside `stellig`. " if name == "news-small" else "", "licence": licence.strip(),
        "repeated": repeated, "unseen": unseen,
        "weak": f"## Where it fails\n\n{weak.strip()}" if weak.strip() else "",
        "splits": splits.strip(),
        "chosen": " (of two ways to mix the weights of 0.8.0, from which training went on, they helped to choose one)" if args.data == "all" else "",
        "reproduce": f"python training/build.py --data {args.data} --name {name} --minutes 720 --stellig target/release/stellig",
        "entities": table, "labels": "\n\n".join(parts), "bytes": f"{weights.stat().st_size / 1e6:.1f} MB",
        "seeds": seeds.stdout.decode(), "pairs": pair_table(reports["pairs"]), "baselines": baselines.decode(),
        "languages": language_table({part: reports[f"written {part}"] for part in ("dev", "test") if f"written {part}" in reports}),
        "sha256": sha256, "version": about["version"],
        "temperatures": ", ".join(f"{name} {head['temperature']}" + (
            f" (spans: log-odds x {head['calibration']['slope']} {head['calibration']['intercept']:+})" if "calibration" in head else "")
            for name, head in about["heads"].items()),
    }
    for name, value in values.items():
        card = card.replace(f"{{{{{name}}}}}", value)
    (args.model / "README.md").write_text(card, encoding="utf-8")
    (args.model / "calibration.tsv").write_text(calibration_rows(reports), encoding="utf-8")
    if args.scores:
        args.scores.write_text(json.dumps(reports, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
