"""The description of everything that can be asked: OpenAPI 3.1 for programs, a page for people.

Both are made from the operations, those of the API and those listed here; nothing is written twice.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request

from fellesord import __version__
from fellesord.formats import registry
from fellesord.languages import Text
from fellesord.namespaces import KINDS, SLUG_PATTERN
from fellesord.vocabulary.filters import LISTS, List
from fellesord.web import annotating, api, catalogue, checking, feeds, released, schemas, searching, sparql
from fellesord.web.links import Links
from fellesord.web.negotiation import CSV, FORMS, HTML, JSON, XLSX, speech
from fellesord.web.operations import (
    DAY,
    IRI,
    LANG,
    SLUG,
    Answer,
    Operation,
    Parameter,
    Schema,
    choice,
    in_path,
    of_filter,
)
from fellesord.web.pages.coverage import WANTED
from fellesord.web.pages.duties import PAGES
from fellesord.web.pages.lists import PATHS
from fellesord.web.pages.rendering import AS_OF
from fellesord.web.problems import CODES
from fellesord.web.texts import text

blueprint = Blueprint("openapi", __name__)

#: The headings that operations stand under, in order.
GROUPS = ("search", "lists", "concepts", "counties", "releases", "queries", "checks", "documents", "service")
_SUFFIXES = tuple(form.suffix for form in FORMS)
_TITLES = {400: "invalid-request", 404: "not-found", 406: "not-acceptable", 409: "superseded"} | {
    410: "withdrawn", 415: "not-supported", 413: "invalid-request", 422: "too-heavy", 500: "failed",
    503: "store-unavailable", 403: "query-refused", 429: "spent",
}  # fmt: skip
_KIND = in_path("kind", {"type": "string", "enum": list(KINDS)})
_SLUG = in_path("slug", SLUG)
_FORMAT = choice("format", _SUFFIXES)
_ENDED = "|".join(_SUFFIXES)
_NAME = in_path("name", {"type": "string", "pattern": rf"^{SLUG_PATTERN}(?:\.(?:{_ENDED}))?$"})
_ADDRESS = Parameter("uri", {"type": "array", "items": IRI, "minItems": 1}, "api-uri", required=True)
_ENDING = in_path("suffix", {"type": "string", "enum": list(_SUFFIXES)})
_CODE = in_path("code", {"type": "string", "enum": CODES})
_FILE = in_path("filename", {"type": "string"})
_AS_OF = Parameter(AS_OF, DAY, "api-as-of")


def _forms(plain: Schema) -> Mapping[str, Schema | None]:
    return {form.media_type: plain if form == JSON else None for form in FORMS}


_DOCUMENT = schemas.reference("Document")
_DOCUMENTS: Schema = {"anyOf": [_DOCUMENT, schemas.page_of(_DOCUMENT)]}
_PAGE = Answer(200, {HTML.media_type: None})
_HEALTH: Schema = {
    "type": "object",
    "properties": {"status": {"const": "ok"}, "generation": {"type": "string"}},
    "required": ["status"],
}
_EXPORTS = schemas.page_of(
    schemas.of_properties(
        {
            "name": {"type": "string"},
            "url": {"type": "string"},
            "mediaType": {"type": "string"},
            "conformsTo": IRI,
            "description": schemas.reference("Texts"),
        }
    )
)
_ALIVE = Answer(200, {JSON.media_type: _HEALTH})
_THREE = (500, 503)


def _document(name: str, rule: str, *parameters: Parameter, body: Schema = _DOCUMENT) -> Operation:
    answers = (
        Answer(200, _forms(body)),
        Answer(302),
        *schemas.problems(400, 404, 406, 410, *_THREE, page=True),
    )
    return Operation(name, rule, "documents", answers, (*parameters, _AS_OF, LANG))


def _service(name: str, rule: str, *answers: Answer, parameters: tuple[Parameter, ...] = ()) -> Operation:
    return Operation(name, rule, "service", answers, parameters)


def _list_page(listed: List) -> Operation:
    filters = tuple(of_filter(listed.name, each) for each in listed.filters)
    answers = (_PAGE, *schemas.problems(400, *_THREE, page=True))
    cursor = Parameter("cursor", {"type": "string"}, "api-cursor")
    return Operation(f"{listed.name}-page", PATHS[listed.name], "service", answers, (*filters, cursor, LANG))


_WORDS = (
    Parameter("q", {"type": "string"}, "api-page-q"),
    Parameter("side", {"type": "string"}, "api-page-side"),
)
_BRANCH = (
    Parameter("scheme", IRI, "api-page-scheme"),
    Parameter("under", IRI, "api-page-under"),
    Parameter("part", {"type": "string"}, "api-page-part"),
)
_CHOSEN = Parameter("c", {"type": "array", "items": SLUG, "maxItems": 100}, "api-page-chosen")
_SIDE = Parameter("side", {"type": "string"}, "api-page-side")
_LETTER = Parameter("bokstav", {"type": "string"}, "api-page-letter")


def _form(name: str, sent: str, rule: str) -> tuple[Operation, Operation]:
    """A page with a form, and what it becomes when something is sent with it."""
    return (
        _service(name, rule, _PAGE, *schemas.problems(*_THREE, page=True), parameters=(LANG,)),
        Operation(
            sent,
            rule,
            "service",
            (_PAGE, *schemas.problems(400, 413, 422, *_THREE, page=True)),
            (LANG,),
            method="post",
            body={"multipart/form-data": None},
        ),
    )


#: Every operation that is not of the API.
OTHERS = (
    Operation(
        "id",
        "/id/<kind>/<slug>",
        "documents",
        (Answer(303), *schemas.problems(404, 500, page=True)),
        (_KIND, _SLUG, LANG),
    ),
    _document("doc", "/doc/<kind>/<name>", _KIND, _NAME),
    Operation(
        "lookup",
        "/lookup",
        "documents",
        (
            Answer(200, _forms(_DOCUMENTS)),
            Answer(302),
            Answer(303),
            *schemas.problems(400, 404, 406, 410, *_THREE, page=True),
        ),
        (_ADDRESS, _FORMAT, _AS_OF, LANG),
    ),
    Operation(
        "lookup-many",
        "/lookup",
        "documents",
        (
            Answer(200, _forms(schemas.page_of(_DOCUMENT))),
            *schemas.problems(400, 404, 406, 410, 413, 415, *_THREE, page=True),
        ),
        (_FORMAT, LANG),
        method="post",
        body={
            JSON.media_type: {
                "type": "object",
                "properties": {"uris": {"type": "array", "items": IRI, "minItems": 1, "maxItems": 100}},
                "required": ["uris"],
            },
            "text/uri-list": {"type": "string"},
        },
    ),
    _document("ns", "/ns"),
    _document("ns-form", "/ns.<suffix>", _ENDING),
    _service("front", "/", _PAGE, *schemas.problems(*_THREE, page=True), parameters=(LANG,)),
    *_form("check-page", "checked-page", "/sjekk"),
    *_form("terms-page", "terms-checked-page", "/sjekk-tekst"),
    Operation(
        "hierarchy-page",
        "/hierarki",
        "service",
        (_PAGE, *schemas.problems(400, 404, 500, 503, page=True)),
        (*_BRANCH, LANG),
    ),
    _service("api", "/api", _PAGE, *schemas.problems(500, page=True), parameters=(LANG,)),
    _service("openapi", "/openapi.json", Answer(200, {JSON.media_type: {"type": "object"}})),
    _service(
        "problem",
        "/problems/<code>",
        _PAGE,
        *schemas.problems(404, 500, page=True),
        parameters=(_CODE, LANG),
    ),
    _service(
        "search-page",
        "/sok",
        _PAGE,
        *schemas.problems(500, 503, page=True),
        parameters=(*_WORDS, LANG),
    ),
    _service(
        "sitemap",
        "/sitemap.xml",
        Answer(200, {"application/xml": None}),
        *schemas.problems(404, *_THREE, page=True),
    ),
    _service("opensearch", "/opensearch.xml", Answer(200, {"application/opensearchdescription+xml": None})),
    _service(
        "exports",
        "/export/",
        Answer(200, {HTML.media_type: None, JSON.media_type: _EXPORTS}),
        *schemas.problems(*_THREE, page=True),
        parameters=(LANG,),
    ),
    _service("harvest-page", "/data-norge", _PAGE, *schemas.problems(*_THREE, page=True), parameters=(LANG,)),
    _service(
        "export",
        "/export/<name>",
        Answer(200, dict.fromkeys(registry.MEDIA_TYPES)),
        *schemas.problems(404, *_THREE, page=True),
        parameters=(in_path("name", {"type": "string", "pattern": r"^[a-z0-9-]+\.[a-z]+$"}),),
    ),
    _service(
        "coverage-page",
        "/sprak",
        _PAGE,
        *schemas.problems(400, *_THREE, page=True),
        parameters=(Parameter("mangler", {"type": "string", "enum": list(WANTED)}, "api-page-lacking"), LANG),
    ),
    _service(
        "selection-page",
        "/utvalg",
        _PAGE,
        *schemas.problems(400, *_THREE, page=True),
        parameters=(_CHOSEN, Parameter("ord", {"type": "string"}, "api-page-word"), LANG),
    ),
    *(
        _service(
            name,
            f"/utvalg.{form.suffix}",
            Answer(200, {form.media_type: None}),
            *schemas.problems(400, *_THREE, page=True),
            parameters=(_CHOSEN,),
        )
        for name, form in (("selection", CSV), ("selection-workbook", XLSX))
    ),
    *(_list_page(each) for each in LISTS if each.name in PATHS),
    _service(
        "glossary-page",
        "/ordliste",
        _PAGE,
        *schemas.problems(*_THREE, page=True),
        parameters=(_LETTER, LANG),
    ),
    *(
        _service(f"{name}-page", path, _PAGE, *schemas.problems(500, page=True), parameters=(LANG,))
        for name, (path, _) in PAGES.items()
    ),
    _service("index-page", "/begreper", _PAGE, *schemas.problems(500, page=True), parameters=(_LETTER, LANG)),
    _service("queries-page", "/sporringer", _PAGE, *schemas.problems(*_THREE, page=True), parameters=(LANG,)),
    _service(
        "query-page",
        "/sporringer/<slug>",
        _PAGE,
        *schemas.problems(400, 404, 409, 422, *_THREE, page=True),
        parameters=(_SLUG, _SIDE, LANG),
    ),
    _service("health", "/health", _ALIVE),
    _service("live", "/health/live", _ALIVE),
    _service("ready", "/health/ready", _ALIVE, *schemas.problems(503, page=True)),
    _service("metrics", "/metrics", Answer(200, {"text/plain": None}), *schemas.problems(404, page=True)),
    _service(
        "static",
        "/static/<path:filename>",
        Answer(200, {"text/css": None}),
        *schemas.problems(404, page=True),
        parameters=(_FILE,),
    ),
)


def operations() -> tuple[Operation, ...]:
    """Everything that can be asked of the service."""
    routes = (*api.ROUTES, *searching.ROUTES, *checking.ROUTES, *annotating.ROUTES, *feeds.ROUTES)
    return (
        *(route.operation for route in routes),
        catalogue.LIST,
        *catalogue.operations_by_name().values(),
        *sparql.OPERATIONS,
        *OTHERS,
        *released.OPERATIONS,
    )


@blueprint.get("/openapi.json")
def description() -> Response:
    """The description for programs."""
    links: Links = current_app.extensions["fellesord"].links
    body = json.dumps(document(operations(), links, "en"), ensure_ascii=False, indent=2).encode() + b"\n"
    return Response(body, content_type=JSON.media_type)


@blueprint.get("/api")
def page() -> Response:
    """The description for people."""
    links: Links = current_app.extensions["fellesord"].links
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
    if answer.status in (302, 303):
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
