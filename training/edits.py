"""Changes of a sentence's text that move its spans along."""

from __future__ import annotations

from dataclasses import replace

from corpora import Sentence


def per_character(sentence: Sentence, change) -> Sentence:
    """Applies `change` to each character that stays one character."""
    text = "".join(new if len(new := change(c)) == 1 else c for c in sentence.text)
    return replace(sentence, text=text)


def in_place(sentence: Sentence, start: int, end: int, new: str) -> Sentence:
    """The sentence with other words at `start..end`, and every span moved along. A span that begins at `start` and goes on behind `end` takes
    the new words in; one that begins at both does not."""
    by = len(new) - (end - start)
    move = lambda spans: spans and [(s + by if s >= end else s, e + by if e >= end else e, k) for s, e, k in spans]
    return replace(sentence, text=sentence.text[:start] + new + sentence.text[end:], entities=move(sentence.entities),
                   attribution=move(sentence.attribution), hedges=move(sentence.hedges))


def capital(sentence: Sentence) -> Sentence:
    """With a capital at its start."""
    first = sentence.text[:1].upper()
    return replace(sentence, text=first + sentence.text[1:]) if len(first) == 1 else sentence


def all_spans(sentence: Sentence) -> list[tuple[int, int, str]]:
    """All of its spans."""
    return [*(sentence.entities or ()), *(sentence.attribution or ()), *(sentence.hedges or ())]
