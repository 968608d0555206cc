"""Language: texts with their tags, tables of them, which one to show, and how they are sorted."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from fellesord.languages.sorting import collation

#: The languages every page and label exists in, in the order they stand in for each other.
LANGUAGES = ("nb", "nn", "en")

#: Tags that mean another tag here; ``no`` is used for bokmål by most software.
_ALIASES = {"no": "nb", "nb-no": "nb", "nn-no": "nn"}


@dataclass(frozen=True)
class Text:
    """A text and the language it is in (BCP 47, lower case); ``""`` when that is not said."""

    value: str
    language: str


@dataclass(frozen=True)
class Texts:
    """The texts of one TOML file: ``[key]`` holds ``nb``, ``nn`` and ``en``, with ``{name}`` for values."""

    path: Path

    @cached_property
    def table(self) -> dict[str, dict[str, str]]:
        """Key → language → text, as the file has them."""
        return tomllib.loads(self.path.read_text("utf-8"))

    def text(self, key: str, language: str) -> str:
        """The text of a key; raises KeyError for a key that is not in the table."""
        return self.table[key][language]

    def counted(self, key: str, language: str, number: int, /, **values: object) -> str:
        """The text of a key with a ``number`` put in; of one, that of ``key-one`` where there is such a text.

        Raises KeyError as ``text`` does.
        """
        one = f"{key}-one"
        chosen = one if number == 1 and one in self.table else key
        return self.text(chosen, language).format(number=number, **values)

    def said(self, key: str, **values: object) -> tuple[Text, ...]:
        """The text of a key in every language, with the values put in; with ``number`` as ``counted`` has it.

        Raises KeyError as ``text`` does.
        """
        number = values.pop("number", None)
        if isinstance(number, int):
            return tuple(Text(self.counted(key, tag, number, **values), tag) for tag in LANGUAGES)
        return tuple(Text(self.text(key, tag).format(**values), tag) for tag in LANGUAGES)


def canonical(tag: str) -> str:
    """The tag in lower case, with ``no`` read as ``nb``."""
    lowered = tag.strip().lower()
    return _ALIASES.get(lowered, lowered)


def chain(asked: Sequence[str]) -> tuple[str, ...]:
    """The languages to try in order: those asked for, then nb, nn and en."""
    wanted = (canonical(tag) for tag in asked)
    return tuple(dict.fromkeys((*wanted, *LANGUAGES)))


def pick(texts: Iterable[Text], languages: Sequence[str]) -> Text | None:
    """The text in the first language of the chain that has one, else any; ``None`` without texts.

    A regional form (``en-gb``) serves its language (``en``) when the plain tag is missing.
    """
    known = in_order(texts)
    for language in languages:
        for matches in (str.__eq__, lambda tag, asked: tag.startswith(f"{asked}-")):
            for text in known:
                if matches(text.language, language):
                    return text
    return known[0] if known else None


def in_order(texts: Iterable[Text]) -> tuple[Text, ...]:
    """The texts sorted: nb, nn, en, then other languages by tag; within a language by its order."""
    found = sorted(texts, key=_rank)
    if len({text.language for text in found}) < len(found):
        found.sort(key=lambda text: (_rank(text), collation(text.value, text.language)))
    return tuple(found)


def _rank(text: Text) -> tuple[int, str]:
    known = LANGUAGES.index(text.language) if text.language in LANGUAGES else len(LANGUAGES)
    return known, text.language


_ASCII = str.maketrans(
    {"æ": "ae", "ø": "o", "å": "a", "đ": "d", "ð": "d", "ŋ": "n", "ŧ": "t", "þ": "th", "ß": "ss", "œ": "oe"}
)


def slug(text: str) -> str:
    """A text as a name for a document: æ→ae, ø→o, å→a, other marks dropped; ``""`` when no letter is left."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", text).lower().translate(_ASCII))
    words = re.findall(r"[a-z0-9]+", "".join(sign for sign in folded if not unicodedata.combining(sign)))
    return "-".join(words)
