"""Generations: built once, atomically, by one process, and reused."""

import json
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.conftest import WriteRecord

from fellesord.errors import InvalidData, StoreError
from fellesord.store import generations
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Sources
from fellesord.store.queries import load

FOREIGN = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<http://v.example/a> a skos:Concept ; skos:prefLabel "A"@en ; skos:broader <http://v.example/b> ; skos:note [ a skos:Concept ] .
<http://v.example/b> a skos:Concept ; skos:prefLabel "B"@en .
"""


def left(cache: Path) -> list[str]:
    return sorted(path.name for path in cache.iterdir() if path.name != "lock")


def test_a_generation_is_built_once_and_then_reused(tmp_path: Path, twelve: Path) -> None:
    first = generations.ensure(tmp_path / "cache", Sources(twelve))
    written = (first.folder / "manifest.json").stat().st_mtime_ns
    second = generations.ensure(tmp_path / "cache", Sources(twelve))
    assert second == first
    assert (second.folder / "manifest.json").stat().st_mtime_ns == written
    assert left(tmp_path / "cache") == [first.manifest.name]


def test_the_manifest_accounts_for_every_triple(tmp_path: Path, twelve: Path) -> None:
    manifest = generations.ensure(tmp_path, Sources(twelve)).manifest
    assert manifest.documents == len(list(twelve.rglob("*.ttl")))
    assert manifest.recorded + manifest.derived == manifest.triples
    assert json.loads((tmp_path / manifest.name / "manifest.json").read_text())["base"] == manifest.base


def test_a_changed_document_gives_another_generation(tmp_path: Path, small_record: Path) -> None:
    before = generations.ensure(tmp_path / "cache", Sources(small_record)).manifest.name
    document = small_record / "concept/x.ttl"
    document.write_text(document.read_text().replace('"x"', '"y"'))
    assert generations.ensure(tmp_path / "cache", Sources(small_record)).manifest.name != before


def test_from_memory_and_from_disk_the_answers_are_equal(tmp_path: Path, twelve: Path) -> None:
    generation = generations.ensure(tmp_path, Sources(twelve))
    memory = EmbeddedStore.open(generation)
    disk = EmbeddedStore.open(generation, in_memory=0)
    everything = load("graph").bind({})
    assert set(memory.construct(everything)) == set(disk.construct(everything))
    assert memory.generation == disk.generation == generation.manifest.name
    disk.close()


def test_two_processes_building_at_once_give_one_generation(tmp_path: Path, twelve: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from fellesord.store import generations as g\n"
        "if __name__ == '__main__':\n"
        "    print(g.ensure(Path(sys.argv[1]), g.Sources(Path(sys.argv[2]))).manifest.name)\n"
    )
    script = tmp_path / "program.py"
    script.write_text(program)
    cache = tmp_path / "cache"
    running = [
        subprocess.Popen(
            [sys.executable, str(script), str(cache), str(twelve)], stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    names = {process.communicate(timeout=60)[0].strip() for process in running}
    assert len(names) == 1
    assert left(cache) == sorted(names)


def test_a_killed_build_leaves_nothing_and_says_so(tmp_path: Path, twelve: Path) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    (cache / "building-left").mkdir()
    (cache / "building-left" / "store").write_text("half")
    program = (
        "import os, signal, sys; from pathlib import Path; from fellesord.store import generations as g\n"
        "def die(*_: object) -> None:\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "g.fill = die\n"
        "g.build(Path(sys.argv[1]), g.Sources(Path(sys.argv[2])))\n"
    )
    killed = subprocess.run([sys.executable, "-c", program, str(cache), str(twelve)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert len(left(cache)) == 1
    generation = generations.ensure(cache, Sources(twelve))
    assert left(cache) == [generation.manifest.name]


def test_wrong_documents_are_told_by_the_building_process(tmp_path: Path, write_record: WriteRecord) -> None:
    folder = write_record({"concept/x.ttl": "oops", "concept/y.ttl": "oops"})
    with pytest.raises(InvalidData) as caught:
        generations.ensure(tmp_path / "cache", Sources(folder))
    assert len(caught.value.problems) == 2
    assert left(tmp_path / "cache") == []


@pytest.mark.parametrize("cache", ["/proc/fellesord", "/dev/null/cache"])
def test_a_cache_that_cannot_be_written_raises_oserror(cache: str, twelve: Path) -> None:
    with pytest.raises(OSError, match=r"."):
        generations.ensure(Path(cache), Sources(twelve))


def test_a_store_in_memory_is_the_same_generation(tmp_path: Path, twelve: Path) -> None:
    built = EmbeddedStore.build(Sources(twelve))
    assert built.manifest == generations.ensure(tmp_path, Sources(twelve)).manifest


def test_old_generations_go_unless_they_are_in_use(tmp_path: Path, small_record: Path) -> None:
    cache, document = tmp_path / "cache", small_record / "concept/x.ttl"
    text = document.read_text()
    first = generations.ensure(cache, Sources(small_record))
    held = EmbeddedStore.open(first, in_memory=0)
    names = []
    for number in range(generations.KEPT + 3):
        document.write_text(text.replace('"x"', f'"{number}"'))
        names.append(generations.ensure(cache, Sources(small_record)).manifest.name)
    assert first.manifest.name in left(cache)
    assert names[0] not in left(cache)
    assert len(left(cache)) == generations.KEPT + 2
    assert held.construct(load("graph").bind({}))
    held.close()


def test_a_damaged_generation_is_a_store_error(tmp_path: Path, twelve: Path) -> None:
    generation = generations.ensure(tmp_path, Sources(twelve))
    for path in generation.store.iterdir():
        path.write_bytes(b"")
    with pytest.raises(StoreError):
        EmbeddedStore.open(generation)


def test_an_attached_vocabulary_stands_beside_the_record(
    write_record: WriteRecord, small_record: Path
) -> None:
    folder = write_record({"foreign.ttl": FOREIGN}, "attached")
    manifest = EmbeddedStore.build(Sources(small_record, (folder / "foreign.ttl",))).manifest
    (attached,) = manifest.attached
    assert (attached.file, attached.triples, attached.added) == ("foreign.ttl", 7, 7)
    assert manifest.derived == 1


def test_blank_nodes_of_an_attached_file_get_the_same_iris_each_time(
    write_record: WriteRecord, small_record: Path
) -> None:
    path = write_record({"foreign.ttl": FOREIGN}, "attached") / "foreign.ttl"
    everything = load("graph").bind({})
    graphs = [
        set(map(str, EmbeddedStore.build(Sources(small_record, (path,))).construct(everything)))
        for _ in range(2)
    ]
    assert graphs[0] == graphs[1]
    assert any("/.well-known/genid/" in triple for triple in graphs[0])


def test_an_attached_file_cannot_describe_our_own_things(
    write_record: WriteRecord, small_record: Path
) -> None:
    text = (
        '<https://fellesord.example/id/concept/x> <http://www.w3.org/2004/02/skos/core#prefLabel> "mine"@en .'
    )
    path = write_record({"foreign.nt": text}, "attached") / "foreign.nt"
    with pytest.raises(InvalidData, match="an IRI of the record"):
        EmbeddedStore.build(Sources(small_record, (path,)))


def test_derivations_add_what_follows_and_only_that(store: EmbeddedStore, base: str) -> None:
    graph = set(store.construct(load("graph").bind({})))

    def holds(subject: str, predicate: str, term: str) -> bool:
        iris = [f"{base}{subject}", predicate, f"{base}{term}"]
        return ox.Triple(*(ox.NamedNode(iri) for iri in iris)) in graph

    skos = "http://www.w3.org/2004/02/skos/core#"
    dct = "http://purl.org/dc/terms/"
    assert holds("concept/samskaping", skos + "broader", "concept/samarbeid")
    assert holds("concept/samarbeid", skos + "narrower", "concept/samskaping")
    assert holds("concept/nettverk", skos + "related", "concept/samarbeid")
    assert holds("scheme/prove", skos + "hasTopConcept", "concept/samarbeid")
    assert not holds("scheme/prove", skos + "hasTopConcept", "concept/samskaping")
    assert holds("scheme/utfall#virket", skos + "topConceptOf", "scheme/utfall")
    assert holds("county/vidda", dct + "isReplacedBy", "county/fjordland")
    assert holds("county/fjordland", dct + "replaces", "county/kysten")
    assert holds("concept/aerlighet", dct + "replaces", "concept/gammelt-ord")
    assert holds("scheme/prove", dct + "hasPart", "collection/alle")
    definition = ox.Literal("samarbeid der innbyggere former løsningen", language="nb")
    concept = ox.NamedNode(base + "concept/samskaping")
    assert ox.Triple(concept, ox.NamedNode(skos + "definition"), definition) in graph


def test_a_store_answers_from_many_threads_at_once(store: EmbeddedStore) -> None:
    query = load("word").bind({"word": ["samskaping"]})
    answers: list[int] = []
    threads = [threading.Thread(target=lambda: answers.append(len(store.select(query)))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(answers)) == 1
    assert len(answers) == 16
