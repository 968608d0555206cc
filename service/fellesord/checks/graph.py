"""A small graph in memory, by subject and property: what shapes are read from."""

from collections.abc import Iterable, Iterator
from functools import cached_property

import pyoxigraph as ox

from fellesord.checks.results import Term
from fellesord.errors import InvalidData
from fellesord.namespaces import RDF

Node = ox.NamedNode | ox.BlankNode

#: The namespace of SHACL. It is open here: ``checks.terms`` closes it.
SH = "http://www.w3.org/ns/shacl#"
_NIL = ox.NamedNode(f"{RDF}nil")


class Graph:
    """Triples by subject and property, in the order they were given."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self.triples = tuple(dict.fromkeys(triples))
        self._by_subject: dict[Node, dict[str, list[Term]]] = {}
        for triple in self.triples:
            if isinstance(triple.subject, ox.Triple) or isinstance(triple.object, ox.Triple):
                raise InvalidData("holds a quoted triple, which is not RDF 1.1")
            known = self._by_subject.setdefault(triple.subject, {})
            known.setdefault(triple.predicate.value, []).append(triple.object)

    def subjects(self) -> Iterator[Node]:
        """Every subject, once."""
        return iter(self._by_subject)

    def properties(self, node: Node) -> dict[str, list[Term]]:
        """Property → values of a node."""
        return self._by_subject.get(node, {})

    def values(self, node: Term, property_: str) -> list[Term]:
        """The values of a property of a node."""
        if isinstance(node, ox.Literal):
            return []
        return self._by_subject.get(node, {}).get(property_, [])

    def value(self, node: Term, property_: str) -> Term | None:
        """The first value of a property of a node, if it has one."""
        return next(iter(self.values(node, property_)), None)

    def members(self, head: Term) -> list[Term]:
        """The members of an RDF list. Raises InvalidData when it is not one (RDF Schema 1.1, section 5.2)."""
        found: list[Term] = []
        seen: set[Term] = set()
        while head != _NIL:
            first, rest = self.values(head, f"{RDF}first"), self.values(head, f"{RDF}rest")
            if len(first) != 1 or len(rest) != 1 or head in seen:
                raise InvalidData(f"{head}: is not a well-formed list")
            seen.add(head)
            found.append(first[0])
            head = rest[0]
        return found

    def named(self, node: Node) -> str:
        """A node as N-Triples writes it; for a blank node the nearest thing above it with an IRI, if any."""
        seen, above = {node}, node
        while isinstance(above, ox.BlankNode) and above in self._above:
            above = self._above[above]
            if above in seen:
                break
            seen.add(above)
        return str(above if isinstance(above, ox.NamedNode) else node)

    @cached_property
    def _above(self) -> dict[Node, Node]:
        """Blank node → the first node that refers to it."""
        found: dict[Node, Node] = {}
        for node, properties in self._by_subject.items():
            for term in (each for values in properties.values() for each in values):
                if isinstance(term, ox.BlankNode):
                    found.setdefault(term, node)
        return found
