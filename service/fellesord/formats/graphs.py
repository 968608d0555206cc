"""Graphs of a vocabulary as files: all that is served, all that is SKOS, or one scheme.

They are written part by part, so that what is held at one time does not grow with the vocabulary.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import pyoxigraph as ox

from fellesord.formats.skos_ap_no import main_of
from fellesord.namespaces import DCT, FO, QB, SKOS
from fellesord.rdf.syntaxes import N_TRIPLES, Parts, Syntax
from fellesord.store import Store
from fellesord.store.queries import load
from fellesord.vocabulary.reading import Vocabulary

_AT_ONCE = 256
_OBSERVATION = ox.NamedNode(FO.observation)
_BELONGS = (ox.NamedNode(SKOS.inScheme), ox.NamedNode(DCT.isPartOf))


@dataclass(frozen=True)
class Described:
    """The statements about subjects, in parts and in the order given; not those of some properties."""

    store: Store
    subjects: Sequence[str]
    without: frozenset[ox.NamedNode] = frozenset()

    def __iter__(self) -> Iterator[list[ox.Triple]]:
        for start in range(0, len(self.subjects), _AT_ONCE):
            asked = self.subjects[start : start + _AT_ONCE]
            wanted = {ox.NamedNode(iri) for iri in asked}
            yield [
                triple
                for triple in self.store.describe(asked)
                if triple.subject in wanted and triple.predicate not in self.without
            ]


#: What gives a graph of a vocabulary in parts, in the order of a syntax.
Graph = Callable[[Vocabulary, Callable[[str], str]], Parts]


def everything(vocabulary: Vocabulary, order: Callable[[str], str]) -> Described:
    """All that is served: the record, what follows from it, and what is attached."""
    return Described(vocabulary.store, sorted(_subjects(vocabulary), key=order))


def skos(vocabulary: Vocabulary, order: Callable[[str], str]) -> Described:
    """Our concepts, collections and schemes, without what was measured."""
    rows = _of_classes(vocabulary, SKOS.Concept, SKOS.Collection, SKOS.ConceptScheme)
    return _about(vocabulary, {iri.partition("#")[0] for iri in rows}, order)


def scheme(slug: str) -> Graph:
    """One scheme of ours: itself, its concepts and their groups."""

    def one(vocabulary: Vocabulary, order: Callable[[str], str]) -> Described:
        iri = f"{vocabulary.base}scheme/{slug}"
        return _about(vocabulary, {main for main, each in schemes(vocabulary).items() if each == iri}, order)

    return one


def slugs(vocabulary: Vocabulary) -> list[str]:
    """The names of our schemes."""
    start = f"{vocabulary.base}scheme/"
    found = _of_classes(vocabulary, SKOS.ConceptScheme)
    return sorted(iri.removeprefix(start) for iri in found if iri.startswith(start))


def schemes(vocabulary: Vocabulary) -> dict[str, str]:
    """Each of our things that is in a scheme, or is one → that scheme."""
    rows = _of_classes(vocabulary, SKOS.Concept, SKOS.Collection, SKOS.ConceptScheme)
    mains = sorted({iri.partition("#")[0] for iri in rows})
    found = {main: main for main in mains if main.startswith(f"{vocabulary.base}scheme/")}
    for part in Described(vocabulary.store, mains):
        for triple in part:
            if triple.predicate in _BELONGS and isinstance(triple.object, ox.NamedNode):
                found.setdefault(main_of(triple), triple.object.value)
    return found


def write(graph: Graph, syntax: Syntax, vocabulary: Vocabulary, file: BinaryIO) -> None:
    """Write a graph of a vocabulary in a syntax."""
    syntax.stream(graph(vocabulary, syntax.order), vocabulary.base, file)


def write_quads(graph: Graph, vocabulary: Vocabulary, file: BinaryIO) -> None:
    """Write a graph as N-Quads: what belongs to a scheme stands in the graph that bears the scheme's name."""
    names = schemes(vocabulary)
    for part in graph(vocabulary, N_TRIPLES.order):
        lines = []
        for triple in part:
            name = names.get(main_of(triple))
            lines.append(f"{triple} <{name}> .\n" if name else f"{triple} .\n")
        file.write("".join(sorted(lines)).encode())


def read_back(graph: Graph, syntax: ox.RdfFormat, vocabulary: Vocabulary, path: Path) -> tuple[str, ...]:
    """What a file lacks of the graph it was written from, and what it has beside it."""
    with path.open("rb") as file:
        found = {quad.triple if isinstance(quad, ox.Quad) else quad for quad in ox.parse(file, syntax)}
    wanted = {triple for part in graph(vocabulary, str) for triple in part}
    return tuple(
        f"{path.name}: {len(differing)} statements {what}, the first {min(map(str, differing))}"
        for differing, what in ((wanted - found, "are missing"), (found - wanted, "are too many"))
        if differing
    )


def _about(vocabulary: Vocabulary, mains: Collection[str], order: Callable[[str], str]) -> Described:
    """What is said of things and of their fragments, without what was measured."""
    measured = _of_classes(vocabulary, QB.Observation)
    subjects = [
        iri for iri in _subjects(vocabulary) if iri.partition("#")[0] in mains and iri not in measured
    ]
    return Described(vocabulary.store, sorted(subjects, key=order), frozenset((_OBSERVATION,)))


def _subjects(vocabulary: Vocabulary) -> list[str]:
    rows = vocabulary.store.select(load("subjects").bind({}))
    return [row["subject"].value for row in rows if isinstance(row["subject"], ox.NamedNode)]


def _of_classes(vocabulary: Vocabulary, *classes: str) -> set[str]:
    """Our own things of some classes."""
    rows = vocabulary.store.select(load("things").bind({"class": classes}))
    return {row["thing"].value for row in rows if row["thing"].value.startswith(vocabulary.base)}
