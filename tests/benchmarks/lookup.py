"""A concept with its work, in process."""

import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import rdflib

from fellesord.files import root
from fellesord.namespaces import SKOS
from fellesord.rdf.syntaxes import N_TRIPLES
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Sources
from fellesord.store.queries import load
from fellesord.vocabulary.reading import Vocabulary

CONCEPTS = 12
#: rdflib needs minutes for one concept of a large vocabulary, so fewer are asked of it there.
FOREIGN = 3


def measure(attached: tuple[Path, ...]) -> None:
    """A concept with its labels, relations and work; rdflib's SPARQL runs the same three queries."""
    store = EmbeddedStore.build(Sources(root() / "vocab", attached))
    vocabulary = Vocabulary(store, store.manifest.base)
    graph = rdflib.Graph()
    graph.parse(data=N_TRIPLES.write(store.construct(load("graph").bind({})), ""), format="nt")
    concepts = _some(store, foreign=bool(attached))
    ours = [_median(lambda iri=iri: vocabulary.get(iri), 9) for iri in concepts]  # type: ignore[misc]  # bound now
    asked = concepts[:FOREIGN] if attached else concepts
    theirs = [_median(lambda iri=iri: _with_rdflib(graph, iri), 1, warm=not attached) for iri in asked]  # type: ignore[misc]
    name = attached[0].name if attached else "shipped"
    ratios = [slow / quick for quick, slow in zip(ours, theirs, strict=False)]
    print(
        f"{name}, {len(graph)} triples: {statistics.median(ours) * 1e3:.2f} ms a concept,"
        f" rdflib {statistics.median(theirs) * 1e3:.1f} ms; {statistics.median(ratios):.0f} times faster"
        f" (least {min(ratios):.0f})"
    )


def _some(store: EmbeddedStore, *, foreign: bool) -> list[str]:
    """Concepts drawn with a fixed seed."""
    rows = store.select(load("things").bind({"class": [SKOS.Concept]}))
    base = store.manifest.base
    iris = sorted(row["thing"].value for row in rows)
    chosen = [iri for iri in iris if iri.startswith(f"{base}concept/")]
    if foreign:
        chosen = [iri for iri in iris if not iri.startswith(base)]
    return random.Random(1).sample(chosen, CONCEPTS)


def _with_rdflib(graph: rdflib.Graph, iri: str) -> None:
    """The three queries of ``Vocabulary.get``, on rdflib, results read to the end."""
    triples = list(graph.query(load("thing").bind({"focus": [iri]})))
    rows = list(graph.query(load("usage").bind({"focus": [iri]})))
    named = {str(node) for row in triples for node in row[1:] if isinstance(node, rdflib.URIRef)}  # type: ignore[index]
    named |= {str(row[0]) for row in rows}  # type: ignore[index]
    list(graph.query(load("labels").bind({"thing": sorted(named)})))


def _median(job: Callable[[], object], times: int, *, warm: bool = True) -> float:
    """The median time of a job in seconds, after one run that is not counted."""
    if warm:
        job()
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        job()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)
