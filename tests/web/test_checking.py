"""Checks for anybody: the page and the API. Nothing that is sent is read in this process."""

import io
from typing import Any

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

TWO = '@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n<http://e.example/x> skos:prefLabel "a"@nb , "b"@nb .\n'
URL = "/api/v1/check"


def check(client: FlaskClient, body: bytes | str, media_type: str = "text/turtle", query: str = "") -> Any:
    return client.post(URL + query, data=body, content_type=media_type)


def test_findings_are_answered_in_the_shape_of_lists(client: FlaskClient) -> None:
    answer = check(client, TWO, query="?lang=en").get_json()
    assert (answer["total"], answer["next"], answer["conforms"], answer["triples"]) == (1, None, False, 2)
    (first,) = answer["results"]
    assert (first["code"], first["line"], first["severity"]) == ("skos-preferred-once", 2, "violation")
    assert first["message"].startswith("There are several preferred terms")


def test_the_w3c_report_is_answered_when_asked_for(client: FlaskClient) -> None:
    answer = client.post(URL, data=TWO, content_type="text/turtle", headers={"Accept": "text/turtle"})
    assert answer.content_type.startswith("text/turtle")
    assert any(
        quad.predicate.value.endswith("#focusNode") for quad in ox.parse(answer.data, ox.RdfFormat.TURTLE)
    )


def test_what_cannot_be_read_is_a_finding_with_its_line(client: FlaskClient) -> None:
    (first,) = check(client, "<a> <b> .\n", query="?lang=nn").get_json()["results"]
    assert first["code"] == "unreadable"
    assert first["message"].startswith("Fila kan ikkje lesast")


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("application/rdf+xml", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'),
        (
            "application/ld+json",
            b'{"@context": "http://127.0.0.1:9/c", "@id": "http://e.example/a", "b": "c"}',
        ),
        ("application/ld+json", b"[" * 20_000 + b"]" * 20_000),
        ("application/ld+json", b'{"@graph":' * 5_000),
        ("text/turtle", b"<a:a> <a:b> " + b"( " * 50_000 + b") " * 50_000 + b"."),
        ("text/turtle", b"\xff\xfe\x00"),
        ("text/turtle", b""),
        ("application/n-triples", b"\x00" * 1000),
        ("text/turtle", b'<http://e.example/x> <http://e.example/p> "' + b"a" * 900_000 + b'" .'),
    ],
    ids=["entity", "context", "brackets", "graphs", "lists", "utf-16", "nothing", "nul", "long"],
)
def test_bad_graphs_end_in_findings_or_a_clear_problem(
    client: FlaskClient, media_type: str, body: bytes
) -> None:
    answer = check(client, body, media_type)
    assert answer.status_code in (200, 422)
    if answer.status_code == 200:
        assert {each["code"] for each in answer.get_json()["results"]} <= {"unreadable"}
    else:
        assert answer.get_json()["type"].endswith("/problems/too-heavy")


def test_other_formats_and_profiles_are_refused_with_those_there_are(client: FlaskClient) -> None:
    assert "text/turtle" in check(client, "a", "text/csv").get_json()["detail"]
    assert check(client, "a", "text/csv").status_code == 415
    assert check(client, TWO, query="?profile=x").status_code == 400


def test_the_page_has_a_form_that_works_without_scripts(client: FlaskClient) -> None:
    page = client.get("/sjekk?lang=nb").text
    assert '<form method="post" enctype="multipart/form-data"' in page
    assert page.count("<script") == 1


def test_pasted_text_is_checked_and_shown_again(client: FlaskClient) -> None:
    page = client.post("/sjekk?lang=nn", data={"text": TWO, "format": "ttl", "profile": "skos"}).text
    assert "Funn i 2 utsegner: 1. Feil: 1. Åtvaringar: 0. Merknader: 0." in page
    assert "Det er fleire tilrådde termar på same språket." in page
    assert "linje 2" in page
    assert "&lt;http://e.example/x&gt;" in page


def test_an_uploaded_file_is_checked_by_its_ending(client: FlaskClient) -> None:
    data = {"file": (io.BytesIO(TWO.encode()), "ord.ttl"), "profile": "skos"}
    assert "skos-preferred-once" in client.post("/sjekk?lang=en", data=data).text
    wrong = {"file": (io.BytesIO(b""), "ord.exe"), "profile": "skos"}
    assert client.post("/sjekk?lang=en", data=wrong).status_code == 400


def test_an_empty_form_says_what_to_do(client: FlaskClient) -> None:
    assert "Paste a text or choose a file first." in client.post("/sjekk?lang=en", data={"text": " "}).text


def test_hostile_text_is_shown_as_text(client: FlaskClient) -> None:
    hostile = '<http://e.example/x> <http://www.w3.org/2004/02/skos/core#prefLabel> "<script>alert(1)</script>" , "*"@nb .'
    page = client.post("/sjekk", data={"text": hostile, "format": "ttl", "profile": "skos"}).text
    assert "<script>" not in page
