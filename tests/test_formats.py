"""The plain JSON document: one outline for every kind, keys that are always there."""

import json

from fellesord import formats
from fellesord.vocabulary.reading import Vocabulary


def read(vocabulary: Vocabulary, iri: str) -> dict[str, object]:
    return dict(json.loads(formats.write(vocabulary.get(iri))))


def test_a_concept_document_has_labels_relations_and_usage(vocabulary: Vocabulary, base: str) -> None:
    document = formats.document(vocabulary.get(base + "concept/samskaping"))
    assert list(document)[:4] == ["uri", "kind", "label", "prefLabel"]
    assert document["label"] == {"nb": "samskaping", "nn": "samskaping", "en": "co-creation"}
    assert document["altLabel"] == {"nb": ["samskapning"]}
    assert document["broader"][0]["type"] == "generic"
    assert document["broader"][0]["criterion"]["en"] == "who takes part"
    assert document["usage"]["counts"] == {"project": 2, "lesson": 1, "indicator": 1}
    assert document["usage"]["counties"][0]["works"] == 2


def test_two_things_of_one_kind_have_the_same_keys(vocabulary: Vocabulary, base: str) -> None:
    first = read(vocabulary, base + "concept/samskaping")
    second = read(vocabulary, base + "concept/aerlighet")
    assert list(first) == list(second)
    assert second["startDate"] is None
    assert second["related"] == []


def test_the_same_thing_gives_the_same_bytes(vocabulary: Vocabulary, base: str) -> None:
    iri = base + "concept/samarbeid"
    assert formats.write(vocabulary.get(iri)) == formats.write(vocabulary.get(iri))
