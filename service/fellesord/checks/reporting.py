"""The report graph of a validation (SHACL, section 3.6)."""

from collections.abc import Iterator

import pyoxigraph as ox

from fellesord.checks.graph import SH
from fellesord.checks.paths import Path, read
from fellesord.checks.results import Report, Result
from fellesord.checks.shapes import Shapes
from fellesord.namespaces import RDF, XSD

_TYPE = ox.NamedNode(RDF.type)
_FIRST, _REST, _NIL = (ox.NamedNode(f"{RDF}{name}") for name in ("first", "rest", "nil"))
_WRAPPERS = {"^": "inversePath", "*": "zeroOrMorePath", "+": "oneOrMorePath", "?": "zeroOrOnePath"}


def graph(report: Report, shapes: Shapes, stem: str = "r") -> list[ox.Triple]:
    """The triples of a ``sh:ValidationReport`` with every result whole; equal reports give equal triples.

    The names of blank nodes begin with ``stem``: another one for each of several reports in one graph.
    """
    return list(_Writer(shapes, stem).report(report))


class _Writer:
    """Names blank nodes by the order in which they come."""

    def __init__(self, shapes: Shapes, stem: str) -> None:
        self._stem = stem
        self._shapes = shapes
        self._count = 0

    def report(self, report: Report) -> Iterator[ox.Triple]:
        node = self._node()
        yield ox.Triple(node, _TYPE, _sh("ValidationReport"))
        conforms = ox.Literal(str(report.conforms).lower(), datatype=ox.NamedNode(XSD.boolean))
        yield ox.Triple(node, _sh("conforms"), conforms)
        for result in report.results:
            inner = self._node()
            yield ox.Triple(node, _sh("result"), inner)
            yield from self._result(inner, result)

    def _result(self, node: ox.BlankNode, result: Result) -> Iterator[ox.Triple]:
        yield ox.Triple(node, _TYPE, _sh("ValidationResult"))
        yield ox.Triple(node, _sh("focusNode"), result.focus)
        yield ox.Triple(node, _sh("resultSeverity"), ox.NamedNode(result.severity))
        yield ox.Triple(node, _sh("sourceShape"), result.shape)
        yield ox.Triple(node, _sh("sourceConstraintComponent"), ox.NamedNode(result.component))
        if result.constraint is not None:
            yield ox.Triple(node, _sh("sourceConstraint"), result.constraint)
        if result.value is not None:
            yield ox.Triple(node, _sh("value"), result.value)
        for message in result.messages:
            yield ox.Triple(node, _sh("resultMessage"), message)
        if result.path is not None:
            head = self._node() if isinstance(result.path, ox.BlankNode) else result.path
            yield ox.Triple(node, _sh("resultPath"), head)
            if isinstance(head, ox.BlankNode):
                yield from self._path(head, read(self._shapes.graph, result.path))

    def _path(self, node: ox.BlankNode, path: Path) -> Iterator[ox.Triple]:
        """The triples of a path that is not a property (SHACL, section 2.3.1)."""
        if path.operator == "/":
            yield from self._list(node, path.parts)
            return
        if path.operator == "|":
            head = self._node()
            yield ox.Triple(node, _sh("alternativePath"), head)
            yield from self._list(head, path.parts)
            return
        inner = self._part(path.parts[0])
        yield ox.Triple(node, _sh(_WRAPPERS[str(path.operator)]), inner)
        if isinstance(inner, ox.BlankNode):
            yield from self._path(inner, path.parts[0])

    def _list(self, node: ox.BlankNode, parts: tuple[Path, ...]) -> Iterator[ox.Triple]:
        for number, part in enumerate(parts, start=1):
            inner = self._part(part)
            yield ox.Triple(node, _FIRST, inner)
            if isinstance(inner, ox.BlankNode):
                yield from self._path(inner, part)
            rest = self._node() if number < len(parts) else None
            yield ox.Triple(node, _REST, rest or _NIL)
            node = rest or node

    def _part(self, path: Path) -> ox.NamedNode | ox.BlankNode:
        return ox.NamedNode(path.iri) if path.operator is None else self._node()

    def _node(self) -> ox.BlankNode:
        self._count += 1
        return ox.BlankNode(f"{self._stem}{self._count}")


def _sh(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"{SH}{name}")
