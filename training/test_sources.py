"""Tests of how tokens are set as running text: python training/test_sources.py"""

from sources import detokenised

CASES = {
    "L' OTAN e l' Italia , dell' anno , po' di de' Medici": "L'OTAN e l'Italia, dell'anno, po' di de' Medici",
    "Qu' est-ce que l’ Europe ?": "Qu'est-ce que l’Europe?",
    "Er sagte : „ Volle Kraft “ , so die „ Zeit “ .": "Er sagte: „Volle Kraft“, so die „Zeit“.",
    "“ Well , ” he did n't say": "“Well,” he didn't say",
    "Het ' belang ' van \" zo iets \" .": "Het 'belang' van \"zo iets\".",
    "Een ' van drie ' en ' meer": "Een ' van drie ' en ' meer",
    "d' Hondt ( Gent )": "d'Hondt (Gent)",
}


def main() -> None:
    for tokens, want in CASES.items():
        text, places = detokenised(tokens.split())
        assert text == want, (text, want)
        assert [text[start:end] for start, end in places] == tokens.split()
    print(f"{len(CASES)} settings as in print")


if __name__ == "__main__":
    main()
