"""The forms of a word: what a term may look like in running text, for Norwegian and English nouns.

Forms are made from the term, not cut from the text. A stemmer is for finding, where too much does little
harm: it puts ``nytt`` with ``nytte`` and ``bruk`` with ``bruker``, and ``brukerne`` with neither. Whoever
corrects a text by it corrects it wrongly. Words are given in one case (``str.casefold``).
"""

from collections.abc import Iterator

#: What a noun takes, definite and plural, in both forms of Norwegian.
ENDINGS = ("en", "et", "a", "er", "ar", "ene", "ane")
#: Nouns that take fewer, and whose other forms would be those of a verb: ``forsøk``, not ``forsøker``.
_NEUTER = ("arbeid", "bruk", "forsøk", "krav", "mål", "samspill", "søk", "tilbud", "tilbod", "verk", "virke")
_OF_NEUTER = ("et", "ene", "a")
#: A vowel that changes: ``drivkraft``, ``drivkrefter``.
_CHANGED = {"kraft": "kreft", "bok": "bøk", "hånd": "hend", "hand": "hend", "rot": "røtt", "natt": "nett"} | {
    "stad": "sted", "mann": "menn", "fot": "føtt", "tang": "teng",
}  # fmt: skip
#: Endings of verbs, and of the nouns made of them: Norwegian, English.
_VERBAL = (
    (("e", "er", "et", "te", "de", "a"), ("ing", "ning", "else")),
    (("", "e", "ed", "ing"), ("ing", "ation", "ion", "ment")),
)
_VOWELS = frozenset("aeiouyæøå")
_ENGLISH_HISSES = ("s", "x", "z", "ch", "sh")


def forms(word: str, language: str, *, last: bool) -> frozenset[str]:
    """The forms of a word of a term, itself among them; ``last`` says that it is the term's last word.

    Words before the last may be adjectives, and agree as such. Languages other than Norwegian and English
    have no forms but the word itself.
    """
    tag = language.partition("-")[0]
    if not word.isalpha():
        return frozenset((word,))
    if tag in ("nb", "nn", "no"):
        made = {word, *_norwegian(word)}
        if not last:
            made |= {f"{word}e", f"{word}t"}
        return frozenset(made | {f"{form}s" for form in made if not form.endswith("s")})
    return frozenset((word, *_english(word))) if tag == "en" else frozenset((word,))


def nouns(word: str) -> Iterator[str]:
    """What may be called what a verb does, for Norwegian and English: ``avvikle``, ``avvikling``."""
    for endings, made in _VERBAL:
        for ending in endings:
            if word.endswith(ending) and len(word) > len(ending) + 2:
                yield from (f"{word[: len(word) - len(ending)]}{noun}" for noun in made)


def _norwegian(word: str) -> Iterator[str]:
    if word.endswith(_NEUTER):
        yield from (f"{word.removesuffix('e')}{ending}" for ending in _OF_NEUTER)
        return
    base = word.removesuffix("e")
    yield from (f"{base}{ending}" for ending in ENDINGS)
    if word.endswith("é"):  # idé, ideen
        yield f"{word[:-1]}e"
        yield from (f"{word[:-1]}e{ending}" for ending in ENDINGS)
    if word.endswith("er"):  # bruker, brukere, brukerne
        yield from (f"{word}e", f"{word}ne")
    if len(word) > 3 and word.endswith("m") and word[-2] in _VOWELS:  # rom, rommet
        yield from (f"{word}m{ending}" for ending in ENDINGS)
    if word.endswith("um"):  # kriterium, kriteriet
        yield from (f"{word[:-2]}{ending}" for ending in ENDINGS)
    if len(word) > 3 and word.endswith(("el", "en", "er")) and word[-3] not in _VOWELS:  # middel, midler
        short = word[:-3] if word[-3] == word[-4] else word[:-2]
        yield from (f"{short}{word[-1]}{ending}" for ending in ("e", *ENDINGS))
    for old, new in _CHANGED.items():
        if word.endswith(old):
            yield from (f"{word.removesuffix(old)}{new}{ending}" for ending in ("", *ENDINGS))


def _english(word: str) -> Iterator[str]:
    if word.endswith(_ENGLISH_HISSES):
        yield f"{word}es"
    elif len(word) > 2 and word.endswith("y") and word[-2] not in _VOWELS:
        yield f"{word[:-1]}ies"
    else:
        yield f"{word}s"
