"""Tests of how tokens are set as running text and lines are cut into sentences: python training/test_sources.py"""

from repeats import Repeats
from sources import detokenised, sentences_of

CASES = {
    "Hij ging 's avonds naar Jan 's huis .": "Hij ging 's avonds naar Jan's huis.",
    "L' OTAN e l' Italia , dell' anno , po' di de' Medici": "L'OTAN e l'Italia, dell'anno, po' di de' Medici",
    "Qu' est-ce que l’ Europe ?": "Qu'est-ce que l’Europe?",
    "Er sagte : „ Volle Kraft “ , so die „ Zeit “ .": "Er sagte: „Volle Kraft“, so die „Zeit“.",
    "“ Well , ” he did n't say": "“Well,” he didn't say",
    "Het ' belang ' van \" zo iets \" .": "Het 'belang' van \"zo iets\".",
    "Een ' van drie ' en ' meer": "Een ' van drie ' en ' meer",
    "d' Hondt ( Gent )": "d'Hondt (Gent)",
}

LINES = {
    "Wien – Am 28. November wählt die SPÖ. Dr. Mayr (i. R.) kam nicht: „Nein.“ Warum? 300 Mio. Euro fehlen!": [
        "Wien – Am 28. November wählt die SPÖ.", "Dr. Mayr (i. R.) kam nicht: „Nein.“", "Warum?", "300 Mio. Euro fehlen!",
    ],
    "Das war. Sie ging. ": ["Das war.", "Sie ging."],
}


REPEATED = "De premier heeft de wet op 3 mei getekend in Gent ."
SAID_AGAIN = ["DE PREMIER HEEFT DE WET OP 3 MEI GETEKEND IN GENT", "Ook de premier heeft de wet op 3 mei getekend in Gent"]
SAID_ONCE = ["De premier heeft de brief op 4 mei getekend in Gent .", "De premier heeft de wet gelezen .", "!"]


def main() -> None:
    repeats = Repeats([REPEATED.split(), "Dat is kort .".split()])
    assert all(text.split() in repeats for text in SAID_AGAIN)
    assert not any(text.split() in repeats for text in [*SAID_ONCE, "Dat is kort ."])
    for tokens, want in CASES.items():
        text, places = detokenised(tokens.split())
        assert text == want, (text, want)
        assert [text[start:end] for start, end in places] == tokens.split()
    for line, sentences in LINES.items():
        assert sentences_of(line) == sentences, sentences_of(line)
    print(f"{len(CASES)} settings as in print, {len(LINES)} lines cut")


if __name__ == "__main__":
    main()
