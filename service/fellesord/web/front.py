"""The front: speaks HTTP for the application, and cannot be stalled.

An RSGI application for granian. Bodies are read without a thread, within a size and a time; answers that
are remembered are given without one; the rest run in a small pool; large answers leave as files. A client
that stalls therefore holds a coroutine or a socket, never a thread and never a copy of an answer.
"""

import asyncio
import json
import logging
import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from http import HTTPStatus

from fellesord.errors import FellesordError
from fellesord.web.answers import Answer, Answers, Request, settled
from fellesord.web.observing import Answered, Observer, request_id, surface
from fellesord.web.rsgi import Scope, Wire

_THREADS = 4
_WAITING = 512
#: Seconds between two looks at what is current; and at most, when going over to it fails.
_LOOK, _REST = 0.25, 60.0
_log = logging.getLogger("fellesord")


@dataclass(frozen=True)
class Limits:
    """What a client may send: bytes of body, seconds to send it in, characters of address and headers."""

    body: int = 1024 * 1024
    body_seconds: float = 20.0
    address: int = 8 * 1024
    headers: int = 16 * 1024


class Refused(Exception):
    """A request that is not passed on."""

    def __init__(self, status: HTTPStatus, detail: str) -> None:
        super().__init__(status, detail)
        self.status = status
        self.detail = detail


def pause(failures: int) -> float:
    """Seconds until the next look for new data, after so many failures in a row: doubled each time."""
    return float(min(_LOOK * 2 ** min(failures, 20), _REST))


class Front:
    """An RSGI application that answers from what ``make`` gives, made again whenever ``current`` changes.

    ``hosts`` are the only names it answers to, if there are any.
    ``prefix`` is the path that a proxy in front may leave on requests. Observers hear of every answer.
    """

    def __init__(
        self,
        make: Callable[[], Answers],
        *,
        current: Callable[[], str] = str,
        limits: Limits = Limits(),
        hosts: Sequence[str] = (),
        prefix: str = "",
        observers: Sequence[Observer] = (),
    ) -> None:
        self._make = make
        self._current = current
        self._seen = current()
        self._answers = make()
        self._limits = limits
        self._hosts = frozenset(host.lower() for host in hosts)
        self._prefix = prefix
        self._observers = observers
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="answer")
        self._waiting = 0
        self._making: dict[object, asyncio.Future[Answer]] = {}

    async def __rsgi__(self, scope: Scope, wire: Wire) -> None:
        """Answer one request."""
        begun = time.perf_counter()
        headers = dict(scope.headers.items())
        name = request_id(headers.get("x-request-id"))
        path = self._path(scope.path)
        try:
            self._check(scope, headers)
            request = Request(scope.method, path, scope.query_string, headers, id=name)
            answers = self._answers
            answer = answers.cached(request) or await self._fresh(answers, request, wire)
        except Refused as refusal:
            answer = _problem(refusal)
        except ConnectionError:
            return
        self._send(wire, answer, name)
        told = Answered(
            name,
            scope.method,
            surface(path),
            answer.status,
            time.perf_counter() - begun,
            answer.length if answer.body or answer.file else 0,
            answer.cached,
        )
        for observer in self._observers:
            observer(told)

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to follow what is current."""
        self._following = loop.create_task(self._follow())

    async def _follow(self) -> None:
        failures = 0
        while True:
            await asyncio.sleep(pause(failures))
            failures = 0 if await self.catch_up() else failures + 1

    async def catch_up(self) -> bool:
        """Answer from what is current now, if that has changed; requests under way keep the old.

        False when that failed, so that the old is still what is answered from.
        """
        try:
            seen = self._current()
            if seen != self._seen:
                self._answers = await asyncio.to_thread(self._make)
                self._seen = seen
        except (FellesordError, OSError) as error:
            _log.error("cannot go over to the new data: %s", error)
            return False
        return True

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Finish what runs."""
        self._pool.shutdown()

    def _path(self, path: str) -> str:
        return path.removeprefix(self._prefix) if path.startswith(f"{self._prefix}/") else path

    def _check(self, scope: Scope, headers: dict[str, str]) -> None:
        limits = self._limits
        if len(scope.path) + len(scope.query_string) > limits.address:
            raise Refused(
                HTTPStatus.REQUEST_URI_TOO_LONG,
                f"The address has more than {limits.address} characters; POST /lookup takes many.",
            )
        if sum(len(name) + len(value) for name, value in headers.items()) > limits.headers:
            raise Refused(
                HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                f"The headers have more than {limits.headers} characters.",
            )
        host = (scope.authority or headers.get("host", "")).lower()
        if self._hosts and re.sub(r":[0-9]+$", "", host) not in self._hosts:
            raise Refused(HTTPStatus.MISDIRECTED_REQUEST, "This service does not answer to that host name.")

    async def _fresh(self, answers: Answers, request: Request, wire: Wire) -> Answer:
        body = await self._body(request, wire)
        if request.method not in ("GET", "HEAD"):
            return await self._made(answers, replace(request, body=body))
        key = answers.key(request)
        making = self._making.get(key)
        if making is None:
            making = self._making[key] = asyncio.ensure_future(self._made(answers, request))
            making.add_done_callback(lambda _: self._making.pop(key))
        return settled(request, await asyncio.shield(making))

    async def _made(self, answers: Answers, request: Request) -> Answer:
        """The full answer, made in the pool, once for all who ask for it at the same time."""
        if self._waiting >= _WAITING:
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, "Too many requests are waiting; try again.")
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            full = await loop.run_in_executor(self._pool, answers.fresh, request)
        finally:
            self._waiting -= 1
        answers.keep(request, full)
        return full

    async def _body(self, request: Request, wire: Wire) -> bytes:
        """The body of a request; what a GET carries has no meaning and is not read."""
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return b""
        too_large = Refused(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"The body may have {self._limits.body} bytes."
        )
        declared = request.headers.get("content-length", "0")
        if declared.isdecimal() and int(declared[:20]) > self._limits.body:
            raise too_large
        body = bytearray()
        try:
            async with asyncio.timeout(self._limits.body_seconds):
                async for chunk in wire:
                    body += chunk
                    if len(body) > self._limits.body:
                        raise too_large
        except TimeoutError:
            raise Refused(
                HTTPStatus.REQUEST_TIMEOUT,
                f"The body did not arrive within {self._limits.body_seconds:g} seconds.",
            ) from None
        return bytes(body)

    def _send(self, wire: Wire, answer: Answer, name: str) -> None:
        headers = [*answer.headers, ("x-request-id", name)]
        if answer.status != HTTPStatus.NOT_MODIFIED:
            headers.append(("content-length", str(answer.length)))
        if answer.file is not None:
            return wire.response_file(answer.status, headers, str(answer.file))
        if not answer.body:
            return wire.response_empty(answer.status, headers)
        return wire.response_bytes(answer.status, headers, answer.body)


def _problem(refusal: Refused) -> Answer:
    """The refusal as a problem (RFC 9457); it comes before any negotiation."""
    content = {
        "type": "about:blank",
        "title": refusal.status.phrase,
        "status": refusal.status.value,
        "detail": refusal.detail,
    }
    body = json.dumps(content).encode() + b"\n"
    headers = [
        ("content-type", "application/problem+json"),
        ("content-language", "en"),
        ("access-control-allow-origin", "*"),
    ]
    if refusal.status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers.append(("retry-after", "1"))
    if refusal.status in (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE):
        headers.append(("connection", "close"))
    return Answer(refusal.status.value, tuple(headers), body, len(body))
