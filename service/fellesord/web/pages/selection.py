"""My list: the concepts that an address names, to read, print, send on or open in a spreadsheet.

The list is its address; nothing is kept here.
"""

from urllib.parse import urlencode

from flask import Blueprint, Response, request

from fellesord.errors import InvalidRequest
from fellesord.formats import spreadsheet, table
from fellesord.languages import LANGUAGES
from fellesord.vocabulary.concepts import Concept
from fellesord.vocabulary.fields import Statements, read
from fellesord.web.negotiation import CSV, XLSX, Form, Speech
from fellesord.web.pages.rendering import page, query, said, service
from fellesord.web.searching import LONGEST, question

blueprint = Blueprint("selection", __name__)
#: Concepts that a list may have.
MOST = 100
#: What an added word may be: its first hit among the concepts is taken.
_ADDED = "ord"
_HEAD = ("uri", *(f"prefLabel_{tag}" for tag in LANGUAGES), *(f"definition_{tag}" for tag in LANGUAGES))


@blueprint.get("/utvalg")
def selection() -> Response:
    """The concepts of the list, in its order, and a field to add one."""
    speech, slugs = said(), _slugs()
    word = request.args.get(_ADDED, "").strip()
    added = _found(word, speech) if word else None
    if added and added not in slugs:
        slugs = [*slugs, added]
    chosen = [(each, iri, _without(slugs, each)) for each, iri in zip(slugs, _iris(slugs), strict=True)]
    concepts = _concepts([iri for _, iri, _ in chosen])
    return page(
        "selection.html",
        speech,
        chosen=[(slug, iri, concepts[iri], rest) for slug, iri, rest in chosen if iri in concepts],
        unknown=[slug for slug, iri, _ in chosen if iri not in concepts],
        word=word if word and added is None else None,
        asking=_asking(slugs),
    )


@blueprint.get("/utvalg.csv")
def as_table() -> Response:
    """The list as a table: terms and definitions in each language, a concept a row."""
    return _file(CSV, table.write(_HEAD, _rows()))


@blueprint.get("/utvalg.xlsx")
def as_workbook() -> Response:
    """The same as a workbook."""
    return _file(XLSX, spreadsheet.write("utvalg", _HEAD, _rows()))


def _rows() -> list[list[str]]:
    """A row for each concept of the list that there is."""
    iris = _iris(_slugs())
    concepts = _concepts(iris)
    rows = []
    for iri in iris:
        if concept := concepts.get(iri):
            meanings = [text for each in concept.definition for text in each.text]
            texts = [
                next((text.value for text in found if text.language == tag), "")
                for found in (concept.pref_label, meanings)
                for tag in LANGUAGES
            ]
            rows.append([iri, *texts])
    return rows


def _file(form: Form, content: bytes) -> Response:
    response = Response(content, content_type=form.content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="utvalg.{form.suffix}"'
    return response


def _slugs() -> list[str]:
    """The names of the concepts that the address names, each once. Raises InvalidRequest for too many."""
    slugs = [each for each in dict.fromkeys(request.args.getlist("c")) if each]
    if len(slugs) > MOST:
        raise InvalidRequest(f"{len(slugs)} concepts were named; a list has at most {MOST}")
    return slugs


def _iris(slugs: list[str]) -> list[str]:
    return [service().links.iri("concept", slug) for slug in slugs]


def _concepts(iris: list[str]) -> dict[str, Concept]:
    """The concepts that there are among some IRIs, in two store calls."""
    base, there = service().vocabulary.base, service().vocabulary.terms()
    known = [iri for iri in iris if iri in there]
    about = Statements(service().vocabulary.store.describe(known) if known else (), {}, base)
    return {iri: read(Concept, about, iri) for iri in known}


def _found(word: str, said: Speech) -> str | None:
    """The name of the concept that answers a word best."""
    asked = question(word[:LONGEST], said)
    narrowed = {"kind": ["concept"]}
    hits = service().search.find(asked, narrowed=narrowed, limit=1, counted=False).hits
    start = service().links.iri("concept", "")
    return next((hit.entry.iri.removeprefix(start) for hit in hits if hit.entry.iri.startswith(start)), None)


def _without(slugs: list[str], one: str) -> str:
    return _asking([slug for slug in slugs if slug != one])


def _asking(slugs: list[str]) -> str:
    """The query of the address of a list, with the languages that are asked for."""
    kept = query(c=None, ord=None)
    return "&".join(filter(None, (urlencode([("c", slug) for slug in slugs]), kept)))
