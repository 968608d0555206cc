"""The items of lists: a few flat fields of each kind, declared as the fields of entities are."""

from dataclasses import dataclass
from typing import Any

from fellesord.languages import Text
from fellesord.namespaces import (
    ADMS,
    DCAT,
    DCT,
    EUVOC,
    FO,
    OWL,
    SCHEMA,
    SDMX_ATTRIBUTE,
    SKOS,
    UNESKOS,
)
from fellesord.vocabulary.fields import (
    Link,
    Statements,
    Value,
    computed,
    link,
    links,
    texts,
    value,
    values,
)


@dataclass(frozen=True)
class Item:
    """One thing in a list; ``fields`` is one of the dataclasses below."""

    iri: str
    kind: str | None
    labels: tuple[Text, ...]
    fields: Any


def _truth(about: Statements, iri: str) -> bool | None:
    said = {found.value for found in about.values(iri, FO.openForPartners)}
    return bool(said & {"true", "1"}) if said else None


def county_number(about: Statements, iri: str) -> str | None:
    """The number of a county, as statistics use it."""
    found = (each.value for each in about.values(iri, SKOS.notation) if each.datatype == FO.countyNumber)
    return next(found, None)


@dataclass(frozen=True)
class ConceptItem:
    """A concept, or a code of a code list."""

    notation: tuple[Value, ...] = values(SKOS.notation)
    definition: tuple[Text, ...] = texts(SKOS.definition)
    status: Link | None = link(EUVOC.status)
    start_date: str | None = value(EUVOC.startDate)
    end_date: str | None = value(EUVOC.endDate)
    replaced_by: tuple[Link, ...] = links(DCT.isReplacedBy)
    collections: tuple[Link, ...] = links(UNESKOS.memberOf)
    schemes: tuple[Link, ...] = links(SKOS.inScheme)
    top_of: tuple[Link, ...] = links(SKOS.topConceptOf)


@dataclass(frozen=True)
class ProjectItem:
    """A project; ``counties`` are those that lead it and those that take part."""

    description: tuple[Text, ...] = texts(DCT.description)
    concepts: tuple[Link, ...] = links(DCT.subject)
    lead: tuple[Link, ...] = links(FO.lead)
    counties: tuple[Link, ...] = links(FO.lead, FO.participant)
    phase: tuple[Link, ...] = links(FO.phase)
    status: Link | None = link(ADMS.status)
    start_date: str | None = value(SCHEMA.startDate)
    end_date: str | None = value(SCHEMA.endDate)
    tools: tuple[Link, ...] = links(FO.usesTool)
    open_for_partners: bool | None = computed(_truth)


@dataclass(frozen=True)
class ToolItem:
    """A tool or method."""

    description: tuple[Text, ...] = texts(DCT.description)
    concepts: tuple[Link, ...] = links(DCT.subject)
    phase: tuple[Link, ...] = links(FO.phase)
    owners: tuple[Link, ...] = links(DCT.publisher)
    landing_page: tuple[Link, ...] = links(DCAT.landingPage)
    license: tuple[Link, ...] = links(DCT.license)
    issued: str | None = value(DCT.issued)


@dataclass(frozen=True)
class LessonItem:
    """A lesson; ``counties`` are those it comes from."""

    outcome: Link | None = link(FO.outcome)
    concepts: tuple[Link, ...] = links(DCT.subject)
    about: tuple[Link, ...] = links(SCHEMA.about)
    counties: tuple[Link, ...] = links(DCT.creator)
    issued: str | None = value(DCT.issued)


@dataclass(frozen=True)
class IndicatorItem:
    """An indicator."""

    definition: tuple[Text, ...] = texts(SKOS.definition)
    concepts: tuple[Link, ...] = links(DCT.subject)
    unit: Link | None = link(SDMX_ATTRIBUTE.unitMeasure)
    direction: Link | None = link(FO.direction)
    frequency: Link | None = link(DCT.accrualPeriodicity)
    status: Link | None = link(EUVOC.status)


@dataclass(frozen=True)
class CountyItem:
    """A county authority; ``start_date`` and ``end_date`` are both inclusive."""

    number: str | None = computed(county_number)
    notation: tuple[Value, ...] = values(SKOS.notation)
    start_date: str | None = value(EUVOC.startDate)
    end_date: str | None = value(EUVOC.endDate)
    replaces: tuple[Link, ...] = links(DCT.replaces)
    replaced_by: tuple[Link, ...] = links(DCT.isReplacedBy)


@dataclass(frozen=True)
class EventItem:
    """A gathering; ``counties`` are those that were present."""

    description: tuple[Text, ...] = texts(DCT.description)
    start_date: str | None = value(SCHEMA.startDate)
    end_date: str | None = value(SCHEMA.endDate)
    location: tuple[Text, ...] = texts(SCHEMA.location)
    organizers: tuple[Link, ...] = links(SCHEMA.organizer)
    counties: tuple[Link, ...] = links(SCHEMA.attendee)


@dataclass(frozen=True)
class SchemeItem:
    """A concept scheme: the thesaurus, the indicators, a code list."""

    description: tuple[Text, ...] = texts(DCT.description)
    publisher: tuple[Link, ...] = links(DCT.publisher)
    license: tuple[Link, ...] = links(DCT.license)
    version_info: str | None = value(OWL.versionInfo)
    created: str | None = value(DCT.created)
    modified: str | None = value(DCT.modified)


@dataclass(frozen=True)
class CollectionItem:
    """A subject group; ``size`` is how many concepts it holds."""

    description: tuple[Text, ...] = texts(DCT.description)
    schemes: tuple[Link, ...] = links(DCT.isPartOf)
    size: int = computed(lambda about, iri: len(about.iris(iri, SKOS.member)))


@dataclass(frozen=True)
class UseItem:
    """A work that uses a concept: through which links, which concept it names, the counties that do it."""

    through: tuple[str, ...]
    targets: tuple[Link, ...]
    counties: tuple[Link, ...]


@dataclass(frozen=True)
class RelatedItem:
    """A narrower or wider concept: how many links away, and of what kind the link nearest to it is.

    That link goes to ``via``: the concept asked about, where ``depth`` is 1.
    """

    type: str | None
    criterion: tuple[Text, ...]
    depth: int
    via: str
