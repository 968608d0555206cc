"""CONSTRUCT as a SELECT and a template: the same statements, whatever the text looks like."""

import pyoxigraph as ox
import pytest

from fellesord.errors import InvalidQuery
from fellesord.store.templates import template

DATA = """
    <http://a.example/1> <http://p.example/> "x\\"}"@nb, 7 ; <http://q.example/> <http://a.example/2> .
    <http://a.example/2> <http://p.example/> "y" .
"""


@pytest.fixture(scope="module")
def engine() -> ox.Store:
    store = ox.Store()
    store.load(DATA.encode(), format=ox.RdfFormat.TURTLE)
    return store


@pytest.mark.parametrize(
    "query",
    [
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "construct { ?s ?p ?o } where { ?s ?p ?o } order by ?o limit 2",
        "CONSTRUCT WHERE { ?s ?p ?o }",
        "CONSTRUCT { ?s <http://r.example/> ?x } { ?s <http://p.example/> ?o OPTIONAL { ?s <http://q.example/> ?x } }",
        "PREFIX construct: <http://p.example/#x> # CONSTRUCT {\nCONSTRUCT # }\n{ ?s construct:x '} ?no' } WHERE { ?s ?p ?o }",
        "BASE <http://b.example/> CONSTRUCT { <#x> <y> '''a\n}'''@en, \"\\\"}\" . $s <y> ?o } { ?s ?p ?o }",
        "CONSTRUCT { <http://c.example/> <http://p.example/> 1 } WHERE { ?s ?p ?o }",
        "CONSTRUCT { } WHERE { ?s ?p ?o }",
        "CONSTRUCT { ?o ?p ?s } WHERE { ?s ?p ?o }",
        "CONSTRUCT { ?s <http://n.example/> ?n } WHERE { SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s }",
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER (?o != '{') }",
    ],
)
def test_a_filled_template_is_what_construct_gives(query: str, engine: ox.Store) -> None:
    asked = template(query)
    solutions = engine.query(asked.select)
    assert isinstance(solutions, ox.QuerySolutions)
    names = [variable.value for variable in solutions.variables]
    rows = [{n: t for n, t in zip(names, row, strict=True) if t is not None} for row in solutions]
    wanted = engine.query(query)
    assert isinstance(wanted, ox.QueryTriples)
    assert set(asked.fill(rows)) == set(wanted)


def test_each_solution_gets_blank_nodes_of_its_own(engine: ox.Store) -> None:
    asked = template("CONSTRUCT { ?s <http://r.example/> [] } WHERE { ?s ?p ?o }")
    node = ox.NamedNode("http://a.example/1")
    assert len(list(asked.fill([{"s": node}, {"s": node}]))) == 2


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p ?o }",
        "CONSTRUCT",
        "CONSTRUCT { ?s ?p ?o",
        "CONSTRUCT { ?s } WHERE { ?s ?p ?o }",
        "CONSTRUCT { { ?s ?p ?o } } WHERE { ?s ?p ?o }",
        "CONSTRUCT { ?s ?p " + "(" * 5000 + " } WHERE { ?s ?p ?o }",
        "CONSTRUCT { ?s ?p \\u007B } WHERE { ?s ?p ?o }",
        "CONSTRUCT " + '"' * 100_000,
    ],
)
def test_what_is_no_template_is_an_invalid_query(query: str) -> None:
    with pytest.raises(InvalidQuery):
        template(query)


def test_blank_nodes_of_an_engine_come_through() -> None:
    asked = template("CONSTRUCT { ?s ?p ?o . ?o ?s ?p } WHERE { ?s ?p ?o }")
    one, two, property_ = ox.BlankNode("x"), ox.BlankNode("y"), ox.NamedNode("http://p.example/")
    assert list(asked.fill([{"s": one, "p": property_, "o": two}] * 2)) == [ox.Triple(one, property_, two)]
