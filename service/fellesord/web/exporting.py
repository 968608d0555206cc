"""Exports over HTTP: ``/export/`` says which files there are, ``/export/<name>`` answers each.

A file is made when it is first asked for, once for a generation, and is sent from where it lies, so that
no answer is held in memory. The feed that is registered at data.norge.no is that of the last release.
"""

import json
import shutil
from dataclasses import dataclass
from time import monotonic
from typing import BinaryIO

from flask import Blueprint, Flask, Response, current_app, request

from fellesord.errors import NotReady, StoreError
from fellesord.formats.registry import FEED, Export, exports, find
from fellesord.releases.exporting import committed
from fellesord.web.application import REMOTE, Service
from fellesord.web.documents import midnight
from fellesord.web.negotiation import HTML, JSON, negotiate
from fellesord.web.pages.rendering import page, said, service, then
from fellesord.web.spool import Lying, Spool, Spooled
from fellesord.web.workshop import Workshop

#: Endings of files that are not text.
_BINARY = ("xlsx", "pdf")
#: Where an application notes the files that it has made.
_EXTENSION = "fellesord-files"
#: Files that are known of at a time; and seconds that the list of them waits for their sizes.
_KNOWN, _PATIENCE = 1000, 8.0
blueprint = Blueprint("exporting", __name__)


@dataclass(frozen=True)
class Listed:
    """A file as it is listed: what it is, its size once it has been made, and the day it is of (ISO 8601)."""

    export: Export
    size: int | None
    day: str | None


class Files:
    """The files of an application, each made once: by the day of a release, ``None`` for now, and by name."""

    def __init__(self, root: Service, spool: Spool) -> None:
        self._root = root
        self._spool = spool
        room = 0 if root.vocabulary.generation == REMOTE else _KNOWN
        self._made: Workshop[tuple[str | None, str], Spooled] = Workshop(self._make, room)

    def get(self, day: str | None, name: str) -> Spooled:
        """What is known of a file, made unless it was. Raises NotReady while it is being made."""
        return self._made.get((day, name))

    def size(self, day: str | None, name: str, until: float) -> int | None:
        """The size of a file in bytes; ``None`` for one that is not made ``until`` then, by ``monotonic``."""
        try:
            return self.get(day, name).size if monotonic() < until else None
        except NotReady:
            return None

    def there(self, day: str | None, name: str) -> Spooled:
        """The same of a file that lies there, made anew when there was no more room for it."""
        made = self.get(day, name)
        if not self._spool.there(made.path):
            self._made.forget((day, name))
            made = self.get(day, name)
        return made

    def _make(self, wanted: tuple[str | None, str]) -> Spooled:
        day, name = wanted
        own = self._root.then(day) if day else self._root
        export = find(own.vocabulary, name)
        kept = committed(self._root.archive.get(day), name) if day and name == FEED else None

        def write(file: BinaryIO) -> None:
            if kept is None:
                export.write(own.vocabulary, file)
                return
            with kept.open("rb") as known:
                shutil.copyfileobj(known, file)

        try:
            return self._spool.made(write)
        except OSError as error:
            raise StoreError(f"{name} cannot be written here: {error.strerror}") from error


def register(app: Flask) -> None:
    """Serve the exports of an application; what has been made of them lies in a folder of its own."""
    root: Service = app.extensions["fellesord"]
    app.extensions[_EXTENSION] = Files(root, root.spool)
    app.register_blueprint(blueprint)


@blueprint.get("/export/")
def listed() -> Response:
    """The files there are, for people or programs, with the sizes of those that are made in time."""
    until = monotonic() + _PATIENCE
    found = [_listed(each, until) for each in exports(service().vocabulary)]
    html = negotiate(request.headers.get("Accept"), (HTML, JSON)) != JSON
    response = _page(found) if html else _list(found)
    response.vary.update(["Accept", "Accept-Language"])
    if any(each.size is None for each in found):
        response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/export/<name>")
def file(name: str) -> Response:
    """One file. Raises UnknownExport for a name that there is none of, NotReady while it is being made."""
    export = find(service().vocabulary, name)
    day = released(name)
    made = _files().there(day, name)
    charset = "" if export.suffix in _BINARY else "; charset=utf-8"
    response = Response(
        Lying(made.path), content_type=f"{export.media_type}{charset}", direct_passthrough=True
    )
    response.content_length = made.size
    response.set_etag(made.digest[:32])
    response.headers["Link"] = f'<{export.standard}>; rel="profile"'
    response.headers["Cache-Control"] = "no-cache" if export.packed else "no-cache, no-transform"
    response.headers["Accept-Ranges"] = "bytes"
    if modified := midnight(_day(name)):
        response.last_modified = modified
    return response


def released(name: str) -> str | None:
    """The day of the release that a file is of, ``None`` when it is of what is now."""
    newest = service().archive.newest
    return then() or (newest.date if newest and name == FEED else None)


def _day(name: str) -> str | None:
    """The day that a file is of."""
    return released(name) if name == FEED and released(name) else service().vocabulary.released


def _listed(export: Export, until: float) -> Listed:
    return Listed(export, _files().size(released(export.name), export.name, until), _day(export.name))


def _page(found: list[Listed]) -> Response:
    parts: dict[str, dict[str, list[Listed]]] = {"exports-people": {}, "exports-programs": {}}
    for each in found:
        part = parts["exports-people" if each.export.for_people else "exports-programs"]
        part.setdefault(each.export.about, []).append(each)
    return page("export.html", said(), parts=parts, written=written)


def written(size: int, language: str) -> str:
    """A size in bytes as people write it."""
    for unit, name in ((1_000_000, "MB"), (1000, "kB")):
        if size >= unit:
            number = f"{size / unit:.1f}" if size < 10 * unit else f"{size / unit:.0f}"
            return f"{number if language == 'en' else number.replace('.', ',')} {name}"
    return f"{size} B"


def _list(found: list[Listed]) -> Response:
    links = service().links
    content = [
        {
            "name": each.export.name,
            "url": links.path(f"/export/{each.export.name}"),
            "mediaType": each.export.media_type,
            "conformsTo": each.export.standard,
            "description": {text.language: text.value for text in each.export.description},
            "byteSize": each.size,
            "modified": each.day,
        }
        for each in found
    ]
    body = json.dumps({"results": content, "total": len(content), "next": None}, ensure_ascii=False, indent=2)
    return Response(body.encode() + b"\n", content_type=JSON.content_type)


def _files() -> Files:
    found: Files = current_app.extensions[_EXTENSION]
    return found
