"""The read API below ``/api/v1/``: lists with filters and pages, the hierarchy, usage and the crosswalk."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Flask, Response, g, request

from fellesord import formats
from fellesord.errors import InvalidRequest, NotFound
from fellesord.formats import table
from fellesord.namespaces import SLUG_PATTERN
from fellesord.vocabulary.crosswalk import Days, Pair, crosswalk
from fellesord.vocabulary.filters import LISTS, List, Reference
from fellesord.vocabulary.hierarchy import BROADER, NARROWER, Direction, related
from fellesord.vocabulary.items import RelatedItem, UseItem
from fellesord.vocabulary.listing import Lists
from fellesord.vocabulary.windows import Page, Window
from fellesord.web import cursors, operations, schemas
from fellesord.web.negotiation import CSV, JSON, TABLES, Speech, negotiate, speech
from fellesord.web.operations import PREFIX, Answer, Operation, Parameter, Route
from fellesord.web.pages.rendering import service
from fellesord.web.texts import text

_SLUG = re.compile(SLUG_PATTERN)
#: The reform that began in 2018 and what came of it; the days a crosswalk is between unless others are said.
_DAYS = Days("2018-01-01", "2024-01-01")


@dataclass(frozen=True)
class Asked:
    """What a client asked: the name in the path, the parameters, the languages, and the window."""

    slug: str
    values: Mapping[str, Any]
    said: Speech
    window: Window


Finder = Callable[[Lists, Asked], Page]


def register(app: Flask) -> None:
    """Serve the API of an application's vocabulary."""
    app.before_request(_in_json)
    operations.serve(app, ROUTES)


def _in_json() -> None:
    """Failures below the API are JSON, whatever a browser would rather have."""
    if request.path.startswith(PREFIX):
        g.form = JSON


def _pages(find: Finder, operation: Operation, slug: str = "") -> Response:
    """A page of a list, and the address of the next one."""
    values = operation.read(request.args)
    said = speech(values.get("lang"), request.headers.get("Accept-Language"))
    own = {name: value for name, value in values.items() if name not in ("limit", "cursor", "lang")}
    mark = cursors.fingerprint(request.path, own)
    languages, after = said.content, None
    if "cursor" in values:
        cursor = cursors.read(values["cursor"], mark)
        languages, after = cursor.languages, cursor.last
    window = Window(languages, values.get("limit", operations.USUAL), after)
    page = find(service().lists, Asked(slug, own, said, window))
    following = None
    if page.last is not None:
        token = cursors.write(cursors.Cursor(languages, page.last), mark)
        following = service().links.page(request.path, {**request.args.to_dict(), "cursor": token})
    return page_of([formats.item(each) for each in page.items], page.total, following)


def page_of(results: list[dict[str, Any]], total: int, following: str | None, **beside: Any) -> Response:
    """The answer that every list gives; ``beside`` is what some say more."""
    content = {"results": results, "total": total, "next": following, **beside}
    body = json.dumps(content, ensure_ascii=False, indent=2).encode() + b"\n"
    response = Response(body, content_type=JSON.content_type)
    response.vary.add("Accept-Language")
    return response


def _listed(listed: List, lists: Lists, asked: Asked) -> Page:
    references = {each.name for each in listed.filters if isinstance(each, Reference)}
    links = service().links
    values = {
        name: links.canonical(value) if name in references else value for name, value in asked.values.items()
    }
    return lists.page(listed, values, asked.window, service().today)


def _usage(lists: Lists, asked: Asked) -> Page:
    return lists.usage(_concept(asked), asked.window)


def _related(direction: Direction, lists: Lists, asked: Asked) -> Page:
    transitive = asked.values.get("transitive", False)
    return related(lists.vocabulary, _concept(asked), direction, asked.window, transitive=transitive)


def _concept(asked: Asked) -> str:
    """The IRI of the concept in the path; a failure may name those spelt almost like it."""
    g.asked = service().links.iri("concept", asked.slug)
    if not _SLUG.fullmatch(asked.slug):
        raise NotFound(f"{asked.slug!a} is not a name of a concept; names are a-z, 0-9 and hyphens")
    return str(g.asked)


def _crosswalk(operation: Operation) -> Response:
    """The crosswalk, whole, as JSON or as a table."""
    values = operation.read(request.args)
    said = speech(values.get("lang"), request.headers.get("Accept-Language"))
    form = negotiate(request.headers.get("Accept"), TABLES) or JSON
    if "format" in values:
        form = CSV if values["format"] == CSV.suffix else JSON
    days = Days(values.get("from", _DAYS.from_), values.get("to", _DAYS.to))
    if days.from_ > days.to:
        raise InvalidRequest(f"from: {days.from_} is after {days.to}; the first day comes first")
    note = text("api-weight-unknown", said.interface)
    pairs = crosswalk(service().lists, days, said.content, note)
    if form == CSV:
        response = Response(table.crosswalk(pairs, said.content), content_type=CSV.content_type)
    else:
        response = page_of([formats.plain(pair) for pair in pairs], len(pairs), None)
    response.vary.update(["Accept", "Accept-Language"])
    response.headers["Content-Language"] = said.interface
    return response


def _of_list(listed: List) -> Route:
    filters = tuple(operations.of_filter(listed.name, each) for each in listed.filters)
    return _paged(listed.name, PREFIX + listed.name, listed.item, partial(_listed, listed), filters)


def _of_concept(name: str, item: type, find: Finder, *parameters: Parameter) -> Route:
    slug = operations.in_path("slug", operations.SLUG)
    return _paged(f"concept-{name}", f"{PREFIX}concepts/<slug>/{name}", item, find, (slug, *parameters))


def _paged(name: str, rule: str, item: type, find: Finder, parameters: tuple[Parameter, ...]) -> Route:
    absent = (404, 410) if any(each.where == "path" for each in parameters) else ()
    answers = (Answer(200, {JSON.media_type: schemas.page_of(schemas.item(item))}),)
    operation = Operation(
        name,
        rule,
        "lists" if not absent else "concepts",
        answers + schemas.problems(400, *absent, 500, 503),
        (*parameters, *operations.PAGING),
    )
    return Route(operation, partial(_pages, find))


_TRANSITIVE = operations.boolean("transitive")

ROUTES = (
    *(_of_list(each) for each in LISTS),
    _of_concept("usage", UseItem, _usage),
    _of_concept("narrower", RelatedItem, partial(_related, NARROWER), _TRANSITIVE),
    _of_concept("broader", RelatedItem, partial(_related, BROADER), _TRANSITIVE),
    Route(
        Operation(
            "crosswalk",
            f"{PREFIX}counties/crosswalk",
            "counties",
            (
                Answer(
                    200,
                    {JSON.media_type: schemas.page_of(schemas.of(Pair)), CSV.media_type: {"type": "string"}},
                ),
                *schemas.problems(400, 500, 503),
            ),
            (
                operations.day("from", _DAYS.from_),
                operations.day("to", _DAYS.to),
                operations.choice("format", (JSON.suffix, CSV.suffix)),
                operations.LANG,
            ),
        ),
        _crosswalk,
    ),
)
