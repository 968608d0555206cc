"""Checks for anybody: a page where a vocabulary is pasted or uploaded, and the same for programs."""

import json
from typing import Any

from flask import Flask, Response, abort, render_template, request

from fellesord import jail
from fellesord.checks.profiles import PROFILES
from fellesord.checks.writing import TOLD
from fellesord.rdf.syntaxes import SYNTAXES
from fellesord.web import api, operations, schemas
from fellesord.web.negotiation import HTML, JSON, Form, negotiate, speech
from fellesord.web.operations import PREFIX, Answer, Operation, Route, unknown, unreadable

#: Seconds and bytes of memory that one check may take.
SECONDS, MEMORY = 20.0, 1024 * 1024 * 1024
_TASK = "fellesord.checks.jailed:check"
_TURTLE = Form("text/turtle", "ttl")
_FORMATS = {syntax.suffix: syntax.media_type for syntax in SYNTAXES}


def register(app: Flask) -> None:
    """Let an application check what it is sent."""
    operations.serve(app, ROUTES)
    app.add_url_rule("/sjekk", "checking.page", page, methods=["GET", "POST"])


def page() -> Response:
    """The page: a form, and what was found in what was sent with it."""
    said = speech(request.args.get("lang"), request.headers.get("Accept-Language"))
    profile = request.form.get("profile", "skos")
    answer: dict[str, Any] | None = None
    empty = False
    if request.method == "POST":
        if profile not in PROFILES:
            raise unknown("profile", profile, list(PROFILES))
        body, suffix = _sent()
        empty = not body.strip()
        answer = None if empty else json.loads(_checked(body, suffix, profile, "json", said.interface))
    shown = render_template(
        "check.html",
        said=said,
        profiles=PROFILES,
        profile=profile,
        formats=_FORMATS,
        chosen=request.form.get("format", "ttl"),
        text=request.form.get("text", ""),
        answer=answer,
        groups=_grouped(answer["results"]) if answer else [],
        empty=empty,
        told=TOLD,
    )
    response = Response(shown, content_type=HTML.content_type)
    response.headers["Content-Language"] = said.interface
    response.vary.add("Accept-Language")
    return response


def _sent() -> tuple[bytes, str]:
    """What the form was sent with, and the suffix of its format."""
    file = request.files.get("file")
    if file is not None and file.filename:
        suffix = file.filename.rpartition(".")[2].lower()
        if suffix not in _FORMATS:
            raise unreadable(suffix, _FORMATS)
        return file.read(), suffix
    suffix = request.form.get("format", "ttl")
    if suffix not in _FORMATS:
        raise unknown("format", suffix, list(_FORMATS))
    return request.form.get("text", "").encode(), suffix


def _grouped(results: list[dict[str, Any]]) -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """The results by rule, each group with its first."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for each in results:
        groups.setdefault((each["severity"], each["code"]), []).append(each)
    return [(found[0], found) for found in groups.values()]


def _checked(body: bytes, suffix: str, profile: str, form: str, language: str) -> bytes:
    from fellesord.checks import jailed

    payload = jailed.request(body, suffix, profile, form, language)
    return jail.run(_TASK, payload, seconds=SECONDS, memory=MEMORY)


def _check(operation: Operation) -> Response:
    """The findings in the body of a request."""
    values = operation.read(request.args)
    said = speech(values.get("lang"), request.headers.get("Accept-Language"))
    form = negotiate(request.headers.get("Accept"), (JSON, _TURTLE))
    if form is None:
        abort(406, f"Available as {JSON.media_type} and {_TURTLE.media_type}.")
    suffix = next((end for end, media in _FORMATS.items() if media == request.mimetype), None)
    if suffix is None:
        abort(415, f"Send {', '.join(_FORMATS.values())}.")
    answer = _checked(request.get_data(), suffix, values.get("profile", "skos"), form.suffix, said.interface)
    if form == _TURTLE:
        response = Response(answer, content_type=form.content_type)
    else:
        content = json.loads(answer)
        results = content.pop("results")
        response = api.page_of(results, len(results), None, **content)
    response.vary.update(["Accept", "Accept-Language"])
    return response


_STRING: operations.Schema = {"type": "string"}
_MAYBE: operations.Schema = {"type": ["string", "null"]}
_COUNT: operations.Schema = {"type": "integer", "minimum": 0}
_FINDING = schemas.of_properties(
    {
        "severity": {"type": "string", "enum": ["violation", "warning", "info"]},
        "code": _STRING,
        "message": _STRING,
        "messages": schemas.reference("Texts"),
        "focus": _MAYBE,
        "path": _MAYBE,
        "value": _MAYBE,
        "component": _MAYBE,
        "file": _MAYBE,
        "line": {"type": ["integer", "null"]},
        "cell": _MAYBE,
    }
)
_FINDINGS = schemas.with_more(
    schemas.page_of(_FINDING),
    {
        "conforms": {"type": "boolean"},
        "profile": _STRING,
        "counts": schemas.of_properties(dict.fromkeys(("violation", "warning", "info"), _COUNT)),
        "triples": _COUNT,
    },
)

ROUTES = (
    Route(
        Operation(
            "check",
            f"{PREFIX}check",
            "checks",
            (
                Answer(200, {JSON.media_type: _FINDINGS, _TURTLE.media_type: None}),
                *schemas.problems(400, 406, 413, 415, 422, 500, 503),
            ),
            (operations.choice("profile", tuple(PROFILES)), operations.LANG),
            method="post",
            body=dict.fromkeys(_FORMATS.values()),
        ),
        _check,
    ),
)
