"""Rows as a workbook (Office Open XML, ECMA-376): numbers as numbers, days as days, and nothing that is run.

Text stays text: nothing that begins with ``=`` becomes a formula, no address becomes a link that is followed.
Equal content gives equal bytes.
"""

import io
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SUFFIX = "xlsx"
#: What a cell may hold.
Cell = str | int | Decimal | bool | date | None
#: Workbooks cannot say a day before this one.
_FIRST = date(1900, 3, 1)
_MADE = datetime(2000, 1, 1)  # says nothing, so that bytes are equal
_WIDE, _NARROW = 36, 14


def opened(saved: io.BytesIO, title: str) -> xlsxwriter.Workbook:
    """A workbook that is written to ``saved`` when it is closed, in which text stays text."""
    never = ("strings_to_formulas", "strings_to_urls", "strings_to_numbers")
    book = xlsxwriter.Workbook(saved, {"in_memory": True, **dict.fromkeys(never, False)})
    book.set_properties({"title": title, "created": _MADE})
    return book


def write(
    title: str,
    head: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    about: Sequence[tuple[str, str]] = (),
) -> bytes:
    """The rows under a head that stays and filters; on a second sheet what is said ``about`` them."""
    saved = io.BytesIO()
    book = opened(saved, title)
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet(title[:31])
    for index, name in enumerate(head):
        sheet.write_string(0, index, name, bold)
        wide = name.endswith(("_uri", "_label")) or any(len(str(row[index] or "")) > _NARROW for row in rows)
        sheet.set_column(index, index, _WIDE if wide else _NARROW)
    for number, row in enumerate(rows, start=1):
        for index, cell in enumerate(row):
            _put(sheet, number, index, cell, day)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(rows), 1), len(head) - 1)
    if about:
        beside = book.add_worksheet("Om")
        beside.set_column(0, 0, _WIDE // 2)
        for number, (name, value) in enumerate(about):
            beside.write_string(number, 0, name, bold)
            beside.write_string(number, 1, value)
    book.close()
    return saved.getvalue()


def _put(sheet: Any, row: int, column: int, cell: Cell, day: Any) -> None:
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
