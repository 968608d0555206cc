"""Tables as CSV (RFC 4180): UTF-8, lines that end in CR LF, and nothing a spreadsheet would run."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO

from fellesord.languages import pick
from fellesord.vocabulary.crosswalk import Pair

MEDIA_TYPE = "text/csv"
SUFFIX = "csv"
#: Beginnings that make a spreadsheet read a cell as a formula (OWASP, CSV Injection).
_RUN = ("=", "+", "-", "@", "\t", "\r")
_CROSSWALK = (
    "from_uri", "from_label", "from_number", "to_uri", "to_label", "to_number",
    "relation", "weight", "weight_note", "changes", "change_dates",
)  # fmt: skip


@dataclass(frozen=True)
class Dialect:
    """How a table is written: what is before it, between cells, and between whole and decimal."""

    start: str = ""
    delimiter: str = ","
    point: str = "."


#: As programs read it.
PLAIN = Dialect()
#: The dialects that have a name; ``excel-nb`` is what Excel opens where the language is Norwegian.
DIALECTS = {"excel-nb": Dialect("\ufeff", ";", ",")}


class Numeral(str):
    """A number as it is recorded: written as it is, but for the decimal point of the dialect."""


def crosswalk(pairs: Iterable[Pair], languages: Sequence[str]) -> bytes:
    """A crosswalk as a table, with labels in the language that suits; several changes share a cell."""
    rows = []
    for pair in pairs:
        row: list[str] = []
        for county in (pair.from_, pair.to):
            label = pick(county.label, languages)
            row += [county.uri, label.value if label else "", county.number or ""]
        row += [pair.relation, "" if pair.weight is None else str(pair.weight), pair.weight_note]
        row += [" ".join(each.uri for each in pair.changes)]
        row += [" ".join(each.date or "" for each in pair.changes)]
        rows.append(row)
    return write(_CROSSWALK, rows)


def write(
    head: Sequence[str], rows: Iterable[Sequence[str | int | Decimal | None]], dialect: Dialect = PLAIN
) -> bytes:
    """The rows under their head; a text that a spreadsheet would run gets an apostrophe."""
    text = StringIO(dialect.start)
    text.seek(0, 2)
    writer = csv.writer(text, delimiter=dialect.delimiter, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([_written(cell, dialect) for cell in row] for row in rows)
    return text.getvalue().encode()


def _written(cell: str | int | Decimal | None, dialect: Dialect) -> str:
    if isinstance(cell, Decimal):
        cell = Numeral(format(cell, "f"))
    if isinstance(cell, Numeral):
        return cell.replace(".", dialect.point)
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(_RUN) else cell
    return "" if cell is None else str(cell)
