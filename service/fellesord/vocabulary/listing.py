"""Lists of things by kind, filtered and sorted; and the work that uses a thing, page by page."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any

import pyoxigraph as ox

from fellesord.errors import InvalidRequest
from fellesord.languages import LANGUAGES, Text
from fellesord.namespaces import CODE_PREFIXES, DCT, EUVOC, KINDS, ORG, RDF, RDFS, SKOS
from fellesord.store import Solution
from fellesord.store.queries import load
from fellesord.vocabulary.fields import Link, Statements, kind_of, read
from fellesord.vocabulary.filters import (
    FACTS,
    LISTS,
    Condition,
    Facts,
    List,
    Reference,
    read_boolean,
    read_day,
)
from fellesord.vocabulary.items import Item, UseItem
from fellesord.vocabulary.reading import Vocabulary
from fellesord.vocabulary.windows import Page, Place, Window, cut, place

_NAMES = (SKOS.prefLabel, DCT.title, RDFS.label)
_PROPERTIES = (*_NAMES, *FACTS)
_CLASSES = sorted({each.rdf_class for each in LISTS} | {ORG.Organization, ORG.ChangeEvent})
#: Names that a refusal lists in full; of more it gives one as an example.
_FEW = 12


@dataclass(frozen=True)
class Roster:
    """The things a list may be chosen from: their names and the facts that filters look at, by IRI."""

    labels: Mapping[str, tuple[Text, ...]]
    facts: Mapping[str, Facts]


class Lists:
    """The lists of one vocabulary.

    What lists are chosen from (names, dates, states) is read once a generation and remembered, our own
    things together and each scheme asked for by itself; so are the orders of the last languages.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._roster = lru_cache(maxsize=16)(self._read)
        self._places = lru_cache(maxsize=32)(self._sort)
        self.counties = lru_cache(maxsize=2)(self._counties)

    def page(self, listed: List, asked: Mapping[str, str], window: Window, today: str) -> Page:
        """The items of a list that pass the filters asked for, by filter name.

        At most four store calls: the roster where it is not remembered, what points at the things asked
        for where there are any, the items, and the names of what they link to. Raises InvalidRequest.
        """
        places = self._chosen(listed, asked, window.languages, today)
        chosen, last = cut(places, window)
        return Page(self._items(listed.item, chosen), len(places), last)

    def facets(self, listed: List, asked: Mapping[str, str], today: str) -> dict[str, dict[str, int]]:
        """Filter → value → how many things of a list have it, each counted as if not narrowed by itself.

        A value is an IRI, or ``true`` or ``false``. A store call for each filter that others narrow.
        """
        counted: dict[str, dict[str, int]] = {}
        for each in listed.filters:
            others = {name: value for name, value in asked.items() if name != each.name}
            facts = self._roster(None).facts
            found: Counter[str] = Counter()
            for _, _, iri in self._chosen(listed, others, LANGUAGES, today):
                if isinstance(each, Reference):
                    found.update({value for link in each.links for value in facts[iri].get(link, ())})
                elif each.type == "boolean":
                    found["true" if each.passes(facts[iri], "true", today) else "false"] += 1
            counted[each.name] = dict(found)
        return counted

    def _chosen(
        self, listed: List, asked: Mapping[str, str], languages: tuple[str, ...], today: str
    ) -> list[Place]:
        """Where the things stand that pass the filters asked for. Raises InvalidRequest."""
        references: dict[Reference, frozenset[str]] = {}
        conditions: list[tuple[Condition, str]] = []
        for each in listed.filters:
            if each.name in asked and isinstance(each, Reference):
                references[each] = self._named(each, asked[each.name])
            elif each.name in asked and isinstance(each, Condition):
                conditions.append((each, _checked(each, asked[each.name])))
        scope = next(
            (iri for ref, iris in references.items() if ref.name == listed.scope for iri in iris), None
        )
        kept = self._pointing({ref: iris for ref, iris in references.items() if ref.name != listed.scope})
        facts = self._roster(scope).facts
        return [
            each
            for each in self._places(scope, languages)
            if (scope is not None or kind_of(each[2], self.vocabulary.base) == listed.kind)
            and (kept is None or each[2] in kept)
            and all(condition.passes(facts[each[2]], value, today) for condition, value in conditions)
        ]

    def usage(self, iri: str, window: Window) -> Page:
        """The work that uses a thing, or any narrower concept: three store calls. Raises as ``get``."""
        uses = {use.work.iri: use for use in self.vocabulary.get(iri).uses}
        places = sorted(place(use.work.labels, work, window.languages) for work, use in uses.items())
        chosen, last = cut(places, window)
        found = tuple(
            Item(work, use.work.kind, use.work.labels, UseItem(use.links, use.targets, use.counties))
            for work, use in ((work, uses[work]) for work in chosen)
        )
        return Page(found, len(places), last)

    def _counties(self, day: str) -> tuple[Item, ...]:
        """The counties of a day, by IRI; asked for once a day."""
        listed = next(each for each in LISTS if each.name == "counties")
        found = self.page(listed, {"date": day}, Window(LANGUAGES, limit=1000), day).items
        return tuple(sorted(found, key=lambda item: item.iri))

    def ended(self, iri: str, day: str) -> str | None:
        """The last day (ISO 8601) of one of our things that was no more on a day; ``None`` for others."""
        last = max(self._roster(None).facts.get(iri, {}).get(EUVOC.endDate, ()), default="")[:10]
        return last if last and last < day else None

    def rank(self, iri: str, day: str) -> tuple[bool, str]:
        """What goes before the name in an order: former county authorities last, codes by notation."""
        former = kind_of(iri, self.vocabulary.base) == "county" and self.ended(iri, day) is not None
        return former, self._notation(iri, self._roster(None))

    def own(self, kind: str) -> tuple[str, ...]:
        """The IRIs of our own things of a kind, sorted."""
        base = self.vocabulary.base
        return tuple(sorted(iri for iri in self._roster(None).facts if kind_of(iri, base) == kind))

    def links(self, kind: str) -> tuple[Link, ...]:
        """Our own things of a kind with their names, by IRI; from what is remembered."""
        labels = self._roster(None).labels
        return tuple(Link(iri, labels[iri], kind) for iri in self.own(kind))

    def _read(self, scheme: str | None) -> Roster:
        """Our own things and the statuses that concepts have; or the concepts of a scheme."""
        if scheme is None:
            starts = [self.vocabulary.base, CODE_PREFIXES["concept-status"]]
            query = load("listed").bind(
                {"class": _CLASSES, "start": starts, "property": (RDF.type, *_PROPERTIES)}
            )
        else:
            query = load("members").bind({"scheme": [scheme], "property": (SKOS.inScheme, *_PROPERTIES)})
        found: dict[str, dict[str, list[Text]]] = {}
        for row in self.vocabulary.store.select(query):
            if isinstance(row["thing"], ox.NamedNode):
                values = found.setdefault(row["thing"].value, {})
                values.setdefault(row["property"].value, []).append(_text(row))
        if scheme is None:
            found = {iri: values for iri, values in found.items() if self._listable(iri)}
        return Roster(
            {
                iri: tuple(
                    values.get(SKOS.prefLabel) or values.get(DCT.title) or values.get(RDFS.label) or ()
                )
                for iri, values in found.items()
            },
            {
                iri: {
                    name: tuple(sorted(text.value for text in values[name]))
                    for name in FACTS
                    if name in values
                }
                for iri, values in found.items()
            },
        )

    def _listable(self, iri: str) -> bool:
        """Whether an IRI is that of a main resource or a code, and not of another fragment."""
        kind = kind_of(iri, self.vocabulary.base)
        return kind in ("code", None) or (kind in KINDS and "#" not in iri)

    def _sort(self, scheme: str | None, languages: tuple[str, ...]) -> tuple[Place, ...]:
        roster = self._roster(scheme)
        return tuple(
            sorted(
                place(
                    (Text(notation, ""),) if (notation := self._notation(iri, roster)) else texts,
                    iri,
                    languages,
                )
                for iri, texts in roster.labels.items()
            )
        )

    def _notation(self, iri: str, roster: Roster) -> str:
        """Where a code stands in its list; ``""`` for other things, whose notations say no order."""
        code = kind_of(iri, self.vocabulary.base) == "code"
        return next(iter(roster.facts.get(iri, {}).get(SKOS.notation, ())), "") if code else ""

    def _in_order(self, entity: Any) -> Any:
        """An item whose codes stand in the order of their list."""
        roster, changed = self._roster(None), {}
        for each in fields(entity):
            value = getattr(entity, each.name)
            if isinstance(value, tuple) and len(value) > 1 and all(isinstance(link, Link) for link in value):
                changed[each.name] = tuple(sorted(value, key=lambda link: self._notation(link.iri, roster)))
        return replace(entity, **changed) if changed else entity

    def _named(self, reference: Reference, value: str) -> frozenset[str]:
        """The IRIs that a value names. Raises InvalidRequest when it names nothing that can be pointed at."""
        base, known = self.vocabulary.base, self._roster(None).facts
        starts = [start if ":" in start else base + start for start in reference.starts]
        if ":" in value:
            if not _absolute(value):
                raise InvalidRequest(
                    f"{reference.name}: {value!a} is not an absolute IRI",
                    key="not-iri",
                    name=reference.name,
                    text=value,
                )
            if not value.startswith(base) or (value in known and value.startswith(tuple(starts))):
                return frozenset({value})
        named = frozenset(start + value for start in starts) & known.keys()
        if named:
            return named
        names = sorted(iri.removeprefix(s) for s in starts for iri in known if _directly(iri, s))
        raise InvalidRequest(
            f"{reference.name}: there is no {value!a} here; {_would_do(names)}",
            key="no-choice" if names else "no-choice-yet",
            name=reference.name,
            text=value,
            there=names[:_FEW],
        )

    def _pointing(self, references: Mapping[Reference, frozenset[str]]) -> Collection[str] | None:
        """What points at something of every set of IRIs; ``None`` when nothing was asked for."""
        if not references:
            return None
        rows = self.vocabulary.store.select(
            load("pointing").bind(
                {
                    "asked": sorted({iri for iris in references.values() for iri in iris}),
                    "link": sorted({link for reference in references for link in reference.links}),
                }
            )
        )
        return set.intersection(
            *(
                {
                    row["thing"].value
                    for row in rows
                    if row["link"].value in reference.links and row["asked"].value in iris
                }
                for reference, iris in references.items()
            )
        )

    def _items(self, item: type, iris: Iterable[str]) -> tuple[Item, ...]:
        """Things as items of a list, in the order given: two store calls, none for nothing."""
        chosen, base = list(iris), self.vocabulary.base
        if not chosen:
            return ()
        triples = self.vocabulary.store.describe(chosen)
        unnamed = Statements(triples, {}, base)
        labels = self.vocabulary.labels(
            link.iri for iri in chosen for link in _links(read(item, unnamed, iri))
        )
        about = Statements(triples, labels, base)
        return tuple(
            Item(iri, kind_of(iri, base), names(about, iri), self._in_order(read(item, about, iri)))
            for iri in chosen
        )


def names(about: Statements, iri: str) -> tuple[Text, ...]:
    """The names of a thing among the statements about it."""
    return about.texts(iri, SKOS.prefLabel) or about.texts(iri, DCT.title, RDFS.label)


def _checked(condition: Condition, value: str) -> str:
    if condition.type == "date":
        return read_day(condition.name, value)
    return "true" if read_boolean(condition.name, value) else "false"


def _links(entity: Any) -> list[Link]:
    found = []
    for each in fields(entity):
        value = getattr(entity, each.name)
        found += [
            link for link in (value if isinstance(value, tuple) else (value,)) if isinstance(link, Link)
        ]
    return found


def _text(row: Solution) -> Text:
    value = row["value"]
    return Text(value.value, value.language or "" if isinstance(value, ox.Literal) else "")


def _absolute(iri: str) -> bool:
    try:
        ox.NamedNode(iri)
    except ValueError:
        return False
    return True


def _directly(iri: str, start: str) -> bool:
    return iri.startswith(start) and not {"#", "/"} & set(iri[len(start) :])


def _would_do(slugs: list[str]) -> str:
    if not slugs:
        return "there is nothing of that kind yet; the full IRI of another's thing would do"
    if len(slugs) <= _FEW:
        return f"one of {', '.join(slugs)}, or a full IRI, would do"
    return f"a name such as {slugs[0]}, or a full IRI, would do"
