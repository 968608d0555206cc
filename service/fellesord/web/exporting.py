"""Exports over HTTP: ``/export/`` says which files there are, ``/export/<name>`` answers each."""

import json
from io import BytesIO

from flask import Blueprint, Response, request

from fellesord.formats.registry import Export, exports, find
from fellesord.web.documents import midnight
from fellesord.web.negotiation import HTML, JSON, negotiate
from fellesord.web.pages.rendering import page, said, service

blueprint = Blueprint("exporting", __name__)
#: Endings of files that are not text.
_BINARY = ("xlsx", "pdf")


@blueprint.get("/export/")
def listed() -> Response:
    """The files there are, for people or programs."""
    found = exports(service().vocabulary)
    if negotiate(request.headers.get("Accept"), (HTML, JSON)) != JSON:
        groups: dict[str, list[Export]] = {}
        for each in found:
            groups.setdefault(each.about, []).append(each)
        shown = page("export.html", said(), groups=groups)
        shown.vary.add("Accept")
        return shown
    links = service().links
    content = [
        {
            "name": each.name,
            "url": links.path(f"/export/{each.name}"),
            "mediaType": each.media_type,
            "conformsTo": each.standard,
            "description": {text.language: text.value for text in each.description},
        }
        for each in found
    ]
    body = json.dumps({"results": content, "total": len(content), "next": None}, ensure_ascii=False, indent=2)
    response = Response(body.encode() + b"\n", content_type=JSON.content_type)
    response.vary.update(["Accept", "Accept-Language"])
    return response


@blueprint.get("/export/<name>")
def file(name: str) -> Response:
    """One file. Raises NotFound for a name that there is none of."""
    vocabulary = service().vocabulary
    export = find(vocabulary, name)
    written = BytesIO()
    export.write(vocabulary, written)
    charset = "" if export.suffix in _BINARY else "; charset=utf-8"
    response = Response(written.getvalue(), content_type=f"{export.media_type}{charset}")
    response.headers["Link"] = f'<{export.standard}>; rel="profile"'
    if not export.packed:
        response.headers["Cache-Control"] = "no-cache, no-transform"
    if day := midnight(vocabulary.released):
        response.last_modified = day
    return response
