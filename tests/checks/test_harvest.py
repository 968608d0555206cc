"""The harvest gone through: what data.norge.no makes of a feed, rule by rule."""

import pyoxigraph as ox
import pytest

from fellesord.checks.harvest import MOST, Harvest, answered, moved, page
from fellesord.rdf.reading import parse

HEAD = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix e: <http://e.example/> .
"""
GOOD = """e:s a skos:Collection ; skos:member e:a , e:b .
e:a a skos:Concept ; skos:prefLabel "a"@nb ; dcat:contactPoint e:k ; skos:related e:b .
e:b a skos:Concept ; skos:prefLabel "b"@nb .
e:k skos:prefLabel "kontakt"@nb .
"""


def triples(text: str) -> tuple[ox.Triple, ...]:
    return parse((HEAD + text).encode(), ox.RdfFormat.TURTLE, "x").triples


def codes(text: str, before: str | None = None) -> list[str]:
    then = triples(before) if before is not None else None
    return [each.code for each in Harvest(triples(text), then, "http://e.example/").findings()]


def test_the_page_of_a_concept_follows_from_its_address() -> None:
    wanted = "https://data.norge.no/concepts/db1b701c-b4b9-3c20-bc23-236a91236754"
    assert page("https://example.com/begrep/0") == wanted


def test_a_good_feed_has_nothing_to_tell() -> None:
    assert codes(GOOD) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "harvest-empty"),
        (GOOD + '[] a skos:Concept ; skos:prefLabel "c"@nb .', "harvest-blank"),
        (GOOD + "[] a skos:Collection ; skos:member e:a .", "harvest-blank"),
        (GOOD + "e:c a skos:Concept .", "harvest-generated"),
        (GOOD + "e:t a skos:Collection ; skos:member e:a .", "harvest-several"),
        (
            GOOD + "e:s skos:member <http://other.example/c> . <http://other.example/c> a skos:Concept .",
            "harvest-foreign",
        ),
        (GOOD + 'e:a skos:prefLabel "á"@se .', "harvest-language"),
    ],
)
def test_what_goes_otherwise_than_one_would_think_is_told(text: str, code: str) -> None:
    assert codes(text) == [code]


def test_what_became_of_each_concept_since_last_time_is_known() -> None:
    now = GOOD.replace('"b"@nb', '"bb"@nb') + "e:s skos:member e:n . e:n a skos:Concept ."
    then = GOOD + "e:s skos:member e:gone . e:gone a skos:Concept ."
    harvest = Harvest(triples(now), triples(then), "http://e.example/")
    states = {each.iri.rpartition("/")[2]: each.state for each in harvest.concepts}
    assert states == {"a": "unchanged", "b": "changed", "gone": "removed", "n": "new"}
    assert [each.code for each in harvest.findings()] == ["harvest-removed"]
    assert harvest.counts() == {"new": 1, "changed": 1, "unchanged": 1, "removed": 1}


def test_what_hangs_on_a_concept_changes_it_and_another_concept_does_not() -> None:
    then = triples(GOOD)
    contact = Harvest(triples(GOOD.replace("kontakt", "annet")), then)
    assert [each.state for each in contact.concepts] == ["changed", "unchanged"]
    related = Harvest(triples(GOOD.replace('"b"@nb', '"bb"@nb')), then)
    assert [each.state for each in related.concepts] == ["unchanged", "changed"]


def test_names_of_blank_nodes_do_not_matter() -> None:
    one = GOOD.replace("e:k", "_:k")
    other = GOOD.replace("e:k", "_:other")
    states = {each.state for each in Harvest(triples(other), triples(one)).concepts}
    assert states == {"unchanged"}


@pytest.mark.parametrize(
    ("status", "headers", "size", "code"),
    [
        (404, {}, 1, "harvest-status"),
        (200, {"content-encoding": "gzip"}, 1, "harvest-packed"),
        (200, {}, MOST + 1, "harvest-size"),
    ],
)
def test_an_answer_that_cannot_be_harvested_is_told(
    status: int, headers: dict[str, str], size: int, code: str
) -> None:
    assert [each.code for each in answered(status, headers, size)] == [code]
    assert answered(200, {}, MOST) == ()


def test_a_feed_that_has_moved_takes_its_collections_with_it_and_fails() -> None:
    assert moved("https://a.example/f", "https://a.example/f") == ()
    (found,) = moved("https://b.example/f", "https://a.example/f")
    assert found.code == "harvest-moved"
    assert "https://a.example/f" in found.messages[0].value
