"""JSKOS, TBX and SKOS-XL: right by their schemas and rules, with every concept, term and link."""

import json
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest
import rdflib
from rdflib.namespace import RDF, SKOS
from referencing import Registry, Resource

from fellesord.formats.registry import find
from fellesord.formats.tbx import NAMESPACE, STATUS
from fellesord.vocabulary.reading import Vocabulary

SCHEMAS = Path(__file__).parents[3] / "shared/data/public/jskos-schemas"
XL = rdflib.Namespace("http://www.w3.org/2008/05/skos-xl#")
TBX = f"{{{NAMESPACE}}}"
#: Where TBX-Basic has each data category, and which those are (the dialect's own rules).
LEVELS = {
    ("descrip", "subjectField"): {"conceptEntry"},
    ("descrip", "definition"): {"conceptEntry", "langSec"},
    ("ref", "crossReference"): {"conceptEntry", "termSec"},
    ("xref", "externalCrossReference"): {"conceptEntry", "langSec", "termSec"},
    ("transac", "transactionType"): {"transacGrp"},
    ("termNote", "administrativeStatus"): {"termSec"},
}


def lines(vocabulary: Vocabulary) -> list[dict[str, object]]:
    return [json.loads(line) for line in find(vocabulary, "jskos.ndjson").content(vocabulary).splitlines()]


def entries(vocabulary: Vocabulary) -> ElementTree.Element:
    return ElementTree.fromstring(find(vocabulary, "concepts.tbx").content(vocabulary))


@pytest.mark.skipif(not SCHEMAS.exists(), reason="others' files are not part of this repository")
@pytest.mark.parametrize("source", ["shipped", "vocabulary", "odd"])
def test_every_line_is_right_by_the_schemas_of_jskos(request: pytest.FixtureRequest, source: str) -> None:
    schemas = [json.loads(path.read_text()) for path in SCHEMAS.glob("*.json")]
    registry = Registry().with_resources((each["$id"], Resource.from_contents(each)) for each in schemas)
    (schema,) = [each for each in schemas if each["title"] == "JSKOS Concept"]
    judge = jsonschema.Draft202012Validator(
        schema, registry=registry, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )
    found = lines(request.getfixturevalue(source))
    assert found
    assert [error.message for line in found for error in judge.iter_errors(line)] == []
    assert list(judge.iter_errors({**found[0], "prefLabel": ["x"]}))


def test_jskos_has_the_concepts_labels_and_links_of_the_skos(shipped: Vocabulary) -> None:
    found = {str(line["uri"]): line for line in lines(shipped)}
    graph = rdflib.Graph().parse(data=find(shipped, "skos.nt").content(shipped), format="nt")
    assert found.keys() == {str(each) for each in graph.subjects(RDF.type, SKOS.Concept)}
    for name in ("prefLabel", "altLabel", "hiddenLabel", "definition"):
        told = Counter(
            tag
            for line in found.values()
            for tag, texts in line.get(name, {}).items()  # type: ignore[attr-defined]
            for _ in ([texts] if isinstance(texts, str) else texts)
        )
        subjects = {rdflib.URIRef(iri) for iri in found}
        wanted = Counter(
            text.language  # type: ignore[attr-defined]
            for subject, text in graph.subject_objects(SKOS[name])
            if subject in subjects
        )
        assert told == wanted, name
    links = sum(len(line.get("broader", [])) for line in found.values())  # type: ignore[arg-type,misc]
    assert links == len(set(graph.subject_objects(SKOS.broader)))
    mappings = sum(len(line.get("mappings", [])) for line in found.values())  # type: ignore[arg-type,misc]
    kinds = (SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch)
    assert mappings == sum(len(set(graph.subject_objects(kind))) for kind in kinds)


def test_a_retired_concept_says_so_in_jskos(vocabulary: Vocabulary, base: str) -> None:
    (line,) = [each for each in lines(vocabulary) if each["uri"] == f"{base}concept/gammelt-ord"]
    assert line["deprecated"] is True
    assert line["replacedBy"] == [{"uri": f"{base}concept/aerlighet"}]


@pytest.mark.parametrize("source", ["shipped", "vocabulary", "odd"])
def test_every_category_of_tbx_basic_stands_where_it_may(request: pytest.FixtureRequest, source: str) -> None:
    root = entries(request.getfixturevalue(source))
    assert (root.tag, root.get("type"), root.get("style")) == (f"{TBX}tbx", "TBX-Basic", "dca")
    parents = {child: parent for parent in root.iter() for child in parent}
    names = {each.get("id") for each in root.iter(f"{TBX}conceptEntry")}
    assert len(names) == len(list(root.iter(f"{TBX}conceptEntry")))
    for each in root.iter():
        assert each.tag.startswith(TBX)
        if each is not root and "type" in each.attrib:
            where = parents[each].tag.removeprefix(TBX)
            assert where in LEVELS[each.tag.removeprefix(TBX), str(each.get("type"))]
        if each.tag == f"{TBX}ref":
            assert each.get("target") in names
        if each.get("type") == "administrativeStatus":
            assert each.text in STATUS.values()
    for section in root.iter(f"{TBX}langSec"):
        assert section.find(f"{TBX}termSec/{TBX}term") is not None


def test_tbx_has_every_term_in_every_language(shipped: Vocabulary) -> None:
    told = Counter(
        section.get("{http://www.w3.org/XML/1998/namespace}lang")
        for section in entries(shipped).iter(f"{TBX}langSec")
        for _ in section.iter(f"{TBX}term")
    )
    graph = rdflib.Graph().parse(data=find(shipped, "skos-ap-no.ttl").content(shipped), format="turtle")
    wanted = Counter(
        text.language  # type: ignore[attr-defined]
        for name in (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel)
        for subject, text in graph.subject_objects(name)
        if (subject, RDF.type, SKOS.Concept) in graph
    )
    assert told == wanted


def test_every_label_is_a_thing_in_skos_xl(vocabulary: Vocabulary) -> None:
    graph = rdflib.Graph().parse(data=find(vocabulary, "skos-xl.ttl").content(vocabulary), format="turtle")
    for name in ("prefLabel", "altLabel", "hiddenLabel"):
        told = {
            (subject, text)
            for subject, label in graph.subject_objects(XL[name])
            for text in graph.objects(label, XL.literalForm)
        }
        assert told == set(graph.subject_objects(SKOS[name]))
    for label in graph.subjects(RDF.type, XL.Label):
        assert len(list(graph.objects(label, XL.literalForm))) == 1


@pytest.mark.parametrize("name", ["jskos.ndjson", "concepts.tbx", "skos-xl.ttl"])
def test_what_is_written_is_read_back_and_what_is_lacking_is_told(
    vocabulary: Vocabulary, tmp_path: Path, name: str
) -> None:
    export = find(vocabulary, name)
    path = tmp_path / name
    path.write_bytes(export.content(vocabulary))
    assert export.read_back(vocabulary, path) == ()
    path.write_bytes(path.read_bytes().replace(b"samskaping", b"sammskaping"))
    assert export.read_back(vocabulary, path) != ()
