"""Workbooks (Office Open XML, ECMA-376): a sheet to fill in, one that explains, one of lists to choose from.

Text stays text: nothing that begins with ``=`` becomes a formula, no address becomes a link that is followed.
Equal content gives equal bytes.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from fellesord.formats import spreadsheet

_LISTS = "Lister"
_BLUE, _PALE = "#1E3A5F", "#E8EEF5"


@dataclass(frozen=True)
class Listed:
    """What there is to choose from in a column; ``strict`` when nothing else will do."""

    title: str
    values: Sequence[str]
    strict: bool


@dataclass(frozen=True)
class Explained:
    """A column: heading, help, name for programs, what to choose from, width in letters."""

    heading: str
    help: str
    name: str
    choice: Listed | None = None
    width: int = 20


@dataclass(frozen=True)
class Sheet:
    """A sheet to read: its title, headings and rows."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


def write(
    title: str,
    columns: Sequence[Explained],
    rows: Sequence[Sequence[str]],
    help_title: str,
    help_heads: Sequence[str],
    intro: str,
    beside: Sequence[Sheet] = (),
) -> bytes:
    """A workbook: ``rows`` under the columns on the sheet ``title``, the help on the sheet ``help_title``.

    ``help_heads`` head the three columns of the help, ``intro`` stands above it. ``beside`` are to be read.
    """
    buffer = io.BytesIO()
    book = spreadsheet.opened(buffer, title)
    text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    head = book.add_format(
        {
            "bold": True,
            "font_color": "white",
            "bg_color": _BLUE,
            "text_wrap": True,
            "valign": "top",
            "border": 1,
        }
    )
    sheet = book.add_worksheet(title)
    _fill(sheet, columns, rows, head, text)
    for each in beside:
        _show(book.add_worksheet(each.title), each, head, text)
    _explain(book.add_worksheet(help_title), columns, help_heads, intro, head, book)
    _choose(book.add_worksheet(_LISTS), sheet, columns, max(len(rows), 1) + 500, head)
    sheet.activate()
    book.close()
    return buffer.getvalue()


def _fill(
    sheet: Worksheet, columns: Sequence[Explained], rows: Sequence[Sequence[str]], head: Format, text: Format
) -> None:
    for index, column in enumerate(columns):
        sheet.set_column(index, index, column.width, text)
        sheet.write_string(0, index, column.heading, head)
        sheet.write_comment(0, index, column.help, {"x_scale": 2, "author": ""})
        for number, row in enumerate(rows, start=1):
            if row[index]:
                sheet.write_string(number, index, row[index], text)
    sheet.set_row(0, 32)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
    sheet.set_landscape()
    sheet.repeat_rows(0)


def _show(sheet: Worksheet, shown: Sheet, head: Format, text: Format) -> None:
    """A sheet to read: its head stays, every column can be filtered."""
    for index, title in enumerate(shown.heads):
        sheet.set_column(index, index, 32 if index else 24, text)
        sheet.write_string(0, index, title, head)
    for number, row in enumerate(shown.rows, start=1):
        for index, value in enumerate(row):
            if value:
                sheet.write_string(number, index, value, text)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(shown.rows), 1), len(shown.heads) - 1)
    sheet.set_landscape()
    sheet.repeat_rows(0)


def _explain(
    sheet: Worksheet,
    columns: Sequence[Explained],
    heads: Sequence[str],
    intro: str,
    head: Format,
    book: xlsxwriter.Workbook,
) -> None:
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    lead = book.add_format({"text_wrap": True, "valign": "top", "bg_color": _PALE})
    sheet.merge_range(0, 0, 0, 2, intro, lead)
    sheet.set_row(0, 64)
    for index, (title, width) in enumerate(zip(heads, (34, 80, 32), strict=True)):
        sheet.set_column(index, index, width, wrapped)
        sheet.write_string(1, index, title, head)
    for number, column in enumerate(columns, start=2):
        for index, value in enumerate((column.heading, column.help, column.name)):
            sheet.write_string(number, index, value, wrapped)
    sheet.freeze_panes(2, 0)


def _choose(
    lists: Worksheet, sheet: Worksheet, columns: Sequence[Explained], last: int, head: Format
) -> None:
    """Write what there is to choose from, once each, and let the columns choose from it."""
    choices = list({id(each.choice): each.choice for each in columns if each.choice}.values())
    for index, choice in enumerate(choices):
        lists.set_column(index, index, 30)
        lists.write_string(0, index, choice.title, head)
        for number, value in enumerate(choice.values, start=1):
            lists.write_string(number, index, value)
    for index, column in enumerate(columns):
        if column.choice is None or not column.choice.values:
            continue
        letter = xlsxwriter.utility.xl_col_to_name(choices.index(column.choice))
        source = f"={_LISTS}!${letter}$2:${letter}${len(column.choice.values) + 1}"
        rule = {"validate": "list", "source": source, "show_error": column.choice.strict}
        sheet.data_validation(1, index, last, index, rule)
