"""Things: what is read of each kind, the work that uses them, and how many store calls that takes."""

from collections.abc import Sequence

import pyoxigraph as ox
import pytest
from tests.conftest import WriteRecord

from fellesord.errors import NotFound, Withdrawn
from fellesord.languages import chain, pick
from fellesord.store import Solution, Store
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Sources
from fellesord.vocabulary.concepts import Concept, Indicator, Observation
from fellesord.vocabulary.entities import County, Lesson, Other, Project, Scheme
from fellesord.vocabulary.reading import Vocabulary


class Counting:
    """A store that counts its calls."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.calls = 0
        self.generation = store.generation

    def select(self, query: str) -> list[Solution]:
        self.calls += 1
        return self._store.select(query)

    def describe(self, iris: Sequence[str]) -> list[ox.Triple]:
        self.calls += 1
        return self._store.describe(iris)

    def construct(self, query: str) -> list[ox.Triple]:
        self.calls += 1
        return self._store.construct(query)


def test_a_concept_has_its_labels_definitions_and_relations(vocabulary: Vocabulary, base: str) -> None:
    thing = vocabulary.get(base + "concept/samskaping")
    concept = thing.entity
    assert isinstance(concept, Concept)
    assert [(t.language, t.value) for t in thing.labels][:2] == [("nb", "samskaping"), ("nn", "samskaping")]
    assert [t.value for t in concept.alt_label] == ["samskapning"]
    assert [d.text[0].language for d in concept.definition] == ["nb", "nn", "en"]
    assert concept.definition[0].source_kind is not None
    (broader,) = concept.broader
    assert (broader.concept.iri, broader.type) == (base + "concept/samarbeid", "generic")
    assert pick(broader.criterion, chain(["nn"])).value == "kven som deltek"  # type: ignore[union-attr]  # it has texts
    assert [n.concept.iri for n in concept.narrower] == [base + "concept/lokal-samskaping"]
    assert [link.iri for link in concept.close_match] == ["http://vocabulary.example/co-creation"]
    assert concept.close_match[0].labels[0].value == "Co-creation"


def test_the_criterion_is_seen_from_the_wider_concept_too(vocabulary: Vocabulary, base: str) -> None:
    concept = vocabulary.get(base + "concept/samarbeid").entity
    assert isinstance(concept, Concept)
    (narrower,) = concept.narrower
    assert narrower.type == "generic"
    assert {t.value for t in narrower.criterion} == {"hvem som deltar", "kven som deltek", "who takes part"}


def test_a_concept_comes_with_the_work_that_uses_it_or_a_narrower_one(
    vocabulary: Vocabulary, base: str
) -> None:
    thing = vocabulary.get(base + "concept/samarbeid")
    assert thing.counts() == {"project": 2, "tool": 1, "lesson": 1, "indicator": 1}
    through = {use.work.iri.rpartition("/")[2]: [t.iri for t in use.targets] for use in thing.uses}
    assert through["torgprosjektet"] == [base + "concept/lokal-samskaping"]
    assert through["kjokkenbordet"] == [base + "concept/samarbeid"]
    assert [(link.iri.rpartition("/")[2], n) for link, n in thing.counties()] == [
        ("aasane", 2),
        ("fjordland", 2),
    ]


def test_a_concept_that_nobody_uses_has_no_work(vocabulary: Vocabulary, base: str) -> None:
    assert vocabulary.get(base + "concept/aerlighet").counts() == {}


@pytest.mark.parametrize(
    ("local", "calls"),
    [("concept/samarbeid", 3), ("concept/aerlighet", 3), ("scheme/prove", 3), ("county/fjordland", 4)],
)
def test_a_thing_costs_three_store_calls_whatever_its_size_and_a_county_four(
    store: EmbeddedStore, base: str, local: str, calls: int
) -> None:
    counting = Counting(store)
    Vocabulary(counting, base).get(base + local)
    assert counting.calls == calls


def test_a_thing_used_by_a_thousand_works_costs_three_store_calls(write_record: WriteRecord) -> None:
    head = (
        "@base <https://fellesord.example/id/> .\n@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        "@prefix dct: <http://purl.org/dc/terms/> .\n@prefix schema: <http://schema.org/> .\n"
        "@prefix iso-thes: <http://purl.org/iso25964/skos-thes#> .\n"
    )
    documents = {"concept/top.ttl": f'{head}<concept/top> a skos:Concept ; skos:prefLabel "top"@nb .'}
    for n in range(500):
        documents[f"concept/c{n}.ttl"] = (
            f"{head}<concept/c{n}> a skos:Concept ; iso-thes:broaderGeneric <concept/top> ."
        )
        documents[f"project/p{n}.ttl"] = (
            f"{head}<project/p{n}> a schema:Project ; dct:subject <concept/c{n}> ."
        )
        documents[f"tool/t{n}.ttl"] = f"{head}<tool/t{n}> a schema:HowTo ; dct:subject <concept/c{n}> ."
    built = EmbeddedStore.build(Sources(write_record(documents)))
    counting = Counting(built)
    thing = Vocabulary(counting, built.manifest.base).get(built.manifest.base + "concept/top")
    assert thing.counts() == {"project": 500, "tool": 500}
    assert counting.calls == 3


def test_triples_cost_one_store_call(store: EmbeddedStore, base: str) -> None:
    counting = Counting(store)
    Vocabulary(counting, base).triples(base + "concept/samskaping")
    assert counting.calls == 1


def test_the_other_kinds_are_read_as_what_they_are(vocabulary: Vocabulary, base: str) -> None:
    project = vocabulary.get(base + "project/torgprosjektet")
    assert isinstance(project.entity, Project)
    assert project.entity.open_for_partners == "true"
    assert project.counts() == {"lesson": 1}
    lesson = vocabulary.get(base + "lesson/for-fa-stoler").entity
    assert isinstance(lesson, Lesson)
    assert lesson.outcome is not None
    assert lesson.outcome.kind == "code"
    indicator = vocabulary.get(base + "indicator/andel-ja").entity
    assert isinstance(indicator, Indicator)
    assert [(o.period, o.value) for o in indicator.observation] == [("2023", "41"), ("2024", "57")]
    county = vocabulary.get(base + "county/fjordland")
    assert isinstance(county.entity, County)
    assert [link.iri.rpartition("/")[2] for link in county.entity.replaces] == ["kysten", "vidda"]
    assert "indicator" in county.counts()
    scheme = vocabulary.get(base + "scheme/utfall").entity
    assert isinstance(scheme, Scheme)
    assert len(scheme.has_top_concept) == 2


def test_a_fragment_is_a_thing(vocabulary: Vocabulary, base: str) -> None:
    code = vocabulary.get(base + "scheme/utfall#virket-ikke")
    assert (code.kind, code.counts()) == ("code", {"lesson": 1})
    observation = vocabulary.get(base + "indicator/andel-ja#2023-fjordland").entity
    assert isinstance(observation, Observation)


def test_a_foreign_thing_is_read_by_its_class(vocabulary: Vocabulary) -> None:
    thing = vocabulary.get("http://vocabulary.example/co-creation")
    assert isinstance(thing.entity, Concept)
    assert thing.kind is None


def test_a_thing_of_an_unknown_class_is_shown_statement_by_statement(
    write_record: WriteRecord, small_record: object
) -> None:
    folder = write_record(
        {
            "external/y.ttl": '@base <https://fellesord.example/id/> .\n<http://v.example/a> <http://v.example/p> "v"@en, <http://v.example/b> .'
        }
    )
    built = EmbeddedStore.build(Sources(folder))
    other = Vocabulary(built, built.manifest.base).get("http://v.example/a").entity
    assert isinstance(other, Other)
    assert [(s.property, len(s.texts), len(s.links)) for s in other.statement] == [
        ("http://v.example/p", 1, 1)
    ]


def test_an_unknown_iri_is_not_found(vocabulary: Vocabulary, base: str) -> None:
    with pytest.raises(NotFound, match="nothing is known of"):
        vocabulary.get(base + "concept/ukjent")
    with pytest.raises(NotFound, match="not an absolute IRI"):
        vocabulary.get("concept/samskaping")


def test_a_withdrawn_iri_tells_when_why_and_what_instead(vocabulary: Vocabulary, base: str) -> None:
    with pytest.raises(Withdrawn) as caught:
        vocabulary.get(base + "concept/trukket")
    assert caught.value.date == "2025-03-01"
    assert caught.value.reasons["nn"] == "Slått saman med samskaping."
    assert caught.value.successors == (base + "concept/samskaping",)


def test_a_word_finds_what_bears_it_preferred_labels_first(vocabulary: Vocabulary, base: str) -> None:
    assert vocabulary.lookup("SAMSKAPING")[0].thing.iri == base + "concept/samskaping"
    (alt,) = {match.thing.iri for match in vocabulary.lookup("samskapning")}
    assert alt == base + "concept/samskaping"
    assert {match.thing.iri for match in vocabulary.lookup("Åsane")} == {base + "county/aasane"}
    assert {match.thing.iri for match in vocabulary.lookup("91")} == {base + "county/fjordland"}
    assert vocabulary.lookup("finnes ikke") == ()


def test_the_overview_lists_every_kind_but_concepts(vocabulary: Vocabulary) -> None:
    numbers = {kind: len(links) for kind, links in vocabulary.overview().items()}
    assert numbers == {
        "scheme": 3, "collection": 1, "project": 2, "tool": 1, "lesson": 1,
        "county": 4, "organization": 1, "event": 1, "change": 1
    }  # fmt: skip


def test_a_county_has_the_work_of_those_before_and_after_it(vocabulary: Vocabulary, base: str) -> None:
    vidda = vocabulary.get(base + "county/vidda")
    assert {target.iri for use in vidda.uses for target in use.targets} == {base + "county/fjordland"}
    assert vidda.of_itself().uses == ()
    fjordland = vocabulary.get(base + "county/fjordland")
    assert len(fjordland.of_itself().uses) == len(vidda.uses)
