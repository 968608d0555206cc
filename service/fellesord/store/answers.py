"""What a remote engine answers, read into terms that are those of the embedded store.

Engines write one value in several ways: Virtuoso gives ``true`` as ``1`` in SPARQL JSON and ``7.0`` as ``7``.
Literals are therefore brought to the form in which the embedded store would give them back, whatever the
engine, so that what is read is the same from every store.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import IO, Any, TypeVar, cast

import pyoxigraph as ox

from fellesord.errors import JailCut, StoreError, StoreTimeout
from fellesord.store import Solution
from fellesord.store.client import Answer
from fellesord.store.engines import cancelled, truth
from fellesord.store.questions import Writing
from fellesord.store.wire import start

_T = TypeVar("_T")
_TEXT = {
    "http://www.w3.org/2001/XMLSchema#string",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString",
}
#: How Virtuoso names blank nodes, in a form that no blank node may have.
_NODE_ID = re.compile(rb'("type": ?"bnode", ?"value": ?")nodeID://')
_NODE = ox.NamedNode("urn:x")
#: Solutions that are written together.
_AT_ONCE = 500


def read(parse: Callable[[str, bytes], list[_T]], answer: Answer) -> list[_T]:
    """What ``parse`` finds in an answer.

    Raises StoreTimeout when its last words are that time was up, StoreError when it is not what was asked.
    """
    try:
        return parse(answer.media, answer.body)
    except (SyntaxError, ValueError, OSError) as error:
        # The traceback holds the engine's reader, which no other thread may free.
        raise _unreadable(answer.media, answer.body, error) from error.with_traceback(None)


def _unreadable(media: str, body: bytes, error: Exception) -> StoreError:
    if cancelled(body):
        return StoreTimeout("the store gave up before its answer was whole")
    return StoreError(f"unreadable {media} from the store: {error}: {start(body)}")


def solutions(media: str, body: bytes) -> list[Solution]:
    """The solutions in SPARQL JSON; ValueError or SyntaxError for anything else."""
    found = _results(media, body)
    if not isinstance(found, ox.QuerySolutions):
        raise ValueError("it is true or false")
    return list(_solutions(found))


def _results(media: str, body: bytes) -> ox.QuerySolutions | ox.QueryBoolean:
    syntax = ox.QueryResultsFormat.from_media_type(media)
    if syntax != ox.QueryResultsFormat.JSON:
        raise ValueError("it is not SPARQL JSON")
    return ox.parse_query_results(_NODE_ID.sub(rb"\1", body), syntax)


def _solutions(found: ox.QuerySolutions) -> Iterator[Solution]:
    names = [variable.value for variable in found.variables]
    for solution in found:
        yield {name: _term(term) for name, term in zip(names, solution, strict=True) if term is not None}


def said(task: Writing) -> Iterator[Solution]:
    """The solutions that an engine said, as they are read.

    Raises StoreTimeout when its last words are that time was up, StoreError when it said something else, and
    JailCut at the end of what may be read where there was more.
    """
    try:
        found = _results(task.media, task.body)
        if isinstance(found, ox.QueryBoolean):
            raise ValueError("it is true or false")
        yield from _solutions(found)
    except (SyntaxError, ValueError, OSError) as error:
        if task.whole:
            raise _unreadable(task.media, task.body, error) from error.with_traceback(None)
    if not task.whole:
        raise JailCut(f"the answer has more than {len(task.body)} bytes as the engine sends it")


def said_truth(task: Writing) -> ox.QueryBoolean:
    """The truth value that an engine said, raising as ``said`` does."""
    try:
        found = _results(task.media, task.body)
        value = bool(found) if isinstance(found, ox.QueryBoolean) else truth([*each] for each in found)
    except (SyntaxError, ValueError, OSError) as error:
        raise _unreadable(task.media, task.body, error) from error.with_traceback(None)
    result = ox.parse_query_results(json.dumps({"head": {}, "boolean": value}), ox.QueryResultsFormat.JSON)
    assert isinstance(result, ox.QueryBoolean)  # noqa: S101 - as it is written
    return result


def written(names: Sequence[str], rows: Iterable[Solution]) -> ox.QuerySolutions:
    """Solutions with these columns, in this order, as the embedded engine gives them."""
    source = cast(IO[bytes], _Source(_json(names, rows)))
    result = ox.parse_query_results(source, ox.QueryResultsFormat.JSON)
    assert isinstance(result, ox.QuerySolutions)  # noqa: S101 - as it is written
    return result


class _Source:
    """What can be read from, over pieces."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._left = pieces, b""

    def read(self, size: int) -> bytes:
        """So many bytes at most, none at the end."""
        self._left = self._left or next(self._pieces, b"")
        found, self._left = self._left[:size], self._left[size:]
        return found


def _json(names: Sequence[str], rows: Iterable[Solution]) -> Iterator[bytes]:
    yield f'{{"head": {json.dumps({"vars": [*names]})}, "results": {{"bindings": ['.encode()
    rest, mark = iter(rows), ""
    while some := [
        {name: _described(row[name]) for name in names if name in row} for row in islice(rest, _AT_ONCE)
    ]:
        yield f"{mark}{json.dumps(some)[1:-1]}".encode()
        mark = ", "
    yield b"]}}"


def _described(term: Any) -> dict[str, Any]:
    """A term in SPARQL JSON."""
    match term:
        case ox.NamedNode():
            return {"type": "uri", "value": term.value}
        case ox.BlankNode():
            return {"type": "bnode", "value": term.value}
        case ox.Triple():
            parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
            return {"type": "triple", "value": {name: _described(part) for name, part in parts.items()}}
    kind = {"xml:lang": term.language} if term.language else {"datatype": term.datatype.value}
    if term.direction is not None:
        kind["its:dir"] = term.direction.value
    return {"type": "literal", "value": term.value, **kind}


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
