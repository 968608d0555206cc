"""The index of concepts from A to Å, in the order of the language of the content."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

from flask import Blueprint, Response, request

from fellesord.languages import Text, pick
from fellesord.languages.sorting import OTHER, alphabet, collation, letter
from fellesord.web.pages import rendering

blueprint = Blueprint("index", __name__)
#: Entries beyond which one letter is shown at a time.
_MANY = 1500
_Both = tuple[tuple[Text, ...], tuple[Text, ...]]
#: The preferred and the allowed terms of concepts, by IRI.
Terms = Mapping[str, _Both]


@dataclass(frozen=True)
class Entry:
    """A line of the index: a preferred term, or an allowed one that sends on to the ``preferred``."""

    text: Text
    iri: str
    preferred: Text | None = None


class Lettered(Protocol):
    """What can stand in a list from A to Å."""

    @property
    def text(self) -> Text:
        """What it stands under."""
        ...

    @property
    def iri(self) -> str:
        """What it is about."""
        ...


_Lettered = TypeVar("_Lettered", bound=Lettered)


@blueprint.get("/begreper")
def index() -> Response:
    """Every concept of ours by its first letter; allowed terms send on to the preferred ones."""
    said = rendering.said()
    terms = rendering.service().vocabulary.terms()
    tag = said.content[0]
    by_letter = lettered(listed(terms, said.content), tag)
    shown = part(by_letter)
    return rendering.page(
        "index.html",
        said,
        total=len(terms),
        alphabet=[*alphabet(tag), *([OTHER] if OTHER in by_letter else [])],
        letters=shown,
        others=by_letter.keys() - shown.keys(),
        anchors={each: f"bokstav-{place}" for place, each in enumerate((*alphabet(tag), OTHER), start=1)},
    )


def part(by_letter: dict[str, list[_Lettered]]) -> dict[str, list[_Lettered]]:
    """What is shown of an index: all of it; of a long one, the letter that the address says or the first."""
    if sum(map(len, by_letter.values())) <= _MANY:
        return by_letter
    asked = request.args.get("bokstav", "").upper()
    chosen = asked if asked in by_letter else next(iter(by_letter), OTHER)
    return {chosen: by_letter[chosen]}


def listed(terms: Terms, languages: tuple[str, ...]) -> Iterable[Entry]:
    """The lines of an index of terms, those of each concept after each other."""
    return (entry for iri, each in terms.items() for entry in _entries(iri, each, languages))


def lettered(entries: Iterable[_Lettered], language: str) -> dict[str, list[_Lettered]]:
    """The entries by letter, letters and entries in the order of a language."""
    found: dict[str, list[_Lettered]] = {}
    for entry in sorted(entries, key=lambda each: (collation(each.text.value, language), each.iri)):
        found.setdefault(letter(entry.text.value, language), []).append(entry)
    return {each: found[each] for each in (*alphabet(language), OTHER) if each in found}


def _entries(iri: str, terms: _Both, languages: tuple[str, ...]) -> Iterable[Entry]:
    preferred = pick(terms[0], languages)
    if preferred is None:
        return
    yield Entry(preferred, iri)
    for text in terms[1]:
        if text.language == preferred.language:
            yield Entry(text, iri, preferred)
