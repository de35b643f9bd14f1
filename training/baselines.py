"""What a model has to beat on certainty: the majority class, and a rule that knows a list of cue words.

    python training/baselines.py

Prints factuality and holder macro-F1 (seven and three classes, as `stellig eval` averages them) on the dev and test
documents of our corpus and on the real labelled sentences of CoNLL-2002 Dutch dev. The rule reads one sentence: the
first list with a word in it decides the degree (uncommitted before possible before probable), a negation the polarity,
a hearsay marker or an attribution cue or a quotation mark the holder; a question claims nothing.
"""

from __future__ import annotations

import argparse
import re

from corpora import Sentence, conll, written
from scores import HOLDERS, SEVEN, macro_f1

# Regular expressions over whole words, per language: uncommitted, possible, probable, negation, hearsay, attribution.
CUES = {
    "nl": {
        "U": "onduidelijk|onbekend|niet bevestig\\w+|niet bekend|niet duidelijk|onzeker|de vraag of|niet bewezen|niet zeggen of|in het midden",
        "PS": "mogelijk|misschien|wellicht|zou|zouden|kan|kunnen|niet uitgesloten|naar verluidt|overweeg\\w*",
        "PR": "waarschijnlijk|vermoedelijk|lijkt|lijken|verwacht\\w*|verwachting|denkt|denken|gelooft|wil|willen|vreest|dreigt|schijnt",
        "-": "niet|geen|nooit|niemand|niets|ontken\\w+|evenmin|spreekt tegen|weerleg\\w+",
        "hearsay": "zou|zouden|naar verluidt|gerucht\\w*|er wordt gezegd|schijnt",
        "source": "volgens|aldus|zegt|zei|zeggen|meldt|meldde|verklaart|verklaarde|laat weten|schrijft|stelt|vindt|noemt|ontkent|vreest|wil",
    },
    "en": {
        "U": "unclear|unknown|not known|not confirm\\w*|unconfirmed|whether|declined to|not clear|remains to be seen|not proven",
        "PS": "may|might|could|possibl\\w+|perhaps|reportedly|allegedly|maybe|considering|not ruled out",
        "PR": "likely|probabl\\w+|expect\\w*|believe\\w*|think\\w*|seem\\w*|appear\\w*|plan\\w*|fear\\w*|intend\\w*|wants?",
        "-": "not|no|never|none|nobody|nothing|den(?:y|ies|ied)|neither|nor|n't",
        "hearsay": "reportedly|allegedly|rumou?r\\w*|is said to|are said to|it is said",
        "source": "said|says|according to|told|reported|announced|claimed|claims|denied|warned|added|believes|wants",
    },
    "de": {
        "U": "unklar|unbekannt|nicht bestätigt|nicht bekannt|offen|ob|fraglich|nicht bewiesen|ungewiss",
        "PS": "möglich\\w*|vielleicht|könnte\\w*|soll|sollen|kann|können|angeblich|womöglich|nicht ausgeschlossen|erwägt",
        "PR": "wahrscheinlich|vermutlich|dürfte\\w*|wohl|erwart\\w+|scheint|glaubt|plant|will|wollen|rechnet|droht|befürchtet|offenbar",
        "-": "nicht|kein\\w*|nie|niemand|nichts|bestreitet|dementiert\\w*|weder",
        "hearsay": "soll|sollen|angeblich|dem Vernehmen nach|Gerücht\\w*|heißt es",
        "source": "laut|sagte|sagt|erklärte|zufolge|so|teilte|berichtet\\w*|meldet\\w*|nach Angaben|betonte|bestreitet|will",
    },
    "fr": {
        "U": "on ignore|inconnu\\w*|pas confirm\\w+|pas clair|incertain\\w*|reste à savoir|ne sait pas|n'est pas établi|refus\\w+ de commenter",
        "PS": "peut-être|pourrai\\w+|peut|peuvent|possible\\w*|aurai\\w+|serai\\w+|éventuel\\w*|pas exclu|envisage\\w*",
        "PR": "probable\\w*|sans doute|vraisemblable\\w*|devrai\\w+|semble\\w*|attend\\w*|prévo\\w+|prévu\\w*|pense\\w*|croi\\w+|veut|craint|estime",
        "-": "pas|jamais|aucun\\w*|personne|rien|dément\\w*|nie|ni",
        "hearsay": "aurai\\w+|serai\\w+|dit-on|rumeur\\w*|paraît-il|selon certaines",
        "source": "selon|d'après|a déclaré|a dit|affirme|explique|annonce|indique|a indiqué|a affirmé|assure|précise|dément|veut",
    },
    "es": {
        "U": "se desconoce|no está claro|no se sabe|sin confirmar|no confirm\\w+|se ignora|incierto|dudas|declinó",
        "PS": "quizás?|tal vez|podr\\w+|puede\\w*|posible\\w*|habría\\w*|sería\\w*|supuest\\w+|presunt\\w+|al parecer|estudia",
        "PR": "probable\\w*|se espera|espera|cree|prevé|prevén|parece|previst\\w+|teme|quiere|pretende|considera",
        "-": "no|nunca|nadie|ningun\\w*|nada|tampoco|niega|negó|desmint\\w+|ni",
        "hearsay": "habría\\w*|al parecer|se dice|rumor\\w*|presuntamente|supuestamente",
        "source": "según|dijo|afirmó|aseguró|explicó|señaló|anunció|declaró|indicó|informó|niega|quiere",
    },
    "it": {
        "U": "non è chiaro|si ignora|ignot\\w+|non confermat\\w+|non si sa|incert\\w+|da chiarire|non è noto",
        "PS": "forse|può|possono|potrebbe\\w*|possibil\\w+|avrebbe\\w*|sarebbe\\w*|magari|non è escluso|valuta",
        "PR": "probabil\\w+|dovrebbe\\w*|sembra\\w*|pare|si prevede|previst\\w+|crede|ritiene|teme|vuole|atteso|pensa",
        "-": "non|nessun\\w*|mai|niente|nulla|smentisce|nega|neppure|né",
        "hearsay": "avrebbe\\w*|sarebbe\\w*|si dice|pare che|voci|a quanto pare",
        "source": "secondo|ha detto|ha dichiarato|afferma|ha spiegato|annuncia|riferisce|sostiene|comunica|nega|vuole",
    },
}
PATTERNS = {
    language: {name: re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE) for name, words in cues.items()}
    for language, cues in CUES.items()
}


def rule(sentence: Sentence) -> tuple[str, str]:
    """Factuality and holder by cue words; ("none", "") for a question."""
    text = sentence.text
    if text.rstrip('"”’» ').endswith("?"):
        return "none", ""
    cues = PATTERNS[sentence.language]
    degree = next((degree for degree in ("U", "PS", "PR") if cues[degree].search(text)), "CT")
    sign = "-" if degree != "U" and cues["-"].search(text) else "+"
    if cues["source"].search(text) or re.search('["“„«]', text):
        holder = "source"
    else:
        holder = "hearsay" if degree == "PS" and cues["hearsay"].search(text) else "author"
    return degree + sign, holder


def main() -> None:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    real = [s for d in conll("conll2002.nl.dev", running=False) for s in d.sentences if s.label]
    sets = {
        "written dev": [s for d in written("dev") for s in d.sentences],
        "written test": [s for d in written("test") for s in d.sentences],
        "real dev": real,
    }
    print("| set | baseline | factuality | holder |", "| --- | --- | --- | --- |", sep="\n")
    for name, sentences in sets.items():
        gold = [s.label.split() if s.label != "none" else ["none", ""] for s in sentences]
        for baseline, give in (("majority class", lambda s: ("CT+", "author")), ("cue words", rule)):
            given = [give(s) for s in sentences]
            factuality = macro_f1([(g[0], p[0]) for g, p in zip(gold, given)], SEVEN)
            holder = macro_f1([(g[1], p[1]) for g, p in zip(gold, given) if g[1]], HOLDERS)
            print(f"| {name} | {baseline} | {100 * factuality:.1f} | {100 * holder:.1f} |")


if __name__ == "__main__":
    main()
