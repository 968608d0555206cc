"""Exports in programs that are not ours: each has every concept, text, link and group that the vocabulary has."""

import json
import os
import re
import shutil
import subprocess
from dataclasses import replace
from functools import reduce
from itertools import pairwise
from operator import or_
from pathlib import Path
from typing import Any

import pypdf
import pytest
from tests.formats.told import Told, told
from tests.oxigraph_server import QUADS, free_port, oxigraph_at
from tests.virtuoso_server import Virtuoso

from fellesord.formats.columns import split
from fellesord.formats.graphs import slugs
from fellesord.formats.observations import observations
from fellesord.formats.printed import content
from fellesord.formats.registry import find
from fellesord.formats.sheets import TITLES
from fellesord.formats.tbx import STATUS
from fellesord.languages import LANGUAGES
from fellesord.namespaces import CODE_PREFIXES, EUVOC, OWL, SKOS
from fellesord.rdf.reading import read
from fellesord.store.client import Endpoint
from fellesord.store.remote import RemoteStore
from fellesord.vocabulary.reading import Vocabulary

REPOSITORY = Path(__file__).parents[2]
SOURCES = pytest.mark.parametrize("source", ["shipped", "vocabulary"])


def missing(what: str) -> None:
    """Skip a test that needs something from elsewhere, or in CI fail it."""
    if os.environ.get("CI") == "true":
        pytest.fail(what)
    pytest.skip(what)


def reader(name: str, *arguments: str | Path) -> dict[str, Any]:
    """What a program in an environment of its own printed about files."""
    python = REPOSITORY / ".venv/readers" / name / "bin/python"
    if not python.exists():
        missing(f"{name} is not installed; install it with: make readers")
    command = [python, "-I", REPOSITORY / f"tests/readers/read_{name}.py", *arguments]
    done = subprocess.run(command, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr.decode()
    printed: dict[str, Any] = json.loads(done.stdout)
    return printed


def written(vocabulary: Vocabulary, name: str, folder: Path) -> Path:
    path = folder / name
    path.write_bytes(find(vocabulary, name).content(vocabulary))
    return path


@SOURCES
@pytest.mark.parametrize("suffix", ["ttl", "rdf"])
def test_skosprovider_has_every_concept_text_link_and_group(
    request: pytest.FixtureRequest, tmp_path: Path, source: str, suffix: str
) -> None:
    """A file for each scheme: of several in one file skosprovider takes only collections that are skos:inScheme.

    SKOS does not ask that of collections (section 4.6.5: skos:inScheme has no stated domain), and ours are
    dct:isPartOf their scheme.
    """
    vocabulary: Vocabulary = request.getfixturevalue(source)
    files = [written(vocabulary, f"skos-{slug}.{suffix}", tmp_path) for slug in slugs(vocabulary)]
    found = Told.of(reader("skosprovider", *files))
    assert found == told(vocabulary.store, vocabulary.base)
    assert all((found.concepts, found.texts, found.links, found.members))


@SOURCES
@pytest.mark.parametrize("suffix", ["ttl", "rdf", "nt"])
def test_annif_loads_every_concept_with_its_terms(
    request: pytest.FixtureRequest, tmp_path: Path, source: str, suffix: str
) -> None:
    """Annif keeps of a vocabulary what it indexes by: the preferred terms; and leaves out or in by group."""
    vocabulary: Vocabulary = request.getfixturevalue(source)
    wanted = told(vocabulary.store, vocabulary.base)
    groups = sorted({group for group, _ in wanted.members})
    found = Told.of(reader("annif", written(vocabulary, f"skos.{suffix}", tmp_path), *groups))
    kept = wanted.concepts - retired(vocabulary)
    terms = frozenset(text for text in wanted.texts if text[1] == "prefLabel" and text[0] in kept)
    assert found == replace(wanted, concepts=kept, texts=terms, links=frozenset())
    assert all((found.concepts, found.texts, found.members))


@pytest.mark.parametrize(
    "name",
    ["skos.ttl", "skos.rdf", "skos-s.ttl", "skos-xl.ttl", "graph.nt", "skos-ap-no.ttl", "data-norge.ttl"],
)
def test_annif_offers_no_concept_that_is_out_of_use(odd: Vocabulary, tmp_path: Path, name: str) -> None:
    """It never suggests what is owl:deprecated; of a status it knows nothing."""
    gone = retired(odd)
    assert gone == {f"{odd.base}concept/gone"}
    path = written(odd, name, tmp_path)
    offered = frozenset(reader("annif", path)["concepts"])
    assert f"{odd.base}concept/wide" in offered
    assert not offered & gone
    unsaid = tmp_path / "unsaid.nt"
    triples = [each for each in read(path).triples if each.predicate.value != OWL.deprecated]
    unsaid.write_text("".join(f"{each} .\n" for each in triples), "utf-8")
    assert frozenset(reader("annif", unsaid)["concepts"]) == offered | gone


def retired(vocabulary: Vocabulary) -> frozenset[str]:
    """Concepts whose recorded status is one that ends their use."""
    code = f"{CODE_PREFIXES['concept-status']}RETIRED"
    rows = vocabulary.store.select(f"SELECT ?thing {{ ?thing <{EUVOC.status}> <{code}> }}")
    return frozenset(row["thing"].value for row in rows)


@SOURCES
def test_pandas_has_every_term_and_definition_of_the_table(
    request: pytest.FixtureRequest, tmp_path: Path, source: str
) -> None:
    vocabulary: Vocabulary = request.getfixturevalue(source)
    table = reader("tables", written(vocabulary, "concepts.csv", tmp_path))["concepts.csv"]
    start = f"{vocabulary.base}concept/"
    wanted = told(vocabulary.store, start)
    rows = {f"{start}{row['id']}": row for row in table["rows"]}
    assert len(table["rows"]) == len(rows)
    assert rows.keys() == wanted.concepts
    assert {table["types"][name] for name in ("id", "anbefalt_term:nb", "definisjon:en")} == {"str"}
    columns = {
        "prefLabel": "anbefalt_term", "altLabel": "tillatt_term", "hiddenLabel": "frarådet_term",
        "definition": "definisjon",
    }  # fmt: skip
    for name, column in columns.items():
        read = {
            (iri, tag, text)
            for iri, row in rows.items()
            for tag in LANGUAGES
            if f"{column}:{tag}" in row
            for text in split(row[f"{column}:{tag}"])
        }
        texts = {(iri, tag, text) for iri, kind, tag, text in wanted.texts if kind == name}
        assert read == {each for each in texts if each[1] in LANGUAGES}, column


@SOURCES
def test_pandas_has_the_same_concepts_of_the_workbook_and_a_sheet_for_each_kind(
    request: pytest.FixtureRequest, tmp_path: Path, source: str
) -> None:
    vocabulary: Vocabulary = request.getfixturevalue(source)
    names = ("concepts.csv", "concepts.xlsx")
    read = reader("tables", *(written(vocabulary, name, tmp_path) for name in names))
    table, sheets = (read[name] for name in names)
    concepts = sheets.pop("Begreper")
    assert len(concepts["types"]) == len(table["types"])
    cells = dict(zip(concepts["types"], table["types"], strict=True))
    assert [{cells[name]: cell for name, cell in row.items()} for row in concepts["rows"]] == table["rows"]
    iris = {
        row["thing"].value for row in vocabulary.store.select("SELECT DISTINCT ?thing { ?thing a ?kind }")
    }
    for kind, title in TITLES.items():
        things = [iri for iri in iris if iri.startswith(f"{vocabulary.base}{kind}/") and "#" not in iri]
        assert len(sheets.get(title, {"rows": []})["rows"]) == len(things), title


def test_others_programs_have_every_measurement(vocabulary: Vocabulary, tmp_path: Path) -> None:
    """Pandas of the table, csvw of the table as its metadata say, pyjstat of the cube."""
    names = ("observations.csv", "observations.csv-metadata.json", "observations.json")
    read = reader("tables", *(written(vocabulary, name, tmp_path) for name in names))
    table, described, cube = (read[name] for name in names)
    found = observations(vocabulary)
    wanted = {(each.indicator, each.area, each.period, float(each.value)) for each in found}
    assert len(wanted) == len(found) > 1
    assert table["types"]["value"] in ("int64", "float64")
    assert described["valid"] is True
    assert described["warnings"] == []
    assert cube["valid"] is True
    for rows in (table["rows"], described["rows"], cube["rows"]):
        values = [(row["indicator"], row["area"], str(row["period"]), float(row["value"])) for row in rows]
        assert len(values) == len(wanted)
        assert set(values) == wanted


def test_what_the_metadata_do_not_allow_is_found(vocabulary: Vocabulary, tmp_path: Path) -> None:
    table = written(vocabulary, "observations.csv", tmp_path)
    table.write_bytes(table.read_bytes().replace(b",57,", b",mange,"))
    metadata = written(vocabulary, "observations.csv-metadata.json", tmp_path)
    assert reader("tables", metadata)[metadata.name]["valid"] is False


@SOURCES
def test_determinator_has_every_term_with_its_language_and_status(
    request: pytest.FixtureRequest, tmp_path: Path, source: str
) -> None:
    vocabulary: Vocabulary = request.getfixturevalue(source)
    start = f"{vocabulary.base}concept/"
    terms = reader("determinator", written(vocabulary, "concepts.tbx", tmp_path))["terms"]
    wanted = {
        (f"c-{iri.removeprefix(start)}", tag, text, STATUS[f"{SKOS}{kind}"])
        for iri, kind, tag, text in told(vocabulary.store, start).texts
        if f"{SKOS}{kind}" in STATUS
    }
    assert len(terms) == len(wanted) > 0
    assert {tuple(each) for each in terms} == wanted


@SOURCES
def test_pdfua_finds_nothing_in_the_printed_glossary(
    request: pytest.FixtureRequest, tmp_path: Path, source: str
) -> None:
    """Of what a machine can check of PDF/UA-1; one of its rules stops on lists of marked content, in any PDF."""
    vocabulary: Vocabulary = request.getfixturevalue(source)
    path = written(vocabulary, "glossary.pdf", tmp_path)
    assert reader("pdfua", path) == {"findings": [], "skipped": ["UA-14-001"]}
    writer = pypdf.PdfWriter(clone_from=path)
    for name in ("/Lang", "/StructTreeRoot"):
        del writer.root_object[name]
    writer.write(path)
    found = {each.split()[0] for each in reader("pdfua", path)["findings"]}
    assert {"UA-01-005", "UA-06-001"} <= found


def poppler(program: str, *arguments: str | Path) -> str:
    """What a program of poppler says; of names of headings that is not always UTF-8."""
    if shutil.which(program) is None:
        missing("poppler is not installed; on Debian: apt-get install poppler-utils")
    done = subprocess.run([program, *arguments], capture_output=True, check=True, timeout=60)
    return done.stdout.decode(errors="replace")


@SOURCES
def test_poppler_reads_every_term_of_the_printed_glossary(
    request: pytest.FixtureRequest, tmp_path: Path, source: str
) -> None:
    vocabulary: Vocabulary = request.getfixturevalue(source)
    text = _packed(poppler("pdftotext", written(vocabulary, "glossary.pdf", tmp_path), "-"))
    terms = [entry["term"] for each in content(vocabulary)["letters"] for entry in each["entries"]]
    assert [term for term in terms if _packed(term) not in text] == []


def test_poppler_reads_a_heading_for_each_concept_and_no_level_is_left_out(
    vocabulary: Vocabulary, tmp_path: Path
) -> None:
    structure = poppler("pdfinfo", "-struct-text", written(vocabulary, "glossary.pdf", tmp_path))
    headings = re.findall(r'(?m)^ *H([1-6]) [^\n]*\n((?: *"[^\n]*"\n)+)', structure)
    named = {_packed("".join(re.findall(r'(?m)^ *"(.*)"$', lines))) for _, lines in headings}
    entries = [entry for each in content(vocabulary)["letters"] for entry in each["entries"]]
    assert {_packed(entry["term"]) for entry in entries if entry["kind"] == "concept"} <= named
    levels = [int(level) for level, _ in headings]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def _packed(text: str) -> str:
    """A text without spaces, which a line may end or begin with."""
    return "".join(text.split())


@SOURCES
def test_jskos_validate_takes_every_line_and_refuses_a_wrong_one(
    request: pytest.FixtureRequest, tmp_path: Path, source: str
) -> None:
    if (judge := shutil.which("jskos-validate")) is None:
        missing("there is no jskos-validate; install npm's jskos-cli")
    vocabulary: Vocabulary = request.getfixturevalue(source)
    right = written(vocabulary, "jskos.ndjson", tmp_path)
    wrong = tmp_path / "wrong.ndjson"
    wrong.write_text(right.read_text("utf-8") + '{"uri": "http://a.example/", "prefLabel": ["x"]}\n', "utf-8")
    codes = [
        subprocess.run(
            [str(judge), "concept", file], capture_output=True, timeout=120, check=False
        ).returncode
        for file in (right, wrong)
    ]
    assert codes == [0, 1]


@SOURCES
@pytest.mark.parametrize("stem", ["skos", "graph"])
@pytest.mark.parametrize("suffix", ["nt", "ttl", "rdf", "jsonld", "nq"])
def test_oxigraph_loads_a_dump_whole(
    request: pytest.FixtureRequest, source: str, stem: str, suffix: str
) -> None:
    vocabulary: Vocabulary = request.getfixturevalue(source)
    export, port = find(vocabulary, f"{stem}.{suffix}"), free_port()
    options = ["--union-default-graph"] if export.media_type == QUADS else []
    with oxigraph_at(port, export.content(vocabulary), *options, media_type=export.media_type):
        store = RemoteStore(Endpoint(f"http://127.0.0.1:{port}/query"), export.name)
        assert told(store, vocabulary.base) == told(vocabulary.store, vocabulary.base)


@SOURCES
@pytest.mark.parametrize("stem", ["skos", "graph"])
@pytest.mark.parametrize("suffix", ["nt", "ttl", "rdf"])
def test_virtuoso_loads_a_dump_whole(
    request: pytest.FixtureRequest, virtuoso: Virtuoso, source: str, stem: str, suffix: str
) -> None:
    vocabulary: Vocabulary = request.getfixturevalue(source)
    export = find(vocabulary, f"{stem}.{suffix}")
    graph = f"http://graph.example/{source}/{export.name}"
    virtuoso.put(graph, export.content(vocabulary), export.media_type)
    loaded = told(RemoteStore(Endpoint(virtuoso.query, graph), export.name), vocabulary.base)
    assert loaded == told(vocabulary.store, vocabulary.base)


@SOURCES
@pytest.mark.parametrize("name", ["skos.nq", "graph.nq"])
def test_virtuoso_loads_quads_into_a_graph_for_each_scheme(
    request: pytest.FixtureRequest, virtuoso: Virtuoso, source: str, name: str
) -> None:
    """By its bulk loader: its Graph Store Protocol takes no quads."""
    vocabulary: Vocabulary = request.getfixturevalue(source)
    folder = virtuoso.readable / source
    folder.mkdir(exist_ok=True)
    wanted = told(vocabulary.store, vocabulary.base)
    graphs = virtuoso.load(written(vocabulary, name, folder))
    schemes = {f"{vocabulary.base}scheme/{slug}" for slug in slugs(vocabulary)}
    assert schemes <= {*graphs}
    each = [told(RemoteStore(Endpoint(virtuoso.query, graph), graph), vocabulary.base) for graph in graphs]
    assert sum(len(one.concepts) for one in each) == len(wanted.concepts)
    assert reduce(or_, each) == wanted
