"""What is not compiled is run by pySHACL, and said to be; scripts are never run."""

import pyoxigraph as ox
import pytest

from fellesord.checks.data import Data
from fellesord.checks.engine import validate
from fellesord.checks.shapes import Shapes
from fellesord.errors import InvalidData
from fellesord.rdf.reading import parse

HEAD = b"@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix e: <http://e.example/> .\n"
TARGET = b"""e:S a sh:NodeShape ; sh:property [ sh:path e:p ; sh:minCount 1 ] ;
  sh:target [ a sh:SPARQLTarget ; sh:select "SELECT ?this WHERE { ?this <http://e.example/q> ?o }" ] ."""


def triples(text: bytes) -> tuple[ox.Triple, ...]:
    return parse(HEAD + text, ox.RdfFormat.TURTLE, "test").triples


def test_a_target_by_query_is_left_to_pyshacl_and_said_to_be() -> None:
    report = validate(Data.of(triples(b"e:x e:q e:y . e:z e:q e:y ; e:p e:y .")), Shapes.of(triples(TARGET)))
    assert [str(result.focus) for result in report.results] == ["<http://e.example/x>"]
    assert [(each.how, each.why) for each in report.explained] == [("delegated", "sh:target is not compiled")]


def test_a_script_is_refused() -> None:
    shapes = Shapes.of(triples(b"e:S a sh:NodeShape ; sh:targetClass e:C ; sh:js [ ] ."))
    with pytest.raises(InvalidData, match="never run"):
        validate(Data.of(()), shapes)
