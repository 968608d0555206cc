"""SKOS-AP-NO-Begrep 2: the published concepts as the Norwegian profile wants them, and nothing beside it.

Every concept has an identifier, a publisher and a contact point, its definitions as notes, one a
language, and its place as relation objects. What the profile has no term for is left out;
``skos:broader`` stays where it is not said whether a link is generic or partitive, for the place would be
lost otherwise.
"""

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import pyoxigraph as ox

from fellesord.namespaces import (
    ADMS,
    DCAT,
    DCT,
    EUVOC,
    ISO_THES,
    ORG,
    OWL,
    RDF,
    RDFS,
    SKOS,
    SKOSNO,
    UNESKOS,
    VCARD,
    XSD,
)
from fellesord.store import Store
from fellesord.store.queries import load

STANDARD = "https://data.norge.no/specification/skos-ap-no-begrep"
_AT_ONCE = 256
_ANY_URI = ox.NamedNode(XSD.anyURI)
#: What is taken over of a concept as it is; links only when they lead to concepts that are published.
_TEXTS = frozenset(
    (
        SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel, SKOS.scopeNote, SKOS.example, DCT.created,
        DCT.modified, EUVOC.startDate, EUVOC.endDate, EUVOC.status, SKOS.exactMatch, SKOS.closeMatch,
        DCT.creator, OWL.versionInfo, OWL.deprecated, ADMS.versionNotes,
    )
)  # fmt: skip
_LINKS = frozenset((SKOS.related, DCT.replaces, DCT.isReplacedBy, RDFS.seeAlso))
_GROUP = frozenset((DCT.title, DCT.description))
_CONTACT = frozenset((RDF.type, RDFS.label, VCARD.hasEmail, VCARD.hasURL, VCARD.hasTelephone, VCARD.fn))
_PUBLISHER = frozenset((SKOS.prefLabel,))
_NOTE = frozenset((RDF.value, DCT.source, DCT.audience, SKOSNO.relationshipWithSource))
#: How a typed link is said with a relation object: which object, of which class, and what it names.
RELATIONS = {
    ISO_THES.broaderGeneric: (
        SKOSNO.hasGenericConceptRelation,
        SKOSNO.GenericConceptRelation,
        SKOSNO.hasGenericConcept,
    ),
    ISO_THES.narrowerGeneric: (
        SKOSNO.hasGenericConceptRelation,
        SKOSNO.GenericConceptRelation,
        SKOSNO.hasSpecificConcept,
    ),
    ISO_THES.broaderPartitive: (
        SKOSNO.hasPartitiveConceptRelation,
        SKOSNO.PartitiveConceptRelation,
        SKOSNO.hasComprehensiveConcept,
    ),
    ISO_THES.narrowerPartitive: (
        SKOSNO.hasPartitiveConceptRelation,
        SKOSNO.PartitiveConceptRelation,
        SKOSNO.hasPartitiveConcept,
    ),
}
_HAS = frozenset(has for has, _, _ in RELATIONS.values())
_CLASSES = frozenset(cls for _, cls, _ in RELATIONS.values())
_TARGETS = frozenset(target for _, _, target in RELATIONS.values())
#: What is said by being there, or from the other side.
_IMPLIED = frozenset((RDF.type, EUVOC.xlDefinition, SKOS.inScheme, SKOS.narrower, SKOS.topConceptOf, *_HAS))

Statements = dict[str, list[ox.Triple]]


@dataclass(frozen=True)
class Published:
    """What is published: each thing's scheme, and of each scheme what its things are published with."""

    concepts: dict[str, str] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    publishers: dict[str, list[str]] = field(default_factory=dict)
    contacts: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, store: Store) -> "Published":
        """What a store publishes: two store calls.

        Of a publisher and its successors those are taken that there are on the day of the release.
        """
        found = cls()
        day = max(
            (row["released"].value for row in store.select(load("released").bind({})) if row), default=""
        )
        ended: list[tuple[str, str, str]] = []
        for row in store.select(load("profile/published").bind({})):
            scheme = row["scheme"].value
            if "thing" in row:
                things = found.concepts if row["class"].value == SKOS.Concept else found.groups
                things[row["thing"].value] = scheme
            elif "publisher" in row:
                last = row["ended"].value if "ended" in row else "9999"
                ended.append((scheme, row["publisher"].value, last))
            elif "contact" in row:
                found.contacts.setdefault(scheme, []).append(row["contact"].value)
        for scheme, publisher, last in sorted(ended):
            if last >= day:
                found.publishers.setdefault(scheme, []).append(publisher)
        for contacts in found.contacts.values():
            contacts.sort()
        return found


@dataclass(frozen=True)
class Strict:
    """The graph of the profile in parts, in the order of subjects; it can be gone through again."""

    store: Store

    @cached_property
    def published(self) -> Published:
        """What is published."""
        return Published.of(self.store)

    def __iter__(self) -> Iterator[list[ox.Triple]]:
        for asked, about in self._described(self.subjects()):
            yield [each for iri in asked for each in dict.fromkeys(self.of(iri, about))]

    def _described(self, subjects: Sequence[str]) -> Iterator[tuple[Sequence[str], Statements]]:
        for start in range(0, len(subjects), _AT_ONCE):
            asked = subjects[start : start + _AT_ONCE]
            about: Statements = defaultdict(list)
            for triple in self.store.describe(asked):
                about[str(triple.subject)[1:-1]].append(triple)
            yield asked, about

    def left_out(self) -> dict[str, int]:
        """Properties of the concepts and their fragments → how many statements the graph does not tell.

        What it says in another way it does tell: a definition as a note, a link as a relation object.
        """
        counts: Counter[str] = Counter()
        for asked, about in self._described(sorted(self.published.concepts)):
            told = {triple for iri in asked for triple in self.concept(iri, about)}
            otherwise = {(main_of(each), each.object) for each in told if _says_otherwise(each)}
            counts.update(
                each.predicate.value
                for iri, statements in about.items()
                if iri.partition("#")[0] in asked
                for each in statements
                if each.predicate.value not in _IMPLIED
                and each not in told
                and (main_of(each), each.object) not in otherwise
            )
        return dict(sorted(counts.items()))

    def subjects(self) -> list[str]:
        """What the graph describes, in order, the fragments of concepts aside."""
        published = self.published
        others = {
            iri
            for held in (published.publishers, published.contacts)
            for iris in held.values()
            for iri in iris
        }
        return sorted({*published.concepts, *published.groups, *others})

    def of(self, iri: str, about: Statements) -> Iterator[ox.Triple]:
        """What the graph says of one thing."""
        if iri in self.published.concepts:
            yield from self.concept(iri, about)
        elif iri in self.published.groups:
            yield from self.group(iri, about[iri])
        elif any(iri in iris for iris in self.published.publishers.values()):
            yield triple(iri, RDF.type, ox.NamedNode(ORG.Organization))
            yield from kept(about[iri], _PUBLISHER)
        else:
            yield from kept(about[iri], _CONTACT)

    def concept(self, iri: str, about: Statements) -> Iterator[ox.Triple]:
        """The statements about a concept, its definitions and its relations."""
        own = about[iri]
        yield triple(iri, RDF.type, ox.NamedNode(SKOS.Concept))
        yield from kept(own, _TEXTS)
        yield from (each for each in kept(own, _LINKS) if self.leads_on(each))
        yield from self.membership(iri, own)
        yield from self.responsible(iri, self.published.concepts[iri], own)
        yield from self.definitions(iri, about)
        yield from self.relations(iri, about)

    def membership(self, iri: str, own: Sequence[ox.Triple]) -> Iterator[ox.Triple]:
        """The subject groups a concept is in."""
        yield from (each for each in kept(own, {UNESKOS.memberOf}) if value(each) in self.published.groups)

    def responsible(self, iri: str, scheme: str, own: Sequence[ox.Triple]) -> Iterator[ox.Triple]:
        """Identifier, publisher and contact point: its own where it has some, else those of its scheme."""
        yield triple(iri, DCT.identifier, ox.Literal(iri, datatype=_ANY_URI))
        for name, held in (
            (DCT.publisher, self.published.publishers),
            (DCAT.contactPoint, self.published.contacts),
        ):
            said = kept(own, {name})
            yield from said or [triple(iri, name, ox.NamedNode(each)) for each in held.get(scheme, ())]

    def definitions(self, iri: str, about: Statements) -> Iterator[ox.Triple]:
        """The definition notes; one is made of each plain definition in a language that has none."""
        noted = set()
        for link in kept(about[iri], {EUVOC.xlDefinition}):
            note = about.get(value(link), [])
            noted |= {
                each.object.language
                for each in kept(note, {RDF.value})
                if isinstance(each.object, ox.Literal)
            }
            yield link
            yield triple(value(link), RDF.type, ox.NamedNode(EUVOC.XlNote))
            yield from kept(note, _NOTE)
        for plain in kept(about[iri], {SKOS.definition}):
            if language(plain) not in noted:
                note_iri = f"{iri}#def-{language(plain) or 'und'}"
                yield triple(iri, EUVOC.xlDefinition, ox.NamedNode(note_iri))
                yield triple(note_iri, RDF.type, ox.NamedNode(EUVOC.XlNote))
                yield triple(note_iri, RDF.value, plain.object)

    def relations(self, iri: str, about: Statements) -> Iterator[ox.Triple]:
        """The relation objects: those recorded, and one for each typed link that has none."""
        said: set[tuple[str, str]] = set()
        for link in kept(about[iri], _HAS):
            relation = about.get(value(link), [])
            targets = [each for each in kept(relation, _TARGETS) if self.leads_on(each)]
            if targets:
                said |= {(each.predicate.value, value(each)) for each in targets}
                yield from self.relation(iri, link, relation, targets)
        for link in kept(about[iri], RELATIONS):
            has, cls, names = RELATIONS[link.predicate.value]
            if self.leads_on(link) and (names, value(link)) not in said:
                relation_iri = fragment(iri, "rel", value(link))
                yield triple(iri, has, ox.NamedNode(relation_iri))
                yield triple(relation_iri, RDF.type, ox.NamedNode(cls))
                yield triple(relation_iri, names, link.object)
        yield from self.untyped(about[iri])

    def relation(
        self, iri: str, link: ox.Triple, relation: Sequence[ox.Triple], targets: Sequence[ox.Triple]
    ) -> Iterator[ox.Triple]:
        """A relation object as it is recorded."""
        yield link
        yield from targets
        yield from kept(relation, {DCT.description})
        yield from (each for each in kept(relation, {RDF.type}) if value(each) in _CLASSES)

    def untyped(self, own: Sequence[ox.Triple]) -> Iterator[ox.Triple]:
        """The links to wider concepts that are neither generic nor partitive."""
        typed = {value(each) for each in kept(own, RELATIONS)}
        yield from (
            each for each in kept(own, {SKOS.broader}) if value(each) not in typed and self.leads_on(each)
        )

    def group(self, iri: str, own: Sequence[ox.Triple]) -> Iterator[ox.Triple]:
        """The statements about a subject group."""
        yield triple(iri, RDF.type, ox.NamedNode(SKOS.Collection))
        yield from kept(own, _GROUP)
        yield from (each for each in kept(own, {SKOS.member}) if self.leads_on(each))
        yield from self.responsible(iri, self.published.groups[iri], own)

    def leads_on(self, each: ox.Triple) -> bool:
        """Whether a statement leads to a concept that is published."""
        return value(each) in self.published.concepts


def main_of(each: ox.Triple) -> str:
    """The thing that a statement is about, or about a fragment of."""
    return str(each.subject)[1:-1].partition("#")[0]


def _says_otherwise(each: ox.Triple) -> bool:
    """Whether a statement may tell what the record states as another one."""
    return "#" in str(each.subject) or each.predicate.value == SKOS.definition


def language(each: ox.Triple) -> str:
    """The language of the text that a statement says, empty where that is not said."""
    return (each.object.language if isinstance(each.object, ox.Literal) else None) or ""


def triple(
    subject: str, predicate: str, term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
) -> ox.Triple:
    """A statement."""
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), term)


def value(each: ox.Triple) -> str:
    """What a statement says: an IRI, or the text of a literal."""
    term = each.object
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else str(term)


def fragment(iri: str, role: str, target: str) -> str:
    """The IRI of a part of a concept that is about another concept."""
    return f"{iri}#{role}-{target[max(target.rfind('/'), target.rfind('#')) + 1 :]}"


def kept(statements: Iterable[ox.Triple], properties: Container[str]) -> list[ox.Triple]:
    """The statements with one of some properties."""
    return [each for each in statements if each.predicate.value in properties]
