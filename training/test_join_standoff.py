"""Checks of the standoff join that need no corpus: `python training/test_join_standoff.py`."""

import unittest

from join_standoff import Report, entities, mark, nest, read_spans


class Join(unittest.TestCase):
    def test_entities_are_spans_of_the_joined_tokens(self):
        found = entities(["De", "heer", "Jan", "Peeters", "sprak"], ["O", "O", "B-PER", "I-PER", "O"])
        self.assertEqual([(8, 19, "PER")], [tuple(span[:3]) for span in found])

    def test_spans_are_read_as_kind_and_offsets(self):
        self.assertEqual({(70, 73, "h"), (104, 131, "s")}, {tuple(span[:3]) for span in read_spans("h:70-73 s:104-131")})
        self.assertEqual([], list(read_spans("")))

    def test_a_span_that_crosses_an_entity_grows_to_hold_it(self):
        report = Report()
        self.assertEqual([[0, 10, "s"]], nest([[0, 6, "s"]], [[4, 10, "PER"]], report))
        self.assertEqual(1, report["spans grown to hold an entity"])

    def test_tags_nest(self):
        text = "Volgens het Turkse leger"
        self.assertEqual("<c>Volgens</c> <s>het <MISC>Turkse</MISC> leger</s>",
                         mark(text, [(0, 7, "c"), (8, 24, "s"), (12, 18, "MISC")]))


if __name__ == "__main__":
    unittest.main()
