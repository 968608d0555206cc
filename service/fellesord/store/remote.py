"""The remote store: one graph of any SPARQL 1.1 endpoint, over HTTP, read-only."""

import re
import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from random import SystemRandom

import pyoxigraph as ox

from fellesord.errors import InvalidQuery, StoreUnavailable
from fellesord.store import Solution, answers
from fellesord.store.client import Client, Endpoint
from fellesord.store.queries import load

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
        return answers.read(answers.solutions, *self._ask(query, accept))

    def construct(self, query: str) -> list[ox.Triple]:
        """As ``Store.construct``."""
        if _form(query) not in ("CONSTRUCT", "DESCRIBE"):
            raise InvalidQuery("not a CONSTRUCT or DESCRIBE query")
        return answers.read(answers.triples, *self._ask(query, "application/n-triples, text/plain;q=0.5"))

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


def _form(query: str) -> str:
    """The query's first word after the prologue, in capitals; empty when there is none."""
    match = _FORM.match(query)
    return match[1].upper() if match else ""
