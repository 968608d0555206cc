"""Words made comparable: case, letters, inflection and compounds, for Norwegian first.

Every form of a word is made here, for what is indexed and for what is asked alike: ``plain`` (case aside),
``folded`` (å, ø, æ, Sami letters and accents written with the letters of any keyboard), ``stem`` (inflection
taken off) and ``parts`` (the words a compound is made of).
"""

import re
import unicodedata
from collections.abc import Container, Sequence
from functools import lru_cache

from snowballstemmer import stemmer

#: Letters that Unicode does not decompose. ``å`` loses its ring by decomposition, and ``aa`` follows it.
_LETTERS = str.maketrans({"æ": "ae", "ä": "ae", "ø": "o", "ö": "o", "đ": "d", "ŋ": "n", "ŧ": "t", "ß": "ss"})
#: How the Norwegian letters are typed without them.
_TYPED = (("aa", "a"), ("oe", "o"))
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_STEMMERS = {"nb": "norwegian", "nn": "norwegian", "no": "norwegian", "en": "english"} | {
    "de": "german", "da": "danish", "sv": "swedish", "fr": "french", "es": "spanish", "ru": "russian",
}  # fmt: skip
#: Doubled before an ending, single without it: ``lærdom``, ``lærdommer``.
_DOUBLED = ("mm", "nn")
#: Words that only ask, or say how others belong together, folded: of what is asked, they need not be there.
_LINKING = frozenset(
    {"og", "eller", "i", "pa", "for", "av", "fra", "til", "med", "om", "ved", "mot", "hos", "etter", "som"}
    | {"en", "ei", "et", "ein", "eit", "den", "det", "de", "a", "an", "the"}
    | {"and", "or", "in", "on", "of", "from", "to", "with", "at", "by"}
    | {"hva", "kva", "hvem", "kven", "hvor", "kor", "hvordan", "korleis", "hvorfor", "kvifor"}
    | {"er", "var", "har", "kan", "skal", "vil", "blir", "jeg", "eg", "du", "vi", "man"}
    | {"what", "who", "where", "how", "why", "is", "are", "do", "does", "we"}
)
#: The shortest word a compound may be made of.
SHORTEST_PART = 4
#: Endings that a stemmer takes off though they make other words, in Norwegian and English.
_DERIVING = re.compile("het|els|leg|lig|ig|lov|ation|ativ|ment|ness")
#: What may stand between the words of a Norwegian compound.
_LINKS = ("", "s", "e", "-")


class _Unmarked(dict[int, int | None]):
    """For ``str.translate``: drops the marks that decomposition leaves. Filled as signs are met."""

    def __missing__(self, code: int) -> int | None:
        self[code] = None if unicodedata.combining(chr(code)) else code
        return self[code]


_UNMARKED = _Unmarked()


def plain(text: str) -> str:
    """The text in one case and one Unicode form, with single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


@lru_cache(maxsize=65536)
def folded(text: str) -> str:
    """The text as typed on any keyboard: ``Økonomi``, ``oekonomi`` and ``okonomi`` become one."""
    kept = text.lower()
    if not text.isascii():
        kept = unicodedata.normalize("NFD", plain(text).translate(_LETTERS)).translate(_UNMARKED)
    for typed, letter in _TYPED:
        kept = kept.replace(typed, letter)
    return " ".join(words(kept))


@lru_cache(maxsize=65536)
def joined(text: str) -> str:
    """The text folded and written in one word: ``nytte-kostnads analyse`` and ``nyttekostnadsanalyse``."""
    return "".join(letter for letter in folded(text) if letter.isalnum())


def words(text: str) -> list[str]:
    """The words of a text, in order; a hyphen joins, other signs divide."""
    return _WORD.findall(text)


def telling(found: Sequence[str]) -> tuple[str, ...]:
    """The words that say what is meant; all of them when none does."""
    return tuple(word for word in found if folded(word) not in _LINKING) or tuple(found)


@lru_cache(maxsize=65536)
def stem(word: str, language: str) -> str:
    """A word without its inflection, folded: ``bedriftene`` becomes ``bedrift``."""
    name = _STEMMERS.get(language.partition("-")[0])
    found = folded(stemmer(name).stemWord(plain(word)) if name else word)
    return found[:-1] if found.endswith(_DOUBLED) else found


@lru_cache(maxsize=65536)
def derivation(word: str, language: str) -> str:
    """What makes a word another than its stem: ``els`` in ``ledelsen``; nothing where it is inflected."""
    found = _DERIVING.search(folded(word)[len(stem(word, language)) :])
    return found[0] if found else ""


@lru_cache(maxsize=65536)
def stems(text: str, language: str) -> tuple[str, ...]:
    """The stems of a text's words, in order."""
    return tuple(stem(word, language) for word in words(plain(text)))


def parts(word: str, known: Container[str]) -> tuple[str, ...]:
    """The known words that a folded compound begins or ends with, and what they leave when that is known.

    ``tjenesteinnovasjon`` has the parts ``tjeneste`` and ``innovasjon`` when both are known words.
    """
    found: dict[str, None] = {}
    for cut in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
        head, tail = word[:cut], word[cut:]
        if tail in known:
            found[tail] = None
        for link in _LINKS:
            stump = head.removesuffix(link) if link else head
            if len(stump) >= SHORTEST_PART and stump in known and (not link or stump != head):
                found[stump] = None
    return tuple(part for part in found if not any(part in other for other in found if other != part))


def as_typed(one: str, other: str) -> bool:
    """Whether two words that are inflected otherwise have the same letters until they part: not å for a."""
    parted = next(((mine, its) for mine, its in zip(one, other, strict=False) if mine != its), None)
    return parted is None or folded(parted[0]) != folded(parted[1])


def close(one: str, other: str, most: int) -> bool:
    """Whether two words are at most so many letters apart, a swap of neighbours counted as one."""
    if abs(len(one) - len(other)) > most:
        return False
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        before, last, row = row, before, [i]
        for j, against in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1] <= most
