from typing import Any

import pytest
from flask.testing import FlaskClient

from fellesord.web.links import Links


def asked(client: FlaskClient, path: str) -> dict[str, Any]:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return dict(answer.get_json())


def test_a_hit_says_which_label_answers_in_which_language_and_why(client: FlaskClient) -> None:
    answer = asked(client, "/api/v1/search?q=samskaping&lang=nn")
    first = answer["results"][0]
    assert first["uri"].endswith("/concept/samskaping")
    assert (first["kind"], first["matched"], first["lang"]) == ("concept", "samskaping", "nn")
    assert first["why"] == "tilrådd term, heilt lik"


def test_a_retired_word_answers_with_its_successor_and_says_so(client: FlaskClient) -> None:
    answer = asked(client, "/api/v1/search?q=gammelt+ord&lang=nb")
    first = answer["results"][0]
    assert first["retired"]
    assert first["instead"]
    assert first["advice"].startswith("«gammelt ord» er ikke lenger i bruk. Bruk «")


def test_a_search_is_narrowed_by_names_or_addresses(client: FlaskClient) -> None:
    by_name = asked(client, "/api/v1/search?q=torg&county=fjordland")
    by_address = asked(client, "/api/v1/search?q=torg&county=https://fellesord.example/id/county/fjordland")
    assert by_name["results"] == by_address["results"] != []
    assert by_name["facets"]["kind"] == {"project": 1}


def test_an_address_copied_from_the_browser_finds_its_thing(client: FlaskClient, base: str) -> None:
    for pasted in (
        "http://any.example:81/doc/concept/samskaping",
        "<http://localhost/id/concept/samskaping%23def-nb>",
    ):
        results = asked(client, f"/api/v1/search?q={pasted}")["results"]
        assert [each["uri"] for each in results] == [f"{base}concept/samskaping"]
    assert "/doc/concept/samskaping" in client.get("/sok?q=http://localhost/doc/concept/samskaping.html").text
    assert asked(client, "/api/v1/search?q=http://any.example/concept/samskaping")["total"] == 0
    assert asked(client, "/api/v1/search?q=http://[")["total"] == 0


def test_a_public_address_is_the_only_one_of_ours() -> None:
    links = Links("https://b.example/id/", "https://a.example/ord")
    assert links.pasted("https://a.example/ord/doc/concept/x.ttl#y") == "https://b.example/id/concept/x.ttl"
    for other in ("https://a.example/doc/concept/x", "https://c.example/ord/id/concept/x", "x", "http://["):
        assert links.pasted(other) == ""


def test_pages_are_followed_to_the_end(client: FlaskClient) -> None:
    whole = asked(client, "/api/v1/search?q=samskaping&limit=50")
    path: str | None = "/api/v1/search?q=samskaping&limit=1"
    seen: list[str] = []
    while path:
        page = asked(client, path)
        seen += [each["uri"] for each in page["results"]]
        path = page["next"]
    assert seen == [each["uri"] for each in whole["results"]]
    assert len(seen) == whole["total"] > 1


def test_an_explanation_is_given_when_asked_for(client: FlaskClient) -> None:
    first = asked(client, "/api/v1/search?q=samskaping&explain=1")["results"][0]
    assert first["score"] == pytest.approx(sum(first["explanation"].values()), abs=0.02)
    assert "score" not in asked(client, "/api/v1/search?q=samskaping")["results"][0]


def test_suggestions_are_names_that_go_on_from_what_is_typed(client: FlaskClient) -> None:
    names = [each["matched"] for each in asked(client, "/api/v1/suggest?q=samsk&limit=3")["results"]]
    assert names[0] == "samskaping"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "q=innovasjon"),
        ("q=", "says nothing"),
        ("q=" + "a" * 301, "at most 300"),
        ("q=a&kind=x", "there is no 'x'"),
        ("q=a&county=Å", "neither a name nor a URI"),
        ("q=a&explain=yes", "say explain=1"),
        ("q=a&cursor=x", "not one of ours"),
    ],
)
def test_a_question_that_cannot_be_asked_is_explained(client: FlaskClient, query: str, said: str) -> None:
    answer = client.get(f"/api/v1/search?{query}")
    assert answer.status_code == 400
    assert said in answer.get_json()["detail"]
