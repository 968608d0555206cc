"""The query catalogue below ``/api/v1/queries``: what there is, and the answers as JSON, CSV and workbook."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask, Response, request

from fellesord.errors import InvalidRequest, Superseded
from fellesord.formats import results, table
from fellesord.store.catalogue import Entry, entries, entry
from fellesord.vocabulary import asking
from fellesord.vocabulary.listing import Lists
from fellesord.web import catalogue, cursors
from fellesord.web.api import page_of
from fellesord.web.catalogue import PATH
from fellesord.web.negotiation import CSV, JSON, SHEETS, Form, Speech, negotiate, speech
from fellesord.web.observing import ENVIRON
from fellesord.web.operations import USUAL
from fellesord.web.pages.rendering import service
from fellesord.web.running import Mark

_OFFSET = re.compile("[0-9]{1,9}")


@dataclass(frozen=True)
class Asked:
    """What was asked of a query: the values, by name as they were given and as they are bound."""

    entry: Entry
    given: Mapping[str, str]
    values: Mapping[str, str]

    def address(self, **more: str) -> str:
        """The address of the answer, values as they were given."""
        return service().links.page(f"{PATH}/{self.entry.name}", {**self.given, **more})


def register(app: Flask) -> None:
    """Serve the catalogue of an application's vocabulary."""
    app.add_url_rule(PATH, "api.queries", _listed)
    app.add_url_rule(f"{PATH}/<name>", "api.query", _answered)


def lists() -> Lists:
    """The lists of the vocabulary, which know what parameters may name."""
    return service().lists


def asked_of(found: Entry, given: Mapping[str, str]) -> Asked:
    """What was asked of a query. Raises InvalidRequest as ``asking.values`` does."""
    links = service().links
    canonical = {
        p.name: links.canonical(given[p.name]) for p in found.parameters if p.kind and p.name in given
    }
    return Asked(found, given, asking.values(found, {**given, **canonical}, lists()))


def answer(asked: Asked) -> asking.Answer:
    """The answer, things not yet named. Raises as ``asking.ask`` does."""
    served = service()
    mark = served.asking.running.begin(request.environ.get(ENVIRON, "")) if served.asking else Mark()
    try:
        return asking.ask(asked.entry, asked.values, served.selecting(mark.gone), served.vocabulary.base)
    finally:
        mark.end()


def window(whole: asking.Answer, start: int, length: int | None = None) -> asking.Answer:
    """Some rows of an answer, things with their names."""
    end = None if length is None else start + length
    part = asking.Answer(whole.entry, whole.values, whole.rows[start:end])
    return asking.named(part, service().vocabulary)


def check_generation(wanted: str | None) -> None:
    """Raises Superseded when a generation is wanted that is not the one served."""
    current = service().vocabulary.generation
    if wanted is not None and wanted != current:
        raise Superseded(wanted, current)


def _listed() -> Response:
    catalogue.LIST.read(request.args)
    found = [catalogue.described(each, service().links, service().vocabulary.base) for each in entries()]
    return page_of(found, len(found), None)


def _answered(name: str) -> Response:
    """The answer of a query, in the form that suits."""
    found = entry(name)
    values = catalogue.operations_by_name()[name].read(request.args)
    said = speech(values.pop("lang", None), request.headers.get("Accept-Language"))
    form = _form(values.pop("format", None), values.get("dialect"))
    check_generation(values.pop("generation", None))
    dialect = values.pop("dialect", None)
    limit, cursor = values.pop("limit", None), values.pop("cursor", None)
    if dialect and form != CSV:
        raise InvalidRequest(f"dialect: it says how CSV is written; format={form.suffix} has none")
    if form != JSON and (limit is not None or cursor is not None):
        raise InvalidRequest(
            f"limit and cursor are for JSON; {form.suffix} is whole, up to {asking.MOST} rows"
        )
    asked = asked_of(found, values)
    if form == JSON:
        response = _paged(asked, limit or USUAL, cursor, said)
    else:
        response = _file(asked, form, said, table.DIALECTS[dialect] if dialect else table.PLAIN)
    response.vary.update(["Accept", "Accept-Language"])
    return response


def _form(suffix: str | None, dialect: str | None) -> Form:
    if suffix is None and dialect:
        return CSV
    if suffix is None:
        return negotiate(request.headers.get("Accept"), SHEETS) or JSON
    return next(form for form in SHEETS if form.suffix == suffix)


def _paged(asked: Asked, limit: int, token: str | None, said: Speech) -> Response:
    """A page of the rows as JSON; the next goes on in the same data, or not at all."""
    generation = service().vocabulary.generation
    mark = cursors.fingerprint(f"{PATH}/{asked.entry.name}", asked.values)
    start = 0
    if token is not None:
        offset, of = cursors.read(token, mark).last
        if not _OFFSET.fullmatch(offset):
            raise InvalidRequest(
                "cursor: not one of ours; leave it out to begin at the start", key="no-cursor"
            )
        check_generation(of)
        start = int(offset)
    whole = answer(asked)
    rows = results.objects(window(whole, start, limit))
    following = None
    if start + limit < len(whole.rows):
        cursor = cursors.Cursor(said.content, (str(start + limit), generation))
        kept = {**request.args.to_dict(), "cursor": cursors.write(cursor, mark)}
        following = service().links.page(request.path, kept)
    link = asked.address(generation=generation)
    return page_of(rows, len(whole.rows), following, generation=generation, link=link)


def _file(asked: Asked, form: Form, said: Speech, dialect: table.Dialect) -> Response:
    """All the rows as a file."""
    rows = window(answer(asked), 0)
    if form == CSV:
        data = results.csv(rows, said.content, dialect)
    else:
        about = results.about(rows, said.content, service().vocabulary.generation)
        data = results.workbook(rows, said.content, about)
    response = Response(data, content_type=form.content_type if form == CSV else form.media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{asked.entry.name}.{form.suffix}"'
    response.headers["Content-Language"] = said.interface
    return response
