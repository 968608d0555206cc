"""The same graph on several engines: loading it, looking things up in it, and asking what analysts ask."""

import json
import math
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote, urlencode

import psutil
import pyoxigraph as ox

from fellesord.namespaces import SKOS
from fellesord.store import generations
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.queries import load
from tests.benchmarks.processes import Server, missing, oxigraph, service, sources
from tests.virtuoso_server import Virtuoso, virtuoso_in

LOOKUPS, ROUNDS = 300, 3
#: How often what is remembered is asked for, so that the processor's clock, of hundredths of a second, shows it.
REMEMBERED = 10
#: Seconds that a question takes at least, repeated.
SHOWN = 0.2
#: To reach: processor time of a lookup by SPARQL on Virtuoso beside one by our service.
TIMES = 10.0
#: Seconds after which a service must answer from what was published.
SWAP = 120.0
#: Rows that Virtuoso may give here, so that no answer is cut off.
ROWS = 1_000_000
_SKOS = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"
#: What analysts ask; each gives at most 10 000 rows.
ANALYSTS = {
    "things of each class": "SELECT ?class (COUNT(?s) AS ?n) { ?s a ?class } GROUP BY ?class",
    "labels in each language": _SKOS
    + "SELECT ?lang (COUNT(*) AS ?n) { ?s skos:prefLabel ?l BIND (LANG(?l) AS ?lang) } GROUP BY ?lang",
    "concepts without a label in nynorsk": _SKOS
    + 'SELECT ?s { ?s a skos:Concept FILTER NOT EXISTS { ?s skos:prefLabel ?l FILTER (LANG(?l) = "nn") } }'
    " ORDER BY ?s LIMIT 10000",
    "the widest concepts": _SKOS
    + "SELECT ?wide (COUNT(?narrow) AS ?n) { ?narrow skos:broader ?wide } GROUP BY ?wide"
    " ORDER BY DESC(?n) ?wide LIMIT 100",
    "mappings with both labels": _SKOS
    + "SELECT ?s ?label ?other { ?s skos:exactMatch|skos:closeMatch|skos:broadMatch ?other ; skos:prefLabel ?label }"
    " ORDER BY ?s ?other ?label LIMIT 10000",
    "labels with a word in them": _SKOS
    + 'SELECT DISTINCT ?s ?l { ?s skos:prefLabel|skos:altLabel ?l FILTER CONTAINS(LCASE(STR(?l)), "innov") }'
    " LIMIT 10000",
}


@dataclass(frozen=True)
class Cost:
    """Seconds of one request: by the clock, and of the processor of all processes that answered."""

    wall: float
    cpu: float

    @classmethod
    def of(cls, runs: Sequence["Cost"]) -> "Cost":
        """The medians of several runs."""
        return cls(*(statistics.median(getattr(run, part) for run in runs) for part in ("wall", "cpu")))

    def times(self, number: float) -> "Cost":
        """The cost of so many."""
        return Cost(self.wall * number, self.cpu * number)

    def __str__(self) -> str:
        return f"{self.wall * 1e3:.2f} ms ({self.cpu * 1e3:.2f} CPU)"


def measure(attached: tuple[Path, ...]) -> None:
    """Loading, memory, lookups over HTTP and six questions of analysts: our service, Oxigraph's server, Virtuoso."""
    name = attached[0].name if attached else "shipped"
    with tempfile.TemporaryDirectory() as path, ExitStack() as stack:
        folder = Path(path)
        begun = time.perf_counter()
        ours = stack.enter_context(service(folder / "cache", attached))
        built = time.perf_counter() - begun
        (manifest,) = (folder / "cache").glob("*/manifest.json")
        generation = generations.find(folder / "cache", manifest.parent.name)
        begun = time.perf_counter()
        peer = stack.enter_context(oxigraph(folder, folder / "cache", attached))
        loaded = time.perf_counter() - begun
        (folder / "virtuoso").mkdir()
        try:
            virtuoso = stack.enter_context(virtuoso_in(folder / "virtuoso", rows=ROWS, megabytes=512))
        except FileNotFoundError:
            missing("virtuoso-t", "the Debian package virtuoso-opensource-7")
        begun = time.perf_counter()
        if attached:
            graph, swapped = _swapped(virtuoso, folder / "cache", attached)
        else:
            graph, swapped = _published(virtuoso, folder / "cache", attached), ""
        published = time.perf_counter() - begun
        print(
            f"{name}, {generation.manifest.triples} triples: generation with its search index built and served in"
            f" {built:.1f} s, {ours.pss() / 2**20:.0f} MB; Oxigraph {loaded:.1f} s (with writing the file),"
            f" {peer.pss() / 2**20:.0f} MB; Virtuoso {published:.1f} s (sent and compared), {_pss(virtuoso):.0f} MB{swapped}",
            flush=True,
        )
        store = EmbeddedStore.open(generation)
        _lookups(store, ours, peer, virtuoso, graph)
        _questions(store, peer, virtuoso, graph)
        store.close()


def _published(virtuoso: Virtuoso, cache: Path, attached: Sequence[Path]) -> str:
    """The graph that ``fellesord load`` publishes to Virtuoso."""
    command = [sys.executable, "-m", "fellesord", "load", "--to", virtuoso.query, "--cache", str(cache)]
    env = {"FELLESORD_STORE_USER": "dba", "FELLESORD_STORE_PASSWORD": virtuoso.password}
    command += [*sources(attached), "--store-timeout", "600"]
    done = subprocess.run(command, env={**os.environ, **env}, capture_output=True, text=True, check=True)
    return done.stdout.split()[0]


def _swapped(virtuoso: Virtuoso, cache: Path, attached: Sequence[Path]) -> tuple[str, str]:
    """The graph that is published while a service answers from another there, and what its readers met."""
    _published(virtuoso, cache, ())
    newest = ("--store", virtuoso.query, "--store-graph", "newest", "--access-log", "false")
    with service(cache, (), *newest) as server, ThreadPoolExecutor(1) as pool:
        before = _generation(server.port)
        publishing = pool.submit(_published, virtuoso, cache, attached)
        taken, over = [], 0.0
        while True:
            begun = time.perf_counter()
            generation = _generation(server.port)
            taken.append(time.perf_counter() - begun)
            if publishing.done() and not over:
                publishing.result()
                over = time.perf_counter()
                server.process.send_signal(signal.SIGHUP)
            if generation != before:
                break
            assert not over or time.perf_counter() < over + SWAP, "the new generation is not answered from"
            time.sleep(0.05)
        swap = time.perf_counter() - over
    told = (
        f"; swapped {swap:.1f} s after SIGHUP, {len(taken)} lookups meanwhile, none failed,"
        f" {max(taken) * 1e3:.0f} ms at most"
    )
    return publishing.result(), told


def _generation(port: int) -> str:
    """The generation that a lookup, made anew, was answered from."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", f"/doc/concept/innovasjon.json?n={time.monotonic()}")
    response = connection.getresponse()
    assert response.status == 200, response.read()[:300]
    response.read()
    connection.request("GET", "/health")
    health = json.loads(connection.getresponse().read())
    connection.close()
    return str(health["generation"])


def _lookups(store: EmbeddedStore, ours: Server, peer: Server, virtuoso: Virtuoso, graph: str) -> None:
    """Things one after the other: what is stated of one, and one with its names and its work, as a page has it."""
    rows = store.select(load("things").bind({"class": [SKOS.Concept]}))
    known = sorted({row["thing"].value for row in rows})
    things = random.Random(1).sample(known, min(LOOKUPS, len(known)))
    base = store.manifest.base
    whole = [query for iri in things for query in _page(store, iri)]
    plain = [load("thing").bind({"focus": [iri]}) for iri in things]

    def by_service(suffix: str, turn: int | None) -> Cost:
        paths = [_address(iri, base, suffix, **({} if turn is None else {"n": str(turn)})) for iri in things]
        often = 1 if turn is not None else REMEMBERED
        return _asked(ours.port, paths * often, ours.cpu)

    def by_sparql(server: Server | Virtuoso, texts: Sequence[str]) -> Cost:
        if isinstance(server, Virtuoso):
            paths = [f"/sparql?{urlencode({'query': text, 'default-graph-uri': graph})}" for text in texts]
            each = _asked(server.port, paths, lambda: _cpu(virtuoso))
        else:
            paths = [f"/query?{urlencode({'query': text})}" for text in texts]
            each = _asked(server.port, paths, server.cpu)
        return each.times(len(texts) / len(things))

    for label, suffix, texts in (("what is stated", "nt", plain), ("with names and work", "json", whole)):
        asked: dict[str, Callable[[int], Cost]] = {
            "our service, anew": lambda turn, suffix=suffix: by_service(suffix, turn),  # type: ignore[misc]  # bound now
            "remembered": lambda _, suffix=suffix: by_service(suffix, None),  # type: ignore[misc]
            "Oxigraph": lambda _, texts=texts: by_sparql(peer, texts),  # type: ignore[misc]
            "Virtuoso": lambda _, texts=texts: by_sparql(virtuoso, texts),  # type: ignore[misc]
        }
        found: dict[str, list[Cost]] = {name: [] for name in asked}
        for turn in range(ROUNDS + 1):  # the first is not counted
            for name, ask in asked.items():
                found[name].append(ask(turn))
        costs = {name: Cost.of(runs[1:]) for name, runs in found.items()}
        new, kept = (costs["Virtuoso"].cpu / costs[name].cpu for name in ("our service, anew", "remembered"))
        print(
            f"  a lookup, {label}: {'; '.join(f'{name} {cost}' for name, cost in costs.items())};"
            f" Virtuoso takes {new:.1f} times our CPU anew, {kept:.1f} times remembered (to reach: ≥ {TIMES:g})",
            flush=True,
        )


def _page(store: EmbeddedStore, iri: str) -> list[str]:
    """The queries that a page of a thing is made of, which is three whatever its size."""
    stated = store.describe([iri])
    work = store.select(load("usage").bind({"focus": [iri]}))
    terms = [term for triple in stated for term in (triple.predicate, triple.object)]
    terms += [term for row in work for term in row.values()]
    named = sorted({term.value for term in terms if isinstance(term, ox.NamedNode)})
    return [
        load("thing").bind({"focus": [iri]}),
        load("usage").bind({"focus": [iri]}),
        load("labels").bind({"thing": named}),
    ]


def _address(iri: str, base: str, suffix: str, **more: str) -> str:
    """Where our service has a thing."""
    if iri.startswith(base):
        return f"/doc/{iri.removeprefix(base)}.{suffix}?{urlencode(more)}"
    return f"/lookup?{urlencode({'uri': iri, 'format': suffix, **more})}"


def _questions(store: EmbeddedStore, peer: Server, virtuoso: Virtuoso, graph: str) -> None:
    """Each question to each engine by turns, answers read to their end, so often that the processor's clock shows it."""
    here = psutil.Process()
    for label, query in ANALYSTS.items():
        begun = time.perf_counter()
        rows = len(store.select(query))
        often = max(1, min(50, round(SHOWN / (time.perf_counter() - begun))))
        found: tuple[list[Cost], list[Cost], list[Cost]] = ([], [], [])
        for _ in range(ROUNDS):
            cpu, begun = math.fsum(here.cpu_times()[:2]), time.perf_counter()
            for _ in range(often):
                assert len(store.select(query)) == rows
            spent = Cost(time.perf_counter() - begun, math.fsum(here.cpu_times()[:2]) - cpu)
            found[0].append(spent.times(1 / often))
            found[1].append(_asked(peer.port, [f"/query?query={quote(query)}"] * often, peer.cpu, rows))
            path = f"/sparql?query={quote(query)}&default-graph-uri={quote(graph)}"
            found[2].append(_asked(virtuoso.port, [path] * often, lambda: _cpu(virtuoso), rows))
        costs = zip(("embedded", "Oxigraph", "Virtuoso"), map(Cost.of, found), strict=True)
        print(f"  {label}, {rows} rows: {'; '.join(f'{name} {cost}' for name, cost in costs)}", flush=True)


def _asked(port: int, paths: Sequence[str], clock: Callable[[], float], rows: int | None = None) -> Cost:
    """What one of these requests costs, on one connection; every answer must be whole."""
    connection = HTTPConnection("127.0.0.1", port, timeout=600)
    before, begun = clock(), time.perf_counter()
    for path in paths:
        wanted = "application/n-triples" if "CONSTRUCT" in path else "application/sparql-results+json"
        connection.request("GET", path, headers={"Accept": f"{wanted}, */*;q=0.1"})
        response = connection.getresponse()
        body = response.read()
        assert response.status == 200, body[:300]
        assert not response.headers.get("X-SQL-State")
        assert not response.headers.get("X-SPARQL-MaxRows")
        if rows is not None:
            assert len(json.loads(body)["results"]["bindings"]) == rows
    taken, cpu = time.perf_counter() - begun, clock() - before
    connection.close()
    return Cost(taken / len(paths), cpu / len(paths))


def _cpu(virtuoso: Virtuoso) -> float:
    return math.fsum(psutil.Process(virtuoso.pid).cpu_times()[:2])


def _pss(virtuoso: Virtuoso) -> float:
    return float(psutil.Process(virtuoso.pid).memory_full_info().pss) / 2**20
