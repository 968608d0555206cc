"""The language page: which concepts lack a term or a definition in a language, as a list of work."""

from dataclasses import dataclass

from flask import Blueprint, Response, request

from fellesord.languages import LANGUAGES
from fellesord.vocabulary.coverage import coverage
from fellesord.vocabulary.fields import Link, kind_of
from fellesord.web.operations import unknown
from fellesord.web.pages.rendering import page, said, service

blueprint = Blueprint("coverage", __name__)
#: The languages looked for: those every concept should have, then the Sami languages and Kven.
WANTED = (*LANGUAGES, "se", "sma", "smj", "fkv")


@dataclass(frozen=True)
class Line:
    """A language: how many concepts have a term, and how many a definition, in it."""

    language: str
    terms: int
    definitions: int


@blueprint.get("/sprak")
def languages() -> Response:
    """How many concepts have what in each language; with ``mangler``, those that lack that one."""
    speech, vocabulary = said(), service().vocabulary
    found = coverage(vocabulary, vocabulary.thesaurus or vocabulary.base)
    asked = request.args.get("mangler")
    if asked is not None and asked not in WANTED:
        raise unknown("mangler", asked, WANTED)
    missing = {}
    if asked:
        lacking = {
            "terms": found.without_term(asked),
            "definitions": found.without_definition(asked) - found.without_term(asked),
        }
        labels = vocabulary.labels({iri for iris in lacking.values() for iri in iris})
        missing = {
            name: [Link(iri, labels.get(iri, ()), kind_of(iri, vocabulary.base)) for iri in iris]
            for name, iris in lacking.items()
        }
    lines = [Line(tag, len(found.terms.get(tag, ())), len(found.definitions.get(tag, ()))) for tag in WANTED]
    return page("coverage.html", speech, lines=lines, total=len(found.concepts), asked=asked, missing=missing)
