"""The query catalogue as data: how each query is described, and the operation that it is.

Each is an operation of its own, with its own parameters and columns, though one route answers all.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from fellesord.errors import InvalidRequest
from fellesord.formats import table
from fellesord.formats.plain import one_each
from fellesord.namespaces import SLUG_PATTERN
from fellesord.store.catalogue import Column, Entry, entries
from fellesord.store.catalogue import Parameter as Wanted
from fellesord.store.queries import TYPES
from fellesord.vocabulary import asking
from fellesord.web import operations, schemas
from fellesord.web.links import Links
from fellesord.web.negotiation import CSV, JSON, SHEETS, XLSX
from fellesord.web.operations import DAY, IRI, LANG, PAGING, PREFIX, Answer, Operation, Parameter, Schema

PATH = f"{PREFIX}queries"
_GENERATION = re.compile("[A-Za-z0-9_.-]{1,100}")


def described(each: Entry, links: Links, base: str) -> dict[str, Any]:
    """A query as the list tells of it; ``base`` is what our own IRIs begin with."""
    return {
        "name": each.name,
        "group": each.group,
        "title": one_each(each.title),
        "description": one_each(each.description),
        "href": links.path(f"{PATH}/{each.name}"),
        "parameters": [
            {
                "name": p.name,
                "type": p.type,
                "kind": p.kind,
                "required": not p.optional,
                "title": one_each(p.title),
                "example": asking.short(p, p.example, base),
            }
            for p in each.parameters
        ],
        "columns": [
            {"name": c.name, "type": c.type, "kind": c.kind, "title": one_each(c.title)} for c in each.columns
        ],
    }


def _generation(text: str) -> str:
    if not _GENERATION.fullmatch(text):
        raise InvalidRequest(
            f"generation: {text[:100]!a} is not the name of one; /health says which is served"
        )
    return text


_STRING: Schema = {"type": "string"}
_CELLS: Mapping[str, Schema] = {
    "text": schemas.reference("Texts"),
    "code": _STRING,
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "date": DAY,
    "year": {"type": "integer"},
    "boolean": operations.BOOLEAN,
}
_COMMON = (
    operations.choice("format", tuple(form.suffix for form in SHEETS)),
    operations.choice("dialect", tuple(table.DIALECTS)),
    Parameter(
        "generation", {**_STRING, "pattern": f"^{_GENERATION.pattern}$"}, "api-generation", _generation
    ),
    *PAGING,
)


def parameter(wanted: Wanted) -> Parameter:
    """The parameter of a query as the description has it."""
    schema: Schema = {**_STRING, "pattern": f"^{TYPES[wanted.type][1]}$"}
    if wanted.type in ("iri", "county"):
        pattern = f"^{SLUG_PATTERN}$|{IRI['pattern']}" if wanted.kind else IRI["pattern"]
        schema = {**_STRING, "pattern": pattern}
    elif wanted.type == "date":
        schema = DAY
    elif wanted.type == "text":
        schema = {**_STRING, "minLength": 1, "maxLength": asking.LONGEST}
    elif wanted.type == "integer":
        schema = {"type": "integer"}
    example = wanted.example.rpartition("/")[2] if wanted.kind else wanted.example
    schema = {**schema, "examples": [int(example) if wanted.type == "integer" else example]}
    return Parameter(wanted.name, schema, "", required=not wanted.optional, said=wanted.title)


def _cell(column: Column) -> Schema:
    if column.names:
        return {"anyOf": [schemas.reference("Thing"), {"type": "null"}]}
    return {"anyOf": [_CELLS[column.type], {"type": "null"}]}


def operation_of(each: Entry) -> Operation:
    """A query as an operation."""
    rows = schemas.page_of(schemas.of_properties({column.name: _cell(column) for column in each.columns}))
    beside = {"generation": _STRING, "link": {**_STRING, "format": "uri-reference"}}
    bodies = {
        JSON.media_type: schemas.with_more(rows, beside),
        CSV.media_type: _STRING,
        XLSX.media_type: None,
    }
    return Operation(
        f"query-{each.name}",
        f"{PATH}/{each.name}",
        "queries",
        (Answer(200, bodies), *schemas.problems(400, 409, 422, 500, 503)),
        (*map(parameter, each.parameters), *_COMMON),
        said=each.description,
    )


LIST = Operation(
    "queries",
    PATH,
    "queries",
    (Answer(200, {JSON.media_type: schemas.page_of({"type": "object"})}), *schemas.problems(400, 500)),
    (LANG,),
)


@cache
def operations_by_name() -> Mapping[str, Operation]:
    """Each query as an operation, by the name of the query."""
    return {each.name: operation_of(each) for each in entries()}
