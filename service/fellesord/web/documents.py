"""Linked data: ``/id/`` answers 303, ``/doc/`` and ``/lookup`` answer the document in the form asked for."""

import re

from flask import Blueprint, Response, abort, current_app, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from fellesord import formats
from fellesord.errors import NotFound
from fellesord.namespaces import FO, KINDS, SLUG_PATTERN
from fellesord.web import pages
from fellesord.web.application import Service
from fellesord.web.negotiation import FORMS, HTML, JSON, Form, form_by_suffix, negotiate, speech

blueprint = Blueprint("documents", __name__)

_SLUG = re.compile(SLUG_PATTERN)
_ONTOLOGY = str(FO).rstrip("#")


def service() -> Service:
    """What the application serves."""
    found: Service = current_app.extensions["fellesord"]
    return found


@blueprint.get("/id/<kind>/<slug>")
def identifier(kind: str, slug: str) -> AnyResponse:
    """See other: the document about a thing (Cool URIs for the Semantic Web, section 4.2)."""
    _own(kind, slug)
    query = f"?{request.query_string.decode('ascii', 'replace')}" if request.query_string else ""
    response = redirect(service().links.document(f"{kind}/{slug}", "") + query, 303)
    response.vary.update(["Accept", "Accept-Language"])
    return response


@blueprint.get("/doc/<kind>/<name>")
def document(kind: str, name: str) -> Response:
    """The document about an own thing: negotiated, or in the form its suffix names."""
    slug, _, suffix = name.partition(".")
    iri = _own(kind, slug)
    return _answer(iri, _form(suffix))


@blueprint.get("/lookup")
def lookup() -> AnyResponse:
    """The document about any thing known, by ``uri``; our own are answered where they live."""
    iri = request.args.get("uri", "")
    if not iri:
        abort(400, "Say which: /lookup?uri=https://…")
    form = _form(request.args.get("format", ""))
    main = iri.partition("#")[0]
    if service().links.own(iri):
        suffix = request.args.get("format", "")
        return redirect(service().links.form(main, suffix), 303)
    return _answer(_ONTOLOGY if main == _ONTOLOGY and not iri.strip("#") else iri, form)


@blueprint.get("/ns")
def ontology() -> Response:
    """The document about our own classes and properties."""
    return _answer(_ONTOLOGY, _form(""))


def _own(kind: str, slug: str) -> str:
    if kind not in KINDS:
        raise NotFound(f"there is no kind {kind!a}; the kinds are {', '.join(KINDS)}")
    if not _SLUG.fullmatch(slug):
        raise NotFound(f"{slug!a} is not a name of a {kind}; names are a-z, 0-9 and hyphens")
    return service().links.iri(kind, slug)


def _form(suffix: str) -> Form:
    form = form_by_suffix(suffix) if suffix else negotiate(request.headers.get("Accept"))
    if form is None and suffix:
        endings = ", ".join(f".{each.suffix}" for each in FORMS)
        raise NotFound(f"there is no form .{suffix}; the forms are {endings}")
    if form is None:
        types = ", ".join(each.media_type for each in FORMS)
        abort(406, f"Available as {types}; or by suffix.")
    g.form = form
    return form


def _answer(iri: str, form: Form) -> Response:
    vocabulary, links = service().vocabulary, service().links
    said = speech(request.args.get("lang"), request.headers.get("Accept-Language"))
    if form.syntax is not None:
        body = form.syntax.write(vocabulary.triples(iri), vocabulary.base)
    elif form == JSON:
        body = formats.write(vocabulary.get(iri))
    else:
        body = pages.thing(vocabulary.get(iri), said, links).encode()
    response = Response(body, content_type=form.content_type)
    response.vary.update(["Accept", "Accept-Language"])
    if form == HTML:
        response.headers["Content-Language"] = said.interface
    return response
