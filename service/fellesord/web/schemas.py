"""JSON Schema of what is answered, made from the dataclasses that are written."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from types import NoneType
from typing import Any, get_args

from fellesord.formats.plain import camel
from fellesord.languages import Text
from fellesord.releases.changes import ASPECTS, HAPPENINGS
from fellesord.vocabulary.fields import Link, Value
from fellesord.web.operations import Answer, Schema

PROBLEM = "application/problem+json"
_PLAIN = {str: "string", bool: "boolean", int: "integer", float: "number", NoneType: "null"}
_URI: Schema = {"type": "string", "format": "iri"}
_URIS: Schema = {"type": "array", "items": _URI}


def reference(name: str) -> Schema:
    """A reference to one of the schemas in ``COMPONENTS``."""
    return {"$ref": f"#/components/schemas/{name}"}


def of(kind: Any) -> Schema:
    """The schema of what a type is written as."""
    if kind is Link:
        return reference("Thing")
    if kind is Value:
        return reference("Code")
    if kind in _PLAIN:
        return {"type": _PLAIN[kind]}
    if is_dataclass(kind):
        return of_properties({camel(each.name): of(each.type) for each in fields(kind)})
    members = get_args(kind)
    if members == (Text, ...):
        return reference("Texts")
    if len(members) == 2 and members[1] is ...:
        return {"type": "array", "items": of(members[0])}
    if members and all(member in _PLAIN for member in members):
        return {"type": [_PLAIN[member] for member in members]}
    return {"anyOf": [of(member) for member in members]}


def item(kind: type) -> Schema:
    """The schema of an item of a list: what is said of every thing, and the fields of its kind."""
    return thing_with(of(kind)["properties"])


def thing_with(properties: Mapping[str, Schema]) -> Schema:
    """The schema of a thing in a list, and what more is said of it."""
    return of_properties({**_THING, **properties})


def with_more(whole: Schema, properties: Mapping[str, Schema]) -> Schema:
    """The schema of an object, and what more it says."""
    return of_properties({**whole["properties"], **properties})


def page_of(each: Schema) -> Schema:
    """The schema of a page of a list."""
    return of_properties(
        {
            "results": {"type": "array", "items": each},
            "total": {"type": "integer", "minimum": 0},
            "next": {"type": ["string", "null"], "format": "uri-reference"},
        }
    )


def problems(*statuses: int, page: bool = False) -> tuple[Answer, ...]:
    """Answers that are problems; where people may ask, they are pages too."""
    bodies: dict[str, Schema | None] = {PROBLEM: reference("Problem")}
    if page:
        bodies["text/html"] = None
    return tuple(Answer(status, bodies) for status in statuses)


def of_properties(properties: Mapping[str, Any]) -> Schema:
    """The schema of an object that has these properties, and perhaps others."""
    return {"type": "object", "properties": dict(properties), "required": list(properties)}


_THING: dict[str, Schema] = {
    "uri": _URI,
    "kind": {"type": ["string", "null"]},
    "label": reference("Texts"),
}

_PROBLEM = of_properties(
    {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
    }
)
#: What problems of some types say beside (RFC 9457, section 3.2).
_BESIDE = {
    "near": {"type": "array", "items": of_properties({"uri": _URI, "label": reference("Texts")})},
    "date": {"type": "string"},
    "first": {"type": "string"},
    "last": {"type": "string"},
    "reason": reference("Texts"),
    "successors": _URIS,
    "there": {"type": "array", "items": {"type": "string"}},
    "generation": {"type": "string"},
    "current": {"type": "string", "format": "uri-reference"},
}

_TERM: Schema = {
    "type": "object",
    "properties": {
        "type": {"enum": ["uri", "literal"]},
        "value": {"type": "string"},
        "language": {"type": "string"},
        "datatype": _URI,
        "label": reference("Texts"),
    },
    "required": ["type", "value"],
}
_TERMS: Schema = {"type": "array", "items": _TERM}
_ALTERATION = of_properties(
    {
        "aspect": {"enum": list(ASPECTS)},
        "property": _URI,
        "part": {"type": ["string", "null"]},
        "removed": _TERMS,
        "added": _TERMS,
    }
)

COMPONENTS: dict[str, Schema] = {
    "Texts": {"type": "object", "additionalProperties": {"type": "string"}},
    "Thing": of_properties(_THING),
    "Code": of_properties({"value": {"type": "string"}, "datatype": _URI}),
    "Change": of_properties(
        {
            **_THING,
            "happening": {"enum": list(HAPPENINGS)},
            "aspects": {"type": "array", "items": {"enum": list(ASPECTS)}},
            "alterations": {"type": "array", "items": _ALTERATION},
            "successors": {"type": "array", "items": _TERM},
        }
    ),
    "Document": of_properties({**_THING, "usage": {"type": "object"}}),
    "Problem": {**_PROBLEM, "properties": {**_PROBLEM["properties"], **_BESIDE}},
}
