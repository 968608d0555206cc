"""The graph to be judged: a store that answers queries, and the terms exactly as they were written.

A store keeps numbers, dates and booleans by value and forgets how they were written, and it gives blank nodes
no name that a query could use. So what it would change is stored as a literal of a datatype of our own that
holds the original, and blank nodes as IRIs of our own; answers are turned back into the original terms.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

import pyoxigraph as ox

from fellesord.checks.results import Term
from fellesord.namespaces import XSD
from fellesord.store import Solution, Store
from fellesord.store.queries import load

#: The datatype of literals that stand for others, which the store would have changed.
EXACT = "urn:fellesord:exact"
#: What the IRIs that stand for blank nodes begin with.
BLANK = "urn:fellesord:blank:"
#: The named graph that holds the shapes, for queries that read them.
SHAPES_GRAPH = "urn:fellesord:shapes"
_BETWEEN = "\x1f"
_KEPT = {XSD.string, "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"}


class Data:
    """A graph to be judged. ``altered`` and ``blank`` say whether it holds terms that stand for others."""

    def __init__(self, store: Store | ox.Store, *, altered: bool = False, blank: bool = False) -> None:
        self._store = store
        self.altered = altered
        self.blank = blank
        #: Whether the graph was put into this store by us, with every term as it was written.
        self.owned = isinstance(store, ox.Store)

    @classmethod
    def of(cls, triples: Iterable[ox.Triple]) -> "Data":
        """The triples, in a store of their own; every term is kept as it was written."""
        store, encoder = ox.Store(), _Encoder()
        store.bulk_extend([encoder.quad(triple) for triple in triples])
        return cls(store, altered=encoder.altered, blank=encoder.blank)

    @classmethod
    def over(cls, store: Store) -> "Data":
        """The graph of an open store; terms are as the store kept them. Nothing is copied."""
        return cls(store)

    @cached_property
    def ordinary(self) -> "Data":
        """The same graph with numbers and dates as the store keeps them: for queries that count with them."""
        if not self.altered:
            return self
        store = ox.Store()
        store.bulk_extend(ox.Quad(_named(t.subject), t.predicate, _named(t.object)) for t in self.triples())
        return Data(store, blank=self.blank)

    def beside(self, shapes: Iterable[ox.Triple]) -> "Data":
        """The same graph with the shapes in a named graph beside it."""
        store, encoder = ox.Store(), _Encoder()
        store.bulk_extend([encoder.quad(triple) for triple in self.triples()])
        graph = ox.NamedNode(SHAPES_GRAPH)
        store.bulk_extend(ox.Quad(_named(t.subject), t.predicate, _named(t.object), graph) for t in shapes)
        return Data(store, altered=encoder.altered, blank=True)

    def select(self, query: str) -> list[Solution]:
        """The solutions of a SELECT query, with the original terms. Raises InvalidQuery and StoreError."""
        if not isinstance(self._store, ox.Store):
            return self._store.select(query)
        found = self._store.query(query)
        assert isinstance(found, ox.QuerySolutions)  # noqa: S101 - only SELECT queries are made here
        names = [variable.value for variable in found.variables]
        exact = self.altered or self.blank
        return [
            {
                name: original(term) if exact else term
                for name, term in zip(names, solution, strict=True)
                if term is not None
            }
            for solution in found
        ]

    def triples(self) -> Iterator[ox.Triple]:
        """Every triple, with the original terms."""
        if isinstance(self._store, ox.Store):
            for quad in self._store:
                yield ox.Triple(original(quad.subject), quad.predicate, original(quad.object))
        else:
            yield from self._store.construct(load("graph").bind({}))

    def term(self, term: Term) -> str:
        """How a query names a term of this graph."""
        if isinstance(term, ox.Literal) and not isinstance(self._store, ox.Store):
            return str(term)
        return str(_Encoder().term(term)) if self.altered or self.blank else str(term)

    def stands_for(self, term: Term) -> bool:
        """Whether the store holds something else for a term."""
        return (self.altered or self.blank) and self.term(term) != str(term)


class _Encoder:
    """Makes terms that a store keeps whole, and notes whether that was needed."""

    def __init__(self) -> None:
        self.altered = False
        self.blank = False
        self._probe = ox.Store()
        self._known: dict[ox.Literal, ox.Literal] = {}

    def quad(self, triple: ox.Triple) -> ox.Quad:
        return ox.Quad(self.term(triple.subject), triple.predicate, self.term(triple.object))

    def term(self, term: Any) -> Any:
        if isinstance(term, ox.NamedNode):
            return term
        if isinstance(term, ox.BlankNode):
            self.blank = True
            return _named(term)
        datatype = term.datatype.value
        if datatype in _KEPT:
            return term
        if term not in self._known:
            self._known[term] = self._kept(term)
        return self._known[term]

    def _kept(self, literal: ox.Literal) -> ox.Literal:
        node = ox.NamedNode("urn:fellesord:probe")
        self._probe.clear()
        self._probe.add(ox.Quad(node, node, literal))
        if next(iter(self._probe)).object == literal:
            return literal
        self.altered = True
        return ox.Literal(f"{literal.datatype.value}{_BETWEEN}{literal.value}", datatype=ox.NamedNode(EXACT))


def original(term: Any) -> Any:
    """The term that a stored term stands for: itself, in most cases."""
    if isinstance(term, ox.Literal):
        if term.datatype.value != EXACT:
            return term
        datatype, _, value = term.value.partition(_BETWEEN)
        return ox.Literal(value, datatype=ox.NamedNode(datatype))
    if isinstance(term, ox.NamedNode) and term.value.startswith(BLANK):
        return ox.BlankNode(term.value.removeprefix(BLANK))
    return term


def _named(term: Any) -> Any:
    return ox.NamedNode(f"{BLANK}{term.value}") if isinstance(term, ox.BlankNode) else term
