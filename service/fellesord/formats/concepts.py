"""The record's concepts as rows of a table, which taken in again give the same record."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Protocol

import pyoxigraph as ox

from fellesord.errors import InvalidData
from fellesord.formats import workbook
from fellesord.formats.columns import FIELDS, TEXTS, Column, Field, join
from fellesord.formats.workbook import Explained, Listed, Sheet
from fellesord.languages import LANGUAGES
from fellesord.languages.sorting import collation
from fellesord.namespaces import DCT, EUVOC, ISO_THES, RDF, SKOS, SKOSNO

#: Fields that a template has no columns for: what has no place, and what another column says.
_LEFT_OUT = {"fagområde", "versjon"} | {field.name for field in FIELDS if field.form == "none"}
#: The most letters that a cell of a workbook holds.
_LONGEST = 32_767
_CODES = {"status": "concept-status", "definisjon:forhold_til_kilde": "relationship-with-source-type"}
_SHEETS = {"nb": ("Begreper", "Hjelp"), "nn": ("Omgrep", "Hjelp (nn)"), "en": ("Concepts", "Help")}

#: Part of a column's name → typed link, relation, its end, its class (SKOS-AP-NO-Begrep 2, section 4.5).
KINDS = {
    "generisk": (
        ISO_THES.broaderGeneric,
        SKOSNO.hasGenericConceptRelation,
        SKOSNO.hasGenericConcept,
        SKOSNO.GenericConceptRelation,
    ),
    "partitiv": (
        ISO_THES.broaderPartitive,
        SKOSNO.hasPartitiveConceptRelation,
        SKOSNO.hasComprehensiveConcept,
        SKOSNO.PartitiveConceptRelation,
    ),
}


class View(Protocol):
    """A record as tables are filled from it: what is recorded, without what follows from that."""

    @property
    def by_subject(self) -> Mapping[str, Sequence[ox.Triple]]:
        """IRI → the triples about it."""
        ...

    @property
    def by_object(self) -> Mapping[str, Sequence[ox.Triple]]:
        """IRI → the triples that point at it."""
        ...

    @property
    def external(self) -> Collection[str]:
        """The IRIs of others' terms that are described."""
        ...

    def of_kind(self, kind: str) -> list[str]:
        """The IRIs of the record's things of a kind, sorted."""
        ...

    def has(self, iri: str) -> bool:
        """Whether an IRI is one of the record's things."""
        ...


def table(view: View, subjects: Sequence[str]) -> tuple[list[Column], list[list[str]]]:
    """Concepts as a table: the columns that say all of them, and a row for each."""
    columns = columns_of(view, subjects)
    return columns, [
        [row.cell(column) for column in columns] for row in (_Row(view, each) for each in subjects)
    ]


def template(view: View, language: str, *, filled: bool, beside: Sequence[Sheet] = ()) -> bytes:
    """A workbook for concepts, with lists to choose from and a sheet that explains; filled or empty.

    ``language`` is that of headings and help; ``beside`` are further sheets, to read. Raises InvalidData for
    a text that no cell can hold.
    """
    subjects = concepts(view) if filled else []
    columns, rows = table(view, subjects)
    for subject, row in zip(subjects, rows, strict=True):
        if any(len(text) > _LONGEST for text in row):
            raise InvalidData(f"<{subject}>: a text is longer than the {_LONGEST} letters a cell can hold")
    sheet, help_sheet = _SHEETS[language]
    lists = _lists(view, language)
    explained = [
        Explained(
            each.heading(language), each.help(language), each.name, lists.get(each.field.name), _width(each)
        )
        for each in columns
    ]
    heads = [TEXTS.text(key, language) for key in ("column", "column.help", "column.name")]
    return workbook.write(sheet, explained, rows, help_sheet, heads, TEXTS.text("intro", language), beside)


def concepts(view: View) -> list[str]:
    """The IRIs of the record's concepts, by their names."""
    return sorted(view.of_kind("concept"), key=lambda iri: iri.rpartition("/")[2])


def columns_of(view: View, subjects: Sequence[str]) -> list[Column]:
    """The columns that say all of some concepts: in our three languages, and in those that they use."""
    tags = {
        str(getattr(triple.object, "language", None) or "")
        for subject in subjects
        for triple in _around(view, subject)
    }
    languages = [*LANGUAGES, *sorted(tags - {*LANGUAGES, ""})]
    apart = {field.name for field in FIELDS if field.form == "part" and _differ(view, subjects, field)}
    found = []
    for field in FIELDS:
        if field.name in _LEFT_OUT:
            continue
        if field.tagged or field.name in apart:
            found += [Column(field, tag) for tag in languages]
        else:
            found.append(Column(field))
    return found


def _around(view: View, subject: str) -> Iterable[ox.Triple]:
    for iri in (
        subject,
        *notes(view, subject).values(),
        *(each for kind in KINDS for each in relations(view, subject, kind).values()),
    ):
        yield from view.by_subject.get(iri, ())


def _differ(view: View, subjects: Sequence[str], field: Field) -> bool:
    """Whether the definitions of a concept do not all say the same of their source."""
    for subject in subjects:
        said = {
            frozenset(
                str(triple.object)
                for triple in view.by_subject.get(note, ())
                if triple.predicate.value == field.property
            )
            for note in notes(view, subject).values()
        }
        if len(said) > 1:
            return True
    return False


class _Row:
    """A concept as a row; what is recorded of it is sorted out once for all its cells."""

    def __init__(self, view: View, subject: str) -> None:
        self._view = view
        self._subject = subject
        self._said: dict[str, list[ox.Triple]] = {}
        for triple in view.by_subject.get(subject, ()):
            self._said.setdefault(triple.predicate.value, []).append(triple)

    @cached_property
    def _notes(self) -> dict[str, str]:
        return notes(self._view, self._subject)

    @cached_property
    def _relations(self) -> dict[str, dict[str, str]]:
        return {kind: relations(self._view, self._subject, kind) for kind in KINDS}

    def cell(self, column: Column) -> str:
        """What stands in the cell of the concept in a column."""
        field = column.field
        if field.form == "name":
            return self._subject.rpartition("/")[2]
        if field.form == "part":
            return self._part(column)
        if field.form == "typed":
            return self._typed(column)
        if field.form == "related":
            pointing = self._view.by_object.get(self._subject, ())
            links = [
                *self._said.get(SKOS.related, ()),
                *(t for t in pointing if t.predicate.value == SKOS.related),
            ]
            others = {str(end)[1:-1] for triple in links for end in (triple.subject, triple.object)}
            return join(sorted(_short(self._view, iri) for iri in others - {self._subject}))
        if field.form == "member":
            pointing = self._view.by_object.get(self._subject, ())
            groups = [str(t.subject)[1:-1] for t in pointing if t.predicate.value == SKOS.member]
            return join(sorted(_short(self._view, iri) for iri in groups))
        found = [
            triple.object
            for triple in self._said.get(field.property, ())
            if not field.tagged or getattr(triple.object, "language", None) == column.language
        ]
        values = sorted(_value(self._view, term, field) for term in found)
        return join(values) if field.form in ("texts", "terms", "things") else "".join(values[:1])

    def _part(self, column: Column) -> str:
        known = self._notes
        wanted = [known[tag] for tag in sorted(known) if column.language in ("", tag)]
        predicate = column.field.property or RDF.value
        for note in wanted:
            terms = [t.object for t in self._view.by_subject.get(note, ()) if t.predicate.value == predicate]
            if column.field.name == "definisjon":
                return next((term.value for term in terms if isinstance(term, ox.Literal)), "")
            return join(sorted(_value(self._view, term, column.field) for term in terms))
        return ""

    def _typed(self, column: Column) -> str:
        kind = column.field.within
        divided = self._relations[kind]
        plain = {str(triple.object)[1:-1] for triple in self._said.get(KINDS[kind][0], ())}
        targets = sorted({*divided, *plain})
        if not column.field.tagged:
            return join([_short(self._view, target) for target in targets])
        criteria = [_criterion(self._view, divided.get(target), column.language) for target in targets]
        return join(criteria) if any(criteria) else ""


def _criterion(view: View, relation: str | None, language: str) -> str:
    for triple in view.by_subject.get(relation or "", ()):
        term = triple.object
        if triple.predicate.value == DCT.description and isinstance(term, ox.Literal):  # noqa: SIM102
            if term.language == language:
                return term.value
    return ""


def _value(view: View, term: object, field: Field) -> str:
    if isinstance(term, ox.Literal):
        return term.value
    iri = str(term)[1:-1]
    if field.form == "code" or field.property == SKOSNO.relationshipWithSource:
        return next(
            (
                triple.object.value
                for triple in view.by_subject.get(iri, ())
                if triple.predicate.value == SKOS.prefLabel
                and isinstance(triple.object, ox.Literal)
                and triple.object.language == "nb"
            ),
            iri,
        )
    return _short(view, iri) if field.form == "things" else iri


def _short(view: View, iri: str) -> str:
    """The name of a thing of ours, the whole IRI of another's."""
    return iri.rpartition("/")[2] if view.has(iri) else iri


def _width(column: Column) -> int:
    return {"definisjon": 50, "merknad": 40, "eksempel": 40, "redaksjonell_merknad": 40}.get(
        column.field.name, 24 if column.field.form in ("text", "texts", "terms", "things") else 18
    )


def _lists(view: View, language: str) -> dict[str, Listed]:
    """Name of a field → what there is to choose from."""
    kinds = {"samling": "collection", "skjema": "scheme"}
    found = {
        name: Listed(
            TEXTS.text(name, language), [_short(view, iri) for iri in view.of_kind(kind)], strict=False
        )
        for name, kind in kinds.items()
    }
    names = Listed(TEXTS.text("id", language), [_short(view, iri) for iri in view.of_kind("concept")], False)
    for field in FIELDS:
        if field.form in ("typed", "related", "things") and not field.tagged and field.name != "skjema":
            found[field.name] = names
    for name, stem in _CODES.items():
        members = [iri for iri in view.external if f"/{stem}" in iri]
        labels = [_value(view, ox.NamedNode(iri), Field(name, "code")) for iri in members]
        labels.sort(key=lambda label: collation(label, language))
        found[name] = Listed(TEXTS.text(name, language), labels, strict=True)
    return found


def notes(view: View, subject: str) -> dict[str, str]:
    """Language → the fragment that holds a concept's definition in it."""
    found: dict[str, str] = {}
    links = [t for t in view.by_subject.get(subject, ()) if t.predicate.value == EUVOC.xlDefinition]
    for note in sorted(str(link.object)[1:-1] for link in links):
        for said in view.by_subject.get(note, ()):
            if said.predicate.value == RDF.value and isinstance(said.object, ox.Literal):
                found.setdefault(said.object.language or "", note)
    return found


def relations(view: View, subject: str, kind: str) -> dict[str, str]:
    """The wider concept → the fragment that holds the relation to it."""
    _, has, up, _ = KINDS[kind]
    found: dict[str, str] = {}
    for triple in view.by_subject.get(subject, ()):
        if triple.predicate.value == has:
            fragment = str(triple.object)[1:-1]
            for said in view.by_subject.get(fragment, ()):
                if said.predicate.value == up:
                    found[str(said.object)[1:-1]] = fragment
    return found
