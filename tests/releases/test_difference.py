"""What differs between two editions: exactly the statements that were changed, whatever their form."""

import pyoxigraph as ox
import pytest
from rdflib import Dataset, Graph
from tests.releases.conftest import Edited

from fellesord.errors import InvalidData
from fellesord.rdf.syntaxes import N_TRIPLES
from fellesord.releases.difference import between
from fellesord.releases.editions import Edition


def graph(edition: Edition) -> list[ox.Triple]:
    return [triple for path in edition.data for triple in edition.triples(path)]


def test_an_edition_does_not_differ_from_itself(edition: Edition) -> None:
    found = between(edition, Edition(dict(edition.data)))
    assert (found.removed, found.added, found.paths) == (frozenset(), frozenset(), ())


def test_a_changed_value_is_one_statement_out_and_one_in(edition: Edition, edited: Edited) -> None:
    later = edited({"concept/aerlighet.ttl": lambda text: text.replace('"honesty"', '"candour"')})
    found = between(edition, later)
    assert [str(triple.object) for triple in found.removed] == ['"honesty"@en']
    assert [str(triple.object) for triple in found.added] == ['"candour"@en']
    assert found.paths == ("concept/aerlighet.ttl",)


def test_another_way_to_write_the_same_is_no_difference(edition: Edition, edited: Edited) -> None:
    later = edited({"concept/aerlighet.ttl": lambda text: text.replace(" ;\n", "\t;\n\n")})
    found = between(edition, later)
    assert not found.added
    assert not found.removed


@pytest.mark.parametrize(
    ("one", "other"), [('"1"', '"01"'), ('"30"^^xsd:byte', "30"), ("true", '"1"^^xsd:boolean')]
)
def test_forms_that_a_store_takes_for_the_same_do_differ(edited: Edited, one: str, other: str) -> None:
    add = "<concept/pilot> skos:notation {} .\n"
    before, after = (
        edited({"concept/pilot.ttl": lambda text, value=value: text + add.format(value)})  # type: ignore[misc]
        for value in (one, other)
    )
    found = between(before, after)
    assert len(found.removed) == len(found.added) == 1


def test_a_statement_that_moves_to_another_document_is_no_difference() -> None:
    base = "@base <https://fellesord.example/id/> .\n"
    said = "<http://x.example/a> <http://www.w3.org/2004/02/skos/core#prefLabel> 'a'@en .\n"
    other = "<http://x.example/b> <http://www.w3.org/2004/02/skos/core#prefLabel> 'b'@en .\n"
    before = Edition(
        {"external/one.ttl": f"{base}{said}".encode(), "external/two.ttl": f"{base}{other}".encode()}
    )
    after = Edition({"external/one.ttl": base.encode(), "external/two.ttl": f"{base}{said}{other}".encode()})
    found = between(before, after)
    assert (found.removed, found.added) == (frozenset(), frozenset())


def test_blank_nodes_are_refused_by_the_name_of_the_document() -> None:
    edition = Edition(
        {"concept/x.ttl": b"@base <https://x.example/id/> .\n<concept/x> <http://p.example/> [] .\n"}
    )
    with pytest.raises(InvalidData, match=r"concept/x\.ttl: has blank nodes"):
        between(Edition({}), edition)


@pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning")  # rdflib uses what it deprecates
def test_rdflib_applies_the_patch_to_the_old_and_gets_the_new(edition: Edition, edited: Edited) -> None:
    later = edited(
        {
            "concept/aerlighet.ttl": lambda text: text.replace('"honesty"', '"the \\"whole\\"\\ntruth, ŋ"'),
            "concept/pilot.ttl": lambda _: None,
            "concept/ny.ttl": lambda _: (
                "@base <https://fellesord.example/id/> .\n"
                "<concept/ny> a <http://www.w3.org/2004/02/skos/core#Concept> .\n"
            ),
        }
    )
    patch = between(edition, later).patch("https://x.example/1", "https://x.example/2")
    dataset = Dataset()
    dataset.parse(data=N_TRIPLES.write(graph(edition), edition.base), format="nt11")
    dataset.parse(data=patch, format="patch")
    wanted = Graph().parse(data=N_TRIPLES.write(graph(later), edition.base), format="nt11")
    assert {triple[:3] for triple in dataset.quads((None, None, None, None))} == set(wanted)


def test_the_patch_says_between_what_it_is_and_is_the_same_each_time(
    edition: Edition, edited: Edited
) -> None:
    later = edited({"concept/pilot.ttl": lambda _: None})
    patch = between(edition, later).patch("https://x.example/1", "https://x.example/2").decode()
    assert patch.splitlines()[:3] == [
        "H id <https://x.example/2> .",
        "H prev <https://x.example/1> .",
        "TX .",
    ]
    assert patch.splitlines()[3:-1] == sorted(patch.splitlines()[3:-1])
    assert patch.endswith("TC .\n")
