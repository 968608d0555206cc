"""What a field of an entity is read from: declared once, read, written and shown the same way for all.

An entity is a frozen dataclass whose fields are made by the functions below. ``read`` fills any such
class from the statements about a thing.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

import pyoxigraph as ox

from fellesord.languages import Text, in_order
from fellesord.namespaces import FO, KINDS

T = TypeVar("T")


@dataclass(frozen=True)
class Link:
    """Another thing, with its names. ``kind`` is ``None`` for what is not ours."""

    iri: str
    labels: tuple[Text, ...]
    kind: str | None


@dataclass(frozen=True)
class Value:
    """A literal without a language, and the IRI of its datatype."""

    value: str
    datatype: str


class Statements:
    """The statements about a thing and its fragments, and the names of what they point at."""

    def __init__(
        self, triples: Iterable[ox.Triple], labels: Mapping[str, tuple[Text, ...]], base: str
    ) -> None:
        self._labels = labels
        self._base = base
        self._terms: dict[str, dict[str, list[ox.NamedNode | ox.Literal]]] = {}
        for triple in triples:
            if isinstance(triple.subject, ox.NamedNode) and not isinstance(
                triple.object, ox.BlankNode | ox.Triple
            ):
                properties = self._terms.setdefault(triple.subject.value, {})
                properties.setdefault(triple.predicate.value, []).append(triple.object)

    def properties(self, subject: str) -> list[str]:
        """The properties stated of a subject, sorted."""
        return sorted(self._terms.get(subject, {}))

    def texts(self, subject: str, *properties: str) -> tuple[Text, ...]:
        """Literals with a language, or plain strings, in the order of languages."""
        return in_order(
            Text(term.value, term.language or "")
            for term in self._of(subject, properties)
            if isinstance(term, ox.Literal)
        )

    def values(self, subject: str, *properties: str) -> tuple[Value, ...]:
        """Literals with their datatypes, sorted."""
        found = (
            Value(term.value, term.datatype.value)
            for term in self._of(subject, properties)
            if isinstance(term, ox.Literal)
        )
        return tuple(sorted(found, key=lambda value: (value.datatype, value.value)))

    def iris(self, subject: str, *properties: str) -> tuple[str, ...]:
        """IRIs pointed at, sorted."""
        return tuple(
            sorted({term.value for term in self._of(subject, properties) if isinstance(term, ox.NamedNode)})
        )

    def links(self, subject: str, *properties: str) -> tuple[Link, ...]:
        """Things pointed at, sorted by IRI."""
        return tuple(self.link(iri) for iri in self.iris(subject, *properties))

    def link(self, iri: str) -> Link:
        """A thing with the names known of it."""
        return Link(iri, self._labels.get(iri, ()), kind_of(iri, self._base))

    def _of(self, subject: str, properties: Iterable[str]) -> Iterable[ox.NamedNode | ox.Literal]:
        known = self._terms.get(subject, {})
        for name in properties:
            yield from known.get(name, ())


def kind_of(iri: str, base: str) -> str | None:
    """The kind of one of our own things, ``None`` for others'.

    A fragment of a scheme is a ``code``; our own classes and properties are of the kind ``term``.
    """
    if iri.startswith(str(FO).rstrip("#")):
        return "term"
    if not iri.startswith(base):
        return None
    kind = iri[len(base) :].partition("/")[0]
    if kind == "scheme" and "#" in iri:
        return "code"
    return kind if kind in KINDS else None


Reader = Callable[[Statements, str], Any]


def _declared(reader: Reader, *, many: bool = False) -> Any:
    return field(metadata={"read": reader, "many": many})


def texts(*properties: str) -> Any:
    """A field of texts, at most one a language."""
    return _declared(lambda about, iri: about.texts(iri, *properties))


def words(*properties: str) -> Any:
    """A field of texts, any number a language: labels, notes."""
    return _declared(lambda about, iri: about.texts(iri, *properties), many=True)


def links(*properties: str) -> Any:
    """A field of links to other things."""
    return _declared(lambda about, iri: about.links(iri, *properties))


def link(*properties: str) -> Any:
    """A field that is one link or ``None``."""
    return _declared(lambda about, iri: next(iter(about.links(iri, *properties)), None))


def pages(*properties: str) -> Any:
    """A field of addresses on the web."""
    return _declared(lambda about, iri: about.iris(iri, *properties))


def values(*properties: str) -> Any:
    """A field of literals with their datatypes."""
    return _declared(lambda about, iri: about.values(iri, *properties))


def value(*properties: str) -> Any:
    """A field that is the text of one literal, such as a date, or ``None``."""
    return _declared(lambda about, iri: next((v.value for v in about.values(iri, *properties)), None))


def parts(of: type, *properties: str) -> Any:
    """A field of fragments, each an entity of its own."""
    return _declared(lambda about, iri: tuple(read(of, about, part) for part in about.iris(iri, *properties)))


def computed(reader: Reader) -> Any:
    """A field that a function makes from the statements."""
    return _declared(reader)


def read(entity: type[T], about: Statements, iri: str) -> T:
    """An entity of the given class, each field filled by its declaration."""
    return entity(
        **{
            each.name: each.metadata["read"](about, iri)
            for each in fields(entity)  # type: ignore[arg-type]  # entities are dataclasses
        }
    )
