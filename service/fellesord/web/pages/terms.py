"""A text checked for terms: marked where they stand, with what they mean and what to write instead."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from fellesord.formats import prose
from fellesord.languages import LANGUAGES, Text, pick
from fellesord.web import annotating
from fellesord.web.negotiation import Speech
from fellesord.web.operations import unknown, unreadable
from fellesord.web.pages.rendering import page, said, service

if TYPE_CHECKING:
    from fellesord.search.annotating import Annotation

blueprint = Blueprint("terms", __name__)


@dataclass
class Term:
    """A concept that a text names: how often, and what is said of it."""

    iri: str
    name: Text
    meaning: Text | None
    places: int = 0


@dataclass
class Change:
    """Words that should or could be written otherwise, what is advised, and the lines they stand in."""

    words: str
    advice: str
    lines: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Piece:
    """A piece of a text: what stands there, the number of its term, whether the first time, and advice.

    Advice on what is of no term is something to consider.
    """

    words: str
    term: int | None = None
    first: bool = False
    advice: str | None = None


@blueprint.route("/sjekk-tekst", methods=["GET", "POST"])
def terms() -> Response:
    """A form, and the terms in the text that was sent with it. Nothing is kept."""
    speech = said()
    language = request.form.get("language", "")
    if language and language not in LANGUAGES:
        raise unknown("language", language, LANGUAGES)
    sent = request.method == "POST"
    written = _sent() if sent else ""
    reading = annotating.read_in(service().annotator, written, language or None, speech)
    found = reading.found
    known, pieces = _pieces(written, found, speech)
    response = page(
        "terms.html",
        speech,
        sent=sent,
        written=written,
        language=language,
        endings=[f".{suffix}" for suffix in prose.MEDIA_TYPES],
        found=found,
        terms=known,
        pieces=pieces,
        changes=_changes(written, (each for each in found if each.to_change), speech),
        doubts=_changes(written, (each for each in found if each.role == "ambiguous"), speech),
        told=() if language else reading.languages,
        most=annotating.MOST,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _sent() -> str:
    """The text that the form was sent with: in a file, or pasted."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return request.form.get("text", "").replace("\r\n", "\n")
    suffix = file.filename.rpartition(".")[2].lower()
    if suffix not in prose.MEDIA_TYPES:
        raise unreadable(suffix, prose.MEDIA_TYPES)
    return annotating.read(file.read(), suffix)


def _pieces(written: str, found: "Sequence[Annotation]", said: Speech) -> tuple[list[Term], list[Piece]]:
    """The terms of a text, in the order they are first named, and the text in pieces.

    What may mean something else is not taken to name a concept.
    """
    numbers: dict[str, int] = {}
    known: list[Term] = []
    pieces: list[Piece] = []
    at = 0
    for each in found:
        entry = each.concept
        pieces.append(Piece(written[at : each.start]))
        at = each.end
        if each.role == "ambiguous":
            pieces.append(Piece(each.words, advice=annotating.advice(each, said)))
            continue
        first = entry.iri not in numbers
        if first:
            numbers[entry.iri] = len(known)
            name = pick(annotating.names(entry), said.content) or Text(entry.iri, "")
            known.append(Term(entry.iri, name, pick(annotating.meanings(entry), said.content)))
        known[numbers[entry.iri]].places += 1
        pieces.append(Piece(each.words, numbers[entry.iri], first, annotating.advice(each, said)))
    return known, [*pieces, Piece(written[at:])]


def _changes(written: str, found: "Iterable[Annotation]", said: Speech) -> list[Change]:
    """What is advised of the terms that have advice, by word and advice, in the order of the text."""
    starts = annotating.line_starts(written)
    changes: dict[tuple[str, str], Change] = {}
    for each in found:
        if told := annotating.advice(each, said):
            change = changes.setdefault((each.words.casefold(), told), Change(each.words, told))
            change.lines.append(bisect_right(starts, each.start))
    return list(changes.values())
