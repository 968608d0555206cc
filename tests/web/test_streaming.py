"""Answers that are sent as they are made, over a port: they come whole, or end in a mark, and hold nobody up."""

import asyncio
import http.client
import json
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from tests.web.test_serving import ask, eventually, started

from fellesord.web.answers import Answer
from fellesord.web.tape import Gone, Tape

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the jail is Linux only")
CROSS = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


@pytest.fixture(scope="module")
def port(twelve: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    options = ("--query-rows", "1000000000", "--query-budget", "3600", "--query-log", "true")
    with started(twelve, tmp_path_factory.mktemp("cache"), *options) as (port, _):
        yield port


def path(query: str, **said: str) -> str:
    return f"/sparql?{urlencode({'query': query, **said})}"


def queries(port: int, outcome: str) -> float:
    """How many queries ended like that."""
    lines = ask(port, "/metrics")[2].decode().splitlines()
    sign = f'fellesord_queries_total{{outcome="{outcome}"}} '
    return sum(float(line.removeprefix(sign)) for line in lines if line.startswith(sign))


def test_a_large_answer_comes_whole(port: int) -> None:
    status, kind, body = ask(port, path(f"{CROSS} LIMIT 60000", format="json"))
    assert (status, kind) == (200, "application/sparql-results+json; charset=utf-8")
    assert len(json.loads(body)["results"]["bindings"]) == 60_000


def test_a_small_answer_has_its_length_and_may_be_packed(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path(f"{CROSS} LIMIT 20", format="nt"), headers={"Accept-Encoding": "gzip"})
    assert connection.getresponse().read()
    connection.request("GET", path(f"{CROSS} LIMIT 20"), headers={"Accept-Encoding": "gzip"})
    response = connection.getresponse()
    assert response.headers["Content-Encoding"] == "gzip"
    assert len(response.read()) == int(response.headers["Content-Length"])
    connection.close()


def test_an_answer_that_breaks_off_on_its_way_ends_in_a_mark(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path(CROSS, timeout="1", format="csv"))
    response = connection.getresponse()
    assert response.status == 200  # it was sent before the query was stopped
    last = response.read().rstrip(b"\n").rpartition(b"\n")[2]
    assert b"AVKORTET: " in last
    assert b"1 seconds" in last or b"100000 rows" in last  # whichever comes first on this machine
    connection.close()


def test_a_head_has_no_body(port: int) -> None:
    for query in ("ASK {}", f"{CROSS} LIMIT 60000"):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("HEAD", path(query))
        response = connection.getresponse()
        assert (response.status, response.read()) == (200, b"")
        connection.close()


def test_a_query_whose_client_leaves_is_stopped(port: int) -> None:
    before = queries(port, "jail-stopped")
    client = socket.create_connection(("127.0.0.1", port))
    client.sendall(f"GET {path(ENDLESS)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    assert not queries(port, "jail-stopped") > before
    client.close()
    assert eventually(lambda: queries(port, "jail-stopped") == before + 1)


def test_a_client_that_stops_reading_is_kept_for_and_holds_nobody_up(port: int) -> None:
    slow = socket.create_connection(("127.0.0.1", port))
    before = queries(port, "whole")
    slow.sendall(f"GET {path(f'{CROSS} LIMIT 60000')} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    assert eventually(lambda: queries(port, "whole") == before + 1)  # the query is over, though nobody reads
    assert ask(port, path("ASK {}"))[0] == 200
    received = bytearray()
    while not received.endswith(b"\r\n0\r\n\r\n"):
        part = slow.recv(1 << 20)
        assert part
        received += part
    assert b"AVKORTET" not in received
    slow.close()


def _refused(port: int) -> bool:
    status, _, body = ask(port, path("ASK {}", timeout="0.5", lang="en"), "application/json")
    return status == 503 and b"4 of your queries" in body


def test_others_are_answered_while_queries_run(port: int) -> None:
    clients = []
    for _ in range(4):
        client = socket.create_connection(("127.0.0.1", port))
        client.sendall(f"GET {path(ENDLESS)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        clients.append(client)
    for _ in range(20):
        assert ask(port, "/doc/concept/samskaping.ttl")[0] == 200
    assert eventually(lambda: _refused(port))  # as soon as all four are at work
    for client in clients:
        client.close()
    assert eventually(lambda: ask(port, path("ASK {}", timeout="0.5"))[0] == 200)


class Reader(threading.Thread):
    """What the server is: a reader of a named pipe, of at most so many bytes."""

    def __init__(self, most: int = -1) -> None:
        super().__init__()
        self.most = most
        self.path = ""
        self.data = b""

    def give(self, path: str) -> None:
        self.path = path
        self.start()

    def run(self) -> None:
        with Path(self.path).open("rb") as pipe:
            self.data = pipe.read(self.most)


def test_what_is_written_on_a_tape_is_read_from_it(tmp_path: Path) -> None:
    parts = [bytes([number]) * 100_000 for number in range(40)]

    async def scene(reader: Reader) -> int:
        tape = Tape(tmp_path)

        def write() -> None:
            tape.begin(Answer(200, (), b"", -1))
            for part in parts:
                tape.write(part)
            tape.end()

        writing = asyncio.to_thread(write)
        task = asyncio.ensure_future(writing)
        await tape.head(asyncio.get_running_loop().create_future())
        try:
            return await tape.play(reader.give)
        finally:
            await task
            tape.leave()

    reader = Reader()
    assert asyncio.run(scene(reader)) == 4_000_000
    reader.join()
    assert reader.data == b"".join(parts)
    with pytest.raises(Gone):
        asyncio.run(scene(Reader(1000)))
    assert list(tmp_path.iterdir()) == []


def test_nobody_writes_for_a_client_that_has_left(tmp_path: Path) -> None:
    async def scene() -> None:
        tape = Tape(tmp_path)
        tape.write(b"something")
        assert not tape.left()
        tape.leave()
        assert tape.left()
        with pytest.raises(Gone):
            tape.write(b"more")
        left = asyncio.get_running_loop().create_future()
        left.set_result(None)
        with pytest.raises(Gone):
            await tape.head(left)

    asyncio.run(scene())
