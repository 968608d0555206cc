"""The releases: a list, one of them with all that was in it, its files, and what differs between two."""

import json
import re
from collections.abc import Sequence
from mimetypes import guess_type
from typing import Any

from flask import Blueprint, Response, abort, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from fellesord.errors import InvalidRequest, OnlyNow
from fellesord.namespaces import KINDS, SLUG_PATTERN
from fellesord.rdf.syntaxes import SYNTAXES
from fellesord.record import documents
from fellesord.releases import changelog, changes, manifests, signing
from fellesord.releases.archive import Release
from fellesord.releases.difference import PATCH_SUFFIX, PATCH_TYPE
from fellesord.releases.making import graph
from fellesord.web.links import of_now
from fellesord.web.negotiation import HTML, JSON, Form, negotiate
from fellesord.web.operations import unknown
from fellesord.web.pages.rendering import page, said, service

blueprint = Blueprint("releases", __name__)
PATCH = Form(PATCH_TYPE, PATCH_SUFFIX)
#: The forms of what is told of releases, and of what differs between two.
TOLD, DIFFERENCES = (HTML, JSON), (HTML, JSON, PATCH)
#: Changes that a page shows; the other forms have them all.
MOST = 1000
_SLUG = re.compile(SLUG_PATTERN)
_TYPES = {"md": "text/markdown", "ttl": "text/turtle", PATCH_SUFFIX: PATCH_TYPE, "sig": "text/plain"}


@blueprint.get("/releases")
def listing() -> Response:
    """Every release, the newest first."""
    form = chosen(TOLD)
    found = list(service().archive)[::-1]
    if form == JSON:
        results = [_summary(each) for each in found]
        return _negotiated(_json({"results": results, "total": len(results), "next": None}), form)
    return _negotiated(page("releases.html", said(), found=found), form)


@blueprint.get("/releases/<day>")
def release(day: str) -> Response:
    """A release: what it says of itself, and the ways to everything as it was."""
    form = chosen(TOLD)
    archive = service().archive
    found = archive.get(day)
    if form == JSON:
        return _negotiated(Response(found.file(manifests.NAME), content_type=JSON.content_type), form)
    shown = page(
        "release.html",
        said(),
        found=found,
        before=archive.before(day),
        files=_files(found),
        suffixes=[syntax.suffix for syntax in SYNTAXES],
    )
    return _negotiated(shown, form)


@blueprint.get("/releases/<day>/<path:name>")
def file(day: str, name: str) -> AnyResponse:
    """A file of a release, or the whole record of then in the syntax of a suffix, ``record.ttl``.

    What a thing was then, ``concept/innovasjon``, is told by its document of then.
    """
    found = service().archive.get(day)
    kind, _, slug = name.partition("/")
    if kind in KINDS and _SLUG.fullmatch(slug):
        return redirect(service().links.then(day).document(name, ""), 303)
    if of_now(f"/{name}"):
        place = f"/releases/{day}/record.ttl"
        raise OnlyNow(
            f"/{name} is not there as it was; what was then is all in {place}",
            key="only-now",
            text=f"/{name}",
            there=place,
        )
    for syntax in SYNTAXES:
        if name == f"record.{syntax.suffix}":
            record = documents.read(found.record)
            whole = syntax.write(record.triples(), record.base)
            return _for_ever(Response(whole, content_type=f"{syntax.media_type}; charset=utf-8"))
    if name == signing.SIGNATURE and (found.folder / name).is_file():
        return _for_ever(Response((found.folder / name).read_bytes(), content_type="text/plain"))
    suffix = name.rpartition(".")[2]
    kind = _TYPES.get(suffix) or guess_type(name)[0] or "application/octet-stream"
    return _for_ever(Response(found.file(name), content_type=f"{kind}; charset=utf-8"))


def compare() -> Response:
    """What differs between two releases, ``from`` and ``to``: a page, JSON, or an RDF Patch.

    Raises InvalidRequest and NotReleased for days that are none.
    """
    form = chosen(DIFFERENCES)
    archive = service().archive
    newest = archive.newest.date if archive.newest else ""
    since, to = request.args.get("from", ""), request.args.get("to", "") or newest
    if not since:
        raise InvalidRequest("say from which release: /compare?from=2026-12-01&to=2027-01-01")
    step = archive.step(archive.get(since).date, archive.get(to).date)
    if form == PATCH:
        base = step.after.base
        return _negotiated(
            Response(step.difference.patch(graph(base, since), graph(base, to)), content_type=PATCH_TYPE),
            form,
        )
    if form == JSON:
        return _negotiated(_json(changes.told(step.changes, since, to)), form)
    shown = page(
        "differences.html",
        said(),
        since=since,
        until=to,
        days=archive.days,
        numbers=changes.counts(step.changes),
        found=step.changes[:MOST],
        more=len(step.changes) - MOST,
        words=changelog.TEXTS.text,
        property_name=changelog.property_name,
    )
    return _negotiated(shown, form)


def chosen(forms: Sequence[Form]) -> Form:
    """The form of an answer: that which the address says, ``format``, else the one negotiated."""
    suffix = request.args.get("format")
    form = negotiate(request.headers.get("Accept"), forms)
    if suffix is not None:
        form = next((each for each in forms if each.suffix == suffix), None)
        if form is None:
            raise unknown("format", suffix, [each.suffix for each in forms])
    if form is None:
        abort(406, f"Available as {', '.join(each.media_type for each in forms)}; or by format.")
    g.form = form
    return form


def _summary(release: Release) -> dict[str, Any]:
    manifest = release.manifest
    return {
        "date": release.date,
        "program": manifest.program,
        "licence": manifest.licence,
        "documents": manifest.documents,
        "triples": manifest.triples,
        "things": dict(manifest.things),
        "changes": dict(manifest.changes),
        "previous": manifest.previous.date if manifest.previous else None,
        "url": service().links.path(f"/releases/{release.date}"),
        "manifest": service().links.path(f"/releases/{release.date}/{manifests.NAME}"),
    }


def _files(release: Release) -> list[str]:
    """The files of a release that its page names: all but the documents one by one."""
    told = [name for name in release.manifest.files if "/" not in name]
    signed = [signing.SIGNATURE] if (release.folder / signing.SIGNATURE).is_file() else []
    return [manifests.NAME, *signed, *told]


def _json(content: Any) -> Response:
    body = json.dumps(content, ensure_ascii=False, indent=2).encode() + b"\n"
    return Response(body, content_type=JSON.content_type)


def _negotiated(response: Response, form: Form) -> Response:
    response.vary.update(["Accept", "Accept-Language"] if form == HTML else ["Accept"])
    return response


def _for_ever(response: Response) -> Response:
    """A file of a release never changes (RFC 8246)."""
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
