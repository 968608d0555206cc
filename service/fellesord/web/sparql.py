"""The endpoint: SPARQL 1.1 Protocol for queries, as it is written and nothing else.

A query is read, parsed and run in a process of its own, or by an engine; here it is text. An answer that does
not come to its end has a status that says so; where the status has been sent already, it ends in a mark that
no reader takes for a part of an answer.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain

from flask import Blueprint, Response, abort, g, request

from fellesord.errors import FellesordError, InvalidRequest, JailUnavailable, QueryForm, QueryRefused
from fellesord.store.questions import Question
from fellesord.web import describing, schemas
from fellesord.web.answers import LEFT
from fellesord.web.asking import Asked, client
from fellesord.web.negotiation import FORMS, HTML, Form, negotiate, speech
from fellesord.web.observing import ENVIRON
from fellesord.web.operations import IRI, LANG, Answer, Operation, Parameter, Schema, unknown
from fellesord.web.pages import sparql as pages
from fellesord.web.pages.rendering import service
from fellesord.web.problems import finished, problem, status_of

blueprint = Blueprint("sparql", __name__)

#: Bytes of an answer, and seconds, that are waited for before its status is sent: what is over by then has a
#: length, and a status that is sure.
_HELD, _PATIENCE = 4 * 1024 * 1024, 0.25
#: Characters that a query may have.
LONGEST = 64 * 1024
_URLENCODED, _DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PAGE = Form(HTML.media_type, "page")
#: The forms of solutions and truth values, the W3C's first; of what a client likes equally, the first is
#: sent.
SOLUTIONS = (
    Form("application/sparql-results+json", "json"),
    Form("application/sparql-results+xml", "xml"),
    Form("text/csv", "csv"),
    Form("text/tab-separated-values", "tsv"),
    Form(XLSX, "xlsx"),
    _PAGE,
    Form("application/json", "json"),
    Form("application/xml", "xml"),
    Form("text/xml", "xml"),
)
#: A failure is told to programs unless a page is wanted.
_PROBLEMS = Form(schemas.PROBLEM, "json")
GRAPHS = (*(form for form in FORMS if form.syntax), _PAGE)
#: What ``format`` may be: the form of solutions, and that of graphs.
FORMATS: dict[str, tuple[str | None, str | None]] = {
    "json": ("json", "jsonld"),
    "xml": ("xml", "rdf"),
    "csv": ("csv", None),
    "tsv": ("tsv", None),
    "xlsx": ("xlsx", None),
    "html": ("page", "page"),
    "ttl": (None, "ttl"),
    "turtle": (None, "ttl"),
    "jsonld": (None, "jsonld"),
    "json-ld": (None, "jsonld"),
    "rdf": (None, "rdf"),
    "nt": (None, "nt"),
}


@dataclass(frozen=True)
class Sent:
    """What a client sent: the query, ``None`` where there is none, and what else was said."""

    query: str | None
    default_graphs: tuple[str, ...] | None
    named_graphs: tuple[str, ...] | None
    format: str | None
    seconds: float | None


@blueprint.route("/sparql", methods=["GET", "POST"])
def endpoint() -> Response:
    """The answer to a query; without one, a page to write it on, or the description of the service."""
    accept = request.headers.get("Accept")
    g.form = HTML if negotiate(accept, SOLUTIONS) == _PAGE else _PROBLEMS
    sent = _sent()
    if sent.query is None:
        form = negotiate(accept)
        if form is not None and form.syntax is not None:
            return describing.service_description(form.syntax)
        return pages.form("")
    solutions, graph = _forms(sent.format)
    shown = _PAGE in (solutions, graph)
    try:
        return _answer(sent, sent.query, solutions, graph)
    except QueryForm as error:
        offered = GRAPHS if error.kind == "graph" else SOLUTIONS
        abort(406, f"{error}; there are {', '.join(dict.fromkeys(each.media_type for each in offered))}")
    except FellesordError as error:
        if shown:
            return pages.failed(sent.query, error)
        status, code = status_of(error)
        told = pages.words(
            error, speech(request.args.get("lang"), request.headers.get("Accept-Language")).interface
        )
        return finished(problem(status, code, told, pages.beside(error)), error)


def _answer(sent: Sent, query: str, solutions: Form | None, graph: Form | None) -> Response:
    querying = service().asking
    if querying is None:
        raise JailUnavailable("queries are answered over a graph on disk or an engine, and here is neither")
    shown = _PAGE in (solutions, graph)
    question = Question(
        query,
        solutions.suffix if solutions else None,
        graph.suffix if graph else None,
        sent.default_graphs,
        sent.named_graphs,
        rows=pages.ROWS if shown else Question.rows,
        size=pages.SIZE if shown else Question.size,
    )
    left = request.environ.get(LEFT, lambda: False)
    name = request.environ.get(ENVIRON, "")
    asked = querying.ask(question, client(request.remote_addr or ""), sent.seconds, left, name)
    head = asked.answering.head
    assert head is not None  # noqa: S101 - an answer that has begun has one
    form = graph if head.kind == "graph" else solutions
    assert form is not None  # noqa: S101 - or there would be none
    if form == _PAGE:
        return pages.answered(query, head.kind, b"".join(asked), asked.answering)
    return _given(asked, form, download=sent.format is not None)


def _given(asked: Asked, form: Form, *, download: bool) -> Response:
    """The answer: whole where it is short, else as it comes."""
    parts = iter(asked)
    held: list[bytes] = []
    size, until = 0, time.monotonic() + _PATIENCE
    for part in parts:
        held.append(part)
        size += len(part)
        if size > _HELD or time.monotonic() > until:
            response = Response(_rest(held, parts, asked, form))
            response.call_on_close(asked.close)
            break
    else:
        response = Response(b"".join(held))
        response.headers["Fellesord-Rows"] = str(asked.answering.rows)
    binary = form.media_type == XLSX
    response.content_type = form.media_type if binary else form.content_type
    if download or binary:
        response.headers["Content-Disposition"] = f'attachment; filename="svar.{form.suffix}"'
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Accept")
    return response


def _rest(held: Sequence[bytes], parts: Iterator[bytes], asked: Asked, form: Form) -> Iterator[bytes]:
    """What was held and what follows; and where that breaks off, a mark that says so."""
    quotes = 0
    try:
        for part in chain(held, parts):
            quotes += part.count(b'"') if form.suffix == "csv" else 0
            yield part
    except FellesordError as error:
        yield mark(form.suffix, asked.answering.rows, str(error), inside=quotes % 2 == 1)


def mark(form: str, rows: int, why: str, *, inside: bool = False) -> bytes:
    """The end of an answer that is not whole: an error in every form, so that no program reads on.

    Of CSV it is a field that never ends, of XML an element that never began; ``inside`` says that a field is
    open already.
    """
    wrong = {"csv": "" if inside else '"', "xml": "</AVKORTET>", "rdf": "</AVKORTET>"}.get(form, "")
    return f"\n{wrong}AVKORTET: {rows} rows, and not all: {why.replace(chr(34), '')}\n".encode()


def _sent() -> Sent:
    """What the client sent (SPARQL 1.1 Protocol, section 2.1). Raises InvalidRequest; 415 for others."""
    given = [*request.args.items(multi=True)]
    direct: str | None = None
    if request.method == "POST":
        if request.mimetype == _URLENCODED:
            given = [*given, *request.form.items(multi=True)]
        elif request.mimetype == _DIRECT:
            direct = _text(request.get_data())
        elif request.mimetype == "application/sparql-update":
            raise QueryRefused("nothing can be changed here; this service only reads")
        else:
            abort(415, f"Send {_DIRECT}, or query=… as {_URLENCODED}.")
    values: dict[str, list[str]] = {}
    for name, value in given:
        values.setdefault(name, []).append(value)
    if "update" in values:
        raise QueryRefused("nothing can be changed here; this service only reads")
    queries = [*values.get("query", []), *([] if direct is None else [direct])]
    if len(queries) > 1:
        raise InvalidRequest(f"query: given {len(queries)} times; give it once", key="once", name="query")
    if not queries and request.method == "POST":
        raise InvalidRequest("there is no query; send it as query=… or as the body", key="query-none")
    if any(len(each) > LONGEST for each in queries):
        raise InvalidRequest(f"query: has more than {LONGEST} characters", key="query-too-long", most=LONGEST)
    default, named = values.get("default-graph-uri"), values.get("named-graph-uri")
    return Sent(
        queries[0] if queries else None,
        tuple(default) if default else None,
        tuple(named) if named else None,
        _single(values, "format"),
        _seconds(_single(values, "timeout")),
    )


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise InvalidRequest(f"the query is not UTF-8 at byte {error.start}") from error


def _single(values: dict[str, list[str]], name: str) -> str | None:
    found = values.get(name, [])
    if len(found) > 1:
        raise InvalidRequest(f"{name}: given {len(found)} times; give it once", key="once", name=name)
    return found[0] if found and found[0] else None


def _seconds(text: str | None) -> float | None:
    if text is None:
        return None
    with suppress(ValueError):
        if 0 < (seconds := float(text)) < 86400:
            return seconds
    raise InvalidRequest(
        f"timeout: {text[:40]!a} is not a number of seconds above 0", key="not-seconds", text=text
    )


def _forms(named: str | None) -> tuple[Form | None, Form | None]:
    """The form wanted of solutions, and that of graphs, at least one of them."""
    if named is None:
        accept = request.headers.get("Accept")
        found = negotiate(accept, SOLUTIONS), negotiate(accept, GRAPHS)
        if found == (None, None):
            offered = dict.fromkeys(each.media_type for each in (*SOLUTIONS, *GRAPHS))
            abort(406, f"Available as {', '.join(offered)}.")
    elif named in FORMATS:
        solutions, graph = FORMATS[named]
        found = _by_suffix(solutions, SOLUTIONS), _by_suffix(graph, GRAPHS)
    else:
        found = _by_type(named, SOLUTIONS), _by_type(named, GRAPHS)
        if found == (None, None):
            raise unknown("format", named, list(FORMATS))
    g.form = HTML if _PAGE in found else _PROBLEMS
    return found


_FAILURES = schemas.problems(400, 403, 406, 413, 415, 422, 429, 500, 503, page=True)
_GRAPHS_GIVEN: Schema = {"type": "array", "items": IRI}
_PARAMETERS = (
    Parameter("query", {"type": "string"}, "api-sparql-query"),
    Parameter("default-graph-uri", _GRAPHS_GIVEN, "api-sparql-default-graph-uri"),
    Parameter("named-graph-uri", _GRAPHS_GIVEN, "api-sparql-named-graph-uri"),
    Parameter("format", {"type": "string"}, "api-sparql-format"),
    Parameter("timeout", {"type": "number", "exclusiveMinimum": 0}, "api-sparql-timeout"),
    LANG,
)
_ANSWERS: dict[str, Schema | None] = {
    **{form.media_type: None for form in (*SOLUTIONS, *GRAPHS)},
    HTML.media_type: None,
}
_FORM: Schema = {
    "type": "object",
    "properties": {each.name: each.schema for each in _PARAMETERS if each is not LANG},
    "required": ["query"],
}
#: What is asked here, as the description has it.
OPERATIONS = (
    Operation("sparql", "/sparql", "queries", (Answer(200, _ANSWERS), *_FAILURES), _PARAMETERS),
    Operation(
        "sparql-post",
        "/sparql",
        "queries",
        (Answer(200, _ANSWERS), *_FAILURES),
        _PARAMETERS[1:],
        method="post",
        body={_URLENCODED: _FORM, _DIRECT: {"type": "string"}},
    ),
    Operation(
        "void",
        "/.well-known/void",
        "queries",
        (
            Answer(200, {form.media_type: None for form in GRAPHS if form is not _PAGE}),
            *schemas.problems(406, 500, 503, page=True),
        ),
    ),
)


def _by_suffix(suffix: str | None, forms: Sequence[Form]) -> Form | None:
    return next((form for form in forms if form.suffix == suffix), None)


def _by_type(media_type: str, forms: Sequence[Form]) -> Form | None:
    return next((form for form in forms if form.media_type == media_type), None)
