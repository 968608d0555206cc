"""Skosify's repairs are a proposal, and what it says is told."""

from itertools import pairwise
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.intake.conftest import PREFIXES

from fellesord.intake import cleaning, preparing, reading, sources
from fellesord.intake.preparing import Wishes
from fellesord.intake.reading import Graph

DIRTY = """
o:s a skos:ConceptScheme ; dct:title "S"@en .
o:a a skos:Concept ; skos:inScheme o:s ; skos:prefLabel " padded "@en ; skos:altLabel "same"@en ; skos:note [ rdf:value "n"@en ] .
o:b a skos:Concept ; skos:inScheme o:s ; skos:prefLabel "same"@en ; skos:altLabel "same"@en ; skos:notation "01"^^xsd:integer .
"""


@pytest.fixture
def dirty(tmp_path: Path) -> Path:
    path = tmp_path / "dirty.ttl"
    path.write_text(PREFIXES + DIRTY, "utf-8")
    return path


def test_repairs_are_proposed_and_nothing_else_is_touched(dirty: Path) -> None:
    found = cleaning.proposal(reading.read(sources.opened(dirty)))
    label = "<http://www.w3.org/2004/02/skos/core#prefLabel>"
    assert f'- <https://other.example/a> {label} " padded "@en .' in found.diff()
    assert f'+ <https://other.example/a> {label} "padded"@en .' in found.diff()
    assert not any("notation" in line or "value" in line for line in found.diff()), "values stay as written"
    assert any("altLabel" in finding.messages[2].value for finding in found.findings)


def test_a_proposal_is_not_made_until_it_is_accepted(dirty: Path, record: Path) -> None:
    proposed, proposals = preparing.prepared(record, [dirty], Wishes(profile="skos"))
    assert proposals[0].removed
    (change,) = [change for change in proposed.changes if change.path == "concept/padded.ttl"]
    assert b'" padded "@en' in change.after
    applied, _ = preparing.prepared(record, [dirty], Wishes("apply", profile="skos"))
    (change,) = [change for change in applied.changes if change.path == "concept/padded.ttl"]
    assert b'"padded"@en' in change.after
    assert b'" padded "@en' not in change.after
    counts = applied.account.counts()
    assert sum(counts.values()) == sum(proposed.account.counts().values())
    assert [o.reason for o in applied.account.outcomes].count("cleaned") == len(proposals[0].removed)


def test_skipping_asks_for_no_proposal(dirty: Path, record: Path) -> None:
    _, proposals = preparing.prepared(record, [dirty], Wishes("skip", profile="skos"))
    assert proposals == ()


def test_what_it_leaves_the_process_over_becomes_a_finding() -> None:
    node = ox.NamedNode("https://other.example/x")
    graph = Graph("no-vocabulary.ttl", (ox.Triple(node, node, node),), {})
    found = cleaning.proposal(graph)
    assert not found.diff()
    assert found.findings[0].code == "intake-clean-failed"


def test_a_hierarchy_deeper_than_it_can_follow_becomes_a_finding() -> None:
    skos = "http://www.w3.org/2004/02/skos/core#"
    nodes = [ox.NamedNode(f"https://other.example/{number}") for number in range(3000)]
    kind = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    scheme = ox.NamedNode("https://other.example/s")
    triples = [ox.Triple(scheme, kind, ox.NamedNode(f"{skos}ConceptScheme"))]
    triples += [ox.Triple(node, kind, ox.NamedNode(f"{skos}Concept")) for node in nodes]
    triples += [ox.Triple(low, ox.NamedNode(f"{skos}broader"), high) for high, low in pairwise(nodes)]
    found = cleaning.proposal(Graph("deep.nt", tuple(triples), {}))
    assert found.findings[0].code == "intake-clean-failed"
    assert "RecursionError" in found.findings[0].messages[2].value
