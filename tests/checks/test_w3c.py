"""The W3C test suite for SHACL, core and SPARQL: the same results, compared by exact term."""

from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest

from fellesord.checks import paths
from fellesord.checks.data import Data
from fellesord.checks.engine import validate
from fellesord.checks.graph import SH, Graph
from fellesord.checks.results import Term
from fellesord.checks.shapes import Shapes
from fellesord.errors import FellesordError

SUITE = Path(__file__).parents[3] / "shared/data/public/w3c/shacl"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
SHT = "http://www.w3.org/ns/shacl-test#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
#: What the report of a test says of each result, beside its path.
SAID = ("focusNode", "value", "sourceConstraintComponent", "resultSeverity", "sourceShape")


def parse(path: Path) -> list[ox.Triple]:
    quads = ox.parse(path=path, format=ox.RdfFormat.TURTLE, base_iri=path.as_uri())
    return [quad.triple for quad in quads]


def cases() -> list[object]:
    if not SUITE.is_dir():
        return [pytest.param(None, marks=pytest.mark.skip(reason=f"the W3C suite is not at {SUITE}"))]
    files = sorted(file for file in SUITE.rglob("*.ttl") if "sht:Validate" in file.read_text("utf-8"))
    return [pytest.param(file, id=str(file.relative_to(SUITE))) for file in files]


def path(graph: Graph, node: Term | None) -> str:
    """A path as SPARQL writes it, so that paths of blank nodes can be compared."""
    return "" if node is None or isinstance(node, ox.Literal) else str(paths.read(graph, node))


def name(term: Term | None) -> str:
    """A term; blank nodes are alike."""
    return "_:" if isinstance(term, ox.BlankNode) else str(term)


def outcome(file: Path) -> tuple[object, object]:
    """What a test expects, and what we give: counted results, or ``failure``."""
    test = Graph(parse(file))
    entry = next(node for node in test.subjects() if test.values(node, f"{MF}action"))
    action, expected = test.value(entry, f"{MF}action"), test.value(entry, f"{MF}result")
    assert action is not None

    def named(property_: str) -> Graph:
        iri = test.value(action, f"{SHT}{property_}")
        source = Path(str(iri.value).removeprefix("file://")) if iri else file
        return test if source == file else Graph(parse(source))

    data, shapes = named("dataGraph"), named("shapesGraph")
    try:
        report = validate(Data.of(data.triples), Shapes(shapes))
    except FellesordError:
        return ("failure" if expected == ox.NamedNode(f"{SHT}Failure") else "results"), "failure"
    if expected == ox.NamedNode(f"{SHT}Failure"):
        return "failure", report.results
    wanted: Counter[tuple[str, ...]] = Counter()
    assert expected is not None
    results = test.values(expected, f"{SH}result")
    for result in results:
        said = [name(test.value(result, f"{SH}{each}")) for each in SAID]
        wanted[(path(test, test.value(result, f"{SH}resultPath")), *said)] += 1
    found = Counter(
        (
            path(shapes, each.path),
            name(each.focus),
            name(each.value),
            f"<{each.component}>",
            f"<{each.severity}>",
            name(each.shape),
        )
        for each in report.results
    )
    conforms = test.value(expected, f"{SH}conforms")
    assert isinstance(conforms, ox.Literal)
    assert report.conforms == (conforms.value == "true") or wanted != found
    return wanted, found


@pytest.mark.parametrize("file", cases())
def test_the_results_are_those_of_the_suite(file: Path) -> None:
    wanted, found = outcome(file)
    assert found == wanted
