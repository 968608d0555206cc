"""The answers of queries as files: columns as promised, numbers as numbers, and nothing a spreadsheet runs."""

import csv
import json
from datetime import datetime
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from fellesord.formats import results, table
from fellesord.languages import Text
from fellesord.store.catalogue import entries, entry
from fellesord.vocabulary.asking import Answer
from fellesord.vocabulary.fields import Link

NAMES = (Text("=Bryggeprosjektet", "nb"), Text("The pier", "en"))
PIER = Link("https://fellesord.example/id/project/brygge", NAMES, "project")
UNIT = Link("http://unit.example/percent", (), None)
VALUES = Answer(
    entry("indicator-by-county"),
    {"indicator": "x"},
    ((PIER, "02", 2019, Decimal("-38.5"), UNIT), (PIER, None, 2020, 41, None)),
)
DAYS = Answer(entry("lessons-on-concept"), {}, ((PIER, None, "2024-05-01"), (PIER, None, "1814-05-17")))
WORDS = Answer(entry("words-to-avoid"), {}, ((Text("@sum", "nb"), "nb", Text("-1", "nb"), PIER),))


def cells(data: bytes, **options: str) -> list[list[str]]:
    return list(csv.reader(StringIO(data.decode("utf-8-sig"), newline=""), **options))  # type: ignore[arg-type]


def test_a_table_has_an_address_and_a_name_for_a_thing() -> None:
    assert cells(results.csv(VALUES, ("en",))) == [
        ["county_uri", "county_label", "number", "year", "value", "unit_uri", "unit_label"],
        [PIER.iri, "The pier", "02", "2019", "-38.5", UNIT.iri, ""],
        [PIER.iri, "The pier", "", "2020", "41", "", ""],
    ]


def test_norwegian_excel_gets_a_mark_semicolons_and_decimal_commas() -> None:
    data = results.csv(VALUES, ("en",), table.DIALECTS["excel-nb"])
    assert data.startswith(b"\xef\xbb\xbfcounty_uri;county_label;")
    assert cells(data, delimiter=";")[1][4] == "-38,5"


def test_no_text_is_a_formula_and_no_number_is_a_text() -> None:
    assert cells(results.csv(WORDS, ("nb",)))[1] == ["'@sum", "nb", "'-1", PIER.iri, "'=Bryggeprosjektet"]
    sheet = load_workbook(BytesIO(results.workbook(WORDS, ("nb",), ())))["words-to-avoid"]
    assert [(cell.value, cell.data_type) for cell in sheet[2]] == [
        ("@sum", "s"), ("nb", "s"), ("-1", "s"), (PIER.iri, "s"), ("=Bryggeprosjektet", "s"),
    ]  # fmt: skip


def test_a_workbook_has_numbers_days_and_what_it_is() -> None:
    book = load_workbook(BytesIO(results.workbook(VALUES, ("nb",), results.about(VALUES, ("nb",), "g1"))))
    assert [cell.value for cell in book.worksheets[0][2]][2:5] == ["02", 2019, -38.5]
    said = {row[0].value: row[1].value for row in book["Om"].iter_rows()}
    assert said["indicator-by-county"] == "En indikator etter fylkeskommune og år"
    assert (said["indicator"], said["value"], said["generation"]) == ("x", "Verdi", "g1")
    days = load_workbook(BytesIO(results.workbook(DAYS, ("nb",), ()))).worksheets[0]
    assert [row[4].value for row in days.iter_rows(min_row=2)] == [datetime(2024, 5, 1), "1814-05-17"]


def test_the_same_rows_are_the_same_bytes() -> None:
    about = results.about(VALUES, ("nb",), "g1")
    assert results.workbook(VALUES, ("nb",), about) == results.workbook(VALUES, ("nb",), about)


def test_json_has_things_texts_and_numbers() -> None:
    assert json.loads(json.dumps(results.objects(VALUES)))[0] == {
        "county": {
            "uri": PIER.iri,
            "kind": "project",
            "label": {"nb": "=Bryggeprosjektet", "en": "The pier"},
        },
        "number": "02",
        "year": 2019,
        "value": -38.5,
        "unit": {"uri": UNIT.iri, "kind": None, "label": {}},
    }
    assert results.objects(WORDS)[0]["word"] == {"nb": "@sum"}


@pytest.mark.parametrize("each", entries(), ids=lambda each: each.name)
def test_no_rows_are_still_a_table(each: object) -> None:
    found = entry(getattr(each, "name", ""))
    nothing = Answer(found, {}, ())
    assert cells(results.csv(nothing, ("nb",))) == [results.head(found)]
    assert len(set(results.head(found))) == len(results.head(found))
    sheet = load_workbook(BytesIO(results.workbook(nothing, ("nb",), ()))).worksheets[0]
    assert [cell.value for cell in sheet[1]] == results.head(found)
