"""Property paths: read from a shapes graph, written as SPARQL (SHACL, section 2.3.1)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import pyoxigraph as ox

from fellesord.checks.graph import SH, Graph, Node
from fellesord.errors import InvalidData
from fellesord.namespaces import PREFIXES, RDF

Operator = Literal["^", "/", "|", "*", "+", "?"]
_WRAPPERS: dict[str, Operator] = {
    f"{SH}inversePath": "^",
    f"{SH}zeroOrMorePath": "*",
    f"{SH}oneOrMorePath": "+",
    f"{SH}zeroOrOnePath": "?",
}
_MOST = 60


@dataclass(frozen=True)
class Path:
    """A property (``operator`` is ``None``), or an operator over one or more paths."""

    operator: Operator | None
    iri: str = ""
    parts: tuple["Path", ...] = ()

    def __str__(self) -> str:
        """The path in SPARQL, with whole IRIs."""
        if self.operator is None:
            return f"<{self.iri}>"
        if self.operator == "^":
            return f"^{_wrapped(self.parts[0])}"
        if self.operator in "*+?":
            return f"{_wrapped(self.parts[0])}{self.operator}"
        return self.operator.join(_wrapped(part) for part in self.parts)

    def alternatives(self) -> list[str]:
        """The properties that the path chooses from, as SPARQL writes them; none for any other path."""
        if self.operator != "|" or any(part.operator is not None for part in self.parts):
            return []
        return [str(part) for part in self.parts]

    def short(self) -> str:
        """The path in SPARQL with our prefixes, for people."""
        text = str(self)
        for iri in sorted(self.iris(), key=len, reverse=True):
            text = text.replace(f"<{iri}>", shortened(iri))
        return text

    def iris(self) -> Iterator[str]:
        """The properties that the path goes along."""
        if self.operator is None:
            yield self.iri
        for part in self.parts:
            yield from part.iris()

    def inverse(self) -> "Path":
        """The path the other way."""
        return self.parts[0] if self.operator == "^" else Path("^", parts=(self,))


def shortened(iri: str) -> str:
    """An IRI with one of our prefixes, or whole in brackets."""
    cut = max(iri.rfind("#"), iri.rfind("/")) + 1
    prefix = next((prefix for prefix, stem in PREFIXES.items() if stem == iri[:cut]), None)
    return f"{prefix}:{iri[cut:]}" if prefix and iri[cut:].isidentifier() else f"<{iri}>"


def read(graph: Graph, node: Node, depth: int = 0) -> Path:
    """The path that a node of a shapes graph describes. Raises InvalidData for what is none."""
    if depth > _MOST:
        raise InvalidData(f"{node}: the path is nested too deep, or in itself")
    if isinstance(node, ox.NamedNode):
        return Path(None, node.value)
    if graph.value(node, f"{RDF}first") is not None:
        members = [read(graph, _resource(member), depth + 1) for member in graph.members(node)]
        if len(members) < 2:
            raise InvalidData(f"{node}: a sequence path needs two members or more")
        return Path("/", parts=tuple(members))
    if (alternatives := graph.value(node, f"{SH}alternativePath")) is not None:
        members = [read(graph, _resource(member), depth + 1) for member in graph.members(alternatives)]
        if len(members) < 2:
            raise InvalidData(f"{node}: sh:alternativePath needs two members or more")
        return Path("|", parts=tuple(members))
    for property_, operator in _WRAPPERS.items():
        if (inner := graph.value(node, property_)) is not None:
            return Path(operator, parts=(read(graph, _resource(inner), depth + 1),))
    raise InvalidData(f"{node}: is not a path that SHACL knows (section 2.3.1)")


def _resource(term: object) -> Node:
    if isinstance(term, ox.NamedNode | ox.BlankNode):
        return term
    raise InvalidData(f"{term}: a path is made of properties, not text")


def _wrapped(path: Path) -> str:
    return str(path) if path.operator is None else f"({path})"
