"""The cells of tables → statements of the record, each cell accounted for.

A column that is in a table says all there is to say in that column: what the record states beyond it gives
way. Columns that are not there leave what stands alone.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pyoxigraph as ox

from fellesord.formats.columns import Column, split
from fellesord.intake.accounting import Outcome
from fellesord.intake.parts import Definitions, Relations, related
from fellesord.intake.rows import Row, Rows, label_of
from fellesord.intake.sheets import Cell, Sheet
from fellesord.intake.view import View
from fellesord.namespaces import DCT, RDF, SKOS, SKOSNO, XSD
from fellesord.record.documents import allowed, printable

_TYPE = ox.NamedNode(RDF.type)
_EPOCH = date(1899, 12, 30)
_DOTTED = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")


@dataclass(frozen=True)
class Table:
    """A file of sheets."""

    name: str
    sheets: tuple[Sheet, ...]


@dataclass(frozen=True)
class Tabled:
    """What became of every cell, what was added, and what of the record gives way."""

    outcomes: tuple[Outcome, ...]
    added: tuple[tuple[ox.Triple, str], ...]
    dropped: frozenset[ox.Triple]


@dataclass(frozen=True)
class Said:
    """What a cell says: triples, and the key of why that is not just what stands in it, if so."""

    triples: tuple[ox.Triple, ...]
    reason: str = ""
    detail: str = ""


def tabled(view: View, tables: Sequence[Table], *, scheme: str | None = None) -> Tabled:
    """The cells of some tables in the form of the record; ``scheme`` is the IRI of one for new concepts."""
    found = [Rows(view, table.name, table.sheets) for table in tables]
    taker = _Taker(view, [row for rows in found for row in rows.rows], scheme)
    left = [outcome for rows in found for outcome in rows.outcomes]
    for row in taker.rows:
        taker.take(row)
    return Tabled((*left, *taker.outcomes), tuple(taker.added), frozenset(taker.dropped - taker.stated))


class _Taker:
    """Takes rows, one by one."""

    def __init__(self, view: View, rows: list[Row], scheme: str | None) -> None:
        self._view = view
        self.rows = rows
        self._scheme = scheme or view.thesaurus
        self._names = _Things(view, rows)
        self.outcomes: list[Outcome] = []
        self.added: list[tuple[ox.Triple, str]] = []
        self.dropped: set[ox.Triple] = set()
        self.stated: set[ox.Triple] = set()
        self._parted = {pair for row in rows for pair in self._no_longer_related(row)}

    def take(self, row: Row) -> None:
        """Add what a row says, and what of the record gives way to it."""
        subject = ox.NamedNode(row.subject)
        if row.new:
            self.added.append((ox.Triple(subject, _TYPE, ox.NamedNode(SKOS.Concept)), "type"))
            if self._scheme and not any(each.field.name == "skjema" and row.text(each) for each in row.cells):
                scheme = ox.NamedNode(self._scheme)
                self.added.append((ox.Triple(subject, ox.NamedNode(SKOS.inScheme), scheme), "scheme"))
        definitions = Definitions(self._view, row)
        relations = Relations(self._view, row, self._names.concept)
        for column, cell in row.cells.items():
            self.dropped |= self._domain(row, column)
            if cell is None:
                continue
            said = self._said(row, column, cell, definitions, relations)
            self._account(row, cell, said)
        self.dropped |= definitions.dropped() | relations.dropped()
        for triple in (*definitions.classes(), *relations.beside()):
            self._state(triple, "type")

    def _account(self, row: Row, cell: Cell, said: Said) -> None:
        self.stated.update(said.triples)
        given = row.given(cell)
        if not said.triples and said.reason not in ("row-id", "name", "again"):
            self.outcomes.append(Outcome(given, "not-understood", (), said.reason, said.detail))
        elif said.reason == "name":
            self.outcomes.append(Outcome(given, "kept", said.triples))
        elif said.reason:
            self.outcomes.append(Outcome(given, "changed", said.triples, said.reason, said.detail))
        elif cell.text != cell.text.strip() or printable(cell.text) != cell.text:
            self.outcomes.append(Outcome(given, "changed", said.triples, "spaces"))
        else:
            self.outcomes.append(Outcome(given, "kept", said.triples))

    def _state(self, triple: ox.Triple, reason: str) -> None:
        self.stated.add(triple)
        self.added.append((triple, reason))

    def _said(
        self, row: Row, column: Column, cell: Cell, definitions: Definitions, relations: Relations
    ) -> Said:
        subject, field = ox.NamedNode(row.subject), column.field
        text = printable(cell.text).strip()
        if not text:
            return Said((), "blank")
        if field.form == "name":
            ours = text in (row.subject, row.subject.rpartition("/")[2])
            kind = ox.Triple(subject, _TYPE, ox.NamedNode(SKOS.Concept))
            return Said((kind,), "name" if ours else "row-id", text)
        if field.form == "none":
            return Said((), "no-place", column.name)
        if field.name == "definisjon":
            return Said(definitions.text(column.language, text))
        if field.form == "part":
            return self._several(text, lambda each: definitions.source(column, self._part(column, each)))
        if field.form == "typed":
            return self._typed(column, text, relations)
        makes: dict[str, Callable[[str], ox.NamedNode | ox.Literal | None]] = {
            "things": lambda each: self._names.thing(each),
            "terms": _term,
            "code": lambda each: self._names.code(each),
        }
        if field.form in makes:
            make = makes[field.form]
            return self._several(text, lambda each: _triple(subject, field.property, make(each)))
        if field.form == "related":
            return self._several(text, lambda each: self._related(row, each))
        if field.form == "member":
            return self._several(text, lambda each: self._member(row, each))
        if field.form == "date":
            return _dated(subject, field.property, text, cell.number)
        values = split(text) if field.form == "texts" else [text]
        tag = column.language
        return Said(
            tuple(
                ox.Triple(
                    subject,
                    ox.NamedNode(field.property),
                    ox.Literal(value, language=tag) if tag else ox.Literal(value),
                )
                for value in dict.fromkeys(values)
                if value
            )
        )

    def _several(self, text: str, make: Callable[[str], Iterable[ox.Triple] | None]) -> Said:
        """What the values of a cell say together; what nothing is made of is told."""
        triples: list[ox.Triple] = []
        left = []
        for value in filter(None, split(text)):
            made = make(value)
            if made is None:
                left.append(value)
            else:
                triples += made
        if left:
            return Said(tuple(triples), "unknown-value", ", ".join(left))
        return Said(tuple(triples), "" if triples else "again")

    def _part(self, column: Column, value: str) -> ox.NamedNode | ox.Literal | None:
        return (
            self._names.code(value)
            if column.field.property == SKOSNO.relationshipWithSource
            else _term(value)
        )

    def _typed(self, column: Column, text: str, relations: Relations) -> Said:
        if column.field.tagged:
            triples, lost = relations.criteria(column, split(text))
            return Said(triples, "unknown-value" if lost else "", ", ".join(lost))
        triples, lost = relations.wider(column, split(text))
        return Said(triples, "unknown-value" if lost else "", ", ".join(lost))

    def _related(self, row: Row, value: str) -> Iterable[ox.Triple] | None:
        other = self._names.concept(value)
        if other is None:
            return None
        if frozenset((row.subject, other)) in self._parted:
            return ()
        return (related(self._view, row.subject, other),)

    def _member(self, row: Row, value: str) -> Iterable[ox.Triple] | None:
        collection = self._names.collection(value)
        if collection is None:
            return None
        return (ox.Triple(ox.NamedNode(collection), ox.NamedNode(SKOS.member), ox.NamedNode(row.subject)),)

    def _domain(self, row: Row, column: Column) -> set[ox.Triple]:
        """What the record states that a column speaks of."""
        field = column.field
        about = self._view.by_subject.get(row.subject, ())
        if field.form in ("name", "none", "part", "typed"):
            return set()
        if field.form == "member":
            member = ox.NamedNode(SKOS.member)
            return {t for t in self._view.by_object.get(row.subject, ()) if t.predicate == member}
        if field.form == "related":
            return {
                triple
                for triple in (*about, *self._view.by_object.get(row.subject, ()))
                if triple.predicate.value == SKOS.related
            }
        return {
            triple
            for triple in about
            if triple.predicate.value == field.property
            and (not field.tagged or getattr(triple.object, "language", None) == column.language)
        }

    def _no_longer_related(self, row: Row) -> Iterable[frozenset[str]]:
        """The pairs that the record relates and a row does not."""
        column = next((each for each in row.cells if each.field.form == "related"), None)
        if column is None:
            return
        named = {self._names.concept(value) for value in split(row.text(column))}
        for triple in self._domain(row, column):
            ends = {str(triple.subject)[1:-1], str(triple.object)[1:-1]}
            if not (ends - {row.subject}) & named:
                yield frozenset(ends)


class _Things:
    """What names in cells stand for: concepts, collections, members of code lists."""

    def __init__(self, view: View, rows: list[Row]) -> None:
        self._view = view
        self._concepts = {row.subject for row in rows}
        self._labels: dict[str, set[str]] = {}
        for triple in view.stated:
            if triple.predicate.value in (SKOS.prefLabel, DCT.title) and isinstance(
                triple.object, ox.Literal
            ):
                self._add(triple.object.value, str(triple.subject)[1:-1])
        for row in rows:
            self._add(label_of(row), row.subject)

    def _add(self, label: str, iri: str) -> None:
        if label:
            self._labels.setdefault(_folded(label), set()).add(iri)

    def concept(self, value: str) -> str | None:
        """The IRI of a concept of ours, by its name, its IRI or its label."""
        return self._ours(value, "concept")

    def collection(self, value: str) -> str | None:
        """The IRI of a collection of ours."""
        return self._ours(value, "collection")

    def thing(self, value: str) -> ox.NamedNode | None:
        """A concept of ours, or a scheme."""
        iri = self._ours(value, "concept") or self._ours(value, "scheme")
        return ox.NamedNode(iri) if iri else None

    def code(self, value: str) -> ox.NamedNode | None:
        """A member of a code list, ours or another's, by label or IRI."""
        if value in self._view.external or self._view.path(value.partition("#")[0]) in self._view.documents:
            return ox.NamedNode(value)
        found = {
            iri for iri in self._labels.get(_folded(value), ()) if iri in self._view.external or "#" in iri
        }
        return ox.NamedNode(found.pop()) if len(found) == 1 else None

    def _ours(self, value: str, kind: str) -> str | None:
        stem = f"{self._view.base}{kind}/"
        for iri in (value, stem + value):
            if iri.startswith(stem) and (
                iri in self._concepts or self._view.path(iri) in self._view.documents
            ):
                return iri
        found = {
            iri for iri in self._labels.get(_folded(value), ()) if iri.startswith(stem) and "#" not in iri
        }
        return found.pop() if len(found) == 1 else None


def _folded(text: str) -> str:
    return re.sub(r"\W", "", text.casefold())


def _term(value: str) -> ox.NamedNode | ox.Literal | None:
    """An IRI, else a text."""
    if "://" in value or value.startswith("mailto:"):
        if not allowed(value) or re.search(r'[\s<>"{}|\\^`]', value):
            return None
        return ox.NamedNode(value)
    return ox.Literal(value)


def _triple(
    subject: ox.NamedNode, predicate: str, term: ox.NamedNode | ox.Literal | None
) -> tuple[ox.Triple, ...] | None:
    if term is None or (isinstance(term, ox.Literal) and predicate not in (DCT.source,)):
        return None
    return (ox.Triple(subject, ox.NamedNode(predicate), term),)


def _dated(subject: ox.NamedNode, predicate: str, text: str, number: float | None) -> Said:
    """A date: as ISO 8601 writes it, as Norwegians do, or as the number that Excel keeps for it."""
    found: date | None = None
    if number is not None:
        found = _EPOCH + timedelta(days=int(number)) if 1 <= number < 2_958_466 else None
    elif match := _DOTTED.fullmatch(text):
        found = _iso(f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}")
    else:
        found = _iso(text[:10]) if len(text) == 10 or text[10:11] == "T" else None
    if found is None:
        return Said((), "date", text)
    literal = ox.Literal(found.isoformat(), datatype=ox.NamedNode(XSD.date))
    reason = "" if text == found.isoformat() else "date-form"
    return Said(
        (ox.Triple(subject, ox.NamedNode(predicate), literal),), reason, f"{text} → {found}" if reason else ""
    )


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
