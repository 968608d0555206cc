"""An answer that an engine cut off is never taken for a whole one; asked of the engines themselves."""

from collections.abc import Iterator

import pyoxigraph as ox
import pytest
from tests.oxigraph_server import free_port, oxigraph_at
from tests.store.scripted import CONSTRUCT, JSON, ONE, SELECT, Serve, Time, reply, store_at
from tests.virtuoso_server import MOST_ROWS, Virtuoso

from fellesord.errors import (
    FellesordError,
    InvalidQuery,
    StoreDeclined,
    StoreOverflow,
    StoreRefused,
    StoreTimeout,
)
from fellesord.store.client import Endpoint
from fellesord.store.remote import RemoteStore

GRAPH = "http://graph.example/many"
#: More solutions than Virtuoso is set to give here, and a join that takes any engine longer than a second.
MANY, JOIN = MOST_ROWS + 10, "{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


def lines(count: int) -> bytes:
    rows = (f'<http://s.example/{n}> <http://p.example/{n % 3}> "{n}" .\n' for n in range(count))
    return "".join(rows).encode()


@pytest.fixture(scope="module")
def many(virtuoso: Virtuoso) -> Virtuoso:
    virtuoso.put(GRAPH, lines(MANY))
    return virtuoso


@pytest.fixture
def store(many: Virtuoso) -> RemoteStore:
    return RemoteStore(Endpoint(many.query, GRAPH, deadline=60), "g1")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?s ?o { ?s ?p ?o }",
        "SELECT DISTINCT ?s { ?s ?p ?o }",
        f"SELECT ?s {{ ?s ?p ?o }} LIMIT {MANY - 1}",
    ],
)
def test_virtuoso_says_that_a_select_was_cut(query: str, store: RemoteStore) -> None:
    with pytest.raises(StoreOverflow, match=f"{MOST_ROWS} rows"):
        store.select(query)


def test_virtuoso_cuts_construct_silently_and_is_found_out(store: RemoteStore) -> None:
    for _ in range(2):  # before and after it is known which engine it is
        with pytest.raises(StoreOverflow, match=f"{MOST_ROWS} rows"):
            store.construct("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
    assert store.engine.name == "Virtuoso"
    assert len(store.construct("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 15000")) == 15000


def test_virtuoso_is_not_asked_to_describe_what_it_would_cut(store: RemoteStore) -> None:
    with pytest.raises(StoreRefused, match="DESCRIBE"):
        store.construct("DESCRIBE ?s { ?s ?p ?o }")
    assert len(store.construct("DESCRIBE <http://s.example/1>")) == 1


def test_virtuoso_says_that_its_time_was_up(many: Virtuoso) -> None:
    store = RemoteStore(Endpoint(many.query, GRAPH, deadline=2), "g1")
    assert store.select("SELECT ?s { ?s ?p '1' }")
    patient = RemoteStore(Endpoint(many.query, GRAPH, deadline=40), "g1", _known=store._known)
    impatient = Endpoint(many.query, GRAPH, deadline=2)
    with pytest.raises(StoreTimeout):
        RemoteStore(impatient, "g1", _known=store._known).select(f"SELECT (COUNT(*) AS ?n) {JOIN}")
    assert patient.select("SELECT ?s { ?s ?p '1' }")


@pytest.fixture(scope="module")
def hurried() -> Iterator[RemoteStore]:
    """A store over an Oxigraph server that gives up after a second."""
    port = free_port()
    with oxigraph_at(port, lines(3000), "--timeout-s", "1"):
        yield RemoteStore(Endpoint(f"http://127.0.0.1:{port}/query", deadline=60), "g1")


@pytest.mark.parametrize(
    "query", [f"SELECT (COUNT(*) AS ?n) {JOIN}", f"SELECT ?a {JOIN}", f"CONSTRUCT {{ ?a ?b ?f }} {JOIN}"]
)
def test_oxigraph_writes_into_the_body_that_its_time_was_up(query: str, hurried: RemoteStore) -> None:
    ask = hurried.select if query.startswith("SELECT") else hurried.construct
    with pytest.raises((StoreTimeout, StoreOverflow)):
        ask(query)
    assert hurried.engine.name == "Oxigraph"


@pytest.mark.parametrize(
    ("headers", "error"),
    [
        ({"X-SPARQL-MaxRows": "10000"}, StoreOverflow),
        ({"X-SQL-State": "S1TAT", "X-SQL-Message": "Returning incomplete results"}, StoreTimeout),
    ],
)
def test_a_cut_answer_is_refused_whoever_gave_it(
    headers: dict[str, str], error: type[FellesordError], serve: Serve, time_: Time
) -> None:
    server = serve(reply(200, ONE, JSON | headers | {"Server": "nginx"}))
    with pytest.raises(error):
        store_at(Endpoint(server.url), time_).select(SELECT)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("server_name", "sent"),
    [("Virtuoso/07.20", "30000"), ("Apache Jena Fuseki (5.0)", "30"), ("Oxigraph/0.5", None)],
)
def test_a_known_engine_is_told_the_deadline_in_its_own_unit(
    server_name: str, sent: str | None, serve: Serve, time_: Time
) -> None:
    server = serve(*[reply(200, ONE, JSON | {"Server": server_name})] * 2)
    store = store_at(Endpoint(server.url, deadline=30), time_)
    store.select(SELECT)
    store.select(SELECT)
    first, second = server.requests
    assert "timeout" not in first.parameters
    assert second.parameters.get("timeout") == ([sent] if sent else None)


def test_virtuoso_behind_a_proxy_is_known_by_its_other_header(serve: Serve, time_: Time) -> None:
    headers = {"Server": "", "X-SPARQL-default-graph": "http://g.example/"}
    triples = reply(200, b"", {"Content-Type": "application/n-triples"} | headers)
    server = serve(triples, reply(200, ONE, JSON))
    assert store_at(Endpoint(server.url), time_).construct(CONSTRUCT) == []
    assert [request.parameters["query"][0].split()[0] for request in server.requests] == [
        "CONSTRUCT",
        "SELECT",
    ]


@pytest.mark.parametrize(
    ("status", "said", "error"),
    [
        (500, b"Virtuoso S1T00 Error SR171: Transaction timed out", StoreTimeout),
        (
            500,
            b"Virtuoso 42000 Error The estimated execution time 900 (sec) exceeds the limit of 400",
            StoreDeclined,
        ),
        (500, b"Virtuoso 37000 Error TR...: transitive start not given", StoreDeclined),
        (400, b"Virtuoso 37000 Error SP030: SPARQL compiler, line 1: syntax error", InvalidQuery),
    ],
)
def test_the_words_of_virtuoso_become_our_errors(
    status: int, said: bytes, error: type[FellesordError], serve: Serve, time_: Time
) -> None:
    server = serve(reply(status, said))
    with pytest.raises(FellesordError) as caught:
        store_at(Endpoint(server.url), time_).select(SELECT)
    assert type(caught.value) is error


def test_blank_nodes_of_virtuoso_are_blank_nodes(virtuoso: Virtuoso) -> None:
    graph = "http://graph.example/blank"
    virtuoso.put(graph, b"<http://a.example/> <http://b.example/> _:c .\n_:c <http://b.example/> _:c .\n")
    rows = RemoteStore(Endpoint(virtuoso.query, graph), "g1").select(
        "SELECT ?o { <http://a.example/> ?p ?o . ?o ?p ?o }"
    )
    assert [type(row["o"]) for row in rows] == [ox.BlankNode]


def test_a_term_is_the_same_however_an_engine_writes_it() -> None:
    from fellesord.store.answers import canonical

    written = {"1": "boolean", "7.0": "decimal", "2.5e+10": "double", "2025-02-03": "date"}
    xsd = "http://www.w3.org/2001/XMLSchema#"
    read = [
        canonical(ox.Literal(value, datatype=ox.NamedNode(xsd + kind))).value
        for value, kind in written.items()
    ]
    assert read == ["true", "7", "25000000000", "2025-02-03"]
