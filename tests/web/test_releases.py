"""Releases over HTTP: the list, one of them, its files, what differs, and things as they were."""

import json
from http import HTTPStatus
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from tests.web.test_pages import Page

from fellesord.files import root
from fellesord.rdf.reading import parse
from fellesord.rdf.syntaxes import SYNTAXES
from fellesord.releases.archive import Archive
from fellesord.releases.exporting import released
from fellesord.vocabulary.reading import Vocabulary
from fellesord.web import opening
from fellesord.web.application import create_app
from fellesord.web.links import Links

BASE = "https://fellesord.example/id/"
IN_HTML, IN_JSON = {"Accept": "text/html"}, {"Accept": "application/json"}


def test_the_releases_are_listed_the_newest_first(then: FlaskClient) -> None:
    found = then.get("/releases", headers=IN_JSON).get_json()
    assert [each["date"] for each in found["results"]] == ["2026-05-30", "2026-03-20", "2026-01-10"]
    assert (found["total"], found["next"]) == (3, None)
    assert found["results"][1]["changes"] == {
        "new": 1,
        "changed": 2,
        "retired": 1,
        "merged": 0,
        "withdrawn": 0,
    }
    assert "2026-03-20" in then.get("/releases", headers=IN_HTML).get_data(as_text=True)


def test_before_the_first_release_the_list_is_empty(client: FlaskClient) -> None:
    assert client.get("/releases?format=json").get_json()["results"] == []
    assert "Ingenting er gitt ut ennå." in client.get("/releases?lang=nb", headers=IN_HTML).get_data(
        as_text=True
    )
    assert "timegate" not in client.get("/doc/concept/pilot.ttl").headers["Link"]


def test_a_release_in_json_is_its_manifest(then: FlaskClient, archive: Archive) -> None:
    answer = then.get("/releases/2026-03-20", headers=IN_JSON)
    assert answer.data == (archive.folder / "2026-03-20/manifest.json").read_bytes()


def test_every_file_of_a_release_is_served_as_it_is_and_for_ever(then: FlaskClient, archive: Archive) -> None:
    release = archive.get("2026-03-20")
    for name in (*release.manifest.files, "manifest.json"):
        answer = then.get(f"/releases/2026-03-20/{name}")
        assert (answer.status_code, answer.data) == (200, (release.folder / name).read_bytes())
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["ETag"]
    assert then.get("/releases/2026-03-20/changes.nb.md").mimetype == "text/markdown"
    assert then.get("/releases/2026-03-20/record/concept/pilot.ttl").mimetype == "text/turtle"


@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda syntax: syntax.suffix)
def test_the_whole_of_a_release_is_served_in_every_syntax(
    then: FlaskClient, archive: Archive, syntax: object
) -> None:
    wanted = archive.get("2026-01-10").edition
    suffix, form = syntax.suffix, syntax.format  # type: ignore[attr-defined]
    found = parse(then.get(f"/releases/2026-01-10/record.{suffix}").data, form, "record")
    assert set(found.triples) == {triple for path in wanted.data for triple in wanted.triples(path)}


@pytest.mark.parametrize(
    "path",
    [
        "record/../manifest.json",
        "../2026-01-10/manifest.json",
        "record/concept",
        "record/concept/none.ttl",
        "manifest.json.sig",
        "x",
    ],
)
def test_only_the_files_of_a_release_are_served(then: FlaskClient, path: str) -> None:
    assert then.get(f"/releases/2026-03-20/{path}").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/releases/2026-02-01", 404, "2026-02-01"),
        ("/releases/2026-02-30", 400, "is not a day; write it as 2026-12-01"),
        ("/releases/nyeste", 400, "is not a day"),
        (
            "/releases/2026-02-01/manifest.json",
            404,
            "Den første utgaven er fra 2026-01-10, den siste fra 2026-05-30.",
        ),
        ("/releases/2026-01-10?format=pdf", 400, "there is no 'pdf'; there are html, json"),
        ("/doc/concept/pilot?as-of=2025-12-31", 404, "Ingenting ble gitt ut 2025-12-31."),
        ("/doc/concept/pilot.ttl?as-of=i+dag", 400, "is not a day"),
        ("/doc/concept/pilot.ttl?as-of=", 400, "is not a day"),
        ("/releases/2026-01-10/doc/concept/apenhet", 404, "apenhet"),
        ("/releases/2026-05-30/doc/concept/apenhet", 410, "trukket tilbake"),
        ("/compare?from=2026-01-10&to=2026-02-01", 404, "2026-02-01"),
        ("/compare?from=x&to=2026-03-20", 400, "is not a day"),
        ("/compare?to=2026-03-20", 400, "say from which release"),
        ("/compare?from=2026-01-10&to=2026-03-20&format=ttl", 400, "there are html, json, rdfp"),
        ("/timegate", 400, "say which"),
        ("/timemap?uri=", 400, "say which"),
        (f"/timemap?uri={BASE}concept/none", 404, "none"),
        ("/timegate?uri=http://vocabulary.example/co-creation", 404, ""),
        ("/timegate?uri=%00", 404, ""),
    ],
)
def test_what_cannot_be_had_is_said_clearly(then: FlaskClient, path: str, status: int, says: str) -> None:
    answer = then.get(path, headers={**IN_JSON, "Accept-Language": "nb"})
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert says in answer.get_json()["detail"]
    assert then.get(path, headers=IN_HTML).status_code == status


def test_without_releases_any_day_is_before_the_first(client: FlaskClient) -> None:
    answer = client.get("/doc/concept/pilot?as-of=2026-01-10", headers=IN_JSON)
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert "there is no release yet" in answer.get_json()["detail"]
    assert client.get("/compare?from=2026-01-10").status_code == HTTPStatus.NOT_FOUND


def test_a_concept_is_as_it_was_on_a_day(then: FlaskClient) -> None:
    labels = {
        day: then.get(f"/releases/{day}/doc/concept/aerlighet.json").get_json()["label"]["en"]
        for day in ("2026-01-10", "2026-03-20", "2026-05-30")
    }
    assert labels == {"2026-01-10": "honesty", "2026-03-20": "candour", "2026-05-30": "candour"}
    assert then.get("/doc/concept/aerlighet.json").get_json()["label"]["en"] == "honesty", (
        "what is served now"
    )
    assert b"telling all" in then.get("/releases/2026-03-20/doc/concept/aerlighet.ttl").data


def test_a_day_between_two_releases_leads_to_the_one_in_force(then: FlaskClient) -> None:
    answer = then.get("/doc/concept/aerlighet.ttl?as-of=2026-03-19&lang=nn")
    assert answer.status_code == HTTPStatus.FOUND
    assert answer.headers["Location"] == "/releases/2026-01-10/doc/concept/aerlighet.ttl?lang=nn"
    for path in ("/id/concept/aerlighet?", f"/lookup?uri={BASE}concept/aerlighet&"):
        answer = then.get(f"{path}as-of=2026-03-19")
        assert answer.headers["Location"].startswith("/releases/2026-01-10/")
        assert then.get(answer.headers["Location"]).headers["Location"] == (
            "/releases/2026-01-10/doc/concept/aerlighet"
        )
    for start in ("", "/releases/2026-01-10"):
        answer = then.get(f"{start}/begreper?as-of=2026-04-01&lang=nn")
        assert answer.headers["Location"] == "/releases/2026-03-20/begreper?lang=nn"
    answer = then.post("/lookup?as-of=2026-04-01", json={"uris": [f"{BASE}concept/apenhet"]})
    assert answer.status_code == HTTPStatus.TEMPORARY_REDIRECT
    found = then.post(answer.headers["Location"], json={"uris": [f"{BASE}concept/apenhet"]}, headers=IN_JSON)
    assert found.get_json()["total"] == 1


def test_a_foreign_term_is_as_it_was_too(then: FlaskClient) -> None:
    answer = then.get("/releases/2026-01-10/lookup?uri=http://vocabulary.example/co-creation&format=ttl")
    assert answer.status_code == HTTPStatus.OK
    assert answer.headers["Memento-Datetime"] == "Sat, 10 Jan 2026 00:00:00 GMT"


def test_the_page_of_what_was_says_so_and_leads_to_what_is(then: FlaskClient) -> None:
    source = then.get("/releases/2026-01-10/doc/concept/aerlighet?lang=en", headers=IN_HTML).get_data(
        as_text=True
    )
    page = Page(source)
    assert page.faults == []
    assert "You see Fellesord as it was in the release of 2026-01-10." in source
    assert "/doc/concept/aerlighet?lang=en" in page.links
    assert "/releases/2026-01-10/doc/concept/aerlighet.ttl" in page.links
    assert "application/ld+json" not in source.split("<body>")[0].replace(
        'type="application/ld+json" href', ""
    )
    now = then.get("/doc/concept/aerlighet?lang=en", headers=IN_HTML).get_data(as_text=True)
    assert "/releases/2026-03-20/doc/concept/aerlighet?lang=en" in now
    assert "as it was in the release" not in now


def test_a_memento_has_the_headers_that_lead_through_time(then: FlaskClient) -> None:
    answer = then.get("/releases/2026-03-20/doc/concept/aerlighet.ttl")
    assert answer.headers["Memento-Datetime"] == "Fri, 20 Mar 2026 00:00:00 GMT"
    assert "Last-Modified" not in answer.headers
    link = answer.headers["Link"]
    for wanted in (
        '</doc/concept/aerlighet.ttl>; rel="original"',
        '</timegate?uri=%2Fdoc%2Fconcept%2Faerlighet.ttl>; rel="timegate"',
        'rel="timemap"; type="application/link-format"',
        '</releases/2026-01-10/doc/concept/aerlighet.ttl>; rel="first prev memento"; datetime="Sat, 10 Jan 2026 00:00:00 GMT"',
        '</releases/2026-05-30/doc/concept/aerlighet.ttl>; rel="last next memento"',
    ):
        assert wanted in link
    now = then.get("/doc/concept/aerlighet.ttl")
    assert 'rel="timegate"' in now.headers["Link"]
    assert "Memento-Datetime" not in now.headers


@pytest.mark.parametrize(
    ("asked", "day"),
    [
        (None, "2026-05-30"),
        ("Sat, 10 Jan 2026 12:00:00 GMT", "2026-01-10"),
        ("Thu, 19 Mar 2026 23:59:59 GMT", "2026-01-10"),
        ("Fri, 20 Mar 2026 00:00:00 GMT", "2026-03-20"),
        ("Tue, 01 Jan 2019 00:00:00 GMT", "2026-01-10"),
        ("Fri, 01 Jan 2100 00:00:00 GMT", "2026-05-30"),
    ],
)
def test_the_timegate_leads_to_the_memento_in_force(then: FlaskClient, asked: str | None, day: str) -> None:
    headers = {"Accept-Datetime": asked} if asked else {}
    for uri in (f"{BASE}concept/aerlighet", "/doc/concept/aerlighet"):
        answer = then.get("/timegate", query_string={"uri": uri}, headers=headers)
        assert answer.status_code == HTTPStatus.FOUND
        assert answer.headers["Location"] == f"/releases/{day}/doc/concept/aerlighet"
        assert answer.headers["Vary"] == "Accept-Datetime"
        assert 'rel="original"' in answer.headers["Link"]


def test_a_date_that_is_none_is_told_to_the_timegate(then: FlaskClient) -> None:
    answer = then.get(f"/timegate?uri={BASE}concept/aerlighet", headers={"Accept-Datetime": "i går"})
    assert answer.status_code == HTTPStatus.BAD_REQUEST


def test_the_timemap_lists_the_releases_that_a_thing_is_in(then: FlaskClient) -> None:
    text = then.get(f"/timemap?uri={BASE}concept/apenhet").get_data(as_text=True)
    assert text.count("memento") == 1
    assert '</releases/2026-03-20/doc/concept/apenhet>; rel="first last memento"' in text
    lines = then.get(f"/timemap?uri={BASE}concept/pilot").get_data(as_text=True).rstrip().split(",\n")
    assert len(lines) == 6
    assert lines[0] == '</doc/concept/pilot>; rel="original"'
    assert 'from="Sat, 10 Jan 2026 00:00:00 GMT"; until="Sat, 30 May 2026 00:00:00 GMT"' in lines[2]


def test_addresses_are_whole_where_the_public_one_is_known(vocabulary: Vocabulary, archive: Archive) -> None:
    links = Links(vocabulary.base, "https://ord.example/felles")
    client = create_app(vocabulary, links, archive=archive).test_client()
    answer = client.get("/timegate?uri=https://ord.example/felles/doc/concept/pilot")
    assert answer.headers["Location"] == "https://ord.example/felles/releases/2026-05-30/doc/concept/pilot"


def test_the_difference_is_a_page_json_or_a_patch(then: FlaskClient, archive: Archive) -> None:
    path = "/compare?from=2026-01-10&to=2026-03-20"
    told = then.get(path, headers=IN_JSON).get_json()
    assert told == json.loads(archive.get("2026-03-20").file("changes.json"))
    patch = then.get(path, headers={"Accept": "application/rdf-patch"})
    assert patch.mimetype == "application/rdf-patch"
    assert patch.data == archive.get("2026-03-20").file("changes.rdfp")
    source = then.get(f"{path}&lang=nb", headers=IN_HTML).get_data(as_text=True)
    assert Page(source).faults == []
    for text in ("honesty", "candour", "<del>", "<ins>", "Gått ut", "anbefalt term"):
        assert text in source
    assert "/releases/2026-03-20/doc/concept/aerlighet" in source


def test_mere_corrections_are_folded_away_after_what_weighs() -> None:
    archive = Archive(root() / "exports" / "releases")
    now = released(archive.get("2026-11-25"))
    client = create_app(now, Links(now.base), archive=archive).test_client()
    source = client.get("/compare?from=2026-11-23&to=2026-11-25&lang=en", headers=IN_HTML).get_data(
        as_text=True
    )
    assert Page(source).faults == []
    weighs, folded = source.split("<details>")
    assert "two rounds" in weighs or "dobbel-diamant" in weighs
    assert "dobbel-diamant" not in folded
    assert "arbeidsverksted" in folded
    assert f"({folded.count('<h3>')})" in folded


def test_the_difference_goes_both_ways_and_to_the_newest(then: FlaskClient) -> None:
    back = then.get("/compare?from=2026-03-20&to=2026-01-10&format=json").get_json()
    assert back["counts"]["withdrawn"] == 1
    assert then.get("/compare?from=2026-01-10&format=json").get_json()["to"] == "2026-05-30"
    same = then.get("/compare?from=2026-01-10&to=2026-01-10&lang=en", headers=IN_HTML)
    assert "Nothing has changed." in same.get_data(as_text=True)


def test_two_things_are_still_compared(then: FlaskClient) -> None:
    path = f"/compare?uri={BASE}concept/samskaping&uri={BASE}concept/samarbeid"
    assert then.get(path, headers=IN_HTML).status_code == HTTPStatus.OK


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize(
    "path", ["/releases", "/releases/2026-03-20", "/compare?from=2026-01-10&to=2026-05-30"]
)
def test_the_pages_are_right_html_in_each_language(then: FlaskClient, path: str, language: str) -> None:
    mark = "&" if "?" in path else "?"
    page = Page(then.get(f"{path}{mark}lang={language}", headers=IN_HTML).get_data(as_text=True))
    assert page.faults == []
    assert page.headings.count("h1") == 1
    assert len(page.ids) == len(set(page.ids))


def test_the_page_of_a_release_leads_to_everything_as_it_was(then: FlaskClient) -> None:
    page = Page(then.get("/releases/2026-03-20?lang=nb", headers=IN_HTML).get_data(as_text=True))
    found = [link for link in page.links if link.startswith("/releases/2026-03-20/") and "lang=nb" in link]
    assert "/releases/2026-03-20/begreper?lang=nb" in found
    for link in found:
        assert then.get(link, headers=IN_HTML).status_code == HTTPStatus.OK, link


def test_the_releases_beside_the_record_are_served(archive: Archive, tmp_path: Path) -> None:
    from fellesord.config import settings

    vocab = archive.folder.parents[1] / "vocab"
    chosen = settings({"vocab": str(vocab), "cache": str(tmp_path)}, {})
    assert opening.load(chosen).test_client().get("/releases?format=json").get_json()["total"] == 3
