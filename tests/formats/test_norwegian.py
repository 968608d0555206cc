"""SKOS-AP-NO-Begrep and the feed for data.norge.no: judged by the official shapes, and by what those miss."""

from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from flask.testing import FlaskClient
from rdflib.namespace import OWL, RDF, SKOS

from fellesord.checks.data import Data
from fellesord.checks.profiles import check
from fellesord.formats.data_norge import Feed
from fellesord.formats.registry import find
from fellesord.formats.skos_ap_no import Strict
from fellesord.namespaces import DCAT, DCT, EUVOC, SKOSNO, SKOSNO_FEED, UNESKOS
from fellesord.vocabulary.reading import Vocabulary
from fellesord.web.answers import Answers, Request
from fellesord.web.application import create_app
from fellesord.web.links import Links

PUBLIC = Path(__file__).parents[3] / "shared/data/public"
SHAPES = PUBLIC / "SKOS-AP-NO-Begrep-shape_shape_v2.ttl"
SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
#: Properties whose values are others' concepts, which the official shapes want typed though a feed must not.
CODES = (EUVOC.status, DCT.audience, SKOSNO.relationshipWithSource, SKOS.exactMatch, SKOS.closeMatch)
NAMES = ("skos-ap-no.ttl", "data-norge.ttl")
ID = "https://fellesord.example/id/"


def read(vocabulary: Vocabulary, name: str) -> rdflib.Graph:
    return rdflib.Graph().parse(data=find(vocabulary, name).content(vocabulary), format="turtle")


def judged(graph: rdflib.Graph) -> list[str]:
    """What the official shapes say of the nodes of a graph; others' codes are typed for them alone."""
    own = set(graph.subjects())
    data = rdflib.Graph()
    for each in graph:
        data.add(each)
    for name in CODES:
        for code in graph.objects(None, rdflib.URIRef(name)):
            data.add((code, RDF.type, SKOS.Concept))
    _, report, _ = pyshacl.validate(data, shacl_graph=rdflib.Graph().parse(SHAPES))
    return [
        f"{report.value(each, SH.focusNode)} {report.value(each, SH.resultMessage)}"
        for each in report.subjects(RDF.type, SH.ValidationResult)
        if report.value(each, SH.focusNode) in own
    ]


@pytest.mark.skipif(not SHAPES.exists(), reason="others' files are not part of this repository")
@pytest.mark.parametrize("name", NAMES)
def test_the_official_shapes_find_nothing_in_what_ships(shipped: Vocabulary, name: str) -> None:
    graph = read(shipped, name)
    assert len(set(graph.subjects(RDF.type, SKOS.Concept))) > 100
    assert judged(graph) == []
    concept = next(graph.subjects(RDF.type, SKOS.Concept))
    graph.remove((concept, rdflib.URIRef(DCT.identifier), None))
    assert any(str(concept) in told for told in judged(graph))


@pytest.mark.skipif(not SHAPES.exists(), reason="others' files are not part of this repository")
@pytest.mark.parametrize("name", NAMES)
def test_the_official_shapes_take_that_a_concept_is_deprecated(odd: Vocabulary, name: str) -> None:
    graph = read(odd, name)
    said = (rdflib.URIRef(f"{ID}concept/gone"), OWL.deprecated, rdflib.Literal(True))
    assert list(graph.triples((None, OWL.deprecated, None))) == [said]
    with_it = judged(graph)
    graph.remove(said)
    assert sorted(with_it) == sorted(judged(graph))


@pytest.mark.parametrize("name", NAMES)
def test_our_shapes_find_only_what_the_adopter_must_set(shipped: Vocabulary, name: str) -> None:
    triples = ox.parse(find(shipped, name).content(shipped), ox.RdfFormat.TURTLE)
    found = check(Data.of(each.triple for each in triples), "skos-ap-no")
    assert {each.code for each in found} == {"ap-publisher-number", "ap-contact-reachable"}


@pytest.mark.parametrize("name", NAMES)
def test_only_our_own_concepts_are_typed_as_concepts_and_all_of_them_are(
    shipped: Vocabulary, name: str
) -> None:
    typed = {str(each) for each in read(shipped, name).subjects(RDF.type, SKOS.Concept)}
    assert typed == {iri for iri in shipped.terms() if iri.startswith(f"{ID}concept/")}


def test_definitions_are_notes_in_the_profile_and_plain_in_the_feed(odd: Vocabulary) -> None:
    strict, feed = read(odd, "skos-ap-no.ttl"), read(odd, "data-norge.ttl")
    wide, noted = rdflib.URIRef(f"{ID}concept/wide"), rdflib.URIRef(f"{ID}concept/noted")
    note = rdflib.URIRef(EUVOC.xlDefinition)
    assert {str(each) for each in strict.objects(wide, note)} == {f"{wide}#def-nb", f"{wide}#def-nn"}
    assert set(strict.objects(wide, SKOS.definition)) == set()
    assert {each.language for each in feed.objects(wide, SKOS.definition)} == {"nb", "nn"}  # type: ignore[attr-defined]
    assert {str(each) for each in feed.objects(noted, SKOS.definition)} == {"for alle"}
    assert {str(each) for each in feed.objects(noted, note)} == {f"{noted}#def-public"}


def test_a_typed_link_without_a_relation_gets_one_in_both_directions(odd: Vocabulary) -> None:
    graph = read(odd, "skos-ap-no.ttl")
    up = rdflib.URIRef(f"{ID}concept/typed#rel-wide")
    down = rdflib.URIRef(f"{ID}concept/wide#rel-typed")
    assert str(graph.value(up, rdflib.URIRef(SKOSNO.hasGenericConcept))) == f"{ID}concept/wide"
    assert str(graph.value(down, rdflib.URIRef(SKOSNO.hasSpecificConcept))) == f"{ID}concept/typed"


def test_a_relation_that_names_two_concepts_is_two_in_the_feed(odd: Vocabulary) -> None:
    names, part = rdflib.URIRef(SKOSNO.hasComprehensiveConcept), f"{ID}concept/part"
    strict, feed = read(odd, "skos-ap-no.ttl"), read(odd, "data-norge.ttl")
    assert len(set(strict.objects(rdflib.URIRef(f"{part}#rel-both"), names))) == 2
    told = {str(s): str(o) for s, o in feed.subject_objects(names)}
    assert told == {f"{part}#rel-{name}": f"{ID}concept/{name}" for name in ("wide", "typed")}
    for relation in told:
        assert feed.value(rdflib.URIRef(relation), rdflib.URIRef(DCT.description)) == rdflib.Literal(
            "hva", "nb"
        )


def test_a_link_of_no_kind_stays_in_the_profile_and_is_told_by_the_shapes(odd: Vocabulary) -> None:
    loose = rdflib.URIRef(f"{ID}concept/loose")
    assert read(odd, "skos-ap-no.ttl").value(loose, SKOS.broader) == rdflib.URIRef(f"{ID}concept/wide")
    assert read(odd, "data-norge.ttl").value(loose, SKOS.broader) is None
    found = check(Data.of(each for part in Strict(odd.store) for each in part), "skos-ap-no")
    assert [each.focus for each in found if each.code == "ap-hierarchy"] == [str(loose)]


MATCHES = [f"{SKOS}{kind}Match" for kind in ("exact", "close", "broad", "narrow", "related")]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("source", ["shipped", "odd"])
def test_every_mapping_is_in_the_file_or_said_to_be_left_out(
    request: pytest.FixtureRequest, source: str, name: str
) -> None:
    vocabulary: Vocabulary = request.getfixturevalue(source)
    left = find(vocabulary, name).left_out(vocabulary)
    there, wanted = read(vocabulary, name), read(vocabulary, "skos.ttl")
    for match in MATCHES:
        told = len(set(there.subject_objects(rdflib.URIRef(match))))
        assert told + left.get(match, 0) == len(set(wanted.subject_objects(rdflib.URIRef(match)))), match
    assert left[f"{SKOS}broadMatch"] > 0


def test_what_the_profile_says_in_another_way_is_not_left_out(odd: Vocabulary) -> None:
    left = {name: find(odd, name).left_out(odd) for name in NAMES}
    assert left == {
        "skos-ap-no.ttl": {f"{SKOS}broadMatch": 1},
        "data-norge.ttl": {UNESKOS.memberOf: 1, f"{SKOS}broadMatch": 1, f"{SKOS}broader": 1},
    }


def test_what_is_related_has_a_role_in_the_feed(odd: Vocabulary) -> None:
    graph = read(odd, "data-norge.ttl")
    relation = graph.value(rdflib.URIRef(f"{ID}concept/typed"), rdflib.URIRef(SKOSNO_FEED.isFromConceptIn))
    assert str(graph.value(relation, rdflib.URIRef(SKOSNO_FEED.hasToConcept))) == f"{ID}concept/loose"
    roles = {each.language for each in graph.objects(relation, rdflib.URIRef(SKOSNO_FEED.relationRole))}  # type: ignore[attr-defined]
    assert roles == {"nb", "nn", "en"}


def test_every_concept_of_the_feed_is_in_exactly_one_collection(odd: Vocabulary, shipped: Vocabulary) -> None:
    for vocabulary in (odd, shipped):
        graph = read(vocabulary, "data-norge.ttl")
        for concept in graph.subjects(RDF.type, SKOS.Concept):
            (collection,) = graph.subjects(SKOS.member, concept)
            assert list(graph.objects(concept, rdflib.URIRef(UNESKOS.memberOf))) == [collection]
            assert (collection, RDF.type, SKOS.Collection) in graph
            titles = set(graph.objects(collection, rdflib.URIRef(DCT.title)))
            subjects = set(graph.objects(concept, rdflib.URIRef(DCT.subject)))
            assert subjects == (set() if str(collection).endswith("#all") else titles)
    feed = Feed(odd.store)
    assert feed.collections[f"{ID}concept/wide"] == f"{ID}collection/a"
    assert feed.collections[f"{ID}concept/loose"] == f"{ID}scheme/s#all"


@pytest.mark.parametrize("name", NAMES)
def test_the_publisher_is_the_one_there_is_on_the_day_of_the_release(odd: Vocabulary, name: str) -> None:
    graph = read(odd, name)
    assert {str(each) for each in graph.objects(None, rdflib.URIRef(DCT.publisher))} == {
        f"{ID}organization/new"
    }
    assert {str(each) for each in graph.objects(None, rdflib.URIRef(DCAT.contactPoint))} == {
        f"{ID}scheme/s#contact"
    }


def test_what_hangs_on_a_concept_of_the_feed_is_in_the_feed(shipped: Vocabulary) -> None:
    graph = read(shipped, "data-norge.ttl")
    described = set(graph.subjects())
    for subject, link, target in graph:
        if str(target).startswith(ID) and isinstance(target, rdflib.URIRef):
            assert target in described, (subject, link, target)


def test_code_lists_and_indicators_are_not_in_the_feed(shipped: Vocabulary) -> None:
    kinds = {
        str(each).removeprefix(ID).partition("/")[0] for each in read(shipped, "data-norge.ttl").subjects()
    }
    assert kinds == {"concept", "collection", "organization", "scheme"}


def test_the_feed_is_never_packed_and_the_preview_is_the_same_at_another_address(
    client: FlaskClient, odd: Vocabulary
) -> None:
    answers = Answers(create_app(odd, Links(odd.base)), odd.generation)
    packing = {"accept-encoding": "gzip"}
    feed = answers.fresh(Request("GET", "/export/data-norge.ttl", "", packing))
    preview = answers.fresh(Request("GET", "/export/data-norge-preview.ttl", "", packing))
    assert feed.header("content-encoding") is None
    assert "no-transform" in (feed.header("cache-control") or "")
    assert feed.body == preview.body
    strict = answers.fresh(Request("GET", "/export/skos-ap-no.ttl", "", packing))
    assert strict.header("content-encoding") == "gzip"
