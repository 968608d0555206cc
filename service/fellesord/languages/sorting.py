"""How texts are sorted, and the letters an index has, in the language they are sorted for.

A key is made once for each text, and keys are compared as they are. The order is that of CLDR's tables for
the language, with numbers by their size (Unicode Technical Standards 10 and 35): letters first, then marks,
then case. ``tests/data/collation.tsv`` holds ICU's own order to judge by. CLDR has no table for South and
Lule Sami; theirs are made here after their alphabets as written in Norway.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache

#: A sort key: the letters, the marks on them, and the text itself, small letters before capitals.
Key = tuple[str, str, str]

#: What an index has for everything that begins with none of its letters.
OTHER = "#"
_LATIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

#: Stands after every letter, and so makes room for a letter of its own right behind another.
_BEHIND = "\U0010ffff"
#: Stands for the two letters ``aa`` where they are å.
_DOUBLE_A = "\ue000"
_NUMBER = re.compile("[0-9]+")
_SIGNS = "_-‐–—,;:!¡?¿.…·'‘’‚‹›\"“”„«»()[]{}§¶@*/\\&#%‰†•`´^¯¨¸°©®+±÷×<=>¬|¦~¤¢$£¥€"
#: Marks in order: acute, grave, breve, circumflex, caron, ring, diaeresis, double acute, tilde, dot, slash,
#: cedilla, ogonek, macron; then those of letters that Unicode does not decompose.
_MARKS = "\u0301\u0300\u0306\u0302\u030c\u030a\u0308\u030b\u0303\u0307\u0338\u0327\u0328\u0304/|"
#: Letters that Unicode does not decompose: what they are made of. ``+`` makes a letter of its own.
_MADE_OF = {
    "æ": "a|e|", "œ": "o|e|", "ß": "s|s|", "ø": "o\u0338", "đ": "d/", "ð": "d|", "ħ": "h/", "ł": "l/",
    "ŋ": "n+", "ŧ": "t+", "ǥ": "g+", "ı": "i+", "ʒ": "z+", "ǯ": "z+\u030c", "þ": "z++",
}  # fmt: skip


@dataclass(frozen=True)
class _Tailoring:
    """What a language does otherwise: its own letters, with variants, by the letter they stand behind."""

    alphabet: str = _LATIN
    behind: Mapping[str, str] = field(default_factory=dict)
    made_of: Mapping[str, str] = field(default_factory=dict)
    double_a: bool = False


_LAST = {"z": "æäę øöőœ å"}
_Y = {"ü": "y\u0308", "ű": "y\u030b"}
_NORWEGIAN = _Tailoring(
    f"{_LATIN}ÆØÅ", {"z": f"æäę øöőœ å{_DOUBLE_A}"}, {**_Y, "þ": "th"}, double_a=True
)  # fmt: skip
_TAILORED = {
    "nb": _NORWEGIAN,
    "nn": _NORWEGIAN,
    "da": _NORWEGIAN,
    "se": _Tailoring(
        "AÁBCČDĐEFGHIJKLMNŊOPQRSŠTŦUVWXYZŽØÆÅÄÖ",
        {"a": "á", "c": "č ʒ ǯ", "d": "đð", "g": "ǧ ǥ", "k": "ǩ", "n": "ŋńñ", "s": "š", "t": "ŧþ"}
        | {"z": "ž øœ æ å äã öőõôǫ"},
        _Y,
    ),
    "sma": _Tailoring(f"{_LATIN}ÆØÅ", _LAST, _Y),
    "smj": _Tailoring("AÁBCDEFGHIJKLMNŊOPQRSTUVWXYZÆØÅ", {"a": "á", "n": "ŋńñ", **_LAST}, _Y),
}
_ROOT = _Tailoring()


class _Signs(dict[int, str]):
    """Sign → what stands for it in a key, found at the first need, for ``str.translate``."""

    def __init__(self, known: Mapping[str, str], *, marks: bool) -> None:
        super().__init__({ord(sign): value for sign, value in known.items()})
        self._marks = marks

    def __missing__(self, code: int) -> str:
        whole = unicodedata.normalize("NFKD", chr(code))
        found = "".join(self._of(sign, code, alone=whole == chr(code)) for sign in whole)
        self[code] = found
        return found

    def _of(self, sign: str, code: int, *, alone: bool) -> str:
        if unicodedata.combining(sign):
            return _mark(sign) if self._marks else ""
        if self._marks:
            return " "
        return sign if alone or ord(sign) == code else self[ord(sign)]


@dataclass(frozen=True)
class _Order:
    """The order of one language."""

    tailoring: _Tailoring
    letters: _Signs
    marks: _Signs


def collation(text: str, language: str) -> Key:
    """The sort key of a text in a list for readers of a language (BCP 47)."""
    order = _order(language)
    normal = unicodedata.normalize("NFC", text)
    small = normal.lower()
    if order.tailoring.double_a:
        small = small.replace("aa", _DOUBLE_A)
    letters = _NUMBER.sub(_by_size, small.translate(order.letters))
    marks = "" if small.isascii() else small.translate(order.marks).rstrip(" ")
    return letters, marks, normal.swapcase()


def alphabet(language: str) -> str:
    """The letters that an index in a language has."""
    return _order(language).tailoring.alphabet


def letter(text: str, language: str) -> str:
    """The letter of an index in a language that a text is found under; ``OTHER`` for none of them."""
    starts = _starts(_known(language))
    key = collation(text.strip(), language)[0]
    number = bisect_right(starts, key)
    return alphabet(language)[number - 1] if number and key[0] in _ROMAN else OTHER


_ROMAN = frozenset("abcdefghijklmnopqrstuvwxyz{")


@cache
def _starts(tag: str) -> list[str]:
    return [collation(each, tag)[0] for each in alphabet(tag)]


def _known(language: str) -> str:
    tag = language.partition("-")[0].lower()
    return "nb" if tag == "no" else tag if tag in _TAILORED else ""


@lru_cache(maxsize=64)
def _order(language: str) -> _Order:
    """The order of a language, made once for each: the tables in it fill as they are used."""
    return _order_of(_known(language))


@cache
def _order_of(tag: str) -> _Order:
    tailoring = _TAILORED.get(tag, _ROOT)
    letters = {sign: f"\x01{chr(0x100 + place)}" for place, sign in enumerate(f" {_SIGNS}")}
    letters |= {sign: sign for sign in "0123456789abcdefghijklmnopqrstuvwxyz"}
    marks = {}
    for sign, made in {**_MADE_OF, **tailoring.made_of}.items():
        plain = [each for each in made if each == "+" or each.isalpha()]
        letters[sign] = "".join(plain).replace("+", _BEHIND)
        marks[sign] = "".join(" " if each.isalpha() else _mark(each) for each in made if each != "+")
    for before, groups in tailoring.behind.items():
        for place, group in enumerate(groups.split()):
            for variant, sign in enumerate(group):
                own = f"{{{chr(0x61 + place)}" if before == "z" else f"{before}{_BEHIND}{chr(0x61 + place)}"
                letters[sign] = own
                marks[sign] = " " + (_mark(chr(0xF000 + variant)) if variant else "")
    return _Order(tailoring, _Signs(letters, marks=False), _Signs(marks, marks=True))


def _mark(sign: str) -> str:
    place = _MARKS.find(sign)
    return chr(0x100 + place) if place >= 0 else chr(0x200 + ord(sign))


def _by_size(number: re.Match[str]) -> str:
    """A number so that it is sorted by its size, before every letter."""
    digits = number[0].lstrip("0")
    return chr(0x30 + min(len(digits), 0x30)) + digits
