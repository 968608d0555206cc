"""Two things beside each other: what is the same, and what differs, field by field. Or two releases."""

from dataclasses import dataclass

from flask import Blueprint, Response, g, request

from fellesord.errors import InvalidRequest
from fellesord.vocabulary.reading import Thing
from fellesord.web.pages import releases
from fellesord.web.pages.rendering import page, said, service
from fellesord.web.pages.things import Row, rows

blueprint = Blueprint("compare", __name__)


@dataclass(frozen=True)
class Line:
    """A field as the two things have it; ``None`` where one has not."""

    title: str
    one: Row | None
    other: Row | None

    @property
    def differs(self) -> bool:
        """Whether they say different things."""
        return (self.one and self.one.value) != (self.other and self.other.value)


@blueprint.get("/compare")
def compare() -> Response:
    """The two things that ``uri``, given twice, names; or the releases ``from`` and ``to``.

    Raises InvalidRequest for any other number.
    """
    if "from" in request.args or "to" in request.args:
        return releases.compare()
    links = service().links
    iris = [links.canonical(iri) for iri in request.args.getlist("uri") if iri]
    if len(iris) != 2:
        raise InvalidRequest(
            f"{len(iris)} things were named; say two: /compare?uri=https://…&uri=https://…,"
            " or two releases: /compare?from=2026-12-01&to=2027-01-01",
            key="compare-two",
        )
    one, other = (_got(iri) for iri in iris)
    return page("compare.html", said(), one=one, other=other, lines=lines(one, other))


def _got(iri: str) -> Thing:
    g.asked = iri
    return service().vocabulary.get(iri)


def lines(one: Thing, other: Thing) -> list[Line]:
    """The fields that either has, in the order of the first, then what only the second has."""
    left, right = ({row.name: row for row in rows(each)} for each in (one, other))
    return [
        Line((left.get(name) or right[name]).title, left.get(name), right.get(name))
        for name in dict.fromkeys((*left, *right))
    ]
