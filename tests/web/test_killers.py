"""Queries that mean harm, over a port. ``make killers`` asks them ten times and takes the time of each."""

import http.client
import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from urllib.parse import urlencode

import pytest
from tests.web.killers import killers
from tests.web.test_serving import ask, started, workers_of

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the jail is Linux only")
DEADLINE, MORE = 2.0, 1.0
#: Rounds that are asked for, each timed; without, there is one, and no clock.
ROUNDS = int(os.environ.get("KILLERS", "0"))


@contextmanager
def canary() -> Iterator[tuple[str, list[str]]]:
    """An address that nobody must ask, and whoever does."""
    heard: list[str] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def listen() -> None:
        while True:
            try:
                connection, address = listener.accept()
            except OSError:
                return
            heard.append(str(address))
            connection.close()

    thread = Thread(target=listen, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/", heard
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def outcome(port: int, query: str) -> tuple[str, float]:
    """How a query ended, and the seconds it took; fails for what is neither whole nor said to be cut off."""
    begun = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    body = urlencode({"query": query, "timeout": f"{DEADLINE:g}"})
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": "application/json, application/n-triples",
    }
    try:
        connection.request("POST", "/sparql", body, headers)
        response = connection.getresponse()
        data, kind = response.read(), response.headers["Content-Type"]
    finally:
        connection.close()
    took = time.monotonic() - begun
    if response.status != 200:
        problem = json.loads(data)
        assert (kind, problem["status"]) == ("application/problem+json", response.status)
        assert response.status in (400, 403, 422, 503), problem
        return str(response.status), took
    last = data.rstrip(b"\n").rpartition(b"\n")[2]
    if last.startswith(b"AVKORTET: "):
        return "cut", took
    if kind.startswith("application/json"):
        json.loads(data)
    else:
        assert data == b"" or data.endswith(b" .\n")
    return "whole", took


def test_no_query_harms_the_service_or_others(twelve: Path, tmp_path: Path) -> None:
    late: list[str] = []
    with (
        canary() as (address, heard),
        started(twelve, tmp_path, "--query-budget", "3600", "--query-memory", "256") as (port, process),
    ):
        counted = ask(
            port, "/sparql?query=SELECT+%28COUNT%28*%29+AS+%3Fn%29+%7B%3Fs+%3Fp+%3Fo%7D", "text/csv"
        )
        corpus = killers(address)
        workers = workers_of(process)
        outcomes: dict[str, int] = {}
        for _ in range(max(1, ROUNDS)):
            with ThreadPoolExecutor(2 if ROUNDS else 3) as threads:
                ended = threads.map(lambda each: (each[0], *outcome(port, each[1])), corpus)
                for name, how, took in ended:
                    outcomes[how] = outcomes.get(how, 0) + 1
                    if took > DEADLINE + MORE:
                        late.append(f"{name}: {took:.1f} s")
                    if ROUNDS:
                        print(f"{took:6.2f} s  {how:6} {name}", flush=True)
        assert workers_of(process) == workers  # the same process that began
        assert counted[0] == 200
        again = ask(port, "/sparql?query=SELECT+%28COUNT%28*%29+AS+%3Fn%29+%7B%3Fs+%3Fp+%3Fo%7D", "text/csv")
        assert again == counted
        assert heard == []
    assert len(corpus) >= 60
    assert outcomes["403"] >= 15 * max(1, ROUNDS)
    assert outcomes["422"] >= 20 * max(1, ROUNDS)
    if ROUNDS:
        print(f"{len(corpus)} queries, {ROUNDS} rounds: {outcomes}; late: {late or 'none'}")
        assert late == []
