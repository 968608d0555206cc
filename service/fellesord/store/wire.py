"""One HTTP request to a store, within limits: a deadline for the whole of it, and credentials that stay home.

Redirects stay on their origin, and so do credentials. Only looking up the host's name is outside the
deadline, for it cannot be cancelled.
"""

import re
import select
import socket
import ssl
import time
from base64 import b64encode
from collections.abc import Callable, Container
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection, IncompleteRead
from io import BufferedReader, RawIOBase
from threading import Lock
from typing import Any
from urllib.parse import urljoin, urlsplit
from urllib.request import (
    AbstractDigestAuthHandler,
    HTTPPasswordMgrWithDefaultRealm,
    Request,
    parse_http_list,
    parse_keqv_list,
)

import SPARQLWrapper.SPARQLExceptions as Library

from fellesord import errors
from fellesord.errors import InvalidQuery, StoreError, StoreRefused, StoreUnavailable
from fellesord.store import engines

#: Gives the seconds left before the deadline; raises TimeoutError when there are none.
Left = Callable[[], float]
_DIGEST = "digest "
#: Seconds between two looks whether there is time left.
_LOOK = 0.1


def _digest() -> AbstractDigestAuthHandler:
    return AbstractDigestAuthHandler(HTTPPasswordMgrWithDefaultRealm())


@dataclass(frozen=True)
class Access:
    """What lets us in: a user with a password, as Basic or, where that is wanted, Digest; or a token."""

    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    #: Path → what the store wants proved there (RFC 7616, section 3.3).
    _wanted: dict[str, dict[str, str]] = field(default_factory=dict, repr=False, compare=False)
    _digest: AbstractDigestAuthHandler = field(default_factory=_digest, repr=False, compare=False)
    _one: Lock = field(default_factory=Lock, repr=False, compare=False)

    def header(self, request: Request, url: str) -> dict[str, str]:
        """The header that carries the credentials to this address, if there are any."""
        if self.token:
            return {"Authorization": f"Bearer {self.token}"}
        if not self.user:
            return {}
        if wanted := self._wanted.get(urlsplit(url).path):
            with self._one:  # it counts how often it has answered
                self._digest.add_password(None, _root(url), self.user, self.password or "")  # type: ignore[attr-defined]  # it has it
                proved = self._digest.get_authorization(
                    Request(url, method=request.get_method()),  # noqa: S310  # not opened
                    wanted,
                )
            return {"Authorization": f"Digest {proved}"}
        pair = f"{self.user}:{self.password}".encode("utf-8", "surrogateescape")
        return {"Authorization": f"Basic {b64encode(pair).decode()}"}

    def learn(self, url: str, challenge: str) -> bool:
        """Whether a refusal asks for Digest; if so, it is what is sent to this address from now on."""
        if not self.user or not challenge.lower().startswith(_DIGEST):
            return False
        self._wanted[urlsplit(url).path] = parse_keqv_list(parse_http_list(challenge[len(_DIGEST) :]))
        return True


def exchange(
    access: Access, tls: ssl.SSLContext | None, request: Request, left: Left, accepted: Container[int]
) -> HTTPResponse:
    """The response, of an accepted status, after redirects that stay on the origin.

    Raises our errors, and those of the libraries, which ``translated`` knows. Who is refused with a password
    tries once more as Digest, when the store says so. Virtuoso says it only to those who send no password at
    all, so it is asked without one, and without the body, which it would not read.
    """
    url, proved = request.full_url, False
    for _ in range(6):
        response = _send(request, url, access.header(request, url), tls, left)
        if response.status in accepted:
            return response
        with response:
            if response.status == 401 and access.user and not proved:
                said = response.headers.get("WWW-Authenticate", "")
                proved = access.learn(url, said) or access.learn(url, _challenge(request, url, tls, left))
                if proved:
                    continue
            target = urljoin(url, response.headers.get("Location", ""))
            if response.status not in (307, 308) or _root(target) != _root(url):
                raise failure(response, target)
        url = target
    raise StoreRefused("the store redirects without end")


def _challenge(request: Request, url: str, tls: ssl.SSLContext | None, left: Left) -> str:
    """What is wanted of somebody who sends nothing."""
    bare = Request(url, method=request.get_method())  # noqa: S310  # of the origin that the caller chose
    with _send(bare, url, {}, tls, left) as response:
        return str(response.headers.get("WWW-Authenticate", "")) if response.status == 401 else ""


def _send(
    request: Request, url: str, credentials: dict[str, str], tls: ssl.SSLContext | None, left: Left
) -> HTTPResponse:
    """The response to a request sent to ``url``, which is of the origin that the caller chose."""
    scheme, host, port = _origin(url)
    connection = _TlsConnection(host, port, context=tls) if scheme == "https" else _Connection(host, port)
    connection.left = left
    target = urlsplit(url)._replace(scheme="", netloc="", fragment="").geturl()
    headers = dict(request.header_items()) | credentials | {"Connection": "close"}
    try:
        connection.request(request.get_method(), target, request.data, headers)
        response = connection.getresponse()
    except BaseException:
        connection.close()
        raise
    if connection.sock is not None:
        connection.sock.close()  # in truth when the response, which holds it too, is closed
    return response


def whole(response: HTTPResponse, limit: int) -> bytes:
    """The body of a response. Raises StoreOverflow beyond so many bytes."""
    body, is_all = taken(response, limit)
    if not is_all:
        raise errors.StoreOverflow(f"the store's answer is larger than {limit} bytes")
    return body


def taken(response: HTTPResponse, limit: int) -> tuple[bytes, bool]:
    """So many bytes of the body of a response, and whether that is all of it."""
    body = bytearray()
    while chunk := response.read1(65536):
        body += chunk
        if len(body) > limit:
            return bytes(body[:limit]), False
    if response.length:
        raise IncompleteRead(b"", response.length)
    return bytes(body), True


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


def _arrived(sock: socket.socket, seconds: float) -> bool:
    """Whether something arrives within some seconds, or has."""
    if isinstance(sock, ssl.SSLSocket) and sock.pending():
        return True
    ready = select.poll()
    ready.register(sock, select.POLLIN)
    return bool(ready.poll(seconds * 1000))


class _Incoming(RawIOBase):
    """What arrives at a socket before the deadline; now and then it is asked whether there is time left."""

    def __init__(self, raw: RawIOBase, sock: socket.socket, left: Left) -> None:
        self._raw, self._sock, self._left = raw, sock, left

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._left()
        until = time.monotonic() + left
        while not _arrived(self._sock, min(left, _LOOK)):
            left = self._left()
            if time.monotonic() > until:
                raise TimeoutError("nothing arrived before the deadline")
        self._sock.settimeout(left)
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


def failure(response: HTTPResponse, target: str) -> errors.FellesordError:
    """Our error for a response that is neither an answer nor a redirect to follow."""
    text = b""
    with suppress(OSError, HTTPException):
        while len(text) < 800 and (chunk := response.read1(800)):
            text += chunk
    message = f"the store answered HTTP {response.status}: {start(text)}"
    if said := engines.failure(response.status, message):
        return said
    if response.status == 401:
        message += " (FELLESORD_STORE_USER and FELLESORD_STORE_PASSWORD, or FELLESORD_STORE_TOKEN, let in)"
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


def _root(url: str) -> str:
    """The address of the root of an origin."""
    scheme, host, port = _origin(url)
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}/"
