"""Getting things from a store: by IRI, with the work that uses them, or by a word."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property

import pyoxigraph as ox

from fellesord.errors import InvalidQuery, NotFound, Withdrawn
from fellesord.languages import Text, in_order
from fellesord.languages import slug as spelt
from fellesord.namespaces import (
    DCT,
    FO,
    KINDS,
    ORG,
    PROV,
    RDF,
    RDFS,
    SCHEMA,
    SKOS,
)
from fellesord.store import Solution, Store
from fellesord.store.queries import load
from fellesord.vocabulary.entities import Entity, Use, entity_class
from fellesord.vocabulary.fields import Link, Statements, kind_of, read

_MODIFIED = ox.NamedNode(DCT.modified)
_TYPE = ox.NamedNode(RDF.type)
_TOMBSTONE = ox.NamedNode(FO.Tombstone)
#: What the front page lists, by kind: all but concepts, which their collections hold.
_LISTED = {
    "scheme": SKOS.ConceptScheme,
    "collection": SKOS.Collection,
    "project": SCHEMA.Project,
    "tool": SCHEMA.HowTo,
    "lesson": SCHEMA.CreativeWork,
    "county": ORG.FormalOrganization,
    "organization": ORG.Organization,
    "event": SCHEMA.Event,
    "change": ORG.ChangeEvent,
}
#: Kinds of thing that are news when they are new.
_NEWS = ("concept", "project", "tool", "lesson", "indicator", "event")
#: Kinds of thing that are work, in the order they are shown.
WORK = ("project", "tool", "lesson", "indicator", "event", "organization", "scheme")


@dataclass(frozen=True)
class Thing:
    """One thing: its IRI, kind (``None`` when it is not ours), names, what is known and who uses it."""

    iri: str
    kind: str | None
    labels: tuple[Text, ...]
    entity: Entity
    uses: tuple[Use, ...]

    def of_itself(self) -> "Thing":
        """The same thing with only the work that names it, not that which names another in its place."""
        own = (use for use in self.uses if any(target.iri == self.iri for target in use.targets))
        return replace(self, uses=tuple(own))

    def counts(self) -> dict[str, int]:
        """How many works of each kind use it; kinds without any are left out."""
        kinds = [use.work.kind for use in self.uses]
        return {kind: kinds.count(kind) for kind in WORK if kind in kinds}

    def counties(self) -> tuple[tuple[Link, int], ...]:
        """The counties behind the work, each with its number of works, most first."""
        tally: dict[Link, int] = {}
        for use in self.uses:
            for county in use.counties:
                tally[county] = tally.get(county, 0) + 1
        return tuple(sorted(tally.items(), key=lambda item: (-item[1], item[0].iri)))


@dataclass(frozen=True)
class Match:
    """A thing that bears a word: the label it bears it as, and which property that is."""

    thing: Link
    label: Text
    property: str


class Vocabulary:
    """The things of one store. ``base`` is what our own IRIs begin with, ``…/id/``."""

    def __init__(self, store: Store, base: str) -> None:
        self._store = store
        self.base = base

    @property
    def store(self) -> Store:
        """The store being read."""
        return self._store

    @property
    def generation(self) -> str:
        """The name of the generation being read."""
        return self._store.generation

    def answers(self) -> None:
        """Return when the store has answered a small question: one store call. Raises StoreError."""
        self._store.select(load("things").bind({"class": [SKOS.ConceptScheme]}))

    def several(self, iris: Sequence[str]) -> list[ox.Triple]:
        """The statements about several things in one graph: one store call. Raises as ``triples`` does."""
        try:
            triples = self._store.describe(iris)
        except InvalidQuery as error:
            raise NotFound(str(error)) from error
        missing = {ox.NamedNode(iri) for iri in iris}
        withdrawn = False
        for triple in triples:
            missing.discard(triple.subject)
            withdrawn = withdrawn or (triple.predicate == _TYPE and triple.object == _TOMBSTONE)
        for node in sorted(missing, key=str):
            raise NotFound(f"nothing is known of {node}")
        if withdrawn:
            _refuse_withdrawn(iris, Statements(triples, {}, self.base))
        return triples

    def triples(self, iri: str) -> list[ox.Triple]:
        """The statements about a thing and its fragments, recorded and derived: one store call.

        Raises NotFound when nothing is stated of the IRI, Withdrawn when it was withdrawn.
        """
        return self.several([iri])

    def get(self, iri: str) -> Thing:
        """A thing with the work that uses it (a concept: it or any narrower one): three store calls.

        A county has the work of those it replaced and was replaced by too, for one call more. Raises NotFound
        and Withdrawn as ``triples`` does.
        """
        triples = self.triples(iri)
        focus = [iri, *self._lineage(iri)] if kind_of(iri, self.base) == "county" else [iri]
        rows = self._store.select(load("usage").bind({"focus": focus}))
        about = Statements(triples, self.labels(_named(triples, rows)), self.base)
        classes = about.iris(iri, RDF.type)
        return Thing(
            iri,
            kind_of(iri, self.base),
            about.texts(iri, SKOS.prefLabel) or about.texts(iri, DCT.title, RDFS.label),
            read(entity_class(iri, self.base, classes), about, iri),
            self._uses(iri, rows, about),
        )

    def _lineage(self, iri: str) -> list[str]:
        """What a thing replaced and what replaced it, all the way."""
        return sorted(row["kin"].value for row in self._store.select(load("lineage").bind({"focus": [iri]})))

    @cached_property
    def released(self) -> str | None:
        """The day of the release (ISO 8601): the latest on which anything was created or modified."""
        rows = self._store.select(load("released").bind({}))
        return next((row["released"].value for row in rows if "released" in row), None)

    def modified(self, iri: str, triples: Iterable[ox.Triple]) -> str | None:
        """The day a thing itself was last modified, by the statements about it."""
        subject = ox.NamedNode(iri)
        days = (t.object for t in triples if t.predicate == _MODIFIED and t.subject == subject)
        return next((day.value for day in days if isinstance(day, ox.Literal)), None)

    def near(self, iri: str) -> tuple[Link, ...]:
        """Our own things of the same kind whose IRIs are spelt almost like this one, nearest first."""
        kind, _, slug = iri.removeprefix(self.base).partition("/")
        close = get_close_matches(spelt(slug), self._slugs.get(kind, ()), n=5, cutoff=0.7)
        labels = self.labels(f"{self.base}{kind}/{match}" for match in close)
        about = Statements((), labels, self.base)
        return tuple(about.link(f"{self.base}{kind}/{match}") for match in close)

    @cached_property
    def _slugs(self) -> dict[str, list[str]]:
        """Kind → the slugs of our own things."""
        classes = [SKOS.Concept, *_LISTED.values()]
        slugs: dict[str, list[str]] = {}
        for row in self._store.select(load("things").bind({"class": classes})):
            kind, _, slug = row["thing"].value.removeprefix(self.base).partition("/")
            if kind in KINDS and "#" not in slug:
                slugs.setdefault(kind, []).append(slug)
        return {kind: sorted(found) for kind, found in slugs.items()}

    def lookup(self, word: str) -> tuple[Match, ...]:
        """The things that bear a word as a label or notation: ours first, preferred labels first."""
        rows = self._store.select(load("word").bind({"word": [word]}))
        labels = self.labels(row["thing"].value for row in rows)
        about = Statements((), labels, self.base)
        found = {
            Match(about.link(row["thing"].value), _text(row["label"]), row["property"].value) for row in rows
        }
        ranks = (SKOS.prefLabel, DCT.title, RDFS.label, SKOS.altLabel, SKOS.notation)
        return tuple(
            sorted(
                found,
                key=lambda match: (
                    match.thing.kind is None,
                    ranks.index(match.property) if match.property in ranks else len(ranks),
                    match.thing.iri,
                    match.label.language,
                ),
            )
        )

    def overview(self) -> dict[str, tuple[Link, ...]]:
        """What there is, by kind: all but the concepts; two store calls."""
        kinds = {iri: kind for kind, iri in _LISTED.items()}
        rows = self._store.select(load("things").bind({"class": kinds}))
        about = Statements((), self.labels(row["thing"].value for row in rows), self.base)
        listed: dict[str, tuple[Link, ...]] = {}
        for kind in _LISTED:
            iris = {row["thing"].value for row in rows if kinds[row["class"].value] == kind}
            listed[kind] = tuple(about.link(iri) for iri in sorted(iris))
        return listed

    def _uses(self, iri: str, rows: list[Solution], about: Statements) -> tuple[Use, ...]:
        works: dict[str, list[Solution]] = {}
        for row in rows:
            work = row["work"].value.partition("#")[0]
            if work != iri and kind_of(work, self.base) in WORK:
                works.setdefault(work, []).append(row)
        return tuple(
            Use(
                about.link(work),
                tuple(sorted({row["link"].value for row in found})),
                tuple(about.link(target) for target in sorted({r["target"].value for r in found})),
                tuple(
                    about.link(county)
                    for county in sorted({r["county"].value for r in found if "county" in r})
                ),
            )
            for work, found in sorted(works.items())
        )

    def terms(self) -> dict[str, tuple[tuple[Text, ...], tuple[Text, ...]]]:
        """The preferred and the allowed terms of every concept of ours, by IRI, in one store call."""
        found: dict[str, tuple[list[Text], list[Text]]] = {}
        for row in self._store.select(load("index").bind({})):
            iri = row["thing"].value
            if kind_of(iri, self.base) == "concept":
                preferred, allowed = found.setdefault(iri, ([], []))
                (preferred if row["property"].value == SKOS.prefLabel else allowed).append(
                    _text(row["label"])
                )
        return {iri: (in_order(one), in_order(other)) for iri, (one, other) in found.items()}

    @cached_property
    def news(self) -> tuple[tuple[Link, str], ...]:
        """What was made or changed last, with the day (ISO 8601), the newest first; two store calls, once."""
        rows = self._store.select(load("news").bind({"property": [DCT.created, DCT.modified, DCT.issued]}))
        days = {row["thing"].value: row["date"].value for row in rows}
        kept = [iri for iri in days if kind_of(iri, self.base) in _NEWS and "#" not in iri]
        about = Statements((), self.labels(kept), self.base)
        return tuple((about.link(iri), days[iri]) for iri in kept)

    @cached_property
    def thesaurus(self) -> str | None:
        """The scheme that our concepts are in, ``None`` without concepts; two store calls, once."""
        rows = self._store.select(load("things").bind({"class": [SKOS.Concept]}))
        things = (row["thing"].value for row in rows)
        first = min((iri for iri in things if kind_of(iri, self.base) == "concept"), default=None)
        if first is None:
            return None
        about = Statements(self.triples(first), {}, self.base)
        return next((each for each in about.iris(first, SKOS.inScheme) if each.startswith(self.base)), None)

    def labels(self, iris: Iterable[str]) -> dict[str, tuple[Text, ...]]:
        """The names of things, by IRI, in one store call."""
        named: dict[str, list[Text]] = {}
        for row in self._store.select(load("labels").bind({"thing": sorted(set(iris))})):
            named.setdefault(row["thing"].value, []).append(_text(row["label"]))
        return {iri: in_order(texts) for iri, texts in named.items()}


def _text(term: object) -> Text:
    if isinstance(term, ox.Literal):
        return Text(term.value, term.language or "")
    return Text(str(term), "")


def _named(triples: Iterable[ox.Triple], rows: Iterable[Solution]) -> set[str]:
    """The IRIs whose names are wanted to show these statements and uses."""
    iris = {triple.object.value for triple in triples if isinstance(triple.object, ox.NamedNode)} | {
        triple.predicate.value for triple in triples
    }
    for row in rows:
        iris |= {row[name].value for name in ("target", "county") if name in row}
        iris.add(row["work"].value.partition("#")[0])
    return iris


def _refuse_withdrawn(iris: Iterable[str], about: Statements) -> None:
    for iri in iris:
        if FO.Tombstone in about.iris(iri, RDF.type):
            dates = about.values(iri, PROV.invalidatedAtTime)
            raise Withdrawn(
                iri,
                dates[0].value if dates else "",
                {text.language: text.value for text in about.texts(iri, SKOS.changeNote)},
                about.iris(iri, DCT.isReplacedBy),
            )
