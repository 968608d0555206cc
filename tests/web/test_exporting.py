"""Exports over HTTP."""

import gzip

import pytest
from flask.testing import FlaskClient

from fellesord.formats.registry import exports, find
from fellesord.vocabulary.reading import Vocabulary
from fellesord.web.answers import Answers, Request
from fellesord.web.application import create_app
from fellesord.web.links import Links


def test_every_file_is_answered_as_it_is_written(client: FlaskClient, vocabulary: Vocabulary) -> None:
    for export in exports(vocabulary):
        response = client.get(f"/export/{export.name}")
        assert response.status_code == 200
        assert response.mimetype == export.media_type
        assert export.same(response.data, export.content(vocabulary)), export.name
        assert response.headers["ETag"].startswith('"')
        assert f'<{export.standard}>; rel="profile"' in response.headers["Link"]


def test_the_list_names_every_file_for_programs_and_people(
    client: FlaskClient, vocabulary: Vocabulary
) -> None:
    names = [export.name for export in exports(vocabulary)]
    listed = client.get("/export/", headers={"Accept": "application/json"}).get_json()
    assert [each["name"] for each in listed["results"]] == names
    assert (listed["total"], listed["next"]) == (len(names), None)
    shown = client.get("/export/?lang=nn").get_data(as_text=True)
    assert all(f'href="/export/{name}"' in shown for name in names)


def test_an_unknown_file_is_404(client: FlaskClient) -> None:
    response = client.get("/export/nothing.ttl", headers={"Accept": "application/json"})
    assert (response.status_code, response.get_json()["type"].rpartition("/")[2]) == (404, "not-found")


@pytest.mark.parametrize("packing", [None, "gzip"])
def test_a_file_is_packed_for_those_who_take_it_and_may_be_asked_for_again(
    vocabulary: Vocabulary, packing: str | None
) -> None:
    answers = Answers(create_app(vocabulary, Links(vocabulary.base)), vocabulary.generation)
    headers = {"accept-encoding": packing} if packing else {}
    full = answers.fresh(Request("GET", "/export/skos.ttl", "", headers))
    whole = find(vocabulary, "skos.ttl").content(vocabulary)
    assert (gzip.decompress(full.body) if packing else full.body) == whole
    assert full.header("content-encoding") == packing
    answers.keep(Request("GET", "/export/skos.ttl", "", headers), full)
    tag = full.header("etag") or ""
    again = answers.cached(Request("GET", "/export/skos.ttl", "", {**headers, "if-none-match": tag}))
    assert again is not None
    assert again.status == 304
