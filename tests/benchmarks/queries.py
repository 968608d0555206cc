"""Queries of analysts, and lookups while others ask for too much."""

import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Event
from urllib.parse import quote

import pyoxigraph as ox

from tests.benchmarks.processes import Server, oxigraph, service
from tests.benchmarks.stalled import _p99

ROUNDS = 9
CONCEPTS = 60_000
#: To reach: overhead over the bare engine above ``LONG`` seconds, as a share, and below, in milliseconds.
LONG, SHARE, MILLISECONDS = 0.05, 0.15, 5
#: To reach: times the p99 of before that lookups have while others ask too much; seconds to a small answer.
TIMES, SMALL = 2.0, 0.5
BEFORE, DURING, PACE = 6.0, 24.0, 0.025
SKOS = "http://www.w3.org/2004/02/skos/core#"
_PREFIX = f"PREFIX skos: <{SKOS}>\n"
QUERIES = {
    "how many of each class": "SELECT ?c (COUNT(*) AS ?n) { ?s a ?c } GROUP BY ?c",
    "10 000 terms": "SELECT ?c ?t { ?c skos:prefLabel ?t } LIMIT 10000",
    "terms with a word": 'SELECT ?c ?t { ?c skos:prefLabel ?t FILTER(CONTAINS(LCASE(STR(?t)), "777")) }',
    "10 000 steps upwards": "SELECT ?c ?t ?b ?u { ?c skos:broader ?b ; skos:prefLabel ?t . ?b skos:prefLabel ?u } LIMIT 10000",
    "the widest": "SELECT ?b (COUNT(?c) AS ?n) { ?c skos:broader ?b } GROUP BY ?b ORDER BY DESC(?n) LIMIT 20",
    "without a broader one": "SELECT ?c { ?c a skos:Concept FILTER NOT EXISTS { ?c skos:broader ?b } } LIMIT 1000",
}
_CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
#: Four cross joins, two large sorts and one that hoards memory.
TOO_MUCH = (
    *(f"SELECT (COUNT(*) AS ?n) {{ {_CROSS} FILTER(?a != ?d) }}",) * 4,
    *("SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f",) * 2,
    f"SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?d), STR(?g))) AS ?t) {{ {_CROSS} }}",
)


def overhead(_: tuple[Path, ...]) -> None:
    """Six queries of analysts over HTTP, answers as SPARQL JSON; bare pyoxigraph and Oxigraph's server beside."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file, cache = folder / "large.nt", folder / "cache"
        _write(file)
        with (
            service(cache, (file,), "--query-budget", "3600") as ours,
            oxigraph(folder, cache, (file,)) as theirs,
        ):
            (built,) = [each for each in cache.iterdir() if (each / "store").is_dir()]
            store = ox.Store.read_only(str(built / "store"))
            print(f"{len(store)} triples; medians of {ROUNDS}")
            for title, query in QUERIES.items():
                _compare(title, _PREFIX + query, store, ours, theirs)


def _compare(title: str, query: str, store: ox.Store, ours: Server, theirs: Server) -> None:
    def bare() -> bytes:
        solutions = store.query(query)
        assert isinstance(solutions, ox.QuerySolutions)
        return solutions.serialize(format=ox.QueryResultsFormat.JSON) or b""

    engine, size = _median(bare)
    before, since = ours.cpu(), theirs.cpu()
    ask, other = _asking(ours.port, "/sparql", query), _asking(theirs.port, "/query", query)
    mine, mine_size = _median(ask)
    server, server_size = _median(other)
    cpu, others = (ours.cpu() - before) / (ROUNDS + 1), (theirs.cpu() - since) / (ROUNDS + 1)
    assert mine_size == size == server_size, (mine_size, size, server_size)
    more = mine - engine
    told = (
        f"{more / engine:+.0%} (to reach: ≤ {SHARE:.0%})"
        if engine > LONG
        else f"{more * 1e3:+.1f} ms (to reach: ≤ {MILLISECONDS} ms)"
    )
    print(
        f"{title}: bare {engine * 1e3:.1f} ms, ours {mine * 1e3:.1f} ms, {told}; Oxigraph's server {server * 1e3:.1f} ms;"
        f" processor {cpu * 1e3:.1f} and {others * 1e3:.1f} ms; {size} rows",
        flush=True,
    )


def _median(ask: Callable[[], bytes]) -> tuple[float, int]:
    """Seconds that it takes, and the rows there are, one run to warm up."""
    rows = len(json.loads(ask())["results"]["bindings"])
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        ask()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken), rows


def _asking(port: int, path: str, query: str) -> Callable[[], bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=120)
    headers = {"Content-Type": "application/sparql-query", "Accept": "application/sparql-results+json"}

    def ask() -> bytes:
        connection.request("POST", path, query.encode(), headers)
        response = connection.getresponse()
        body = response.read()
        assert response.status == 200, body[:500]
        return body

    return ask


def harm(_: tuple[Path, ...]) -> None:
    """Lookups while two clients ask four cross joins, two large sorts and one that hoards memory; before is the floor."""
    with tempfile.TemporaryDirectory() as name:
        options = ("--query-budget", "3600", "--query-timeout", "8", "--access-log", "false")
        with service(Path(name) / "cache", (), *options) as server:
            _small(server.port)
            quiet = _lookups(server.port, BEFORE)
            alone = [_small(server.port) for _ in range(10)]
            memory = server.pss()
            with _asking_too_much(server.port) as ended:
                small = [_small(server.port) for _ in range(5)]
                busy = _lookups(server.port, DURING)
                small += [_small(server.port) for _ in range(5)]
                most = server.pss()
            times = _p99(busy) / _p99(quiet)
            print(
                f"lookups: p99 {_p99(quiet) * 1e3:.1f} ms before, {_p99(busy) * 1e3:.1f} ms during, {times:.1f} ×"
                f" (to reach: ≤ {TIMES:g} ×); median {statistics.median(quiet) * 1e3:.1f} and {statistics.median(busy) * 1e3:.1f} ms"
            )
            print(
                f"a small query: median {statistics.median(small) * 1e3:.0f} ms, {max(small) * 1e3:.0f} ms at most"
                f" (to reach: ≤ {SMALL * 1e3:.0f} ms); before {max(alone) * 1e3:.0f} ms at most"
            )
            print(f"memory of all processes: {memory / 2**20:.0f} MB before, {most / 2**20:.0f} MB during")
            print(f"what ended: {dict(sorted((each, ended.count(each)) for each in set(ended)))}")


@contextmanager
def _asking_too_much(port: int) -> Iterator[list[str]]:
    """Clients that ask for too much, again and again, from two addresses."""
    over, ended = Event(), list[str]()

    def ask(number: int) -> None:
        while not over.is_set():
            source = (f"127.0.0.{2 + number % 2}", 0)
            connection = HTTPConnection("127.0.0.1", port, timeout=60, source_address=source)
            try:
                connection.request(
                    "GET", f"/sparql?query={quote(TOO_MUCH[number])}", headers={"Accept": "text/csv"}
                )
                response = connection.getresponse()
                body = response.read()
                ended.append("cut" if b"AVKORTET" in body[-300:] else str(response.status))
            except (OSError, HTTPException) as error:
                ended.append(repr(error))
            connection.close()

    with ThreadPoolExecutor(len(TOO_MUCH)) as pool:
        tasks = [pool.submit(ask, number) for number in range(len(TOO_MUCH))]
        try:
            time.sleep(1)
            yield ended
        finally:
            over.set()
    for task in tasks:
        task.result()


def _lookups(port: int, seconds: float) -> list[float]:
    """Seconds that each of many new lookups took."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    taken: list[float] = []
    ends = time.monotonic() + seconds
    for number in range(10**6):
        due = time.monotonic() + PACE
        begun = time.perf_counter()
        connection.request("GET", f"/doc/concept/innovasjon.ttl?n={ends}-{number}")
        response = connection.getresponse()
        assert b"prefLabel" in response.read()
        taken.append(time.perf_counter() - begun)
        if time.monotonic() > ends:
            break
        time.sleep(max(0.0, due - time.monotonic()))
    connection.close()
    return taken


def _small(port: int) -> float:
    """Seconds to the whole answer of a small query, from an address of its own."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60, source_address=("127.0.0.9", 0))
    begun = time.perf_counter()
    connection.request(
        "GET", "/sparql?query=ASK+%7B+%3Fs+%3Fp+%3Fo+%7D", headers={"Accept": "application/json"}
    )
    response = connection.getresponse()
    assert b"true" in response.read()
    connection.close()
    return time.perf_counter() - begun


def _write(file: Path) -> None:
    """A made-up vocabulary: concepts with terms in two languages, each below another."""
    with file.open("w") as out:
        for number in range(CONCEPTS):
            iri = f"<https://large.example/{number}>"
            print(f"{iri} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{SKOS}Concept> .", file=out)
            print(f'{iri} <{SKOS}prefLabel> "begrep {number}"@nb .', file=out)
            print(f'{iri} <{SKOS}prefLabel> "concept {number}"@en .', file=out)
            if number:
                print(f"{iri} <{SKOS}broader> <https://large.example/{number // 30}> .", file=out)
