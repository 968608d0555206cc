import pyoxigraph as ox

from fellesord.checks.data import Data
from fellesord.checks.engine import validate
from fellesord.checks.graph import SH, Graph
from fellesord.checks.paths import read
from fellesord.checks.reporting import graph
from fellesord.checks.shapes import Shapes
from fellesord.rdf.reading import parse

SHAPES = b"""
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix e: <http://e.example/> .
e:S a sh:PropertyShape ; sh:targetClass e:C ; sh:severity sh:Warning ; sh:message "Galt."@nb ;
  sh:path ( e:p [ sh:alternativePath ( [ sh:inversePath e:q ] [ sh:zeroOrMorePath e:r ] e:s ) ] ) ; sh:maxCount 0 .
"""
DATA = b"@prefix e: <http://e.example/> . e:x a e:C ; e:p e:y ."


def triples(data: bytes) -> tuple[ox.Triple, ...]:
    return parse(data, ox.RdfFormat.TURTLE, "test").triples


def test_a_report_says_everything_of_each_result_and_writes_the_path_out() -> None:
    shapes = Shapes.of(triples(SHAPES))
    report = validate(Data.of(triples(DATA)), shapes)
    made = Graph(graph(report, shapes))
    (node,) = (subject for subject in made.subjects() if made.values(subject, f"{SH}focusNode"))
    said = {name.removeprefix(SH): str(values[0]) for name, values in made.properties(node).items()}
    assert said["focusNode"] == "<http://e.example/x>"
    assert said["resultSeverity"] == f"<{SH}Warning>"
    assert said["sourceShape"] == "<http://e.example/S>"
    assert said["sourceConstraintComponent"] == f"<{SH}MaxCountConstraintComponent>"
    assert said["resultMessage"] == '"Galt."@nb'
    (head,) = made.values(node, f"{SH}resultPath")
    assert not isinstance(head, ox.Literal)
    expected = "<http://e.example/p>/((^<http://e.example/q>)|((<http://e.example/r>)*)|<http://e.example/s>)"
    assert str(read(made, head)).replace("(", "").replace(")", "") == expected.replace("(", "").replace(
        ")", ""
    )


def test_a_report_without_results_conforms() -> None:
    shapes = Shapes.of(triples(SHAPES))
    made = graph(validate(Data.of(()), shapes), shapes)
    assert [str(triple.object) for triple in made if triple.predicate.value == f"{SH}conforms"] == [
        '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'
    ]


def test_equal_reports_give_equal_triples() -> None:
    shapes = Shapes.of(triples(SHAPES))
    report = validate(Data.of(triples(DATA)), shapes)
    assert graph(report, shapes) == graph(report, shapes)
