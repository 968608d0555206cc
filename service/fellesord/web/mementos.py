"""Things as they were: a document as of a day, and the ways from a thing to its past (Memento, RFC 7089).

A release is a memento of everything in it, dated by its day. ``/doc/…`` is the original resource, ``?as-of=``
its mementos; ``/timegate`` negotiates the day, ``/timemap`` lists them.
"""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from flask import Blueprint, Response, g, redirect, request
from werkzeug.http import http_date
from werkzeug.wrappers import Response as AnyResponse

from fellesord.errors import InvalidRequest, NotFound
from fellesord.releases.archive import Release
from fellesord.web.pages.rendering import AS_OF, query, service

blueprint = Blueprint("mementos", __name__)
#: The media type of a TimeMap (RFC 7089, section 5).
LINK_FORMAT = "application/link-format"


def asked() -> Release | None:
    """The release in force on the day that the address says, ``None`` where it says none.

    Raises InvalidRequest for what is no day, NotReleased for a day before the first release.
    """
    day = request.args.get(AS_OF)
    return None if day is None else service().archive.at(day)


def exact(release: Release) -> AnyResponse | None:
    """Where the memento is, when the address says another day than that of its release."""
    if request.args[AS_OF] == release.date:
        return None
    return redirect(f"{service().links.path(request.path)}?{query(**{AS_OF: release.date})}", 302)


def releases(iri: str) -> list[Release]:
    """The releases that a thing of ours is in, the first first; none for others'."""
    links, archive = service().links, service().archive
    return [each for each in archive if links.own(iri) and each.describes(iri)]


def links_of(iri: str, then: Release | None) -> list[str]:
    """The links that lead from a thing, or a memento of it, through time (RFC 7089, section 2.2)."""
    found = releases(iri)
    if not found:
        return []
    query = {"uri": iri}
    made = [
        f'<{service().links.page("/timegate", query)}>; rel="timegate"',
        f'<{service().links.page("/timemap", query)}>; rel="timemap"; type="{LINK_FORMAT}"',
    ]
    if then is None:
        return made
    return [f'<{service().links.thing(iri)}>; rel="original"', *made, *_around(iri, found, then)]


def when(release: Release) -> str:
    """The beginning of the day of a release, UTC, as HTTP writes dates."""
    return http_date(datetime.fromisoformat(release.date).replace(tzinfo=UTC))


@blueprint.get("/timegate")
def timegate() -> AnyResponse:
    """The memento of a thing, ``uri``, that was in force at Accept-Datetime; the first for what is before.

    Raises InvalidRequest for a date that is none, NotFound for what was never released.
    """
    iri, found = _asked_for()
    wanted = _wanted(request.headers.get("Accept-Datetime"))
    until = [each for each in found if wanted is None or each.date <= wanted]
    chosen = until[-1] if until else found[0]
    response = redirect(_memento(iri, chosen), 302)
    response.headers["Vary"] = "Accept-Datetime"
    response.headers["Link"] = ", ".join(
        [
            f'<{service().links.thing(iri)}>; rel="original"',
            f'<{service().links.page("/timemap", {"uri": iri})}>; rel="timemap"; type="{LINK_FORMAT}"',
        ]
    )
    return response


@blueprint.get("/timemap")
def timemap() -> Response:
    """Every memento of a thing, ``uri``. Raises NotFound for what was never released."""
    iri, found = _asked_for()
    links = service().links
    lines = [
        f'<{links.thing(iri)}>; rel="original"',
        f'<{links.page("/timegate", {"uri": iri})}>; rel="timegate"',
        f'<{links.page("/timemap", {"uri": iri})}>; rel="self"; type="{LINK_FORMAT}";'
        f' from="{when(found[0])}"; until="{when(found[-1])}"',
    ]
    for each in found:
        first, last = each == found[0], each == found[-1]
        relation = f"{'first ' if first else ''}{'last ' if last else ''}memento"
        lines.append(f'<{_memento(iri, each)}>; rel="{relation}"; datetime="{when(each)}"')
    return Response(",\n".join(lines) + "\n", content_type=LINK_FORMAT)


def _asked_for() -> tuple[str, list[Release]]:
    """The thing that ``uri`` names, by its IRI or its address here, and its releases."""
    links = service().links
    named = request.args.get("uri", "")
    if not named:
        raise InvalidRequest(f"say which: {request.path}?uri=https://…")
    iri = links.canonical(named)
    page = links.path("/doc/")
    if named.startswith(page):
        iri = links.iri(*named[len(page) :].partition("/")[::2])
    main = iri.partition("#")[0]
    g.asked = main
    found = releases(main)
    if not found:
        raise NotFound(f"<{main}> is in no release")
    return main, found


def _wanted(given: str | None) -> str | None:
    if given is None:
        return None
    try:
        return parsedate_to_datetime(given).date().isoformat()
    except ValueError as error:
        raise InvalidRequest(
            f"Accept-Datetime: {given[:60]!a} is not a date of HTTP; such as {http_date(0)} would do"
        ) from error


def _memento(iri: str, release: Release) -> str:
    return f"{service().links.thing(iri)}?{AS_OF}={release.date}"


def _around(iri: str, found: list[Release], then: Release) -> list[str]:
    """The first, the last and the nearest mementos of a thing."""
    before = [each for each in found if each.date < then.date][-1:]
    after = [each for each in found if each.date > then.date][:1]
    named = [
        ("first", found[0]),
        ("last", found[-1]),
        *(("prev", e) for e in before),
        *(("next", e) for e in after),
    ]
    relations: dict[Release, list[str]] = {}
    for relation, each in named:
        relations.setdefault(each, []).append(relation)
    return [
        f'<{_memento(iri, each)}>; rel="{" ".join(names)} memento"; datetime="{when(each)}"'
        for each, names in relations.items()
    ]
