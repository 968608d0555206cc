"""Answers: a request in, the bytes to send out, whoever speaks HTTP.

The application is asked at most once for the same thing: an answer is a pure function of the generation,
the path, the query, what the client negotiates, and the day (some lists are valid on a day). Conditional
requests and HEAD are settled here, from the one full answer, so that cached and fresh cannot differ.
"""

import gzip
import sys
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header, parse_date, parse_range_header
from werkzeug.sansio.http import is_resource_modified
from werkzeug.wrappers import Response

from fellesord.web import negotiation
from fellesord.web.links import RELEASED
from fellesord.web.observing import ENVIRON
from fellesord.web.spool import Lying, Spool

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

#: What is answered anew each time and as it is made, with what is below it.
STREAMED = ("/sparql", "/.well-known/void")
#: What may take long, with what is below it: it has other threads than lookups, which never wait for it.
LENGTHY = (
    *("/api/v1/queries", "/sporringer", "/sjekk", "/sjekk-tekst", "/api/v1/check", "/api/v1/annotate"),
    *("/export", "/data-norge", "/releases"),
)
#: Where the application finds, in its environment, what says whether the client has left.
LEFT = "fellesord.left"
#: Answers larger than this are not kept, and are sent from a file.
LARGE = 256 * 1024
_KEPT_STATUS = frozenset({200, 303, 410})
_SAFE = frozenset({"GET", "HEAD"})
#: Media types that are text, which packing makes smaller; and from how many bytes on that is worth while.
_TEXT = ("text/", "application/", "image/svg")
_WORTH = 1000
#: The headers that the server writes.
_SERVERS = frozenset({"content-length", "date"})
#: Headers that are about a body that is not sent.
_OF_WHOLE = ("content-encoding", "content-type", "etag", "last-modified")
#: The headers an application sees. What it cannot see cannot change its answer behind the key's back.
_PASSED = ("accept", "accept-datetime", "accept-language", "hx-request")

negotiate = lru_cache(maxsize=256)(negotiation.negotiate)
speech = lru_cache(maxsize=256)(negotiation.speech)


@dataclass(frozen=True)
class Request:
    """A request; header names are lower case, ``path`` is decoded, ``id`` is what logs call it.

    ``client`` is the address of whoever asks, and is known of where an answer is not remembered.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes = b""
    id: str = ""
    client: str = ""


@dataclass(frozen=True)
class Answer:
    """An answer, whole; ``headers`` has no Content-Length, ``length`` is that of the body a GET has.

    A large body lies in ``file``, and ``body`` is empty; of a part of it, ``span`` says from where to where.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    length: int
    cached: bool = False
    file: Path | None = None
    span: tuple[int, int] | None = None

    def header(self, name: str) -> str | None:
        """The value of a header, its name in lower case."""
        return next((value for key, value in self.headers if key.lower() == name), None)


@runtime_checkable
class Closing(Protocol):
    """A body that wants to be closed (PEP 3333)."""

    def close(self) -> None:
        """Let go of what it holds."""
        ...


class Target(Protocol):
    """Where an answer goes that is sent as it is made."""

    def begin(self, head: Answer) -> None:
        """Take the status and the headers."""
        ...

    def write(self, data: bytes) -> None:
        """Take some bytes of the body; raises when nobody wants them any more."""
        ...

    def left(self) -> bool:
        """Whether nobody wants it any more."""
        ...


Key = tuple[object, ...]


class Answers:
    """What an application answers, remembered within ``room`` bytes (0: nothing is remembered).

    ``cached`` and ``keep`` belong to one thread, the event loop's; ``fresh`` may run in any.
    """

    #: Bytes of answers remembered unless said otherwise.
    ROOM = 32 * 1024 * 1024

    def __init__(
        self,
        app: "WSGIApplication",
        generation: str,
        room: int = ROOM,
        spool: Spool | None = None,
        closing: Callable[[], None] | None = None,
    ) -> None:
        self._app = app
        self._closing = closing
        self._spool = spool
        self._generation = generation
        self._room = room
        self._kept: OrderedDict[Key, Answer] = OrderedDict()
        self._size = 0

    def cached(self, request: Request) -> Answer | None:
        """The answer, if it is remembered."""
        if request.method not in _SAFE:
            return None
        key = self.key(request)
        kept = self._kept.get(key)
        if kept is None or (kept.file is not None and not kept.file.exists()):
            return None
        self._kept.move_to_end(key)
        return settled(request, kept)

    def fresh(self, request: Request) -> Answer:
        """The full answer, which may be kept; ``settled`` is what of it this client gets."""
        begun: list[Any] = []

        def begin(status: str, headers: list[tuple[str, str]], *_: object) -> Callable[[bytes], None]:
            begun[:] = [status, headers]
            return lambda _: None

        parts = self._app(_environ(request), begin)
        try:
            path = parts.path if isinstance(parts, Lying) and self._spool is not None else None
            large = path is not None and path.stat().st_size > LARGE
            body = b"" if large else b"".join(parts)
        finally:
            if isinstance(parts, Closing):
                parts.close()
        status, headers = int(begun[0].split()[0]), begun[1]
        kept = tuple((name.lower(), value) for name, value in headers if name.lower() not in _SERVERS)
        full = Answer(status, kept, body, len(body))
        if path is not None and large:
            full = replace(full, length=path.stat().st_size, file=path)
        if packable(full):
            full = packed(full, packs(request.headers.get("accept-encoding")), self._spool)
        if self._spool is None or full.file is not None or full.length <= LARGE:
            return full
        with suppress(OSError):
            name = sha256(full.body).hexdigest()
            return replace(full, body=b"", file=self._spool.file(name, full.body))
        return full

    def stream(self, request: Request, target: Target) -> None:
        """Answer as the answer is made.

        What is whole from the beginning has its length and its body in the head; another head's length is -1.
        """
        environ = {**_environ(request, known=True), LEFT: target.left}
        response = Response.from_app(self._app, environ, buffered=False)
        headers = tuple(
            (name.lower(), value) for name, value in response.headers if name.lower() not in _SERVERS
        )
        try:
            if response.content_length is None:
                target.begin(Answer(response.status_code, headers, b"", -1))
                for part in response.iter_encoded():
                    target.write(part)
            else:
                body = response.get_data()
                full = Answer(response.status_code, headers, body, len(body))
                wanted = packs(request.headers.get("accept-encoding"))
                target.begin(packed(full, wanted) if packable(full) else full)
        finally:
            response.close()

    def close(self) -> None:
        """Let go of what the application holds; what is under way is still answered."""
        if self._closing is not None:
            self._closing()

    def keep(self, request: Request, full: Answer) -> None:
        """Remember a full answer, if it is of those that are; the least used go first."""
        if (
            request.method not in _SAFE
            or full.status not in _KEPT_STATUS
            or len(full.body) > min(LARGE, self._room)
            or not self._room
            or full.header("cache-control") == "no-store"
        ):
            return
        key = self.key(request)
        old = self._kept.pop(key, None)
        self._kept[key] = replace(full, cached=True)
        self._size += _weight(key, full) - (_weight(key, old) if old else 0)
        while self._size > self._room:
            gone, answer = self._kept.popitem(last=False)
            self._size -= _weight(gone, answer)

    def key(self, request: Request) -> Key:
        """What an answer is a function of."""
        form = negotiate(request.headers.get("accept"))
        table = negotiate(request.headers.get("accept"), negotiation.TABLES)
        sheet = negotiate(request.headers.get("accept"), negotiation.SHEETS)
        return (
            self._generation,
            request.path,
            request.query,
            form.suffix if form else None,
            table.suffix if table else None,
            sheet.suffix if sheet else None,
            speech(None, request.headers.get("accept-language")),
            request.headers.get("hx-request"),
            request.headers.get("accept-datetime"),
            packs(request.headers.get("accept-encoding")),
            datetime.now(UTC).date(),
        )


def _weight(key: Key, answer: Answer) -> int:
    """About the bytes that remembering takes."""
    return len(answer.body) + sum(len(n) + len(v) for n, v in answer.headers) + len(str(key)) + 1000


@lru_cache(maxsize=256)
def packs(accept_encoding: str | None) -> bool:
    """Whether a client takes gzip (RFC 9110, section 12.5.3)."""
    return parse_accept_header(accept_encoding, Accept)["gzip"] > 0


def packable(full: Answer) -> bool:
    """Whether an answer is text, long enough, and may be changed on its way (no ``no-transform``)."""
    return (
        full.status == 200
        and full.length > _WORTH
        and (full.header("content-type") or "").startswith(_TEXT)
        and full.header("content-encoding") is None
        and "no-transform" not in (full.header("cache-control") or "")
    )


def packed(full: Answer, wanted: bool, spool: Spool | None = None) -> Answer:
    """The answer packed by gzip if that is wanted; either way it says that it depends on that.

    A packed answer is another representation, so its tag is another (RFC 9110, section 8.8.3).
    """
    vary = ", ".join(filter(None, (full.header("vary"), "Accept-Encoding")))
    headers = {**dict(full.headers), "vary": vary}
    plain = replace(full, headers=tuple(headers.items()))
    if not wanted:
        return plain
    if "etag" in headers:
        headers["etag"] = f'{headers["etag"][:-1]}-gzip"'
    headers["content-encoding"] = "gzip"
    told = tuple(headers.items())
    if full.file is not None and spool is not None:
        with suppress(OSError):  # no room for it
            file = spool.packed(full.file)
            return replace(full, headers=told, file=file, length=file.stat().st_size)
        return plain
    body = gzip.compress(full.body, 6, mtime=0)
    return replace(full, headers=told, body=body, length=len(body))


def settled(request: Request, full: Answer) -> Answer:
    """What this client gets of a full answer: all, a part, the headers only, or that nothing changed.

    (RFC 9110, sections 9.3.2, 13.2.2 and 14.2.)
    """
    if request.method not in _SAFE:
        return full
    if full.status == 200 and not _modified(request, full):
        headers = tuple((name, value) for name, value in full.headers if not name.startswith("content-"))
        return replace(full, status=304, headers=headers, body=b"", length=0, file=None)
    return replace(full, body=b"", file=None) if request.method == "HEAD" else _part(request, full)


def _part(request: Request, full: Answer) -> Answer:
    """The part that is asked for, of what is there in parts; all of it for several, or if it has changed."""
    asked = parse_range_header(request.headers.get("range"))
    if asked is None or asked.units != "bytes" or len(asked.ranges) > 1:
        return full
    if full.status != 200 or full.header("accept-ranges") is None:
        return full
    if request.headers.get("if-range", full.header("etag")) != full.header("etag"):
        return full
    span = asked.range_for_length(full.length)
    told = asked.make_content_range(full.length) or f"bytes */{full.length}"
    headers = (*full.headers, ("content-range", str(told)))
    if span is None:
        headers = tuple((name, value) for name, value in headers if name not in _OF_WHOLE)
        return replace(full, status=416, headers=headers, body=b"", length=0, file=None)
    return replace(
        full,
        status=206,
        headers=headers,
        body=full.body[slice(*span)],
        length=span[1] - span[0],
        span=span if full.file else None,
    )


def _modified(request: Request, full: Answer) -> bool:
    wanted = request.headers.get("if-none-match")
    since = request.headers.get("if-modified-since")
    if wanted is None and since is None:
        return True
    if wanted is not None and wanted.strip() == "*":
        return False
    return is_resource_modified(
        http_if_none_match=wanted,
        http_if_modified_since=None if wanted is not None else since,
        etag=(full.header("etag") or "").strip('"') or None,
        last_modified=parse_date(full.header("last-modified")),
    )


def streamed(path: str) -> bool:
    """Whether a path is answered as the answer is made, of now or of a release."""
    then = RELEASED.fullmatch(path)
    return _at(then["path"] if then else path, STREAMED)


def lengthy(path: str) -> bool:
    """Whether answering a path may take long."""
    return _at(path, LENGTHY)


def _at(path: str, places: Sequence[str]) -> bool:
    return any(path == each or path.startswith(f"{each}/") for each in places)


def _environ(request: Request, *, known: bool = False) -> dict[str, Any]:
    """The WSGI environment (PEP 3333); conditions are left out, for they are settled afterwards.

    When it is ``known`` that the answer is not remembered, it also says who asks, and by which host name.
    """
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET" if request.method == "HEAD" else request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": request.path.encode("utf-8", "replace").decode("latin-1"),
        "QUERY_STRING": request.query.encode("utf-8", "replace").decode("latin-1"),
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_LENGTH": str(len(request.body)),
        "CONTENT_TYPE": request.headers.get("content-type", ""),
        ENVIRON: request.id,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name in (*_PASSED, "host") if known else _PASSED:
        if name in request.headers:
            environ["HTTP_" + name.upper().replace("-", "_")] = request.headers[name]
    if known:
        environ["REMOTE_ADDR"] = request.client
    return environ
