"""What a remote engine answers, read into terms that are those of the embedded store.

Engines write one value in several ways: Virtuoso gives ``true`` as ``1`` in SPARQL JSON and ``7.0`` as ``7``.
Literals are therefore brought to the form in which the embedded store would give them back, whatever the
engine, so that what is read is the same from every store.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

import pyoxigraph as ox

from fellesord.errors import StoreError, StoreTimeout
from fellesord.store import Solution
from fellesord.store.client import Answer
from fellesord.store.engines import cancelled
from fellesord.store.wire import start

_T = TypeVar("_T")
_TEXT = {
    "http://www.w3.org/2001/XMLSchema#string",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString",
}
#: How Virtuoso names blank nodes, in a form that no blank node may have.
_NODE_ID = re.compile(rb'("type": ?"bnode", ?"value": ?")nodeID://')
_NODE = ox.NamedNode("urn:x")


def read(parse: Callable[[str, bytes], list[_T]], answer: Answer) -> list[_T]:
    """What ``parse`` finds in an answer.

    Raises StoreTimeout when its last words are that time was up, StoreError when it is not what was asked.
    """
    try:
        return parse(answer.media, answer.body)
    except (SyntaxError, ValueError, OSError) as error:
        if cancelled(answer.body):
            raise StoreTimeout("the store gave up before its answer was whole") from error.with_traceback(
                None
            )
        problem = f"unreadable {answer.media} from the store: {error}: {start(answer.body)}"
        # The traceback holds the engine's reader, which no other thread may free.
        raise StoreError(problem) from error.with_traceback(None)


def solutions(media: str, body: bytes) -> list[Solution]:
    """The solutions in SPARQL JSON; ValueError or SyntaxError for anything else."""
    syntax = ox.QueryResultsFormat.from_media_type(media)
    if syntax != ox.QueryResultsFormat.JSON:
        raise ValueError("it is not SPARQL JSON")
    found = ox.parse_query_results(_NODE_ID.sub(rb"\1", body), syntax)
    if not isinstance(found, ox.QuerySolutions):
        raise ValueError("it is true or false")
    names = [variable.value for variable in found.variables]
    return [
        {name: _term(term) for name, term in zip(names, solution, strict=True) if term is not None}
        for solution in found
    ]


def triples(media: str, body: bytes) -> list[ox.Triple]:
    """The statements in N-Triples, each once; ValueError or SyntaxError for anything else."""
    syntax = ox.RdfFormat.from_media_type(media)
    if syntax != ox.RdfFormat.N_TRIPLES:
        raise ValueError("it is not N-Triples")
    return list(dict.fromkeys(_triple(quad.triple) for quad in ox.parse(body, syntax)))


def _triple(triple: ox.Triple) -> ox.Triple:
    term = triple.object
    if isinstance(term, ox.Literal) and term.datatype.value not in _TEXT:
        return ox.Triple(triple.subject, triple.predicate, canonical(term))
    return triple


def _term(term: ox.NamedNode | ox.BlankNode | ox.Literal) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    return canonical(term) if isinstance(term, ox.Literal) and term.datatype.value not in _TEXT else term


@lru_cache(4096)
def canonical(literal: ox.Literal) -> ox.Literal:
    """The literal in the form in which the embedded store gives it back."""
    store = ox.Store()
    store.add(ox.Quad(_NODE, _NODE, literal))
    (quad,) = store
    assert isinstance(quad.object, ox.Literal)  # noqa: S101  # what was put in
    return quad.object
