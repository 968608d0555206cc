"""VoID: how much of what there is in the graph, where it is fetched, and where it links to."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

import pyoxigraph as ox

from fellesord.formats import graphs
from fellesord.formats.catalogue import address
from fellesord.formats.described import concepts
from fellesord.formats.skos_ap_no import triple, value
from fellesord.namespaces import DCT, RDF, SKOS, VOID
from fellesord.rdf.reading import read
from fellesord.rdf.syntaxes import SYNTAXES, TURTLE
from fellesord.vocabulary import descriptions
from fellesord.vocabulary.reading import Vocabulary
from fellesord.vocabulary.statistics import Statistics

STANDARD = "https://www.w3.org/TR/void/"
_MATCHES = frozenset((SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch))


def write(name: str, vocabulary: Vocabulary, file: BinaryIO) -> None:
    """Write the description by VoID, which is the file ``name``."""
    file.write(TURTLE.write(_void(address(vocabulary.base, name), vocabulary), vocabulary.base))


def read_back(vocabulary: Vocabulary, path: Path) -> tuple[str, ...]:
    """What differs between the number of statements that a description says, and that there are."""
    said = {value(t) for t in read(path).triples if t.predicate.value == VOID.triples}
    number = sum(len(part) for part in graphs.everything(vocabulary, str))
    return () if str(number) in said else (f"{path.name}: does not say that there are {number} statements",)


def _void(here: str, vocabulary: Vocabulary) -> Iterator[ox.Triple]:
    root = vocabulary.base.removesuffix("id/")
    (about,) = concepts(vocabulary, [vocabulary.thesaurus or vocabulary.base])
    yield from descriptions.dataset(
        here,
        vocabulary.base,
        (root, f"{root}sparql", f"{root}lookup?uri="),
        about.texts(DCT.title),
        about.texts(DCT.description),
        Statistics(vocabulary.store),
    )
    data = f"{here}#dataset"
    links: Counter[tuple[str, str]] = Counter()
    subjects = 0
    for part in graphs.everything(vocabulary, str):
        subjects += len({str(each.subject) for each in part})
        for each in part:
            if isinstance(each.object, ox.NamedNode) and each.predicate.value in _MATCHES:
                links[(each.predicate.value, urlsplit(value(each)).netloc)] += 1
    yield triple(data, VOID.distinctSubjects, ox.Literal(subjects))
    for stem in ("graph", "skos"):
        for syntax in SYNTAXES:
            dump = address(vocabulary.base, f"{stem}.{syntax.suffix}")
            yield triple(data, VOID.dataDump, ox.NamedNode(dump))
    for number, ((iri, host), count) in enumerate(sorted(links.items()), 1):
        linkset = f"{here}#links-{number}"
        yield triple(data, VOID.subset, ox.NamedNode(linkset))
        yield triple(linkset, RDF.type, ox.NamedNode(VOID.Linkset))
        yield triple(linkset, VOID.subjectsTarget, ox.NamedNode(data))
        yield triple(linkset, VOID.objectsTarget, ox.NamedNode(f"https://{host}/"))
        yield triple(linkset, VOID.linkPredicate, ox.NamedNode(iri))
        yield triple(linkset, VOID.triples, ox.Literal(count))
