"""What is wrong with a query is said in words, with the place and what was expected."""

import pyoxigraph as ox
import pytest

from fellesord.errors import QuerySyntax
from fellesord.namespaces import PREFIXES
from fellesord.store.faults import fault


def found(text: str) -> QuerySyntax:
    """What is said of a query, which the engine must not have taken."""
    with pytest.raises(SyntaxError) as raised:
        ox.Store().query(text, prefixes=PREFIXES)
    return fault(text, str(raised.value), PREFIXES)


@pytest.mark.parametrize(
    ("text", "line", "column", "expected"),
    [
        ("SELECT * { ?s ?p ?o }\nLIMT 3", 2, 1, "LIMIT"),
        ("SELCT * { ?s ?p ?o }", 1, 1, "SELECT"),
        ("SELECT *\n{ ?s ?p }", 2, 9, "a value"),
        ("SELECT * { ?s ?p ?o . ?x . ?a ?b ?c }", 1, 26, "a property"),
        ("SELECT * { ?s ?p 'a'@nb ; a }", 1, 29, "a value"),
        ("SELECT * {\n ?s ?p ?o", 1, 10, "}"),
        ("SELECT (COUNT(?x AS ?n) { ?x ?y ?z }", 1, 8, ")"),
        ("SELECT * { ?s ?p ?o ) }", 1, 21, "}"),
        ('SELECT * {\n ?s ?p "o }', 2, 8, '"'),
    ],
)
def test_the_place_and_what_was_expected_are_told(text: str, line: int, column: int, expected: str) -> None:
    said = found(text)
    assert (said.line, said.column) == (line, column), str(said)
    assert expected in said.expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("SELECT ?x (SUM(?y) AS ?n) { ?x ?z ?y }", "unbound"),
        ("SELECT * { ?s ?p ?o } }", "closes nothing"),
        ("SELECT * { VALUES ?x { 1 2 } FILTER }", "cannot stand here"),
        ("", "cannot stand here"),
    ],
)
def test_what_is_wrong_is_told_in_words(text: str, words: str) -> None:
    assert words in str(found(text))


def test_a_prefix_that_nothing_declares_is_found_with_those_it_may_stand_for() -> None:
    said = found("PREFIX ex: <e:x>\nSELECT * { ?s ex:a skso:prefLabel }")
    assert (said.prefix, said.line, said.column) == ("skso", 2, 20)
    assert "skos" in said.near
