"""The index of concepts from A to Å, in the order of the language of the content."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, Response, request

from fellesord.languages import Text, collation, pick
from fellesord.web.pages import rendering

blueprint = Blueprint("index", __name__)
ALPHABET = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZÆØÅ")
#: What stands for everything that does not begin with a letter of ours.
OTHER = "#"
#: Entries beyond which one letter is shown at a time.
_MANY = 1500


@dataclass(frozen=True)
class Entry:
    """A line of the index: a preferred term, or an allowed one that sends on to the ``preferred``."""

    text: Text
    iri: str
    preferred: Text | None = None


@blueprint.get("/begreper")
def index() -> Response:
    """Every concept of ours by its first letter; allowed terms send on to the preferred ones."""
    said = rendering.said()
    terms = rendering.service().vocabulary.terms()
    by_letter = lettered(entry for iri, each in terms.items() for entry in _entries(iri, each, said.content))
    shown = by_letter
    if sum(map(len, by_letter.values())) > _MANY:
        asked = request.args.get("bokstav", "").upper()
        chosen = asked if asked in by_letter else next(iter(by_letter), OTHER)
        shown = {chosen: by_letter[chosen]}
    return rendering.page(
        "index.html",
        said,
        total=len(terms),
        alphabet=[*ALPHABET, *([OTHER] if OTHER in by_letter else [])],
        letters=shown,
        others=by_letter.keys() - shown.keys(),
        anchors={letter: f"bokstav-{number}" for number, letter in enumerate((*ALPHABET, OTHER), start=1)},
    )


def lettered(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """The entries by letter, letters and entries in Norwegian order."""
    found: dict[str, list[Entry]] = {}
    for entry in sorted(entries, key=lambda each: collation(each.text.value)):
        found.setdefault(letter(entry.text.value), []).append(entry)
    return {each: found[each] for each in (*ALPHABET, OTHER) if each in found}


def letter(text: str) -> str:
    """The letter of our alphabet that a term is found under; marks other than those of æ, ø and å aside."""
    first = unicodedata.normalize("NFC", text.strip())[:1].upper()
    if first in ALPHABET:
        return first
    stands = {"Ä": "Æ", "Ö": "Ø", "Đ": "D", "Ŋ": "N", "Ŧ": "T"}.get(first)
    plain = unicodedata.normalize("NFD", first)[:1]
    return stands or (plain if plain in ALPHABET else OTHER)


def _entries(
    iri: str, terms: tuple[tuple[Text, ...], tuple[Text, ...]], languages: tuple[str, ...]
) -> Iterable[Entry]:
    preferred = pick(terms[0], languages)
    if preferred is None:
        return
    yield Entry(preferred, iri)
    for text in terms[1]:
        if text.language == preferred.language:
            yield Entry(text, iri, preferred)
