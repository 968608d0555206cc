"""Linked data: ``/id/`` answers 303, ``/doc/`` and ``/lookup`` answer the document in the form asked for."""

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from fellesord import formats
from fellesord.errors import Absent, InvalidRequest, NotFound, Withdrawn
from fellesord.namespaces import FO, KINDS, SLUG_PATTERN
from fellesord.vocabulary.reading import Thing
from fellesord.web.negotiation import FORMS, HTML, JSON, Form, form_by_suffix, negotiate
from fellesord.web.pages import things
from fellesord.web.pages.rendering import page, said, service
from fellesord.web.problems import status_of

blueprint = Blueprint("documents", __name__)

#: Things that one lookup may name.
MOST = 100
_SLUG = re.compile(SLUG_PATTERN)
#: What a redirect carries on of the query: a language.
_KEPT = re.compile(r"[A-Za-z0-9-]{1,40}")
_ONTOLOGY = str(FO).rstrip("#")


@blueprint.get("/id/<kind>/<slug>")
def identifier(kind: str, slug: str) -> AnyResponse:
    """See other: the document about a thing (Cool URIs for the Semantic Web, section 4.2)."""
    _own(kind, slug)
    query = f"?{urlencode([*request.args.items(multi=True)])}" if request.args else ""
    response = redirect(service().links.document(f"{kind}/{slug}", "") + query, 303)
    response.vary.update(["Accept", "Accept-Language"])
    return response


@blueprint.get("/doc/<kind>/<name>")
def document(kind: str, name: str) -> AnyResponse:
    """The document about an own thing: negotiated, or in the form its suffix names."""
    slug, _, suffix = name.partition(".")
    form = _form(suffix)
    return _answer(_own(kind, slug), form)


@blueprint.get("/lookup")
def lookup() -> AnyResponse:
    """The document about any thing known, by ``uri``; our own are answered where they live."""
    iris = [iri for iri in request.args.getlist("uri") if iri]
    suffix = request.args.get("format", "")
    form = _form(suffix)
    if not iris:
        raise InvalidRequest("say which: /lookup?uri=https://…", key="say-which", path="/lookup")
    if len(iris) > 1:
        return _several(iris, form)
    iris[0] = service().links.canonical(iris[0])
    main = iris[0].partition("#")[0]
    if service().links.own(iris[0]):
        kept = {"lang": lang} if _KEPT.fullmatch(lang := request.args.get("lang", "")) else {}
        return redirect(service().links.form(main, suffix) + (f"?{urlencode(kept)}" if kept else ""), 303)
    return _answer(_ONTOLOGY if iris[0] == str(FO) else iris[0], form)


@blueprint.post("/lookup")
def lookup_many() -> Response:
    """The documents about the things that the body names."""
    return _several(_named(), _form(request.args.get("format", "")))


@blueprint.get("/ns", defaults={"suffix": ""})
@blueprint.get("/ns.<suffix>")
def ontology(suffix: str) -> AnyResponse:
    """The document about our own classes and properties."""
    return _answer(_ONTOLOGY, _form(suffix))


def _own(kind: str, slug: str) -> str:
    iri = service().links.iri(kind, slug)
    g.asked = iri
    if kind not in KINDS:
        g.pop("asked")
        raise NotFound(
            f"there is no kind {kind!a}; the kinds are {', '.join(KINDS)}",
            key="no-kind",
            text=kind,
            there=KINDS,
        )
    if not _SLUG.fullmatch(slug):
        raise NotFound(
            f"{slug!a} is not a name of a {kind}; names are a-z, 0-9 and hyphens", key="no-name", text=slug
        )
    return iri


def _form(suffix: str) -> Form:
    form = form_by_suffix(suffix) if suffix else negotiate(request.headers.get("Accept"))
    if form is None and suffix:
        endings = ", ".join(f".{each.suffix}" for each in FORMS)
        raise NotFound(
            f"there is no form {f'.{suffix}'!a}; the forms are {endings}",
            key="no-form",
            text=f".{suffix}",
            there=[f".{each.suffix}" for each in FORMS],
        )
    if form is None:
        types = ", ".join(each.media_type for each in FORMS)
        abort(406, f"Available as {types}; or by suffix.")
    g.form = form
    return form


def _answer(iri: str, form: Form) -> AnyResponse:
    """The document about a thing."""
    g.asked = iri
    vocabulary, links = service().vocabulary, service().links
    speech = said()
    modified = None
    if form.syntax is not None:
        triples = vocabulary.triples(iri)
        modified = vocabulary.modified(iri, triples)
        body = form.syntax.write(triples, vocabulary.base)
    elif form == JSON:
        body = formats.write(vocabulary.get(iri))
    else:
        body = things.thing(vocabulary.get(iri), speech).encode()
    response = _response(body, form, speech.interface)
    if day := midnight(modified or vocabulary.released):
        response.last_modified = day
    response.headers["Link"] = ", ".join(
        [
            f'<{links.now.thing(iri)}>; rel="canonical"',
            f'<{iri}>; rel="describes"',
            *(
                f'<{links.form(iri, each.suffix)}>; rel="alternate"; type="{each.media_type}"'
                for each in FORMS
                if each != form
            ),
        ]
    )
    return response


def _response(body: bytes, form: Form, language: str) -> Response:
    response = Response(body, content_type=form.content_type)
    response.vary.update(["Accept", "Accept-Language"])
    if form == HTML:
        response.headers["Content-Language"] = language
    return response


def midnight(day: str | None) -> datetime | None:
    """The beginning of a day (ISO 8601), UTC; ``None`` for what is not one."""
    try:
        return datetime.fromisoformat(day[:10]).replace(tzinfo=UTC) if day else None
    except ValueError:
        return None


def _several(iris: Sequence[str], form: Form) -> Response:
    """The documents about several things: one graph, one list, one page."""
    if len(iris) > MOST:
        raise InvalidRequest(
            f"{len(iris)} things were named; one lookup takes at most {MOST}",
            key="too-many-things",
            number=len(iris),
            most=MOST,
        )
    vocabulary = service().vocabulary
    speech = said()
    wanted = list(dict.fromkeys(map(service().links.canonical, iris)))
    if form.syntax is not None:
        return _response(
            form.syntax.write(vocabulary.several(wanted), vocabulary.base), form, speech.interface
        )
    found: list[Thing] = []
    missing: list[dict[str, Any]] = []
    for iri in wanted:
        try:
            found.append(vocabulary.get(iri))
        except Absent as error:
            missing.append(_missing(iri, error))
    if form == HTML:
        shown = page("lookup.html", speech, found=found, missing=missing)
        shown.vary.add("Accept")
        return shown
    content = {
        "results": [formats.document(thing) for thing in found],
        "total": len(found),
        "next": None,
        "missing": missing,
    }
    body = json.dumps(content, ensure_ascii=False, indent=2).encode() + b"\n"
    return _response(body, form, speech.interface)


def _missing(iri: str, error: Absent) -> dict[str, Any]:
    successors = list(error.successors) if isinstance(error, Withdrawn) else []
    return {"uri": iri, "status": status_of(error)[0], "detail": str(error), "successors": successors}


def _named() -> list[str]:
    """The IRIs in the body of a request: JSON ``{"uris": […]}``, a form, or a list of lines."""
    if request.mimetype == "application/json":
        try:
            content = json.loads(request.get_data())
        except (ValueError, RecursionError) as error:
            raise InvalidRequest(f"the body is not JSON: {type(error).__name__}") from error
        iris = content.get("uris") if isinstance(content, dict) else None
        if not isinstance(iris, list) or not all(isinstance(iri, str) for iri in iris):
            raise InvalidRequest('the body must be {"uris": ["https://…"]}')
    elif request.mimetype == "application/x-www-form-urlencoded":
        iris = request.form.getlist("uri")
    elif request.mimetype == "text/uri-list":
        text = request.get_data().decode("utf-8", "replace")
        iris = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    else:
        abort(415, "Send application/json, application/x-www-form-urlencoded or text/uri-list.")
    if not iris:
        raise InvalidRequest("the body names nothing to look up")
    return list(iris)
