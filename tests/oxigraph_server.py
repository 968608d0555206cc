"""A real Oxigraph server, started once, and remote stores over graphs put into it."""

import hashlib
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest

from fellesord.store.client import Endpoint
from fellesord.store.remote import RemoteStore

TRIPLES, QUADS = "application/n-triples", "application/n-quads"
#: Makes a store over a graph of the server that holds exactly these triples.
RemoteStoreOf = Callable[[Iterable[ox.Triple]], RemoteStore]


@pytest.fixture(scope="session")
def oxigraph_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port on 127.0.0.1 of a server that holds its data in memory."""
    log = tmp_path_factory.mktemp("oxigraph") / "log.txt"
    server, port = _start(log)
    try:
        yield port
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@pytest.fixture(scope="session")
def remote_store(oxigraph_port: int) -> RemoteStoreOf:
    """A factory of stores, one named graph each; equal triples share a graph."""

    held: dict[str, RemoteStore] = {}

    def make(triples: Iterable[ox.Triple]) -> RemoteStore:
        data = b"".join(sorted(f"{triple} .\n".encode() for triple in triples))
        name = hashlib.sha256(data).hexdigest()[:24]
        if name not in held:
            graph = f"http://graph.example/{name}"
            _put(oxigraph_port, graph, data)
            held[name] = RemoteStore(Endpoint(f"http://127.0.0.1:{oxigraph_port}/query", graph), name)
        return held[name]

    return make


@contextmanager
def oxigraph_at(port: int, data: bytes, *options: str, media_type: str = TRIPLES) -> Iterator[None]:
    """A server on that port with these statements, while the block runs: quads, or triples of its default graph."""
    command = [_binary(), "serve", "--bind", f"127.0.0.1:{port}", *options]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        assert _answers(server, port)
        _put(port, None, data, media_type)
        yield
    finally:
        server.terminate()
        server.wait(20)


def _binary() -> str:
    beside = Path(sys.executable).with_name("oxigraph")
    binary = str(beside) if beside.exists() else shutil.which("oxigraph")
    assert binary, "install the PyPI package oxigraph, of the dependency group test"
    return binary


def _start(log: Path) -> tuple["subprocess.Popen[bytes]", int]:
    """A server that answers; another port is tried when somebody was quicker to take the first."""
    binary = _binary()
    for _ in range(5):
        port = free_port()
        with log.open("wb") as output:
            server = subprocess.Popen(
                [binary, "serve", "--bind", f"127.0.0.1:{port}"], stdout=output, stderr=output
            )
        if _answers(server, port):
            return server, port
        server.kill()
        server.wait()
    raise AssertionError(f"the Oxigraph server does not start: {log.read_text()}")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _answers(server: "subprocess.Popen[bytes]", port: int) -> bool:
    """Whether the server accepts connections within 20 seconds and is the one that was started."""
    ends = time.monotonic() + 20
    while time.monotonic() < ends and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return server.poll() is None
    return False


def _put(port: int, graph: str | None, data: bytes, media_type: str = TRIPLES) -> None:
    """Replace a graph (SPARQL 1.1 Graph Store HTTP Protocol, section 5.3), or by quads the whole dataset."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        target = f"?graph={quote(graph, safe='')}" if graph else "" if media_type == QUADS else "?default"
        connection.request("PUT", f"/store{target}", data, {"Content-Type": media_type})
        with connection.getresponse() as response:
            body = response.read().decode()
            assert response.status in (200, 201, 204), body
    finally:
        connection.close()
