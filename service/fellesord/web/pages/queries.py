"""The query catalogue for people: what can be asked, a form for each query, and its answer as a table."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from flask import Blueprint, Response, request

from fellesord.errors import InvalidRequest
from fellesord.languages import Text, pick
from fellesord.languages.sorting import Key, collation
from fellesord.store.catalogue import Entry, Parameter, entries, entry
from fellesord.vocabulary import asking
from fellesord.web import faults, querying
from fellesord.web.catalogue import PATH
from fellesord.web.negotiation import Speech
from fellesord.web.pages.coverage import WANTED
from fellesord.web.pages.rendering import address, name, page, said, service
from fellesord.web.querying import Asked

blueprint = Blueprint("queries", __name__)
#: Rows of a page; and the most things that a field offers to choose among.
_MANY, _OFFERED = 100, 500
#: The kinds of thing whose pages lead to the queries that ask for one.
ASKED_OF = ("concept", "county", "indicator")
#: The kinds of field that a browser has for a type of parameter.
_INPUTS = {"date": "date", "integer": "number"}


@dataclass(frozen=True)
class Field:
    """A field of the form: its parameter, what it says now, and what there is to choose from, or a hint."""

    parameter: Parameter
    value: str
    input: str
    choices: tuple[tuple[str, Text], ...]
    languages: tuple[str, ...]
    hint: str


@blueprint.get("/sporringer")
def queries() -> Response:
    """Every query, under its heading; of a thing that is named, those that ask for one of its kind."""
    speech = said()
    given = {kind: request.args[kind] for kind in ASKED_OF if request.args.get(kind)}
    kinds = given.keys()
    shown = [each for each in entries() if kinds <= {p.kind for p in each.parameters}]
    groups = [
        (group, sorted(found, key=lambda each: _place(each, speech)))
        for group, found in groupby(shown, key=lambda each: each.group)
    ]
    return page("queries.html", speech, groups=groups, total=len(shown), given=given)


@blueprint.get("/sporringer/<slug>")
def one(slug: str) -> Response:
    """A query: what it gives, a form to ask it with, and the answer when all that is needed was given.

    A value that cannot be is told of above the form, and the status is 400.
    """
    found = entry(slug)
    querying.check_generation(request.args.get("generation"))
    given = {p.name: request.args[p.name].strip() for p in found.parameters if request.args.get(p.name)}
    given = {key: value for key, value in given.items() if value}
    asked, whole, problem = None, None, None
    if all(p.optional or p.name in given for p in found.parameters):
        try:
            asked = querying.asked_of(found, given)
            whole = querying.answer(asked)
        except InvalidRequest as error:
            problem = faults.worded(error, said().interface)
    side = _side(len(whole.rows) if whole else 0)
    sparql = asking.bound(found, asked.values if asked else _examples(found))
    open_here = service().links.page("/sparql", {"query": sparql}) if service().asking else None
    return page(
        "query.html",
        said(),
        status=400 if problem else 200,
        entry=found,
        fields=[_field(each, given) for each in found.parameters],
        problem=problem,
        sparql=sparql,
        endpoint=address(open_here) if open_here else None,
        answer=querying.window(whole, (side - 1) * _MANY, _MANY) if whole else None,
        total=len(whole.rows) if whole else 0,
        side=side,
        many=_MANY,
        **_ways(found, asked),
    )


def _place(found: Entry, said: Speech) -> Key:
    """Where a query stands among those under its heading: by its title."""
    title = pick(found.title, (said.interface,))
    return collation(title.value if title else found.name, said.interface)


def _examples(found: Entry) -> dict[str, str]:
    """The values that stand in the file, for a query that has not been asked yet."""
    return {each.name: each.example for each in found.parameters}


def _side(total: int) -> int:
    """The page asked for, among those there are."""
    last = max(1, -(-total // _MANY))
    asked = request.args.get("side", "1")
    return min(int(asked), last) if asked.isascii() and asked.isdecimal() and int(asked[:9]) > 0 else 1


def _field(parameter: Parameter, given: Mapping[str, str]) -> Field:
    base = service().vocabulary.base
    choices = _choices(parameter, base)
    languages = WANTED if parameter.type == "language" else ()
    value = asking.short(parameter, given.get(parameter.name, ""), base)
    hint = "" if choices or languages else asking.short(parameter, parameter.example, base)
    return Field(parameter, value, _INPUTS.get(parameter.type, "text"), choices, languages, hint)


def _choices(parameter: Parameter, base: str) -> tuple[tuple[str, Text], ...]:
    """What a parameter may name, by name; those of one name are told apart. Nothing when it is too many."""
    found, speech = querying.lists().links(parameter.kind) if parameter.kind else (), said()
    if len(found) > _OFFERED:
        return ()
    named = [(asking.short(parameter, link.iri, base), name(link, speech)) for link in found]
    named.sort(key=lambda each: (collation(each[1].value, speech.content[0]), each[0]))
    bearers = Counter(text.value for _, text in named)
    return tuple(
        (slug, text if bearers[text.value] == 1 else Text(f"{text.value} ({slug})", text.language))
        for slug, text in named
    )


def _ways(found: Entry, asked: Asked | None) -> dict[str, str | None]:
    """Where else the answer is: as files, and as what stays the same; nothing before it has been asked."""
    if asked is None:
        return {"csv": None}
    language, own = {"lang": said().content[0]}, f"/sporringer/{found.name}"
    links, generation = service().links, service().vocabulary.generation
    kept = links.page(f"{PATH}/{found.name}", {**asked.given, "format": "csv", **language})
    return {
        "csv": asked.address(format="csv", **language),
        "excel": asked.address(dialect="excel-nb", **language),
        "xlsx": asked.address(format="xlsx", **language),
        "json": asked.address(**language),
        "lasting": address(links.page(own, {**asked.given, "generation": generation})),
        "address": links.whole(kept),
    }
