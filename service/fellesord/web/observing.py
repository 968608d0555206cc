"""What is told of an answer when it has been given: to the measurements, to the log.

Nothing here identifies a person: no address, no path with a query, no user agent.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

_WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,64}")
#: Where the application finds the request's id in its WSGI environment.
ENVIRON = "fellesord.request"
METHODS = ("GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Answered:
    """One request as it was answered.

    ``surface`` is one of a closed list (``doc``, ``id``, ``lookup``, ``api``, …; ``other`` for the rest),
    ``seconds`` counts from the request's headers to the last byte handed to the server, ``size`` is bytes
    of body, ``cached`` says whether the answer came from the cache, ``request`` is the request's id.
    """

    request: str
    method: str
    surface: str
    status: int
    seconds: float
    size: int
    cached: bool


#: Something that is told of every answer. It must not raise and must not wait.
Observer = Callable[[Answered], None]


@dataclass(frozen=True)
class Queried:
    """One query of somebody's as it was answered.

    ``outcome`` is ``whole``, ``left`` when the client did not wait, or the code of an error; ``kind`` and
    ``form`` are those of the answer, where there was one; ``seconds`` is what it cost. ``shape`` is the query
    without what somebody wrote in it, where it is wanted.
    """

    request: str
    outcome: str
    kind: str
    form: str
    rows: int
    seconds: float
    shape: str


#: Something that is told of every query. It must not raise and must not wait.
QueryObserver = Callable[[Queried], None]

SURFACES = (
    "id",
    "doc",
    "lookup",
    "ns",
    "api",
    "openapi.json",
    "sparql",
    ".well-known",
    "health",
    "metrics",
    "static",
    "problems",
    "sok",
    "begreper",
    "hierarki",
    "ordliste",
    "tilgjengelighet",
    "personvern",
    "utvalg",
    "utvalg.csv",
    "utvalg.xlsx",
    "sjekk-tekst",
    "sprak",
    "export",
    "data-norge",
    "compare",
    "releases",
    "changes",
    "changes.atom",
    "timegate",
    "timemap",
    "robots.txt",
    "sitemap.xml",
    "opensearch.xml",
    "prosjekter",
    "verktoy",
    "laerdommer",
    "indikatorer",
    "fylkeskommuner",
    "samlinger",
    "sporringer",
)


def surface(path: str) -> str:
    """The surface a path belongs to; ``front`` for the front page."""
    first = path.lstrip("/").partition("/")[0]
    if not first:
        return "front"
    return first if first in SURFACES else "other"


def method(name: str) -> str:
    """A method as it is told of; ``other`` for any that a client made up."""
    return name if name in METHODS else "other"


def request_id(given: str | None) -> str:
    """The id a proxy gave a request if it is well formed (8 to 64 of A-Z a-z 0-9 . _ -), else a new one."""
    return given if given and _WELL_FORMED.fullmatch(given) else uuid4().hex
