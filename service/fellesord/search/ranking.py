"""How well a label answers what was asked: a score that is a sum, so that it can be explained.

The score is what the label is to the thing (``role``), plus how it agrees with the words asked for
(``how``), plus small amounts for the language asked for, a short label and the work that uses the thing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import Literal

from fellesord.languages import LANGUAGES, canonical
from fellesord.search import analysis, inflection
from fellesord.search.entries import Entry, Label, Role, called

How = Literal[
    "exact", "folded", "inflected", "joined", "prefix",
    "words", "called", "stems", "parts", "similar", "spread",
]  # fmt: skip

#: Preferred prefix (120) stays above an alternative that agrees exactly (115), as the order asks for.
ROLES: dict[Role, float] = {
    "preferred": 50, "notation": 45, "alternative": 15, "hidden": 5, "definition": -40,
}  # fmt: skip
HOW: dict[How, float] = {
    "exact": 100, "folded": 95, "inflected": 90, "joined": 85, "prefix": 70,
    "words": 60, "called": 58, "stems": 55, "parts": 40, "similar": 30, "spread": 25,
}  # fmt: skip
_QUOTES = re.compile(r"[\"«»“”]")
_NUMBER = re.compile(r"[0-9][0-9 ]*[0-9]")
_SUFFIX = re.compile(r"\.(?:html|ttl|jsonld|json|rdf|nt)$")
_BOTH = ("nb", "nn")
_ASKED_LANGUAGE = 4.0
_NORWEGIAN = 2.0
_LENGTH = 5.0
_USE, _MOST_USES = 0.1, 20
_OURS = 60.0
_RETIRED, _RETIRED_BY_NAME = -30.0, -3.0
_MISSING = -20.0
#: Agreements that leave something out, and none.
_ONLY_SOME = ("parts", "similar", None)
_BY_NAME: tuple[How, ...] = ("exact", "folded", "inflected", "joined")


@dataclass(frozen=True)
class Question:
    """What was asked: the text, the language asked in, the day, and whether the last word is still typed.

    ``today`` (ISO 8601) decides what is retired. ``local`` is the IRI that a pasted address stands for where
    it is one of this service.
    """

    text: str
    language: str
    today: str
    typing: bool = False
    local: str = ""

    @cached_property
    def addresses(self) -> tuple[str, ...]:
        """What a pasted address may stand for: itself, without its fragment, without the suffix of a form."""
        if "://" not in self.text:
            return ()
        found = []
        for whole in filter(None, (self.text.strip().strip("<>"), self.local)):
            thing = whole.partition("#")[0]
            found += [whole, thing, _SUFFIX.sub("", thing)]
        return tuple(dict.fromkeys(found))

    @cached_property
    def plain(self) -> str:
        """The text without quotation marks, in one case; a number without the spaces in it."""
        bare = analysis.plain(_QUOTES.sub(" ", self.text))
        return bare.replace(" ", "") if _NUMBER.fullmatch(bare) else bare

    @cached_property
    def folded(self) -> str:
        """The text as typed on any keyboard."""
        return analysis.folded(self.plain)

    @cached_property
    def tag(self) -> str:
        """The language asked in, without its region."""
        return canonical(self.language).partition("-")[0]

    @cached_property
    def joined(self) -> str:
        """The text folded, in one word."""
        return analysis.joined(self.plain)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The folded words."""
        return tuple(self.folded.split())

    @cached_property
    def telling(self) -> tuple[str, ...]:
        """The folded words that must be there: not ``og`` and the like, unless one is still typed."""
        if self.typing and len(self.words) > 1:
            return tuple(dict.fromkeys((*analysis.telling(self.words[:-1]), self.words[-1])))
        return analysis.telling(self.words)

    @cached_property
    def nouns(self) -> dict[str, frozenset[str]]:
        """What doing it may be called, for each of the telling words."""
        return {word: frozenset(inflection.nouns(word)) for word in self.telling}

    @cached_property
    def phrase(self) -> bool:
        """Whether the words were quoted, and so must stand together."""
        stripped = self.text.strip()
        return len(stripped) > 2 and stripped[0] in '"«“' and stripped[-1] in '"»”'

    @cached_property
    def stems(self) -> dict[str, tuple[str, ...]]:
        """The stems of the telling words by language: the one asked in, Norwegian and English."""
        words = analysis.telling(analysis.words(self.plain))
        tags = dict.fromkeys((self.tag, *LANGUAGES))
        return {tag: tuple(analysis.stem(word, tag) for word in words) for tag in tags}


@dataclass(frozen=True)
class Near:
    """Words one of which is meant by a word asked for, and how much that tells: rare words tell more.

    ``needed`` says whether one of them must be there.
    """

    words: frozenset[str]
    weight: float
    needed: bool = True


@dataclass(frozen=True)
class Agreement:
    """The label of a thing that answers a question, how it agrees, and the score that gives.

    ``there`` is how much of what was asked for is there when words are ``similar``, from 0 to 1.
    """

    label: Label
    how: How
    score: float
    there: float = 1.0


def best(entry: Entry, question: Question, near: Sequence[Near] = (), *, spelt: bool = False) -> Agreement:
    """The label of a found thing that answers best.

    ``near`` are words spelt like those asked for, or parts of them; ``spelt`` looks at the letters only, not
    at inflection and compounds. When no label alone holds what was asked, its words are ``spread`` over
    several, and a preferred one stands for them.
    """
    found: list[tuple[float, str, Label, How, float]] = []
    for defining in (False, True):  # a definition that agrees never outweighs a name that does
        for label in entry.labels:
            if (label.role == "definition") == defining:
                how = by_letters(label, question) if spelt else agreeing(label, question, near)
                if not spelt and how in _ONLY_SOME and _called(entry, label, question):
                    how = "called"
                if how is not None:
                    there = _there(label, near) if how == "similar" else 1.0
                    found.append((_score(entry, label, how, question, there), label.text, label, how, there))
        if found:
            break
    if not found:
        named = [label for label in entry.labels if label.role == "preferred"]
        found = [
            (_score(entry, label, "spread", question), label.text, label, "spread", 1.0) for label in named
        ]
    score, _, label, how, there = max(found, key=itemgetter(0, 1))
    return Agreement(label, how, score, there)


def _called(entry: Entry, label: Label, question: Question) -> bool:
    """Whether a name holds all that was asked for but what the kind of thing is called."""
    if len(question.telling) < 2 or question.phrase or label.role == "definition":
        return False
    kinds = called(entry.kind)
    stems = {word: [analysis.stem(word, tag) for tag in LANGUAGES] for word in question.telling}
    rest = {word for word, found in stems.items() if kinds.isdisjoint(found)}
    return 0 < len(rest) < len(stems) and rest <= set(label.folded.split())


def agreeing(label: Label, question: Question, near: Sequence[Near] = ()) -> How | None:
    """How a label agrees, in the way that counts most."""
    how = by_letters(label, question)
    if how is not None and how != "words":
        return how
    ways = [way for way in (how, by_words(label, question, near)) if way is not None]
    return max(ways, key=HOW.__getitem__, default=None)


def by_letters(label: Label, question: Question) -> How | None:
    """How a label agrees letter by letter: whole, from its beginning, or word by word."""
    whole = label.folded
    if question.phrase:
        return "words" if f" {question.folded} " in f" {whole} " else None
    if label.role != "definition" and question.folded and whole.startswith(question.folded):
        if whole == question.folded:
            return "exact" if analysis.plain(label.text) == question.plain else "folded"
        return "prefix"
    if not all(word in whole for word in question.telling):  # quick, and true of few
        return None
    return "words" if _all_there(question.telling, whole.split(), typing=question.typing) else None


def by_words(label: Label, question: Question, near: Sequence[Near]) -> How | None:
    """How a label agrees when inflection, compounds and spelling are set aside."""
    tag = label.language.partition("-")[0]
    asked = question.stems.get(tag) or question.stems["nb"]
    if question.phrase or not question.words:
        return None
    own_stems = analysis.stems(label.text, label.language)
    if label.role != "definition" and asked == analysis.telling(own_stems) and _inflected(label, question):
        return "inflected"
    if label.role != "definition" and analysis.joined(label.text) == question.joined:
        return "joined"
    if set(asked) <= set(own_stems):
        return "stems"
    if label.role == "definition":
        return None
    own = label.folded.split()
    if all(word in own or not nouns.isdisjoint(own) for word, nouns in question.nouns.items()):
        return "stems"
    if all(_inside(word, own) for word in question.telling):
        return "parts"
    return "similar" if _there(label, near) else None


def _inflected(label: Label, question: Question) -> bool:
    """Whether words of the same stems are the same words.

    They are not when one is made of the other by more than inflection, nor when å was asked for and a is
    there.
    """
    own = analysis.telling(analysis.words(analysis.plain(label.text)))
    asked = analysis.telling(analysis.words(question.plain))
    return all(
        (mine.isascii() or analysis.as_typed(mine, other))
        and analysis.derivation(mine, label.language) == analysis.derivation(other, label.language)
        for mine, other in zip(asked, own, strict=False)
    )


def _there(label: Label, near: Sequence[Near]) -> float:
    """How much of what may have been meant a label has, in compounds too, from 0 to 1."""
    own = label.folded.split()
    held = sum(each.weight for each in near if any(_inside(word, own) for word in each.words))
    return held / (sum(each.weight for each in near) or 1)


def _all_there(asked: Sequence[str], own: Sequence[str], *, typing: bool) -> bool:
    if not asked:
        return False
    *whole, last = asked
    if not set(whole) <= set(own):
        return False
    return any(word.startswith(last) for word in own) if typing else last in own


def _inside(word: str, own: Sequence[str]) -> bool:
    """Whether a word, or a compound's part of four letters or more, begins or ends one of the label's."""
    if len(word) < analysis.SHORTEST_PART:
        return word in own
    return any(other.startswith(word) or other.endswith(word) for other in own)


def explained(entry: Entry, agreement: Agreement, question: Question) -> dict[str, float]:
    """What the score of an agreement is the sum of, by name."""
    label, how = agreement.label, agreement.how
    tag, asked = label.language.partition("-")[0], question.tag
    return {
        f"role {label.role}": ROLES[label.role],
        f"agreement {how}": HOW[how],
        "language": _ASKED_LANGUAGE if tag == asked else _NORWEGIAN if {tag, asked} <= set(_BOTH) else 0.0,
        "length": round(_LENGTH * _share(label, question), 2),
        "work": round(min(entry.uses, _MOST_USES) * _USE, 2) if entry.kind else 0.0,
        "ours": _OURS if entry.kind else 0.0,
        "missing words": round(_MISSING * (1 - agreement.there), 2),
        "retired": _retired(entry, how, question),
    }


def _retired(entry: Entry, how: How, question: Question) -> float:
    """What is retired comes after what is not, and last unless it was asked for by name."""
    if not entry.retired(question.today):
        return 0.0
    return _RETIRED_BY_NAME if how in _BY_NAME else _RETIRED


def _score(entry: Entry, label: Label, how: How, question: Question, there: float = 1.0) -> float:
    tag, asked = label.language.partition("-")[0], question.tag
    score = ROLES[label.role] + HOW[how] + _LENGTH * _share(label, question) + _MISSING * (1 - there)
    if tag == asked:
        score += _ASKED_LANGUAGE
    elif tag in _BOTH and asked in _BOTH:
        score += _NORWEGIAN
    if entry.kind:
        score += _OURS + min(entry.uses, _MOST_USES) * _USE
    return round(score + _retired(entry, how, question), 2)


def _share(label: Label, question: Question) -> float:
    """How much of a label was asked for, from 0 to 1."""
    return min(len(question.folded) / (len(label.folded) or 1), 1.0)
