"""The endpoint: the protocol, the forms, the limits and the words, without a port."""

import csv
import io
import json
import sys
from collections.abc import Iterator
from urllib.parse import urlencode

import openpyxl
import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from tests.web.test_pages import Page
from werkzeug.test import TestResponse

from fellesord.errors import Spent
from fellesord.vocabulary.reading import Vocabulary
from fellesord.web import sparql
from fellesord.web.application import create_app
from fellesord.web.asking import Budget, Querying, client
from fellesord.web.links import Links
from fellesord.web.observing import Queried

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the jail is Linux only")
SKOS = "http://www.w3.org/2004/02/skos/core#"
SELECT = "SELECT ?c { ?c a skos:Concept } ORDER BY ?c LIMIT 2"
CROSS = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
DIRECT = "application/sparql-query"


@pytest.fixture
def told(querying: Querying) -> Iterator[list[Queried]]:
    """What observers are told."""
    found: list[Queried] = []
    querying.observers.append(found.append)
    yield found
    querying.observers.remove(found.append)


@pytest.fixture
def ask(vocabulary: Vocabulary, querying: Querying) -> FlaskClient:
    return create_app(vocabulary, Links(vocabulary.base), asking=querying).test_client()


def get(ask: FlaskClient, query: str, accept: str = "", **said: str) -> TestResponse:
    return ask.get(
        "/sparql", query_string={"query": query, **said}, headers={"Accept": accept} if accept else {}
    )


def concepts(answer: TestResponse) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [row["c"]["value"].rpartition("/")[2] for row in json.loads(answer.data)["results"]["bindings"]]


def test_a_query_is_answered_however_the_protocol_lets_it_be_sent(ask: FlaskClient) -> None:
    answers = (
        get(ask, SELECT),
        ask.post("/sparql", data={"query": SELECT}),
        ask.post("/sparql", data=SELECT, content_type=DIRECT),
        ask.post("/sparql", data=SELECT.encode(), content_type=f"{DIRECT}; charset=utf-8"),
    )
    assert {tuple(concepts(answer)) for answer in answers} == {("CURRENT", "RETIRED")}
    assert {answer.mimetype for answer in answers} == {"application/sparql-results+json"}
    assert {answer.headers["Fellesord-Rows"] for answer in answers} == {"2"}


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv"),
        ("text/tab-separated-values", "text/tab-separated-values"),
        ("application/json", "application/json"),
        ("text/csv;q=0.5, application/sparql-results+xml;q=0.9, */*;q=0.1", "application/sparql-results+xml"),
        (sparql.XLSX, sparql.XLSX),
        ("text/turtle, application/sparql-results+json", "application/sparql-results+json"),
    ],
)
def test_accept_chooses_the_form_of_solutions(ask: FlaskClient, accept: str, wanted: str) -> None:
    assert get(ask, SELECT, accept).mimetype == wanted


@pytest.mark.parametrize("suffix", ["ttl", "jsonld", "rdf", "nt"])
def test_graphs_come_in_every_form_of_rdf(ask: FlaskClient, suffix: str) -> None:
    form = next(form for form in sparql.GRAPHS if form.suffix == suffix)
    assert form.syntax is not None
    answers = [
        get(ask, "DESCRIBE <concept/samskaping>", form.media_type),
        get(ask, "DESCRIBE <concept/samskaping>", format=suffix),
    ]
    for answer in answers:
        assert answer.mimetype == form.media_type
        assert len(set(ox.parse(answer.data, form.syntax.format))) == int(answer.headers["Fellesord-Rows"])


def test_format_goes_before_accept_and_says_what_there_is(ask: FlaskClient) -> None:
    answer = get(ask, SELECT, "text/csv", format="tsv")
    assert answer.mimetype == "text/tab-separated-values"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="svar.tsv"'
    wrong = get(ask, SELECT, format="pdf")
    assert (wrong.status_code, "csv" in wrong.get_json()["detail"]) == (400, True)


def test_a_form_that_does_not_fit_the_kind_is_not_acceptable(ask: FlaskClient) -> None:
    for answer in (
        get(ask, SELECT, "text/turtle"),
        get(ask, "ASK {}", format="ttl"),
        get(ask, ENDLESS, "text/turtle"),
    ):
        assert (answer.status_code, "text/csv" in answer.get_json()["detail"]) == (406, True)
    assert get(ask, "CONSTRUCT WHERE { ?s ?p ?o }", "text/csv").status_code == 406
    assert get(ask, SELECT, "image/png").status_code == 406


def test_a_workbook_can_be_opened(ask: FlaskClient) -> None:
    book = openpyxl.load_workbook(io.BytesIO(get(ask, SELECT, format="xlsx").data))
    assert book["Svar"]["A1"].value == "c"
    assert book["Om svaret"]["B1"].value == 2


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"query_string": f"{urlencode({'query': SELECT})}&{urlencode({'query': SELECT})}"}, 400),
        ({"query_string": {"query": SELECT, "timeout": "soon"}}, 400),
        ({"query_string": {"query": SELECT, "timeout": "-1"}}, 400),
        ({"query_string": {"query": SELECT, "default-graph-uri": "no iri"}}, 400),
        ({"query_string": {"query": "x" * 70_000}}, 400),
        ({"query_string": {"query": "SELECT"}}, 400),
        ({"query_string": {"update": "DROP ALL"}}, 403),
        ({"query_string": {"query": "DROP ALL"}}, 403),
        ({"method": "POST", "data": {"nothing": "here"}}, 400),
        ({"method": "POST", "data": {"update": "DROP ALL"}}, 403),
        ({"method": "POST", "data": SELECT, "content_type": "text/plain"}, 415),
        ({"method": "POST", "data": SELECT}, 415),
        ({"method": "POST", "data": "DROP ALL", "content_type": "application/sparql-update"}, 403),
        ({"method": "POST", "data": SELECT.encode("utf-16"), "content_type": DIRECT}, 400),
        ({"method": "PUT", "data": SELECT, "content_type": DIRECT}, 405),
        ({"method": "DELETE"}, 405),
    ],
)
def test_what_is_sent_wrongly_is_a_problem(ask: FlaskClient, sent: dict[str, object], status: int) -> None:
    answer = ask.open("/sparql", **{"headers": {"Accept": "application/json"}, **sent})  # type: ignore[arg-type]
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), answer.text


#: What is never done, whoever answers.
NEVER = (
    "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "SELECT * { SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "SELECT * { \\u0053ERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "LOAD <file:///etc/passwd>",
    "INSERT DATA { <e:a> <e:b> <e:c> }",
    "PREFIX e: <e:> DELETE WHERE { ?s ?p ?o }",
)


@pytest.mark.parametrize("query", NEVER)
def test_what_is_never_done_is_refused_in_words(ask: FlaskClient, query: str) -> None:
    answer = get(ask, query, "application/json")
    assert (answer.status_code, answer.get_json()["type"]) == (403, "/problems/query-refused")


@pytest.mark.parametrize("iri", ["file:///etc/passwd", "http://127.0.0.1:9/"])
def test_graphs_that_are_named_are_never_fetched(ask: FlaskClient, iri: str) -> None:
    for query in (
        f"SELECT ?c FROM <{iri}> {{ ?c ?p ?o }}",
        f"SELECT ?c FROM NAMED <{iri}> {{ GRAPH ?g {{ ?c ?p ?o }} }}",
    ):
        assert concepts(get(ask, query)) == []
    assert concepts(ask.get("/sparql", query_string={"query": SELECT, "default-graph-uri": iri})) == []


def test_a_fault_is_told_with_place_and_prefixes(ask: FlaskClient) -> None:
    problem = get(ask, "SELECT *\n{ ?s skso:prefLabel ?o }", "application/json", lang="nb").get_json()
    assert (problem["status"], problem["line"], problem["column"]) == (400, 2, 6)
    assert problem["prefixes"]["skos"] == SKOS
    assert problem["detail"].startswith(
        "Linje 2, kolonne 6: Prefikset skso: er ikke deklarert. Mente du skos:"
    )
    problem = get(ask, "SELECT * { ?s ?p ?o } LIMT 3", "application/json", lang="en").get_json()
    assert "LIMIT" in problem["expected"]
    assert problem["detail"].startswith("Line 1, column 23")


@pytest.mark.parametrize(
    ("query", "said"),
    [("SELECT * { ?s ?p ?o } LIMT 3", "«LIMT» er ikkje eit ord i SPARQL. Prøv: LIMIT"),
     ('SELECT * { ?s ?p "a }', "Teksten som byrjar her, har ingen slutt."),
     ("SELECT * { ?s ?p ?o } }", "«}» lukkar ingenting."),
     ("SELECT * { ?s ?p ?o ) }", "«)» lukkar ein annan slags parentes."),
     ("SELECT * { ?s ?p ?o", "«{» er ikkje lukka."),
     ("SELECT * { ?s . }", "Utsegna før «.» er ikkje heil: Ho treng både subjekt, eigenskap og verdi."),
     ("SELECT * { VALUES ?x { 1 2 } FILTER }", "Dette kan ikkje stå her."),
     ("SELECT ?x { ?s ?p ?o } GROUP BY ?s", "Motoren seier «"),
     ("CLEAR ALL", "(CLEAR endrar data; spør med SELECT, ASK, CONSTRUCT eller DESCRIBE)"),
     ("SELECT * { SERVICE <x:y> { ?s ?p ?o } }", "(SERVICE spør ei anna teneste; spør kvar teneste for seg)"),
     ("SELECT * { ?s ?p ?o FILTER (<x:y>(?o)) }", "er ingen funksjon i SPARQL 1.1)")],
)  # fmt: skip
def test_what_is_wrong_with_a_query_is_told_in_norwegian(ask: FlaskClient, query: str, said: str) -> None:
    told = get(ask, query, "application/json", lang="nn").get_json()["detail"]
    assert said in told
    assert not {"is", "not", "a", "value", "the"} & set(told.partition("Motoren")[0].split())


def test_no_language_but_english_has_what_is_known_in_english_only(ask: FlaskClient) -> None:
    told = get(ask, ENDLESS, timeout="0.3", lang="nn").get_json()["detail"]
    assert told == "Spørjinga tok for lang tid og blei stoppa. Avgrens ho, eller be om færre rader."


def test_a_limit_that_is_hit_is_a_problem_with_the_reason(ask: FlaskClient) -> None:
    late = get(ask, ENDLESS, timeout="0.3", lang="en")
    assert (late.status_code, "0.3 seconds" in late.get_json()["detail"]) == (422, True)
    long = get(ask, f"SELECT * {{ {{ {CROSS} }} }}", format="xlsx", lang="nb")
    assert (long.status_code, "sendes derfor ikke" in long.get_json()["detail"]) == (422, True)
    deep = get(ask, "SELECT * " + "{" * 3000, lang="nn")
    assert (deep.status_code, "nøsta" in deep.get_json()["detail"]) == (422, True)


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_a_cut_off_answer_is_an_error_in_every_form(ask: FlaskClient, form: str) -> None:
    answer = get(ask, CROSS, format=form)
    assert answer.status_code == 200
    last = answer.data.rpartition(b"\n")[0].rpartition(b"\n")[2]
    assert b"AVKORTET: " in last
    assert b"more than 20000 rows" in last
    if form == "csv":
        with pytest.raises(csv.Error):
            list(csv.reader(io.StringIO(answer.text), strict=True))
    else:
        formats = {
            "json": ox.QueryResultsFormat.JSON,
            "xml": ox.QueryResultsFormat.XML,
            "tsv": ox.QueryResultsFormat.TSV,
        }
        with pytest.raises(SyntaxError):
            list(ox.parse_query_results(answer.data, formats[form]))  # type: ignore[arg-type]  # solutions


@pytest.mark.parametrize("form", ["ttl", "nt", "rdf", "jsonld"])
def test_a_cut_off_graph_is_an_error_in_every_form(ask: FlaskClient, form: str) -> None:
    answer = get(
        ask,
        "CONSTRUCT { ?a ?e ?t } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i BIND(CONCAT(STR(?d), STR(?g), STR(?h), STR(?i)) AS ?t) }",
        format=form,
    )
    assert b"AVKORTET: " in answer.data[-200:]
    with pytest.raises(SyntaxError):
        list(ox.parse(answer.data, ox.RdfFormat.from_extension(form)))


def test_a_mark_closes_no_quotes() -> None:
    for before, inside in ((b'a,b\r\n1,"x', True), (b"a,b\r\n1,x\r\n", False)):
        cut = before + sparql.mark("csv", 1, 'too "long"', inside=inside)
        with pytest.raises(csv.Error):
            list(csv.reader(io.StringIO(cut.decode()), strict=True))


def test_the_page_works_without_scripts(ask: FlaskClient) -> None:
    source = ask.get("/sparql?lang=nb", headers={"Accept": "text/html"}).text
    assert Page(source).faults == []
    assert '<textarea id="query" name="query"' in source
    assert source.count("<script") == 4


def test_a_browser_gets_a_table_with_names_beside_the_iris(ask: FlaskClient) -> None:
    source = get(
        ask, "SELECT ?c ?n { ?c a skos:Concept BIND(1 AS ?n) } ORDER BY ?c", "text/html", lang="nn"
    ).text
    assert Page(source).faults == []
    assert '<th scope="col">c</th>' in source
    assert 'href="/doc/concept/aerlighet?lang=nn">ærlegdom</a>' in source
    assert "https://fellesord.example/id/concept/aerlighet</span>" in source


def test_a_page_says_that_it_shows_only_some(ask: FlaskClient) -> None:
    assert "visningen er avkortet" in get(ask, CROSS, "text/html", lang="nb").text


def test_a_truth_and_a_graph_have_pages_too(ask: FlaskClient) -> None:
    assert ">Ja</h2>" in get(ask, "ASK { ?s ?p ?o }", "text/html", lang="nb").text
    assert ">predicate</th>" in get(ask, "DESCRIBE <concept/samskaping>", format="html").text


def test_a_fault_is_told_on_the_page_with_the_query_to_put_right(ask: FlaskClient) -> None:
    answer = get(ask, "SELECT <b>&amp; { ?s", "text/html", lang="nb")
    assert answer.status_code == 400
    assert "SELECT &lt;b&gt;&amp;amp; { ?s</textarea>" in answer.text
    assert 'role="alert"' in answer.text


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "javascript:alert(1)", '"><img src=x onerror=alert(1)>']
)
def test_what_is_answered_is_shown_as_text(ask: FlaskClient, text: str) -> None:
    query = f"SELECT ?a ?b {{ BIND({json.dumps(text)} AS ?a) BIND(STRLANG(?a, 'x-a') AS ?b) }}"
    source = get(ask, query, "text/html").text
    assert source.count("<script") == 4
    assert "<img" not in source
    assert 'href="javascript' not in source
    hostile = get(ask, "SELECT ?a { BIND(IRI('javascript:alert(1)') AS ?a) }", "text/html").text
    assert 'href="javascript' not in hostile


def test_the_service_describes_itself(ask: FlaskClient) -> None:
    answer = ask.get("/sparql", headers={"Accept": "text/turtle"})
    graph = {(t.subject, t.predicate.value, t.object) for t in ox.parse(answer.data, ox.RdfFormat.TURTLE)}
    sd = "http://www.w3.org/ns/sparql-service-description#"
    (endpoint,) = (o.value for _, p, o in graph if p == f"{sd}endpoint" and isinstance(o, ox.NamedNode))
    assert endpoint == "http://localhost/sparql"
    assert {
        o.value for _, p, o in graph if p == f"{sd}supportedLanguage" and isinstance(o, ox.NamedNode)
    } == {f"{sd}SPARQL11Query"}


def test_the_data_is_described_as_it_is(ask: FlaskClient) -> None:
    answer = ask.get("/.well-known/void", headers={"Accept": "application/n-triples"})
    graph = [each.triple for each in ox.parse(answer.data, ox.RdfFormat.N_TRIPLES)]
    void = "http://rdfs.org/ns/void#"
    (total,) = (
        each.object.value
        for each in graph
        if each.predicate.value == f"{void}triples" and each.subject.value.endswith("#dataset")
    )
    counted = get(ask, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "text/csv").text
    assert counted == f"n\r\n{total}\r\n"
    (part,) = (
        each.subject
        for each in graph
        if each.object == ox.NamedNode(f"{SKOS}Concept") and each.predicate.value == f"{void}class"
    )
    (number,) = (
        each.object.value
        for each in graph
        if each.subject == part and each.predicate.value == f"{void}entities"
    )
    assert get(ask, "SELECT (COUNT(*) AS ?n) { ?s a skos:Concept }", "text/csv").text == f"n\r\n{number}\r\n"


def test_without_a_graph_on_disk_nothing_is_asked(vocabulary: Vocabulary) -> None:
    answer = (
        create_app(vocabulary, Links(vocabulary.base))
        .test_client()
        .get("/sparql?query=ASK+%7B%7D", headers={"Accept": "application/json"})
    )
    assert answer.status_code == 503


def test_observers_hear_of_every_query_and_of_nothing_personal(ask: FlaskClient, told: list[Queried]) -> None:
    get(ask, "SELECT ?c { ?c skos:prefLabel 'Kari Nordmann'@nb }")
    get(ask, "SELECT")
    get(ask, "SELECT * " + "{" * 3000)
    assert [each.outcome for each in told] == ["whole", "query-syntax", "jail-broken"]
    assert (told[0].kind, told[0].form, told[0].rows) == ("solutions", "json", 0)
    assert told[0].shape == 'SELECT ?c { ?c skos:prefLabel "" @nb }'


def test_a_client_that_has_used_its_budget_waits(vocabulary: Vocabulary, querying: Querying) -> None:
    now = [0.0]
    budget = Budget(6, clock=lambda: now[0])
    app = create_app(vocabulary, Links(vocabulary.base), asking=Querying(querying.pool, budget)).test_client()
    budget.charge("192.0.2.1", 15)
    one, two = {"REMOTE_ADDR": "192.0.2.1"}, {"REMOTE_ADDR": "192.0.2.2"}
    refused = app.get(
        "/sparql", query_string={"query": "ASK {}"}, environ_base=one, headers={"Accept": "text/csv"}
    )
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "30")
    assert app.get("/sparql", query_string={"query": "ASK {}"}, environ_base=two).status_code == 200
    now[0] = 31
    assert app.get("/sparql", query_string={"query": "ASK {}"}, environ_base=one).status_code == 200


def test_a_budget_comes_back_and_is_never_more_than_twice_a_minute() -> None:
    now = [0.0]
    budget = Budget(60, clock=lambda: now[0])
    budget.charge("a", 130)
    with pytest.raises(Spent) as raised:
        budget.check("a")
    assert raised.value.retry_after == 10
    now[0] = 1000
    budget.charge("a", 119)
    budget.check("a")


@pytest.mark.parametrize(
    ("address", "who"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("", "unknown"),
        ("evil", "unknown"),
    ],
)
def test_a_client_is_an_address_or_a_network(address: str, who: str) -> None:
    assert client(address) == who
