"""The answer of a query of the catalogue: plain JSON, CSV and a workbook, all with the columns it promises.

In tables a column of things is two, ``<name>_uri`` and ``<name>_label``; no column ever changes its type.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from fellesord.formats import spreadsheet, table
from fellesord.formats.plain import link, one_each
from fellesord.formats.table import Dialect
from fellesord.languages import Text, pick
from fellesord.store.catalogue import Column, Entry
from fellesord.vocabulary.asking import Answer, Cell
from fellesord.vocabulary.fields import Link


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
    rows = [list(_cells(answer.entry, row, languages)) for row in answer.rows]
    return spreadsheet.write(answer.entry.name, head(answer.entry), rows, about)


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


def _cells(entry: Entry, row: Sequence[Cell], languages: Sequence[str]) -> Iterator[spreadsheet.Cell]:
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


def _flat(cell: spreadsheet.Cell) -> str | int | Decimal | None:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return cell.isoformat() if isinstance(cell, date) else cell


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
