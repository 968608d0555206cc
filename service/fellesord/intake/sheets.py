"""Tables as they stand in a file: cells with their places, read in the jail."""

import csv
import io
import json
import re
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from fellesord.intake.reading import jailed
from fellesord.intake.sources import MOST, Source

#: How large a workbook may be when it is unpacked, and how much larger than packed.
LARGEST, RATIO = 3 * MOST, 200
_FORMULA = re.compile(rb'<c r="([A-Z]+[0-9]+)"[^>]*?>\s*<f')
_MACROS = "vbaProject.bin"


@dataclass(frozen=True)
class Cell:
    """What stands in a cell that is not empty: ``text``, or a number or date in ``value``."""

    place: str
    text: str
    formula: bool = False
    number: float | None = None


@dataclass(frozen=True)
class Sheet:
    """A sheet: its rows, each column number → cell; ``hidden`` and ``merged`` as it was saved."""

    name: str
    rows: tuple[dict[int, Cell], ...]
    hidden: bool = False
    merged: tuple[str, ...] = ()


def read(source: Source) -> tuple[Sheet, ...]:
    """The sheets of a table. Raises InvalidData for one that is not right, and JailUnavailable."""
    head = json.dumps({"name": source.name, "ending": source.ending}).encode()
    return of(jailed(source.name, "fellesord.intake.sheets:parsed", head + b"\n" + source.data))


def of(answer: bytes) -> tuple[Sheet, ...]:
    """The sheets that the jail found in a file."""
    return tuple(
        Sheet(
            each["name"],
            tuple(_row(each, number, row) for number, row in enumerate(each["rows"], start=1)),
            each["hidden"],
            tuple(each["merged"]),
        )
        for each in json.loads(answer)
    )


def _row(sheet: dict[str, Any], number: int, row: list[Any]) -> dict[int, Cell]:
    found = {}
    for index, value in enumerate(row):
        place = f"{letters(index)}{number}"
        formula = place in sheet["formulas"]
        if value in (None, "") and not formula:
            continue
        if isinstance(value, float) and not isinstance(value, bool):
            text = str(int(value)) if value.is_integer() else repr(value)
            found[index] = Cell(place, text, formula, value)
        else:
            found[index] = Cell(place, str(value or "="), formula)
    return found


def letters(index: int) -> str:
    """The letters that name a column, ``A`` for the first."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def prepare() -> None:
    """Load what reads workbooks before the doors close."""
    import encodings.cp437
    import encodings.utf_8_sig
    import encodings.utf_16

    import python_calamine

    assert python_calamine and encodings  # noqa: S101 - loaded, that is all


def parsed(payload: bytes) -> bytes:
    """In the jail: the sheets of a file as JSON, or what is wrong with it."""
    line, _, data = payload.partition(b"\n")
    head = json.loads(line)
    try:
        sheets = _workbook(data) if head["ending"] == "xlsx" else _csv(data)
    except ValueError as error:
        return json.dumps([f"{head['name']}: {error}"]).encode()
    return b"[]\n" + json.dumps(sheets, ensure_ascii=False).encode()


def _workbook(data: bytes) -> list[dict[str, Any]]:
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

    formulas = _formulas(data)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        found = []
        for number, about in enumerate(book.sheets_metadata):
            sheet = book.get_sheet_by_index(number)
            found.append(
                {
                    "name": about.name,
                    "hidden": about.visible != SheetVisibleEnum.Visible,
                    "rows": [
                        [_plain(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)
                    ],
                    "merged": [_range(*corners) for corners in sheet.merged_cell_ranges or ()],
                    "formulas": formulas.get(number, []),
                }
            )
    except CalamineError as error:
        raise ValueError(f"is not a workbook that can be read: {error}") from error
    return found


def _formulas(data: bytes) -> dict[int, list[str]]:
    """Number of a sheet → its cells with formulas. Raises ValueError for bombs, macros and other files."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile as error:
        raise ValueError("is not a workbook; save it as .xlsx again") from error
    unpacked = sum(entry.file_size for entry in archive.infolist())
    if unpacked > LARGEST or (unpacked > MOST // 4 and unpacked > RATIO * len(data)):
        raise ValueError(f"would be {unpacked // 2**20} MiB when unpacked, which is refused")
    names = archive.namelist()
    if any(name.endswith(_MACROS) for name in names):
        raise ValueError("holds macros, which are not run; save it as .xlsx without them")
    sheets = [name for name in names if re.fullmatch(r"xl/worksheets/sheet[0-9]+\.xml", name)]
    sheets.sort(key=lambda name: int("".join(filter(str.isdigit, name))))
    try:
        return {
            number: [place.decode() for place in _FORMULA.findall(archive.read(name))]
            for number, name in enumerate(sheets)
        }
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
        raise ValueError(f"is not a workbook that can be read: {error}") from error


def _plain(cell: Any) -> Any:
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat()
    if isinstance(cell, date | time | timedelta):
        return str(cell)
    if isinstance(cell, bool):
        return str(cell).lower()
    return float(cell) if isinstance(cell, int) else cell


def _range(start: tuple[int, int], end: tuple[int, int]) -> str:
    return f"{letters(start[1])}{start[0] + 1}:{letters(end[1])}{end[0] + 1}"


def _csv(data: bytes) -> list[dict[str, Any]]:
    text = _decoded(data)
    first = text.partition("\n")[0]
    separator = max(";,\t", key=first.count)
    csv.field_size_limit(MOST)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise ValueError(f"is not a right table: {error}") from error
    return [{"name": "", "hidden": False, "rows": rows, "merged": [], "formulas": []}]


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    if b"\0" in data:
        raise ValueError(
            f"line {data.count(chr(10).encode(), 0, data.index(0)) + 1} holds a NUL; is it text?"
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ValueError(
            f"line {line}: byte 0x{data[error.start]:02x} is not UTF-8; save the file as CSV UTF-8"
        ) from error
