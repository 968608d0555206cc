"""Published IRIs: those of every release, in a file that only grows. None may ever lead to nothing."""

from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox

from fellesord.errors import InvalidData
from fellesord.namespaces import FO, RDF, SKOS
from fellesord.releases.editions import Edition

#: The file, which lies beside the releases: an IRI and the day it was first published, a line each.
NAME = "published-iris.lock"
_HEAD = b"# What has been published, and when first. Written by `fellesord release`; never edit it.\n"
_ONTOLOGY = str(FO).removesuffix("#")
_TYPE = ox.NamedNode(RDF.type)
_CODE = ox.NamedNode(SKOS.Concept)


def iris(edition: Edition) -> frozenset[str]:
    """The IRIs that an edition answers for: its things, codes of lists, own terms and tombstones."""
    found = set()
    for path in edition.data:
        for triple in edition.triples(path):
            subject = str(triple.subject)[1:-1]
            if subject.startswith((edition.base, _ONTOLOGY)):
                whole = "#" not in subject or subject.startswith(_ONTOLOGY)
                if whole or (triple.predicate == _TYPE and triple.object == _CODE):
                    found.add(subject)
    return frozenset(found)


def read(path: Path) -> dict[str, str]:
    """The published IRIs with the days; none where there is no file. Raises InvalidData."""
    if not path.exists():
        return {}
    found = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if line.startswith("#"):
            continue
        iri, tab, day = line.partition("\t")
        if not tab or not iri or not day:
            raise InvalidData(f"{path}:{number}: is not an IRI, a tab and a day; take the file back from git")
        found[iri] = day
    return found


def write(known: Mapping[str, str]) -> bytes:
    """The file that names these IRIs."""
    return _HEAD + "".join(f"{iri}\t{day}\n" for iri, day in sorted(known.items())).encode()


def lost(known: Mapping[str, str], edition: Edition) -> tuple[str, ...]:
    """A line for each published IRI that an edition says nothing of."""
    return tuple(
        f"<{iri}> was published on {known[iri]} and is gone; put it back, or withdraw it in tombstones.ttl"
        for iri in sorted(known.keys() - iris(edition))
    )
