"""Tables: every cell is accounted for, and what a workbook is filled with comes back as the same record."""

import io
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.intake.conftest import BASE

from fellesord.errors import InvalidData
from fellesord.files import root
from fellesord.formats import concepts
from fellesord.formats.columns import FIELDS, TEXTS, column, join, split
from fellesord.intake import planning, preparing, sheets, sources
from fellesord.intake.planning import Plan
from fellesord.intake.preparing import Wishes
from fellesord.intake.sheets import Sheet
from fellesord.intake.sources import Source
from fellesord.intake.tables import Table
from fellesord.intake.view import View
from fellesord.rdf import turtle

RECORDS = [root() / "vocab", Path(__file__).parents[1] / "data" / "vocab"]
TakeTable = Callable[..., Plan]


@pytest.fixture
def take_csv(record: Path, tmp_path: Path) -> TakeTable:
    """A function that plans the intake of lines of CSV into the small record."""

    def plan(*lines: str, **wishes: str) -> Plan:
        file = tmp_path / "given.csv"
        file.write_text("\n".join(lines), "utf-8")
        return preparing.prepared(record, [file], Wishes(profile="skos", **wishes))[0]

    return plan


def written(plan: Plan, path: str) -> str:
    (change,) = [change for change in plan.changes if change.path == path]
    return change.after.decode()


def fates(plan: Plan) -> dict[str, tuple[str, str]]:
    """Place → kind and reason."""
    return {outcome.given.place: (outcome.kind, outcome.reason) for outcome in plan.account.outcomes}


def workbook(path: Path, fill: Callable[[openpyxl.Workbook], None]) -> Path:
    book = openpyxl.Workbook()
    fill(book)
    book.save(path)
    return path


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("origin", RECORDS, ids=["shipped", "made-up"])
def test_a_filled_workbook_gives_the_record_back(origin: Path, language: str, tmp_path: Path) -> None:
    file = tmp_path / "concepts.xlsx"
    file.write_bytes(concepts.template(View.of(origin), language, filled=True))
    emptied = tmp_path / "vocab"
    shutil.copytree(origin, emptied)
    shutil.rmtree(emptied / "concept")
    plan, _ = preparing.prepared(emptied, [file], Wishes(profile="skos"))
    assert {outcome.kind for outcome in plan.account.outcomes} == {"kept"}
    plan.write()
    assert {p.relative_to(emptied): p.read_bytes() for p in emptied.rglob("*.ttl")} == {
        p.relative_to(origin): p.read_bytes() for p in origin.rglob("*.ttl")
    }


_WORDS = st.text(
    st.characters(categories=("L", "N", "P", "S"), include_characters=" |\\='\"<&æøåŋ", max_codepoint=0xD7FF),
    min_size=1, max_size=12,
).map(str.strip).filter(bool)  # fmt: skip
_TAGS = st.sampled_from(["nb", "nn", "en", "se"])
_texts = st.dictionaries(_TAGS, _WORDS, max_size=3)
_many = st.sets(st.tuples(_TAGS, _WORDS), max_size=3)
_SKOS = "http://www.w3.org/2004/02/skos/core#"


@st.composite
def records(draw: st.DrawFn) -> dict[str, bytes]:
    """Concepts with everything that a table has columns for: path → bytes."""
    slugs = ["a", "b", "c"]
    text = "".join(
        f"<{BASE}concept/{slug}> a <{_SKOS}Concept> ; <{_SKOS}inScheme> <{BASE}scheme/ord> .\n"
        for slug in slugs
    )
    literal = ox.Literal
    lines = [text]
    for number, slug in enumerate(slugs):
        me = f"<{BASE}concept/{slug}>"
        for name in ("prefLabel", "definition-note"):
            for tag, word in draw(_texts).items():
                if name == "prefLabel":
                    lines.append(f"{me} <{_SKOS}prefLabel> {literal(word, language=tag)} .\n")
                    continue
                note = f"<{BASE}concept/{slug}#def-{tag}>"
                lines.append(f"{me} <http://publications.europa.eu/ontology/euvoc#xlDefinition> {note} .\n")
                lines.append(f"{note} a <http://publications.europa.eu/ontology/euvoc#XlNote> .\n")
                value = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#value>"
                lines.append(f"{note} {value} {literal(word, language=tag)} .\n")
                for source in draw(st.sets(_WORDS.filter(lambda w: "://" not in w), max_size=2)):
                    lines.append(f"{note} <http://purl.org/dc/terms/source> {literal(source)} .\n")
        for name in ("altLabel", "hiddenLabel", "scopeNote", "example", "editorialNote"):
            lines += [f"{me} <{_SKOS}{name}> {literal(word, language=tag)} .\n" for tag, word in draw(_many)]
        lines += [f"{me} <{_SKOS}notation> {literal(word)} .\n" for word in draw(st.sets(_WORDS, max_size=2))]
        if draw(st.booleans()):
            lines.append(
                f'{me} <http://purl.org/dc/terms/created> "2020-02-29"^^<http://www.w3.org/2001/XMLSchema#date> .\n'
            )
        for other in slugs[number + 1 :]:
            them = f"<{BASE}concept/{other}>"
            match draw(st.sampled_from(["", "related", "broader", "generic", "divided", "partitive"])):
                case "related" | "broader" as link:
                    lines.append(f"{me} <{_SKOS}{link}> {them} .\n")
                case "generic":
                    lines.append(f"{me} <http://purl.org/iso25964/skos-thes#broaderGeneric> {them} .\n")
                case "partitive":
                    lines.append(f"{me} <http://purl.org/iso25964/skos-thes#broaderPartitive> {them} .\n")
                case "divided":
                    stem = "https://data.norge.no/vocabulary/skosno#"
                    relation = f"<{BASE}concept/{slug}#rel-{other}>"
                    lines.append(f"{me} <{stem}hasGenericConceptRelation> {relation} .\n")
                    lines.append(
                        f"{relation} a <{stem}GenericConceptRelation> ; <{stem}hasGenericConcept> {them} .\n"
                    )
                    criteria = draw(st.dictionaries(_TAGS, _WORDS, min_size=1, max_size=2))
                    lines += [
                        f"{relation} <http://purl.org/dc/terms/description> {literal(word, language=tag)} .\n"
                        for tag, word in criteria.items()
                    ]
    triples = [quad.triple for quad in ox.parse("".join(lines).encode(), format=ox.RdfFormat.TURTLE)]
    return {
        f"concept/{slug}.ttl": turtle.write(
            [t for t in triples if str(t.subject)[1:-1].partition("#")[0].endswith(f"/{slug}")], BASE
        )
        for slug in slugs
    }


@given(records())
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_whatever_a_table_can_say_comes_back_the_same(
    record: Path, tmp_path_factory: pytest.TempPathFactory, documents: dict[str, bytes]
) -> None:
    folder = tmp_path_factory.mktemp("copy") / "vocab"
    shutil.copytree(record, folder)
    for path, data in documents.items():
        (folder / path).write_bytes(data)
    data = concepts.template(View.of(folder), "nb", filled=True)
    for path in documents:
        (folder / path).unlink()
    answer = sheets.parsed(json.dumps({"name": "x", "ending": "xlsx"}).encode() + b"\n" + data)
    table = Table("x", sheets.of(answer.partition(b"\n")[2]))
    plan = planning.plan(View.of(folder), [], [table], profile="skos")
    assert {outcome.kind for outcome in plan.account.outcomes} == {"kept"}
    plan.write()
    assert {path: (folder / path).read_bytes() for path in documents} == documents


def test_the_template_is_what_a_spreadsheet_program_expects() -> None:
    book = openpyxl.load_workbook(io.BytesIO(concepts.template(View.of(RECORDS[0]), "nb", filled=True)))
    assert book.sheetnames == ["Begreper", "Hjelp", "Lister"]
    sheet = book["Begreper"]
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref is not None
    assert all(cell.comment for cell in sheet[1])
    lists = {str(rule.formula1) for rule in sheet.data_validations.dataValidation}
    assert len(lists) >= 4
    assert all(formula.startswith("Lister!") for formula in lists)
    assert "gjeldende" in {cell.value for row in book["Lister"] for cell in row}
    again = concepts.template(View.of(RECORDS[0]), "nb", filled=True)
    assert concepts.template(View.of(RECORDS[0]), "nb", filled=True) == again


def test_the_national_catalogues_table_is_taken_in(take_csv: TakeTable) -> None:
    plan = take_csv(
        "id,originalt_begrep,versjon,anbefalt_term:nb,anbefalt_term:nn,anbefalt_term:en,tillatt_term:nb,"
        "frarådet_term:nb,definisjon:nb,definisjon:kilde,definisjon:forhold_til_kilde,merknad:nb,eksempel:nb,"
        "fagområde:nb,verdiområde:uri,se_også,gyldig_fom,gyldig_tom,kontaktpunkt:epost",
        "0b2f8f2e-1111-4222-8333-123456789abc,,1.0.0,strandsone,strandsone,shore,fjære|strandkant,"
        "sjøkant,land nær sjø,loven|https://lov.example/1,,gjelder kysten,en svaberg,,,https://se.example/,"
        "2020-01-31,31.12.2029,post@kommune.example",
    )
    text = written(plan, "concept/strandsone.ttl")
    for part in (
        '"strandsone"@nb', '"shore"@en', '"fjære"@nb', '"strandkant"@nb', '"sjøkant"@nb', '"land nær sjø"@nb',
        "<https://lov.example/1>", '"loven"', '"gjelder kysten"@nb', '"2020-01-31"^^xsd:date',
        '"2029-12-31"^^xsd:date', "rdfs:seeAlso <https://se.example/>", 'owl:versionInfo "1.0.0"',
        "<concept/strandsone#def-nb>",
    ):  # fmt: skip
        assert part in text
    found = fates(plan)
    assert found["A2"] == ("changed", "row-id")
    assert found["R2"] == ("changed", "date-form")
    assert found["S2"] == ("not-understood", "no-place")
    assert sum(plan.account.counts().values()) == 15


def test_columns_are_known_by_name_and_by_heading_in_three_languages() -> None:
    for field in FIELDS:
        for language in ("nb", "nn", "en"):
            suffix = " (nn)" if field.tagged else ""
            found = column(TEXTS.text(field.name, language) + suffix)
            assert found is not None
            assert found.field.name == field.name
            assert TEXTS.text(f"{field.name}.help", language)


@given(st.lists(_WORDS, min_size=1, max_size=5))
def test_values_part_and_join(values: list[str]) -> None:
    assert split(join(values)) == values


@pytest.mark.parametrize(
    ("lines", "place", "fate"),
    [
        (("id;farge", "ny;blå"), "B2", ("not-understood", "column")),
        (("id;kode;Kode", "ny;1;2"), "C2", ("not-understood", "column-twice")),
        (("tittel;farge", "a;b"), "A2", ("not-understood", "no-heading")),
        (("Vår liste;", "id;kode", "ny;1"), "A1", ("not-understood", "above-heading")),
        (("id;kode", ";1"), "B2", ("not-understood", "row-nameless")),
        (("id;kode", "ny;1", "ny;2"), "B3", ("not-understood", "row-twice")),
        (("id;kode", "borte;1"), "B2", ("not-understood", "withdrawn")),
        (("id;overordnet", "ny;finnes ikke"), "B2", ("not-understood", "unknown-value")),
        (("id;overordnet", "ny;gammel | finnes ikke"), "B2", ("changed", "unknown-value")),
        (("id;gyldig_fom", "ny;i går"), "B2", ("not-understood", "date")),
        (("id;gyldig_fom", "ny;31.02.2020"), "B2", ("not-understood", "date")),
        (("id;gyldig_fom", "ny;1.2.2020"), "B2", ("changed", "date-form")),
        (("id;anbefalt_term:nb", "ny;  ny  "), "B2", ("changed", "spaces")),
        (("id;treff:likt", "ny;http://a b"), "B2", ("not-understood", "unknown-value")),
        (("id;treff:likt", "ny;ikke en adresse"), "B2", ("not-understood", "unknown-value")),
        (("id;kode", "ny;=HYPERLINK(\"http://x\")"), "B2", ("kept", "")),
        (("id;inndeling:generisk:nb", "ny;alder"), "B2", ("not-understood", "unknown-value")),
        (("id;status", "ny;i det blå"), "B2", ("not-understood", "unknown-value")),
        (("id;kode", "7;1"), "A2", ("not-understood", "row-nameless")),
    ],
)  # fmt: skip
def test_each_cell_has_its_fate(
    take_csv: TakeTable, lines: tuple[str, ...], place: str, fate: tuple[str, str]
) -> None:
    assert fates(take_csv(*lines))[place] == fate


def test_a_column_says_all_there_is_and_one_that_is_not_there_says_nothing(take_csv: TakeTable) -> None:
    text = written(take_csv("id;tillatt_term:nb", "gammel;gamlere"), "concept/gammel.ttl")
    assert '"gamlere"@nb' in text
    assert '"eldre"@nb' not in text
    assert 'skos:prefLabel "gammel"@nb' in text
    assert '"eldre"@nb' not in written(take_csv("id;tillatt_term:nb;kode", "gammel;;1"), "concept/gammel.ttl")


def test_a_row_without_a_name_is_the_concept_with_its_label(take_csv: TakeTable) -> None:
    plan = take_csv("anbefalt_term:nb;kode", "gammel;1", "ung;2")
    assert {change.path: change.kind for change in plan.changes} == {
        "concept/gammel.ttl": "changed",
        "concept/ung.ttl": "new",
    }


def test_concepts_are_named_by_their_labels_in_cells(take_csv: TakeTable) -> None:
    plan = take_csv(
        "anbefalt_term:nb;overordnet:generisk;inndeling:generisk:nb", "Rød Fisk;GAMMEL;alder", "fisk;;"
    )
    text = written(plan, "concept/rod-fisk.ttl")
    assert "skosno:hasGenericConcept <concept/gammel>" in text
    assert '"alder"@nb' in text


def test_related_concepts_are_parted_when_either_row_leaves_the_other_out(
    take_csv: TakeTable, record: Path
) -> None:
    take_csv("id;beslektet", "gammel;ny", "ny;gammel").write()
    assert "skos:related <concept/ny>" in (record / "concept" / "gammel.ttl").read_text()
    plan = take_csv("id;beslektet;kode", "gammel;ny;", "ny;;1")
    assert "skos:related" not in written(plan, "concept/gammel.ttl")
    assert fates(plan)["B2"] == ("changed", "again")


def test_a_subject_group_is_moved_to_not_added(take_csv: TakeTable, record: Path) -> None:
    for slug in ("en", "to"):
        (record / "collection").mkdir(exist_ok=True)
        members = "" if slug == "to" else " ; skos:member <concept/gammel>"
        (record / "collection" / f"{slug}.ttl").write_text(
            f"@base <{BASE}> .\n@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
            f"@prefix dct: <http://purl.org/dc/terms/> .\n"
            f'<collection/{slug}> a skos:Collection ; dct:title "Gruppe {slug}"@nb{members} .\n'
        )
    plan = take_csv("id;samling", "gammel;Gruppe to")
    assert "skos:member" not in written(plan, "collection/en.ttl")
    assert "skos:member <concept/gammel>" in written(plan, "collection/to.ttl")


def test_dates_numbers_formulas_merged_cells_and_hidden_sheets(record: Path, tmp_path: Path) -> None:
    from datetime import datetime

    def fill(book: openpyxl.Workbook) -> None:
        sheet = book.active
        assert sheet is not None
        sheet.append(["id", "gyldig_fom", "gyldig_tom", "kode", "merknad:nb"])
        sheet.append(["ny", datetime(2020, 1, 31), 45000, 7, "=1+1"])
        sheet.append(["to", None, None, True, "delt"])
        sheet.merge_cells("E3:E4")
        hidden = book.create_sheet("Skjult")
        hidden.append(["id", "kode"])
        hidden.append(["tre", 3])
        hidden.sheet_state = "hidden"

    plan, _ = preparing.prepared(record, [workbook(tmp_path / "a.xlsx", fill)], Wishes(profile="skos"))
    found = fates(plan)
    assert found["Sheet!B2"] == ("kept", "")
    assert found["Sheet!C2"] == ("changed", "date-form")
    assert '"2023-03-15"^^xsd:date' in written(plan, "concept/ny.ttl")
    assert 'skos:notation "7"' in written(plan, "concept/ny.ttl")
    assert found["Sheet!E2"] == ("not-understood", "formula")
    assert found["Sheet!E3"] == ("not-understood", "merged")
    assert found["Skjult!A2"] == ("not-understood", "hidden-sheet")
    assert sum(plan.account.counts().values()) == 5 + 3 + 4


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.xlsm", b"PK", "holds macros"),
        ("a.xls", b"\xd0\xcf", "workbook of an old kind"),
        ("a.xlsx", b"not a zip", "is not a workbook"),
        ("a.xlsx", b"PK\x05\x06" + 18 * b"\0", "is not a workbook that can be read"),
        ("a.csv", b"id;kode\nny;\xf8l\n", "line 2: byte 0xf8 is not UTF-8; save the file as CSV UTF-8"),
        ("a.csv", b"id;kode\nny;\0\n", "line 2 holds a NUL"),
        ("a.csv", b'id;kode\nny;"uavsluttet\n', "is not a right table"),
        ("a.csv", b"  \n", "is empty"),
    ],
)
def test_files_that_are_no_tables_are_refused_with_the_reason(
    tmp_path: Path, record: Path, name: str, data: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InvalidData, match=said):
        preparing.prepared(record, [tmp_path / name])


def test_macros_in_a_workbook_are_refused_whatever_it_is_called(tmp_path: Path) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("xl/vbaProject.bin", b"")
    with pytest.raises(InvalidData, match="holds macros"):
        sheets.read(Source("a.xlsx", "xlsx", data.getvalue()))


def test_a_bomb_of_a_workbook_is_refused_before_it_goes_off(tmp_path: Path) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (250 * 2**20))
    with pytest.raises(InvalidData, match="would be 250 MiB when unpacked"):
        sheets.read(Source("a.xlsx", "xlsx", data.getvalue()))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-8"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_tables_of_text_are_read_as_programs_save_them(encoding: str, ending: str, separator: str) -> None:
    lines = [["id", "anbefalt_term:nb"], ["ny", "blåbær"]]
    text = ending.join(separator.join(line) for line in lines)
    (sheet,) = sheets.read(Source("a.csv", "csv", text.encode(encoding)))
    assert isinstance(sheet, Sheet)
    assert [cell.text for cell in sheet.rows[1].values()] == ["ny", "blåbær"]


def test_a_text_that_no_cell_can_hold_is_refused(record: Path) -> None:
    long = record / "concept" / "lang.ttl"
    long.write_text(
        f"@base <{BASE}> .\n@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        f'<concept/lang> a skos:Concept ; skos:scopeNote "{"x" * 40_000}"@nb .\n'
    )
    with pytest.raises(InvalidData, match="longer than the 32767 letters"):
        concepts.template(View.of(record), "nb", filled=True)


def test_a_file_is_opened_by_its_ending(tmp_path: Path) -> None:
    (tmp_path / "A.CSV").write_bytes(b"id\n")
    assert sources.opened(tmp_path / "A.CSV").tabular
