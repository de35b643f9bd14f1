"""Score the predictions that `stellig eval --predictions-out FILE` writes with seqeval and with conlleval's rules.

    stellig eval gold.tsv --predictions-out predictions.tsv
    python training/check_seqeval.py predictions.tsv

FILE holds `token<TAB>gold<TAB>predicted`, an empty line after each sentence. The first table is seqeval's
`classification_report(mode="strict", scheme=IOB2)`, the second follows conlleval.pl (Tjong Kim Sang, CoNLL-2000 to
2003), which differs only where tags are not valid IOB2. Both should show what `stellig eval` shows.

`--make-fixture OUT` writes tests/data/eval/seqeval.json: random gold and predicted tags with the figures of both
scorers and scikit-learn's figures for random labels, against which the Rust tests compare.
"""

import argparse
import json
import random
import sys
from collections import Counter
from importlib.metadata import version

import sklearn
from seqeval.metrics import classification_report
from seqeval.scheme import IOB2
from sklearn.metrics import accuracy_score, cohen_kappa_score, f1_score


def read(path):
    gold, predicted, sentence = [], [], ([], [])
    with open(path, encoding="utf-8", newline="\n") as lines:
        for number, line in enumerate(lines, 1):
            line = line.rstrip("\n")
            if line:
                fields = line.split("\t")
                if len(fields) != 3:
                    sys.exit(f"{path}:{number}: expected token, gold and predicted tag")
                sentence[0].append(fields[1])
                sentence[1].append(fields[2])
            elif sentence[0]:
                gold.append(sentence[0])
                predicted.append(sentence[1])
                sentence = ([], [])
    if sentence[0]:
        gold.append(sentence[0])
        predicted.append(sentence[1])
    return gold, predicted


def seqeval_figures(gold, predicted):
    report = classification_report(gold, predicted, mode="strict", scheme=IOB2, output_dict=True, zero_division=0)
    rows = {}
    for name, row in report.items():
        name = name.removesuffix(" avg")
        if name != "weighted":
            rows[name] = [row["precision"], row["recall"], row["f1-score"], int(row["support"])]
    return rows


def conlleval_chunks(tags):
    """(start, end, type) of each chunk, by conlleval.pl's startOfChunk and endOfChunk for IOB tags."""
    chunks, start = [], None
    previous, previous_type = "O", ""
    for index, tag in enumerate([*tags, "O"]):
        prefix, _, kind = tag.partition("-")
        ends = previous in "BI" and (prefix in "BO" or kind != previous_type)
        starts = prefix == "B" or (prefix == "I" and (previous == "O" or kind != previous_type))
        if start is not None and ends:
            chunks.append((start, index, previous_type))
            start = None
        if starts:
            start = index
        previous, previous_type = prefix, kind
    return chunks


def conlleval_figures(gold, predicted):
    right, found, wanted = Counter(), Counter(), Counter()
    for gold_tags, predicted_tags in zip(gold, predicted, strict=True):
        gold_chunks, predicted_chunks = set(conlleval_chunks(gold_tags)), set(conlleval_chunks(predicted_tags))
        wanted.update(kind for *_, kind in gold_chunks)
        found.update(kind for *_, kind in predicted_chunks)
        right.update(kind for *_, kind in gold_chunks & predicted_chunks)

    def figures(correct, predicted, gold):
        precision = correct / predicted if predicted else 0.0
        recall = correct / gold if gold else 0.0
        both = precision + recall
        return [precision, recall, 2 * precision * recall / both if both else 0.0, gold]

    rows = {kind: figures(right[kind], found[kind], wanted[kind]) for kind in sorted(wanted | found)}
    rows["micro"] = figures(right.total(), found.total(), wanted.total())
    return rows


def random_tags(chance, length, legal):
    tags = []
    for _ in range(length):
        tag = chance.choice(["O", "O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-MISC", "I-MISC"])
        if legal and tag[0] == "I" and (not tags or tags[-1] == "O" or tags[-1][2:] != tag[2:]):
            tag = "B" + tag[1:]
        tags.append(tag)
    return tags


def changed(chance, tags, legal):
    """A prediction near the gold, so that some chunks are right."""
    other = random_tags(chance, len(tags), legal)
    if chance.random() < 0.5:
        return list(tags)
    cut = chance.randrange(len(tags) + 1)
    mixed = tags[:cut] + other[cut:]
    if legal:
        for index, tag in enumerate(mixed):
            before = mixed[index - 1] if index else "O"
            if tag[0] == "I" and before[2:] != tag[2:]:
                mixed[index] = "B" + tag[1:]
    return mixed


def make_fixture(path):
    chance = random.Random(20260101)
    cases = []
    for number in range(12):
        legal = number % 2 == 0
        gold = [random_tags(chance, chance.randint(1, 9), legal) for _ in range(6)]
        predicted = [changed(chance, tags, legal) for tags in gold]
        case = {"legal": legal, "gold": gold, "predicted": predicted, "seqeval": seqeval_figures(gold, predicted)}
        if legal:
            case["conlleval"] = conlleval_figures(gold, predicted)
        case["gold"] = [" ".join(tags) for tags in gold]
        case["predicted"] = [" ".join(tags) for tags in predicted]
        cases.append(case)
    labels = []
    for number in range(4):
        classes = 3 + number
        gold = [chance.randrange(classes) for _ in range(40)]
        predicted = [label if chance.random() < 0.6 else chance.randrange(classes) for label in gold]
        labels.append({
            "classes": classes,
            "gold": gold,
            "predicted": predicted,
            "accuracy": accuracy_score(gold, predicted),
            "macro_f1": f1_score(gold, predicted, average="macro", zero_division=0),
            "kappa": cohen_kappa_score(gold, predicted),
        })
    made = (
        f"python training/check_seqeval.py --make-fixture tests/data/eval/seqeval.json, with seqeval {version('seqeval')} "
        f"(strict IOB2, zero_division=0) and scikit-learn {sklearn.__version__}; each row is precision, recall, F1, "
        f"support; conlleval follows conlleval.pl"
    )
    with open(path, "w", encoding="utf-8") as out:
        json.dump({"made": made, "entities": cases, "labels": labels}, out, indent=1)
        out.write("\n")


def show(title, rows):
    print(title)
    print(f"  {'type':<10}{'precision':>11}{'recall':>11}{'F1':>11}{'gold':>9}")
    for name, (precision, recall, f1, support) in rows.items():
        print(f"  {name:<10}{precision:>11.4f}{recall:>11.4f}{f1:>11.4f}{support:>9}")
    print()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", metavar="FILE", help="what `stellig eval --predictions-out` wrote")
    parser.add_argument("--make-fixture", metavar="OUT", help="write the fixture of the Rust tests")
    options = parser.parse_args()
    if options.make_fixture:
        make_fixture(options.make_fixture)
    elif options.file:
        gold, predicted = read(options.file)
        show("seqeval, strict IOB2", seqeval_figures(gold, predicted))
        show("conlleval", conlleval_figures(gold, predicted))
    else:
        parser.error("give FILE or --make-fixture")


if __name__ == "__main__":
    main()
