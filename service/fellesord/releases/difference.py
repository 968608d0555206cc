"""The difference between two editions as statements, and as an RDF Patch.

Documents that are the same byte for byte are not looked into, nor in large ones what is the same, so that the
work is that of what changed. There are no blank nodes, so that graphs differ by what one has and the other
has not: nothing has to be matched.
"""

from dataclasses import dataclass
from itertools import chain

from fellesord.releases.editions import Edition
from fellesord.releases.parts import LARGE, Triples, differing

#: RDF Patch has no registered media type; this is the one that Apache Jena and rdflib use.
PATCH_TYPE, PATCH_SUFFIX = "application/rdf-patch", "rdfp"


@dataclass(frozen=True)
class Difference:
    """What has to be taken out of one edition and put in to get another; ``paths`` are of what changed.

    ``then`` and ``now`` are all that the two say of the things that differ.
    """

    removed: Triples
    added: Triples
    paths: tuple[str, ...] = ()
    then: Triples = frozenset()
    now: Triples = frozenset()

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
    """What differs. Raises InvalidData when something that changed is not right."""
    one, other = before.data, after.data
    paths = tuple(sorted(path for path in one.keys() | other.keys() if one.get(path) != other.get(path)))
    said = [_said(before, after, path) for path in paths]
    then = frozenset(chain.from_iterable(each for each, _ in said))
    now = frozenset(chain.from_iterable(each for _, each in said))
    return Difference(then - now, now - then, paths, then, now)


def _said(before: Edition, after: Edition, path: str) -> tuple[Triples, Triples]:
    """What two editions say in a document, at least of the things of which they say something else."""
    one, other = before.data.get(path, b""), after.data.get(path, b"")
    found = differing(one, other, path) if min(len(one), len(other)) > LARGE else None
    return found or (before.triples(path), after.triples(path))
