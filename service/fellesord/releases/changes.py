"""What happened to each thing between two editions: new, changed, retired, merged or withdrawn, and how."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pyoxigraph as ox

from fellesord.formats.plain import one_each
from fellesord.languages import Text, pick
from fellesord.languages.sorting import collation
from fellesord.namespaces import DCT, EUVOC, FO, ISO_THES, KINDS, RDF, RDFS, SKOS, SKOSNO, UNESKOS
from fellesord.releases.difference import Difference
from fellesord.releases.editions import Edition
from fellesord.vocabulary.fields import kind_of

Happening = Literal["new", "changed", "retired", "merged", "withdrawn"]
#: Everything that may have happened to a thing, in the order it is told.
HAPPENINGS: tuple[Happening, ...] = ("new", "changed", "retired", "merged", "withdrawn")
Aspect = Literal["label", "definition", "place", "status", "note", "mapping", "other"]
#: The sides a thing has, in the order that changes of them are told.
ASPECTS: tuple[Aspect, ...] = ("label", "definition", "place", "status", "note", "mapping", "other")

#: The statuses of what is not to be used any more.
RETIRED = frozenset(
    f"http://publications.europa.eu/resource/authority/concept-status/{code}"
    for code in ("RETIRED", "DEPRECATED", "SUPERSEDED")
)
_GROUPED: tuple[tuple[Aspect, tuple[str, ...]], ...] = (
    (
        "label",
        (
            SKOS.prefLabel,
            SKOS.altLabel,
            SKOS.hiddenLabel,
            FO.ambiguousLabel,
            SKOS.notation,
            DCT.title,
            RDFS.label,
        ),
    ),
    ("definition", (SKOS.definition, EUVOC.xlDefinition)),
    (
        "place",
        (
            *(SKOS.broader, SKOS.narrower, SKOS.related, SKOS.inScheme, SKOS.member),
            *(SKOS.topConceptOf, SKOS.hasTopConcept, UNESKOS.memberOf),
            *(iri for iri in ISO_THES),
            *(SKOSNO.hasGenericConceptRelation, SKOSNO.hasPartitiveConceptRelation),
        ),
    ),
    ("status", (EUVOC.status, EUVOC.startDate, EUVOC.endDate, DCT.replaces, DCT.isReplacedBy)),
    (
        "note",
        (SKOS.scopeNote, SKOS.example, SKOS.note, SKOS.changeNote, SKOS.editorialNote, SKOS.historyNote),
    ),
    ("mapping", (SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch)),
)
_ASPECT: dict[str, Aspect] = {iri: aspect for aspect, iris in _GROUPED for iri in iris}
#: What a fragment is part of a thing as, by its class.
_PARTS: dict[str, Aspect] = {
    EUVOC.XlNote: "definition",
    SKOSNO.GenericConceptRelation: "place",
    SKOSNO.PartitiveConceptRelation: "place",
}


@dataclass(frozen=True)
class Term:
    """A value; ``type`` is as in the JSON of SPARQL results. An IRI has its names, where they are known."""

    type: Literal["uri", "literal"]
    value: str
    language: str | None = None
    datatype: str | None = None
    label: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Alteration:
    """What a property of a thing lost and gained; ``part`` names the fragment of it, ``""`` for itself."""

    aspect: Aspect
    property: str
    part: str
    removed: tuple[Term, ...]
    added: tuple[Term, ...]


@dataclass(frozen=True)
class Change:
    """What happened to a thing. What is new or withdrawn is so as a whole, without alterations."""

    iri: str
    kind: str | None
    labels: tuple[Text, ...]
    happening: Happening
    alterations: tuple[Alteration, ...] = ()
    successors: tuple[Term, ...] = ()

    @property
    def aspects(self) -> tuple[Aspect, ...]:
        """The sides of the thing that changed."""
        return tuple(dict.fromkeys(each.aspect for each in self.alterations))

    @property
    def weighty(self) -> bool:
        """Whether it is more than a correction: what the thing is called or means, or whether it is there."""
        return self.happening != "changed" or not {"label", "definition"}.isdisjoint(self.aspects)


def changes(before: Edition, after: Edition, difference: Difference) -> tuple[Change, ...]:
    """What happened to every thing that differs, concepts first, each kind in Norwegian order."""
    return _Reading(before, after, difference).changes()


def document(change: Change) -> dict[str, Any]:
    """A change as plain values."""
    return {
        "uri": change.iri,
        "kind": change.kind,
        "label": one_each(change.labels),
        "happening": change.happening,
        "aspects": list(change.aspects),
        "alterations": [
            {
                "aspect": each.aspect,
                "property": each.property,
                "part": each.part or None,
                "removed": [_plain(term) for term in each.removed],
                "added": [_plain(term) for term in each.added],
            }
            for each in change.alterations
        ],
        "successors": [_plain(term) for term in change.successors],
    }


def told(found: Iterable[Change], since: str | None, to: str) -> dict[str, Any]:
    """What changed between two releases as plain values, with how much of what."""
    listed = tuple(found)
    return {
        "from": since,
        "to": to,
        "counts": counts(listed),
        "changes": [document(change) for change in listed],
    }


def counts(found: Iterable[Change]) -> dict[str, int]:
    """How many things each happened to."""
    happened = [change.happening for change in found]
    return {each: happened.count(each) for each in HAPPENINGS}


def _plain(term: Term) -> dict[str, Any]:
    told: dict[str, Any] = {"type": term.type, "value": term.value}
    if term.language:
        told["language"] = term.language
    elif term.datatype:
        told["datatype"] = term.datatype
    if term.type == "uri" and term.label:
        told["label"] = one_each(term.label)
    return told


class _Reading:
    """The things of two editions side by side."""

    def __init__(self, before: Edition, after: Edition, difference: Difference) -> None:
        self._before, self._after = before, after
        self._base = after.base or before.base
        self._then, self._now = _by_subject(difference.then), _by_subject(difference.now)
        self._removed = _grouped(difference.removed, self._thing)
        self._added = _grouped(difference.added, self._thing)
        self._moved(difference)

    def changes(self) -> tuple[Change, ...]:
        found = [self._change(iri) for iri in self._removed.keys() | self._added.keys()]
        return tuple(sorted(found, key=_order))

    def _thing(self, subject: str) -> str:
        """The thing that a subject is, or is a part of: codes of a list are things of their own."""
        main, hash, _ = subject.partition("#")
        if not hash or not subject.startswith(self._base):
            return subject
        for said in (self._now, self._then):
            if SKOS.Concept in said.get(subject, {}).get(RDF.type, ()):
                return subject
        return main

    def _moved(self, difference: Difference) -> None:
        """What was put into a collection, or taken out, has changed its place too."""
        for triples, into in ((difference.removed, self._removed), (difference.added, self._added)):
            for triple in triples:
                member = triple.object
                if triple.predicate.value == SKOS.member and isinstance(member, ox.NamedNode):
                    if not (self._exists(self._before, member) and self._exists(self._after, member)):
                        continue
                    inverse = ox.Triple(member, ox.NamedNode(UNESKOS.memberOf), triple.subject)
                    into.setdefault(member.value, []).append(inverse)

    def _exists(self, edition: Edition, node: ox.NamedNode) -> bool:
        return f"{node.value[len(self._base) :].partition('#')[0]}.ttl" in edition.data

    def _change(self, iri: str) -> Change:
        labels = self._after.names(iri) or self._before.names(iri)
        happening, alterations = self._happening(iri), ()
        successors: tuple[Term, ...] = ()
        if happening in ("merged", "withdrawn"):
            replaced = self._now.get(iri, {}).get(DCT.isReplacedBy, ())
            successors = tuple(self._term(ox.NamedNode(each)) for each in sorted(replaced))
        kind = kind_of(iri, self._base)
        if happening in ("changed", "retired", "merged") and not self._tombstone(iri):
            return Change(iri, kind, labels, happening, self._alterations(iri), successors)
        return Change(iri, kind, labels, happening, alterations, successors)

    def _happening(self, iri: str) -> Happening:
        then, now = self._then.get(iri, {}), self._now.get(iri, {})
        replaced = now.get(DCT.isReplacedBy, frozenset())
        if self._tombstone(iri):
            return "merged" if replaced else "withdrawn"
        if not now and then:
            return "withdrawn"
        if not then and now:
            return "new"
        gone = _is_retired(now) and not _is_retired(then)
        if gone or (replaced and not then.get(DCT.isReplacedBy)):
            return "merged" if replaced else "retired"
        return "changed"

    def _tombstone(self, iri: str) -> bool:
        return FO.Tombstone in self._now.get(iri, {}).get(RDF.type, ())

    def _alterations(self, iri: str) -> tuple[Alteration, ...]:
        lost, gained = self._removed.get(iri, []), self._added.get(iri, [])
        keys = dict.fromkeys((str(t.subject)[1:-1], t.predicate.value) for t in (*lost, *gained))
        found = []
        for subject, property in keys:
            removed, added = (self._terms(each, (subject, property)) for each in (lost, gained))
            part = subject[len(iri) + 1 :]
            found.append(Alteration(self._aspect(subject, property, part), property, part, removed, added))
        return tuple(sorted(found, key=lambda e: (ASPECTS.index(e.aspect), e.part, e.property)))

    def _terms(self, triples: Iterable[ox.Triple], said: tuple[str, str]) -> tuple[Term, ...]:
        return tuple(sorted((self._term(each.object) for each in triples if _said(each) == said), key=str))

    def _aspect(self, subject: str, property: str, part: str) -> Aspect:
        if part:
            classes = self._now.get(subject, {}).get(RDF.type, ()) or self._then[subject].get(RDF.type, ())
            return next((_PARTS[each] for each in sorted(classes) if each in _PARTS), "other")
        return _ASPECT.get(property, "other")

    def _term(self, term: Any) -> Term:
        if isinstance(term, ox.NamedNode):
            iri = term.value
            return Term("uri", iri, label=self._after.names(iri) or self._before.names(iri))
        return Term("literal", term.value, term.language, None if term.language else term.datatype.value)


Said = Mapping[str, frozenset[str]]


def _by_subject(triples: Iterable[ox.Triple]) -> dict[str, dict[str, frozenset[str]]]:
    """Subject → property → the IRIs and texts it has."""
    found: dict[str, dict[str, set[str]]] = {}
    for triple in triples:
        properties = found.setdefault(str(triple.subject)[1:-1], {})
        value = triple.object
        if isinstance(value, ox.NamedNode | ox.Literal):
            properties.setdefault(triple.predicate.value, set()).add(value.value)
    return {
        subject: {property: frozenset(values) for property, values in properties.items()}
        for subject, properties in found.items()
    }


def _grouped(triples: Iterable[ox.Triple], thing: Callable[[str], str]) -> dict[str, list[ox.Triple]]:
    found: dict[str, list[ox.Triple]] = {}
    for triple in triples:
        found.setdefault(thing(str(triple.subject)[1:-1]), []).append(triple)
    return found


def _said(triple: ox.Triple) -> tuple[str, str]:
    return str(triple.subject)[1:-1], triple.predicate.value


def _is_retired(said: Said) -> bool:
    return bool(said.get(EUVOC.endDate) or said.get(EUVOC.status, frozenset()) & RETIRED)


def _order(change: Change) -> tuple[Any, ...]:
    name = pick(change.labels, ("nb", "nn", "en"))
    rank = KINDS.index(change.kind) if change.kind in KINDS else len(KINDS)
    return rank, collation(name.value if name else change.iri, "nb"), change.iri
