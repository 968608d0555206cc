"""The engines that are known, and what is particular about each. Nothing else depends on which it is.

An engine is known by what its answers show, and so only once it has answered. Whether an answer was cut off
is asked of every answer, whoever gave it: a proxy may hide the name of the engine behind it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from http.client import HTTPMessage

import pyoxigraph as ox

from fellesord.errors import FellesordError, StoreDeclined, StoreOverflow, StoreTimeout, StoreUnavailable


@dataclass(frozen=True)
class Engine:
    """One engine. ``server`` stands in the header of that name.

    ``second`` is how many of its units of time make a second, in its parameter ``timeout``; 0 when it takes
    none. ``cuts_silently``: CONSTRUCT, and DESCRIBE of variables, stop at a number of solutions without a
    word, where SELECT says so. ``query`` is how the path of its query address ends, ``update`` and ``graphs``
    what stands there instead where SPARQL Update and the Graph Store Protocol are.
    """

    name: str
    server: str
    second: int = 0
    cuts_silently: bool = False
    query: str = ""
    update: str = ""
    graphs: str = ""

    def timeout(self, seconds: float) -> str | None:
        """The value of the parameter ``timeout`` that gives the engine so long, if it takes one."""
        return str(max(1, round(seconds * self.second))) if self.second else None

    def beside(self, query: str, path: str) -> str | None:
        """The address of another service of the engine, ``update`` or ``graphs``, if it is known."""
        address, found = re.subn(f"{self.query}$", path, query)
        return address if self.query and found else None


#: Measured in the tests: Virtuoso 7.2.5, Oxigraph 0.5. Read in its documentation: Fuseki (JENA-218).
ENGINES = (
    Engine(
        "Virtuoso",
        "Virtuoso",
        second=1000,
        cuts_silently=True,
        query="/sparql(-auth)?",
        update="/sparql-auth",
        graphs="/sparql-graph-crud-auth",
    ),
    Engine("Oxigraph", "Oxigraph", query="/query", update="/update", graphs="/store"),
    Engine("Fuseki", "Fuseki", second=1, query="/(query|sparql)", update="/update", graphs="/data"),
)
OTHER = Engine("an engine that is not known", "")
#: How the IRIs begin by which engines call what is their own, as functions or as properties: read in the
#: documentation of Virtuoso, Jena, GraphDB, QLever, Blazegraph and Stardog.
INNER = (
    "bif:",
    "sql:",
    "http://www.openlinksw.com/schemas/bif#",
    "http://www.openlinksw.com/schemas/sql#",
    "java:",
    "http://jena.apache.org/",
    "http://jena.hpl.hp.com/",
    "http://www.ontotext.com/",
    "http://qlever.cs.uni-freiburg.de/",
    "http://www.bigdata.com/",
    "tag:stardog:api:",
)
#: A header of Virtuoso's that a proxy, which puts its own name into ``Server``, lets through.
_VIRTUOSO = "X-SPARQL-default-graph"
#: What Oxigraph's server writes at the end of an answer with status 200 when its time is up.
_CANCELLED = b"The SPARQL operation has been cancelled"
#: Virtuoso's codes → our errors; other failures are told apart by their status.
_SAID: tuple[tuple[str, type[FellesordError]], ...] = (
    ("Virtuoso S1T", StoreTimeout),
    ("Virtuoso 40001", StoreUnavailable),  # a deadlock, or a checkpoint
    ("Virtuoso 42000", StoreDeclined),  # a right, or an estimate of the time, above what is allowed
    ("Virtuoso 37000", StoreDeclined),  # SPARQL that is right, but that it does not have
)


def recognised(headers: HTTPMessage) -> Engine:
    """The engine whose answer has these headers."""
    server = headers.get("Server") or ("Virtuoso" if headers.get(_VIRTUOSO) else "")
    return next((engine for engine in ENGINES if engine.server in server), OTHER)


def refuse_partial(headers: HTTPMessage) -> None:
    """Return when the headers of an answer do not say that it was cut off.

    Raises StoreTimeout or StoreOverflow when they do. Virtuoso gives what it has found when its time is up
    (X-SQL-State), and as many rows as it is set to (X-SPARQL-MaxRows).
    """
    if headers.get("X-SQL-State"):
        said = headers.get("X-SQL-Message", "")[:200]
        raise StoreTimeout(f"the store gave up before its answer was whole: {said}".rstrip(": "))
    if rows := headers.get("X-SPARQL-MaxRows"):
        raise StoreOverflow(
            f"the store gives at most {rows[:20]} rows and has more; ask for less, or raise what it is set to"
        )


def cancelled(body: bytes) -> bool:
    """Whether the end of a body says that its time was up."""
    return _CANCELLED in body[-200:]


def truth(rows: Iterable[Sequence[object]]) -> bool:
    """The truth in solutions that are given in its place: Virtuoso has a row for true, none for false."""
    terms = (term for row in rows for term in row)
    return any(not isinstance(term, ox.Literal) or term.value not in ("0", "false") for term in terms)


def failure(status: int, text: str) -> FellesordError | None:
    """The error that an engine's own words stand for, if they are known."""
    if status != 400:
        for words, error in _SAID:
            if words in text:
                return error(text)
    return None
