"""The remote store: one graph of any SPARQL 1.1 endpoint, over HTTP, read-only."""

import re
import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from random import SystemRandom

import pyoxigraph as ox

from fellesord.errors import InvalidQuery, StoreRefused, StoreUnavailable
from fellesord.store import Solution, answers, engines
from fellesord.store.client import Answer, Client, Dataset, Endpoint
from fellesord.store.engines import Engine
from fellesord.store.queries import load
from fellesord.store.templates import template
from fellesord.store.wire import Left

_FIRST_PAUSE = 0.2
_SOLUTIONS = "application/sparql-results+json, application/json;q=0.9"
_TRIPLES = "application/n-triples, text/plain;q=0.5"
#: The first word after the prologue (SPARQL 1.1, rules 4 to 6), found in linear time in any text.
_GAP = r"(?:\s|#[^\r\n]*+)*+"
_PROLOGUE = rf"(?:{_GAP}(?:BASE|PREFIX{_GAP}[^\s:<#]*+:){_GAP}<[^<>]*+>)*+{_GAP}"
_FORM = re.compile(rf"{_PROLOGUE}(\w+)", re.IGNORECASE)


@dataclass(frozen=True)
class RemoteStore:
    """A ``Store`` over an endpoint. Failed requests are sent again while the deadline allows.

    An answer that the engine cut off is never passed on: StoreOverflow where there was more, StoreTimeout
    where time was up. Once the engine is known, by its first answer, it is told the deadline.
    """

    endpoint: Endpoint
    generation: str
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _known: dict[str, Engine] = field(default_factory=dict, repr=False, compare=False)

    @property
    def engine(self) -> Engine:
        """The engine, as far as it is known: by its first answer."""
        return self._known.get("engine", engines.OTHER)

    def describe(self, iris: Sequence[str]) -> list[ox.Triple]:
        """As ``Store.describe``."""
        return self.construct(load("thing").bind({"focus": iris}))

    def select(self, query: str) -> list[Solution]:
        """As ``Store.select``."""
        if _form(query) != "SELECT":
            raise InvalidQuery("not a SELECT query")
        return answers.read(answers.solutions, self._ask(query, _SOLUTIONS))

    def construct(self, query: str) -> list[ox.Triple]:
        """As ``Store.construct``."""
        if (form := _form(query)) not in ("CONSTRUCT", "DESCRIBE"):
            raise InvalidQuery("not a CONSTRUCT or DESCRIBE query")
        if not self.engine.cuts_silently:
            answer = self._ask(query, _TRIPLES)
            if not self.engine.cuts_silently:
                return answers.read(answers.triples, answer)
        if form == "CONSTRUCT":
            asked = template(query)
            return list(asked.fill(self.select(asked.select)))
        if re.search(r"[?$*]", re.sub(r"<[^<>]*>", "", query)):
            raise StoreRefused(
                f"{self.engine.name} cuts DESCRIBE off without a word; name the things, or use CONSTRUCT"
            )
        return answers.read(answers.triples, self._ask(query, _TRIPLES))

    def pass_on(self, query: str, dataset: Dataset, left: Left, most: int) -> Answer:
        """What the engine says, in one attempt, to a SELECT or an ASK over a dataset; so many bytes at most.

        ``left`` gives the seconds left, which the engine is told where it can be, and may raise to stop.
        Raises StoreOverflow and StoreTimeout when the engine says that it has cut its answer off.
        """
        client = Client(self.endpoint, self._tls, query, _SOLUTIONS, left, self.engine, dataset)
        return self._known_by(client.answer(most))

    def _ask(self, query: str, accept: str) -> Answer:
        """The store's answer to some attempt."""
        ends = self.clock() + self.endpoint.deadline

        def left() -> float:
            if (seconds := ends - self.clock()) <= 0:
                raise TimeoutError("the deadline has passed")
            return seconds

        client = Client(self.endpoint, self._tls, query, accept, left, self.engine)
        return self._known_by(self._answer(client, ends))

    def _known_by(self, answer: Answer) -> Answer:
        """An answer; what shows of the engine in it is remembered."""
        if answer.engine != engines.OTHER:
            self._known["engine"] = answer.engine
        return answer

    def _answer(self, client: Client, ends: float) -> Answer:
        """The answer to the first attempt that has one."""
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
