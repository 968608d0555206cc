"""Writing what others fetch: STW in every syntax beside rdflib's writers, and a workbook of 10 000 concepts."""

import gc
import io
import time
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pyoxigraph as ox
import rdflib

from fellesord.formats.registry import find
from fellesord.namespaces import DCAT, DCT, EUVOC, ISO_THES, RDF, SKOS, XSD
from fellesord.rdf.reading import read
from fellesord.rdf.syntaxes import SYNTAXES
from fellesord.store import generations
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Manifest
from fellesord.vocabulary.reading import Vocabulary
from tests.benchmarks.processes import peak

FILE = Path(__file__).parents[3] / "shared/data/public/stw-skos.ttl"
BASE = "https://fellesord.example/id/"
#: Syntax → rdflib's writers of it, and how many times faster ours is to be than the quickest.
THEIRS = {
    "turtle": (("turtle",), 8),
    "json-ld": (("json-ld",), 8),
    "rdf-xml": (("xml", "pretty-xml"), 6),
    "n-triples": (("nt",), 4),
}
MANY = 10_000
#: The exports whose memory is told; the printed glossary is set as a whole.
HELD = (
    "skos.ttl", "skos.jsonld", "skos.rdf", "skos.nt", "skos.nq", "skos-ap-no.ttl", "data-norge.ttl",
    "jskos.ndjson", "concepts.tbx", "concepts.csv", "concepts.xlsx",
)  # fmt: skip


def measure(attached: tuple[Path, ...]) -> None:
    """Ours sorts, groups and types what it writes; so does rdflib's pretty-xml, not its xml."""
    warnings.simplefilter("ignore")
    if FILE.exists():
        _beside_rdflib()
    else:
        print(f"skipped: there is no {FILE}")
    _memory()
    _workbook()


def _beside_rdflib() -> None:
    triples = read(FILE).triples
    graph = rdflib.Graph().parse(FILE)
    for syntax in SYNTAXES:
        ours = _cpu(lambda: syntax.write(triples, BASE), 2)  # noqa: B023 - called at once
        names, reach = THEIRS[syntax.name]
        for name in names:
            theirs = _cpu(lambda: graph.serialize(format=name), 2)  # noqa: B023 - called at once
            print(
                f"{len(triples)} statements as {syntax.name}: {ours:.3f} s CPU,"
                f" rdflib's {name} {theirs:.2f} s: {theirs / ours:.1f} times (reach {reach})"
            )


def _memory() -> None:
    """What is held while each export is written, of a vocabulary and of one four times as large."""
    for name in HELD:
        held = [
            peak(partial(_vocabulary, number), partial(_write, name)) / 2**20 for number in (MANY // 4, MANY)
        ]
        print(f"{name} of {MANY // 4} concepts takes {held[0]:.0f} MB, of {MANY} {held[1]:.0f} MB")


def _write(name: str, vocabulary: Vocabulary) -> None:
    with Path("/dev/null").open("wb") as nowhere:
        find(vocabulary, name).write(vocabulary, nowhere)


def _workbook() -> None:
    vocabulary = _vocabulary(MANY)
    seconds = _cpu(lambda: find(vocabulary, "concepts.xlsx").write(vocabulary, io.BytesIO()), 1)
    print(f"workbook of {MANY} concepts: {seconds:.2f} s CPU (reach 5)")


def _vocabulary(number: int) -> Vocabulary:
    """A thesaurus of so many concepts: terms and definitions in three languages, a wider concept, dates."""
    scheme = ox.NamedNode(f"{BASE}scheme/many")
    kinds = (SKOS.ConceptScheme, DCAT.Dataset)  # as a data set it is published by the profiles
    triples = [ox.Triple(scheme, ox.NamedNode(RDF.type), ox.NamedNode(kind)) for kind in kinds]
    for place in range(number):
        iri = f"{BASE}concept/c{place}"
        said: list[tuple[str, ox.NamedNode | ox.Literal]] = [
            (RDF.type, ox.NamedNode(SKOS.Concept)),
            (SKOS.inScheme, scheme),
            (DCT.created, ox.Literal("2026-01-01", datatype=ox.NamedNode(XSD.date))),
        ]
        for tag in ("nb", "nn", "en"):
            note = f"{iri}#def-{tag}"
            said.append((SKOS.prefLabel, ox.Literal(f"begrep {place}", language=tag)))
            said.append((SKOS.altLabel, ox.Literal(f"ord {place}", language=tag)))
            said.append((EUVOC.xlDefinition, ox.NamedNode(note)))
            about = ox.Literal(f"noe som er nummer {place} i en lang rekke av begreper", language=tag)
            triples.append(ox.Triple(ox.NamedNode(note), ox.NamedNode(RDF.type), ox.NamedNode(EUVOC.XlNote)))
            triples.append(ox.Triple(ox.NamedNode(note), ox.NamedNode(RDF.value), about))
        if place:
            said.append((ISO_THES.broaderGeneric, ox.NamedNode(f"{BASE}concept/c{place // 10}")))
        triples += [ox.Triple(ox.NamedNode(iri), ox.NamedNode(name), term) for name, term in said]
    store = generations.graph(triples)
    manifest = Manifest("many", BASE, number, len(triples), 0, len(store), ())
    return Vocabulary(EmbeddedStore(store, manifest), BASE)


def _cpu(job: Callable[[], object], times: int) -> float:
    """The least CPU seconds of so many runs."""
    found = []
    for _ in range(times):
        gc.collect()
        begun = time.process_time()
        job()
        found.append(time.process_time() - begun)
    return min(found)
