"""The remote store: one graph of any SPARQL 1.1 endpoint, over HTTP, read-only."""

import re
import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from random import SystemRandom
from typing import TypeVar

import pyoxigraph as ox

from fellesord.errors import InvalidQuery, StoreError, StoreUnavailable
from fellesord.store import Solution
from fellesord.store.client import Client, Endpoint, start
from fellesord.store.queries import load

_T = TypeVar("_T")
_FIRST_PAUSE = 0.2
#: The first word after the prologue (SPARQL 1.1, rules 4 to 6), found in linear time in any text.
_GAP = r"(?:\s|#[^\r\n]*+)*+"
_PROLOGUE = rf"(?:{_GAP}(?:BASE|PREFIX{_GAP}[^\s:<#]*+:){_GAP}<[^<>]*+>)*+{_GAP}"
_FORM = re.compile(rf"{_PROLOGUE}(\w+)", re.IGNORECASE)


@dataclass(frozen=True)
class RemoteStore:
    """A ``Store`` over an endpoint. Failed requests are sent again while the deadline allows."""

    endpoint: Endpoint
    generation: str
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def describe(self, iris: Sequence[str]) -> list[ox.Triple]:
        """As ``Store.describe``."""
        return self.construct(load("thing").bind({"focus": iris}))

    def select(self, query: str) -> list[Solution]:
        """As ``Store.select``."""
        if _form(query) != "SELECT":
            raise InvalidQuery("not a SELECT query")
        accept = "application/sparql-results+json, application/json;q=0.9"
        return _read(_solutions, *self._ask(query, accept))

    def construct(self, query: str) -> list[ox.Triple]:
        """As ``Store.construct``."""
        if _form(query) not in ("CONSTRUCT", "DESCRIBE"):
            raise InvalidQuery("not a CONSTRUCT or DESCRIBE query")
        return _read(_triples, *self._ask(query, "application/n-triples, text/plain;q=0.5"))

    def _ask(self, query: str, accept: str) -> tuple[str, bytes]:
        """The media type and body of the store's answer."""
        ends = self.clock() + self.endpoint.deadline

        def left() -> float:
            if (seconds := ends - self.clock()) <= 0:
                raise TimeoutError("the deadline has passed")
            return seconds

        client = Client(self.endpoint, self._tls, query, accept, left)
        for attempt in range(self.endpoint.attempts - 1):
            try:
                return client.answer()
            except StoreUnavailable as error:
                jitter = SystemRandom().uniform(0.5, 1)
                pause = (error.retry_after or 0) + _FIRST_PAUSE * 2**attempt * jitter
                if self.clock() + pause >= ends:
                    raise
            self.sleep(pause)
        return client.answer()

    @cached_property
    def _tls(self) -> ssl.SSLContext | None:
        return ssl.create_default_context() if self.endpoint.url.startswith("https:") else None


def _read(parse: Callable[[str, bytes], list[_T]], media: str, body: bytes) -> list[_T]:
    """What ``parse`` finds in an answer. Raises StoreError when it is not what was asked for."""
    try:
        return parse(media, body)
    except (SyntaxError, ValueError, OSError) as error:
        problem = f"unreadable {media} from the store: {error}: {start(body)}"
        # The traceback holds the engine's reader, which no other thread may free.
        raise StoreError(problem) from error.with_traceback(None)


def _solutions(media: str, body: bytes) -> list[Solution]:
    syntax = ox.QueryResultsFormat.from_media_type(media)
    if syntax != ox.QueryResultsFormat.JSON:
        raise ValueError("it is not SPARQL JSON")
    solutions = ox.parse_query_results(body, syntax)
    if not isinstance(solutions, ox.QuerySolutions):
        raise ValueError("it is true or false")
    names = [variable.value for variable in solutions.variables]
    return [
        {name: term for name, term in zip(names, solution, strict=True) if term is not None}
        for solution in solutions
    ]


def _triples(media: str, body: bytes) -> list[ox.Triple]:
    syntax = ox.RdfFormat.from_media_type(media)
    if syntax != ox.RdfFormat.N_TRIPLES:
        raise ValueError("it is not N-Triples")
    return list(dict.fromkeys(quad.triple for quad in ox.parse(body, syntax)))


def _form(query: str) -> str:
    """The query's first word after the prologue, in capitals; empty when there is none."""
    match = _FORM.match(query)
    return match[1].upper() if match else ""
