"""Tests of what is drawn from the corpora: python training/test_mix.py"""

import itertools
import math
import random
import tempfile
import unittest
from collections import Counter
from pathlib import Path
from unittest import mock

import torch

import corpora
import lattice
from augment import NamePool, NounPool, swapped
from batches import Window
from calibration import bias_of
from corpora import Document, Sentence
from headings import Headings
from scores import spans_of
from soup import share, soup
from titles import before
from train import Mixer, giving_way, seen


def document(name: str, *texts: str) -> Document:
    return Document(name, [Sentence(text, "it") for text in texts])


class GivingWay(unittest.TestCase):
    def left(self, found: dict[str, list[Document]], name: str) -> list[str]:
        return [sentence.text for document in giving_way(found)[name] for sentence in document.sentences]

    def test_a_machine_gives_way_to_people(self):
        found = {"silver.it": [document("a", "Piove a Siena .", "Nevica .")], "it.lines": [document("b", "Piove a Siena.")]}
        self.assertEqual(self.left(found, "silver.it"), ["Nevica ."])
        self.assertEqual(self.left(found, "it.lines"), ["Piove a Siena."])

    def test_our_lines_give_way_to_the_corpus_that_is_scored(self):
        found = {"it": [document("a", "Piove a Siena .")], "it.lines": [document("b", "Piove a Siena."), document("c", "Nevica.")]}
        self.assertEqual(self.left(found, "it.lines"), ["Nevica."])
        self.assertEqual(self.left({"it.lines": found["it.lines"]}, "it.lines"), ["Piove a Siena.", "Nevica."])


class Unseen(unittest.TestCase):
    def test_what_scores_is_not_drawn(self):
        found = [document("a", "Piove a Siena.", "Nevica."), document("b", "Nevica .")]
        with mock.patch.object(corpora, "unseen", lambda: {corpora.hash_of("Nevica."): "score"}):
            self.assertEqual([[s.text for s in d.sentences] for d in seen(found)], [["Piove a Siena."]])

    def test_its_parts_are_apart(self):
        corpora.unseen.cache_clear()
        parts = [part for part, _ in corpora.table(corpora.UNSEEN_FILE)]
        self.assertEqual(len(parts), len(corpora.unseen()))
        self.assertEqual(set(parts), {"tune", "score"})


class Priors(unittest.TestCase):
    def test_the_bias_brings_back_how_often_classes_are(self):
        # Logits of a model that saw both classes equally often, on text where the first is nine in ten.
        torch.manual_seed(1)
        target = (torch.rand(20_000) < 0.1).long()
        log_odds = torch.randn(20_000) + torch.where(target == 1, 0.5, -0.5)  # of the second class: two normals, one apart
        bias = bias_of(torch.stack([torch.zeros(20_000), log_odds], 1), target)
        self.assertAlmostEqual(bias.sum().item(), 0.0, places=4)
        self.assertAlmostEqual((bias[1] - bias[0]).item(), torch.logit(torch.tensor(0.1)).item(), delta=0.15)

    def test_the_bias_of_logits_that_say_nothing_has_an_end(self):
        torch.manual_seed(1)
        target = (torch.rand(2_000) < 0.01).long()
        for logits in (3 * torch.randn(2_000, 2), torch.where(target[:, None] == 0, -1.0, 1.0) * torch.tensor([1.0, -1.0])):
            bias = bias_of(logits, target)
            self.assertTrue(bias.isfinite().all() and bias.abs().max() < 1000, bias)


class Nouns(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = Path(folder.name) / "nouns.txt"
        path.write_text("Humus\nRuhm\nZirkus\nOptimismus\n", encoding="utf-8")
        self.pool = NounPool(path)

    def swapped(self, text: str, label: str | None, **spans) -> Sentence:
        sentence = Sentence(text, "de", label=label, **({"entities": []} | spans))
        return self.pool.swapped(sentence, random.Random(2), 1.0)

    def test_nouns_outside_spans_are_swapped_and_spans_move_along(self):
        text = "Der Humus kam nach Ruhm, sagte der Zirkus Krone."
        place = lambda words, kind: (text.index(words), text.index(words) + len(words), kind)
        found = self.swapped(text, None, entities=[place("Ruhm", "LOC"), place("Krone", "ORG")], attribution=[place("sagte", "c")])
        said = lambda spans: [found.text[start:end] for start, end, _ in spans]
        self.assertEqual((["Ruhm", "Krone"], ["sagte"]), (said(found.entities), said(found.attribution)))
        words = found.text.split()
        self.assertTrue({words[1], words[7]} <= {"Humus", "Zirkus", "Optimismus"} and found.text != text, found.text)

    def test_what_a_label_hangs_on_stays(self):
        text = "Der Humus fehlt."
        self.assertEqual([text] * 2, [self.swapped(text, label).text for label in ("CT- author", "PS+ source")])
        self.assertEqual(text, self.swapped(text, None, entities=None).text)


class TitlesOfPeople(unittest.TestCase):
    def test_a_title_stands_outside_the_name_and_in_the_source(self):
        sentence = Sentence("Eva Bos is er niet, zei Jan Kok.", "nl", [(0, 7, "PER"), (24, 31, "PER")], [(20, 23, "c"), (24, 31, "s")], [(14, 18, "h")])
        found = before(before(sentence, 24, "burgemeester"), 0, "minister")
        self.assertEqual(found.text, "Minister Eva Bos is er niet, zei burgemeester Jan Kok.")
        marked = lambda spans: [(found.text[s:e], k) for s, e, k in spans]
        self.assertEqual(marked(found.entities), [("Eva Bos", "PER"), ("Jan Kok", "PER")])
        self.assertEqual(marked(found.attribution), [("zei", "c"), ("burgemeester Jan Kok", "s")])
        self.assertEqual(marked(found.hedges), [("niet", "h")])


class HeadingsOfSentences(unittest.TestCase):
    def setUp(self):
        self.headings = Headings([document("a", "Piove il pane, e il pane di Siena.", "Beve il vino di Siena e il vino di Pisa.")], ["Kohl"])
        self.rng = random.Random(1)

    def test_an_article_is_dropped_where_nothing_else_goes(self):
        sentence = Sentence("De politie in Gent zwijgt.", "nl", [(14, 18, "LOC")], [(0, 10, "s")], [])
        found = self.headings.without_article(sentence)
        self.assertEqual((found.text, found.entities, found.attribution), ("Politie in Gent zwijgt.", [(11, 15, "LOC")], [(0, 7, "s")]))
        named = Sentence("De Morgen schrijft het.", "nl", [(0, 9, "ORG")])
        self.assertIs(self.headings.without_article(named), named)
        self.assertEqual(self.headings.without_article(Sentence("L'eau monte.", "fr", [])).text, "Eau monte.")

    def test_a_kicker_is_no_name(self):
        self.assertEqual(sorted(self.headings.nouns["it"]), ["Pane", "Vino"])
        found = self.headings.with_kicker(Sentence("Siena ride.", "it", [(0, 5, "LOC")]), self.rng)
        self.assertIn(found.text, ("Pane: Siena ride.", "Vino: Siena ride."))
        self.assertEqual(found.entities, [(6, 11, "LOC")])


class Names(unittest.TestCase):
    def test_who_is_called_by_a_part_of_a_name_is_called_by_that_part_of_the_new_one(self):
        with tempfile.TemporaryDirectory() as folder:
            listed = Path(folder)
            (listed / "nl.tsv").write_text("PER\tKarel van der Meer\n", encoding="utf-8")
            (listed / "nouns.de.txt").touch()
            (listed / "titles.txt").touch()
            pool = NamePool([], listed)
            texts = ["Eva Bos zwijgt.", "Bos is ziek, zegt Eva."]
            entities = [[(0, 7, "PER")], [(0, 3, "PER"), (18, 21, "PER")]]
            group = [Sentence(text, "nl", spans) for text, spans in zip(texts, entities)]
            with mock.patch("augment.LISTED", 1.0):
                given = pool.given(group, random.Random(1), 1.0)
            self.assertEqual([swapped(sentence, given).text for sentence in group], ["Karel van der Meer zwijgt.", "Van der Meer is ziek, zegt Karel."])


class Spans(unittest.TestCase):
    """Against all label sequences, one by one."""

    def sequences(self, log: torch.Tensor, labels: list[str]) -> list[tuple[float, list[tuple[int, int, str]]]]:
        """The probability of each legal sequence, not normed, and its spans."""
        after, first = lattice.transitions(labels)
        found = []
        for sequence in itertools.product(range(len(labels)), repeat=len(log)):
            steps = [float(first[sequence[0]]), *(float(after[a, b]) for a, b in itertools.pairwise(sequence))]
            if min(steps) == 0.0:
                named = [label if "-" in label or label == "O" else f"{label}-X" for label in map(labels.__getitem__, sequence)]
                found.append((float(log[range(len(log)), list(sequence)].sum().exp()), sorted(spans_of(named))))
        return found

    def test_the_best_labels_and_exact_marginals(self):
        torch.manual_seed(0)
        for labels in (["O", "B", "I"], ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]):
            logs = [(2 * torch.randn(1 + number % 4, len(labels))).log_softmax(-1) for number in range(40)]
            given = lattice.spans(logs, labels)
            for number, log in enumerate(logs):
                every = self.sequences(log.double(), labels)
                whole = sum(p for p, _ in every)
                mass = lambda span: sum(p for p, spans in every if span in spans) / whole
                found = {(span.start, span.end, span.kind): span.log for span in given if span.sentence == number}
                self.assertEqual(max(every)[1], sorted(found))
                for span, p in found.items():
                    self.assertAlmostEqual(mass(span), math.exp(p), places=6)


class Soup(unittest.TestCase):
    def test_a_mean_by_shares_of_running_means_and_weights(self):
        with tempfile.TemporaryDirectory() as folder:
            one, two = Path(folder, "one"), Path(folder, "two")
            for run, state in ((one, dict(model={"w": torch.zeros(2)}, mean={"w": torch.tensor([4.0, 0.0])})), (two, dict(model={"w": torch.ones(2)}))):
                run.mkdir()
                torch.save(state, run / "checkpoint.pt")
            self.assertEqual(soup([share(f"{one}=3"), share(str(two))])["w"].tolist(), [3.25, 0.25])
            torch.save(dict(model={"v": torch.ones(2)}), two / "checkpoint.pt")
            with self.assertRaises(SystemExit):
                soup([(one, 1.0), (two, 1.0)])


class Batches(unittest.TestCase):
    def test_a_step_of_one_row_takes_the_longest_window(self):
        mixer = Mixer.__new__(Mixer)
        sizes = iter([40, 254, 60, 256, 255])
        mixer.faded, mixer.packed, mixer.pad, mixer.length, mixer.left, mixer.given = True, False, 0, 256, None, Counter()
        mixer.mix = {"one": (list, 1.0, 1.0)}
        window = lambda: Window(ids=[5] * (size := next(sizes)), words=[1], markers=[0], ends=[size])
        mixer.drawn = lambda share: ("one", window())
        lengths = [[int((batch.document >= 0).sum()) for batch in mixer.batches(1, 1.0)] for _ in range(4)]
        self.assertEqual(lengths, [[40], [254], [60], [256]])


class Lines(unittest.TestCase):
    def test_articles_are_parted_where_a_sentence_has_no_label(self):
        line = "Een is waar. Twee is waar. Drie is waar. Vier is waar."
        wanted = ["Een is waar.", "Twee is waar.", "Vier is waar."]
        with tempfile.TemporaryDirectory() as folder:
            text = Path(folder) / "data" / "text"
            text.mkdir(parents=True)
            with corpora.lzma.open(text / "nl.made.txt.xz", "wt", encoding="utf-8") as file:
                file.write(line + "\n")
            labels = {corpora.hash_of(sentence): ("CT+ author", None) for sentence in wanted}
            with mock.patch.object(corpora, "data_root", lambda: Path(folder)), mock.patch.object(corpora, "own_labels", lambda name: dict(labels)):
                found = corpora.labelled_lines("nl.made", articles=True)
        self.assertEqual([[sentence.text for sentence in document.sentences] for document in found], [wanted[:2], wanted[2:]])
        self.assertEqual(len({document.id for document in found}), 2)


if __name__ == "__main__":
    torch.set_num_threads(1)
    unittest.main()
