"""Change feeds: one stream of what the releases changed, as Atom, as LDES and as JSON."""

from datetime import UTC, datetime
from itertools import islice
from xml.sax.saxutils import escape, quoteattr

from flask import Blueprint, Flask, Response, request

from fellesord.errors import InvalidRequest, NotFound
from fellesord.languages import pick
from fellesord.releases import changelog, changes, events
from fellesord.releases.archive import Release
from fellesord.releases.changes import Change
from fellesord.releases.making import graph
from fellesord.vocabulary.filters import read_day
from fellesord.web import cursors, operations, schemas
from fellesord.web.api import page_of
from fellesord.web.negotiation import JSON, Speech
from fellesord.web.operations import DAY, PREFIX, Answer, Operation, Parameter, Route
from fellesord.web.pages.rendering import said, service
from fellesord.web.texts import text

blueprint = Blueprint("feeds", __name__)
ATOM = "application/atom+xml"
#: Where the stream of events is.
STREAM = "/changes/ldes"
#: Changes that the Atom feed tells of, the newest; the other shapes have all of them.
_MOST = 200


def register(app: Flask) -> None:
    """Serve the feeds of an application's releases."""
    app.register_blueprint(blueprint)
    operations.serve(app, ROUTES)


@blueprint.get("/changes.atom")
def atom() -> Response:
    """What the last releases changed, for people (RFC 4287). The first release is one entry."""
    speech, links, archive = said(), service().links, service().archive
    language = speech.interface
    base = service().vocabulary.base
    releases = list(archive)[::-1]
    updated = _moment(releases[0].date) if releases else "1970-01-01T00:00:00Z"
    here, page = (
        links.whole(links.path(f"/{name}?lang={language}")) for name in ("changes.atom", "releases")
    )
    entries = islice((line for each in releases for line in _entries(each, speech)), _MOST)
    name = f"{text('feed-title', language)} – {text('name', language)}"
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{language}">',
        f"<id>{escape(base.removesuffix('id/'))}changes.atom</id>",
        f"<title>{escape(name)}</title>",
        f"<updated>{updated}</updated>",
        f"<author><name>{escape(text('name', language))}</name></author>",
        f'<link rel="self" type="{ATOM}" href={quoteattr(here)}/>',
        f'<link rel="alternate" type="text/html" href={quoteattr(page)}/>',
        *entries,
        "</feed>",
    ]
    response = Response("\n".join(lines) + "\n", content_type=f"{ATOM}; charset=utf-8")
    response.headers["Content-Language"] = language
    response.vary.add("Accept-Language")
    return response


@blueprint.get(STREAM)
def stream() -> Response:
    """The root of the event stream: where its pages are. It grows with each release."""
    return _trig(events.root(service().archive, service().links.path(STREAM)))


@blueprint.get(f"{STREAM}/<day>/<int:number>")
def stream_page(day: str, number: int) -> Response:
    """A page of the event stream, which never changes. Raises NotReleased and NotFound."""
    archive = service().archive
    release = archive.get(day)
    if not 1 <= number <= events.pages(archive, release):
        raise NotFound(f"the release of {day} has {events.pages(archive, release)} pages of changes")
    response = _trig(events.page(archive, release, number, service().links.path(STREAM)))
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def listing(operation: Operation) -> Response:
    """What the releases after ``since``, until ``until``, changed: the oldest first, in pages."""
    values = operation.read(request.args)
    asked = {name: value for name, value in values.items() if name not in ("limit", "cursor")}
    mark = cursors.fingerprint(request.path, asked)
    found = [
        (release.date, change)
        for release in service().archive
        if values.get("since", "") < release.date <= values.get("until", "9999-12-31")
        for change in _changes(release)
        if values.get("kind") in (None, change.kind) and values.get("happening") in (None, change.happening)
    ]
    start = _start(values["cursor"], mark, found) if "cursor" in values else 0
    shown = found[start : start + values.get("limit", operations.USUAL)]
    following = None
    if shown and start + len(shown) < len(found):
        day, change = shown[-1]
        token = cursors.write(cursors.Cursor(("nb",), (day, change.iri)), mark)
        following = service().links.page(request.path, {**request.args.to_dict(), "cursor": token})
    results = [{"date": day, **changes.document(change)} for day, change in shown]
    return page_of(results, len(found), following)


def _changes(release: Release) -> tuple[Change, ...]:
    archive = service().archive
    before = archive.before(release.date)
    return archive.step(before.date if before else None, release.date).changes


def _start(token: str, mark: str, found: list[tuple[str, Change]]) -> int:
    """Where the page after that of a cursor begins."""
    day, iri = cursors.read(token, mark).last
    places = [number for number, (date, change) in enumerate(found) if (date, change.iri) == (day, iri)]
    if not places:
        raise InvalidRequest("cursor: not one of ours; leave it out to begin at the start", key="no-cursor")
    return places[0] + 1


def _entries(release: Release, speech: Speech) -> list[str]:
    """The entries of a release: one for each thing; one in all for the first release."""
    links, language = service().links, speech.interface
    archive, base = service().archive, service().vocabulary.base
    if archive.before(release.date) is None:
        counted = sum(release.manifest.changes.values())
        summary = text("feed-first", language).format(number=counted)
        title = text("release", language).format(day=release.date)
        page = links.whole(links.path(f"/releases/{release.date}?lang={language}"))
        return [_entry(str(graph(base, release.date)), title, release.date, page, summary, "release")]
    made = []
    for change in _changes(release):
        name = pick(change.labels, speech.content)
        title = f"{text(f'happening-{change.happening}', language)}: {name.value if name else change.iri}"
        gone = change.happening in ("withdrawn", "merged") and not change.alterations
        where = links.then(release.date) if links.own(change.iri) and not gone else links
        page = where.whole(where.thing(change.iri.partition("#")[0]))
        summary = "\n".join(changelog.lines(change, language))
        iri = f"{graph(base, release.date)}/changes?uri={change.iri}"
        made.append(_entry(iri, title, release.date, page, summary, change.happening))
    return made


def _entry(iri: str, title: str, day: str, page: str, summary: str, category: str) -> str:
    return (
        f"<entry><id>{escape(iri)}</id><title>{escape(title)}</title><updated>{_moment(day)}</updated>"
        f"<link href={quoteattr(page)}/><category term={quoteattr(category)}/>"
        f"<summary>{escape(summary)}</summary></entry>"
    )


def _moment(day: str) -> str:
    return datetime.fromisoformat(day).replace(tzinfo=UTC).isoformat().replace("+00:00", "Z")


def _trig(body: bytes) -> Response:
    return Response(body, content_type=f"{events.MEDIA_TYPE}; charset=utf-8")


def _day(name: str) -> Parameter:
    return Parameter(name, DAY, f"api-{name}", lambda value: read_day(name, value))


_CHANGE = schemas.with_more(schemas.COMPONENTS["Change"], {"date": DAY})

ROUTES = (
    Route(
        Operation(
            "changes",
            f"{PREFIX}changes",
            "releases",
            (Answer(200, {JSON.media_type: schemas.page_of(_CHANGE)}), *schemas.problems(400, 500, 503)),
            (
                _day("since"),
                _day("until"),
                operations.choice("happening", changes.HAPPENINGS),
                Parameter("kind", {"type": "string"}, "api-change-kind"),
                operations.LIMIT,
                operations.CURSOR,
            ),
        ),
        listing,
    ),
)
