"""Publishing to real engines: whole or not at all, compared with what was sent, found by those who read."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.conftest import WriteRecord
from tests.oxigraph_server import free_port, oxigraph_at
from tests.store.scripted import JSON, Serve, reply
from tests.virtuoso_server import Virtuoso

from fellesord.errors import (
    FellesordError,
    NotFound,
    StoreError,
    StoreRefused,
    StoreUnavailable,
)
from fellesord.store.client import Endpoint
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.publishing import Shelf
from fellesord.store.queries import load
from fellesord.store.remote import RemoteStore
from fellesord.store.wire import Access
from fellesord.store.writing import Writer

XSD = "http://www.w3.org/2001/XMLSchema#"


@dataclass(frozen=True)
class Engine:
    """An engine with nothing published, and how it is written to."""

    shelf: Shelf
    writer: Writer

    def read(self) -> set[ox.Triple]:
        return set(self.shelf.opened("newest").construct(load("graph").text))


@pytest.fixture(params=["oxigraph", "oxigraph by update", "virtuoso", "virtuoso by update"])
def engine(request: pytest.FixtureRequest, base: str) -> Iterator[Engine]:
    """Each engine in both ways; the base is that of nobody else, so that there is a catalogue for each test."""
    own = base.replace("fellesord", f"test-{abs(hash(request.node.name)) % 10**9}")
    if request.param.startswith("oxigraph"):
        port = request.getfixturevalue("oxigraph_port")
        query, access = f"http://127.0.0.1:{port}/query", Access()
    else:
        server: Virtuoso = request.getfixturevalue("virtuoso")
        query, access = server.query, Access("dba", server.password)
    store = RemoteStore(Endpoint(query), "remote")
    store.select("SELECT ?s { ?s ?p ?o } LIMIT 1")
    updates, graphs = (
        store.engine.beside(query, path) for path in (store.engine.update, store.engine.graphs)
    )
    assert updates
    assert graphs
    yield Engine(
        Shelf(store, own), Writer(updates, None if "update" in request.param else graphs, access, 60)
    )


class Interrupted(Exception):
    """What a load is stopped by."""


def stopped_after(triples: list[ox.Triple]) -> Iterator[ox.Triple]:
    yield from triples
    raise Interrupted


def test_what_is_published_is_what_is_read(engine: Engine, store: EmbeddedStore) -> None:
    published = engine.shelf.publish("g1", store.statements(), engine.writer)
    assert published.triples == store.manifest.triples == len(engine.read())
    assert engine.read() == set(store.statements())
    assert engine.shelf.opened("newest").generation == "g1"
    assert engine.shelf.publish("g1", iter(()), engine.writer) == published


def test_an_interrupted_load_is_not_read_and_the_next_one_starts_afresh(
    engine: Engine, store: EmbeddedStore
) -> None:
    everything = list(store.statements())
    strange = ox.Triple(
        ox.NamedNode("http://x.example/"), ox.NamedNode("http://x.example/"), ox.Literal("left over")
    )
    with pytest.raises(Interrupted):
        engine.shelf.publish(
            "g1", stopped_after([*everything[:300], strange] * 4), replace(engine.writer, most=100)
        )
    with pytest.raises(NotFound, match="fellesord load"):
        engine.shelf.newest()
    (begun,) = engine.shelf.generations()
    assert (begun.name, begun.issued, begun.triples) == ("g1", None, None)

    engine.shelf.publish("g1", everything, engine.writer)
    assert engine.read() == set(everything)


def test_readers_go_from_one_whole_generation_to_the_next(engine: Engine, store: EmbeddedStore) -> None:
    everything = list(store.statements())
    engine.shelf.publish("g1", everything[:50], engine.writer)
    seen: list[str] = []

    def looking() -> Iterator[ox.Triple]:
        for triple in everything:
            if len(seen) < 3:
                seen.append(engine.shelf.newest().name)
            yield triple

    engine.shelf.publish("g2", looking(), engine.writer)
    assert set(seen) == {"g1"}
    assert engine.shelf.newest().name == "g2"


def test_old_generations_and_what_was_only_begun_are_removed(engine: Engine, store: EmbeddedStore) -> None:
    some = list(store.statements())[:20]
    for name in ("g1", "g2", "g3"):
        engine.shelf.publish(name, some, engine.writer)
    with pytest.raises(Interrupted):
        engine.shelf.publish("g4", stopped_after(some), engine.writer)
    gone = engine.shelf.prune(2, engine.writer)
    assert [each.name for each in gone] == ["g1", "g4"]
    assert [each.name for each in engine.shelf.generations()] == ["g3", "g2"]
    for each in gone:
        assert engine.shelf.opened(each.graph).construct(load("graph").text) == []
    assert engine.shelf.prune(2, engine.writer) == []


def test_what_an_engine_changes_is_told(virtuoso: Virtuoso, base: str) -> None:
    """Virtuoso 7.2.5 counts years as months: P1Y comes back as 12."""
    shelf = Shelf(RemoteStore(Endpoint(virtuoso.query), "remote"), base.replace("fellesord", "changed"))
    writer = Writer(
        f"{virtuoso.query}-auth", f"{virtuoso.query}-graph-crud-auth", Access("dba", virtuoso.password), 60
    )
    node = ox.NamedNode("http://x.example/")
    year = ox.Triple(node, node, ox.Literal("P1Y", datatype=ox.NamedNode(f"{XSD}duration")))
    with pytest.raises(StoreError, match=r'does not hold .*"P1Y".* there it has "12"'):
        shelf.publish("g1", [year], writer)
    with pytest.raises(NotFound):
        shelf.newest()


def test_virtuoso_lets_nobody_write_without_the_password(virtuoso: Virtuoso) -> None:
    for access in (Access(), Access("dba", "wrong"), Access(token="wrong")):
        for graphs in (None, f"{virtuoso.query}-graph-crud-auth"):
            with pytest.raises(StoreRefused, match="FELLESORD_STORE_PASSWORD"):
                Writer(f"{virtuoso.query}-auth", graphs, access).drop("http://x.example/")


def test_an_engine_that_only_reads_is_told_apart(tmp_path: Path, base: str) -> None:
    port = free_port()
    with oxigraph_at(port, b""):
        pass
    writer = Writer(f"http://127.0.0.1:{port}/update", attempts=1)
    with pytest.raises(StoreUnavailable, match="/update: the store cannot be reached"):
        writer.drop("http://x.example/")


def written(serve: Serve, *answers: tuple[int, bytes]) -> Callable[[], None]:
    server = serve(*[reply(status, body) for status, body in answers])
    slept: list[float] = []
    writer = Writer(f"{server.origin}/update", f"{server.origin}/store", deadline=5, sleep=slept.append)
    node = ox.NamedNode("http://x.example/")
    return lambda: writer.add("http://g.example/", [ox.Triple(node, node, node)])


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, StoreRefused),
        (401, StoreRefused),
        (403, StoreRefused),
        (404, StoreRefused),
        (405, StoreRefused),
        (413, StoreRefused),
        (415, StoreRefused),
        (500, StoreError),
        (302, StoreRefused),
    ],
)
def test_what_an_engine_answers_is_told_with_what_was_tried(
    status: int, error: type[FellesordError], serve: Serve
) -> None:
    with pytest.raises(
        FellesordError, match=rf"^POST http.*/store\?graph=http.*HTTP {status}.*(because|redirect)"
    ) as caught:
        written(serve, (status, b"because"))()
    assert type(caught.value) is error


def test_an_engine_that_is_busy_is_asked_again(serve: Serve) -> None:
    written(serve, (503, b"wait"), (429, b"wait"), (204, b""))()
    with pytest.raises(StoreUnavailable):
        written(serve, *[(503, b"wait")] * 3)()


def test_statements_that_went_missing_are_told(serve: Serve, base: str) -> None:
    empty = reply(200, b'{"head":{"vars":["subject"]},"results":{"bindings":[]}}', JSON)
    steps = [empty, *[reply(204)] * 4, empty]
    server = serve(*steps)
    shelf = Shelf(RemoteStore(Endpoint(server.url), "remote"), base)
    node = ox.NamedNode("http://x.example/")
    with pytest.raises(StoreError, match=r"does not hold .* there it has nothing"):
        shelf.publish("g1", [ox.Triple(node, node, node)], Writer(f"{server.origin}/u", f"{server.origin}/s"))
    assert len(server.requests) == len(steps)


def test_a_generation_is_read_by_the_settings(
    engine: Engine, twelve: Path, write_record: WriteRecord, store: EmbeddedStore
) -> None:
    from fellesord.config import settings
    from fellesord.web import application, opening

    base = store.manifest.base
    shelf = replace(engine.shelf, base=base)
    shelf.publish(store.generation, store.statements(), engine.writer)
    url = engine.shelf.store.endpoint.url
    given = {"store": url, "vocab": str(twelve)}
    try:
        for graph in ("newest", shelf.catalogue + store.generation):
            opened = opening.open_store(settings(given | {"store-graph": graph}, {}))
            assert opened.store.generation == store.generation
            assert set(opened.store.construct(load("graph").text)) == set(store.statements())
        assert opening.open_store(settings(given, {})).store.generation == application.REMOTE
    finally:
        for each in shelf.generations():
            shelf.remove(each.graph, engine.writer)
