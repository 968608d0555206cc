"""What a row says of the parts of a concept: definitions and their sources, relations and their criteria."""

from collections.abc import Callable, Iterable

import pyoxigraph as ox

from fellesord.formats.columns import Column, split
from fellesord.formats.concepts import KINDS, notes, relations
from fellesord.intake.rows import Row
from fellesord.intake.view import View
from fellesord.namespaces import DCT, EUVOC, RDF, SKOS

_TYPE = ox.NamedNode(RDF.type)


def related(view: View, one: str, other: str) -> ox.Triple:
    """The statement that two concepts are related, as the record has it: the first names the other."""
    first, second = sorted((one, other))
    link = ox.NamedNode(SKOS.related)
    turned = ox.Triple(ox.NamedNode(second), link, ox.NamedNode(first))
    if turned in view.stated:
        return turned
    return ox.Triple(ox.NamedNode(first), link, ox.NamedNode(second))


class Definitions:
    """The definitions of a row, one for each language, each a fragment of the concept."""

    def __init__(self, view: View, row: Row) -> None:
        self._view = view
        self._row = row
        self._columns = [each for each in row.cells if each.field.form == "part"]
        self._notes = notes(view, row.subject)

    def text(self, language: str, text: str) -> tuple[ox.Triple, ...]:
        """The triples that say what a definition is."""
        note = self._note(language)
        return (
            ox.Triple(ox.NamedNode(self._row.subject), ox.NamedNode(EUVOC.xlDefinition), note),
            ox.Triple(note, ox.NamedNode(RDF.value), ox.Literal(text, language=language)),
        )

    def source(self, column: Column, term: ox.NamedNode | ox.Literal | None) -> tuple[ox.Triple, ...] | None:
        """The triples that say where the definitions, or that in one language, are from."""
        if term is None:
            return None
        predicate = ox.NamedNode(column.field.property)
        found = tuple(
            ox.Triple(self._note(language), predicate, term) for language in self._languages(column.language)
        )
        return found or None

    def classes(self) -> Iterable[ox.Triple]:
        """The class of each definition that the row has a text for."""
        for language in self._written():
            yield ox.Triple(self._note(language), _TYPE, ox.NamedNode(EUVOC.XlNote))

    def dropped(self) -> set[ox.Triple]:
        """What the record states of the definitions that the row has columns for."""
        found: set[ox.Triple] = set()
        emptied = {
            each.language
            for each in self._columns
            if each.field.name == "definisjon" and not self._row.text(each)
        }
        for language, note in self._notes.items():
            about = self._view.by_subject.get(note, ())
            if language in emptied:
                found.update(about)
                found.update(self._view.by_object.get(note, ()))
            for column in self._columns:
                if column.language in ("", language):
                    predicate = column.field.property or RDF.value
                    found.update(triple for triple in about if triple.predicate.value == predicate)
        return found

    def _note(self, language: str) -> ox.NamedNode:
        return ox.NamedNode(self._notes.get(language, f"{self._row.subject}#def-{language}"))

    def _languages(self, language: str) -> list[str]:
        """The languages that a source is for: the one of its column, else all that have a definition."""
        standing = {*self._written(), *(self._notes if not self._has_texts() else ())}
        return [each for each in sorted(standing) if language in ("", each)]

    def _written(self) -> list[str]:
        return [
            each.language
            for each in self._columns
            if each.field.name == "definisjon" and self._row.text(each)
        ]

    def _has_texts(self) -> bool:
        return any(each.field.name == "definisjon" for each in self._columns)


class Relations:
    """The typed hierarchical links of a row, with the criterion of division where there is one."""

    def __init__(self, view: View, row: Row, concept: Callable[[str], str | None]) -> None:
        self._view = view
        self._row = row
        self._concept = concept
        self._columns = [each for each in row.cells if each.field.form == "typed"]

    def wider(self, column: Column, values: list[str]) -> tuple[tuple[ox.Triple, ...], list[str]]:
        """The links to the concepts of a cell, and the values that name none."""
        kind = column.field.within
        link, has, _, _ = KINDS[kind]
        subject = ox.NamedNode(self._row.subject)
        found, lost = [], []
        for place, value in enumerate(values):
            target = self._concept(value) if value else None
            if target is None:
                lost += [value] if value else []
            elif self._divided(kind, place, target):
                found.append(ox.Triple(subject, ox.NamedNode(has), self._fragment(kind, target)))
            else:
                found.append(ox.Triple(subject, ox.NamedNode(link), ox.NamedNode(target)))
        return tuple(found), lost

    def criteria(self, column: Column, values: list[str]) -> tuple[tuple[ox.Triple, ...], list[str]]:
        """The criteria of a cell, in the order of the concepts they are for, and those that are for none."""
        targets = self._targets(column.field.within)
        found, lost = [], []
        for place, value in enumerate(values):
            target = targets[place] if place < len(targets) else None
            if value and target is None:
                lost.append(value)
            elif value and target is not None:
                fragment = self._fragment(column.field.within, target)
                literal = ox.Literal(value, language=column.language)
                found.append(ox.Triple(fragment, ox.NamedNode(DCT.description), literal))
        return tuple(found), lost

    def beside(self) -> Iterable[ox.Triple]:
        """The class and the end of each relation that has a criterion."""
        for kind in {each.field.within for each in self._columns}:
            _, has, up, class_ = KINDS[kind]
            for place, target in enumerate(self._targets(kind)):
                if target is not None and self._divided(kind, place, target):
                    fragment = self._fragment(kind, target)
                    yield ox.Triple(fragment, _TYPE, ox.NamedNode(class_))
                    yield ox.Triple(fragment, ox.NamedNode(up), ox.NamedNode(target))
                    yield ox.Triple(ox.NamedNode(self._row.subject), ox.NamedNode(has), fragment)

    def dropped(self) -> set[ox.Triple]:
        """What the record states of the links that the row has columns for."""
        found: set[ox.Triple] = set()
        for column in self._columns:
            kind = column.field.within
            link, has, _, _ = KINDS[kind]
            known = relations(self._view, self._row.subject, kind)
            if column.field.tagged:
                found |= {
                    triple
                    for fragment in known.values()
                    for triple in self._view.by_subject.get(fragment, ())
                    if triple.predicate.value == DCT.description
                    and getattr(triple.object, "language", None) == column.language
                }
                continue
            about = self._view.by_subject.get(self._row.subject, ())
            found |= {triple for triple in about if triple.predicate.value in (link, has)}
            targets = self._targets(kind)
            for target, fragment in known.items():
                if target not in targets or not self._divided(kind, targets.index(target), target):
                    found.update(self._view.by_subject.get(fragment, ()))
        return found

    def _targets(self, kind: str) -> list[str | None]:
        column = next((e for e in self._columns if e.field.within == kind and not e.field.tagged), None)
        if column is None:
            return list(relations(self._view, self._row.subject, kind))
        return [self._concept(value) if value else None for value in split(self._row.text(column))]

    def _divided(self, kind: str, place: int, target: str) -> bool:
        """Whether the link to a concept has a relation of its own: by the row, or by the record beside it."""
        given = [e for e in self._columns if e.field.within == kind and e.field.tagged]
        for column in given:
            values = split(self._row.text(column))
            if place < len(values) and values[place]:
                return True
        known = relations(self._view, self._row.subject, kind).get(target)
        if known is None:
            return False
        standing = {
            getattr(triple.object, "language", None)
            for triple in self._view.by_subject.get(known, ())
            if triple.predicate.value == DCT.description
        }
        return not standing or bool(standing - {column.language for column in given})

    def _fragment(self, kind: str, target: str) -> ox.NamedNode:
        known = relations(self._view, self._row.subject, kind).get(target)
        return ox.NamedNode(known or f"{self._row.subject}#rel-{target.rpartition('/')[2]}")
