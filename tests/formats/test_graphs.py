"""Exports of graphs: read back by programs that are not ours, the same bytes every time, and nothing lost."""

import os
import subprocess
import sys
from collections import Counter
from io import BytesIO
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.namespace import RDF, SKOS
from tests.checks import oracle

from fellesord.checks.profiles import shapes_of
from fellesord.errors import NotFound
from fellesord.formats import graphs
from fellesord.formats.registry import exports, find
from fellesord.rdf.reading import parse
from fellesord.rdf.syntaxes import SYNTAXES
from fellesord.vocabulary.reading import Vocabulary

STEMS = ("skos", "graph", "skos-prove")
RDFLIB = {"ttl": "turtle", "jsonld": "json-ld", "rdf": "xml", "nt": "nt", "nq": "nquads"}


@pytest.mark.parametrize("suffix", RDFLIB)
@pytest.mark.parametrize("stem", STEMS)
def test_a_graph_is_read_back_whole(vocabulary: Vocabulary, tmp_path: Path, stem: str, suffix: str) -> None:
    export = find(vocabulary, f"{stem}.{suffix}")
    path = tmp_path / export.name
    path.write_bytes(export.content(vocabulary))
    assert export.read_back(vocabulary, path) == ()


def test_a_file_that_lacks_something_or_has_too_much_is_told(vocabulary: Vocabulary, tmp_path: Path) -> None:
    export = find(vocabulary, "skos.nt")
    path = tmp_path / export.name
    lines = export.content(vocabulary).splitlines(keepends=True)
    path.write_bytes(
        b"".join([*lines[2:], b"<http://a.example/> <http://b.example/> <http://c.example/> .\n"])
    )
    missing, over = export.read_back(vocabulary, path)
    assert "2 statements are missing" in missing
    assert "1 statements are too many, the first <http://a.example/>" in over


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # rdflib uses what it deprecates
@pytest.mark.parametrize("suffix", RDFLIB)
def test_rdflib_reads_the_same_concepts_labels_and_links(
    vocabulary: Vocabulary, base: str, suffix: str
) -> None:
    read = rdflib.Dataset(default_union=True)
    read.parse(data=find(vocabulary, f"skos.{suffix}").content(vocabulary), format=RDFLIB[suffix])
    stored = vocabulary.store
    concepts = {
        row["thing"].value
        for row in stored.select("SELECT ?thing { ?thing a <http://www.w3.org/2004/02/skos/core#Concept> }")
        if row["thing"].value.startswith(base)
    }
    assert {str(each) for each in read.subjects(RDF.type, SKOS.Concept)} == concepts
    for name in ("prefLabel", "altLabel", "broader", "related", "exactMatch"):
        wanted = Counter(
            row["value"].language if isinstance(row["value"], ox.Literal) else "link"
            for row in stored.select(f"SELECT ?thing ?value {{ ?thing <{SKOS[name]}> ?value }}")
            if row["thing"].value in concepts
        )
        found = Counter(
            value.language if isinstance(value, rdflib.Literal) else "link"
            for subject, value in read.subject_objects(SKOS[name])
            if str(subject) in concepts
        )
        assert found == wanted, name


@pytest.mark.parametrize("source", ["shipped", "vocabulary"])
@pytest.mark.parametrize("stem", ["skos", "graph"])
def test_pyshacl_finds_nothing_against_skos_in_a_graph(
    request: pytest.FixtureRequest, source: str, stem: str
) -> None:
    vocabulary: Vocabulary = request.getfixturevalue(source)
    shapes = oracle.without_queries(shapes_of("skos"))
    read = parse(find(vocabulary, f"{stem}.ttl").content(vocabulary), ox.RdfFormat.TURTLE, stem).triples
    assert oracle.theirs(read, shapes) == Counter()
    label = next(each for each in read if each.predicate.value == str(SKOS.prefLabel))
    again = ox.Triple(label.subject, label.predicate, ox.Literal("en til", language="nb"))
    assert oracle.theirs([*read, again], shapes)


@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda syntax: syntax.name)
def test_writing_in_parts_gives_the_bytes_of_writing_whole(vocabulary: Vocabulary, syntax: object) -> None:
    write, stream, order = syntax.write, syntax.stream, syntax.order  # type: ignore[attr-defined]  # parametrized
    described = graphs.everything(vocabulary, order)
    whole = [triple for part in described for triple in part]
    in_parts = graphs.Described(vocabulary.store, described.subjects)
    file = BytesIO()
    stream(
        [[t for t in whole if str(t.subject) == f"<{iri}>"] for iri in in_parts.subjects],
        vocabulary.base,
        file,
    )
    assert file.getvalue() == write(whole, vocabulary.base)


@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda syntax: syntax.name)
def test_nothing_is_a_right_file_too(syntax: object) -> None:
    file = BytesIO()
    syntax.stream([], "https://fellesord.example/id/", file)  # type: ignore[attr-defined]  # parametrized
    assert parse(file.getvalue(), syntax.format, "x").triples == ()  # type: ignore[attr-defined]


def test_the_lines_of_n_triples_and_n_quads_are_in_order(vocabulary: Vocabulary) -> None:
    for name in ("graph.nt", "graph.nq"):
        lines = find(vocabulary, name).content(vocabulary).splitlines()
        assert lines == sorted(lines)


def test_quads_say_which_scheme_a_thing_belongs_to(vocabulary: Vocabulary, base: str) -> None:
    data = find(vocabulary, "graph.nq").content(vocabulary)
    names = {
        (quad.subject.value, quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else None)
        for quad in ox.parse(data, ox.RdfFormat.N_QUADS)
    }
    assert (f"{base}concept/samskaping", f"{base}scheme/prove") in names
    assert (f"{base}concept/samskaping#def-nb", f"{base}scheme/prove") in names
    assert (f"{base}project/torgprosjektet", None) in names


def test_what_was_measured_is_no_part_of_the_skos(vocabulary: Vocabulary) -> None:
    assert b"qb:Observation" in find(vocabulary, "graph.ttl").content(vocabulary)
    assert b"bservation" not in find(vocabulary, "skos.ttl").content(vocabulary)


def test_an_unknown_name_is_told_with_those_there_are(vocabulary: Vocabulary) -> None:
    with pytest.raises(NotFound, match=r"no export 'skos\.doc'; there are skos\.rdf, .*skos-ap-no\.ttl, "):
        find(vocabulary, "skos.doc")


@pytest.mark.parametrize("name", ["skos.ttl", "graph.jsonld", "skos.rdf", "graph.nq"])
def test_the_bytes_do_not_depend_on_how_python_hashes(twelve: Path, tmp_path: Path, name: str) -> None:
    made = set()
    for seed in ("0", "1"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-m", "fellesord", "export", name, "--out", str(tmp_path / seed)]
        options = ["--vocab", str(twelve), "--cache", str(tmp_path / "cache")]
        subprocess.run([*command, *options], env=environment, check=True, capture_output=True)
        made.add((tmp_path / seed / name).read_bytes())
    assert len(made) == 1


def test_every_export_says_what_it_is_in_three_languages(vocabulary: Vocabulary) -> None:
    for export in exports(vocabulary):
        assert [text.language for text in export.description] == ["nb", "nn", "en"]
        assert export.name.endswith(f".{export.suffix}")
