"""Writing graphs to a remote engine: by the Graph Store Protocol where there is one, else by SPARQL Update.

Whatever is sent may be sent again: statements without blank nodes are a set. So failed requests are, as those
of ``RemoteStore`` are.
"""

import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from http.client import HTTPException
from urllib.parse import quote, urlencode
from urllib.request import Request

import pyoxigraph as ox

from fellesord.errors import FellesordError, InvalidQuery, StoreError, StoreRefused, StoreUnavailable
from fellesord.store.queries import update
from fellesord.store.wire import Access, exchange, translated, whole

_DONE = range(200, 300)
_SAID = 64 * 1024
_FIRST_PAUSE = 0.5


@dataclass(frozen=True)
class Writer:
    """Writes to an engine. ``graphs`` is the address of its Graph Store Protocol, if it has one.

    ``most`` statements go into one request, fewer as text of SPARQL, which engines compile.
    Methods raise StoreError: StoreRefused when the engine will not, StoreUnavailable or StoreTimeout when it
    did not answer in ``deadline`` seconds.
    """

    updates: str
    graphs: str | None = None
    access: Access = field(default_factory=Access)
    deadline: float = 30.0
    attempts: int = 3
    most: int = 20_000
    sleep: Callable[[float], None] = time.sleep

    @property
    def at_once(self) -> int:
        """How many statements go into one request."""
        return self.most if self.graphs else min(self.most, 1_000)

    def change(self, text: str) -> None:
        """Run a SPARQL Update (SPARQL 1.1 Protocol, section 2.2.1)."""
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        self._send("POST", self.updates, urlencode({"update": text}).encode(), form)

    def add(self, graph: str, triples: Sequence[ox.Triple]) -> None:
        """Add statements to a graph, which need not be there before."""
        data = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
        if self.graphs:
            self._send("POST", self._of(graph), data, {"Content-Type": "application/n-triples"})
        else:
            self.change(update("publish/insert").about(graph, data.decode()))

    def drop(self, graph: str) -> None:
        """Remove a graph, if it is there."""
        if self.graphs:
            self._send("DELETE", self._of(graph), None, {}, also=(404,))
        else:
            self.change(update("publish/drop").about(graph))

    def _of(self, graph: str) -> str:
        return f"{self.graphs}?graph={quote(graph, safe='')}"

    def _send(
        self, method: str, url: str, data: bytes | None, headers: dict[str, str], also: tuple[int, ...] = ()
    ) -> None:
        request = Request(url, data, {"User-Agent": "fellesord", **headers}, method=method)  # noqa: S310  # not opened
        for attempt in range(self.attempts):
            try:
                return self._try(request, (*_DONE, *also))
            except StoreUnavailable as error:
                if attempt + 1 == self.attempts:
                    raise
                self.sleep((error.retry_after or 0) + _FIRST_PAUSE * 2**attempt)
        return None

    def _try(self, request: Request, accepted: tuple[int, ...]) -> None:
        ends = time.monotonic() + self.deadline

        def left() -> float:
            if (seconds := ends - time.monotonic()) <= 0:
                raise TimeoutError("the deadline has passed")
            return seconds

        try:
            with exchange(self.access, self._tls, request, left, accepted) as response:
                whole(response, _SAID)
        except (OSError, HTTPException, ValueError) as error:
            raise _while_writing(translated(error), request) from error
        except (InvalidQuery, StoreError) as error:
            raise _while_writing(error, request) from error

    @cached_property
    def _tls(self) -> ssl.SSLContext | None:
        return ssl.create_default_context() if self.updates.startswith("https:") else None


def _while_writing(error: FellesordError, request: Request) -> FellesordError:
    """The error, with what was tried; what an engine calls a bad request is one that it refuses."""
    tried = f"{request.get_method()} {request.full_url}"
    if isinstance(error, StoreUnavailable):
        return StoreUnavailable(f"{tried}: {error}", error.retry_after)
    kind = StoreRefused if isinstance(error, InvalidQuery) else type(error)
    return kind(f"{tried}: {error}")
