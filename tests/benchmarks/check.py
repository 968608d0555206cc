"""Checking whole vocabularies, and one changed concept, beside pySHACL."""

import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import psutil
import pyoxigraph as ox
import pyshacl

from fellesord.checks.data import Data
from fellesord.checks.engine import validate
from fellesord.checks.incremental import affected
from fellesord.checks.profiles import shapes_of
from fellesord.checks.shapes import Shapes
from fellesord.rdf.reading import read
from tests.checks import oracle
from tests.checks.test_w3c import SUITE, cases, outcome

PUBLIC = Path(__file__).parents[3] / "shared/data/public"


def measure(attached: tuple[Path, ...]) -> None:
    """The shapes of the profile skos over public vocabularies; pySHACL takes those without queries."""
    if not PUBLIC.is_dir():
        print(f"skipped: there are no public vocabularies at {PUBLIC}")
        return
    _suite()
    shapes = shapes_of("skos")
    plain = oracle.without_queries(shapes)
    for file, reach in (("unesco-thesaurus.ttl", 1.2), ("stw-skos.ttl", 2.5)):
        triples = read(PUBLIC / file).triples
        loaded = _memory()
        data = Data.of(triples)
        store = _memory() - loaded
        whole = _cpu(lambda data=data: validate(data, shapes))  # type: ignore[misc]  # bound now
        peak = _peak(lambda data=data: validate(data, shapes))  # type: ignore[misc]
        print(
            f"{file}, {len(triples)} triples: every rule, cycles too, {whole:.2f} s CPU (reach {reach});"
            f" memory grows by {peak / 2**20:.1f} MB, {100 * peak / max(store, 1):.0f} % of the store"
        )
    _beside_pyshacl(oracle.finished(shapes))
    _one_concept(plain)


def _suite() -> None:
    if SUITE.is_dir():
        files = [case.values[0] for case in cases()]  # type: ignore[attr-defined]  # pytest's own
        right = sum(wanted == found for wanted, found in map(outcome, files))
        print(f"W3C suite, core and SPARQL: {right} of {len(files)} tests pass")


def _beside_pyshacl(both: Shapes) -> None:
    triples = read(PUBLIC / "unesco-thesaurus.ttl").triples
    data = Data.of(triples)
    quick = _cpu(lambda: validate(data, both))
    begun = time.process_time()
    theirs = oracle.theirs(triples, both)
    slow = time.process_time() - begun
    same = oracle.ours(triples, both) == theirs
    print(
        f"UNESCO, the rules that both finish: {quick:.2f} s, pySHACL {slow:.1f} s; {slow / quick:.0f} times faster"
        f" (reach 20); equal results: {same}"
    )


def _one_concept(plain: Shapes) -> None:
    triples = read(PUBLIC / "unesco-thesaurus.ttl").triples
    data = Data.of(triples)
    concept = next(t.subject for t in triples if t.predicate.value.endswith("#broader"))
    assert isinstance(concept, ox.NamedNode)
    matters = affected(data, plain, [concept])
    quick = _cpu(lambda: validate(data, plain, focus=affected(data, plain, [concept])), 10)
    near = {concept, *(t.object for t in triples if t.subject == concept), *matters}
    part = oracle.graph(t for t in triples if t.subject in near)
    rules = oracle.graph(plain.graph.triples)
    slow = _cpu(lambda: pyshacl.validate(part, shacl_graph=rules), 3)
    print(
        f"one changed concept of UNESCO, and the {len(matters) - 1} it matters to: {quick * 1e3:.1f} ms, pySHACL"
        f" on its part of {len(part)} triples {slow * 1e3:.0f} ms; {quick / slow:.2f} of it (reach 0.2)"
    )


def _cpu(job: Callable[[], object], times: int = 3) -> float:
    """The least CPU time of some runs, in seconds."""
    taken = []
    for _ in range(times):
        begun = time.process_time()
        job()
        taken.append(time.process_time() - begun)
    return min(taken)


def _memory() -> int:
    return int(psutil.Process().memory_info().rss)


def _peak(job: Callable[[], object]) -> int:
    """How much more memory a job takes at most, in bytes: Python's by its allocator, the rest by growth."""
    before = _memory()
    tracemalloc.start()
    job()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return max(peak, _memory() - before)
