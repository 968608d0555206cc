"""Operations: what can be asked of the service, as data. Routes, refusals and descriptions come of it."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from flask import Flask, Response
from werkzeug.datastructures import MultiDict

from fellesord.errors import InvalidRequest
from fellesord.languages import Text
from fellesord.namespaces import SLUG_PATTERN
from fellesord.vocabulary.filters import Condition, Filter, Reference, read_boolean, read_day

Schema = Mapping[str, Any]

#: What the addresses of the API begin with.
PREFIX = "/api/v1/"
_IRI = r'^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{}|\\^`]+$'
_TAG = r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*"
_TAGS = re.compile(_TAG)
BOOLEAN: Schema = {"type": "boolean"}
DAY: Schema = {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
SLUG: Schema = {"type": "string", "pattern": f"^{SLUG_PATTERN}$"}
IRI: Schema = {"type": "string", "format": "iri", "pattern": _IRI}
#: How many items a page has unless said, and at most.
USUAL, MOST = 50, 500


@dataclass(frozen=True)
class Parameter:
    """A parameter: its name, what it may be, and the key of the text that explains it, or that text.

    ``check`` gives the value as it is used, and raises InvalidRequest for one that cannot be.
    """

    name: str
    schema: Schema
    text: str
    check: Callable[[str], Any] = str
    where: str = "query"
    required: bool = False
    said: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What an operation may answer: a status, and media type → schema of the body."""

    status: int
    bodies: Mapping[str, Schema | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Operation:
    """A path and method, with its parameters and answers.

    ``name`` is its operationId, and the key of its text, unless that is ``said`` here; ``group`` is the
    heading it stands under.
    """

    name: str
    rule: str
    group: str
    answers: tuple[Answer, ...]
    parameters: tuple[Parameter, ...] = ()
    method: str = "get"
    body: Mapping[str, Schema | None] = field(default_factory=dict)
    said: tuple[Text, ...] = ()

    @property
    def path(self) -> str:
        """The rule as OpenAPI writes it, parameters in braces."""
        return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", self.rule)

    def read(self, given: MultiDict[str, str]) -> dict[str, Any]:
        """The parameters of a query, checked. Raises InvalidRequest for any that is unknown or wrong."""
        known = {each.name: each for each in self.parameters if each.where == "query"}
        if unknown := sorted(given.keys() - known.keys()):
            raise InvalidRequest(f"there is no parameter {unknown[0]!a} here; there are {', '.join(known)}")
        for name, values in given.lists():
            if len(values) > 1:
                raise InvalidRequest(f"{name}: given {len(values)} times; give it once")
        return {name: known[name].check(value) for name, value in given.items()}


@dataclass(frozen=True)
class Route:
    """An operation of the API, and the view that answers it, which is given the operation."""

    operation: Operation
    view: Callable[..., Response]


def serve(app: Flask, routes: Iterable[Route]) -> None:
    """Let an application answer the operations of some routes."""
    for route in routes:
        operation = route.operation
        view = partial(route.view, operation)
        methods = [operation.method.upper()]
        app.add_url_rule(operation.rule, f"api.{operation.name}", view, methods=methods)


def of_filter(listed: str, each: Filter) -> Parameter:
    """The parameter of a filter of a list."""
    text = f"api-filter-{listed}-{each.name}"
    if isinstance(each, Reference):
        return Parameter(each.name, {"type": "string", "pattern": f"^{each.pattern}$|{_IRI}"}, text)
    return Parameter(each.name, DAY if each.type == "date" else BOOLEAN, text, _as_given(each))


def _as_given(condition: Condition) -> Callable[[str], str]:
    def check(text: str) -> str:
        (read_day if condition.type == "date" else read_boolean)(condition.name, text)
        return text

    return check


def boolean(name: str) -> Parameter:
    """A parameter that is true or false."""
    return Parameter(name, BOOLEAN, f"api-{name}", lambda text: read_boolean(name, text))


def day(name: str, default: str) -> Parameter:
    """A parameter that is a day, with the day it is when not said."""
    return Parameter(name, {**DAY, "default": default}, f"api-{name}", lambda text: read_day(name, text))


def unknown(name: str, text: str, values: Sequence[str]) -> InvalidRequest:
    """The error of a parameter that says what is not among the values there are."""
    said = f"{name}: there is no {text[:80]!a}; there are {', '.join(values)}"
    return InvalidRequest(said, key="no-choice", name=name, text=text, there=values)


def unreadable(suffix: str, endings: Iterable[str]) -> InvalidRequest:
    """The error of a file whose ending is not among those that can be read."""
    there = [f".{each}" for each in endings]
    said = f"a file that ends in .{suffix[:20]} cannot be read here; there are {', '.join(there)}"
    return InvalidRequest(said, key="no-ending", text=f".{suffix}", there=there)


def choice(name: str, values: tuple[str, ...]) -> Parameter:
    """A parameter that is one of a few words."""

    def check(text: str) -> str:
        if text not in values:
            raise unknown(name, text, values)
        return text

    return Parameter(name, {"type": "string", "enum": list(values)}, f"api-{name}", check)


def in_path(name: str, schema: Schema) -> Parameter:
    """A part of the path."""
    return Parameter(name, schema, f"api-path-{name}", where="path", required=True)


def _limit(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,3}", text) or not 1 <= int(text) <= MOST:
        raise InvalidRequest(f"limit: {text!a} is not a number from 1 to {MOST}")
    return int(text)


def _lang(text: str) -> str:
    if not _TAGS.fullmatch(text):
        raise InvalidRequest(f"lang: {text!a} is not a language tag; such as nb, nn or en would do")
    return text


LANG = Parameter("lang", {"type": "string", "pattern": f"^{_TAG}$"}, "api-lang", _lang)
LIMIT = Parameter(
    "limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}, "api-limit", _limit
)
CURSOR = Parameter("cursor", {"type": "string"}, "api-cursor")
PAGING = (LIMIT, CURSOR, LANG)
