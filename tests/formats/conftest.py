"""What the tests of exports share: the shipped vocabulary, and a record that has one of everything odd."""

from pathlib import Path

import pytest
from tests.conftest import WriteRecord

from fellesord.files import root
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Sources
from fellesord.vocabulary.reading import Vocabulary

_HEAD = "@base <https://fellesord.example/id/> .\n" + "".join(
    f"@prefix {prefix}: <{iri}> .\n"
    for prefix, iri in {
        "dcat": "http://www.w3.org/ns/dcat#",
        "dct": "http://purl.org/dc/terms/",
        "euvoc": "http://publications.europa.eu/ontology/euvoc#",
        "iso-thes": "http://purl.org/iso25964/skos-thes#",
        "org": "http://www.w3.org/ns/org#",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "skosno": "https://data.norge.no/vocabulary/skosno#",
        "vcard": "http://www.w3.org/2006/vcard/ns#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }.items()
)


def _concept(name: str, more: str) -> str:
    return (
        f'<concept/{name}> a skos:Concept ; skos:inScheme <scheme/s> ; dct:created "2024-05-01"^^xsd:date ;'
        f' skos:prefLabel "{name}"@nb , "{name}"@nn , "{name}"@en ; {more} .\n'
    )


ODD = {
    "scheme/s.ttl": '<scheme/s> a skos:ConceptScheme , dcat:Dataset ; dct:title "S"@nb , "S"@nn , "S"@en ;'
    " dct:publisher <organization/old> ; dcat:contactPoint <scheme/s#contact> .\n"
    "<scheme/s#contact> a vcard:Organization ; vcard:hasEmail <mailto:x@fylke.no> .",
    "scheme/codes.ttl": '<scheme/codes> a skos:ConceptScheme ; dct:title "K"@nb .\n'
    '<scheme/codes#k> a skos:Concept ; skos:inScheme <scheme/codes> ; skos:prefLabel "k"@nb .',
    "organization/old.ttl": '<organization/old> a org:Organization ; skos:prefLabel "Gammel"@nb ;'
    ' euvoc:endDate "2023-12-31"^^xsd:date ; dct:isReplacedBy <organization/new> .',
    "organization/new.ttl": '<organization/new> a org:Organization ; skos:prefLabel "Ny"@nb .',
    "concept/wide.ttl": _concept("wide", 'skos:definition "vid"@nb , "vid"@nn'),
    "concept/typed.ttl": _concept(
        "typed",
        'skos:definition "t"@nb ; iso-thes:broaderGeneric <concept/wide> ; skos:related <concept/loose>',
    ),
    "concept/part.ttl": _concept(
        "part",
        'skos:definition "p"@nb ; skosno:hasPartitiveConceptRelation <concept/part#rel-both>',
    )
    + '<concept/part#rel-both> a skosno:PartitiveConceptRelation ; dct:description "hva"@nb ;'
    " skosno:hasComprehensiveConcept <concept/wide> , <concept/typed> .",
    "concept/loose.ttl": _concept(
        "loose",
        'skos:definition "l"@nb ; skos:broader <concept/wide> ; skos:broadMatch <http://other.example/c>',
    ),
    "concept/noted.ttl": _concept(
        "noted", "euvoc:xlDefinition <concept/noted#def-nb> , <concept/noted#def-public>"
    )
    + '<concept/noted#def-nb> a euvoc:XlNote ; rdf:value "for alle"@nb .\n'
    '<concept/noted#def-public> a euvoc:XlNote ; rdf:value "enklere sagt"@nb ;'
    " dct:audience <https://data.norge.no/vocabulary/audience-type#public> .",
    "concept/gone.ttl": _concept(
        "gone",
        'skos:definition "g"@nb ; dct:isReplacedBy <concept/wide> ; euvoc:endDate "2024-06-30"^^xsd:date ;'
        " euvoc:status <http://publications.europa.eu/resource/authority/concept-status/RETIRED>",
    ),
    "collection/a.ttl": '<collection/a> a skos:Collection ; dct:isPartOf <scheme/s> ; dct:title "A"@nb ;'
    " skos:member <concept/wide> , <concept/typed> .",
    "collection/b.ttl": '<collection/b> a skos:Collection ; dct:isPartOf <scheme/s> ; dct:title "B"@nb ;'
    " skos:member <concept/wide> , <concept/part> .",
}


@pytest.fixture(scope="package")
def shipped() -> Vocabulary:
    """The vocabulary that ships."""
    store = EmbeddedStore.build(Sources(root() / "vocab"))
    return Vocabulary(store, store.manifest.base)


@pytest.fixture
def odd(write_record: WriteRecord) -> Vocabulary:
    """A record with one of everything that a profile says otherwise than it is recorded."""
    folder: Path = write_record({name: _HEAD + text for name, text in ODD.items()}, "odd")
    store = EmbeddedStore.build(Sources(folder))
    return Vocabulary(store, store.manifest.base)
