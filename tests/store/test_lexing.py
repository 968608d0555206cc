"""What a query says, from its words alone."""

import pytest

from fellesord.errors import QueryRefused
from fellesord.namespaces import PREFIXES
from fellesord.store import lexing


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <a:a> <a:b> 1 }",
        "PREFIX a: <b:c> BASE <d:e> DELETE WHERE { ?s ?p ?o }",
        "# SELECT\nload <http://127.0.0.1/>",
        "PREFIX insert: <b:c>\nClear ALL",
        "WITH <a:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
        "SELECT * { service SILENT ?where { ?s ?p ?o } }",
        "SELECT * { \\u0053ERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
        "SELECT * { SERV\\U00000049CE <http://127.0.0.1/> { ?s ?p ?o } }",
        'SELECT * { FILTER(?a = "\\u0022") SERVICE <http://127.0.0.1/> { ?s ?p ?o } FILTER(?b = "") }',
        "SELECT * { FILTER(?a<?b)SERVICE#>\n?x { ?s ?p ?o } }",
    ],
)
def test_what_changes_loads_or_asks_elsewhere_is_refused(text: str) -> None:
    with pytest.raises(QueryRefused):
        lexing.refuse(lexing.plain(text))


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?service { ?service a ex:SERVICE ; service:x 'SERVICE' . # SERVICE\n}",
        "PREFIX insert: <http://e.example/insert> SELECT * { ?s insert:DELETE <http://e.example/SERVICE/load> }",
        'SELECT * { ?s ?p """a "SERVICE" b""" , "x"@service }',
        "ASK { ?a ?b ?c FILTER(?a < ?b && ?b > ?c) }",
    ],
)
def test_the_same_words_where_they_mean_nothing_are_not(text: str) -> None:
    lexing.refuse(lexing.plain(text))


def test_a_shape_has_nothing_that_somebody_wrote() -> None:
    text = "SELECT ?s { ?s skos:prefLabel 'Kari Nordmann'@nb , <mailto:kari@e.example> , me:kari . FILTER(?s > 19700101) } # Kari"
    shape = lexing.shape(text, PREFIXES)
    assert "skos:prefLabel" in shape
    assert "kari" not in shape.lower()
    assert "1970" not in shape


@pytest.mark.parametrize(
    "text", ["{" * 300_000, '"' * 300_001, "<" * 300_000, "'''" + '"' * 300_000, "a:" * 150_000]
)
def test_any_text_is_told_apart(text: str) -> None:
    assert "".join(token.text for token in lexing.tokens(text)) == text
