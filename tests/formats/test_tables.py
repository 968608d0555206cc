"""Tables: read back by other programs, and taken in again without a change."""

import csv
import io
import json
import shutil
from pathlib import Path

import openpyxl
import pytest
import rdflib
from click.testing import CliRunner
from rdflib.namespace import QB, RDF, RDFS, SKOS
from tests.conftest import WriteRecord

from fellesord.cli import cli
from fellesord.files import root
from fellesord.formats import observations
from fellesord.formats.registry import exports, find
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Sources
from fellesord.vocabulary.reading import Vocabulary

SDMX = "http://purl.org/linked-data/sdmx/2009/measure#"


@pytest.mark.parametrize("name", ["concepts.xlsx", "concepts.csv"])
@pytest.mark.parametrize("record", ["shipped", "twelve"])
def test_a_table_of_concepts_is_taken_in_again_without_a_change(
    request: pytest.FixtureRequest, twelve: Path, tmp_path: Path, name: str, record: str
) -> None:
    folder = shutil.copytree(root() / "vocab" if record == "shipped" else twelve, tmp_path / "vocab")
    store = EmbeddedStore.build(Sources(folder))
    file = tmp_path / name
    vocabulary = Vocabulary(store, store.manifest.base)
    file.write_bytes(find(vocabulary, name).content(vocabulary))
    result = CliRunner().invoke(cli, ["import", str(file), "--update", "--dry-run", "--vocab", str(folder)])
    assert " 0 new, 0 changed, " in result.output
    assert result.exit_code == 0


def test_the_workbook_has_a_sheet_for_each_kind_with_a_head_that_stays(vocabulary: Vocabulary) -> None:
    book = openpyxl.load_workbook(io.BytesIO(find(vocabulary, "concepts.xlsx").content(vocabulary)))
    assert book.sheetnames[0] == "Begreper"
    assert {"Prosjekter", "Verktøy", "Lærdommer", "Indikatorer", "Fylkeskommuner"} <= set(book.sheetnames)
    for sheet in book.worksheets:
        if sheet.title not in ("Hjelp", "Lister"):
            assert sheet.freeze_panes is not None
            assert sheet.auto_filter.ref is not None
    projects = [[cell.value for cell in row] for row in book["Prosjekter"].iter_rows()]
    named = projects[0].index("title (nb)")
    assert {row[named] for row in projects[1:]} == {"Torgprosjektet", "Kaiprosjektet"}
    assert not any(
        cell.data_type == "f" for sheet in book.worksheets for row in sheet.iter_rows() for cell in row
    )


def test_workbooks_are_compared_by_their_cells(vocabulary: Vocabulary) -> None:
    export = find(vocabulary, "concepts.xlsx")
    content = export.content(vocabulary)
    book = openpyxl.load_workbook(io.BytesIO(content))
    again = io.BytesIO()
    book.save(again)
    assert again.getvalue() != content
    assert export.same(again.getvalue(), content)
    book.worksheets[0].cell(2, 2).value = "annet"
    book.save(again := io.BytesIO())
    assert not export.same(again.getvalue(), content)
    assert not export.same(b"no workbook", content)


def test_the_columns_of_the_table_are_those_of_the_national_catalogue(shipped: Vocabulary) -> None:
    text = find(shipped, "concepts.csv").content(shipped).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {"id", "anbefalt_term:nb", "tillatt_term:nn", "frarådet_term:nb", "definisjon:en"} <= rows[
        0
    ].keys()
    (row,) = [row for row in rows if row["id"] == "samskaping"]
    assert row["anbefalt_term:en"] == "co-creation"
    assert row["overordnet:generisk"] == "samarbeid"
    assert row["overordnet"] == ""


@pytest.fixture
def measured(write_record: WriteRecord, twelve: Path, tmp_path: Path) -> Vocabulary:
    """The twelve concepts with one more measurement: below zero, and in a unit."""
    folder = shutil.copytree(twelve, tmp_path / "measured")
    path = folder / "indicator" / "andel-ja.ttl"
    more = path.read_text() + (
        '\n<indicator/andel-ja#2024-kysten> a qb:Observation ; sdmx-dimension:refPeriod "2024"^^xsd:gYear ;'
        " sdmx-dimension:refArea <county/kysten> ; sdmx-measure:obsValue -1.5 .\n"
        "<indicator/andel-ja> fo:observation <indicator/andel-ja#2024-kysten> .\n"
    )
    path.write_text(more)
    store = EmbeddedStore.build(Sources(folder))
    return Vocabulary(store, store.manifest.base)


def test_what_was_measured_is_the_same_in_every_form(measured: Vocabulary) -> None:
    wanted = sorted(float(each.value) for each in observations.observations(measured))
    assert wanted == [-1.5, 41.0, 57.0]
    table = find(measured, "observations.csv").content(measured).decode()
    rows = list(csv.DictReader(io.StringIO(table)))
    assert sorted(float(row["value"]) for row in rows) == wanted
    cube = json.loads(find(measured, "observations.json").content(measured))
    assert sorted(cube["value"].values()) == wanted
    assert cube["size"] == [1, 2, 2]
    graph = rdflib.Graph().parse(data=find(measured, "observations.ttl").content(measured), format="turtle")
    values = graph.subject_objects(rdflib.URIRef(f"{SDMX}obsValue"))
    assert sorted(float(str(number)) for _, number in values) == wanted


def test_every_observation_of_the_cube_is_in_a_data_set_with_a_structure(measured: Vocabulary) -> None:
    graph = rdflib.Graph().parse(data=find(measured, "observations.ttl").content(measured), format="turtle")
    (structure,) = graph.subjects(RDF.type, QB.DataStructureDefinition)
    dimensions = {
        dimension
        for component in graph.objects(structure, QB.component)
        for dimension in graph.objects(component, QB.dimension)
    }
    for each in graph.subjects(RDF.type, QB.Observation):
        (data,) = graph.objects(each, QB.dataSet)
        assert list(graph.objects(data, QB.structure)) == [structure]
        assert all(len(list(graph.objects(each, dimension))) == 1 for dimension in dimensions)


#: The constraints of the Data Cube vocabulary (section 11.1) that are not about slices, code lists or several measures:
#: what is asked, and what makes it true.
CONSTRAINTS = {
    "IC-1: an observation is in one data set": (
        "{ ?o a qb:Observation FILTER NOT EXISTS { ?o qb:dataSet ?d } }"
        " UNION { ?o qb:dataSet ?d , ?e FILTER (?d != ?e) }",
        "INSERT { ?o qb:dataSet e:other } WHERE { ?o a qb:Observation }",
    ),
    "IC-2: a data set has one structure": (
        "{ ?d a qb:DataSet FILTER NOT EXISTS { ?d qb:structure ?s } }"
        " UNION { ?d qb:structure ?s , ?t FILTER (?s != ?t) }",
        "DELETE { ?d qb:structure ?s } WHERE { ?d qb:structure ?s }",
    ),
    "IC-3: a structure has a measure": (
        "?s a qb:DataStructureDefinition FILTER NOT EXISTS { ?s qb:component/qb:measure [ a qb:MeasureProperty ] }",
        "DELETE { ?c qb:measure ?m } WHERE { ?c qb:measure ?m }",
    ),
    "IC-4: a dimension has a range": (
        "?d a qb:DimensionProperty FILTER NOT EXISTS { ?d rdfs:range ?r }",
        "DELETE { ?d rdfs:range ?r } WHERE { ?d rdfs:range ?r }",
    ),
    "IC-5: a dimension of concepts has a code list": (
        "?d a qb:DimensionProperty ; rdfs:range skos:Concept FILTER NOT EXISTS { ?d qb:codeList ?l }",
        "INSERT { ?d rdfs:range skos:Concept } WHERE { ?d a qb:DimensionProperty }",
    ),
    "IC-6: only attributes are optional": (
        "?s qb:component ?c . ?c qb:componentRequired false FILTER NOT EXISTS { ?c qb:attribute [] }",
        "INSERT { ?c qb:componentRequired false } WHERE { ?c qb:dimension ?d }",
    ),
    "IC-11: an observation has every dimension": (
        "?o qb:dataSet/qb:structure/qb:component/qb:dimension ?d FILTER NOT EXISTS { ?o ?d ?v }",
        "DELETE { ?o sdmx:refPeriod ?p } WHERE { ?o sdmx:refPeriod ?p }",
    ),
    "IC-12: no two observations of a data set are at one place": (
        "?o qb:dataSet ?d . ?p qb:dataSet ?d FILTER (?o != ?p)"
        " FILTER NOT EXISTS { ?d qb:structure/qb:component/qb:dimension ?by . ?o ?by ?v . ?p ?by ?w FILTER (!sameTerm(?v, ?w)) }",
        "DELETE { ?o sdmx:refPeriod ?p } INSERT { ?o sdmx:refPeriod '2000' } WHERE { ?o sdmx:refPeriod ?p }",
    ),
    "IC-13: an observation has the attributes that it must": (
        "?o qb:dataSet/qb:structure/qb:component ?c . ?c qb:componentRequired true ; qb:attribute ?a"
        " FILTER NOT EXISTS { ?o ?a ?v }",
        "INSERT { ?c qb:componentRequired true ; qb:attribute e:a } WHERE { ?c qb:attribute ?a }",
    ),
    "IC-14: an observation has every measure": (
        "?o qb:dataSet/qb:structure/qb:component/qb:measure ?m FILTER NOT EXISTS { ?o ?m ?v }",
        "DELETE { ?o measure:obsValue ?v } WHERE { ?o measure:obsValue ?v }",
    ),
}
PREFIXES = {
    "qb": str(QB), "rdfs": str(RDFS), "skos": str(SKOS), "measure": SDMX, "e": "http://e.example/",
    "sdmx": "http://purl.org/linked-data/sdmx/2009/dimension#",
}  # fmt: skip


@pytest.mark.parametrize("constraint", CONSTRAINTS)
def test_the_cube_keeps_the_constraints_of_its_vocabulary(measured: Vocabulary, constraint: str) -> None:
    graph = rdflib.Graph().parse(data=find(measured, "observations.ttl").content(measured), format="turtle")
    asked, breaking = CONSTRAINTS[constraint]
    query = f"ASK {{ {asked} }}"
    assert not graph.query(query, initNs=PREFIXES).askAnswer
    graph.update(breaking, initNs=PREFIXES)
    assert graph.query(query, initNs=PREFIXES).askAnswer


def test_a_place_in_the_cube_is_where_its_axes_say(measured: Vocabulary) -> None:
    cube = json.loads(find(measured, "observations.json").content(measured))
    axes = [cube["dimension"][name]["category"]["index"] for name in cube["id"]]
    for each in observations.observations(measured):
        at = [axes[0].index(each.indicator), axes[1].index(each.area), axes[2].index(each.period)]
        place = (at[0] * len(axes[1]) + at[1]) * len(axes[2]) + at[2]
        assert cube["value"][str(place)] == float(each.value)


def test_the_table_is_described_column_by_column(measured: Vocabulary) -> None:
    about = json.loads(find(measured, "observations.csv-metadata.json").content(measured))
    head = find(measured, "observations.csv").content(measured).decode().splitlines()[0]
    assert about["url"] == "observations.csv"
    assert ",".join(column["name"] for column in about["tableSchema"]["columns"]) == head
    assert about["tableSchema"]["primaryKey"] in head


def test_what_was_measured_is_read_back_and_what_is_wrong_is_told(
    measured: Vocabulary, tmp_path: Path
) -> None:
    for export in exports(measured):
        if export.name.startswith("observations."):
            path = tmp_path / export.name
            path.write_bytes(export.content(measured))
            assert export.read_back(measured, path) == (), export.name
            path.write_bytes(
                path.read_bytes().replace(b"57", b"58").replace(b'"name": "value"', b'"name": "x"')
            )
            assert export.read_back(measured, path) != (), export.name


def test_there_are_no_files_of_measurements_where_nothing_was_measured(shipped: Vocabulary) -> None:
    assert not [each for each in exports(shipped) if each.name.startswith("observations.")]
