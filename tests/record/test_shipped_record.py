"""The shipped vocabulary, document by document, until the checks have a floor of their own."""

from collections import defaultdict
from collections.abc import Iterator

import pyoxigraph as ox
import pytest

from fellesord.files import root
from fellesord.namespaces import (
    DCT,
    EUVOC,
    FO,
    ISO_THES,
    ORG,
    OWL,
    RDF,
    RDFS,
    SCHEMA,
    SKOS,
    SKOSNO,
)
from fellesord.record import documents
from fellesord.record.documents import Document, Record

LANGUAGES = {"nb", "nn", "en"}
_SELF_COMPOSED = "https://data.norge.no/vocabulary/relationship-with-source-type#self-composed"


@pytest.fixture(scope="module")
def record() -> Record:
    return documents.read(root() / "vocab")


def of_kind(record: Record, *kinds: str) -> Iterator[Document]:
    return (document for document in record.documents if document.kind in kinds)


def objects(document: Document, *properties: str, subject: str | None = None) -> list[object]:
    return [
        t.object
        for t in document.triples
        if t.predicate.value in properties and (subject is None or t.subject == ox.NamedNode(subject))
    ]


def languages(terms: list[object]) -> list[str | None]:
    return [term.language for term in terms if isinstance(term, ox.Literal)]


def values(terms: list[object]) -> set[str]:
    return {term.value for term in terms if isinstance(term, ox.NamedNode | ox.Literal)}


def test_every_document_is_in_canonical_form(record: Record) -> None:
    assert [d.path for d in record.documents if d.data != d.canonical] == []


def test_labels_and_titles_come_in_bokmal_nynorsk_and_english_once_each(record: Record) -> None:
    wrong = []
    for document in record.documents:
        if document.iri is None:
            continue
        found = languages(objects(document, SKOS.prefLabel, DCT.title, subject=document.iri))
        if not set(found) >= LANGUAGES or len(found) != len(set(found)):
            wrong.append(document.path)
    assert wrong == []


def test_concepts_and_indicators_are_defined_in_the_three_languages(record: Record) -> None:
    wrong = []
    for document in of_kind(record, "concept", "indicator"):
        notes = values(objects(document, EUVOC.xlDefinition))
        found = [tag for note in notes for tag in languages(objects(document, RDF.value, subject=note))]
        if sorted(str(tag) for tag in found) != sorted(LANGUAGES):
            wrong.append(document.path)
    assert wrong == []


def test_every_text_for_people_comes_in_the_three_languages(record: Record) -> None:
    properties = (
        SKOS.scopeNote, SKOS.example, SKOS.definition, DCT.description, DCT.title, RDFS.label, FO.howMeasured
    )  # fmt: skip
    wrong = []
    for document in record.documents:
        texts: dict[tuple[str, str], set[str | None]] = defaultdict(set)
        for triple in document.triples:
            if triple.predicate.value in properties and isinstance(triple.object, ox.Literal):
                texts[str(triple.subject), triple.predicate.value].add(triple.object.language)
        wrong += [key for key, found in texts.items() if not found >= LANGUAGES]
    assert wrong == []


def test_definitions_stand_as_fragments_without_capital_or_full_stop(record: Record) -> None:
    texts = [
        term.value
        for document in of_kind(record, "concept", "indicator")
        for term in objects(document, RDF.value)
        if isinstance(term, ox.Literal)
    ]
    assert [text for text in texts if text.endswith(".") or text != text.strip()] == []
    assert [text for text in texts if text[0].isupper() and not text[1].isupper()] == []


def test_no_label_is_given_twice_in_a_concept_and_no_preferred_label_to_two(record: Record) -> None:
    twice: list[tuple[str | None, str]] = []
    owner: dict[tuple[str | None, str], str] = {}
    for document in of_kind(record, "concept"):
        found = [
            (term.language, term.value.casefold())
            for term in objects(document, SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel)
            if isinstance(term, ox.Literal)
        ]
        twice += [label for label in found if found.count(label) > 1]
        for term in objects(document, SKOS.prefLabel, SKOS.altLabel):
            if isinstance(term, ox.Literal):
                key = (term.language, term.value.casefold())
                if owner.setdefault(key, document.path) != document.path:
                    twice.append(key)
    assert twice == []


def test_every_own_iri_that_is_named_exists(record: Record) -> None:
    described = {t.subject.value for t in record.triples() if isinstance(t.subject, ox.NamedNode)}
    named = {t.object.value for t in record.triples() if isinstance(t.object, ox.NamedNode)}
    assert {iri for iri in named - described if iri.startswith(record.base)} == set()


def test_every_property_and_class_of_our_own_is_in_the_ontology(record: Record) -> None:
    used = {t.predicate.value for t in record.triples()}
    used |= values([t.object for t in record.triples() if t.predicate.value == RDF.type])
    assert {iri for iri in used if iri.startswith(str(FO))} <= set(FO)


def test_every_mapped_or_coded_foreign_term_has_a_label(record: Record) -> None:
    properties = (
        SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch, EUVOC.status,
        DCT.license, DCT.language, DCT.accrualPeriodicity, SKOSNO.relationshipWithSource
    )  # fmt: skip
    labelled = {
        t.subject.value
        for document in of_kind(record, "external")
        for t in document.triples
        if t.predicate.value == SKOS.prefLabel and isinstance(t.subject, ox.NamedNode)
    }
    pointed = {
        t.object.value
        for t in record.triples()
        if t.predicate.value in properties and isinstance(t.object, ox.NamedNode)
    }
    assert pointed - labelled == set()


def test_every_fact_that_is_not_our_own_words_has_a_source(record: Record) -> None:
    wrong = [
        document.path
        for document in of_kind(
            record, "county", "change", "organization", "project", "tool", "lesson", "event"
        )
        if not objects(document, DCT.source, subject=document.iri)
    ]
    for document in of_kind(record, "concept", "indicator"):
        for note in values(objects(document, EUVOC.xlDefinition)):
            kind = values(objects(document, SKOSNO.relationshipWithSource, subject=note))
            sourced = bool(objects(document, DCT.source, subject=note))
            if len(kind) != 1 or sourced == (_SELF_COMPOSED in kind):
                wrong.append(note)
    for document in of_kind(record, "external"):
        described = {t.subject for t in document.triples}
        sourced_terms = {t.subject for t in document.triples if t.predicate.value == DCT.source}
        wrong += [f"{document.path}: {term}" for term in described - sourced_terms]
    assert wrong == []


def test_each_concept_is_in_exactly_one_of_thirteen_subject_groups(record: Record) -> None:
    groups = [values(objects(document, SKOS.member)) for document in of_kind(record, "collection")]
    members = [member for group in groups for member in group]
    assert len(groups) == 13
    assert sorted(members) == sorted(str(d.iri) for d in of_kind(record, "concept"))


def hierarchy(record: Record) -> dict[str, set[str]]:
    up: dict[str, set[str]] = {}
    for document in of_kind(record, "concept"):
        up[str(document.iri)] = values(
            objects(
                document,
                ISO_THES.broaderGeneric,
                ISO_THES.broaderPartitive,
                ISO_THES.broaderInstantial,
                SKOSNO.hasGenericConcept,
                SKOSNO.hasComprehensiveConcept,
            )
        )
    return up


def above(iri: str, up: dict[str, set[str]], seen: frozenset[str] = frozenset()) -> set[str]:
    assert iri not in seen, f"cycle through {iri}"
    return {wider for direct in up[iri] for wider in {direct, *above(direct, up, seen | {iri})}}


def test_the_hierarchy_has_no_cycle_and_related_concepts_are_not_in_it(record: Record) -> None:
    up = hierarchy(record)
    for document in of_kind(record, "concept"):
        wider = above(str(document.iri), up)
        for related in values(objects(document, SKOS.related)):
            assert related not in wider, document.path
            assert str(document.iri) not in above(related, up), document.path


def test_each_fact_is_recorded_once(record: Record) -> None:
    derived = (
        SKOS.broader, SKOS.narrower, SKOS.topConceptOf, SKOS.hasTopConcept, ORG.memberOf, DCT.hasPart,
        ORG.changedBy, ORG.resultedFrom
    )  # fmt: skip
    assert [t for t in record.triples() if t.predicate.value in derived] == []
    related = {
        (t.subject.value, t.object.value)
        for t in record.triples()
        if t.predicate.value == SKOS.related
        and isinstance(t.subject, ox.NamedNode)
        and isinstance(t.object, ox.NamedNode)
    }
    assert {(b, a) for a, b in related} & related == set()


def test_no_concept_claims_to_be_settled_before_the_network_has_agreed(record: Record) -> None:
    stated = {
        status.rpartition("/")[2]
        for d in of_kind(record, "concept", "indicator")
        for status in values(objects(d, EUVOC.status))
    }
    assert stated == {"DRAFT", "CANDIDATE"}


def test_counties_are_valid_in_time_and_numbered(record: Record) -> None:
    for document in of_kind(record, "county"):
        start, end = objects(document, EUVOC.startDate), objects(document, EUVOC.endDate)
        assert len(start) <= 1 and len(end) <= 1
        if start and end:
            assert min(values(start)) <= min(values(end)), document.path
        kinds = [t.datatype.value for t in objects(document, SKOS.notation) if isinstance(t, ox.Literal)]
        assert kinds.count(FO.countyNumber) == 1 and kinds.count(FO.organizationNumber) == 1
    numbers = [
        term.value
        for document in of_kind(record, "county")
        for term in objects(document, SKOS.notation)
        if isinstance(term, ox.Literal) and term.datatype.value != FO.nutsCode
    ]
    assert len(numbers) == len(set(numbers)) == 2 * 33


@pytest.mark.parametrize(("date", "number"), [("2019-06-01", 18), ("2020-01-01", 11), ("2024-01-01", 15)])
def test_on_every_day_there_are_as_many_county_authorities_as_norway_had(
    record: Record, date: str, number: int
) -> None:
    valid = [
        document
        for document in of_kind(record, "county")
        if min(values(objects(document, EUVOC.startDate)), default="") <= date
        and date <= min(values(objects(document, EUVOC.endDate)), default="9999")
    ]
    assert len(valid) == number


def test_a_dissolved_county_has_a_change_and_the_change_fits_its_dates(record: Record) -> None:
    county = {str(d.iri): d for d in of_kind(record, "county")}
    dissolved = {iri for iri, d in county.items() if objects(d, EUVOC.endDate)}
    changed: set[str] = set()
    for change in of_kind(record, "change"):
        day = min(values(objects(change, DCT.date)))
        originals = values(objects(change, ORG.originalOrganization))
        changed |= originals
        for iri in originals:
            assert min(values(objects(county[iri], EUVOC.endDate))) < day
        for iri in values(objects(change, ORG.resultingOrganization)):
            assert min(values(objects(county[iri], EUVOC.startDate))) == day
    assert changed == dissolved


def test_there_are_seventeen_goals_and_fourteen_indicators_and_at_least_eight_tools(record: Record) -> None:
    goals = [
        t.subject
        for document in of_kind(record, "external")
        for t in document.triples
        if t.predicate.value == SKOS.prefLabel
        and isinstance(t.object, ox.Literal)
        and t.object.language == "nn"
        and "metadata.un.org/sdg/" in str(t.subject)
    ]
    assert len(goals) == 17
    assert len(list(of_kind(record, "indicator"))) == 14
    assert len(list(of_kind(record, "tool"))) >= 8


def test_lessons_and_observations_are_not_invented(record: Record) -> None:
    classes = {
        t.object.value
        for t in record.triples()
        if t.predicate.value == RDF.type and isinstance(t.object, ox.NamedNode)
    }
    assert SCHEMA.CreativeWork not in classes
    assert "http://purl.org/linked-data/cube#Observation" not in classes


def test_own_terms_are_labelled_defined_and_narrower_than_a_standard_term(record: Record) -> None:
    (ontology,) = of_kind(record, "ontology")
    for iri in FO:
        assert set(languages(objects(ontology, RDFS.label, subject=iri))) == LANGUAGES
        assert set(languages(objects(ontology, SKOS.definition, subject=iri))) == LANGUAGES
        classes = values(objects(ontology, RDF.type, subject=iri))
        free = {FO.openForPartners}
        if classes & {OWL.ObjectProperty, OWL.DatatypeProperty} and iri not in free:
            assert objects(ontology, RDFS.subPropertyOf, subject=iri), iri
