"""One SPARQL query over HTTP, within limits: SPARQLWrapper builds the request, the rest is ours.

What SPARQLWrapper 2.0 leaves open is closed here: a deadline and a size limit for the whole answer,
redirects that stay on their origin, queries that are never updates, credentials that go nowhere else.
Only looking up the host's name is outside the deadline, for it cannot be cancelled.
"""

import re
import socket
import ssl
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection, IncompleteRead
from io import BufferedReader, RawIOBase
from typing import Any
from urllib.parse import urljoin, urlsplit
from urllib.request import Request

import SPARQLWrapper.SPARQLExceptions as Library
from SPARQLWrapper import SPARQLWrapper

from fellesord import errors
from fellesord.errors import InvalidQuery, InvalidSetting, StoreError, StoreRefused, StoreUnavailable
from fellesord.store import engines
from fellesord.store.engines import Engine

#: Gives the seconds left before the deadline; raises TimeoutError when there are none.
Left = Callable[[], float]
_LONGEST_URL = 2000
_URL = re.compile(r"https?://(?:[\w.-]+|\[[\w:.]+\])(?::(\d{1,5}))?(?:/[!-~]*)?", re.ASCII)


@dataclass(frozen=True)
class Endpoint:
    """Where a store is asked, and within which limits. Raises InvalidSetting for what cannot be used.

    ``graph`` is sent as ``default-graph-uri``; ``deadline`` is seconds for an answer, retries included.
    """

    url: str
    graph: str | None = None
    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    deadline: float = 30.0
    max_bytes: int = 64 * 1024 * 1024
    attempts: int = 3

    def __post_init__(self) -> None:
        url = _URL.fullmatch(self.url)
        if url is None or int(url[1] or 80) > 65535 or re.search(r"[?#]", self.url):
            raise InvalidSetting("the store's URL must be http(s)://host:port/path, without user or ?")
        if min(self.deadline, self.max_bytes, self.attempts) <= 0:
            raise InvalidSetting("the store's deadline, size limit and attempts must be above 0")
        if (self.user is None) != (self.password is None) or (self.user and self.token):
            raise InvalidSetting("the store takes a user with a password, or a token")
        if ":" in (self.user or "") or not re.fullmatch(r"[!-~]*", self.token or ""):
            raise InvalidSetting("the store's user may hold no colon, its token neither space nor æ")

    @property
    def authorization(self) -> dict[str, str]:
        """The header that carries the credentials, if there are any."""
        if self.token:
            return {"Authorization": f"Bearer {self.token}"}
        if not self.user:
            return {}
        pair = f"{self.user}:{self.password}".encode("utf-8", "surrogateescape")
        return {"Authorization": f"Basic {b64encode(pair).decode()}"}


@dataclass(frozen=True)
class Answer:
    """What an endpoint answered, whole, and the engine that shows in it."""

    media: str
    body: bytes
    engine: Engine


class Client(SPARQLWrapper):
    """SPARQLWrapper for one query, hardened."""

    def __init__(
        self,
        to: Endpoint,
        tls: ssl.SSLContext | None,
        query: str,
        accept: str,
        left: Left,
        engine: Engine = engines.OTHER,
    ) -> None:
        super().__init__(to.url, defaultGraph=to.graph, agent="fellesord")
        if timeout := engine.timeout(left()):
            self.addParameter("timeout", timeout)
        self._to, self._accept, self._left, self._tls = to, accept, left, tls
        self.setOnlyConneg(True)  # else it adds format=, output= and results=
        self.setQuery(query)

    def isSparqlUpdateRequest(self) -> bool:
        """No: the parent takes ``PREFIX … # DELETE`` for an update, and would send it as one."""
        return False

    def _parseQueryType(self, query: str) -> str:
        return "SELECT"  # the parent guesses, and warns; nothing here depends on it

    def _getAcceptHeader(self) -> str:
        return self._accept

    def answer(self) -> Answer:
        """The answer to one attempt. Raises only our errors; one that was cut off is an error too."""
        try:
            response, _ = self._query()
            with response:
                headers = response.headers
                engines.refuse_partial(headers)
                return Answer(headers.get_content_type(), self._body(response), engines.recognised(headers))
        except (Library.SPARQLWrapperException, OSError, HTTPException, ValueError) as error:
            raise translated(error) from error

    def _query(self) -> tuple[HTTPResponse, str]:
        """The response with status 200, after redirects that stay on the origin."""
        request = self._createRequest()
        if len(request.full_url) > _LONGEST_URL:
            self.setMethod("POST")
            request = self._createRequest()
        url = request.full_url
        for _ in range(4):
            response = self._send(request, url)
            if response.status == 200:
                return response, self.returnFormat
            with response:
                target = urljoin(url, response.headers.get("Location", ""))
                if response.status not in (307, 308) or _origin(target) != _origin(url):
                    raise _failure(response, target)
            url = target
        raise StoreRefused("the store redirects without end")

    def _send(self, request: Request, url: str) -> HTTPResponse:
        """The response to a request sent to ``url``, which is of the endpoint's origin."""
        scheme, host, port = _origin(url)
        connection = _Connection(host, port)
        if scheme == "https":
            connection = _TlsConnection(host, port, context=self._tls)
        connection.left = self._left
        target = urlsplit(url)._replace(scheme="", netloc="", fragment="").geturl()
        headers = dict(request.header_items()) | self._to.authorization | {"Connection": "close"}
        try:
            connection.request(request.get_method(), target, request.data, headers)
            response = connection.getresponse()
        except BaseException:
            connection.close()
            raise
        if connection.sock is not None:
            connection.sock.close()  # in truth when the response, which holds it too, is closed
        return response

    def _body(self, response: HTTPResponse) -> bytes:
        body = bytearray()
        while chunk := response.read1(65536):
            body += chunk
            if len(body) > self._to.max_bytes:
                limit = f"{self._to.max_bytes} bytes"
                raise errors.StoreOverflow(f"the store's answer is larger than {limit}")
        if response.length:
            raise IncompleteRead(b"", response.length)
        return bytes(body)


class _Connection(HTTPConnection):
    """A connection on which connecting, sending and receiving end together, at the deadline."""

    left: Left

    def connect(self) -> None:
        """Connect; each address of the host is tried for its share of the time left."""
        addresses = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        self.timeout = self.left() / len(addresses)
        super().connect()
        self.sock.settimeout(self.left())  # for the TLS handshake

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        self.sock.settimeout(self.left())
        super().send(data)

    # http.client calls this class, and so may call this method instead.
    def response_class(self, sock: socket.socket, method: str) -> HTTPResponse:  # type: ignore[override]
        response = HTTPResponse(sock, method=method)
        response.fp = BufferedReader(_Incoming(response.fp.detach(), sock, self.left))
        return response


class _TlsConnection(HTTPSConnection, _Connection):
    """The same over TLS: the first parent's ``connect`` wraps what the second's has connected."""


class _Incoming(RawIOBase):
    """What arrives at a socket before the deadline."""

    def __init__(self, raw: RawIOBase, sock: socket.socket, left: Left) -> None:
        self._raw, self._sock, self._left = raw, sock, left

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(self._left())
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


def translated(error: Exception) -> errors.FellesordError:
    """Our error for one of SPARQLWrapper, http.client, urllib, ssl or the system."""
    match error:
        case Library.QueryBadFormed():
            return InvalidQuery(str(error))
        case Library.Unauthorized() | Library.EndPointNotFound() | Library.URITooLong():
            return StoreRefused(str(error))
        case UnicodeEncodeError(encoding="utf-8"):
            return InvalidQuery("the query is not text in Unicode")
        case TimeoutError():
            return errors.StoreTimeout("the store did not answer before the deadline")
        case ssl.SSLError() if not isinstance(error, ssl.SSLEOFError | ssl.SSLSyscallError):
            return StoreError(f"no secure connection to the store: {error}")
        case OSError() | IncompleteRead():
            return StoreUnavailable(f"the store cannot be reached: {error!r}")
    return StoreError(f"the store failed: {error!r}")


def _failure(response: HTTPResponse, target: str) -> errors.FellesordError:
    """Our error for a response that is neither an answer nor a redirect to follow."""
    text = b""
    with suppress(OSError, HTTPException):
        while len(text) < 800 and (chunk := response.read1(800)):
            text += chunk
    message = f"the store answered HTTP {response.status}: {start(text)}"
    if said := engines.failure(response.status, message):
        return said
    match response.status // 100, response.status:
        case _, 206:  # what Virtuoso, since 7.2.8, has found when its time is up
            return errors.StoreTimeout(message)
        case _, 400:
            return InvalidQuery(message)
        case _, 429 | 502 | 503 | 504:
            return StoreUnavailable(message, _retry_after(response.headers.get("Retry-After", "")))
        case 3, status:
            return StoreRefused(f"the store answered HTTP {status}, a redirect to {target[:200]}")
        case 4, _:
            return StoreRefused(message)
    return StoreError(message)


def _retry_after(asked: str) -> float | None:
    """The seconds to wait that a Retry-After header asks for (RFC 9110, section 10.2.3)."""
    if re.fullmatch(r"[0-9]{1,9}", asked):
        return float(asked)
    try:
        until = parsedate_to_datetime(asked).replace(tzinfo=UTC)
    except ValueError:
        return None
    return max(0.0, (until - datetime.now(UTC)).total_seconds())


def start(body: bytes) -> str:
    """The first words of a body, for a message."""
    return " ".join(body[:800].decode("utf-8", "replace").split())[:200]


def _origin(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
