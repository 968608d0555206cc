"""The lists for people: projects, tools, lessons and the rest, narrowed by what is true of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from flask import Blueprint, Response, request

from fellesord.languages import Text, pick
from fellesord.languages.sorting import collation
from fellesord.vocabulary.fields import Link, kind_of
from fellesord.vocabulary.filters import LISTS, Condition, List, Reference
from fellesord.vocabulary.windows import Window
from fellesord.web import cursors
from fellesord.web.negotiation import Speech
from fellesord.web.pages.rendering import page, query, rank, said, service, until
from fellesord.web.texts import text

blueprint = Blueprint("lists", __name__)
#: The lists that have a page, and where it is.
PATHS = {
    "projects": "/prosjekter",
    "tools": "/verktoy",
    "lessons": "/laerdommer",
    "indicators": "/indikatorer",
    "counties": "/fylkeskommuner",
    "events": "/samlinger",
}
_MANY = 50
#: Facets that choose a concept are left to the pages of the concepts, which show the work.
_NOT_OFFERED = ("concept",)


@dataclass(frozen=True)
class Choice:
    """A value that a list can be narrowed by: its name, how many have it, the address, if it is chosen.

    ``rank`` goes before the number in the order, and ``until`` says when it was no more.
    """

    name: Text
    count: int
    query: str
    chosen: bool
    rank: tuple[bool, str] = (False, "")
    until: str = ""


def ordered(choices: Iterable[Choice], language: str) -> list[Choice]:
    """Choices in their own order where they have one, else those of most things first."""
    return sorted(choices, key=lambda each: (*each.rank, -each.count, collation(each.name.value, language)))


def shown(listed: List) -> Response:
    """The page of a list: its things by name, and what it can be narrowed by."""
    lists, speech, today = service().lists, said(), service().today
    asked = {each.name: request.args[each.name] for each in listed.filters if request.args.get(each.name)}
    mark = cursors.fingerprint(request.path, asked)
    languages, after = speech.content, None
    if token := request.args.get("cursor"):
        cursor = cursors.read(token, mark)
        languages, after = cursor.languages, cursor.last
    found = lists.page(listed, asked, Window(languages, _MANY, after), today)
    following = cursors.write(cursors.Cursor(languages, found.last), mark) if found.last else None
    return page(
        "list.html",
        speech,
        listed=listed,
        found=replace(found, items=tuple(sorted(found.items, key=lambda each: rank(each.iri)[0]))),
        facets=_facets(lists.facets(listed, asked, today), listed, asked, speech),
        narrowed=bool(asked),
        following=query(cursor=following) if following else None,
        begun=after is not None,
    )


for _each in LISTS:
    if _each.name in PATHS:
        blueprint.add_url_rule(PATHS[_each.name], _each.name, partial(shown, _each))


def _facets(
    counted: Mapping[str, Mapping[str, int]], listed: List, asked: Mapping[str, str], said: Speech
) -> dict[str, list[Choice]]:
    """Filter → its values, those of most things first; without those that would not narrow anything."""
    labels = service().vocabulary.labels(iri for values in counted.values() for iri in values if ":" in iri)
    facets: dict[str, list[Choice]] = {}
    tag = said.content[0]
    for each in listed.filters:
        values = counted[each.name]
        if each.name in _NOT_OFFERED or not values or (len(values) < 2 and each.name not in asked):
            continue
        choices = [
            _choice(each, value, number, labels.get(value, ()), asked, said)
            for value, number in values.items()
        ]
        facets[each.name] = ordered(choices, tag)
    return facets


def _choice(
    filter_: Reference | Condition,
    value: str,
    number: int,
    labels: tuple[Text, ...],
    asked: Mapping[str, str],
    said: Speech,
) -> Choice:
    short = _short(filter_, value)
    chosen = asked.get(filter_.name) in (short, value)
    if isinstance(filter_, Condition):
        name = Text(text("yes" if value == "true" else "no", said.interface), said.interface)
    else:
        name = pick(labels, said.content) or Text(short, "")
    changed = {filter_.name: None if chosen else short, "cursor": None}
    link = Link(value, labels, kind_of(value, service().vocabulary.base))
    return Choice(name, number, query(**changed), chosen, rank(value), until(link, said))


def _short(filter_: Reference | Condition, value: str) -> str:
    """The value as an address says it: the name of our own thing instead of its IRI."""
    if isinstance(filter_, Reference):
        base = service().vocabulary.base
        for start in filter_.starts:
            whole = start if ":" in start else base + start
            if value.startswith(whole):
                return value.removeprefix(whole)
    return value
