"""Queries said so that the engine answers them as SPARQL 1.1 has it."""

import pyoxigraph as ox
import pytest

from fellesord.errors import InvalidQuery
from fellesord.store.exact import exact
from fellesord.store.lexing import kind

P = "PREFIX : <http://e/> "
GRAPHS = ("<http://e/g1>", "<http://e/g2>", "<http://e/g3>")


def graphs() -> tuple[str, ...]:
    return GRAPHS


def only(*present: str) -> object:
    """What tells that an IRI is nowhere, unless it is one of these."""
    return lambda prologue, iri: prologue.endswith(P) and iri not in present


@pytest.fixture(scope="module")
def store() -> ox.Store:
    data = """<http://e/a> <http://e/p> <http://e/o> <http://e/g1> .
        <http://e/b> <http://e/p> <http://e/o> <http://e/g2> .
        <http://e/b> <http://e/q> <http://e/x> <http://e/g3> .
        <http://e/a> <http://e/p> <http://e/o> .
        <http://e/o> <http://e/p> <http://e/z> .
        <http://e/o> <http://e/t> "en"@nb .
        <http://e/o> <http://e/t> "en to"@nb ."""
    store = ox.Store()
    store.load(data, format=ox.RdfFormat.N_QUADS)
    return store


def shown(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    """The name of a thing, or a text with its language."""
    if isinstance(term, ox.Literal):
        return term.value + (f"@{term.language}" if term.language else "")
    return str(term).strip("<>").removeprefix("http://e/")


def answers(store: ox.Store, query: str) -> list[str]:
    """The solutions of a query as text, in order, with the names of things alone."""

    def absent(prologue: str, iri: str) -> bool:
        anywhere = f"{prologue} ASK {{ {{ {iri} ?p ?o }} UNION {{ ?s ?p {iri} }} }}"
        return not store.query(anywhere, use_default_graph_as_union=True)

    results = store.query(exact(P + query, absent, graphs))
    if isinstance(results, ox.QueryBoolean):
        return [str(bool(results)).lower()]
    assert isinstance(results, ox.QuerySolutions)
    names = sorted(each.value for each in results.variables)
    rows = [{name: row[name] for name in names} for row in results]
    return sorted(
        " ".join(f"{name}={shown(term)}" for name, term in row.items() if term is not None) for row in rows
    )


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT * { :gone :p* ?o }", ["o=gone"]),
        ("SELECT * { ?s :p? :gone }", ["s=gone"]),
        ("SELECT * { :gone (:p|:q*)/^:p? ?o . }", ["o=gone"]),
        ("SELECT * { :gone !:p* ?o }", ["o=gone"]),
        ("SELECT * { :gone (!(:p|^:q))* ?o }", ["o=gone"]),
        ("SELECT * { :gone a* ?o FILTER(isIRI(?o)) }", ["o=gone"]),
        ("SELECT * { FILTER(true) :gone :p* ?o OPTIONAL { ?o :q ?x } }", ["o=gone"]),
        ("SELECT * { ?x :p :z . :gone :p* ?o }", ["o=gone x=o"]),
        ("SELECT * { ?x :p :z OPTIONAL { :gone :p* ?x } }", ["x=o"]),
        ("SELECT * { ?x :p :z MINUS { :gone :p* ?x } }", ["x=o"]),
        ("SELECT * { VALUES ?x { :gone :a } FILTER EXISTS { ?x :p :o } }", ["x=a"]),
        ("SELECT * { VALUES ?x { :gone :a } FILTER EXISTS { :gone :p* ?x } }", ["x=gone"]),
        ("SELECT * { GRAPH :g1 { :gone :p* ?o } }", ["o=gone"]),
        ("SELECT * { GRAPH ?g { :gone :p* ?o } }", ["g=g1 o=gone", "g=g2 o=gone", "g=g3 o=gone"]),
        ("ASK { :gone :p* :gone }", ["true"]),
        ("ASK { :gone :p* :gone2 }", ["false"]),
        ("ASK { :gone :p* :a }", ["false"]),
        # What has a length, and what is there, is the engine's.
        ("SELECT * { :gone :p+ ?o }", []),
        ("SELECT * { :gone :p/:q* ?o }", []),
        ("SELECT * { :gone (:p|:q) ?o }", []),
        ("SELECT * { :a :p* ?o }", ["o=a", "o=o", "o=z"]),
        ("SELECT ?o { VALUES ?s { :a } ?s :p? ?o }", ["o=a", "o=o"]),
        # One graph at a time.
        ("SELECT * { GRAPH ?g { ?a :p :o MINUS { ?b :p :o } } }", ["a=a g=g1", "a=b g=g2"]),
        (
            "SELECT * { GRAPH ?g { SELECT (COUNT(*) AS ?n) { ?s :p ?o } } }",
            ["g=g1 n=1", "g=g2 n=1", "g=g3 n=0"],
        ),
        (
            "SELECT * { GRAPH ?g { VALUES (?g ?t) { (UNDEF 1) (:g2 2) } } }",
            ["g=g1 t=1", "g=g2 t=1", "g=g2 t=2", "g=g3 t=1"],
        ),
        ("SELECT ?s { GRAPH ?g { { SELECT ?s { ?s :p|:q ?o } LIMIT 1 } } }", ["s=a", "s=b", "s=b"]),
        ("SELECT ?s { GRAPH ?g { ?s :p _:o MINUS { _:x :p :z } } }", ["s=a", "s=b"]),
        ("SELECT * { ?x :p :o FILTER EXISTS { GRAPH ?g { ?x :p :o MINUS { ?b :q :x } } } }", ["x=a"]),
        ("SELECT * { GRAPH ?g { ?s :p ?o } }", ["g=g1 o=o s=a", "g=g2 o=o s=b"]),
        # No language that all texts share.
        ("SELECT (GROUP_CONCAT(?t) AS ?all) { ?s :t ?t FILTER(?t = 'en'@nb) }", ["all=en"]),
        ('SELECT (STRLEN(group_concat(DISTINCT ?t; separator=")")) AS ?n) { ?s :t ?t }', ["n=8"]),
        ("SELECT ?s { ?s :t 'en'@nb, ?t } GROUP BY ?s HAVING (STRLEN(GROUP_CONCAT(?t)) = 8)", ["s=o"]),
    ],
)
def test_the_engine_answers_as_the_standard_has_it(store: ox.Store, query: str, expected: list[str]) -> None:
    assert answers(store, query) == expected


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p ?o }",
        "SELECT * { ?s :p* ?o ; :q ?x . # :gone :p* ?x .\n}",
        "SELECT * { :here :p* ?o }",
        "SELECT * { :gone :p* ?o ; :q ?x }",
        "SELECT * { :gone :p* ?o, ?x }",
        'SELECT * { ?s :p "{ :gone :p* ?o }" }',
        "SELECT (?a * ?b AS ?c) { ?s :p ?a, ?b FILTER(?a * :f(?b) > 2) }",
        "SELECT * { VALUES ?x { :gone :other } (1 2) :p ?x }",
        "CONSTRUCT { :gone :p ?o } { GRAPH :g { ?s ?p ?o } }",
        # What no parser would take is left as it is.
        "SELECT * { GRAPH ?g { SELECT ",
        "SELECT (GROUP_CONCAT(?t AS ?x",
        "SELECT * { :gone (:p* ?o }",
        "SELECT * { :gone :p*",
        ")]}",
        "",
        "# only words\n",
    ],
)
def test_what_needs_no_change_is_left_as_it_is(query: str) -> None:
    assert exact(P + query, only(":here"), graphs) == P + query  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("says", "named"),
    [
        ("FROM NAMED :g9 FROM NAMED :g8 FROM NAMED :g9", [":g9", ":g8"]),
        ("FROM :g9", []),
        ("", list(GRAPHS)),
    ],
)
def test_the_graphs_are_those_of_the_query(says: str, named: list[str]) -> None:
    query = f"{P}SELECT * {says} {{ GRAPH ?g {{ VALUES ?x {{ 1 }} }} }}"
    said = exact(query, only(), graphs)  # type: ignore[arg-type]
    assert [each for each in (":g9", ":g8", *GRAPHS) if f"GRAPH {each} " in said] == named
    assert ("VALUES ?g { }" in said) == (not named)
    assert kind(said) == kind(query)


def test_what_would_get_too_long_is_refused() -> None:
    many = [f"<http://e/{number}>" for number in range(20_000)]
    query = "SELECT * { GRAPH ?g { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } }"
    with pytest.raises(InvalidQuery, match="there are 20000; name those that are wanted with FROM NAMED"):
        exact(query, only(), lambda: many)  # type: ignore[arg-type]


def test_patterns_deep_in_each_other_end() -> None:
    query = f"{P}SELECT * {{ {'GRAPH ?g { ' * 5000} SELECT * {{}} {'}' * 5000} }}"
    assert "SELECT" in exact(query, only(), lambda: ["<http://e/g>"])  # type: ignore[arg-type]
