"""Clients that stall, and what others notice of them."""

import itertools
import math
import selectors
import socket
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Event
from urllib.parse import urlencode

from tests.benchmarks.processes import Server, connected, service

HEADS, BODIES, READERS = 300, 300, 50
CONCEPTS = 60_000
LARGE = 20 * 2**20
SCHEME = "https://large.example/scheme"
#: Seconds: how long undisturbed lookups are measured, between two lookups of
#: a kind, of a stage that nothing ends, and of one that something should end.
BEFORE, PACE, STAGE, LONGEST = 5.0, 0.025, 3.0, 45.0
#: To reach: milliseconds that a lookup may be delayed, and megabytes that memory may grow.
DELAY, GROWTH = 100, 100
POST = "POST /lookup HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/uri-list"
SKOS = "http://www.w3.org/2004/02/skos/core#"


#: Kinds of lookup: new answers on one connection and on one each, and one that is remembered.
KEPT, NEW, REMEMBERED = "keep-alive", "new connections", "remembered answer"


@dataclass
class Probe:
    """Lookups at a steady pace by one kind of client: when each was sent, seconds it took, failures."""

    taken: list[tuple[float, float]] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def measure(_: tuple[Path, ...]) -> None:
    """Lookups while 300 clients stall in a head, 300 in a body and 50 in reading 20 MB; before is the floor."""
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "large.nt"
        _write(file)
        begun = time.monotonic()
        with service(Path(name) / "cache", (file,)) as server, _probing(server) as probes:
            print(
                f"a vocabulary of {CONCEPTS} concepts, {time.monotonic() - begun:.0f} s to the first answer"
            )
            _stages(server, probes)


def _stages(server: Server, probes: dict[str, Probe]) -> None:
    time.sleep(BEFORE)
    watch = Watch(server)
    marks = [("before", time.monotonic())]
    watch.add("head", HEADS, b"GET /doc/concept/innovasjon HTTP/1.1\r\nHost: 127.0.0.1\r\nAcc")
    watch.add("body", BODIES, f"{POST}\r\nContent-Length: 1000\r\n\r\nhttps://la".encode())
    watch.until(time.monotonic() + STAGE)
    marks.append(("heads and bodies stall", time.monotonic()))
    large = f"/lookup?{urlencode({'uri': SCHEME, 'format': 'nt'})}"
    watch.add("reader", READERS, f"GET {large} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    watch.until(time.monotonic() + LONGEST, "reader")
    marks.append(("large answers are made", time.monotonic()))
    watch.until(time.monotonic() + STAGE)
    marks.append(("readers stall", time.monotonic()))
    watch.until(marks[1][1] + LONGEST, "head", "body")
    watch.close()
    _tell(probes, marks)
    grown = max(watch.memory) - watch.memory[0]
    print(
        f"memory: {watch.memory[0] / 2**20:.0f} MB before, {max(watch.memory) / 2**20:.0f} MB at most,"
        f" {watch.memory[-1] / 2**20:.0f} MB at the end; grown {grown / 2**20:.0f} MB (to reach: ≤ {GROWTH} MB)"
    )
    for kind in ("head", "body", "reader"):
        print(f"{kind}: {watch.fates(kind)}", flush=True)


def _tell(probes: dict[str, Probe], marks: Sequence[tuple[str, float]]) -> None:
    """Every stage, and the whole."""
    start = 0.0
    for stage, end in marks:
        for kind, probe in probes.items():
            print(f"{stage}: {kind} {_shown([took for sent, took in probe.taken if start <= sent < end])}")
        start = end
    for kind, probe in probes.items():
        quiet = [took for sent, took in probe.taken if sent < marks[0][1]]
        during = [took for sent, took in probe.taken if sent >= marks[0][1]]
        print(
            f"{kind}: longest {max(during) * 1e3:.0f} ms, before {max(quiet) * 1e3:.0f} ms"
            f" (to reach: ≤ {DELAY} ms more); p99 {_p99(during) / _p99(quiet):.1f} × that before;"
            f" {len(probe.failed)} of {len(probe.taken)} failed{f' ({probe.failed[0]})' if probe.failed else ''}"
        )


class Watch:
    """The clients that stall: what came for each and when, and the memory of the server once a second."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._waiting = selectors.DefaultSelector()
        self._clients: list[socket.socket] = []
        self._begun: dict[str, float] = {}
        self._fates: dict[str, list[tuple[str, float]]] = {}
        self._noted = time.monotonic()
        self.memory = [server.pss()]

    def add(self, kind: str, count: int, data: bytes) -> None:
        """So many clients that send this and then nothing."""
        self._begun[kind] = time.monotonic()
        self._fates[kind] = []
        for _ in range(count):
            client = connected(self._server.port, 4096)
            client.sendall(data)
            client.setblocking(False)
            self._clients.append(client)
            self._waiting.register(client, selectors.EVENT_READ, kind)

    def until(self, end: float, *kinds: str) -> None:
        """Watch until then, or until something has come for all clients of these kinds."""
        while time.monotonic() < end:
            if kinds and not any(key.data in kinds for key in self._waiting.get_map().values()):
                break
            for key, _ in self._waiting.select(0.1):
                client = key.fileobj
                assert isinstance(client, socket.socket)
                self._waiting.unregister(client)
                self._fates[key.data].append((_said(client), time.monotonic() - self._begun[key.data]))
            if time.monotonic() - self._noted > 1:
                self.memory.append(self._server.pss())
                self._noted = time.monotonic()

    def fates(self, kind: str) -> str:
        """What was said to the clients of a kind, and after how many seconds."""
        told = []
        found = self._fates[kind]
        for said in dict.fromkeys(said for said, _ in found):
            when = [seconds for each, seconds in found if each == said]
            told.append(f"{len(when)} × {said} after {min(when):.1f} to {max(when):.1f} s")
        waiting = sum(key.data == kind for key in self._waiting.get_map().values()) if self._clients else 0
        return ", ".join([*told, *([f"{waiting} × nothing"] if waiting else [])])

    def close(self) -> None:
        """Note the memory and let all clients go."""
        self.memory.append(self._server.pss())
        for client in self._clients:
            client.close()


def _said(client: socket.socket) -> str:
    """The first line of what came, and how much was promised; the rest is not read."""
    try:
        head = client.recv(2048).partition(b"\r\n\r\n")[0].decode("latin-1")
    except ConnectionError:
        return "reset"
    length = int(head.lower().partition("content-length: ")[2].partition("\r\n")[0] or 0)
    assert " 200 " not in head or length >= LARGE, f"the large answer has only {length} bytes"
    size = f" of {length / 2**20:.0f} MB" if length > LARGE else ""
    return f"{head.partition(chr(13))[0]}{size}" if head else "closed"


def _write(file: Path) -> None:
    """One scheme and its top concepts; names are long, so that the list of them is large."""
    long = "concept-" * 35
    with file.open("w") as out:
        print(f'<{SCHEME}> <{SKOS}prefLabel> "Large"@en .', file=out)
        print(
            f"<{SCHEME}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{SKOS}ConceptScheme> .", file=out
        )
        for number in range(CONCEPTS):
            iri = _concept(number, long)
            print(f"<{iri}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{SKOS}Concept> .", file=out)
            print(f'<{iri}> <{SKOS}prefLabel> "Concept {number}"@en .', file=out)
            print(f"<{iri}> <{SKOS}topConceptOf> <{SCHEME}> .", file=out)


def _concept(number: int, long: str = "concept-" * 35) -> str:
    return f"https://large.example/{long}{number:06d}"


@contextmanager
def _probing(server: Server) -> Iterator[dict[str, Probe]]:
    """Clients that look things up at a steady pace."""
    probes = {KEPT: Probe(), NEW: Probe(), REMEMBERED: Probe()}
    ended = Event()
    with ThreadPoolExecutor(len(probes)) as pool:
        tasks = [pool.submit(_look, server.port, name, probe, ended) for name, probe in probes.items()]
        try:
            yield probes
        finally:
            ended.set()
    for task in tasks:
        task.result()


def _look(port: int, kind: str, probe: Probe, ended: Event) -> None:
    """Ask until ended; no address is asked for twice, but for what is to be remembered."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    due = time.monotonic()
    for number in itertools.count():
        due = max(due + PACE, time.monotonic())
        if ended.wait(due - time.monotonic()):
            break
        if kind == NEW:
            connection.close()
        which = 0 if kind == REMEMBERED else number
        query = urlencode({"uri": _concept(which % CONCEPTS), "format": "ttl", "kind": kind, "n": which})
        sent = time.monotonic()
        try:
            connection.request("GET", f"/lookup?{query}")
            response = connection.getresponse()
            body = response.read()
            if response.status != 200 or b"prefLabel" not in body:
                probe.failed.append(str(response.status))
        except (OSError, HTTPException) as error:
            probe.failed.append(repr(error))
            connection.close()
        probe.taken.append((sent, time.monotonic() - sent))
    connection.close()


def _shown(taken: list[float]) -> str:
    if not taken:
        return "no lookup"
    return (
        f"{len(taken)} lookups, median {statistics.median(taken) * 1e3:.1f} ms, p99 {_p99(taken) * 1e3:.1f} ms,"
        f" longest {max(taken) * 1e3:.1f} ms"
    )


def _p99(taken: list[float]) -> float:
    return sorted(taken)[max(0, math.ceil(len(taken) * 0.99) - 1)]
