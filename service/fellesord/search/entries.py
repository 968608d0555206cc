"""What is searched: everything that has a name, with its words, where it belongs and how much uses it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal

import pyoxigraph as ox

from fellesord.languages import LANGUAGES, canonical
from fellesord.namespaces import ADMS, CODE_PREFIXES, DCT, EUVOC, FO, OWL, SCHEMA, SKOS, UNESKOS
from fellesord.search import analysis
from fellesord.store import Store
from fellesord.store.queries import load
from fellesord.vocabulary.fields import kind_of

Role = Literal["preferred", "alternative", "hidden", "definition", "notation"]
_ROLES: dict[str, Role] = {
    SKOS.prefLabel: "preferred",
    DCT.title: "preferred",
    SKOS.altLabel: "alternative",
    SKOS.hiddenLabel: "hidden",
    SKOS.definition: "definition",
    DCT.description: "definition",
    SKOS.notation: "notation",
}
_FACETS = {
    UNESKOS.memberOf: "collection",
    FO.phase: "phase",
    FO.lead: "county",
    FO.participant: "county",
    DCT.creator: "county",
    SCHEMA.attendee: "county",
    EUVOC.status: "status",
    ADMS.status: "status",
}
#: Facets that a search can be narrowed by and counted over.
FACETS = ("kind", "collection", "county", "phase", "status", "language")
#: What people call each kind of thing, as they do in ``Agder fylkeskommune``; folded, and not inflected.
_CALLED = {
    "concept": ("begrep", "omgrep", "ord", "term", "concept"),
    "county": ("fylke", "fylkeskommune", "county"),
    "project": ("prosjekt", "project"),
    "tool": ("verktoy", "tool"),
    "lesson": ("laerdom", "erfaring", "lesson"),
    "indicator": ("indikator", "indicator"),
    "event": ("samling", "event"),
}
_GONE = ("RETIRED", "DEPRECATED")


@dataclass(frozen=True)
class Label:
    """A text a thing is known by, its language (``""`` when not said) and what it is to the thing.

    One that is ``ambiguous`` is advised against in one of its senses only.
    """

    text: str
    language: str
    role: Role
    ambiguous: bool = False

    @cached_property
    def folded(self) -> str:
        """The text as typed on any keyboard; an index remembers it."""
        return analysis.folded(self.text)


@dataclass(frozen=True)
class Entry:
    """One thing to find. ``kind`` is ``""`` for what is not ours; ``facets`` maps a facet to its values.

    ``ends`` is the last day it is valid (ISO 8601), ``""`` when that is not said; ``given_up`` says whether
    its status is retired or deprecated.
    """

    iri: str
    kind: str
    labels: tuple[Label, ...]
    facets: Mapping[str, tuple[str, ...]]
    uses: int
    ends: str
    given_up: bool
    successors: tuple[str, ...]

    def retired(self, today: str) -> bool:
        """Whether it is no longer to be used on a day (ISO 8601; the end date itself is inclusive)."""
        return self.given_up or bool(self.ends and self.ends < today)


@cache
def called(kind: str) -> frozenset[str]:
    """The stems, in each of our languages, of what people call a kind of thing."""
    return frozenset(analysis.stem(word, tag) for word in _CALLED.get(kind, ()) for tag in LANGUAGES)


def entries(store: Store, base: str) -> Iterator[Entry]:
    """Everything that has a preferred name: three store calls."""
    labels: dict[str, list[Label]] = {}
    rows = list(store.select(load("search/labels").bind({})))
    ambiguous = {(row["thing"], row["text"]) for row in rows if row["property"].value == FO.ambiguousLabel}
    for row in rows:
        text = row["text"]
        iri = row["thing"].value
        role = _ROLES.get(row["property"].value)
        if role and isinstance(text, ox.Literal) and "#" not in iri.removeprefix(base):
            several = role == "hidden" and (row["thing"], text) in ambiguous
            label = Label(text.value, canonical(text.language or ""), role, several)
            labels.setdefault(iri, []).append(label)
    facts: dict[str, dict[str, list[str]]] = {}
    for row in store.select(load("search/facts").bind({})):
        known = facts.setdefault(row["thing"].value, {})
        known.setdefault(row["property"].value, []).append(row["value"].value)
    uses = {row["thing"].value: int(row["uses"].value) for row in store.select(load("search/uses").bind({}))}
    for iri, said in labels.items():
        if any(label.role == "preferred" for label in said):
            known = facts.get(iri, {})
            yield Entry(
                iri,
                kind_of(iri, base) or "",
                tuple(sorted(said, key=lambda label: (label.role, label.language, label.text))),
                _facets(known, said),
                uses.get(iri, 0),
                max(known.get(EUVOC.endDate, ()), default=""),
                _given_up(known),
                tuple(sorted(known.get(DCT.isReplacedBy, ()))),
            )


def _facets(known: Mapping[str, list[str]], labels: list[Label]) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {"language": {label.language for label in labels if label.language}}
    for property_, values in known.items():
        if facet := _FACETS.get(property_):
            found.setdefault(facet, set()).update(values)
    return {facet: tuple(sorted(values)) for facet, values in sorted(found.items()) if values}


def _given_up(known: Mapping[str, list[str]]) -> bool:
    states = [value.removeprefix(CODE_PREFIXES["concept-status"]) for value in known.get(EUVOC.status, ())]
    return "true" in known.get(OWL.deprecated, ()) or any(state.endswith(_GONE) for state in states)
