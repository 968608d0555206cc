"""The service as a process: it starts, answers, and stops."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from tests.oxigraph_server import oxigraph_at

from fellesord.store.embedded import EmbeddedStore
from fellesord.store.queries import load


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
def started(vocab: Path, cache: Path, *options: str) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """A service on a free port, stopped at the end; its log is ``stderr`` in the cache's folder."""
    port = free_port()
    cache.mkdir(parents=True, exist_ok=True)
    log = (cache / "stderr").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "fellesord", "serve", "--port", str(port), "--vocab", str(vocab), *options],
        env={**os.environ, "FELLESORD_CACHE": str(cache)},
        stdout=subprocess.DEVNULL,
        stderr=log,
        start_new_session=True,  # as a unit of systemd has: how nice its processes are counts among them only
    )
    log.close()
    try:
        wait_for(port, process)
        yield port, process
    finally:
        process.terminate()
        process.wait(timeout=60)


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


def workers_of(process: "subprocess.Popen[bytes]") -> list[int]:
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return [
        int(pid) for pid in children if b"resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def answers(port: int) -> bool:
    """Whether a service answers; while none of its workers listens, it does not."""
    try:
        return ask(port, "/health")[0] == 200
    except OSError:
        return False


def eventually(condition: Callable[[], bool], seconds: float = 60) -> bool:
    """Whether something becomes true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def test_hup_gives_new_data_without_a_failed_request(twelve: Path, tmp_path: Path) -> None:
    vocab = tmp_path / "vocab"
    shutil.copytree(twelve, vocab)
    document = vocab / "concept/pilot.ttl"
    failures: list[str] = []
    answered: list[bytes] = []
    stop = threading.Event()

    def ask_on(port: int) -> None:
        while not stop.is_set():
            try:
                status, _, body = ask(port, "/doc/concept/pilot.ttl")
            except OSError as error:
                failures.append(repr(error))
            else:
                answered.append(body)
                if status != 200:
                    failures.append(str(status))

    with started(vocab, tmp_path / "cache") as (port, process):
        threads = [threading.Thread(target=ask_on, args=(port,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        try:
            document.write_text(document.read_text().replace("utprøving i drift", "utprøving i vanlig drift"))
            process.send_signal(signal.SIGHUP)
            changed = "utprøving i vanlig drift".encode()
            assert eventually(lambda: changed in ask(port, "/doc/concept/pilot.ttl")[2])
            text = document.read_text()
            document.write_text("oops")
            process.send_signal(signal.SIGHUP)
            log = tmp_path / "cache" / "stderr"
            assert eventually(lambda: "the new data is wrong" in log.read_text())
            assert changed in ask(port, "/doc/concept/pilot.ttl")[2]
            document.write_text(text.replace("vanlig", "daglig"))
            process.send_signal(signal.SIGHUP)
            assert eventually(lambda: b"daglig drift" in ask(port, "/doc/concept/pilot.ttl")[2])
        finally:
            stop.set()
            for thread in threads:
                thread.join()
    assert failures == []
    assert len(answered) > 100


def test_term_lets_a_request_that_runs_finish(twelve: Path, tmp_path: Path) -> None:
    body = b'{"uris": ["https://fellesord.example/id/concept/pilot"]}'
    with started(twelve, tmp_path) as (port, process):
        with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
            head = f"POST /lookup HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            client.sendall(head.encode() + body[:10])
            assert ask(port, "/health")[0] == 200
            process.terminate()
            client.sendall(body[10:])
            answer = b"".join(iter(lambda: client.recv(65536), b""))
        assert answer.startswith(b"HTTP/1.1 200")
        assert process.wait(timeout=40) == 0


def test_a_killed_parent_takes_its_workers_along(twelve: Path, tmp_path: Path) -> None:
    with started(twelve, tmp_path) as (port, process):
        assert ask(port, "/health")[0] == 200
        workers = workers_of(process)
        assert workers
        process.kill()
        assert eventually(lambda: not any(alive(pid) for pid in workers))


def test_a_killed_worker_is_replaced_and_several_share_the_work(twelve: Path, tmp_path: Path) -> None:
    with started(twelve, tmp_path, "--workers", "2") as (port, process):
        assert eventually(lambda: len(workers_of(process)) == 2)
        before = workers_of(process)
        os.kill(before[0], signal.SIGKILL)
        assert eventually(lambda: len(set(workers_of(process)) - set(before)) == 1)
        assert eventually(lambda: answers(port))


def test_a_body_that_does_not_arrive_is_408_on_the_wire(twelve: Path, tmp_path: Path) -> None:
    with started(twelve, tmp_path, "--body-timeout", "0.3") as (port, _):
        with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
            client.sendall(b"POST /lookup HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
            assert client.recv(65536).startswith(b"HTTP/1.1 408")
        assert ask(port, "/health")[0] == 200


@pytest.mark.parametrize(
    "data",
    [b"\x00\x01\x02\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET /<> HTTP/1.1\r\nHost: x\r\n\r\n",
     b"GET / HTTP/1.1\r\nHost: x\r\nA" * 3000 + b"\r\n\r\n", b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n",
     b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"],
)  # fmt: skip
def test_what_is_not_http_does_no_harm(service: tuple[int, subprocess.Popen[bytes]], data: bytes) -> None:
    port, _ = service
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        answer = b""
        with suppress(OSError):  # it may hang up before it has read everything
            client.sendall(data)
            client.shutdown(socket.SHUT_WR)
            answer = b"".join(iter(lambda: client.recv(65536), b""))
    assert not answer or answer.startswith((b"HTTP/1.1 4", b"HTTP/1.0 4"))
    assert ask(port, "/health")[0] == 200


def test_a_store_that_cannot_be_reached_is_503_and_recovers(
    twelve: Path, tmp_path: Path, store: EmbeddedStore, oxigraph_port: int
) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}/query"
    with started(twelve, tmp_path, "--store", address, "--store-timeout", "2") as (served, _):
        connection = http.client.HTTPConnection("127.0.0.1", served, timeout=10)
        connection.request("GET", "/doc/concept/pilot.ttl")
        response = connection.getresponse()
        response.read()
        assert (response.status, bool(response.headers["Retry-After"])) == (503, True)
        connection.close()
        assert ask(served, "/health/live")[0] == 200
        data = "".join(f"{triple} .\n" for triple in store.construct(load("graph").bind({})))
        with oxigraph_at(port, data.encode()):
            assert ask(served, "/doc/concept/pilot.ttl")[0] == 200
        assert ask(served, "/doc/concept/pilot.ttl")[0] == 503
