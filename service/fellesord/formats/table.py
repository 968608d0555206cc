"""Tables as CSV (RFC 4180): UTF-8, lines that end in CR LF, and nothing a spreadsheet would run."""

import csv
from collections.abc import Iterable, Sequence
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


def write(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The rows under their head; a cell that a spreadsheet would run gets an apostrophe before it."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([f"'{cell}" if cell.startswith(_RUN) else cell for cell in row] for row in rows)
    return text.getvalue().encode()
