"""The store: generations of the served graph, and the engines that answer queries over one.

A generation is the record, what follows from it, and the attached vocabularies, in one graph. Whatever
the engine, ``Store`` is all that the floors above know of it. Every query text is a file in ``queries/``.
"""

from collections.abc import Sequence
from typing import Protocol

import pyoxigraph as ox

#: One solution: variable name → term; unbound variables are absent.
Solution = dict[str, ox.NamedNode | ox.BlankNode | ox.Literal]


class Store(Protocol):
    """Read access to one generation's graph. Safe to use from any thread.

    Methods raise InvalidQuery for a query that is not of their form, StoreError when there is no answer.
    """

    @property
    def generation(self) -> str:
        """The name of the generation that answers; equal names mean equal answers."""
        ...

    def describe(self, iris: Sequence[str]) -> list[ox.Triple]:
        """The statements about things and their fragments, as ``queries/thing.rq`` says, by a shorter way."""
        ...

    def select(self, query: str) -> list[Solution]:
        """All solutions of a SPARQL SELECT query."""
        ...

    def construct(self, query: str) -> list[ox.Triple]:
        """All triples of a SPARQL CONSTRUCT or DESCRIBE query, without repetition."""
        ...
