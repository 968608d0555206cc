"""Which of our languages a text is in, told by the small words that only one of them has.

A line may be in another language than those around it: a summary in English in a Norwegian report. One with
too few such words is taken to be in the language of its paragraph, else in that of the whole text. Which form
of Norwegian it is, is told of the text as a whole.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

_WORD = re.compile(r"[^\W\d_]+")
_NORWEGIAN = "no"
#: Words that one language has and the other has not; ``for`` and ``at``, which both have, tell nothing.
_SMALL = {
    _NORWEGIAN: "og på det er som av til den de har skal vil kan var så å seg sin sitt sine ved etter eller"
    " når dette denne mellom hos mot ut inn opp bli blir også gjennom",
    "nb": "ikke jeg hun dem fra hva hvem hvor hvordan hvorfor noen noe mye bare en et være vært gjøre mer"
    " flere hvis disse egen selv hver hvilke uten sammen dere deres",
    "nn": "ikkje eg dei frå kva kven kor korleis kvifor nokon noko nokre mykje berre ein eit vere vore gjere"
    " meir fleire viss desse eigen sjølv kvar utan òg saman dykk deira",
    "en": "the of and is that are with was this have has from or an which will not can we our their they it"
    " its these been more were would should what who how when where into",
}  # fmt: skip
_TELLS = {
    word: frozenset(tag for tag, words in _SMALL.items() if word in words.split())
    for words in _SMALL.values()
    for word in words.split()
}
#: The letters that Norwegian has and English has not.
_LETTERS = re.compile("[æøå]")
#: Words that a language must have in a part of a text, and how many for each of the other's.
_FEWEST, _TIMES = 2, 2


class Stretch(NamedTuple):
    """A part of a text, and the languages it may be in, the likeliest first; none when nothing tells."""

    start: int
    end: int
    languages: tuple[str, ...]


def stretches(text: str) -> Iterator[Stretch]:
    r"""The parts of a text that are each in one language, in order: whole lines, and every line of it.

    >>> [each.languages for each in stretches("Dette er ikke en test.\n\nThis is what we have.")]
    [('nb', 'nn'), ('en',)]
    """
    lines = text.splitlines(keepends=True)
    counts = [_count(line) for line in lines]
    whole = _total(counts)
    paragraphs = _paragraphs(lines, counts)
    norwegian = ("nn", "nb") if whole["nn"] > whole["nb"] else ("nb", "nn")
    start = at = 0
    before: str | None = None
    for line, count, paragraph in zip(lines, counts, paragraphs, strict=True):
        told = _told(count) or _told(paragraph) or _told(whole, fewest=1)
        if at > start and told != before:
            yield Stretch(start, at, _languages(before, norwegian))
            start = at
        before = told
        at += len(line)
    if at > start:
        yield Stretch(start, at, _languages(before, norwegian))


def _languages(told: str | None, norwegian: tuple[str, ...]) -> tuple[str, ...]:
    if not told:
        return ()
    return norwegian if told == _NORWEGIAN else (told,)


def _count(line: str) -> Counter[str]:
    """How many words tell of each language."""
    found: Counter[str] = Counter()
    for word in _WORD.findall(line.casefold()):
        found.update(_TELLS.get(word) or ((_NORWEGIAN,) if _LETTERS.search(word) else ()))
    return found


def _told(count: Counter[str], fewest: int = _FEWEST) -> str:
    """``no``, ``en``, or ``""`` when there is too little to tell by."""
    norwegian, english = count[_NORWEGIAN] + count["nb"] + count["nn"], count["en"]
    for tag, mine, others in ((_NORWEGIAN, norwegian, english), ("en", english, norwegian)):
        if mine >= max(fewest, _TIMES * others):
            return tag
    return ""


def _paragraphs(lines: list[str], counts: list[Counter[str]]) -> Iterator[Counter[str]]:
    """For each line what is counted in the paragraph it stands in."""
    at = 0
    while at < len(lines):
        end = at + 1
        while end < len(lines) and lines[end].strip() and lines[at].strip():
            end += 1
        total = _total(counts[at:end])
        yield from (total for _ in range(at, end))
        at = end


def _total(counts: list[Counter[str]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for count in counts:
        total.update(count)
    return total
