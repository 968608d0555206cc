"""The search page: words in, things out, with why, and what to use instead."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, Response, current_app, request

from fellesord.languages import Text, pick
from fellesord.namespaces import KINDS
from fellesord.vocabulary.fields import Link, kind_of
from fellesord.web import searching
from fellesord.web.negotiation import Speech
from fellesord.web.pages import rendering
from fellesord.web.pages.lists import Choice, ordered
from fellesord.web.pages.rendering import query, service, then
from fellesord.web.texts import language_name, table, text

if TYPE_CHECKING:
    from fellesord.search.searching import Found, Hit

blueprint = Blueprint("finding", __name__)
#: Hits on a page; pages that can be turned to.
_MANY, _PAGES = 20, 50
#: Facets that the page offers, in their order.
_FACETS = ("kind", "collection", "county", "status")


@dataclass(frozen=True)
class Answer:
    """A hit for people: the thing, what it means, what answered and why, and what to use instead."""

    iri: str
    kind: str
    label: Text
    definition: Text | None
    matched: Text | None
    why: str
    advice: str | None
    uses: int


@blueprint.get("/sok")
def search() -> Response:
    """What answers some words; without words, a field to write them in."""
    said = rendering.said()
    asked = request.args.get("q", "").strip()[: searching.LONGEST]
    number = _number(request.args.get("side"))
    narrowed = {name: [request.args[name]] for name in _FACETS if request.args.get(name)}
    found = _found(asked, said, narrowed, number) if asked else None
    nothing = found is not None and not found.total and not narrowed and number == 1
    if nothing and not then() and (missed := current_app.extensions.get("fellesord-missed")):
        missed.count(asked, said.content[0], service().today)
    answers = [_answer(hit, said) for hit in found.hits] if found else []
    response = rendering.page(
        "search.html",
        said,
        asked=asked,
        found=found,
        answers=answers,
        facets=_facets(found, said, narrowed) if found else {},
        previous=query(side=str(number - 1)) if number > 1 else None,
        following=query(side=str(number + 1)) if found and found.total > number * _MANY else None,
        meant=[(word, query(q=word, side=None)) for word in found.meant] if found else [],
        first=(number - 1) * _MANY + 1,
    )
    if nothing and not then():  # asked again, it is counted again
        response.headers["Cache-Control"] = "no-store"
    return response


def _number(given: str | None) -> int:
    return min(int(given), _PAGES) if given and given.isascii() and given.isdigit() and int(given) else 1


def _found(asked: str, said: Speech, narrowed: Mapping[str, list[str]], number: int) -> "Found":
    question = searching.question(asked, said)
    return service().search.find(question, narrowed=narrowed, limit=_MANY, offset=(number - 1) * _MANY)


def _answer(hit: "Hit", said: Speech) -> Answer:
    label, entry = hit.agreement.label, hit.entry
    names = [Text(each.text, each.language) for each in entry.labels if each.role == "preferred"]
    definitions = [Text(each.text, each.language) for each in entry.labels if each.role == "definition"]
    name = pick(names, said.content) or Text(entry.iri, "")
    matched = Text(label.text, label.language)
    return Answer(
        entry.iri,
        entry.kind,
        name,
        pick(definitions, said.content),
        None if matched == name or label.role == "definition" else matched,
        f"{text(f'search-role-{label.role}', said.interface)},"
        f" {text(f'search-how-{hit.agreement.how}', said.interface)}",
        searching.advice(hit, said, service().vocabulary.labels(hit.instead)),
        entry.uses,
    )


def _facets(found: "Found", said: Speech, narrowed: Mapping[str, list[str]]) -> dict[str, list[Choice]]:
    """Facet → its values, those of most hits first; without facets that have but one value."""
    iris = [value for name in _FACETS for value in found.facets.get(name, ()) if "://" in value]
    labels = service().vocabulary.labels(iris)
    facets: dict[str, list[Choice]] = {}
    tag = said.content[0]
    for name in _FACETS:
        chosen = narrowed.get(name, [])
        counted = found.facets.get(name, {})
        if len(counted) < 2 and not chosen:
            continue
        choices = [
            Choice(
                _named(name, value, labels, said),
                count,
                query(**{name: None if value in chosen else value, "side": None}),
                value in chosen,
                rendering.rank(value),
                rendering.until(Link(value, (), kind_of(value, service().vocabulary.base)), said),
            )
            for value, count in counted.items()
        ]
        facets[name] = ordered(choices, tag)
    return facets


def _named(name: str, value: str, labels: Mapping[str, tuple[Text, ...]], said: Speech) -> Text:
    if name == "kind":
        key = f"kinds-{value}" if value in KINDS and f"kinds-{value}" in table() else "kind-other"
        return Text(text(key, said.interface), said.interface)
    if name == "language":
        return Text(language_name(value, said.interface), said.interface)
    return pick(labels.get(value, ()), said.content) or Text(value, "")
