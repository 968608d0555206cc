"""The rows of sheets: which concept each is about, and which cells can be made use of."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fellesord.formats.columns import Column, column
from fellesord.intake.accounting import Given, Outcome
from fellesord.intake.naming import stem
from fellesord.intake.sheets import Cell, Sheet
from fellesord.intake.view import View
from fellesord.languages import LANGUAGES
from fellesord.namespaces import SKOS
from fellesord.record.documents import is_slug

#: Sheets of our own template that explain, and hold nothing to take in.
EXPLAINING = {"Hjelp", "Hjelp (nn)", "Help", "Lister"}
_LOCAL = re.compile(r"[0-9]+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass
class Row:
    """A row about a concept: its IRI, whether it is new, and its cells by column, ``None`` for empty ones."""

    file: str
    sheet: str
    subject: str
    new: bool
    cells: dict[Column, Cell | None] = field(default_factory=dict)

    def given(self, cell: Cell) -> Given:
        """What was given in a cell."""
        return given(self.file, self.sheet, cell)

    def text(self, wanted: Column) -> str:
        """The text of a cell without spaces around it; empty for one that is not there."""
        cell = self.cells.get(wanted)
        return cell.text.strip() if cell else ""


def given(file: str, sheet: str, cell: Cell) -> Given:
    """What was given in a cell of a file."""
    return Given(file, f"{sheet}!{cell.place}" if sheet else cell.place, cell.text)


class Rows:
    """The rows of a file's sheets, and what became of the cells that are in none."""

    def __init__(self, view: View, file: str, sheets: Sequence[Sheet]) -> None:
        self._view = view
        self._file = file
        self._labels = _labels(view)
        self._subjects: set[str] = set()
        self.rows: list[Row] = []
        self.outcomes: list[Outcome] = []
        for sheet in sheets:
            if sheet.name not in EXPLAINING:
                self._read(sheet)

    def _read(self, sheet: Sheet) -> None:
        heading = None if sheet.hidden else _heading(sheet)
        if heading is None:
            reason = "hidden-sheet" if sheet.hidden else "no-heading"
            for row in sheet.rows:
                self._leave(sheet, row.values(), reason, sheet.name or Path(self._file).name)
            return
        for row in sheet.rows[:heading]:
            self._leave(sheet, row.values(), "above-heading", "")
        columns, unknown = _columns(sheet.rows[heading])
        spread = set(_inside(sheet))
        for number, row in enumerate(sheet.rows[heading + 1 :], start=heading + 2):
            usable = {index: cell for index, cell in row.items() if index in columns}
            for index in row.keys() - usable.keys():
                reason, detail = unknown.get(index, ("column", ""))
                self._leave(sheet, [row[index]], reason, detail)
            self._add(sheet, number, columns, usable, spread)

    def _add(
        self,
        sheet: Sheet,
        number: int,
        columns: dict[int, Column],
        found: dict[int, Cell],
        spread: set[tuple[int, int]],
    ) -> None:
        cells: dict[Column, Cell | None] = {}
        for index, each in columns.items():
            cell = found.get(index)
            if (number, index) in spread or (cell and cell.formula):
                if cell:
                    self._leave(sheet, [cell], "formula" if cell.formula else "merged", "")
                continue
            cells[each] = cell
        standing = [cell for cell in cells.values() if cell]
        if not standing:
            return
        row = Row(self._file, sheet.name, "", False, cells)
        subject = self._subject(row)
        if subject in self._view.withdrawn:
            self._leave(sheet, standing, "withdrawn", subject)
        elif not subject:
            self._leave(sheet, standing, "row-nameless", "")
        elif subject in self._subjects:
            self._leave(sheet, standing, "row-twice", subject)
        else:
            self._subjects.add(subject)
            row.subject, row.new = subject, self._view.path(subject) not in self._view.documents
            self.rows.append(row)

    def _subject(self, row: Row) -> str:
        """The concept that a row is about: by its name, else its label; a new one is named by its label."""
        stem_ = f"{self._view.base}concept/"
        named = next((row.text(each) for each in row.cells if each.field.form == "name"), "")
        if named.startswith(stem_) and is_slug(named.removeprefix(stem_)):
            return named
        if is_slug(named) and not _LOCAL.fullmatch(named):
            return stem_ + named
        label = label_of(row)
        if not label:
            return ""
        if known := self._labels.get(label):
            return known
        slug = stem({"nb": label}, "", "concept")
        number, iri = 1, stem_ + slug
        while (
            iri in self._subjects
            or iri in self._view.withdrawn
            or self._view.path(iri) in self._view.documents
        ):
            number += 1
            iri = f"{stem_}{slug}-{number}"
        return iri

    def _leave(self, sheet: Sheet, cells: Iterable[Cell], reason: str, detail: str) -> None:
        for cell in cells:
            outcome = Outcome(given(self._file, sheet.name, cell), "not-understood", (), reason, detail)
            self.outcomes.append(outcome)


def label_of(row: Row) -> str:
    """The preferred label of a row, bokmål first."""
    labels = {each.language: row.text(each) for each in row.cells if each.field.name == "anbefalt_term"}
    return next((labels[tag] for tag in (*LANGUAGES, *sorted(labels)) if labels.get(tag)), "")


def _labels(view: View) -> dict[str, str]:
    """Preferred label in bokmål → the concept of ours that has it, if it is one only."""
    found: dict[str, set[str]] = {}
    for triple in view.stated:
        subject = str(triple.subject)[1:-1]
        if triple.predicate.value == SKOS.prefLabel and subject.startswith(f"{view.base}concept/"):
            literal = triple.object
            if getattr(literal, "language", None) == "nb":
                found.setdefault(str(getattr(literal, "value", "")), set()).add(subject)
    return {label: next(iter(subjects)) for label, subjects in found.items() if len(subjects) == 1}


def _heading(sheet: Sheet) -> int | None:
    """The index of the row that names the columns."""
    for index, row in enumerate(sheet.rows[:20]):
        known = [column(cell.text) for cell in row.values()]
        names = {each.field.name for each in known if each}
        if names & {"id", "anbefalt_term"}:
            return index
    return None


def _columns(row: dict[int, Cell]) -> tuple[dict[int, Column], dict[int, tuple[str, str]]]:
    """Index → column, and why those that are none are none."""
    known: dict[int, Column] = {}
    unknown: dict[int, tuple[str, str]] = {}
    for index, cell in row.items():
        found = column(cell.text)
        if found is None:
            unknown[index] = ("column", cell.text)
        elif found in known.values():
            unknown[index] = ("column-twice", cell.text)
        else:
            known[index] = found
    return known, unknown


def _inside(sheet: Sheet) -> Iterator[tuple[int, int]]:
    """Row number and index of every cell in a merged range."""
    for each in sheet.merged:
        match = re.fullmatch(r"([A-Z]+)([0-9]+):([A-Z]+)([0-9]+)", each)
        assert match  # noqa: S101 - written by sheets
        left, right = _index(match[1]), _index(match[3])
        for number in range(int(match[2]), int(match[4]) + 1):
            for index in range(left, right + 1):
                yield number, index


def _index(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
