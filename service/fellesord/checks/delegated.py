"""What is not compiled here is run by pySHACL, on a copy of the graph, and said to be."""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

import pyoxigraph as ox

from fellesord.checks.data import Data
from fellesord.checks.graph import SH, Graph, Node
from fellesord.checks.results import Result, Term
from fellesord.checks.shapes import Shape, Shapes
from fellesord.errors import InvalidData

if TYPE_CHECKING:
    import rdflib

#: Terms of SHACL Advanced Features that pySHACL runs.
_ADVANCED = {f"{SH}target": "sh:target", f"{SH}expression": "sh:expression"}
_SCRIPT = f"{SH}js"


def reason(shapes: Shapes, shape: Shape) -> str:
    """Why a shape is left to pySHACL; ``""`` when it is compiled. Raises InvalidData for scripts."""
    graph = shapes.graph
    if graph.values(shape.node, _SCRIPT):
        raise InvalidData(f"{shape.node}: sh:js is a script, which is never run")
    for term, name in _ADVANCED.items():
        if graph.values(shape.node, term):
            return f"{name} is not compiled"
    return next((why for inner in shapes.nested(shape) if (why := reason(shapes, inner))), "")


def delegate(data: Data, shapes: Shapes, shape: Shape, focus: Collection[Term] | None) -> list[Result]:
    """The results of one shape by pySHACL. Raises InvalidData when pySHACL gives none."""
    import pyshacl
    import rdflib

    report: object
    with _lexical_forms():
        graph = _graph(data.triples())
        alone = _graph(_alone(shapes.graph, shape.node, {each.node for each in shapes.targeted}))
        _, report, text = pyshacl.validate(graph, shacl_graph=alone, advanced=True)
    if not isinstance(report, rdflib.Graph):
        raise InvalidData(f"{shape.node}: pySHACL could not run it: {text}")
    found = [_result(report, node) for node in report.subjects(_sh("resultSeverity"), None)]
    return [result for result in found if focus is None or result.focus in focus]


def _alone(graph: Graph, node: Node, targeted: set[Node]) -> list[ox.Triple]:
    """The shapes graph with the targets of one shape only."""
    kept = []
    for triple in graph.triples:
        target = triple.predicate.value.startswith(f"{SH}target")
        if not target or triple.subject == node or triple.subject not in targeted:
            kept.append(triple)
    return kept


def _graph(triples: Iterable[ox.Triple]) -> "rdflib.Graph":
    import rdflib

    text = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    graph = rdflib.Graph()
    graph.parse(data=text, format="nt")
    return graph


def _result(report: "rdflib.Graph", node: "rdflib.term.Node") -> Result:
    def one(name: str) -> Term | None:
        return next((_term(found) for found in report.objects(node, _sh(name))), None)

    focus, shape = one("focusNode"), one("sourceShape")
    path, severity, component = one("resultPath"), one("resultSeverity"), one("sourceConstraintComponent")
    if focus is None or shape is None or severity is None or component is None:
        raise InvalidData(f"pySHACL gave a result without a focus node or shape: {node}")
    said = [_term(message) for message in report.objects(node, _sh("resultMessage"))]
    return Result(
        focus,
        path if not isinstance(path, ox.Literal) else None,
        one("value"),
        shape if not isinstance(shape, ox.Literal) else ox.NamedNode(SH),
        component.value,
        severity.value,
        tuple(message for message in said if isinstance(message, ox.Literal)),
    )


def _sh(name: str) -> "rdflib.URIRef":
    import rdflib

    return rdflib.URIRef(f"{SH}{name}")


def _term(term: object) -> Term:
    import rdflib

    if isinstance(term, rdflib.URIRef):
        return ox.NamedNode(str(term))
    if isinstance(term, rdflib.Literal):
        if term.language:
            return ox.Literal(str(term), language=term.language)
        return (
            ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype)))
            if term.datatype
            else ox.Literal(str(term))
        )
    return ox.BlankNode(str(term))


class _lexical_forms:
    """Keeps rdflib from writing numbers and dates in a form of its own."""

    def __enter__(self) -> None:
        import rdflib

        self._before = rdflib.NORMALIZE_LITERALS
        rdflib.NORMALIZE_LITERALS = False

    def __exit__(self, *_: object) -> None:
        import rdflib

        rdflib.NORMALIZE_LITERALS = self._before
