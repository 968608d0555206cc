"""An edition: the documents of a record at one time, as bytes, each read when somebody asks what it says."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from fellesord.errors import InvalidData
from fellesord.languages import Text, in_order
from fellesord.namespaces import DCT, RDFS, SKOS
from fellesord.rdf.reading import parse
from fellesord.record import documents

#: What bears the name of a thing; the first that is there counts.
NAMING = (SKOS.prefLabel, DCT.title, RDFS.label)


class _Files(Mapping[str, bytes]):
    """The files in a folder that nothing writes to, by their paths below it, read when they are asked for."""

    def __init__(self, folder: Path) -> None:
        self._paths = {path.relative_to(folder).as_posix(): path for path in documents.paths(folder)}

    def __getitem__(self, name: str) -> bytes:
        return self._paths[name].read_bytes()

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


@dataclass(frozen=True)
class Edition:
    """The documents of a record by their paths below its folder. Of no documents, an empty record."""

    data: Mapping[str, bytes]

    @classmethod
    def lying(cls, folder: Path) -> "Edition":
        """The edition in a folder that is never written to: what nobody asks for is not held in memory.

        Raises InvalidData for a folder that holds none.
        """
        return cls(_Files(folder))

    @classmethod
    def read(cls, folder: Path) -> "Edition":
        """The edition that lies in a record's folder. Raises InvalidData for a folder that holds none."""
        return cls(
            {path.relative_to(folder).as_posix(): path.read_bytes() for path in documents.paths(folder)}
        )

    def triples(self, path: str) -> frozenset[ox.Triple]:
        """What a document says, nothing where there is none. Raises InvalidData for one with blank nodes."""
        if path not in self.data:
            return frozenset()
        if path not in self._read:
            parsed = parse(self.data[path], ox.RdfFormat.TURTLE, path)
            for triple in parsed.triples:
                if isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode):
                    raise InvalidData(f"{path}: has blank nodes, which cannot be told apart between versions")
            self._read[path] = frozenset(parsed.triples)
        return self._read[path]

    def forget(self) -> None:
        """Let go of what has been read; it is read again when it is asked for."""
        self._read.clear()

    @cached_property
    def base(self) -> str:
        """What its own IRIs begin with, ``""`` in an empty edition."""
        for path in self.data:
            return parse(self.data[path], ox.RdfFormat.TURTLE, path).base or ""
        return ""

    def names(self, iri: str) -> tuple[Text, ...]:
        """What a thing is called in each language, as its own document says, or one about foreign terms."""
        for path in self._about(iri):
            found: dict[str, list[Text]] = {}
            for triple in self.triples(path):
                term, said = triple.object, triple.predicate.value
                if said in NAMING and isinstance(term, ox.Literal) and triple.subject == ox.NamedNode(iri):
                    found.setdefault(said, []).append(Text(term.value, term.language or ""))
            for property in NAMING:
                if property in found:
                    return in_order(found[property])
        return ()

    def _about(self, iri: str) -> list[str]:
        if self.base and iri.startswith(self.base):
            return [f"{iri[len(self.base) :].partition('#')[0]}.ttl"]
        return [path for path in self.data if path.startswith(("external/", "ontology"))]

    @cached_property
    def _read(self) -> dict[str, frozenset[ox.Triple]]:
        return {}
