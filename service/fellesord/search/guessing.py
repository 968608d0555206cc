"""What may be meant by words that no name answers: other forms, other spellings, and parts."""

from collections.abc import Collection
from math import log2
from typing import Protocol

from fellesord.search import analysis, inflection
from fellesord.search.ranking import Near, Question


class Words(Protocol):
    """The folded words of the names in an index."""

    def __contains__(self, word: object) -> bool:
        """Whether a name has the word."""

    def like(self, word: str) -> Collection[str]:
        """The words spelt most like one, a letter or two apart."""

    def number(self, word: str) -> int:
        """How many things have the word, in a name or a definition."""


def alike(question: Question, words: Words) -> tuple[Near, ...]:
    """What may be meant by each word asked for.

    That is the word itself if it is known, else the noun for what a verb does, else its stem, else those
    spelt like it, else each of its parts, the last of which must be there: it says what a compound is one of.
    A word that is like nothing is left out.
    """
    found: list[Near] = []
    for word in question.telling:
        stem = analysis.stem(word, question.tag)
        ways = ((word,), inflection.nouns(word), (stem,))
        known = (tuple(each for each in way if each in words) for way in ways)
        if likely := next(filter(None, known), ()) or tuple(words.like(word) or words.like(stem)):
            found.append(_near(likely, words))
        else:
            parts = max((analysis.parts(each, words) for each in (word, stem)), key=len)
            heads = [part for part in parts if word.endswith(part) or stem.endswith(part)] or parts
            found += [_near([part], words, needed=part in heads) for part in parts]
    return tuple(found)


def _near(meant: Collection[str], words: Words, *, needed: bool = True) -> Near:
    return Near(frozenset(meant), 1 / log2(2 + sum(map(words.number, meant))), needed)
