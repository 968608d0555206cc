"""The difference between two editions as statements, and as an RDF Patch.

Documents that are the same byte for byte are not looked into, so that the work is that of what changed. There
are no blank nodes, so that graphs differ by what one has and the other has not: nothing has to be matched.
"""

from dataclasses import dataclass

import pyoxigraph as ox

from fellesord.releases.editions import Edition

#: RDF Patch has no registered media type; this is the one that Apache Jena and rdflib use.
PATCH_TYPE, PATCH_SUFFIX = "application/rdf-patch", "rdfp"


@dataclass(frozen=True)
class Difference:
    """What has to be taken out of one edition and put in to get another; ``paths`` are of what changed."""

    removed: frozenset[ox.Triple]
    added: frozenset[ox.Triple]
    paths: tuple[str, ...] = ()

    def patch(self, before: str | None = None, after: str | None = None) -> bytes:
        """The same as an RDF Patch, sorted, with what to call the two graphs.

        (https://afs.github.io/rdf-delta/rdf-patch.html; the header names are ``prev`` and ``id``.)
        """
        names = (("id", after), ("prev", before))
        lines = [
            *(f"H {name} <{iri}> ." for name, iri in names if iri),
            "TX .",
            *sorted(f"D {triple} ." for triple in self.removed),
            *sorted(f"A {triple} ." for triple in self.added),
            "TC .",
        ]
        return "".join(f"{line}\n" for line in lines).encode()


def between(before: Edition, after: Edition) -> Difference:
    """What differs. Raises InvalidData when a document that changed is not right."""
    one, other = before.data, after.data
    paths = tuple(sorted(path for path in one.keys() | other.keys() if one.get(path) != other.get(path)))
    removed = {triple for path in paths for triple in before.triples(path)}
    added = {triple for path in paths for triple in after.triples(path)}
    return Difference(frozenset(removed - added), frozenset(added - removed), paths)
