"""Asking an engine for strangers: what is sent, and what becomes of whatever it says."""

import json
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress

import pytest
from tests.store.scripted import JSON, Serve, Server, Step, raw, reply, reset, trickle
from tests.web.killers import killers

from fellesord.errors import (
    FellesordError,
    JailBusy,
    JailCut,
    JailStopped,
    JailTimeout,
    QueryForm,
    QueryRefused,
    QuerySyntax,
    StoreDeclined,
    StoreError,
    StoreRefused,
    StoreUnavailable,
)
from fellesord.store import lexing
from fellesord.store.client import Endpoint
from fellesord.store.questions import Bounds, Question
from fellesord.store.relay import Relay, Relayed
from fellesord.store.remote import RemoteStore

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the jail is Linux only")
GRAPH = "http://graph.example/"
SELECT = "SELECT ?a { ?a a skos:Concept }"
VIRTUOSO = {**JSON, "Server": "Virtuoso/07.20.3229"}
RelayTo = Callable[..., Relay]


@pytest.fixture
def relay_to() -> Iterator[RelayTo]:
    """A function that makes what asks a server."""
    made: list[Relay] = []

    def make(server: Server, graph: str | None = GRAPH, slots: int = 2) -> Relay:
        store = RemoteStore(Endpoint(server.url, graph), "g1")
        bounds = Bounds(slots=slots, seconds=20, memory=128 * 2**20)
        made.append(Relay(store, "https://base.example/", bounds))
        return made[-1]

    yield make
    for relay in made:
        assert relay.at_work() == 0
        relay.close()


def said(*values: str, name: str = "a") -> bytes:
    rows = [{name: {"type": "literal", "value": value}} for value in values]
    return json.dumps({"head": {"vars": [name]}, "results": {"bindings": rows}}).encode()


def ask(relay: Relay, text: str = SELECT, seconds: float | None = None, **wanted: object) -> bytes:
    return b"".join(relay.ask(Question(text, **wanted), seconds=seconds))  # type: ignore[arg-type]  # as given


def test_an_engine_is_asked_what_was_meant_over_the_graph_that_is_served(
    serve: Serve, relay_to: RelayTo
) -> None:
    server = serve(reply(200, said("æ"), JSON))
    text = "BASE <http://b.example/> SELECT ?a # DELETE\n{ ?a a skos:Concept. <x> <\\u0070> '\\u0022', ?a }"
    assert ask(relay_to(server), text, solutions="csv") == "a\r\næ\r\n".encode()
    (request,) = server.requests
    assert request.parameters == {
        "query": [
            "SELECT ?a { ?a a <http://www.w3.org/2004/02/skos/core#Concept>. <http://b.example/x>"
            ' <http://b.example/p> "\\"", ?a }'
        ],
        "default-graph-uri": [GRAPH],
    }
    assert request.headers["accept"].startswith("application/sparql-results+json")


def test_without_a_name_the_default_graph_of_the_engine_is_asked(serve: Serve, relay_to: RelayTo) -> None:
    server = serve(*[reply(200, said(), JSON)] * 2)
    relay = relay_to(server, None)
    ask(relay)
    ask(relay, f"SELECT ?a FROM <{GRAPH}> {{ ?a a ?b }}")
    plain, named = (request.parameters for request in server.requests)
    assert "default-graph-uri" not in plain
    assert named["default-graph-uri"][0].startswith("urn:uuid:")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("SELECT * { ?a ?b", QuerySyntax),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", QueryRefused),
        ("DROP ALL", QueryRefused),
        ("SELECT * { ?s <bif:contains> 'x' }", QueryRefused),
        ("SELECT (<http://f.example/>(1) AS ?x) {}", QueryRefused),
        ("CONSTRUCT WHERE { ?a ?b ?c }", QueryForm),
    ],
)
def test_what_is_refused_is_not_sent(
    text: str, error: type[FellesordError], serve: Serve, relay_to: RelayTo
) -> None:
    server = serve()
    with pytest.raises(error):
        ask(relay_to(server), text, graph=None)
    assert server.requests == []


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\n"


@pytest.mark.parametrize(
    ("step", "error", "words"),
    [
        (
            reply(200, b"<html>hello</html>", {"Content-Type": "text/html"}),
            StoreError,
            "unreadable text/html",
        ),
        (reply(200, b"hello", JSON), StoreError, "unreadable"),
        (reply(200, said("x")[:-10], JSON), StoreError, "unreadable"),
        (reply(200, b"", JSON), StoreError, "unreadable"),
        (reply(200, b'{"head":{},"boolean":true}', JSON), StoreError, "true or false"),
        (reply(200, b"[" * 500_000, JSON), StoreError, "store"),
        (raw(HEAD + b"\r\n" + said("x")[:-10]), StoreError, "unreadable"),
        (raw(HEAD + b"Content-Length: 9999\r\n\r\n" + said("x")), StoreUnavailable, "reached"),
        (raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"), StoreUnavailable, "reached"),
        (reset, StoreUnavailable, "reached"),
        (raw(b"garbage\r\n\r\n"), StoreError, "store"),
        (reply(200, said("x"), {**JSON, "X-SPARQL-MaxRows": "1"}), JailCut, "at most 1 rows"),
        (reply(200, said("x"), {**JSON, "X-SQL-State": "S1TAT"}), JailTimeout, "20 seconds"),
        (reply(206, said("x"), JSON), JailTimeout, "20 seconds"),
        (
            reply(200, said("x")[:-2] + b"The SPARQL operation has been cancelled", JSON),
            JailTimeout,
            "20 seconds",
        ),
        (reply(400, b"what is that?"), StoreDeclined, "what is that"),
        (reply(500, b"Virtuoso 37000 Error SP031"), StoreDeclined, "SP031"),
        (reply(500, b"Virtuoso 42000 Error The estimated execution time"), StoreDeclined, "estimated"),
        (reply(500, b"oh"), StoreError, "500"),
        (reply(503, b"later"), StoreUnavailable, "503"),
        (reply(401, b"who?"), StoreRefused, "401"),
    ],
)
@pytest.mark.parametrize("form", ["csv", "json", "xlsx"])
def test_what_is_no_whole_answer_is_none(
    step: Step, error: type[FellesordError], words: str, form: str, serve: Serve, relay_to: RelayTo
) -> None:
    server = serve(step)
    with pytest.raises(FellesordError, match=words) as raised:
        ask(relay_to(server), solutions=form)
    assert type(raised.value) is error
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_nobody_else_is_asked(status: int, serve: Serve, relay_to: RelayTo) -> None:
    other = serve(reply(200, said("x"), JSON))
    server = serve(reply(status, b"", {"Location": other.url}))
    with pytest.raises(StoreRefused, match="redirect"):
        ask(relay_to(server))
    assert (len(server.requests), other.requests) == (1, [])


def test_an_answer_that_does_not_come_is_not_waited_for(serve: Serve, relay_to: RelayTo) -> None:
    server = serve()
    server.then(trickle(server, HEAD + b"\r\n" + said("x")[:-2], b" "))
    with pytest.raises(JailTimeout, match=r"0\.8 seconds"):
        ask(relay_to(server), seconds=0.8)


def test_the_engine_is_left_when_nobody_waits(serve: Serve, relay_to: RelayTo) -> None:
    asked, left = threading.Event(), threading.Event()

    def hang(connection: socket.socket) -> None:
        asked.set()
        if connection.recv(1) == b"":
            left.set()

    relay = relay_to(serve(hang))
    with pytest.raises(JailStopped):
        relay.ask(Question(SELECT), stopped=asked.is_set)
    assert left.wait(10)


def test_an_engine_that_is_known_is_told_the_time_there_is(serve: Serve, relay_to: RelayTo) -> None:
    server = serve(*[reply(200, said("x"), VIRTUOSO)] * 2)
    relay = relay_to(server)
    ask(relay)
    ask(relay, seconds=7)
    first, second = (request.parameters for request in server.requests)
    assert "timeout" not in first
    assert 1000 < int(second["timeout"][0]) <= 7000


@pytest.mark.parametrize(
    ("body", "truth"),
    [
        (b'{"head":{},"boolean":true}', b"true"),
        (b'{"head":{},"boolean":false}', b"false"),
        (said("1", name="__ASK_RETVAL"), b"true"),
        (said("0", name="__ASK_RETVAL"), b"false"),
        (said(name="__ASK_RETVAL"), b"false"),
    ],
)
def test_a_truth_may_come_as_a_row(body: bytes, truth: bytes, serve: Serve, relay_to: RelayTo) -> None:
    assert ask(relay_to(serve(reply(200, body, JSON))), "ASK { ?a ?b ?c }", solutions="csv") == truth


def row(**terms: Mapping[str, str]) -> bytes:
    return json.dumps({"head": {"vars": [*terms]}, "results": {"bindings": [terms]}}).encode()


def test_literals_and_blank_nodes_are_as_the_embedded_store_has_them(serve: Serve, relay_to: RelayTo) -> None:
    xsd = "http://www.w3.org/2001/XMLSchema#"
    body = row(
        odd={"type": "literal", "value": "not asked for"},
        c={"type": "bnode", "value": "nodeID://b7"},
        b={"type": "typed-literal", "datatype": f"{xsd}integer", "value": "07"},
        a={"type": "typed-literal", "datatype": f"{xsd}boolean", "value": "1"},
    )
    server = serve(*[reply(200, body, JSON)] * 2)
    relay = relay_to(server)
    query = "SELECT ?a ?b ?c ?d { ?a ?b ?c . ?a ?b ?d }"
    assert ask(relay, query, solutions="tsv") == b"?a\t?b\t?c\t?d\ntrue\t7\t_:b7\t\n"
    graph = ask(relay, "CONSTRUCT { ?c <p> ?a , ?b , ?c . ?a <p> ?b } { ?a ?p ?b , ?c }", graph="nt").decode()
    assert sorted(line.partition("<https://base.example/p> ")[2] for line in graph.splitlines()) == [
        f'"7"^^<{xsd}integer> .',
        f'"true"^^<{xsd}boolean> .',
        "_:b7 .",
    ]


def test_more_than_may_be_read_is_no_answer_but_for_the_rows_that_a_page_shows(
    serve: Serve, relay_to: RelayTo
) -> None:
    body = said(*["x" * 100] * 9000)
    server = serve(*[reply(200, body, JSON)] * 3)
    relay = relay_to(server)
    with pytest.raises(JailCut, match="100000 bytes"):
        ask(relay, size=100_000, solutions="csv")
    with pytest.raises(JailCut, match="50 rows"):
        ask(relay, size=100_000, rows=50)
    begun = relay.ask(Question(SELECT, size=100_000, rows=50, solutions="page"))
    assert len(json.loads(b"".join(begun))["rows"]) == 50
    assert begun.end is not None
    assert begun.end.more


def test_time_with_the_engine_is_charged_for(serve: Serve, relay_to: RelayTo) -> None:
    def late(connection: socket.socket) -> None:
        time.sleep(0.5)
        reply(200, said("x"), JSON)(connection)

    begun = relay_to(serve(late)).ask(Question(SELECT, shaped=True))
    b"".join(begun)
    assert begun.spent >= 0.5
    assert begun.shape == "SELECT ?a { ?a a skos:Concept }"


def test_a_client_has_half_of_the_turns_also_while_an_engine_works(serve: Serve, relay_to: RelayTo) -> None:
    server = serve(reply(200, said("x"), JSON), reply(200, said("y"), JSON))
    relay = relay_to(server, slots=2)
    held: Relayed = relay.ask(Question(SELECT), "one")
    with pytest.raises(JailBusy, match="1 of your queries"):
        relay.ask(Question(SELECT), "one", seconds=0.3)
    assert b"y" in b"".join(relay.ask(Question(SELECT), "two"))
    assert relay.at_work() == 1
    held.close()


def test_whatever_is_asked_ends_and_is_sent_to_nobody_else(serve: Serve, relay_to: RelayTo) -> None:
    canary, server = serve(), serve(*[reply(200, said(), JSON)] * 200)
    relay = relay_to(server)
    for _, text in killers(canary.origin):
        with suppress(FellesordError):
            ask(relay, text, seconds=1)
    assert canary.requests == []
    for request in server.requests:
        (query,) = request.parameters["query"]
        words = {token.text.upper() for token in lexing.tokens(query) if token.kind == "word"}
        assert not words & {"SERVICE", "GRAPH", "FROM", "LOAD", "PREFIX"}, query[:200]
        assert request.parameters["default-graph-uri"] != [canary.origin]
