"""Concepts and what measures them: definitions, hierarchical relations, indicators, observations."""

from dataclasses import dataclass

from fellesord.languages import Text
from fellesord.namespaces import (
    DCT,
    EUVOC,
    FO,
    ISO_THES,
    RDF,
    SDMX_ATTRIBUTE,
    SDMX_DIMENSION,
    SDMX_MEASURE,
    SKOS,
    SKOSNO,
    UNESKOS,
)
from fellesord.vocabulary.fields import (
    Link,
    Statements,
    Value,
    computed,
    link,
    links,
    parts,
    texts,
    value,
    values,
    words,
)

_HIERARCHY = {
    "generic": (ISO_THES.broaderGeneric, ISO_THES.narrowerGeneric),
    "partitive": (ISO_THES.broaderPartitive, ISO_THES.narrowerPartitive),
    "instantial": (ISO_THES.broaderInstantial, ISO_THES.narrowerInstantial),
}
_RELATIONS = (SKOSNO.hasGenericConceptRelation, SKOSNO.hasPartitiveConceptRelation)
_RELATION_ENDS = (
    SKOSNO.hasGenericConcept,
    SKOSNO.hasComprehensiveConcept,
    SKOSNO.hasSpecificConcept,
    SKOSNO.hasPartitiveConcept,
)


@dataclass(frozen=True)
class Definition:
    """A definition in one language; what kind of source it has, and the sources."""

    text: tuple[Text, ...] = texts(RDF.value)
    source_kind: Link | None = link(SKOSNO.relationshipWithSource)
    source: tuple[Link, ...] = links(DCT.source)


@dataclass(frozen=True)
class Relation:
    """A hierarchical link: ``type`` is generic, partitive, instantial or ``None``; why it divides so."""

    concept: Link
    type: str | None
    criterion: tuple[Text, ...]


def definitions(about: Statements, iri: str) -> tuple[Definition, ...]:
    """The definitions of a thing, from its notes with their sources, else as they stand; by language."""
    notes = about.iris(iri, EUVOC.xlDefinition)
    if not notes:
        return tuple(Definition((text,), None, ()) for text in about.texts(iri, SKOS.definition))
    found = [
        Definition((text,), *_provenance(about, note))
        for note in notes
        for text in about.texts(note, RDF.value)
    ]
    order = {text: place for place, text in enumerate(about.texts(iri, SKOS.definition))}
    return tuple(sorted(found, key=lambda found: order.get(found.text[0], len(order))))


def _provenance(about: Statements, note: str) -> tuple[Link | None, tuple[Link, ...]]:
    kinds = about.links(note, SKOSNO.relationshipWithSource)
    return (kinds[0] if kinds else None, about.links(note, DCT.source))


def _relations(about: Statements, iri: str, direction: int) -> tuple[Relation, ...]:
    types = {
        target: name
        for name, properties in _HIERARCHY.items()
        for target in about.iris(iri, properties[direction])
    }
    criteria = {
        end: about.texts(relation, DCT.description)
        for relation in about.iris(iri, *_RELATIONS)
        for end in about.iris(relation, *_RELATION_ENDS)
    }
    return tuple(
        Relation(found, types.get(found.iri), criteria.get(found.iri, ()))
        for found in about.links(iri, (SKOS.broader, SKOS.narrower)[direction])
    )


@dataclass(frozen=True)
class Concept:
    """A concept (SKOS; definitions and relations as in SKOS-AP-NO-Begrep)."""

    pref_label: tuple[Text, ...] = texts(SKOS.prefLabel)
    alt_label: tuple[Text, ...] = words(SKOS.altLabel)
    hidden_label: tuple[Text, ...] = words(SKOS.hiddenLabel)
    ambiguous_label: tuple[Text, ...] = words(FO.ambiguousLabel)
    notation: tuple[Value, ...] = values(SKOS.notation)
    definition: tuple[Definition, ...] = computed(definitions)
    scope_note: tuple[Text, ...] = words(SKOS.scopeNote)
    example: tuple[Text, ...] = words(SKOS.example)
    broader: tuple[Relation, ...] = computed(lambda about, iri: _relations(about, iri, 0))
    narrower: tuple[Relation, ...] = computed(lambda about, iri: _relations(about, iri, 1))
    related: tuple[Link, ...] = links(SKOS.related)
    member_of: tuple[Link, ...] = links(UNESKOS.memberOf)
    in_scheme: tuple[Link, ...] = links(SKOS.inScheme)
    exact_match: tuple[Link, ...] = links(SKOS.exactMatch)
    close_match: tuple[Link, ...] = links(SKOS.closeMatch)
    broad_match: tuple[Link, ...] = links(SKOS.broadMatch)
    narrow_match: tuple[Link, ...] = links(SKOS.narrowMatch)
    related_match: tuple[Link, ...] = links(SKOS.relatedMatch)
    status: Link | None = link(EUVOC.status)
    start_date: str | None = value(EUVOC.startDate)
    end_date: str | None = value(EUVOC.endDate)
    replaces: tuple[Link, ...] = links(DCT.replaces)
    is_replaced_by: tuple[Link, ...] = links(DCT.isReplacedBy)
    source: tuple[Link, ...] = links(DCT.source)
    created: str | None = value(DCT.created)
    modified: str | None = value(DCT.modified)


@dataclass(frozen=True)
class Observation:
    """A measured value: for which county, which period, the value and its source."""

    county: Link | None = link(SDMX_DIMENSION.refArea)
    period: str | None = value(SDMX_DIMENSION.refPeriod)
    value: str | None = value(SDMX_MEASURE.obsValue)
    unit: Link | None = link(SDMX_ATTRIBUTE.unitMeasure)
    source: tuple[Link, ...] = links(DCT.source)


@dataclass(frozen=True)
class Indicator(Concept):
    """An indicator: a concept that can be measured, how, and what has been measured."""

    subject: tuple[Link, ...] = links(DCT.subject)
    how_measured: tuple[Text, ...] = texts(FO.howMeasured)
    unit: Link | None = link(SDMX_ATTRIBUTE.unitMeasure)
    direction: Link | None = link(FO.direction)
    frequency: Link | None = link(DCT.accrualPeriodicity)
    minimum: str | None = value(FO.minimum)
    maximum: str | None = value(FO.maximum)
    observation: tuple[Observation, ...] = parts(Observation, FO.observation)
