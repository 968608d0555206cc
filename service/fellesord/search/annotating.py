"""The terms that stand in a text: where, which concept they name, and what to write instead of some.

No term is guessed. It is found as it is written or inflected (``inflection``), in any case. Of terms that
begin at the same place the longest is taken, the first in the text goes before those it overlaps, and what is
written exactly goes before what is inflected. Short terms and abbreviations are found only as written.

Parts of closed compounds are not found: ``pilotprosjekt`` is a word of its own, not ``pilot``. Where a hyphen
shows the parts, the first is found (``KPI-arbeid``) and the later are not (``ikke-innovasjon``), nor what a
hanging hyphen leaves (``tjeneste- og produktutvikling``). Addresses of web and mail are left alone.

A word that is advised against in one of its senses only (``driver``, which is also a verb) is ``ambiguous``:
whoever wrote it knows which sense was meant.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Literal, NamedTuple

from fellesord.languages import Text
from fellesord.search.entries import Entry, Label
from fellesord.search.inflection import ENDINGS, forms

Role = Literal["preferred", "admitted", "ambiguous", "discouraged", "retired"]
ROLES: tuple[Role, ...] = ("preferred", "admitted", "ambiguous", "discouraged", "retired")
_ROLE_OF: dict[str, Role] = {"preferred": "preferred", "alternative": "admitted", "hidden": "discouraged"}
#: Letters that a term may have without being told by its letters alone.
_SHORT = 3
#: Signs inside a word that are not seen: combining marks belong to a letter, the others say where to break.
_MARKS, _UNSEEN = "\u0300-\u036f", "\u00ad\u200b-\u200d\u2060\ufeff"
_TOKEN = re.compile(
    r"(?P<address>\b[a-zA-Z]{2,10}://\S+|\bwww\.\S+|\b[\w.+-]{1,64}@[\w.-]+)"
    rf"|[^\W_]+(?:[{_MARKS}{_UNSEEN}]+[^\W_]+)*[{_MARKS}]*"
)
_DROPPED = re.compile(f"[{_UNSEEN}]")
_HYPHENS = "-\u2010\u2011"
_BROKEN = re.compile(rf"[{_HYPHENS}][ \t]*\r?\n[ \t]*")
_SUFFIXES = frozenset((*ENDINGS, "s", *(f"{ending}s" for ending in ENDINGS)))

#: What stands between two words: a space, a hyphen, a hyphen at the end of a line, or anything else.
_SPACE, _HYPHEN, _BREAK, _OTHER = " ", "-", "\n", ""
#: What stands between words in a text → what it may stand for in a term.
_FOR = {_SPACE: (_SPACE,), _HYPHEN: (_HYPHEN, _SPACE), _BREAK: (_HYPHEN,), _OTHER: ()}


@dataclass(frozen=True)
class Instead:
    """What to write instead: a concept and its preferred names."""

    iri: str
    labels: tuple[Text, ...]


@dataclass(frozen=True)
class Annotation:
    """A term where it stands: ``text[start:end]`` are the ``words``, ``label`` is what they are a form of.

    ``instead`` is empty for what is good as it is, and for what is retired and was not replaced; for what is
    ambiguous it is what to write in the sense of the concept.
    """

    start: int
    end: int
    words: str
    label: Label
    role: Role
    concept: Entry
    instead: tuple[Instead, ...] = ()

    @property
    def to_change(self) -> bool:
        """Whether something else should be written."""
        return self.role in ("discouraged", "retired")


class _Word(NamedTuple):
    """A word of a text, and what stands after it. An address is a word that nothing is found by."""

    start: int
    end: int
    cased: str
    plain: str
    after: str
    hanging: bool


@dataclass(eq=False)
class _Node:
    """A place in the tree of terms: where each further word leads, by what stands before it."""

    then: dict[tuple[str, str], "_Node"] = field(default_factory=dict)
    terms: list[tuple[Label, Entry]] = field(default_factory=list)


class Annotator:
    """Finds terms in texts. Built once from what the concepts are called; safe to use from any thread."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Only our own concepts have terms; the time this takes is in proportion to the number of labels."""
        self._concepts = {entry.iri: entry for entry in entries if entry.kind == "concept"}
        self._root = _Node()
        self._lemmas: dict[str, tuple[str, ...]] = {}
        self._known: set[str] = set()
        for _, entry in sorted(self._concepts.items()):
            for label in entry.labels:
                if label.role in _ROLE_OF:
                    self._add(label, entry)

    def annotate(
        self, text: str, languages: Sequence[str], today: str, most: int | None = None
    ) -> tuple[Annotation, ...]:
        """The terms in a text, in order, none overlapping; the first ``most`` if that is said.

        ``languages`` are those whose terms are looked for, the likeliest first (``en`` takes ``en-gb``
        along); a term without a language is looked for in any. ``today`` (ISO 8601) says what is retired. A
        word that is right in one of the languages is not to be changed, though another frowns upon it.
        Any text will do.
        """
        words = list(_words(text))
        found: list[Annotation] = []
        at = 0
        while at < len(words) and len(found) != most:
            word = words[at]
            if word.plain not in self._known and word.after not in (_HYPHEN, _BREAK):
                at += 1
                continue
            best = self._longest(words, at, languages, today)
            if best is None:
                at += 1
                continue
            upto, role, label, entry = best
            start, end = words[at].start, words[upto - 1].end
            instead = self._instead(role, entry, today)
            found.append(Annotation(start, end, text[start:end], label, role, entry, instead))
            at = upto
        return tuple(found)

    def _add(self, label: Label, entry: Entry) -> None:
        words = list(_words(label.text))
        if not words:
            return
        letters = [sign for sign in label.text if sign.isalpha()]
        strict = len(letters) <= _SHORT or label.text.isupper()
        self._plant(words, label, entry, strict=strict)
        if any(word.after == _HYPHEN for word in words[:-1]):
            together = _HYPHENATED.sub(r"\1", unicodedata.normalize("NFC", label.text))
            self._plant(list(_words(together)), label, entry, strict=strict)

    def _plant(self, words: Sequence[_Word], label: Label, entry: Entry, *, strict: bool) -> None:
        """Put a term into the tree, and every form of its words into the list of forms."""
        node, before = self._root, ""
        for number, word in enumerate(words):
            lemma = _lemma(word, label.language, strict=strict, last=number == len(words) - 1)
            for form in _forms(word, label, strict=strict, last=number == len(words) - 1):
                known = self._lemmas.get(form, ())
                if lemma not in known:
                    self._lemmas[form] = (*known, lemma)
                    self._known.add(form.removeprefix("=").casefold())
            node = node.then.setdefault((before, lemma), _Node())
            before = _HYPHEN if word.after == _HYPHEN else _SPACE
        node.terms.append((label, entry))

    def _longest(
        self, words: Sequence[_Word], at: int, languages: Sequence[str], today: str
    ) -> tuple[int, Role, Label, Entry] | None:
        """The term that begins at a word: the word after its last, its role, its label and its concept."""
        if at and words[at - 1].after == _HYPHEN:
            return None
        best: tuple[int, Role, Label, Entry] | None = None
        reached = self._steps([(self._root, 0)], ("",), words[at].cased, words[at].plain)
        joined = self._joined(words, at)
        for upto in range(at + 1, len(words) + 1):
            if upto > at + 1:
                word = words[upto - 1]
                reached = self._steps(reached, _FOR[words[upto - 2].after], word.cased, word.plain)
            if upto == at + 2:
                reached, joined = reached + joined, []
            if not reached and not joined:
                break
            chosen = _chosen(reached, languages, today) if reached else None
            if chosen and (end := self._end(words, upto)):
                best = (end, *chosen)
        return best

    def _joined(self, words: Sequence[_Word], at: int) -> list[tuple[_Node, int]]:
        """Where two words lead that a hyphen divides, within a line or at its end, read as one."""
        if at + 1 >= len(words) or words[at].after not in (_HYPHEN, _BREAK):
            return []
        one, other = words[at], words[at + 1]
        return self._steps([(self._root, 0)], ("",), one.cased + other.cased, one.plain + other.plain)

    def _steps(
        self, reached: list[tuple[_Node, int]], marks: tuple[str, ...], cased: str, plain: str
    ) -> list[tuple[_Node, int]]:
        """Where a word leads from each place, with the number of words so far that are inflected."""
        steps = []
        for form in (plain, f"={cased}") if reached else ():
            for lemma in self._lemmas.get(form, ()):
                inflected = lemma.split(":", 2)[2] not in (cased, plain)
                for node, before in reached:
                    for mark in marks:
                        if then := node.then.get((mark, lemma)):
                            steps.append((then, before + inflected))
        return steps

    def _end(self, words: Sequence[_Word], upto: int) -> int:
        """The word after a term that ends before ``upto`` and an ending after a hyphen; 0 if none can."""
        last = words[upto - 1]
        if last.after == _HYPHEN and upto < len(words) and words[upto].plain in _SUFFIXES:
            last, upto = words[upto], upto + 1
        return 0 if last.hanging else upto

    def _instead(self, role: Role, entry: Entry, today: str) -> tuple[Instead, ...]:
        if role == "discouraged" or (role == "ambiguous" and not entry.retired(today)):
            return (Instead(entry.iri, _names(entry)),)
        if role not in ("ambiguous", "retired"):
            return ()
        todo, seen, found = list(entry.successors), {entry.iri}, []
        while todo:
            iri = todo.pop(0)
            if iri in seen:
                continue
            seen.add(iri)
            known = self._concepts.get(iri)
            if known is not None and known.retired(today):
                todo.extend(known.successors)
            else:
                found.append(Instead(iri, _names(known) if known else ()))
        return tuple(found)


_HYPHENATED = re.compile(rf"(\w)[{_HYPHENS}](?=\w)")


def _words(text: str) -> Iterator[_Word]:
    """The words of a text, in order, with what stands after each."""
    last: re.Match[str] | None = None
    for match in _TOKEN.finditer(text):
        if last is not None:
            yield _word(last, text[last.end() : match.start()])
        last = match
    if last is not None:
        yield _word(last, f"{text[last.end() : last.end() + 1]}.")


def _word(match: re.Match[str], between: str) -> _Word:
    start, end = match.span()
    written = match[0]
    if match.lastgroup:
        return _Word(start, end, "", "", _OTHER, False)
    if not written.isascii():
        written = unicodedata.normalize("NFC", _DROPPED.sub("", written))
    if between == " ":
        return _Word(start, end, written, written.casefold(), _SPACE, False)
    after = _after(between)
    return _Word(start, end, written, written.casefold(), after, between[0] in _HYPHENS and after != _HYPHEN)


def _after(between: str) -> str:
    seen = _DROPPED.sub("", between)
    if seen and len(seen) == 1 and seen in _HYPHENS:
        return _HYPHEN
    if seen.isspace():
        return _SPACE if seen.count("\n") < 2 else _OTHER
    return _BREAK if _BROKEN.fullmatch(seen) else _OTHER


def _lemma(word: _Word, language: str, *, strict: bool, last: bool) -> str:
    """What the forms of a term's word are kept under: how it is read, its language, and the word itself."""
    tag = language.partition("-")[0]
    how = "=" if strict else "." if last else "+"
    return f"{how}:{'no' if tag in ('nb', 'nn') else tag}:{word.cased if strict else word.plain}"


def _forms(word: _Word, label: Label, *, strict: bool, last: bool) -> Iterator[str]:
    """The forms that a word of a term is found by; those after ``=`` as they are written."""
    if not strict:
        yield from forms(word.plain, label.language, last=last)
        return
    yield f"={word.cased}"
    if last and label.text.isupper() and len(word.cased) > 1:  # KPIer, KPIs
        yield from (f"={word.cased}{ending}" for ending in sorted(_SUFFIXES))


def _chosen(
    reached: Iterable[tuple[_Node, int]], languages: Sequence[str], today: str
) -> tuple[Role, Label, Entry] | None:
    """Of the terms that end here the one that is written so, then the one to keep, then by language."""
    found = [
        ((inflected, ROLES.index(role), rank, label.language, label.text, entry.iri), (role, label, entry))
        for node, inflected in reached
        for label, entry in node.terms
        if (rank := _rank(label.language, languages)) is not None
        for role in (_role(label, entry, today),)
    ]
    return min(found, key=itemgetter(0))[1] if found else None


def _rank(language: str, languages: Sequence[str]) -> int | None:
    if not language:
        return len(languages)
    tag = language if language in languages else language.partition("-")[0]
    return languages.index(tag) if tag in languages else None


def _role(label: Label, entry: Entry, today: str) -> Role:
    if label.ambiguous:
        return "ambiguous"
    return "retired" if entry.retired(today) else _ROLE_OF[label.role]


def _names(entry: Entry) -> tuple[Text, ...]:
    return tuple(Text(label.text, label.language) for label in entry.labels if label.role == "preferred")
