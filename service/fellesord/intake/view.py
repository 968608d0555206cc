"""The record as it is before anything is taken in."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from fellesord.namespaces import DCT, FO, KINDS, RDF, SKOS
from fellesord.record import documents
from fellesord.record.documents import Document
from fellesord.store.generations import graph

_TYPE = ox.NamedNode(RDF.type)


@dataclass(frozen=True)
class View:
    """A record: its folder, its base, and its documents by path."""

    folder: Path
    base: str
    documents: dict[str, Document]

    @classmethod
    def of(cls, folder: Path) -> "View":
        """The record in a folder. Raises InvalidData when it is wrong."""
        record = documents.read(folder)
        return cls(folder, record.base, {document.path: document for document in record.documents})

    @cached_property
    def stated(self) -> frozenset[ox.Triple]:
        """Every triple that the record states."""
        return frozenset(triple for each in self.documents.values() for triple in each.triples)

    @cached_property
    def served(self) -> ox.Store:
        """What the record states and what follows from it."""
        return graph(self.stated)

    @cached_property
    def by_subject(self) -> dict[str, list[ox.Triple]]:
        """IRI → the triples that the record states of it."""
        return by_subject(self.stated)

    @cached_property
    def by_object(self) -> dict[str, list[ox.Triple]]:
        """IRI → the triples of the record that point at it."""
        found: dict[str, list[ox.Triple]] = {}
        for triple in self.stated:
            if isinstance(triple.object, ox.NamedNode):
                found.setdefault(triple.object.value, []).append(triple)
        return found

    @cached_property
    def names(self) -> dict[str, str]:
        """IRI of another's thing → the thing of ours that was taken in from it (its ``dct:source``)."""
        return {
            str(triple.object)[1:-1]: triple.subject.value
            for triple in self.stated
            if triple.predicate.value == DCT.source
            and isinstance(triple.subject, ox.NamedNode)
            and isinstance(triple.object, ox.NamedNode)
            and self.path(triple.subject.value) in self.documents
        }

    @cached_property
    def withdrawn(self) -> frozenset[str]:
        """IRIs that were published once and must not be used again."""
        return frozenset(
            str(triple.subject)[1:-1] for triple in self.stated if str(triple.object) == f"<{FO.Tombstone}>"
        )

    @cached_property
    def external(self) -> dict[str, str]:
        """IRI of another's term → the path of the document that describes it."""
        return {
            str(triple.subject)[1:-1]: document.path
            for document in self.documents.values()
            if document.kind == "external"
            for triple in document.triples
        }

    @cached_property
    def holders(self) -> dict[str, str]:
        """IRI → the path of the document that describes it."""
        return {
            str(triple.subject)[1:-1]: path
            for path, document in self.documents.items()
            for triple in document.triples
        }

    @cached_property
    def thesaurus(self) -> str | None:
        """The scheme that most concepts with documents of their own are in; ``None`` without any."""
        count: dict[str, int] = {}
        for document in self.documents.values():
            for triple in document.triples if document.kind == "concept" else ():
                if triple.predicate.value == SKOS.inScheme:
                    scheme = str(triple.object)[1:-1]
                    count[scheme] = count.get(scheme, 0) + 1
        return max(sorted(count), key=count.__getitem__) if count else None

    @cached_property
    def _kinds(self) -> dict[str, list[str]]:
        kinds: dict[str, list[str]] = {}
        for each in self.documents.values():
            if each.iri:
                kinds.setdefault(each.kind, []).append(each.iri)
        return {kind: sorted(iris) for kind, iris in kinds.items()}

    def of_kind(self, kind: str) -> list[str]:
        """The IRIs of the record's things of a kind, sorted."""
        return self._kinds.get(kind, [])

    def has(self, iri: str) -> bool:
        """Whether an IRI is one of the record's things."""
        return "#" not in iri and self.path(iri) in self.documents

    def path(self, iri: str) -> str | None:
        """The path of the document that holds an IRI of the record's; ``None`` for what can have none."""
        if not iri.startswith(self.base):
            return None
        kind, _, rest = iri[len(self.base) :].partition("/")
        slug = rest.partition("#")[0]
        return f"{kind}/{slug}.ttl" if kind in KINDS and documents.is_slug(slug) else None


def by_subject(triples: Iterable[ox.Triple]) -> dict[str, list[ox.Triple]]:
    """IRI → the triples about it."""
    found: dict[str, list[ox.Triple]] = {}
    for triple in triples:
        found.setdefault(str(triple.subject)[1:-1], []).append(triple)
    return found
