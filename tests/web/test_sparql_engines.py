"""The endpoint over the embedded store and over two engines: the same answers, limits and refusals."""

import io
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import openpyxl
import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from markupsafe import escape
from tests.oxigraph_server import RemoteStoreOf
from tests.store.scripted import JSON, Serve, reply
from tests.virtuoso_server import until_right
from tests.vocabulary.test_asking import ASKED
from tests.web.test_serving import eventually, started
from tests.web.test_sparql import NEVER
from werkzeug.test import TestResponse

from fellesord.errors import StoreUnavailable
from fellesord.store.catalogue import entries
from fellesord.store.client import Endpoint
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Generation
from fellesord.store.questions import Answerer, Bounds, Question
from fellesord.store.relay import Relay
from fellesord.store.remote import RemoteStore
from fellesord.vocabulary.reading import Vocabulary
from fellesord.web import opening
from fellesord.web.application import Opened, create_app
from fellesord.web.asking import Budget, Querying
from fellesord.web.links import Links
from fellesord.web.observing import Queried
from fellesord.web.texts import text

ENGINES = {"oxigraph": "remote_store", "virtuoso": "virtuoso_store"}
EVERYTHING = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?c != ?f && ?i != ?l) }"
ROWS = 5000
MANY = "SELECT ?a ?b { ?a ?p ?b . ?c ?q ?d } LIMIT 9000"
BOUNDS = Bounds(seconds=20, memory=256 * 2**20)


def client_of(answerer: Answerer, vocabulary: Vocabulary) -> FlaskClient:
    asking = Querying(answerer, Budget(36_000), rows=ROWS)
    return create_app(vocabulary, Links(vocabulary.base), asking=asking).test_client()


@pytest.fixture(scope="module")
def here(querying: Querying, vocabulary: Vocabulary) -> FlaskClient:
    """The endpoint over the embedded store."""
    return client_of(querying.pool, vocabulary)


@pytest.fixture(scope="module", params=ENGINES)
def relay(request: pytest.FixtureRequest, store: EmbeddedStore, base: str) -> Iterator[Relay]:
    make: RemoteStoreOf = request.getfixturevalue(ENGINES[request.param])
    relay = Relay(make(store.construct(EVERYTHING)), base, BOUNDS)
    yield relay
    relay.close()


@pytest.fixture(scope="module")
def there(relay: Relay, vocabulary: Vocabulary) -> FlaskClient:
    """The endpoint over an engine."""
    return client_of(relay, vocabulary)


def get(client: FlaskClient, query: str, **parameters: str) -> TestResponse:
    headers = {"Accept": parameters.pop("accept", "*/*"), "Accept-Language": "en"}
    return client.get("/sparql", query_string={"query": query, **parameters}, headers=headers)


SELECTS = (
    "SELECT ?c ?t (LANG(?t) AS ?l) { ?c a skos:Concept ; skos:prefLabel ?t } ORDER BY ?c ?l ?t",
    "SELECT * { ?c skos:prefLabel ?t OPTIONAL { ?c skos:notation ?n } } ORDER BY ?c LANG(?t) ?t",
    "SELECT ?c ?d { ?c dct:modified|dct:created ?d } ORDER BY ?c ?d",
    "SELECT ?open (COUNT(DISTINCT ?p) AS ?n) { ?p fo:openForPartners ?open } GROUP BY ?open ORDER BY ?open",
    "SELECT * { VALUES (?a ?b) { (1 UNDEF) ('x'@nb 2.5) (<concept/x> \"y\\\"\\n\\u00e6,;\\t\") (1e0 '2020-01-01'^^xsd:date) } }",
    "SELECT ?n { VALUES ?n { 3 1 2 } } ORDER BY DESC(?n)",
    "SELECT ?a { ?a <http://nowhere.example/> ?b }",
    "SELECT ?t { <concept/samskaping> skos:prefLabel ?t FILTER(LANG(?t) = 'nb') } # the end",
    "PREFIX s: <http://www.w3.org/2004/02/skos/core#> BASE <https://fellesord.example/> SELECT ?t { <id/concept/samskaping> s:prefLabel ?t. FILTER(LANGMATCHES(LANG(?t), 'nn')) }",
    "SELECT (xsd:date('2020-01-02') AS ?d) (xsd:time('03:04:05') AS ?t) (xsd:date('soon') AS ?u) {}",
    "SELECT (xsd:integer('7') AS ?n) (STRLEN('æøå🤝') AS ?l) (UCASE('å') AS ?u) {}",
    "SELECT ?c { ?c a skos:Concept FILTER NOT EXISTS { ?c skos:broader ?b } } ORDER BY ?c",
    "SELECT ?c { { SELECT ?c { ?c a skos:Concept } ORDER BY ?c LIMIT 3 } } ORDER BY ?c",
    "SELECT (GROUP_CONCAT(?n; SEPARATOR=' ') AS ?all) { VALUES ?n { 'a' 'b' } }",
    "SELECT * {}",
    "SELECT ?a { VALUES (?a ?b) { (1 2) (3 2) (5 9) } BIND(4 AS ?n) FILTER(?a<?b&&?n>?a) }",
    "SELECT ?a { VALUES (?a ?b) { (1 2) } FILTER(?a<?b)GRAPH?g#>\n{ ?s ?p ?o } }",
    "BASE <http://b.example/a/> SELECT (IRI(CONCAT('http://c.example/', '1')) AS ?i) {}",
)


@pytest.mark.parametrize("query", SELECTS)
@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_solutions_are_the_same_to_the_byte(
    query: str, form: str, here: FlaskClient, there: FlaskClient
) -> None:
    ours, theirs = get(here, query, format=form), get(there, query, format=form)
    assert theirs.data == ours.data
    assert (theirs.status_code, theirs.headers["Fellesord-Rows"]) == (200, ours.headers["Fellesord-Rows"])
    assert theirs.content_type == ours.content_type


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
@pytest.mark.parametrize(
    "query",
    [
        "ASK { ?c a skos:Concept }",
        "ASK { ?c a <http://nowhere.example/> }",
        "ASK {}",
        "ASK { FILTER(1 = 2) }",
        "ASK { ?p fo:openForPartners true }",
    ],
)
def test_truths_are_the_same_to_the_byte(
    query: str, form: str, here: FlaskClient, there: FlaskClient
) -> None:
    assert get(there, query, format=form).data == get(here, query, format=form).data


def test_a_workbook_and_a_page_are_the_same(here: FlaskClient, there: FlaskClient) -> None:
    def cells(client: FlaskClient, query: str) -> list[list[object]]:
        book = openpyxl.load_workbook(io.BytesIO(get(client, query, format="xlsx").data))
        return [[cell.value for cell in row] for sheet in book for row in sheet]

    for query in (*SELECTS[:5], "ASK {}"):
        assert cells(there, query) == cells(here, query)
    page = get(there, SELECTS[0], accept="text/html").text
    table = page.partition("<table>")[2].partition("</table>")[0]
    assert table
    assert table in get(here, SELECTS[0], accept="text/html").text


def triples(answer: TestResponse, form: str) -> set[ox.Triple]:
    found = [each.triple for each in ox.parse(answer.data, ox.RdfFormat.from_extension(form))]
    assert answer.status_code == 200
    assert len(found) == len(set(found)) == int(answer.headers["Fellesord-Rows"])
    return set(found)


@pytest.mark.parametrize("form", ["ttl", "nt", "rdf", "jsonld"])
@pytest.mark.parametrize(
    "query",
    [
        "CONSTRUCT { ?c skos:prefLabel ?t } WHERE { ?c a skos:Concept ; skos:prefLabel ?t }",
        "CONSTRUCT WHERE { ?c a skos:Concept ; skos:prefLabel ?t }",
        "CONSTRUCT { <concept/x> dct:source 'a \"text\"'@nb , true , ?d } { ?c dct:created ?d }",
        "CONSTRUCT { ?c a ?t } WHERE { ?c a ?t FILTER(?t = <http://nowhere.example/>) }",
        "DESCRIBE <concept/samskaping>",
        "DESCRIBE <concept/samskaping> <concept/nowhere>",
        "DESCRIBE ?c <concept/samskaping> WHERE { ?c a org:FormalOrganization }",
        "DESCRIBE * { ?c a schema:Project ; dct:subject ?s }",
        "DESCRIBE <concept/samskaping> { ?c a <http://nowhere.example/> }",
    ],
)
def test_graphs_are_the_same(query: str, form: str, here: FlaskClient, there: FlaskClient) -> None:
    assert triples(get(there, query, format=form), form) == triples(get(here, query, format=form), form)


def test_a_template_has_new_blank_nodes_for_each_solution(here: FlaskClient, there: FlaskClient) -> None:
    query = "CONSTRUCT { ?c dct:relation [ rdf:value ?t ] } { ?c a skos:Concept ; skos:prefLabel ?t }"
    ours, theirs = (triples(get(each, query, format="nt"), "nt") for each in (here, there))
    assert len(ours) == len(theirs) > 20


NOWHERE = ("file:///etc/passwd", "http://127.0.0.1:9/", "http://unknown.example/")


@pytest.mark.parametrize("iri", NOWHERE)
def test_a_graph_that_is_not_served_is_empty(iri: str, here: FlaskClient, there: FlaskClient) -> None:
    asked: list[tuple[str, dict[str, str]]] = [
        (f"SELECT ?s FROM <{iri}> {{ ?s ?p ?o }}", {}),
        (f"SELECT ?s FROM NAMED <{iri}> {{ ?s ?p ?o }}", {}),
        (f"SELECT ?s ?g FROM NAMED <{iri}> {{ GRAPH ?g {{ ?s ?p ?o }} }}", {}),
        (f"SELECT ?s {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}", {}),
        ("SELECT ?s ?g { GRAPH ?g { ?s ?p ?o } }", {}),
        ("SELECT ?s { ?s ?p ?o }", {"default-graph-uri": iri}),
        ("SELECT ?s { ?s ?p ?o }", {"named-graph-uri": iri}),
        ("SELECT ?s ?g { GRAPH ?g { ?s ?p ?o } }", {"named-graph-uri": iri}),
    ]
    for query, dataset in asked:
        answers = [get(client, query, format="csv", **dataset) for client in (here, there)]
        assert answers[0].data == answers[1].data == answers[0].data.partition(b"\n")[0] + b"\n"


def test_the_graph_that_is_served_can_be_named(relay: Relay, there: FlaskClient) -> None:
    count = "SELECT (COUNT(*) AS ?n) {} {{ ?s ?p ?o }}"
    graph = relay.graph
    assert graph is not None
    whole = get(there, count.format(""), format="csv").data
    assert whole != b"n\r\n0\r\n"
    assert get(there, count.format(f"FROM <{graph}>"), format="csv").data == whole
    assert get(there, count.format(""), format="csv", **{"default-graph-uri": graph}).data == whole
    named = f"SELECT ?g (COUNT(*) AS ?n) FROM NAMED <{graph}> {{ GRAPH %s {{ ?s ?p ?o }} }} GROUP BY ?g"
    rows = get(there, named % "?g", format="csv").text.splitlines()
    assert rows[1] == f"{graph},{whole.split()[1].decode()}"
    assert (
        get(there, named % f"<{graph}>", format="csv").text.splitlines()[1][1:] == whole.split()[1].decode()
    )


def test_other_graphs_of_the_engine_cannot_be_reached(
    request: pytest.FixtureRequest, relay: Relay, there: FlaskClient
) -> None:
    secret = ox.NamedNode("http://secret.example/")
    engine = request.node.callspec.params["relay"]
    make: RemoteStoreOf = request.getfixturevalue(ENGINES[engine])
    other = make([ox.Triple(secret, secret, ox.Literal(f"for {engine} alone"))])
    graph, served = other.endpoint.graph, relay.graph
    pattern, name = f"{{ <{secret.value}> ?p ?o }}", "<concept/samskaping> skos:prefLabel ?x"
    for query in (
        f"SELECT ?o {pattern}",
        f"SELECT ?o FROM <{graph}> {pattern}",
        f"SELECT ?o FROM <{served}> FROM <{graph}> {pattern}",
        f"SELECT ?o FROM NAMED <{graph}> {{ GRAPH ?g {pattern} }}",
        f"SELECT ?o FROM NAMED <{served}> FROM NAMED <{graph}> {{ GRAPH ?g {pattern} }}",
        f"SELECT ?o {{ GRAPH <{graph}> {pattern} }}",
        f"SELECT ?o FROM NAMED <{served}> {{ GRAPH <{graph}> {pattern} }}",
        f"SELECT ?o {{ GRAPH ?g {pattern} VALUES ?g {{ <{graph}> }} }}",
        f"SELECT ?g {{ {name} BIND(<{graph}> AS ?g) FILTER EXISTS {{ GRAPH ?g {pattern} }} }}",
        f"SELECT ?g {{ BIND(<{graph}> AS ?g) OPTIONAL {{ GRAPH ?g {pattern} }} FILTER(BOUND(?o)) }}",
        f"SELECT ?x {{ VALUES ?x {{ 1 }} FILTER EXISTS {{ GRAPH <{graph}> {pattern} }} }}",
        f"SELECT ?o {{ GRAPH ?g {{ SELECT ?o {pattern} }} }}",
    ):
        answer = get(there, query, format="csv")
        assert (answer.status_code, len(answer.text.splitlines())) == (200, 1), query
    for query in (f"DESCRIBE <{secret.value}>", f"CONSTRUCT {{ ?s ?p ?o }} FROM <{graph}> {{ ?s ?p ?o }}"):
        assert get(there, query, format="nt").data == b""


@pytest.mark.parametrize(
    "query",
    [
        *NEVER,
        "DROP ALL",
        "SELECT * { ?s bif:contains 'x' }",
        "PREFIX bif: <bif:> SELECT * { ?s ?p ?o . ?o bif:contains 'x' }",
        "SELECT (sql:rnd(10) AS ?n) {}",
        "PREFIX sql: <sql:> SELECT (sql:rnd(10) AS ?n) {}",
        "SELECT (<bif:rnd>(10) AS ?n) {}",
        "PREFIX e: <http://e.example/> SELECT (e:f(10) AS ?n) {}",
        "SELECT (<http://www.openlinksw.com/schemas/bif#rnd>(10) AS ?n) {}",
        "DEFINE sql:log-enable 1 SELECT * { ?s ?p ?o }",
        "SELECT * { ?s ?p ?o OPTION (transitive) }",
        "SELECT (`sql:rnd(10)` AS ?n) {}",
        "SELECT *\n{ ?s skso:prefLabel ?o }",
        "SELECT * { ?s ?p ?o } LIMT 3",
        "SELECT * " + "{" * 3000,
    ],
)
def test_what_is_refused_is_refused_alike(query: str, here: FlaskClient, there: FlaskClient) -> None:
    ours, theirs = (get(each, query, accept="application/json") for each in (here, there))
    assert 400 <= ours.status_code < 500
    assert (theirs.status_code, theirs.get_json()) == (ours.status_code, ours.get_json())


@pytest.mark.parametrize(
    "query",
    [
        "PREFIX b: <http://www.openlinksw.com/schemas/> SELECT * { ?s b:bif\\#contains 'x' }",
        "SELECT * { ?s <\\u0062if:contains> 'x' }",
        "PREFIX e: <http://e.example/> SELECT * { ?s ?p ?o FILTER(false && e:f(?o)) }",
        "PREFIX e: <http://e.example/> SELECT ?s { ?s ?p ?o FILTER(false) } ORDER BY ?s e:f(?o)",
        "PREFIX e: <http://e.example/> SELECT * { ?a ?b ?c FILTER(?a<?b&&false&&e:f(1)>0) }",
    ],
)
def test_what_would_be_of_one_engine_only_is_refused(query: str, there: FlaskClient) -> None:
    answer = get(there, query, accept="application/json")
    assert (answer.status_code, answer.get_json()["type"]) == (403, "/problems/query-refused")


def test_a_query_is_stopped_at_its_deadline(here: FlaskClient, there: FlaskClient) -> None:
    ours, theirs = (get(each, ENDLESS, timeout="1.5") for each in (here, there))
    assert (ours.status_code, ours.get_json()["type"]) == (422, "/problems/too-heavy")
    assert (theirs.status_code, theirs.get_json()) == (ours.status_code, ours.get_json())
    assert get(there, "ASK {}", format="csv").data == b"true"


def cut(answer: TestResponse) -> str:
    """What an answer that is not whole says: in place of it, or at its end, for it may have begun."""
    if answer.status_code == 422:
        return str(answer.get_json()["detail"])
    assert "AVKORTET" in answer.text[-200:], answer.text[-200:]
    return answer.text[-200:]


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv", "xlsx"])
def test_more_rows_than_there_may_be_are_no_answer(form: str, here: FlaskClient, there: FlaskClient) -> None:
    for client in (here, there):
        assert f"more than {ROWS} rows" in cut(get(client, MANY, format=form))


def test_a_page_shows_the_first_rows_and_says_so(there: FlaskClient) -> None:
    page = get(there, MANY, accept="text/html")
    assert (page.status_code, "The first 1000 rows; what is shown has been cut off" in page.text) == (
        200,
        True,
    )


def test_more_triples_than_there_may_be_are_no_graph(there: FlaskClient) -> None:
    text = "BIND(CONCAT(STR(?b), STR(?q), STR(?y)) AS ?t)"
    query = f"CONSTRUCT {{ ?a ?p ?t }} WHERE {{ ?a ?p ?x . ?b ?q ?y {text} }} LIMIT 15000"
    assert f"more than {ROWS} rows" in cut(get(there, query, format="nt"))


def test_more_bytes_than_there_may_be_are_no_answer(
    relay: Relay, querying: Querying, vocabulary: Vocabulary
) -> None:
    for answerer in (querying.pool, relay):
        asking = Querying(answerer, Budget(36_000), size=65_536)
        client = create_app(vocabulary, Links(vocabulary.base), asking=asking).test_client()
        for query, form in ((MANY, "json"), (MANY, "csv"), ("CONSTRUCT WHERE { ?s ?p ?o }", "nt")):
            assert "65536 bytes" in cut(get(client, query, format=form))


def test_what_the_engine_cuts_off_is_no_answer(there: FlaskClient, request: pytest.FixtureRequest) -> None:
    """Virtuoso gives 20 000 rows here, and says so in a header only."""
    if request.node.callspec.params["relay"] != "virtuoso":
        pytest.skip("it has no limit of rows")
    answer = get(there, "SELECT ?a { ?a ?p ?b . ?c ?q ?d }", format="csv")
    assert (answer.status_code, "20000" in answer.get_json()["detail"]) == (422, True)


@pytest.mark.parametrize("name", [each.name for each in entries()])
def test_the_catalogue_answers_the_same(
    name: str, here: FlaskClient, there: FlaskClient, request: pytest.FixtureRequest
) -> None:
    path = f"/api/v1/queries/{name}?{urlencode(ASKED.get(name, {}))}"
    right = (200, here.get(path).data)

    def told() -> tuple[int, bytes]:
        answer = there.get(path)
        return answer.status_code, answer.data

    virtuoso = request.node.callspec.params["relay"] == "virtuoso"
    assert (until_right(told, right) if virtuoso else told()) == right


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_page_says_what_holds_on_an_engine(language: str, here: FlaskClient, there: FlaskClient) -> None:
    said = escape(text("sparql-engine", language))
    ours, theirs = (
        client.get(f"/sparql?lang={language}", headers={"Accept": "text/html"}).text
        for client in (here, there)
    )
    assert (said in ours, said in theirs) == (False, True)


def test_the_service_is_described_as_it_is(here: FlaskClient, there: FlaskClient) -> None:
    ours, theirs = (
        client.get("/sparql", headers={"Accept": "application/n-triples"}).data for client in (here, there)
    )
    assert set(theirs.splitlines()) == set(ours.splitlines()) != set()


def test_a_client_pays_for_what_an_engine_does_and_is_told_of(relay: Relay, vocabulary: Vocabulary) -> None:
    told: list[Queried] = []
    asking = Querying(relay, Budget(1e-6), shaped=True)
    asking.observers.append(told.append)
    client = create_app(vocabulary, Links(vocabulary.base), asking=asking).test_client()
    assert get(client, "SELECT ?c { ?c skos:prefLabel 'Kari Nordmann'@nb }", format="csv").status_code == 200
    late = get(client, "ASK {}", accept="application/json")
    assert (late.status_code, int(late.headers["Retry-After"]) > 0) == (429, True)
    (queried,) = told
    assert (queried.outcome, queried.kind, queried.form, queried.rows) == ("whole", "solutions", "csv", 0)
    assert queried.shape == 'SELECT ?c { ?c skos:prefLabel "" @nb }'
    assert queried.seconds > 0


def test_with_an_engine_it_is_never_the_embedded_store_that_answers(
    request: pytest.FixtureRequest, store: EmbeddedStore, base: str, generation: Generation
) -> None:
    remote = RemoteStore(Endpoint("http://127.0.0.1:9/sparql", deadline=3), generation.manifest.name)
    for built in (generation, None):
        answerer = opening.answerer(Opened(remote, base, built), BOUNDS)
        assert answerer is not None
        assert (answerer.remote, answerer.bounds.seconds) == (True, 3)
        with pytest.raises(StoreUnavailable):
            answerer.ask(Question("ASK {}"))
        answerer.close()


def test_an_engine_that_cannot_be_used_is_told_of_without_what_it_said(
    serve: Serve, vocabulary: Vocabulary
) -> None:
    secret = b"inner.example: password=abc"
    for step, status in (
        (reply(500, secret), 503),
        (reply(200, secret, JSON), 503),
        (reply(401, secret), 503),
        (reply(302, b"", {"Location": "http://inner.example/password=abc"}), 503),
    ):
        relay = Relay(RemoteStore(Endpoint(serve(step).url), "g1"), vocabulary.base, BOUNDS)
        client = client_of(relay, vocabulary)
        answer = get(client, "ASK {}", accept="application/json")
        assert (answer.status_code, int(answer.headers["Retry-After"]) > 0) == (status, True)
        assert answer.get_json()["type"] == "/problems/store-unavailable"
        assert "password" not in answer.text
        assert "127.0.0.1" not in answer.text
        page = get(client, "ASK {}", accept="text/html")  # the script is over
        assert (page.status_code, "unexpected" in page.text) == (503, False)
        relay.close()


def test_the_engine_is_left_when_the_client_hangs_up(twelve: Path, tmp_path: Path, serve: Serve) -> None:
    left = threading.Event()

    def hang(connection: socket.socket) -> None:
        if connection.recv(1) == b"":
            left.set()

    server = serve(hang)
    with started(twelve, tmp_path, "--store", server.url) as (port, _):
        client = socket.create_connection(("127.0.0.1", port))
        target = f"/sparql?query={quote('SELECT * { ?s ?p ?o }')}"
        client.sendall(f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        assert eventually(lambda: bool(server.requests), 9)
        assert not left.is_set()
        client.close()
        assert left.wait(9)
