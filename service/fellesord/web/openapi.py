"""The description of everything that can be asked: OpenAPI 3.1 for programs, a page for people.

Both are made from the operations, those of the API and of the other surfaces; nothing is written twice.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, render_template, request

from fellesord import __version__
from fellesord.languages import Text
from fellesord.web import (
    annotating,
    api,
    catalogue,
    checking,
    feeds,
    released,
    running,
    schemas,
    searching,
    sparql,
)
from fellesord.web.links import Links, of_now
from fellesord.web.negotiation import HTML, JSON, speech
from fellesord.web.operations import DAY, PREFIX, Answer, Operation, Parameter, Schema
from fellesord.web.pages.rendering import AS_OF, places
from fellesord.web.surfaces import SURFACES
from fellesord.web.texts import text

blueprint = Blueprint("openapi", __name__)

#: The headings that operations stand under, in order.
GROUPS = ("search", "lists", "concepts", "counties", "releases", "queries", "checks", "documents", "service")
_AS_OF = Parameter(AS_OF, DAY, "api-as-of")
_TITLES = {400: "invalid-request", 404: "not-found", 406: "not-acceptable", 409: "superseded"} | {
    410: "withdrawn", 415: "not-supported", 413: "invalid-request", 422: "too-heavy", 500: "failed",
    503: "store-unavailable", 403: "query-refused", 429: "spent",
}  # fmt: skip


def operations() -> tuple[Operation, ...]:
    """Everything that can be asked of the service."""
    routes = (*api.ROUTES, *searching.ROUTES, *checking.ROUTES, *annotating.ROUTES, *feeds.ROUTES)
    every = (
        *(route.operation for route in routes),
        catalogue.LIST,
        *catalogue.operations_by_name().values(),
        *sparql.OPERATIONS,
        *running.OPERATIONS,
        *SURFACES,
        *released.OPERATIONS,
    )
    return tuple(each if of_now(each.rule) else _dated(each) for each in every)


def _dated(each: Operation) -> Operation:
    """An operation that may also be asked for what was in force on a day: then it leads there."""
    known = {answer.status for answer in each.answers}
    page = not each.rule.startswith(PREFIX)
    refused = (answer for answer in schemas.problems(400, 404, page=page) if answer.status not in known)
    elsewhere = Answer(302 if each.method == "get" else 307)
    answers = (*each.answers, elsewhere, *refused)
    return replace(each, answers=answers, parameters=(*each.parameters, _AS_OF))


@blueprint.get("/openapi.json")
def description() -> Response:
    """The description for programs."""
    links = places()
    body = json.dumps(document(operations(), links, "en"), ensure_ascii=False, indent=2).encode() + b"\n"
    return Response(body, content_type=JSON.media_type)


@blueprint.get("/api")
def page() -> Response:
    """The description for people."""
    links = places()
    said = speech(request.args.get("lang"), request.headers.get("Accept-Language"))
    described = document(operations(), links, said.interface)
    body = render_template("api.html", said=said, described=described, groups=_grouped(described))
    response = Response(body, content_type=HTML.content_type)
    response.headers["Content-Language"] = said.interface
    response.vary.add("Accept-Language")
    return response


def document(described: Iterable[Operation], links: Links, language: str) -> dict[str, Any]:
    """The OpenAPI 3.1 document of some operations, its texts in a language of the interface."""
    paths: dict[str, dict[str, Any]] = {}
    for each in described:
        paths.setdefault(each.path, {})[each.method] = _operation(each, language)
    servers = {"servers": [{"url": links.path("")}]} if links.path("") else {}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": text("name", language),
            "summary": text("tagline", language),
            "description": text("api-about", language),
            "version": __version__,
            "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        },
        **servers,
        "tags": [{"name": group, "description": text(f"api-group-{group}", language)} for group in GROUPS],
        "paths": paths,
        "components": {"schemas": schemas.COMPONENTS},
    }


def _operation(each: Operation, language: str) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": each.name,
        "tags": [each.group],
        "summary": _said(each.said, f"api-{each.group}-{each.name}", language),
        "parameters": [
            {
                "name": parameter.name,
                "in": parameter.where,
                "required": parameter.required,
                "description": _said(parameter.said, parameter.text, language),
                "schema": parameter.schema,
            }
            for parameter in each.parameters
        ],
        "responses": {str(answer.status): _answer(answer, language) for answer in each.answers},
    }
    if each.body:
        described["requestBody"] = {"required": True, "content": _content(each.body)}
    return described


def _said(said: Iterable[Text], key: str, language: str) -> str:
    """What is said in a language, else the text of the key."""
    return next((each.value for each in said if each.language == language), None) or text(key, language)


def _answer(answer: Answer, language: str) -> dict[str, Any]:
    if answer.status in (302, 303, 307):
        return {
            "description": text("api-elsewhere", language),
            "headers": {"Location": {"schema": {"type": "string", "format": "uri-reference"}}},
        }
    key = f"problem-{_TITLES[answer.status]}" if answer.status in _TITLES else "api-answered"
    return {"description": text(key, language), "content": _content(answer.bodies)}


def _content(bodies: Mapping[str, Schema | None]) -> dict[str, Any]:
    return {media: {"schema": schema} if schema is not None else {} for media, schema in bodies.items()}


def _grouped(described: Mapping[str, Any]) -> list[tuple[str, list[tuple[str, str, Any]]]]:
    """Heading → method, path and operation, as the page shows them."""
    return [
        (
            tag["description"],
            [
                (method, path, operation)
                for path, methods in described["paths"].items()
                for method, operation in methods.items()
                if operation["tags"] == [tag["name"]]
            ],
        )
        for tag in described["tags"]
    ]
