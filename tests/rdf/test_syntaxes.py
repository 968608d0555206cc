"""Writing and reading: what is written is what was given, the same bytes each time."""

import json
import os
import subprocess
import sys
import warnings

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from rdflib.compare import isomorphic

from fellesord.rdf.reading import parse
from fellesord.rdf.syntaxes import JSON_LD, N_TRIPLES, RDF_XML, SYNTAXES, TURTLE, Syntax

BASE = "https://fellesord.example/id/"
SKOS = "http://www.w3.org/2004/02/skos/core#"
XSD = "http://www.w3.org/2001/XMLSchema#"


def triple(predicate: str, term: ox.Literal | ox.NamedNode, subject: str = BASE + "concept/x") -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), term)


EXAMPLE = [
    triple("http://www.w3.org/1999/02/22-rdf-syntax-ns#type", ox.NamedNode(SKOS + "Concept")),
    triple(SKOS + "prefLabel", ox.Literal('«æøå» "sitat" \\ og\nlinje', language="nb")),
    triple(SKOS + "prefLabel", ox.Literal("x", language="en")),
    triple(SKOS + "altLabel", ox.Literal("én", language="nb")),
    triple(SKOS + "altLabel", ox.Literal("to", language="nb")),
    triple(SKOS + "related", ox.NamedNode(BASE + "concept/x#del")),
    triple(SKOS + "related", ox.NamedNode("http://example.org/å?a=b&c=<d>".replace("<d>", "d"))),
    triple(
        SKOS + "notation",
        ox.Literal("30", datatype=ox.NamedNode("https://fellesord.example/ns#countyNumber")),
    ),
    triple(SKOS + "notation", ox.Literal("007")),
    triple("https://fellesord.example/ns#minimum", ox.Literal("-1", datatype=ox.NamedNode(XSD + "integer"))),
    triple(
        "https://fellesord.example/ns#openForPartners",
        ox.Literal("true", datatype=ox.NamedNode(XSD + "boolean")),
    ),
    triple("http://purl.org/dc/terms/created", ox.Literal("2024-01-01", datatype=ox.NamedNode(XSD + "date"))),
    triple(SKOS + "note", ox.Literal("fragment", language="nn"), BASE + "concept/x#del"),
]


@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda syntax: syntax.name)
def test_what_is_written_is_read_back_by_our_parser(syntax: Syntax) -> None:
    data = syntax.write(EXAMPLE, BASE)
    assert set(parse(data, syntax.format, "x").triples) == set(EXAMPLE)


@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda syntax: syntax.name)
def test_another_program_reads_the_same_graph(syntax: Syntax) -> None:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "ConjunctiveGraph is deprecated", DeprecationWarning)
        theirs = rdflib.Graph().parse(data=syntax.write(EXAMPLE, BASE), format=syntax.media_type)
    ours = rdflib.Graph().parse(data=N_TRIPLES.write(EXAMPLE, BASE), format="nt")
    assert isomorphic(theirs, ours)


@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda syntax: syntax.name)
def test_the_order_of_the_triples_does_not_matter(syntax: Syntax) -> None:
    assert syntax.write(EXAMPLE, BASE) == syntax.write(list(reversed(EXAMPLE)), BASE)


@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda syntax: syntax.name)
def test_another_process_with_another_hash_seed_writes_the_same_bytes(syntax: Syntax) -> None:
    program = (
        "import sys, pyoxigraph as ox\n"
        "from fellesord.rdf.syntaxes import SYNTAXES\n"
        "from fellesord.rdf.reading import parse\n"
        "triples = parse(sys.stdin.buffer.read(), ox.RdfFormat.N_TRIPLES, 'x').triples\n"
        f"syntax = next(s for s in SYNTAXES if s.name == {syntax.name!r})\n"
        f"sys.stdout.buffer.write(syntax.write(triples, {BASE!r}))\n"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", program],
            input=N_TRIPLES.write(EXAMPLE, BASE),
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert answers == {syntax.write(EXAMPLE, BASE)}


@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda syntax: syntax.name)
def test_an_empty_graph_is_a_right_document(syntax: Syntax) -> None:
    assert parse(syntax.write([], BASE), syntax.format, "x").triples == ()


def test_canonical_turtle_has_one_form() -> None:
    text = (
        "@base <https://fellesord.example/id/> .\n"
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n\n"
        "<concept/x>\n"
        "    a skos:Concept ;\n"
        "    skos:prefLabel\n"
        '        "x"@en ,\n'
        '        "x"@nb ;\n'
        "    skos:related <concept/y> .\n"
    )
    assert TURTLE.write(parse(text.encode(), ox.RdfFormat.TURTLE, "x").triples, BASE).decode() == text


def test_a_changed_value_is_a_one_line_difference() -> None:
    changed = [t for t in EXAMPLE if t != EXAMPLE[3]] + [
        triple(SKOS + "altLabel", ox.Literal("éi", language="nb"))
    ]
    before = TURTLE.write(EXAMPLE, BASE).splitlines()
    after = TURTLE.write(changed, BASE).splitlines()
    assert len(set(before) - set(after)) == 1
    assert len(before) == len(after)


def test_json_ld_is_compact_and_carries_its_context() -> None:
    document = json.loads(JSON_LD.write(EXAMPLE, BASE))
    node = document["@graph"][0]
    assert node["prefLabel"]["en"] == "x"
    assert node["altLabel"]["nb"] == ["to", "én"]
    assert node["created"] == "2024-01-01"
    assert "broader" not in document["@context"]


def test_rdf_xml_names_elements_by_type() -> None:
    assert b"<skos:Concept rdf:about=" in RDF_XML.write(EXAMPLE, BASE)


XSD_NAMES = ["integer", "boolean", "date", "decimal", "byte"]
numbers = st.sampled_from(["01", "1", "-0", "true", "1.50", "2024-02-30", "9" * 20])
literals = (
    st.builds(
        ox.Literal,
        st.text(st.characters(exclude_categories=("Cs", "Cc"))),
        language=st.sampled_from(["nb", "nn", "en", "se"]),
    )
    | st.builds(ox.Literal, st.text(st.characters(exclude_categories=("Cs", "Cc"))))
    | st.builds(
        lambda value, name: ox.Literal(value, datatype=ox.NamedNode(XSD + name)),
        numbers,
        st.sampled_from(XSD_NAMES),
    )
)
properties = st.sampled_from(
    [
        SKOS + "prefLabel",
        SKOS + "notation",
        SKOS + "related",
        "http://purl.org/dc/terms/created",
        "http://other.example/p",
    ]
)


@given(st.lists(st.tuples(properties, literals), max_size=6))
def test_any_literal_survives_every_syntax(statements: list[tuple[str, ox.Literal]]) -> None:
    triples = {triple(name, text) for name, text in statements}
    for syntax in (TURTLE, N_TRIPLES, JSON_LD, RDF_XML):
        assert set(parse(syntax.write(triples, BASE), syntax.format, "x").triples) == triples, syntax.name
