"""The descriptions of what there is: DCAT-AP-NO, judged by the official shapes, and VoID, counted by another program."""

from pathlib import Path

import pyshacl
import pytest
import rdflib
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, SKOS, VOID

from fellesord.formats.registry import exports, find
from fellesord.vocabulary.reading import Vocabulary

SHAPES = Path(__file__).parents[3] / "shared/data/public/DCAT-AP-NO-shacl_shapes_2.00.ttl"
AUTHORITY = "http://publications.europa.eu/resource/authority/"
SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")


def read(vocabulary: Vocabulary, name: str) -> rdflib.Graph:
    return rdflib.Graph().parse(data=find(vocabulary, name).content(vocabulary), format="turtle")


def judged(graph: rdflib.Graph) -> list[str]:
    """What the official shapes say; codes of the EU's lists are put into their lists for them alone."""
    data = rdflib.Graph()
    for each in graph:
        data.add(each)
        if str(each[2]).startswith(AUTHORITY):
            data.add((each[2], SKOS.inScheme, rdflib.URIRef(str(each[2]).rpartition("/")[0])))
    _, report, _ = pyshacl.validate(data, shacl_graph=rdflib.Graph().parse(SHAPES))
    return [
        f"{report.value(each, SH.focusNode)} {report.value(each, SH.resultPath)}"
        for each in report.subjects(RDF.type, SH.ValidationResult)
    ]


@pytest.mark.skipif(not SHAPES.exists(), reason="others' files are not part of this repository")
def test_the_official_shapes_find_nothing_in_the_catalogue(shipped: Vocabulary) -> None:
    graph = read(shipped, "dcat-ap-no.ttl")
    assert judged(graph) == []
    (dataset,) = graph.subjects(RDF.type, DCAT.Dataset)
    graph.remove((dataset, DCAT.theme, None))
    assert set(judged(graph)) == {f"{dataset} {DCAT.theme}"}


def test_every_file_of_the_whole_vocabulary_is_described_where_it_is_fetched(shipped: Vocabulary) -> None:
    graph = read(shipped, "dcat-ap-no.ttl")
    kept = {each.name: each for each in exports(shipped) if each.kept}
    described = {str(url).rpartition("/")[2]: node for node, url in graph.subject_objects(DCAT.downloadURL)}
    assert kept.keys() - described.keys() == {"dcat-ap-no.ttl", "void.ttl"}
    for name in kept.keys() & described.keys():
        assert str(graph.value(described[name], DCAT.mediaType)).endswith(f"/{kept[name].media_type}")
        assert str(graph.value(described[name], DCTERMS.conformsTo)) == kept[name].standard


def test_the_interfaces_are_data_services_of_the_vocabulary(shipped: Vocabulary) -> None:
    graph = read(shipped, "dcat-ap-no.ttl")
    ways = {
        str(graph.value(each, DCAT.endpointURL)): each for each in graph.subjects(RDF.type, DCAT.DataService)
    }
    assert ways.keys() == {"https://fellesord.example/api/v1/", "https://fellesord.example/sparql"}
    service = ways["https://fellesord.example/api/v1/"]
    assert str(graph.value(service, DCAT.endpointDescription)) == "https://fellesord.example/openapi.json"
    assert (graph.value(service, DCAT.servesDataset), RDF.type, DCAT.Dataset) in graph
    publisher = graph.value(service, DCTERMS.publisher)
    assert {name.language for name in graph.objects(publisher, FOAF.name)} == {"nb", "nn", "en"}  # type: ignore[attr-defined]


def test_void_counts_what_there_is(vocabulary: Vocabulary) -> None:
    graph = read(vocabulary, "void.ttl")
    whole = rdflib.Graph().parse(data=find(vocabulary, "graph.nt").content(vocabulary), format="nt")
    (data,) = graph.subjects(RDF.type, VOID.Dataset)
    assert graph.value(data, VOID.triples) == rdflib.Literal(len(whole))
    assert graph.value(data, VOID.distinctSubjects) == rdflib.Literal(len(set(whole.subjects())))
    for part in graph.objects(data, VOID.classPartition):
        members = set(whole.subjects(RDF.type, graph.value(part, rdflib.URIRef(f"{VOID}class"))))
        assert graph.value(part, VOID.entities) == rdflib.Literal(len(members))


@pytest.mark.parametrize("name", ["dcat-ap-no.ttl", "void.ttl"])
def test_a_description_that_is_not_true_any_more_is_told(
    shipped: Vocabulary, tmp_path: Path, name: str
) -> None:
    export = find(shipped, name)
    path = tmp_path / name
    path.write_bytes(export.content(shipped))
    assert export.read_back(shipped, path) == ()
    path.write_bytes(
        path.read_bytes()
        .replace(b"graph.nt>", b"other.nt>")
        .replace(b"void:triples ", b"void:triples 1")
        .replace(b"void#triples> ", b"void#triples> 1")
    )
    assert export.read_back(shipped, path) != ()
