"""The difference between two versions of a large record, beside the canonicalisation of their datasets."""

import time
from collections.abc import Callable

import pyoxigraph as ox

from fellesord.rdf import turtle
from fellesord.releases.changes import changes
from fellesord.releases.difference import between
from fellesord.releases.editions import Edition
from tests.benchmarks.processes import peak

_BASE = "https://fellesord.example/id/"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
#: Things, and statements about each; every hundredth thing changes in a label, one of a thousand comes or goes.
_THINGS, _EACH = 25_000, 20


def measure(_: tuple[object, ...]) -> None:
    """Two versions of 500 000 triples, of which one thing in a hundred changed: as documents of a record, and as one."""
    sets = _sets()
    slow = _cpu(lambda: _canonical(sets))
    one, other = (set(dataset) for dataset in sets)
    took = peak(_sets, _canonical) / 2**20
    print(f"{len(one)} triples: canonicalising both {slow * 1e3:.0f} ms, {took:.0f} MB")
    for name, make in (("a document for each thing", _many), ("one document of all", _single)):
        before, after = make()
        found = between(*_anew((before, after)))
        quick = _cpu(lambda: between(*_anew((before, after))))  # noqa: B023 - called at once
        told = _cpu(lambda: changes(before, after, found))  # noqa: B023 - called at once
        same = (len(one - other), len(other - one)) == (len(found.removed), len(found.added))
        took = peak(make, _differ) / 2**20
        print(
            f"{name}, {len(found.removed)} removed and {len(found.added)} added: {quick * 1e3:.0f} ms,"
            f" {took:.0f} MB; {slow / quick:.1f} times faster (reach 12); the same difference: {same};"
            f" and what happened to each thing: {told * 1e3:.0f} ms more"
        )


def _many() -> tuple[Edition, Edition]:
    return _edition(0), _edition(1)


def _single() -> tuple[Edition, Edition]:
    before, after = _many()
    return Edition(_as_one(before)), Edition(_as_one(after))


def _anew(editions: tuple[Edition, Edition]) -> tuple[Edition, Edition]:
    """The same, without what was read before."""
    return Edition(editions[0].data), Edition(editions[1].data)


def _differ(editions: tuple[Edition, Edition]) -> None:
    between(*_anew(editions))


def _sets() -> list[ox.Dataset]:
    return [_dataset(edition) for edition in _many()]


def _as_one(edition: Edition) -> dict[str, bytes]:
    """All of an edition in one document, so that all of it has to be read."""
    return {
        "external/all.ttl": turtle.write((t for path in edition.data for t in edition.triples(path)), _BASE)
    }


def _edition(version: int) -> Edition:
    gone = range(500, _THINGS, 1000)
    return Edition(
        {
            f"concept/c{number}.ttl": turtle.write(_thing(number, version), _BASE)
            for number in range(_THINGS + len(gone) * version)
            if not version or number not in gone
        }
    )


def _thing(number: int, version: int) -> list[ox.Triple]:
    node = ox.NamedNode(f"{_BASE}concept/c{number}")
    changed = "er" if version and number % 100 == 0 else ""
    broader = ox.NamedNode(f"{_BASE}concept/c{number // 10}")
    said: list[tuple[str, ox.NamedNode | ox.Literal]] = [("broader", broader)]
    for tag in ("nb", "nn", "en"):
        said.append(("prefLabel", ox.Literal(f"ord {number}{changed}", language=tag)))
        said += [
            (name, ox.Literal(f"{name} {which} {number}", language=tag))
            for name in ("altLabel", "scopeNote", "example")
            for which in ("a", "b")
        ]
    triples = [ox.Triple(node, ox.NamedNode(_SKOS + name), term) for name, term in said[: _EACH - 1]]
    return [ox.Triple(node, _TYPE, ox.NamedNode(f"{_SKOS}Concept")), *triples]


def _dataset(edition: Edition) -> ox.Dataset:
    triples = (triple for path in edition.data for triple in edition.triples(path))
    return ox.Dataset(ox.Quad(each.subject, each.predicate, each.object) for each in triples)


def _canonical(sets: list[ox.Dataset]) -> None:
    for dataset in sets:
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)


def _cpu(job: Callable[[], object], times: int = 3) -> float:
    """The least CPU time of some runs, in seconds."""
    taken = []
    for _ in range(times):
        begun = time.process_time()
        job()
        taken.append(time.process_time() - begun)
    return min(taken)
