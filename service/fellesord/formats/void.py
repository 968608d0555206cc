"""VoID: how much of what there is in the graph, where it is fetched, and where it links to."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

import pyoxigraph as ox

from fellesord.formats import graphs
from fellesord.formats.catalogue import address
from fellesord.formats.skos_ap_no import triple, value
from fellesord.namespaces import RDF, VOID
from fellesord.rdf.reading import read
from fellesord.rdf.syntaxes import SYNTAXES, TURTLE
from fellesord.vocabulary.reading import Vocabulary

STANDARD = "https://www.w3.org/TR/void/"
_CLASS = f"{VOID}class"


def write(name: str, vocabulary: Vocabulary, file: BinaryIO) -> None:
    """Write the description by VoID, which is the file ``name``."""
    here = address(vocabulary.base, name)
    data = f"{here}#dataset"
    file.write(TURTLE.write(_void(data, vocabulary), vocabulary.base))


def read_back(vocabulary: Vocabulary, path: Path) -> tuple[str, ...]:
    """What differs between the number of statements that a description says, and that there are."""
    said = {value(t) for t in read(path).triples if t.predicate.value == VOID.triples}
    number = sum(len(part) for part in graphs.everything(vocabulary, str))
    return () if str(number) in said else (f"{path.name}: does not say that there are {number} statements",)


def _void(data: str, vocabulary: Vocabulary) -> Iterator[ox.Triple]:
    classes: Counter[str] = Counter()
    properties: Counter[str] = Counter()
    links: Counter[tuple[str, str]] = Counter()
    subjects: set[str] = set()
    total = 0
    for part in graphs.everything(vocabulary, str):
        for each in part:
            total += 1
            subjects.add(str(each.subject))
            properties[each.predicate.value] += 1
            if each.predicate.value == RDF.type:
                classes[value(each)] += 1
            elif isinstance(each.object, ox.NamedNode) and each.predicate.value.endswith("Match"):
                links[(each.predicate.value, urlsplit(value(each)).netloc)] += 1
    yield triple(data, RDF.type, ox.NamedNode(VOID.Dataset))
    yield triple(data, VOID.uriSpace, ox.Literal(vocabulary.base))
    yield from _counted(data, VOID.triples, total)
    yield from _counted(data, VOID.distinctSubjects, len(subjects))
    yield from _counted(data, VOID.classes, len(classes))
    yield from _counted(data, VOID.properties, len(properties))
    for scheme in graphs.slugs(vocabulary):
        yield triple(data, VOID.exampleResource, ox.NamedNode(f"{vocabulary.base}scheme/{scheme}"))
    for stem in ("graph", "skos"):
        for syntax in SYNTAXES:
            dump = address(vocabulary.base, f"{stem}.{syntax.suffix}")
            yield triple(data, VOID.dataDump, ox.NamedNode(dump))
    for name in sorted({iri[: max(iri.rfind("#"), iri.rfind("/")) + 1] for iri in properties}):
        yield triple(data, VOID.vocabulary, ox.NamedNode(name))
    here = data.removesuffix("#dataset")
    for number, (iri, count) in enumerate(sorted(classes.items()), 1):
        yield triple(data, VOID.classPartition, ox.NamedNode(f"{here}#class-{number}"))
        yield triple(f"{here}#class-{number}", _CLASS, ox.NamedNode(iri))
        yield from _counted(f"{here}#class-{number}", VOID.entities, count)
    for number, (iri, count) in enumerate(sorted(properties.items()), 1):
        yield triple(data, VOID.propertyPartition, ox.NamedNode(f"{here}#property-{number}"))
        yield triple(f"{here}#property-{number}", VOID.property, ox.NamedNode(iri))
        yield from _counted(f"{here}#property-{number}", VOID.triples, count)
    for number, ((iri, host), count) in enumerate(sorted(links.items()), 1):
        linkset = f"{here}#links-{number}"
        yield triple(data, VOID.subset, ox.NamedNode(linkset))
        yield triple(linkset, RDF.type, ox.NamedNode(VOID.Linkset))
        yield triple(linkset, VOID.subjectsTarget, ox.NamedNode(data))
        yield triple(linkset, VOID.objectsTarget, ox.NamedNode(f"https://{host}/"))
        yield triple(linkset, VOID.linkPredicate, ox.NamedNode(iri))
        yield from _counted(linkset, VOID.triples, count)


def _counted(subject: str, name: str, number: int) -> Iterator[ox.Triple]:
    yield triple(subject, name, ox.Literal(number))
