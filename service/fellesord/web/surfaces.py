"""What can be asked of the service beside the API: documents, pages and files, as they are described."""

from collections.abc import Mapping

from fellesord.formats import registry
from fellesord.namespaces import KINDS, SLUG_PATTERN
from fellesord.vocabulary.filters import LISTS, List
from fellesord.web import schemas
from fellesord.web.negotiation import CSV, FORMS, HTML, JSON, XLSX
from fellesord.web.operations import (
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
from fellesord.web.problems import CODES

_SUFFIXES = tuple(form.suffix for form in FORMS)
_KIND = in_path("kind", {"type": "string", "enum": list(KINDS)})
_SLUG = in_path("slug", SLUG)
_FORMAT = choice("format", _SUFFIXES)
_ENDED = "|".join(_SUFFIXES)
_NAME = in_path("name", {"type": "string", "pattern": rf"^{SLUG_PATTERN}(?:\.(?:{_ENDED}))?$"})
_ADDRESS = Parameter("uri", {"type": "array", "items": IRI, "minItems": 1}, "api-uri", required=True)
_ENDING = in_path("suffix", {"type": "string", "enum": list(_SUFFIXES)})
_CODE = in_path("code", {"type": "string", "enum": CODES})
_FILE = in_path("filename", {"type": "string"})


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
            "byteSize": {"type": ["integer", "null"]},
            "modified": {"type": ["string", "null"]},
        }
    )
)
_ALIVE = Answer(200, {JSON.media_type: _HEALTH})
_THREE = (500, 503)


def _document(name: str, rule: str, *parameters: Parameter, body: Schema = _DOCUMENT) -> Operation:
    answers = (
        Answer(200, _forms(body)),
        *schemas.problems(400, 404, 406, 410, *_THREE, page=True),
    )
    return Operation(name, rule, "documents", answers, (*parameters, LANG))


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
    Parameter("scheme", {"anyOf": [IRI, SLUG]}, "api-page-scheme"),
    Parameter("under", {"anyOf": [IRI, SLUG]}, "api-page-under"),
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
SURFACES = (
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
            Answer(303),
            *schemas.problems(400, 404, 406, 410, *_THREE, page=True),
        ),
        (_ADDRESS, _FORMAT, LANG),
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
    _service("robots", "/robots.txt", Answer(200, {"text/plain": None})),
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
