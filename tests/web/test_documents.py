"""Linked data over HTTP: 303, the forms, and failures in the form asked for."""

import json

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from fellesord.namespaces import KINDS
from fellesord.rdf.reading import parse
from fellesord.rdf.syntaxes import SYNTAXES
from fellesord.vocabulary.reading import Vocabulary
from fellesord.web.negotiation import FORMS

EXAMPLES = {
    "concept": "samskaping",
    "collection": "alle",
    "scheme": "prove",
    "county": "fjordland",
    "change": "2020-fjordland",
    "organization": "provenettverk",
    "project": "torgprosjektet",
    "tool": "kjokkenbordet",
    "lesson": "for-fa-stoler",
    "indicator": "andel-ja",
    "event": "2024-01-10-samling",
}


def test_there_is_an_example_of_every_kind() -> None:
    assert set(EXAMPLES) == set(KINDS)


def test_an_identifier_answers_303_to_its_document(client: FlaskClient) -> None:
    response = client.get("/id/concept/samskaping?lang=nn")
    assert (response.status_code, response.location) == (303, "/doc/concept/samskaping?lang=nn")


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.suffix)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_every_form_by_header_and_by_suffix(
    client: FlaskClient, kind: str, form: object
) -> None:
    media_type, suffix = form.media_type, form.suffix  # type: ignore[attr-defined]  # parametrized
    by_header = client.get(f"/doc/{kind}/{EXAMPLES[kind]}", headers={"Accept": media_type})
    by_suffix = client.get(f"/doc/{kind}/{EXAMPLES[kind]}.{suffix}")
    assert by_header.status_code == by_suffix.status_code == 200
    assert by_header.content_type == by_suffix.content_type == f"{media_type}; charset=utf-8"
    assert by_header.data == by_suffix.data
    assert {"Accept", "Accept-Language"} <= set(by_header.vary)


@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda syntax: syntax.name)
def test_every_rdf_form_holds_the_same_graph(
    client: FlaskClient, vocabulary: Vocabulary, base: str, syntax: object
) -> None:
    suffix, parser = syntax.suffix, syntax.format  # type: ignore[attr-defined]  # parametrized
    data = client.get(f"/doc/concept/samskaping.{suffix}").data
    assert set(parse(data, parser, "x").triples) == set(vocabulary.triples(base + "concept/samskaping"))


def test_the_json_document_names_the_work(client: FlaskClient) -> None:
    document = client.get("/doc/concept/samskaping.json").json
    assert document is not None
    assert document["usage"]["counts"]["project"] == 2


@pytest.mark.parametrize(
    "path",
    ["/doc/concept/ukjent", "/id/nothing/x", "/doc/concept/Samskaping", "/doc/concept/samskaping.pdf", "/nowhere",
     "/lookup?uri=http://nowhere.example/", "/lookup?uri=not%20an%20iri", "/doc/concept/..%2fx"],
)  # fmt: skip
@pytest.mark.parametrize(("accept", "content_type"), [("text/html", "text/html"), ("text/turtle", "application/problem+json"), ("*/*", "text/html")])  # fmt: skip
def test_what_is_not_there_is_404_as_a_page_or_a_problem(
    client: FlaskClient, path: str, accept: str, content_type: str
) -> None:
    path = path.replace("/id/nothing", "/doc/nothing")
    response = client.get(path, headers={"Accept": accept})
    assert response.status_code == 404
    assert response.mimetype == content_type
    if content_type == "application/problem+json":
        problem = json.loads(response.data)
        assert problem["type"] == "/problems/not-found"
        assert problem["status"] == 404
        assert len(problem["detail"]) > 5


def test_an_identifier_of_an_unknown_kind_is_404(client: FlaskClient) -> None:
    assert client.get("/id/nothing/x").status_code == 404


def test_a_form_we_do_not_have_is_406_naming_those_we_have(client: FlaskClient) -> None:
    response = client.get("/doc/concept/samskaping", headers={"Accept": "image/png"})
    assert response.status_code == 406
    assert all(form.media_type in response.json["detail"] for form in FORMS)  # type: ignore[index]  # it is a problem


def test_a_withdrawn_thing_is_410_with_the_reason_and_what_to_use(client: FlaskClient, base: str) -> None:
    response = client.get("/doc/concept/trukket", headers={"Accept": "application/json"})
    assert response.status_code == 410
    assert response.json is not None
    assert response.json["successors"] == [base + "concept/samskaping"]
    page = client.get("/doc/concept/trukket?lang=nn").get_data(as_text=True)
    assert "Slått saman med samskaping." in page
    assert 'href="/doc/concept/samskaping?lang=nn"' in page
    assert client.get("/doc/concept/borte").status_code == 410


def test_a_retired_concept_is_200_with_its_successor(client: FlaskClient, base: str) -> None:
    document = client.get("/doc/concept/gammelt-ord.json")
    assert document.status_code == 200
    assert document.json is not None
    assert document.json["isReplacedBy"][0]["uri"] == base + "concept/aerlighet"


def test_lookup_answers_foreign_things_and_sends_own_things_home(client: FlaskClient, base: str) -> None:
    foreign = client.get("/lookup?uri=http://vocabulary.example/co-creation&format=nt")
    assert foreign.status_code == 200
    assert parse(foreign.data, ox.RdfFormat.N_TRIPLES, "x").triples
    own = client.get(f"/lookup?uri={base}concept/samskaping")
    assert (own.status_code, own.location) == (303, "/doc/concept/samskaping")


def test_lookup_without_an_iri_is_400(client: FlaskClient) -> None:
    assert client.get("/lookup", headers={"Accept": "application/json"}).status_code == 400


def test_a_problem_speaks_the_language_asked_for(client: FlaskClient) -> None:
    titles = {
        client.get("/doc/concept/x", headers={"Accept": "application/json", "Accept-Language": tag}).json[
            "title"
        ]  # type: ignore[index]
        for tag in ("nb", "nn", "en")
    }
    assert titles == {"Vi fant det ikke", "Vi fann det ikkje", "We did not find it"}


def test_a_wrong_method_is_405_with_what_is_allowed(client: FlaskClient) -> None:
    response = client.delete("/doc/concept/samskaping", headers={"Accept": "application/json"})
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
    assert response.mimetype == "application/problem+json"


def test_health_tells_the_generation(client: FlaskClient, vocabulary: Vocabulary) -> None:
    assert client.get("/health").json == {"status": "ok", "generation": vocabulary.generation}


def test_every_answer_forbids_scripts_and_sniffing(client: FlaskClient) -> None:
    for path in ("/", "/doc/concept/samskaping", "/nowhere", "/health"):
        headers = client.get(path).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert headers["X-Content-Type-Options"] == "nosniff"
