"""Sentences as headings have them: without their article ("Rook was tot in Emden te ruiken"), and behind a word that says what they are
about ("Koffie: prijs stijgt"). A model that reads few of them takes a noun at the start for a name."""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import replace

from corpora import Document, Sentence
from edits import all_spans, capital, in_place

ARTICLES = {
    "nl": "De|Het|Een", "en": "The|A|An", "de": "Der|Die|Das|Ein|Eine", "fr": "Le|La|Les|L['’]|Un|Une",
    "es": "El|La|Los|Las|Un|Una", "it": "Il|Lo|La|I|Gli|Le|L['’]|Un|Una",
}
ARTICLE = {language: re.compile(rf"(?:{words})(?:(?<=['’])|\s+)(?=[^\W\d_]{{3}})") for language, words in ARTICLES.items()}
# What stands behind an article and before a stop or a preposition is mostly a noun.
BEHIND = {
    "nl": "van|in|op|voor|met|bij|uit|door", "en": "of|in|on|for|with|by|from|at", "fr": "de|du|des|dans|sur|pour|avec|par|en",
    "es": "de|del|en|sobre|para|con|por", "it": "di|del|della|in|su|per|con|da",
}
DROPPED = 0.06  # share of the sentences with an article in front that lose it
KICKERS = 0.02  # share of sentences that get a word and a colon in front
KICKERS_OF_HEADINGS = 0.12  # the same of labelled ones without a final stop


def nouns(documents: list[Document], language: str) -> list[str]:
    """Nouns of a language with small nouns, with a capital, each as often as it stands where an article goes before it."""
    articles = ARTICLES[language].lower()
    pattern = re.compile(rf"\b(?:{articles})(?:(?<=['’])|\s+)([^\W\d_]{{4,}})(?=[.,;]|\s+(?:{BEHIND[language]})\b)")
    found: Counter[str] = Counter()
    for document in documents:
        for sentence in document.sentences:
            if sentence.language == language:
                found.update(match[1].capitalize() for match in pattern.finditer(sentence.text) if match[1].islower())
    return [noun for noun, count in found.items() if count > 1]


class Headings:
    """Makes headings of sentences."""

    def __init__(self, documents: list[Document], german: list[str]):
        self.nouns = {language: nouns(documents, language) for language in BEHIND} | {"de": german}

    def changed(self, sentence: Sentence, rng: random.Random) -> Sentence:
        """A variant, mostly the sentence as it is. Its label is that of the sentence."""
        if sentence.entities is None or sentence.language not in ARTICLES:
            return sentence
        if rng.random() < DROPPED:
            sentence = self.without_article(sentence)
        is_heading = sentence.label and not sentence.text.rstrip("\"'»”’ ").endswith((".", "!", "?", ":"))
        if rng.random() < (KICKERS_OF_HEADINGS if is_heading else KICKERS):
            sentence = self.with_kicker(sentence, rng)
        return sentence

    def without_article(self, sentence: Sentence) -> Sentence:
        match = ARTICLE[sentence.language].match(sentence.text)
        if not match or any(s < match.end() and (kind in ("PER", "ORG", "LOC", "MISC") or e <= match.end()) for s, e, kind in all_spans(sentence)):
            return sentence
        return capital(in_place(sentence, 0, match.end(), ""))

    def with_kicker(self, sentence: Sentence, rng: random.Random) -> Sentence:
        known = self.nouns[sentence.language]
        if not known or ":" in sentence.text[:30] or sentence.text[:1] in "\"'«“„‘-–—":
            return sentence
        small = sentence.language != "de" and sentence.text[1:2].islower() and not any(s == 0 for s, _, _ in sentence.entities or ())
        if small and rng.random() < 0.4:
            sentence = replace(sentence, text=sentence.text[0].lower() + sentence.text[1:])
        return in_place(sentence, 0, 0, rng.choice(known) + (" : " if sentence.language == "fr" else ": "))
