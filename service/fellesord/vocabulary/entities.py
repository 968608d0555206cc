"""The entities: one frozen dataclass per kind, each field declared by the property it is read from."""

from dataclasses import dataclass

from fellesord.languages import Text
from fellesord.namespaces import (
    ADMS,
    DCAT,
    DCT,
    EUVOC,
    FO,
    FOAF,
    ORG,
    OWL,
    QB,
    RDFS,
    SCHEMA,
    SKOS,
    VCARD,
)
from fellesord.vocabulary.concepts import Concept, Definition, Indicator, Observation, definitions
from fellesord.vocabulary.fields import (
    Link,
    Statements,
    Value,
    computed,
    kind_of,
    link,
    links,
    pages,
    parts,
    texts,
    value,
    values,
    words,
)


@dataclass(frozen=True)
class Use:
    """Work that uses a thing: through which links, what it names there, and the counties that do it."""

    work: Link
    links: tuple[str, ...]
    targets: tuple[Link, ...]
    counties: tuple[Link, ...]


@dataclass(frozen=True)
class Contact:
    """Whom to ask: a role, never a person."""

    label: tuple[Text, ...] = texts(RDFS.label)
    email: tuple[str, ...] = pages(VCARD.hasEmail)


@dataclass(frozen=True)
class Scheme:
    """A concept scheme: the thesaurus, the indicators, a code list."""

    title: tuple[Text, ...] = texts(DCT.title, SKOS.prefLabel, RDFS.label)
    description: tuple[Text, ...] = texts(DCT.description)
    has_part: tuple[Link, ...] = links(DCT.hasPart)
    has_top_concept: tuple[Link, ...] = links(SKOS.hasTopConcept)
    publisher: tuple[Link, ...] = links(DCT.publisher)
    contact_point: tuple[Contact, ...] = parts(Contact, DCAT.contactPoint)
    license: tuple[Link, ...] = links(DCT.license)
    source: tuple[Link, ...] = links(DCT.source)
    version_info: str | None = value(OWL.versionInfo)
    created: str | None = value(DCT.created)
    modified: str | None = value(DCT.modified)


@dataclass(frozen=True)
class Collection:
    """A subject group of concepts."""

    title: tuple[Text, ...] = texts(DCT.title, SKOS.prefLabel)
    description: tuple[Text, ...] = texts(DCT.description)
    member: tuple[Link, ...] = links(SKOS.member)
    is_part_of: tuple[Link, ...] = links(DCT.isPartOf)


@dataclass(frozen=True)
class County:
    """A county authority; ``start_date`` and ``end_date`` are both inclusive."""

    pref_label: tuple[Text, ...] = texts(SKOS.prefLabel)
    alt_label: tuple[Text, ...] = words(SKOS.altLabel)
    notation: tuple[Value, ...] = values(SKOS.notation)
    start_date: str | None = value(EUVOC.startDate)
    end_date: str | None = value(EUVOC.endDate)
    scope_note: tuple[Text, ...] = texts(SKOS.scopeNote)
    replaces: tuple[Link, ...] = links(DCT.replaces)
    is_replaced_by: tuple[Link, ...] = links(DCT.isReplacedBy)
    resulted_from: tuple[Link, ...] = links(ORG.resultedFrom)
    changed_by: tuple[Link, ...] = links(ORG.changedBy)
    member_of: tuple[Link, ...] = links(ORG.memberOf)
    see_also: tuple[Link, ...] = links(RDFS.seeAlso, OWL.sameAs)
    source: tuple[Link, ...] = links(DCT.source)


@dataclass(frozen=True)
class Change:
    """An event that turned county authorities into others."""

    title: tuple[Text, ...] = texts(DCT.title)
    description: tuple[Text, ...] = texts(DCT.description)
    date: str | None = value(DCT.date)
    original_organization: tuple[Link, ...] = links(ORG.originalOrganization)
    resulting_organization: tuple[Link, ...] = links(ORG.resultingOrganization)
    source: tuple[Link, ...] = links(DCT.source)


@dataclass(frozen=True)
class Purpose:
    """One thing an organisation is for."""

    label: tuple[Text, ...] = texts(RDFS.label)


@dataclass(frozen=True)
class Organization:
    """An organisation: the network itself, an owner of tools."""

    pref_label: tuple[Text, ...] = texts(SKOS.prefLabel)
    alt_label: tuple[Text, ...] = words(SKOS.altLabel)
    description: tuple[Text, ...] = texts(DCT.description)
    purpose: tuple[Purpose, ...] = parts(Purpose, ORG.purpose)
    has_member: tuple[Link, ...] = links(ORG.hasMember)
    member_of: tuple[Link, ...] = links(ORG.memberOf)
    homepage: tuple[Link, ...] = links(FOAF.homepage)
    source: tuple[Link, ...] = links(DCT.source)


@dataclass(frozen=True)
class Project:
    """A project: what it is about, who takes part, where it stands and what it gains."""

    title: tuple[Text, ...] = texts(DCT.title)
    description: tuple[Text, ...] = texts(DCT.description)
    subject: tuple[Link, ...] = links(DCT.subject)
    lead: tuple[Link, ...] = links(FO.lead)
    participant: tuple[Link, ...] = links(FO.participant)
    phase: tuple[Link, ...] = links(FO.phase)
    status: Link | None = link(ADMS.status)
    start_date: str | None = value(SCHEMA.startDate)
    end_date: str | None = value(SCHEMA.endDate)
    uses_tool: tuple[Link, ...] = links(FO.usesTool)
    gain: tuple[Link, ...] = links(FO.gain)
    relation: tuple[Link, ...] = links(DCT.relation)
    open_for_partners: str | None = value(FO.openForPartners)
    source: tuple[Link, ...] = links(DCT.source)


@dataclass(frozen=True)
class Tool:
    """A tool or method: what it is for, whose it is and where to get it."""

    title: tuple[Text, ...] = texts(DCT.title)
    description: tuple[Text, ...] = texts(DCT.description)
    subject: tuple[Link, ...] = links(DCT.subject)
    phase: tuple[Link, ...] = links(FO.phase)
    publisher: tuple[Link, ...] = links(DCT.publisher)
    landing_page: tuple[Link, ...] = links(DCAT.landingPage)
    license: tuple[Link, ...] = links(DCT.license)
    language: tuple[Link, ...] = links(DCT.language)
    issued: str | None = value(DCT.issued)
    source: tuple[Link, ...] = links(DCT.source)


@dataclass(frozen=True)
class Lesson:
    """A lesson: what was tried, what happened, and what we would do differently."""

    title: tuple[Text, ...] = texts(DCT.title)
    outcome: Link | None = link(FO.outcome)
    tried: tuple[Text, ...] = texts(FO.tried)
    happened: tuple[Text, ...] = texts(FO.happened)
    would_do_differently: tuple[Text, ...] = texts(FO.wouldDoDifferently)
    subject: tuple[Link, ...] = links(DCT.subject)
    about: tuple[Link, ...] = links(SCHEMA.about)
    creator: tuple[Link, ...] = links(DCT.creator)
    issued: str | None = value(DCT.issued)
    source: tuple[Link, ...] = links(DCT.source)


@dataclass(frozen=True)
class Event:
    """A gathering of the network."""

    title: tuple[Text, ...] = texts(DCT.title)
    description: tuple[Text, ...] = texts(DCT.description)
    start_date: str | None = value(SCHEMA.startDate)
    end_date: str | None = value(SCHEMA.endDate)
    location: tuple[Text, ...] = texts(SCHEMA.location)
    organizer: tuple[Link, ...] = links(SCHEMA.organizer)
    attendee: tuple[Link, ...] = links(SCHEMA.attendee)
    source: tuple[Link, ...] = links(DCT.source)


@dataclass(frozen=True)
class Ontology:
    """A document of classes and properties, and the terms it defines."""

    title: tuple[Text, ...] = texts(DCT.title, RDFS.label)
    description: tuple[Text, ...] = texts(DCT.description)
    term: tuple[Link, ...] = links(DCT.hasPart)
    license: tuple[Link, ...] = links(DCT.license)


@dataclass(frozen=True)
class Term:
    """A class, property or datatype: what it means, where it is used, and what it specialises."""

    label: tuple[Text, ...] = texts(RDFS.label)
    definition: tuple[Definition, ...] = computed(definitions)
    scope_note: tuple[Text, ...] = words(SKOS.scopeNote)
    specialises: tuple[Link, ...] = links(RDFS.subPropertyOf, RDFS.subClassOf)
    is_defined_by: tuple[Link, ...] = links(RDFS.isDefinedBy)


@dataclass(frozen=True)
class Statement:
    """A property of a thing whose class we do not know, with all its values."""

    property: str
    texts: tuple[Text, ...]
    links: tuple[Link, ...]


def _statements(about: Statements, iri: str) -> tuple[Statement, ...]:
    return tuple(
        Statement(name, about.texts(iri, name), about.links(iri, name)) for name in about.properties(iri)
    )


@dataclass(frozen=True)
class Other:
    """A thing of any other class: what is stated of it, property by property."""

    statement: tuple[Statement, ...] = computed(_statements)


Entity = (
    Concept | Scheme | Collection | County | Change | Organization | Project | Tool | Lesson
    | Event | Observation | Ontology | Term | Other
)  # fmt: skip

_BY_KIND: dict[str, type[Entity]] = {
    "concept": Concept,
    "code": Concept,
    "collection": Collection,
    "scheme": Scheme,
    "county": County,
    "change": Change,
    "organization": Organization,
    "project": Project,
    "tool": Tool,
    "lesson": Lesson,
    "indicator": Indicator,
    "event": Event,
}
_BY_CLASS: dict[str, type[Entity]] = {
    SKOS.Concept: Concept,
    SKOS.ConceptScheme: Scheme,
    SKOS.Collection: Collection,
    QB.Observation: Observation,
    OWL.Ontology: Ontology,
    OWL.Class: Term,
    OWL.ObjectProperty: Term,
    OWL.DatatypeProperty: Term,
    RDFS.Datatype: Term,
}


def entity_class(iri: str, base: str, classes: tuple[str, ...]) -> type[Entity]:
    """The entity to read a thing as: by its RDF classes, else by its kind, else ``Other``."""
    kind = kind_of(iri, base)
    if kind in _BY_KIND and "#" not in iri:
        return _BY_KIND[kind]
    return next((_BY_CLASS[name] for name in classes if name in _BY_CLASS), Other)
