"""Lookup of several things, near matches, links between forms, and reading from other origins."""

import json

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from fellesord.rdf.reading import parse
from fellesord.vocabulary.reading import Vocabulary
from fellesord.web.application import create_app
from fellesord.web.links import Links
from fellesord.web.negotiation import FORMS

FOREIGN = "http://vocabulary.example/co-creation"
NOWHERE = "http://nowhere.example/"


def iris(base: str, *locals_: str) -> str:
    return "&".join(f"uri={base}{local}" for local in locals_)


def test_several_things_in_rdf_are_one_graph(client: FlaskClient, vocabulary: Vocabulary, base: str) -> None:
    query = f"{iris(base, 'concept/pilot', 'concept/mal')}&uri={FOREIGN}"
    response = client.get(f"/lookup?{query}", headers={"Accept": "application/n-triples"})
    found = set(parse(response.data, ox.RdfFormat.N_TRIPLES, "x").triples)
    wanted = [base + "concept/pilot", base + "concept/mal", FOREIGN]
    assert found == {triple for iri in wanted for triple in vocabulary.triples(iri)}


def test_several_things_in_json_are_a_list_that_says_what_is_missing(client: FlaskClient, base: str) -> None:
    query = f"{iris(base, 'concept/pilot', 'concept/trukket', 'concept/pilot')}&uri={NOWHERE}"
    content = client.get(f"/lookup?{query}", headers={"Accept": "application/json"}).json
    assert content is not None
    assert (content["total"], content["next"]) == (1, None)
    assert [thing["uri"] for thing in content["results"]] == [base + "concept/pilot"]
    assert [(each["uri"], each["status"]) for each in content["missing"]] == [
        (base + "concept/trukket", 410),
        (NOWHERE, 404),
    ]
    assert content["missing"][0]["successors"] == [base + "concept/samskaping"]


def test_several_things_in_rdf_must_all_be_there(client: FlaskClient, base: str) -> None:
    query = f"{iris(base, 'concept/pilot')}&uri={NOWHERE}"
    assert client.get(f"/lookup?{query}", headers={"Accept": "text/turtle"}).status_code == 404


def test_several_things_as_a_page_are_listed(client: FlaskClient, base: str) -> None:
    page = client.get(f"/lookup?{iris(base, 'concept/pilot', 'concept/trukket')}&lang=nn").get_data(
        as_text=True
    )
    assert "utprøving i drift" in page
    assert "Dette er trekt tilbake" in page
    assert 'href="/doc/concept/samskaping?lang=nn"' in page


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", '{"uris": ["BASEconcept/pilot", "BASEconcept/mal"]}'),
        ("application/x-www-form-urlencoded", "uri=BASEconcept/pilot&uri=BASEconcept/mal"),
        ("text/uri-list", "# two\r\nBASEconcept/pilot\r\nBASEconcept/mal\r\n"),
    ],
)
def test_a_batch_may_be_posted_in_three_ways(
    client: FlaskClient, base: str, content_type: str, body: str
) -> None:
    headers = {"Accept": "application/json", "Content-Type": content_type}
    content = client.post("/lookup", data=body.replace("BASE", base), headers=headers).json
    assert content is not None
    assert [thing["uri"] for thing in content["results"]] == [base + "concept/pilot", base + "concept/mal"]


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("application/json", "", 400),
        ("application/json", "{", 400),
        ("application/json", "[" * 100_000, 400),
        ("application/json", '{"uris": "x"}', 400),
        ("application/json", '{"uris": [1]}', 400),
        ("application/json", '{"uris": []}', 400),
        ("application/json", b"\xff", 400),
        ("application/json", json.dumps({"uris": ["http://x.example/"] * 101}), 400),
        ("text/uri-list", "", 400),
        ("text/plain", "x", 415),
        ("", "x", 415),
    ],
)
def test_a_batch_that_cannot_be_read_says_what_would_work(
    client: FlaskClient, content_type: str, body: str | bytes, status: int
) -> None:
    headers = {"Accept": "application/json", "Content-Type": content_type}
    response = client.post("/lookup", data=body, headers=headers)
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"


@pytest.mark.parametrize(
    ("path", "near"),
    [("/doc/concept/samskapin", "samskaping"), ("/doc/concept/Samskaping", "samskaping"), ("/id/concept/Ærlighet", "aerlighet")],
)  # fmt: skip
def test_what_is_almost_there_is_suggested(client: FlaskClient, base: str, path: str, near: str) -> None:
    response = client.get(path.replace("/id/", "/doc/"), headers={"Accept": "application/json"})
    assert response.status_code == 404
    assert response.json is not None
    assert response.json["near"][0]["uri"] == f"{base}concept/{near}"
    page = client.get(path.replace("/id/", "/doc/") + "?lang=nb").get_data(as_text=True)
    assert "Mente du" in page
    assert f'href="/doc/concept/{near}?lang=nb"' in page


def test_the_detail_of_a_problem_is_in_the_language_of_the_page(client: FlaskClient) -> None:
    for language, sentence in (("nb", "Her finnes ikke"), ("nn", "Her finst ikkje"), ("en", "There is no")):
        headers = {"Accept": "application/json", "Accept-Language": language}
        response = client.get("/doc/concept/ukjent", headers=headers)
        assert response.json is not None
        assert response.json["detail"].startswith(sentence)
        assert response.headers["Content-Language"] == language
    assert "Det er inga side" in client.get("/nowhere?lang=nn").get_data(as_text=True)


def test_every_document_links_to_its_thing_and_its_other_forms(client: FlaskClient, base: str) -> None:
    link = client.get("/doc/concept/samskaping.ttl").headers["Link"]
    assert '</doc/concept/samskaping>; rel="canonical"' in link
    assert f'<{base}concept/samskaping>; rel="describes"' in link
    for form in FORMS:
        other = f'</doc/concept/samskaping.{form.suffix}>; rel="alternate"; type="{form.media_type}"'
        assert (other in link) is (form.suffix != "ttl")


def test_any_origin_may_read(client: FlaskClient) -> None:
    for path in ("/doc/concept/samskaping", "/lookup", "/nowhere", "/health"):
        assert client.get(path).headers["Access-Control-Allow-Origin"] == "*"
    asked = client.options(
        "/lookup", headers={"Origin": "https://x.example", "Access-Control-Request-Method": "POST"}
    )
    assert "POST" in asked.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in asked.headers["Access-Control-Allow-Headers"]


def test_a_thing_is_also_known_by_the_address_it_is_served_at(vocabulary: Vocabulary) -> None:
    links = Links(vocabulary.base, "https://ord.example/felles")
    client = create_app(vocabulary, links).test_client()
    response = client.get("/lookup?uri=https://ord.example/felles/id/concept/pilot&lang=nn")
    assert (response.status_code, response.location) == (
        303,
        "https://ord.example/felles/doc/concept/pilot?lang=nn",
    )


def test_our_own_terms_have_a_document_and_each_is_a_thing(client: FlaskClient) -> None:
    page = client.get("/lookup?uri=https://fellesord.example/ns%23lead", follow_redirects=True)
    assert page.status_code in (200, 404)


def test_a_type_of_problem_has_a_page(client: FlaskClient) -> None:
    assert "Vi fann det ikkje" in client.get("/problems/not-found?lang=nn").get_data(as_text=True)
    assert client.get("/problems/nothing").status_code == 404
