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
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qs

from fellesord.errors import FellesordError
from fellesord.web.answers import Answer, Answers, Request, lengthy, settled, streamed
from fellesord.web.faults import refused
from fellesord.web.negotiation import HTML, speech
from fellesord.web.observing import Answered, Observer, request_id, surface
from fellesord.web.rsgi import Scope, Wire
from fellesord.web.tape import Gone, Tape

_THREADS = 4
_WAITING = 512
#: Threads for what may take long, and answers at once that are sent as they are made.
_STREAMS = 32
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
    """A request that is not passed on; ``most`` is how much it may be, for people."""

    def __init__(self, status: HTTPStatus, detail: str, most: str = "") -> None:
        super().__init__(status, detail, most)
        self.status = status
        self.detail = detail
        self.most = most


def pause(failures: int) -> float:
    """Seconds until the next look for new data, after so many failures in a row: doubled each time."""
    return float(min(_LOOK * 2 ** min(failures, 20), _REST))


class Front:
    """An RSGI application that answers from what ``make`` gives, made again whenever ``current`` changes.

    ``hosts`` are the only names it answers to, if there are any.
    ``prefix`` is the path that a proxy in front may leave on requests; when ``proxied``, the last address in
    X-Forwarded-For is the client's. Observers hear of every answer. Answers in the making lie in ``folder``.
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
        proxied: bool = False,
        folder: Path | None = None,
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
        self._streams = ThreadPoolExecutor(_STREAMS, thread_name_prefix="stream")
        self._streaming: Counter[str] = Counter()
        self._proxied = proxied
        self._folder = folder
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
            if streamed(path):
                answer = await self._streamed(answers, replace(request, client=self._client(scope)), wire)
            else:
                answer = answers.cached(request) or await self._fresh(answers, request, wire)
                self._send(wire, answer, name)
        except Refused as refusal:
            answer = _problem(refusal, headers, scope.query_string, self._prefix)
            self._send(wire, answer, name)
        except ConnectionError:
            return
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
                old, self._answers = self._answers, await asyncio.to_thread(self._make)
                self._seen = seen
                await asyncio.to_thread(old.close)
        except (FellesordError, OSError) as error:
            _log.error("cannot go over to the new data: %s", error)
            return False
        return True

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Finish what runs."""
        self._pool.shutdown()
        self._streams.shutdown()
        self._answers.close()

    def _client(self, scope: Scope) -> str:
        """The address of whoever asks: what the proxy says last, where there is one, else the other end's."""
        given = dict(scope.headers.items()).get("x-forwarded-for", "") if self._proxied else ""
        return given.rpartition(",")[2].strip() or scope.client.rpartition(":")[0].strip("[]")

    def _path(self, path: str) -> str:
        return path.removeprefix(self._prefix) if path.startswith(f"{self._prefix}/") else path

    def _check(self, scope: Scope, headers: dict[str, str]) -> None:
        limits = self._limits
        if len(scope.path) + len(scope.query_string) > limits.address:
            raise Refused(
                HTTPStatus.REQUEST_URI_TOO_LONG,
                f"The address has more than {limits.address} characters; a POST takes more.",
                str(limits.address),
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

    async def _streamed(self, answers: Answers, request: Request, wire: Wire) -> Answer:
        """Answer as the answer is made; what was sent. Of so many at once a quarter may be one client's."""
        request = replace(request, body=await self._body(request, wire))
        client = request.client
        if self._streaming.total() >= _STREAMS or self._streaming[client] >= _STREAMS // 4:
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, "Too many answers are being sent; try again.")
        self._streaming[client] += 1
        tape = Tape(self._folder)
        making = self._streams.submit(_record, answers, request, tape)
        leaving = asyncio.ensure_future(wire.client_disconnect())
        try:
            answer = await tape.head(leaving)
            if answer.length >= 0:
                answer = settled(request, answer)
                self._send(wire, answer, request.id)
                return answer
            headers = [*answer.headers, ("x-request-id", request.id)]
            if request.method == "HEAD":
                wire.response_empty(answer.status, headers)
                return replace(answer, length=0)
            sent = await tape.play(lambda path: wire.response_file(answer.status, headers, path))
            return replace(answer, length=sent, file=tape.folder)
        except Gone as error:
            raise ConnectionError from error
        finally:
            leaving.cancel()
            tape.leave()
            self._streaming[client] -= 1
            self._streaming = +self._streaming
            making.cancel()

    async def _made(self, answers: Answers, request: Request) -> Answer:
        """The full answer, made in the pool, once for all who ask for it at the same time."""
        if self._waiting >= _WAITING:
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, "Too many requests are waiting; try again.")
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            pool = self._streams if lengthy(request.path) else self._pool
            full = await loop.run_in_executor(pool, answers.fresh, request)
        finally:
            self._waiting -= 1
        answers.keep(request, full)
        return full

    async def _body(self, request: Request, wire: Wire) -> bytes:
        """The body of a request; what a GET carries has no meaning and is not read."""
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return b""
        too_large = Refused(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"The body may have {self._limits.body} bytes.",
            f"{self._limits.body / 1_000_000:.3g}",
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
                f"{self._limits.body_seconds:g}",
            ) from None
        return bytes(body)

    def _send(self, wire: Wire, answer: Answer, name: str) -> None:
        headers = [*answer.headers, ("x-request-id", name)]
        if answer.status != HTTPStatus.NOT_MODIFIED:
            headers.append(("content-length", str(answer.length)))
        if answer.file is not None and answer.span is not None:
            return wire.response_file_range(answer.status, headers, str(answer.file), *answer.span)
        if answer.file is not None:
            return wire.response_file(answer.status, headers, str(answer.file))
        if not answer.body:
            return wire.response_empty(answer.status, headers)
        return wire.response_bytes(answer.status, headers, answer.body)


def _record(answers: Answers, request: Request, tape: Tape) -> None:
    """Make an answer, in a thread of its own."""
    error: Exception | None = None
    try:
        answers.stream(request, tape)
    except Gone:
        pass
    except Exception as unexpected:  # noqa: BLE001 - whatever it is, what was sent must not look whole
        _log.exception("an answer broke off")
        error = unexpected
        with suppress(Gone, OSError):
            tape.write(b"\nAVKORTET: the answer broke off; this is not all of it.\n")
    tape.end(error)


def _problem(refusal: Refused, given: Mapping[str, str], query: str, prefix: str) -> Answer:
    """The refusal as a problem (RFC 9457), or as a page where one is asked for by name.

    It comes before the application, so the page is a small one.
    """
    content = {
        "type": "about:blank",
        "title": refusal.status.phrase,
        "status": refusal.status.value,
        "detail": refusal.detail,
    }
    body, media_type, language = json.dumps(content).encode() + b"\n", "application/problem+json", "en"
    if HTML.media_type in given.get("accept", ""):
        language = speech(parse_qs(query).get("lang", [None])[0], given.get("accept-language")).interface
        body, media_type = refused(refusal.status, refusal.most, language, prefix), HTML.content_type
    headers = [
        ("content-type", media_type),
        ("content-language", language),
        ("access-control-allow-origin", "*"),
    ]
    if refusal.status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers.append(("retry-after", "1"))
    if refusal.status in (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE):
        headers.append(("connection", "close"))
    return Answer(refusal.status.value, tuple(headers), body, len(body))
