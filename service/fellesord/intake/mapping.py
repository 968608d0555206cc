"""Each statement of a file → its form in the record, or the reason why it has none."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyoxigraph as ox

from fellesord.intake import terms
from fellesord.intake.accounting import Given, Kind, Outcome
from fellesord.intake.naming import Name, Names, Node, is_node
from fellesord.intake.reading import Graph
from fellesord.intake.terms import Rewritten
from fellesord.intake.view import View
from fellesord.namespaces import DC, DCT, ISO_THES, RDF, RDFS, SKOS, SKOS_OLD, SKOSXL, TERMS
from fellesord.record.documents import allowed

_TYPE = ox.NamedNode(RDF.type)
#: Properties of others → the record's own for the same.
_RENAMED = {
    DC.title: DCT.title,
    DC.description: DCT.description,
    DC.date: DCT.date,
    DC.creator: DCT.creator,
    DC.contributor: DCT.contributor,
    SKOSXL.prefLabel: SKOS.prefLabel,
    SKOSXL.altLabel: SKOS.altLabel,
    SKOSXL.hiddenLabel: SKOS.hiddenLabel,
}
#: Properties between things of a vocabulary: what they point at must be there.
_INNER = {
    SKOS.broader, SKOS.narrower, SKOS.related, SKOS.member,
    SKOS.inScheme, SKOS.topConceptOf, SKOS.hasTopConcept,
    ISO_THES.broaderGeneric, ISO_THES.broaderPartitive, ISO_THES.broaderInstantial,
    ISO_THES.narrowerGeneric, ISO_THES.narrowerPartitive, ISO_THES.narrowerInstantial,
    DCT.replaces, DCT.isReplacedBy,
}  # fmt: skip
#: Properties whose values are links in the record; text there cannot be turned into one.
_LINKS = {DCT.publisher, DCT.license, DCT.subject, DCT.language, DCT.isPartOf, DCT.hasPart}
_DATES = {DCT.created, DCT.modified, DCT.issued}
_TRANSITIVE = {SKOS_OLD.broaderTransitive: SKOS.broader, SKOS_OLD.narrowerTransitive: SKOS.narrower}
_XL = {SKOSXL.prefLabel, SKOSXL.altLabel, SKOSXL.hiddenLabel}
_LIST = re.compile(r"http://www\.w3\.org/1999/02/22-rdf-syntax-ns#(first|rest|nil)")
_CLASSES = {"concept": SKOS.Concept, "scheme": SKOS.ConceptScheme, "collection": SKOS.Collection}
_TITLED = {"scheme", "collection"}


@dataclass(frozen=True)
class Mapped:
    """What became of every statement, before what follows is set aside; what was repaired; what was added."""

    outcomes: tuple[Outcome, ...]
    repairs: tuple[Outcome, ...]
    added: tuple[tuple[ox.Triple, str], ...]
    names: Names


def mapped(
    view: View, graphs: Sequence[Graph], *, untagged: str | None = None, scheme: str | None = None
) -> Mapped:
    """The statements of some files in the form of the record.

    ``untagged`` is the language of text that names none; ``scheme`` the IRI of the scheme of ours that the
    concepts are put in, instead of the file's own.
    """
    files = [_File(graph, number) for number, graph in enumerate(graphs)]
    names = Names(view, (triple for file in files for triple in file.standing()))
    mapper = _Mapper(view, names, untagged, scheme)
    outcomes = tuple(outcome for file in files for outcome in file.outcomes(mapper))
    repairs = tuple(outcome for file in files for outcome in file.repairs(mapper))
    return Mapped(outcomes, repairs, tuple(mapper.additions()), names)


class _File:
    """The statements of one file, with blank nodes that no other file can share."""

    def __init__(self, graph: Graph, number: int) -> None:
        self._graph = graph
        self._number = number
        self._triples = [self._apart(triple) for triple in graph.triples]
        self._removed = {self._apart(triple) for triple in graph.removed}
        self._added = [self._apart(triple) for triple in graph.added]

    def standing(self) -> Iterator[ox.Triple]:
        """What is stated when the repairs are made."""
        yield from (triple for triple in self._triples if triple not in self._removed)
        yield from self._added

    def outcomes(self, mapper: "_Mapper") -> Iterator[Outcome]:
        """What becomes of each statement, in the order they stand."""
        known: dict[ox.Triple, Outcome] = {}
        for number, triple in enumerate(self._triples, start=1):
            given = Given(self._graph.name, f"#{number}", f"{self._graph.triples[number - 1]} .")
            if triple in known:
                yield replace(known[triple], given=given)
            elif triple in self._removed:
                yield Outcome(given, "changed", (), "cleaned")
            else:
                known[triple] = mapper.outcome(given, triple, self._graph.spelt)
                yield known[triple]

    def repairs(self, mapper: "_Mapper") -> Iterator[Outcome]:
        """What becomes of each statement that a repair has put in."""
        for before, triple in zip(self._graph.added, self._added, strict=True):
            yield mapper.outcome(Given(self._graph.name, "", f"{before} ."), triple, {})

    def _apart(self, triple: ox.Triple) -> ox.Triple:
        if not isinstance(triple.subject, ox.BlankNode) and not isinstance(triple.object, ox.BlankNode):
            return triple
        return ox.Triple(self._own(triple.subject), triple.predicate, self._own(triple.object))

    def _own(self, term: Any) -> Any:
        return ox.BlankNode(f"f{self._number}{term.value}") if isinstance(term, ox.BlankNode) else term


class _Mapper:
    """Gives statements their form, one by one."""

    def __init__(self, view: View, names: Names, untagged: str | None, scheme: str | None) -> None:
        self._view = view
        self._names = names
        self._untagged = untagged
        self._scheme = ox.NamedNode(scheme) if scheme else None

    def outcome(self, given: Given, triple: ox.Triple, spelt: dict[str, str]) -> Outcome:
        """What becomes of a statement; what is not understood but served already is inferred."""
        found = self._outcome(given, triple, spelt)
        quad = ox.Quad(triple.subject, triple.predicate, triple.object)
        if found.kind == "not-understood" and quad in self._view.served:
            return Outcome(given, "inferred", (triple,), "served")
        return found

    def _outcome(self, given: Given, triple: ox.Triple, spelt: dict[str, str]) -> Outcome:
        subject, predicate = triple.subject, triple.predicate
        assert not isinstance(subject, ox.Triple)  # noqa: S101 - refused when it was parsed
        if triple in self._view.stated:
            return Outcome(given, "kept", (triple,))
        if _LIST.fullmatch(predicate.value) and self._names.in_list(subject):
            return Outcome(given, "changed", (), "list")
        if subject in self._names.labels:
            return self._as_label(given, triple)
        name = self._names[subject]
        if not name.origin:
            return self._without_place(given, triple, name)
        if name.origin == "external" and predicate.value not in terms.EXTERNAL:
            return Outcome(given, "not-understood", (), "external", _short(predicate.value))
        if self._scheme and name.kind == "scheme" and name.origin == "taken":
            return Outcome(given, "not-understood", (), "other-scheme", subject.value)
        return self._placed(given, ox.NamedNode(name.iri), name, triple, spelt)

    def additions(self) -> Iterable[tuple[ox.Triple, str]]:
        """What nobody stated: where what was taken in is from, and what kind of thing it is."""
        match, source = ox.NamedNode(SKOS.exactMatch), ox.NamedNode(DCT.source)
        for node, name in self._names:
            if name.origin != "taken" or not isinstance(node, ox.NamedNode):
                continue
            if self._scheme and name.kind == "scheme":
                continue
            own = ox.NamedNode(name.iri)
            yield ox.Triple(own, source, node), "origin"
            yield ox.Triple(own, _TYPE, ox.NamedNode(_CLASSES[name.kind])), "type"
            if name.kind == "concept":
                yield ox.Triple(own, match, node), "origin"
                if not any(said.predicate.value == SKOS.inScheme for said in self._names.about(node)):
                    scheme = self._scheme or self._default()
                    if scheme:
                        yield ox.Triple(own, ox.NamedNode(SKOS.inScheme), scheme), "scheme"

    def _default(self) -> ox.NamedNode | None:
        return ox.NamedNode(self._view.thesaurus) if self._view.thesaurus else None

    def _placed(
        self, given: Given, subject: ox.NamedNode, name: Name, triple: ox.Triple, spelt: dict[str, str]
    ) -> Outcome:
        predicate, term = triple.predicate.value, triple.object
        renamed = self._property(name, triple)
        if predicate == SKOS_OLD.memberList and is_node(term):
            return self._members(given, subject, term)
        if predicate in _TRANSITIVE:
            return self._transitive(given, subject, triple)
        if predicate == RDF.type:
            return self._class(given, subject, triple)
        if renamed not in TERMS:
            return Outcome(given, "not-understood", (), "property", _short(predicate))
        if isinstance(term, ox.Literal):
            if renamed in _LINKS:
                return Outcome(given, "not-understood", (), "text-for-link", _short(predicate))
            written = terms.literal(term, spelt, self._untagged, day=renamed in _DATES)
        elif predicate in _XL and is_node(term):
            return self._label(given, subject, renamed, term)
        elif is_node(term):
            written = self._link(renamed, term)
        else:
            return Outcome(given, "not-understood", (), "property", _short(predicate))
        if written.term is None:
            return Outcome(given, "not-understood", (), written.reason, written.detail)
        image = ox.Triple(subject, ox.NamedNode(renamed), written.term)
        reason, detail = (written.reason, written.detail) if written.reason else ("", "")
        if renamed != predicate:
            reason, detail = "property-renamed", f"{_short(predicate)} → {_short(renamed)}"
        kind: Kind = "changed" if reason else "kept"
        return Outcome(given, kind, (image,), reason, detail)

    def _property(self, name: Name, triple: ox.Triple) -> str:
        """The record's property for the one that stands there."""
        predicate, term = triple.predicate.value, triple.object
        renamed = _RENAMED.get(predicate, predicate)
        if not isinstance(term, ox.Literal) or name.origin != "taken":
            return renamed
        about = self._names.about(triple.subject)  # type: ignore[arg-type]
        if name.kind in _TITLED and renamed in (SKOS.prefLabel, RDFS.label):
            return renamed if _has(about, term, DCT.title) else DCT.title
        if name.kind == "concept" and renamed == RDFS.label and not _has(about, term, SKOS.prefLabel):
            return SKOS.prefLabel
        return renamed

    def _class(self, given: Given, subject: ox.NamedNode, triple: ox.Triple) -> Outcome:
        term = triple.object
        if not isinstance(term, ox.NamedNode):
            return Outcome(given, "not-understood", (), "class", str(term))
        if term.value == SKOS_OLD.OrderedCollection:
            image = ox.Triple(subject, _TYPE, ox.NamedNode(SKOS.Collection))
            return Outcome(given, "changed", (image,), "list")
        if term.value in TERMS:
            return Outcome(given, "kept", (ox.Triple(subject, _TYPE, term),))
        if kind := self._names.classes.get(term.value):
            image = ox.Triple(subject, _TYPE, ox.NamedNode(_CLASSES[kind]))
            return Outcome(given, "changed", (image,), "class-wider", _short(term.value))
        return Outcome(given, "not-understood", (), "class", _short(term.value))

    def _link(self, predicate: str, term: Node) -> Rewritten:
        if predicate in (SKOS.inScheme, SKOS.topConceptOf) and self._scheme:
            if predicate == SKOS.topConceptOf:
                return Rewritten(None, "other-scheme", term.value)
            same = self._names[term].iri == self._scheme.value
            return Rewritten(self._scheme, "" if same else "other-scheme", "" if same else term.value)
        name = self._names[term]
        if name.iri and predicate not in terms.MAPPINGS | {DCT.source}:
            return Rewritten(ox.NamedNode(name.iri))
        if isinstance(term, ox.BlankNode):
            return Rewritten(None, name.reason or "kind")
        if not allowed(term.value):
            return Rewritten(None, "not-web", term.value)
        if predicate in _INNER and not name.iri:
            if known := self._view.names.get(term.value):
                return Rewritten(ox.NamedNode(known))
            if self._view.path(term.value.partition("#")[0]) not in self._view.documents:
                return Rewritten(None, "dangling", term.value)
        return Rewritten(term)

    def _members(self, given: Given, subject: ox.NamedNode, head: Node) -> Outcome:
        member = ox.NamedNode(SKOS.member)
        found = [self._names[node].iri for node in self._names.list_members(head)]
        images = tuple(ox.Triple(subject, member, ox.NamedNode(iri)) for iri in found if iri)
        return Outcome(given, "changed", images, "list")

    def _label(self, given: Given, subject: ox.NamedNode, renamed: str, label: Node) -> Outcome:
        """The text of a label that is a thing, as a label."""
        texts = self._names.texts(label)
        images = tuple(ox.Triple(subject, ox.NamedNode(renamed), text) for text in texts)
        if not images:
            return Outcome(given, "not-understood", (), "dangling", label.value)
        return Outcome(given, "changed", images, "label-used")

    def _transitive(self, given: Given, subject: ox.NamedNode, triple: ox.Triple) -> Outcome:
        """Transitive links are not written: they follow from the direct ones, or are all there is."""
        direct = ox.NamedNode(_TRANSITIVE[triple.predicate.value])
        if any(said.predicate == direct for said in self._names.about(triple.subject)):  # type: ignore[arg-type]
            return Outcome(given, "changed", (), "transitive")
        return Outcome(given, "not-understood", (), "transitive-only", _short(triple.predicate.value))

    def _as_label(self, given: Given, triple: ox.Triple) -> Outcome:
        if triple.predicate.value in (RDF.type, SKOSXL.literalForm):
            return Outcome(given, "changed", (), "label-thing")
        return Outcome(given, "not-understood", (), "label-said", _short(triple.predicate.value))

    def _without_place(self, given: Given, triple: ox.Triple, name: Name) -> Outcome:
        detail = str(triple.subject)[1:-1] if name.reason in ("own-name", "withdrawn") else ""
        if name.reason == "kind":
            classes = [
                _short(str(said.object)[1:-1])
                for said in self._names.about(triple.subject)  # type: ignore[arg-type]
                if said.predicate.value == RDF.type
            ]
            detail = ", ".join(sorted(classes))
        return Outcome(given, "not-understood", (), name.reason, detail)


def _has(about: Iterable[ox.Triple], label: ox.Literal, predicate: str) -> bool:
    return any(
        said.predicate.value in (predicate, *(old for old, new in _RENAMED.items() if new == predicate))
        and isinstance(said.object, ox.Literal)
        and said.object.language == label.language
        for said in about
    )


def _short(iri: str) -> str:
    return terms.short(iri)
