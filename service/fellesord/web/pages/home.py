"""The front page: what this is, a field to ask in, and what there is. And what each type of problem means."""

from collections.abc import Sequence

from flask import Blueprint, Response

from fellesord.errors import NotFound
from fellesord.languages import Text
from fellesord.vocabulary.fields import Link
from fellesord.vocabulary.filters import LISTS
from fellesord.vocabulary.windows import Window
from fellesord.web import problems
from fellesord.web.negotiation import Speech
from fellesord.web.pages.lists import PATHS
from fellesord.web.pages.rendering import address, page, said, service
from fellesord.web.texts import text

blueprint = Blueprint("home", __name__, static_folder="../static", static_url_path="/static")
#: The lists that the front page has doors to, and their kinds.
_DOORS = {"projects": "project", "tools": "tool", "lessons": "lesson", "counties": "county"}
#: The kinds that have no list of their own, in the order they are shown; and how much is told as new.
_SHOWN = ("collection", "organization", "change", "scheme")
_NEWEST = 8


@blueprint.get("/")
def front() -> Response:
    """The front page."""
    speech, vocabulary = said(), service().vocabulary
    listed: dict[str, Sequence[Link]] = dict(vocabulary.overview())
    listed["county"] = _listed("counties", speech, current="true")
    concepts = address(service().links.path("/begreper"))
    doors = [
        (concepts, "concept", len(vocabulary.terms())),
        *(
            (address(service().links.path(PATHS[name])), kind, len(listed[kind]))
            for name, kind in _DOORS.items()
            if listed[kind]
        ),
    ]
    shown = {kind: listed[kind] for kind in _SHOWN if listed[kind]}
    return page(
        "front.html",
        speech,
        listed=shown,
        news=service().news,
        most=_NEWEST,
        doors=doors,
        released=vocabulary.released,
    )


@blueprint.get("/problems/<code>")
def problem(code: str) -> Response:
    """What a type of problem means."""
    if code not in problems.CODES:
        raise NotFound(f"there is no problem {code!a}; there are {', '.join(problems.CODES)}")
    speech = said()
    detail = Text(", ".join(sorted({str(s) for _, s, name in problems.STATUS if name == code})), "")
    title = text(f"problem-{code}", speech.interface)
    return page("problem.html", speech, title=title, number=None, detail=detail, extra={})


def _listed(name: str, said: Speech, **filters: str) -> list[Link]:
    """All the things of a list that pass the filters."""
    listed = next(each for each in LISTS if each.name == name)
    found = service().lists.page(listed, filters, Window(said.content, limit=1000), service().today)
    return [Link(item.iri, item.labels, item.kind) for item in found.items]
