"""Asking for clients: what answers their queries, what each client may use, and who is told of it.

Whatever lets a client ask SPARQL goes through ``Querying.ask``: the endpoint, and what else there will be.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import copy
from dataclasses import replace
from ipaddress import ip_address, ip_network
from threading import Lock

from fellesord.errors import FellesordError, JailBusy, Spent
from fellesord.store.generations import Generation
from fellesord.store.pool import Pool
from fellesord.store.questions import Answerer, Begun, Question
from fellesord.web.observing import Queried, QueryObserver
from fellesord.web.running import Mark, Running

#: Clients that are remembered; those heard of longest ago are forgotten, whose budgets are full again.
_CLIENTS = 10_000
#: Seconds in which a budget comes back, and times a budget that a rested client has.
_MINUTE, _RESTED = 60.0, 2.0


class Budget:
    """Seconds of computing that each client may use: so many come back in a minute, twice that at most.

    A client is charged afterwards, and waits until it is out of debt. Clients are kept in memory only.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def check(self, client: str) -> None:
        """Return when the client has something left. Raises Spent."""
        with self._lock:
            left = self._now(client)
        if left <= 0:
            wait = max(1.0, -left * _MINUTE / self._seconds)
            raise Spent(f"{self._seconds:g} seconds of computing in a minute are used up", wait)

    def charge(self, client: str, seconds: float) -> None:
        """Take what a query has cost."""
        with self._lock:
            self._left[client] = (self._now(client) - seconds, self._clock())
            self._left.move_to_end(client)
            while len(self._left) > _CLIENTS:
                self._left.popitem(last=False)

    def _now(self, client: str) -> float:
        full = self._seconds * _RESTED
        left, at = self._left.get(client, (full, 0.0))
        return min(full, left + (self._clock() - at) * self._seconds / _MINUTE)


def client(address: str) -> str:
    """Who counts as one client: an address, or a network of IPv6, of which everybody has a whole one."""
    with suppress(ValueError):
        known = ip_address(address)
        return str(ip_network(f"{known}/64", strict=False)) if known.version == 6 else str(known)
    return "unknown"


class Querying:
    """Answers the queries of clients within what each may use, and tells observers of each.

    ``rows`` and ``size`` are the most that an answer has, ``shaped`` says whether observers want its shape.
    """

    def __init__(
        self,
        pool: Answerer,
        budget: Budget,
        *,
        rows: int = Question.rows,
        size: int = Question.size,
        shaped: bool = False,
        running: Running | None = None,
    ) -> None:
        self.pool = pool
        self.running = running or Running()
        self.rows, self.size, self.shaped = rows, size, shaped
        self.observers: list[QueryObserver] = []
        self._budget = budget

    def over(self, generation: Generation) -> "Querying":
        """The same over another generation, one query at a time, within what clients may use in all."""
        made = copy(self)
        bounds = replace(self.pool.bounds, slots=1)
        made.pool = Pool(generation.store, generation.manifest.base, bounds)
        return made

    def ask(
        self,
        question: Question,
        client: str,
        seconds: float | None = None,
        stopped: Callable[[], bool] = lambda: False,
        request: str = "",
    ) -> "Asked":
        """The answer, begun; it must be read to its end, or closed. ``request`` is what the log calls it.

        As ``Answerer.ask``, but the question has the limits of this service; raises Spent too.
        """
        question = replace(
            question,
            rows=min(question.rows, self.rows),
            size=min(question.size, self.size),
            shaped=self.shaped,
        )
        self._budget.check(client)
        begun = time.monotonic()
        mark = self.running.begin(request)
        try:
            answering = self.pool.ask(question, client, seconds, lambda: mark.gone() or stopped())
        except JailBusy as error:
            mark.end()
            self.tell(client, 0.0, Queried(request, error.code, "", "", 0, 0.0, ""))
            raise
        except FellesordError as error:
            mark.end()
            spent = time.monotonic() - begun
            self.tell(client, spent, Queried(request, error.code, "", "", 0, spent, ""))
            raise
        return Asked(self, answering, client, request, mark)

    def tell(self, client: str, spent: float, queried: Queried) -> None:
        """Charge a client, and tell the observers."""
        self._budget.charge(client, spent)
        for observer in self.observers:
            observer(queried)


class Asked:
    """An answer of a pool that is charged for when it is over; iterate over it for its bytes, once."""

    def __init__(self, querying: Querying, answering: Begun, client: str, request: str, mark: Mark) -> None:
        self._querying, self._client, self._request, self._mark = querying, client, request, mark
        self._outcome = "left"
        self._told = False
        self.answering = answering

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self.answering
            self._outcome = "whole"
        except FellesordError as error:
            self._outcome = error.code
            raise
        finally:
            self.close()

    def close(self) -> None:
        """Stop it if it is not over, and charge for it."""
        self.answering.close()
        self._mark.end()
        if self._told:
            return
        self._told = True
        head, spent = self.answering.head, self.answering.spent
        kind, form = (head.kind, head.form) if head else ("", "")
        shape = self.answering.shape
        queried = Queried(self._request, self._outcome, kind, form, self.answering.rows, spent, shape)
        self._querying.tell(self._client, spent, queried)
