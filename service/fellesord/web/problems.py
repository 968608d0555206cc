"""Failures as answers: one table from error to status, one body (RFC 9457), as JSON or as a page."""

import json
from typing import Any

from flask import Flask, Response, current_app, g, render_template, request
from werkzeug.exceptions import HTTPException

from fellesord import errors
from fellesord.languages import Text
from fellesord.web import faults
from fellesord.web.negotiation import HTML, Form, negotiate, speech
from fellesord.web.pages.rendering import places, service
from fellesord.web.texts import table, text

#: Error → status and the key of its title. The first class that fits counts.
STATUS: tuple[tuple[type[errors.FellesordError], int, str], ...] = (
    (errors.Withdrawn, 410, "withdrawn"),
    (errors.Superseded, 409, "superseded"),
    (errors.UnknownQuery, 404, "unknown-query"),
    (errors.UnknownExport, 404, "unknown-export"),
    (errors.OnlyNow, 404, "only-now"),
    (errors.NotReleased, 404, "not-released"),
    (errors.NotFound, 404, "not-found"),
    (errors.QueryRefused, 403, "query-refused"),
    (errors.QueryForm, 406, "not-acceptable"),
    (errors.Spent, 429, "spent"),
    (errors.InvalidQuery, 400, "invalid-request"),
    (errors.InvalidRequest, 400, "invalid-request"),
    (errors.InvalidSetting, 400, "invalid-request"),
    (errors.NotReady, 503, "not-ready"),
    (errors.StoreDeclined, 400, "invalid-request"),
    (errors.StoreError, 503, "store-unavailable"),
    (errors.JailUnavailable, 503, "busy"),
    (errors.JailStopped, 422, "stopped"),
    (errors.JailError, 422, "too-heavy"),
    (errors.FellesordError, 500, "failed"),
)
_FRAMEWORK = {404: "not-found", 405: "method-not-allowed", 406: "not-acceptable", 415: "not-supported"}
#: The keys of titles, each the last part of a problem's type.
CODES = sorted({key for _, _, key in STATUS} | set(_FRAMEWORK.values()))
_PROBLEM = Form("application/problem+json", "json")


def register(app: Flask) -> None:
    """Answer every failure of an application, the framework's own included, with a problem."""
    app.register_error_handler(errors.FellesordError, _ours)
    app.register_error_handler(HTTPException, _frameworks)
    app.register_error_handler(Exception, _unexpected)


def problem(
    status: int,
    code: str,
    detail: str | Text,
    extra: dict[str, Any] | None = None,
    fault: errors.FellesordError | None = None,
) -> Response:
    """A problem as the client wants it: a page, or ``application/problem+json``.

    ``detail`` as plain text is English; where the texts have a sentence for the code, that is said instead.
    A page is all in its own language: it says what the ``fault`` was, else the sentence for the code.
    """
    extra = extra or {}
    said = speech(request.args.get("lang"), request.headers.get("Accept-Language"))
    title = text(f"problem-{code}", said.interface)
    told = detail if isinstance(detail, Text) else _detail(code, detail, extra, said.interface)
    if _wants_page():
        if fault is not None and (fault.key or told.language != said.interface):
            told = faults.worded(fault, said.interface, code)
        elif told.language != said.interface:
            told = faults.general(code, said.interface)
        body = render_template(
            "problem.html", said=said, title=title, number=status, detail=told, extra=extra
        )
        response = Response(body, status, content_type=HTML.content_type)
    else:
        content = {
            "type": places().path(f"/problems/{code}"),
            "title": title,
            "status": status,
            "detail": told.value,
            **extra,
        }
        body = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
        response = Response(body, status, content_type=_PROBLEM.media_type)
    response.headers["Content-Language"] = said.interface
    response.vary.update(["Accept", "Accept-Language"])
    return response


def _detail(code: str, detail: str, extra: dict[str, Any], language: str) -> Text:
    """The sentence that says what happened."""
    asked = g.get("asked")
    sentence = table().get(f"detail-{'no-page' if code == 'not-found' and not asked else code}")
    known = {"iri": asked, **{name: extra.get(name) for name in ("date", "first", "last")}}
    if sentence is None or any(f"{{{name}}}" in sentence["nb"] and not known[name] for name in known):
        return Text(detail, "en")
    return Text(sentence[language].format(**known), language)


def status_of(error: errors.FellesordError) -> tuple[int, str]:
    """The HTTP status that tells of an error, and the key of its title."""
    return next((status, key) for cls, status, key in STATUS if isinstance(error, cls))


def _wants_page() -> bool:
    """Whether the client would rather have a page than JSON; an address with a suffix would not."""
    form = g.get("form") or negotiate(request.headers.get("Accept"))
    return form == HTML


def _ours(error: errors.FellesordError) -> Response:
    status, code = status_of(error)
    extra: dict[str, Any] = {}
    if isinstance(error, errors.Withdrawn):
        extra = {"date": error.date, "reason": error.reasons, "successors": list(error.successors)}
    elif isinstance(error, errors.Superseded):
        extra = {"generation": error.current, "current": _current(error.current)}
    elif isinstance(error, errors.NotReleased):
        extra = {"date": error.day, "first": error.first, "last": error.last}
    elif isinstance(error, errors.UnknownExport):
        extra = {"there": list(error.there)}
    elif isinstance(error, errors.NotFound):
        extra = {"near": _near()}
    return finished(problem(status, code, str(error), extra, error), error)


def finished(response: Response, error: errors.FellesordError) -> Response:
    """The answer to an error, which also says when to come back where that is known."""
    if isinstance(error, errors.JailBusy | errors.Spent):
        response.headers["Retry-After"] = str(round(error.retry_after))
    if isinstance(error, errors.StoreError) and response.status_code == 503:
        wait = error.retry_after if isinstance(error, errors.StoreUnavailable) else None
        response.headers["Retry-After"] = str(max(1, round(wait or 5)))
    return response


def _current(generation: str) -> str:
    """The address of the same from the data that are served now."""
    kept = {name: value for name, value in request.args.items() if name != "cursor"}
    return places().page(request.path, {**kept, "generation": generation})


def _near() -> list[dict[str, Any]]:
    """Our own things that are spelt almost like the one that was asked for."""
    iri = g.get("asked")
    if not iri or not places().own(iri):
        return []
    return [
        {"uri": link.iri, "label": {label.language: label.value for label in link.labels}}
        for link in service().vocabulary.near(iri)
    ]


def _frameworks(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:
        return Response(status=status, headers=[*error.get_headers()])
    default = "invalid-request" if status < 500 else "failed"
    response = problem(status, _FRAMEWORK.get(status, default), error.description or "")
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def _unexpected(error: Exception) -> Response:
    current_app.logger.exception("unexpected failure", exc_info=error)
    return problem(500, "failed", "the failure has been logged")
