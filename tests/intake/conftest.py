"""A small record to take things into, and a way to take in a text."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import WriteRecord

from fellesord.intake import planning, reading, sources
from fellesord.intake.planning import Plan
from fellesord.intake.view import View

BASE = "https://fellesord.example/id/"
PREFIXES = """@prefix dc: <http://purl.org/dc/elements/1.1/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix euvoc: <http://publications.europa.eu/ontology/euvoc#> .
@prefix iso-thes: <http://purl.org/iso25964/skos-thes#> .
@prefix o: <https://other.example/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix skosno: <https://data.norge.no/vocabulary/skosno#> .
@prefix skosxl: <http://www.w3.org/2008/05/skos-xl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
Take = Callable[..., Plan]


@pytest.fixture
def record(write_record: WriteRecord) -> Path:
    """A record of a scheme, two concepts of which one has been withdrawn, and a term of others'."""
    head = f"@base <{BASE}> .\n{PREFIXES}\n"
    return write_record(
        {
            "scheme/ord.ttl": f'{head}<scheme/ord> a skos:ConceptScheme ; dct:title "Ord"@nb .\n',
            "concept/gammel.ttl": f"{head}<concept/gammel> a skos:Concept ; skos:inScheme <scheme/ord> ;"
            ' skos:altLabel "eldre"@nb ; skos:prefLabel "gammel"@nb .\n',
            "tombstones.ttl": f"{head}@prefix fo: <https://fellesord.example/ns#> .\n"
            '<concept/borte> a fo:Tombstone ; dct:description "borte"@nb .\n',
            "external/annen.ttl": f'{head}o:kjent a skos:Concept ; skos:prefLabel "kjent"@nb .\n',
        }
    )


@pytest.fixture
def take(record: Path, tmp_path: Path) -> Take:
    """A function that plans the intake of a Turtle text into the small record."""

    def plan(text: str, **wishes: str) -> Plan:
        file = tmp_path / "given.ttl"
        file.write_text(PREFIXES + text, "utf-8")
        graph = reading.read(sources.opened(file))
        scheme, untagged = wishes.get("scheme"), wishes.get("untagged")
        return planning.plan(View.of(record), [graph], profile="skos", scheme=scheme, untagged=untagged)

    return plan
