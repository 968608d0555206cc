"""The answer of a query of the catalogue: plain JSON, CSV and a workbook, all with the columns it promises.

In tables a column of things is two, ``<name>_uri`` and ``<name>_label``; no column ever changes its type.
"""

import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from fellesord.formats import table
from fellesord.formats.plain import link, one_each
from fellesord.formats.table import Dialect
from fellesord.languages import Text, pick
from fellesord.store.catalogue import Column, Entry
from fellesord.vocabulary.asking import Answer, Cell
from fellesord.vocabulary.fields import Link

XLSX_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLSX_SUFFIX = "xlsx"
#: Workbooks cannot say a day before this one.
_FIRST = date(1900, 3, 1)
_MADE = datetime(2000, 1, 1)  # says nothing, so that bytes are equal
_WIDE, _NARROW = 36, 14


def head(entry: Entry) -> list[str]:
    """The names of the columns of a table."""
    return [name for column in entry.columns for name in _names(column)]


def objects(answer: Answer) -> list[dict[str, Any]]:
    """The rows as plain values: things as ``uri``, ``kind`` and ``label``, texts by language."""
    names = [column.name for column in answer.entry.columns]
    return [dict(zip(names, map(_plain, row), strict=True)) for row in answer.rows]


def csv(answer: Answer, languages: Sequence[str], dialect: Dialect = table.PLAIN) -> bytes:
    """The rows as CSV, names in the language that suits."""
    rows = ([_flat(cell) for cell in _cells(answer.entry, row, languages)] for row in answer.rows)
    return table.write(head(answer.entry), rows, dialect)


def workbook(answer: Answer, languages: Sequence[str], about: Sequence[tuple[str, str]]) -> bytes:
    """The rows as a workbook, and on a second sheet what is said ``about`` them. Equal rows, equal bytes."""
    import xlsxwriter

    saved = io.BytesIO()
    never = ("strings_to_formulas", "strings_to_urls", "strings_to_numbers")
    book = xlsxwriter.Workbook(saved, {"in_memory": True, **dict.fromkeys(never, False)})
    book.set_properties({"title": answer.entry.name, "created": _MADE})
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet(answer.entry.name[:31])
    for index, name in enumerate(head(answer.entry)):
        sheet.write_string(0, index, name, bold)
        sheet.set_column(index, index, _WIDE if name.endswith(("_uri", "_label")) else _NARROW)
    for number, row in enumerate(answer.rows, start=1):
        for index, cell in enumerate(_cells(answer.entry, row, languages)):
            _put(sheet, number, index, cell, day)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(answer.rows), 1), len(head(answer.entry)) - 1)
    beside = book.add_worksheet("Om")
    beside.set_column(0, 0, _WIDE // 2)
    for number, (name, value) in enumerate(about):
        beside.write_string(number, 0, name, bold)
        beside.write_string(number, 1, value)
    book.close()
    return saved.getvalue()


def about(answer: Answer, languages: Sequence[str], generation: str) -> list[tuple[str, str]]:
    """What a workbook says about its rows: the query, what was asked, the columns, and of which data."""
    columns = [
        (name, _in(column.title, languages)) for column in answer.entry.columns for name in _names(column)
    ]
    entry = answer.entry
    said = [(entry.name, _in(entry.title, languages)), ("", _in(entry.description, languages))]
    return [*said, *answer.values.items(), *columns, ("generation", generation)]


def text_table(answer: Answer, languages: Sequence[str]) -> list[list[str]]:
    """The head and the rows for people who read them: things by their names, else by their IRIs."""
    lines = [[column.name for column in answer.entry.columns]]
    for row in answer.rows:
        lines.append([_said(cell, languages) for cell in row])
    return lines


def _in(texts: Sequence[Text], languages: Sequence[str]) -> str:
    text = pick(texts, languages)
    return text.value if text else ""


def _names(column: Column) -> tuple[str, ...]:
    return (f"{column.name}_uri", f"{column.name}_label") if column.names else (column.name,)


def _plain(cell: Cell) -> Any:
    match cell:
        case Link():
            return link(cell)
        case Text():
            return one_each([cell])
        case Decimal():
            return float(cell)
        case _:
            return cell


def _cells(
    entry: Entry, row: Sequence[Cell], languages: Sequence[str]
) -> Iterator[str | int | Decimal | bool | date | None]:
    """The cells of a row of a table: a thing is two, a text is its words."""
    for column, cell in zip(entry.columns, row, strict=True):
        if column.names:
            label = pick(cell.labels, languages) if isinstance(cell, Link) else None
            yield cell.iri if isinstance(cell, Link) else None
            yield label.value if label else None
        elif isinstance(cell, Text):
            yield cell.value
        elif column.type == "date" and isinstance(cell, str):
            yield date.fromisoformat(cell)
        elif not isinstance(cell, Link):
            yield cell


def _flat(cell: str | int | Decimal | bool | date | None) -> str | int | Decimal | None:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return cell.isoformat() if isinstance(cell, date) else cell


def _put(sheet: Any, row: int, column: int, cell: str | int | Decimal | bool | date | None, day: Any) -> None:
    match cell:
        case None:
            return
        case bool():
            sheet.write_boolean(row, column, cell)
        case date() if cell >= _FIRST:
            sheet.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), day)
        case int() | Decimal():
            sheet.write_number(row, column, cell)
        case _:
            sheet.write_string(row, column, str(cell))


def _said(cell: Cell, languages: Sequence[str]) -> str:
    match cell:
        case Link():
            return _in(cell.labels, languages) or cell.iri
        case Text():
            return cell.value
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case _:
            return str(cell)
