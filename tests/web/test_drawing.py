"""Answers of queries drawn: bars and tiles where the columns allow, nothing where they do not."""

import re

import pytest
from flask.testing import FlaskClient

from fellesord.vocabulary.reading import Vocabulary
from fellesord.web.application import create_app
from fellesord.web.asking import Querying
from fellesord.web.links import Links

COUNTIES = "SELECT ?county (COUNT(?work) AS ?works) { ?work fo:lead|fo:participant ?county } GROUP BY ?county ORDER BY ?county"
NUMBERS = 'SELECT ?name ?number { VALUES (?name ?number) { ("opp" 30) ("ned" -10) ("null" 0) } }'


@pytest.fixture
def ask(vocabulary: Vocabulary, querying: Querying) -> FlaskClient:
    return create_app(vocabulary, Links(vocabulary.base), asking=querying).test_client()


def page(ask: FlaskClient, query: str) -> str:
    answer = ask.get("/sparql", query_string={"query": query, "lang": "nb"}, headers={"Accept": "text/html"})
    assert answer.status_code == 200, answer.text
    return answer.text


def test_numbers_of_counties_are_bars_and_tiles(ask: FlaskClient) -> None:
    shown = page(ask, COUNTIES)
    assert [float(width) for width in re.findall(r'<rect x="0.0" width="([\d.]+)"', shown)] == [100.0, 50.0]
    assert '<div class="tiles"' in shown
    assert 'class="tile tile-94' in shown


def test_bars_below_nothing_begin_where_they_should(ask: FlaskClient) -> None:
    shown = page(ask, NUMBERS)
    assert re.findall(r'<rect x="([\d.]+)" width="([\d.]+)"', shown) == [
        ("25.0", "75.0"),
        ("0.0", "25.0"),
        ("25.0", "0.0"),
    ]
    assert "<strong>−10</strong>" in shown
    assert '<div class="tiles"' not in shown


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?c { ?c a skos:Concept } LIMIT 5",
        'SELECT ?name ?number { VALUES (?name ?number) { ("en" 1) } }',
        'SELECT ?name ?number { VALUES (?name ?number) { ("en" 1) ("to" UNDEF) } }',
        'SELECT ?name ?number { VALUES (?name ?number) { ("en" 1) ("to" "2") } }',
        "SELECT ?s (STRLEN(STR(?o)) AS ?n) { ?s ?p ?o } LIMIT 60",
        "CONSTRUCT { ?c a skos:Concept } WHERE { ?c a skos:Concept } LIMIT 3",
        "ASK { ?s ?p ?o }",
    ],
)
def test_what_has_no_drawing_has_none(ask: FlaskClient, query: str) -> None:
    assert 'class="bars"' not in page(ask, query)


def test_names_in_drawings_and_terms_are_escaped(ask: FlaskClient) -> None:
    shown = page(ask, 'SELECT ?name ?n { VALUES (?name ?n) { ("</script><b>x" 1) ("<i>" 2) } }')
    assert "<b>x" not in shown
    assert "&lt;i&gt;" in shown


def test_the_page_says_how_programs_get_the_same(ask: FlaskClient) -> None:
    shown = page(ask, NUMBERS)
    assert "curl --fail --output svar.csv &#39;" not in shown
    assert "curl --fail --output svar.csv" in shown
    for name in ("Python (pandas)", "Power Query M"):
        assert name in shown
    assert '"skos:Concept"' in shown
