"""Everything as it was: below ``/releases/<day>`` the same application, over the record of that release.

A release is a memento of everything about the vocabulary (Memento, RFC 7089), dated by its day. The address
now is the original resource, the one below the release its memento; ``?as-of=`` leads to the memento in force
on a day, ``/timegate`` negotiates the day, ``/timemap`` lists them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from flask import Blueprint, Flask, Response, current_app, g, redirect, request
from werkzeug.http import http_date
from werkzeug.wrappers import Response as AnyResponse

from fellesord.errors import InvalidData, InvalidRequest, NotFound
from fellesord.releases.archive import Archive, Release
from fellesord.web.links import RELEASED, Links, of_now
from fellesord.web.pages.rendering import AS_OF, THEN, places, query, then

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

blueprint = Blueprint("mementos", __name__)
#: The media type of a TimeMap (RFC 7089, section 5).
LINK_FORMAT = "application/link-format"
#: Characters of an address up to which headers say all the ways from it: they repeat it several times.
_LONG = 500
#: Paths that are about one thing, by its name.
_THINGS = ("/doc/", "/id/")


def register(app: Flask) -> None:
    """Serve what an application serves as it was in its releases too, and lead from one to the other."""
    archive = app.extensions["fellesord"].archive
    app.wsgi_app = _Mounted(app, app.wsgi_app, archive)  # type: ignore[method-assign]
    app.before_request(_as_of)
    app.after_request(_through_time)
    app.register_blueprint(blueprint)


class _Mounted:
    """The application, once more below each of its releases (PEP 3333: SCRIPT_NAME and PATH_INFO)."""

    def __init__(self, app: Flask, inner: "WSGIApplication", archive: Archive) -> None:
        self._app = app
        self._inner = inner
        self._archive = archive

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        found = RELEASED.fullmatch(environ.get("PATH_INFO", ""))
        if found and found["day"] in self._archive.days and _is_then(self._app, found["path"]):
            environ = {
                **environ,
                "SCRIPT_NAME": f"{environ.get('SCRIPT_NAME', '')}/releases/{found['day']}",
                "PATH_INFO": found["path"],
                THEN: found["day"],
            }
        return self._inner(environ, start_response)


def _is_then(app: Flask, path: str) -> bool:
    """Whether there is something at a path as it was in releases: what is about the vocabulary."""
    if of_now(path):
        return False
    adapter = app.url_map.bind("")
    return path.startswith("/") and any(adapter.test(path, method) for method in ("GET", "POST"))


def _as_of() -> AnyResponse | None:
    """To what was in force on the day that the address says, where there is something then.

    Raises InvalidRequest for what is no day, NotReleased for a day before the first release.
    """
    day = request.args.get(AS_OF)
    if day is None or of_now(request.path) or request.routing_exception is not None:
        return None
    release = _archive().at(day)
    kept = query(**{AS_OF: None})
    where = _links().then(release.date).path(quote(request.path)) + (f"?{kept}" if kept else "")
    return redirect(where, 302 if request.method in ("GET", "HEAD") else 307)


def _through_time(response: Response) -> Response:
    """The headers that lead from what is now, or from a memento, through time (RFC 7089, section 2)."""
    day = then()
    if day:
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    if response.status_code != 200 or of_now(request.path):
        return response
    place = f"{quote(request.path)}?{query()}".rstrip("?")
    try:
        found = _resource(place)
    except (NotFound, InvalidData):
        return response
    links = [found.timegate, found.timemap]
    if day:
        response.headers["Memento-Datetime"] = when(_archive().get(day))
        response.headers.pop("Last-Modified", None)
        links = [f'<{found.original}>; rel="original"', *links, *found.around(day)]
    shown = links if len(place) <= _LONG else links[:1] if day else []
    if shown:
        response.headers["Link"] = ", ".join([*response.headers.getlist("Link"), *shown])
    return response


@dataclass(frozen=True)
class _Resource:
    """Something that was released: its path and query, its name in addresses, the releases it is in."""

    place: str
    uri: str
    releases: list[Release]

    @property
    def original(self) -> str:
        """The address of what is now."""
        return _links().path(self.place)

    @property
    def timegate(self) -> str:
        """The link to what negotiates the day."""
        return f'<{_links().page("/timegate", {"uri": self.uri})}>; rel="timegate"'

    @property
    def timemap(self) -> str:
        """The link to the list of mementos."""
        where = _links().page("/timemap", {"uri": self.uri})
        return f'<{where}>; rel="timemap"; type="{LINK_FORMAT}"'

    def at(self, release: Release) -> str:
        """The address of the memento in a release."""
        return _links().then(release.date).path(self.place)

    def around(self, day: str) -> list[str]:
        """The first, the last and the nearest mementos."""
        found = self.releases
        named = [
            ("first", found[0]),
            ("last", found[-1]),
            *(("prev", each) for each in [each for each in found if each.date < day][-1:]),
            *(("next", each) for each in [each for each in found if each.date > day][:1]),
        ]
        relations: dict[Release, list[str]] = {}
        for relation, each in named:
            relations.setdefault(each, []).append(relation)
        return [self.memento(each, " ".join(names)) for each, names in relations.items()]

    def memento(self, release: Release, relation: str) -> str:
        """The link to a memento."""
        rel = f"{relation} memento".strip()
        return f'<{self.at(release)}>; rel="{rel}"; datetime="{when(release)}"'


def releases(iri: str) -> list[Release]:
    """The releases that a thing of ours is in, the first first; none for others'."""
    return [each for each in _archive() if _links().own(iri) and each.describes(iri)]


def when(release: Release) -> str:
    """The beginning of the day of a release, UTC, as HTTP writes dates."""
    return http_date(datetime.fromisoformat(release.date).replace(tzinfo=UTC))


@blueprint.get("/timegate")
def timegate() -> AnyResponse:
    """The memento of ``uri`` that was in force at Accept-Datetime; the first for what is before.

    Raises InvalidRequest for a date that is none, NotFound for what was never released.
    """
    found = _asked_for()
    wanted = _wanted(request.headers.get("Accept-Datetime"))
    until = [each for each in found.releases if wanted is None or each.date <= wanted]
    response = redirect(found.at(until[-1] if until else found.releases[0]), 302)
    response.headers["Vary"] = "Accept-Datetime"
    response.headers["Link"] = f'<{found.original}>; rel="original", {found.timemap}'
    return response


@blueprint.get("/timemap")
def timemap() -> Response:
    """Every memento of ``uri``. Raises NotFound for what was never released."""
    found = _asked_for()
    here = _links().page("/timemap", {"uri": found.uri})
    first, last = found.releases[0], found.releases[-1]
    lines = [
        f'<{found.original}>; rel="original"',
        found.timegate,
        f'<{here}>; rel="self"; type="{LINK_FORMAT}"; from="{when(first)}"; until="{when(last)}"',
    ]
    for each in found.releases:
        relations = [name for name, end in (("first", first), ("last", last)) if each == end]
        lines.append(found.memento(each, " ".join(relations)))
    return Response(",\n".join(lines) + "\n", content_type=LINK_FORMAT)


def _asked_for() -> _Resource:
    """What ``uri`` names, by an IRI of ours or by its address here."""
    links = _links()
    named = request.args.get("uri", "")
    if not named:
        raise InvalidRequest(f"say which: {request.path}?uri=https://…", key="say-which", path=request.path)
    iri = links.canonical(named)
    if links.own(iri):
        g.asked = iri.partition("#")[0]
        return _resource(links.now.thing(g.asked).removeprefix(links.path("")), iri.partition("#")[0])
    place = named.removeprefix(links.path(""))
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    if not _is_then(app, unquote(place.partition("?")[0])):
        raise NotFound(f"<{named}> is in no release", key="in-no-release", text=named)
    return _resource(place)


def _resource(place: str, uri: str = "") -> _Resource:
    """What is at a path of ours, with the query. Raises NotFound for what is in no release."""
    path, found = unquote(place.partition("?")[0]), list(_archive())
    if path.startswith(_THINGS):
        kind, _, name = path.split("/", 2)[2].partition("/")
        iri = g.asked = _links().iri(kind, name.partition(".")[0])
        found = releases(iri)
    if not found:
        raise NotFound(f"<{uri or place}> is in no release", key="in-no-release", text=uri or place)
    return _Resource(place, uri or place, found)


def _wanted(given: str | None) -> str | None:
    if given is None:
        return None
    try:
        return parsedate_to_datetime(given).date().isoformat()
    except ValueError as error:
        raise InvalidRequest(
            f"Accept-Datetime: {given[:60]!a} is not a date of HTTP; such as {http_date(0)} would do"
        ) from error


def _archive() -> Archive:
    archive: Archive = current_app.extensions["fellesord"].archive
    return archive


def _links() -> Links:
    """The addresses of what is now."""
    return places().now
