"""The service as a process: it starts, answers, and stops."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def ask(port: int, path: str, accept: str = "*/*") -> tuple[int, str, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers={"Accept": accept})
        response = connection.getresponse()
        return response.status, response.headers.get("Content-Type", ""), response.read()
    finally:
        connection.close()


def wait_for(port: int, process: subprocess.Popen[bytes], seconds: float = 30) -> None:
    """Return when the port answers; fail when the process ends or the time is up."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert process.poll() is None, "the service ended"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    pytest.fail("the service did not start")


@contextmanager
def started(vocab: Path, cache: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """A service on a free port, stopped at the end."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "fellesord", "serve", "--port", str(port), "--vocab", str(vocab)],
        env={**os.environ, "FELLESORD_CACHE": str(cache)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port, process)
        yield port, process
    finally:
        process.terminate()
        process.wait(timeout=30)


@contextmanager
def running(vocab: Path, cache: Path) -> Iterator[int]:
    """The port of a service that answers."""
    with started(vocab, cache) as (port, _):
        yield port


@pytest.fixture
def service(twelve: Path, tmp_path: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    with started(twelve, tmp_path) as found:
        yield found


def test_it_answers_people_and_machines_and_stops_when_told(
    service: tuple[int, subprocess.Popen[bytes]],
) -> None:
    port, process = service
    assert ask(port, "/id/concept/samskaping")[0] == 303
    status, content_type, page = ask(port, "/doc/concept/samskaping", "text/html")
    assert (status, content_type) == (200, "text/html; charset=utf-8")
    assert b"samskaping" in page
    assert ask(port, "/doc/concept/samskaping", "text/turtle")[1] == "text/turtle; charset=utf-8"
    assert ask(port, "/health")[0] == 200
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 0


def test_it_listens_on_loopback_only(service: tuple[int, subprocess.Popen[bytes]]) -> None:
    port, _ = service
    listening = [
        line.split()[1]
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        if Path(table).exists()
        for line in Path(table).read_text().splitlines()[1:]
        if line.split()[3] == "0A" and line.split()[1].endswith(f":{port:04X}")
    ]
    assert listening
    assert all(address.startswith("0100007F:") for address in listening)
