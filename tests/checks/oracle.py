"""pySHACL as a judge: the same question, asked of another program."""

from collections import Counter
from collections.abc import Iterable

import pyoxigraph as ox
import pyshacl
import rdflib

from fellesord.checks.data import Data
from fellesord.checks.engine import validate
from fellesord.checks.graph import SH, Graph
from fellesord.checks.paths import read
from fellesord.checks.results import Term
from fellesord.checks.shapes import Shapes

#: Focus node, path, component and value of a result.
Outcome = tuple[str, str, str, str]


def graph(triples: Iterable[ox.Triple]) -> rdflib.Graph:
    """The triples as rdflib has them, numbers as they were written."""
    rdflib.NORMALIZE_LITERALS = False
    made = rdflib.Graph()
    made.parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt")
    return made


def without_queries(shapes: Shapes) -> Shapes:
    """The shapes that have no queries of their own, which pySHACL takes very long for."""
    queried = {t.subject for t in shapes.graph.triples if t.predicate.value == f"{SH}sparql"}
    return Shapes.of(t for t in shapes.graph.triples if t.subject not in queried)


def finished(shapes: Shapes) -> Shapes:
    """The shapes that pySHACL comes to an end with on thousands of concepts.

    Those are the shapes without queries, and two of those with; another, shared labels, had no end in six minutes.
    """
    kept = {"skos-top-with-broader", "skos-exact-match-shared"}
    left = {
        t.subject
        for t in shapes.graph.triples
        if t.predicate.value == f"{SH}sparql" and str(t.subject)[1:-1].rpartition("#")[2] not in kept
    }
    return Shapes.of(t for t in shapes.graph.triples if t.subject not in left)


def theirs(data: Iterable[ox.Triple], shapes: Shapes) -> Counter[Outcome]:
    """What pySHACL finds, without repetition of equal results."""
    _, report, _ = pyshacl.validate(graph(data), shacl_graph=graph(shapes.graph.triples))
    assert isinstance(report, rdflib.Graph)
    text = report.serialize(format="nt").encode()
    told = Graph(quad.triple for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES))
    found: Counter[Outcome] = Counter()
    for report_node in told.subjects():
        for node in told.values(report_node, f"{SH}result"):
            focus = told.value(node, f"{SH}focusNode")
            path = told.value(node, f"{SH}resultPath")
            assert not isinstance(path, ox.Literal)
            component = told.value(node, f"{SH}sourceConstraintComponent")
            assert component is not None
            written = str(read(told, path)) if path is not None else ""
            found[_name(focus), written, component.value, _name(told.value(node, f"{SH}value"))] = 1
    return found


def ours(data: Iterable[ox.Triple], shapes: Shapes) -> Counter[Outcome]:
    """What we find, in the same form."""
    found: Counter[Outcome] = Counter()
    for result in validate(Data.of(data), shapes).results:
        path = str(read(shapes.graph, result.path)) if result.path is not None else ""
        found[_name(result.focus), path, result.component, _name(result.value)] = 1
    return found


def _name(term: Term | None) -> str:
    if term is None:
        return ""
    return "_:" if isinstance(term, ox.BlankNode) else str(term)
