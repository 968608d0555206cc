"""An endpoint that takes one scripted step per connection, and a clock that only sleeping moves."""

import socket
import struct
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import client
from types import TracebackType
from urllib.parse import parse_qs, urlsplit

from fellesord.store.client import Endpoint
from fellesord.store.remote import RemoteStore

SELECT = "SELECT ?a WHERE { ?a ?b ?c }"
CONSTRUCT = "CONSTRUCT WHERE { ?a ?b ?c }"
ONE = (
    b'{"head":{"vars":["a","b"]},'
    b'"results":{"bindings":[{"a":{"type":"literal","value":"\xc3\xa6","xml:lang":"nb"}}]}}'
)
JSON = {"Content-Type": "application/sparql-results+json"}
TRIPLES = {"Content-Type": "application/n-triples; charset=utf-8"}

#: What a server does with one connection once it has read the request.
Step = Callable[[socket.socket], None]


@dataclass(frozen=True)
class Received:
    """One request as it arrived."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: str

    @property
    def parameters(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.target).query) | parse_qs(self.body)


class Server:
    """An HTTP server that takes one scripted step per connection and writes down what it was asked."""

    def __init__(self, *steps: Step) -> None:
        self.requests: list[Received] = []
        self.stopped = threading.Event()
        self._steps = list(steps)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._run)
        self.origin = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.url = f"{self.origin}/sparql"

    def __enter__(self) -> "Server":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stopped.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join(10)
        self._listener.close()

    def then(self, *steps: Step) -> None:
        self._steps += steps

    def _run(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection, suppress(OSError):
                connection.settimeout(10)
                self.requests.append(_receive(connection))
                step = self._steps.pop(0) if self._steps else reply(418, b"unexpected request")
                step(connection)


def _receive(connection: socket.socket) -> Received:
    with connection.makefile("rb") as stream:
        method, target, _ = stream.readline().decode().split(" ")
        headers = {name.lower(): value for name, value in client.parse_headers(stream).items()}
        body = stream.read(int(headers.get("content-length", 0)))
    return Received(method, target, headers, body.decode())


def reply(status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Step:
    lines = [f"HTTP/1.1 {status} Scripted", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return raw("\r\n".join((*lines, "", "")).encode() + body)


def raw(data: bytes) -> Step:
    return lambda connection: connection.sendall(data)


def reset(connection: socket.socket) -> None:
    """Close with RST instead of FIN."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def trickle(server: Server, start: bytes, piece: bytes, pause: float = 0.02) -> Step:
    """Send the start, then a piece at a time for as long as somebody reads."""

    def step(connection: socket.socket) -> None:
        connection.sendall(start)
        while not server.stopped.wait(pause):
            connection.sendall(piece)

    return step


@dataclass
class Time:
    """A clock that only sleeping moves."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def store_at(endpoint: Endpoint, time_: Time) -> RemoteStore:
    return RemoteStore(endpoint, "g1", time_.clock, time_.sleep)


Serve = Callable[..., Server]
