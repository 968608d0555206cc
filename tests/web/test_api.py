"""The API over HTTP: what lists hold, pages, refusals, and the crosswalk as JSON and as a table."""

import csv
import io
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import WriteRecord

from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Sources
from fellesord.vocabulary.reading import Vocabulary
from fellesord.web import cursors
from fellesord.web.answers import Answers, Request
from fellesord.web.application import create_app
from fellesord.web.links import Links

HEAD = (
    "@base <https://fellesord.example/id/> .\n@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
    "@prefix org: <http://www.w3.org/ns/org#> .\n@prefix dct: <http://purl.org/dc/terms/> .\n"
    "@prefix euvoc: <http://publications.europa.eu/ontology/euvoc#> .\n"
    "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
)


def get(client: FlaskClient, path: str, **headers: str) -> dict[str, Any]:
    response = client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    assert response.status_code == 200, response.get_data(as_text=True)
    return dict(response.get_json())


def slugs(answer: dict[str, Any]) -> list[str]:
    return [each["uri"].rpartition("/")[2] for each in answer["results"]]


def every(client: FlaskClient, path: str) -> tuple[list[str], int]:
    """The IRIs of all pages of a list, and what its first page says the total is."""
    answer = get(client, path)
    total, found = answer["total"], [each["uri"] for each in answer["results"]]
    while answer["next"]:
        assert answer["results"]
        answer = get(client, answer["next"])
        assert answer["total"] == total
        found += [each["uri"] for each in answer["results"]]
    return found, total


def test_a_concept_in_a_list_has_flat_fields(client: FlaskClient, base: str) -> None:
    answer = get(client, "/api/v1/concepts?limit=500")
    assert list(answer) == ["results", "total", "next"]
    assert (answer["total"], answer["next"]) == (12, None)
    found = next(each for each in answer["results"] if each["uri"] == base + "concept/samskaping")
    assert found["kind"] == "concept"
    assert found["label"] == {"nb": "samskaping", "nn": "samskaping", "en": "co-creation"}
    assert found["definition"]["nn"] == "samarbeid der innbyggjarar formar løysinga"
    assert found["status"]["label"]["nb"] == "gjeldende"
    assert [each["uri"] for each in found["collections"]] == [base + "collection/alle"]


def test_a_list_is_in_norwegian_order_of_the_language_asked_for(client: FlaskClient) -> None:
    assert slugs(get(client, "/api/v1/concepts?lang=nb"))[-3:] == ["utproving", "aerlighet", "ost-mal"]
    assert slugs(get(client, "/api/v1/concepts", Accept_Language="nn"))[0] == "ost-mal"
    assert slugs(get(client, "/api/v1/concepts?lang=en"))[0] == "samskaping"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("concepts?retired=true", ["gammelt-ord"]),
        ("concepts?status=RETIRED", ["gammelt-ord"]),
        ("concepts?top=false&retired=false", ["innsikt", "lokal-samskaping", "samskaping", "utproving", "ost-mal"]),
        ("concepts?collection=alle&top=true&lang=en&limit=2", ["samarbeid", "mal"]),
        ("concepts?scheme=utfall", ["utfall#virket", "utfall#virket-ikke"]),
        ("concepts?scheme=https://fellesord.example/id/scheme/indikatorer", ["andel-ja"]),
        ("concepts?scheme=http://nowhere.example/", []),
        ("projects?concept=samarbeid", ["kaiprosjektet", "torgprosjektet"]),
        ("projects?concept=lokal-samskaping", ["torgprosjektet"]),
        ("projects?concept=samskaping&county=fjordland", ["torgprosjektet"]),
        ("projects?county=aasane", ["kaiprosjektet", "torgprosjektet"]),
        ("projects?tool=kjokkenbordet&open=true", ["torgprosjektet"]),
        ("projects?open=false", ["kaiprosjektet"]),
        ("tools?concept=samarbeid&owner=provenettverk", ["kjokkenbordet"]),
        ("tools?concept=samskaping", []),
        ("lessons?outcome=virket-ikke&county=fjordland&about=torgprosjektet", ["for-fa-stoler"]),
        ("lessons?outcome=virket", []),
        ("indicators?concept=samarbeid", ["andel-ja"]),
        ("counties?date=2019-12-31", ["kysten", "vidda", "aasane"]),
        ("counties?date=2020-01-01", ["fjordland", "aasane"]),
        ("counties?current=false", ["kysten", "vidda"]),
        ("events?from=2024-01-10&to=2024-01-10&county=fjordland", ["2024-01-10-samling"]),
        ("events?from=2024-01-11", []),
        ("schemes", ["indikatorer", "prove", "utfall"]),
        ("collections?scheme=prove", ["alle"]),
    ],
)  # fmt: skip
def test_filters_choose(client: FlaskClient, path: str, expected: list[str]) -> None:
    answer = get(client, f"/api/v1/{path}", Accept_Language="nb")
    assert slugs(answer) == expected


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("concepts?colour=red", "no parameter 'colour' here; there are scheme, collection, status, top"),
        ("projects?concept=ukjent", "concept: there is no 'ukjent' here; one of aerlighet, gammelt-ord"),
        ("projects?concept=https://fellesord.example/id/concept/ukjent", "concept: there is no"),
        ("projects?concept=https://fellesord.example/id/county/vidda", "concept: there is no"),
        ("projects?concept=http://a%20b/", "concept: 'http://a b/' is not an absolute IRI"),
        ("projects?phase=ide", "phase: there is no 'ide' here; there is nothing of that kind yet"),
        ("lessons?outcome=kanskje", "outcome: there is no 'kanskje' here; one of virket, virket-ikke"),
        ("concepts?status=current", "one of CURRENT, RETIRED"),
        ("concepts?top=yes", "is neither true nor false"),
        ("counties?date=2024-1-1", "write it as 2024-01-31"),
        ("counties?date=2023-02-29", "write it as 2024-01-31"),
        ("concepts?limit=0", "limit: '0' is not a number from 1 to 500"),
        ("concepts?limit=501", "from 1 to 500"),
        ("concepts?limit=+5", "from 1 to 500"),
        ("concepts?lang=", "lang: '' is not a language tag"),
        ("concepts?top=true&top=true", "top: given 2 times"),
        ("concepts?cursor=x", "cursor: not one of ours"),
        ("concepts?cursor=%C3%A6", "cursor: not one of ours"),
        ("counties/crosswalk?from=2024-01-01&to=2020-01-01", "from: 2024-01-01 is after 2020-01-01"),
        ("counties/crosswalk?format=xlsx", "format: there is no 'xlsx'; there are json, csv"),
        ("counties/crosswalk?limit=5", "no parameter 'limit' here; there are from, to, format, lang"),
    ],
)
def test_what_cannot_be_asked_is_refused_saying_what_can(client: FlaskClient, path: str, said: str) -> None:
    response = client.get(f"/api/v1/{path}", headers={"Accept": "text/html"})
    assert (response.status_code, response.mimetype) == (400, "application/problem+json")
    assert said in response.get_json()["detail"]


def test_a_thing_may_be_named_by_its_public_address(vocabulary: Vocabulary) -> None:
    client = create_app(vocabulary, Links(vocabulary.base, "https://ord.example")).test_client()
    answer = get(client, "/api/v1/projects?county=https://ord.example/id/county/fjordland&limit=1")
    assert slugs(answer) == ["torgprosjektet"]
    following = get(client, "/api/v1/concepts?limit=1")["next"]
    assert following.startswith("https://ord.example/api/v1/concepts?limit=1&cursor=")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(
    path=st.sampled_from(["concepts", "concepts?retired=false", "counties", "projects", "concepts/samarbeid/usage",
                          "concepts/samarbeid/narrower?transitive=true", "concepts?scheme=prove", "schemes"]),
    limit=st.integers(1, 14),
    language=st.sampled_from(["nb", "nn", "en", "se"]),
)  # fmt: skip
def test_following_next_yields_each_item_once(
    client: FlaskClient, path: str, limit: int, language: str
) -> None:
    start = f"/api/v1/{path}{'&' if '?' in path else '?'}lang={language}"
    found, total = every(client, f"{start}&limit={limit}")
    assert len(found) == len(set(found)) == total
    assert found == every(client, f"{start}&limit=500")[0]


def test_the_order_of_the_first_page_holds_on_the_next(client: FlaskClient) -> None:
    first = get(client, "/api/v1/concepts?limit=5", Accept_Language="nn")
    rest = get(client, first["next"], Accept_Language="en")
    assert slugs(first) + slugs(rest) == slugs(get(client, "/api/v1/concepts?lang=nn"))[:10]


def test_a_cursor_of_another_list_is_refused(client: FlaskClient) -> None:
    cursor = get(client, "/api/v1/concepts?limit=1")["next"].partition("cursor=")[2]
    for path in (f"concepts?top=true&cursor={cursor}", f"counties?cursor={cursor}"):
        response = client.get(f"/api/v1/{path}")
        assert response.status_code == 400
        assert "another list" in response.get_json()["detail"]


@given(st.text(), st.text(), st.lists(st.sampled_from(["nb", "en-gb"]), min_size=1, max_size=4))
def test_a_cursor_comes_back_as_it_was_written(name: str, path: str, languages: list[str]) -> None:
    cursor = cursors.Cursor(tuple(languages), (name, "https://x.example/a"))
    mark = cursors.fingerprint(path, {"a": path})
    try:
        token = cursors.write(cursor, mark)
    except UnicodeEncodeError:  # a lone surrogate is not text; no name is one
        return
    assert cursors.read(token, mark) == cursor


def test_usage_names_the_work_its_targets_and_counties(client: FlaskClient, base: str) -> None:
    answer = get(client, "/api/v1/concepts/samarbeid/usage?lang=nb")
    assert slugs(answer) == ["andel-ja", "for-fa-stoler", "kaiprosjektet", "kjokkenbordet", "torgprosjektet"]
    square = answer["results"][-1]
    assert (square["kind"], square["through"]) == ("project", ["http://purl.org/dc/terms/subject"])
    assert [each["uri"] for each in square["targets"]] == [base + "concept/lokal-samskaping"]
    assert [each["label"]["nb"] for each in square["counties"]] == ["Åsane", "Fjordland"]


def test_narrower_and_broader_say_type_criterion_and_depth(client: FlaskClient, base: str) -> None:
    direct = get(client, "/api/v1/concepts/samarbeid/narrower")
    assert slugs(direct) == ["samskaping"]
    assert (direct["results"][0]["type"], direct["results"][0]["depth"]) == ("generic", 1)
    assert direct["results"][0]["criterion"]["en"] == "who takes part"
    deep = get(client, "/api/v1/concepts/samarbeid/narrower?transitive=true")
    assert [(each["uri"], each["depth"], each["via"]) for each in deep["results"]] == [
        (base + "concept/lokal-samskaping", 2, base + "concept/samskaping"),
        (base + "concept/samskaping", 1, base + "concept/samarbeid"),
    ]
    up = get(client, "/api/v1/concepts/lokal-samskaping/broader?transitive=true")
    assert [(each["depth"], each["type"], bool(each["criterion"])) for each in up["results"]] == [
        (2, "generic", True),
        (1, "generic", False),
    ]


@pytest.mark.parametrize("below", ["usage", "narrower", "broader"])
def test_below_a_concept_that_is_not_there_is_404_or_410(client: FlaskClient, below: str) -> None:
    missing = client.get(f"/api/v1/concepts/samskapin/{below}", headers={"Accept": "text/html"})
    assert (missing.status_code, missing.mimetype) == (404, "application/problem+json")
    assert missing.get_json()["near"][0]["uri"].endswith("concept/samskaping")
    assert client.get(f"/api/v1/concepts/A%20b/{below}").status_code == 404
    withdrawn = client.get(f"/api/v1/concepts/trukket/{below}")
    assert withdrawn.status_code == 410
    assert withdrawn.get_json()["successors"][0].endswith("concept/samskaping")


def test_an_unknown_path_below_the_api_is_a_problem_even_for_browsers(client: FlaskClient) -> None:
    response = client.get("/api/v1/nothing", headers={"Accept": "text/html"})
    assert (response.status_code, response.mimetype) == (404, "application/problem+json")


def test_the_crosswalk_connects_the_counties_of_two_days(client: FlaskClient, base: str) -> None:
    answer = get(client, "/api/v1/counties/crosswalk?lang=nn")
    assert answer["next"] is None
    pairs = [(e["from"]["label"]["nb"], e["to"]["label"]["nb"], e["relation"]) for e in answer["results"]]
    assert pairs == [
        ("Kysten", "Fjordland", "merged"),
        ("Vidda", "Fjordland", "merged"),
        ("Åsane", "Åsane", "same"),
    ]
    first = answer["results"][0]
    assert (first["from"]["number"], first["to"]["number"], first["weight"]) == ("93", "91", None)
    assert first["weightNote"].startswith("Vi veit ikkje")
    assert [(e["uri"], e["date"]) for e in first["changes"]] == [
        (base + "change/2020-fjordland", "2020-01-01")
    ]
    assert answer["results"][2]["changes"] == []


def test_the_crosswalk_is_a_table_by_format_or_by_accept(client: FlaskClient) -> None:
    by_format = client.get("/api/v1/counties/crosswalk?format=csv")
    by_accept = client.get(
        "/api/v1/counties/crosswalk", headers={"Accept": "text/csv, application/json;q=0.5"}
    )
    assert by_format.data == by_accept.data
    assert by_format.content_type == "text/csv; charset=utf-8"
    assert "Accept" in by_accept.vary
    assert by_format.data.count(b"\r\n") == by_format.data.count(b"\n") == 4
    rows = list(csv.DictReader(io.StringIO(by_format.get_data(as_text=True))))
    assert rows[2]["from_label"] == "Åsane"
    assert {row["weight"] for row in rows} == {""}
    assert rows[0]["weight_note"].startswith("Vi vet ikke")
    assert get(client, "/api/v1/counties/crosswalk?format=json", Accept="text/csv")["total"] == 3


def test_a_remembered_answer_is_of_the_form_asked_for(client: FlaskClient) -> None:
    answers = Answers(client.application.wsgi_app, "g")
    path, seen = "/api/v1/counties/crosswalk", []
    for accept in ("application/json", "text/csv", "text/csv, application/json;q=0.5", "image/png"):
        request = Request("GET", path, "", {"accept": accept})
        sent = answers.fresh(request)
        kept = answers.cached(request)
        assert kept is None or kept.body == sent.body
        answers.keep(request, sent)
        seen.append((sent.header("content-type") or "").partition(";")[0])
    assert seen == ["application/json", "text/csv", "text/csv", "application/json"]


def test_a_cell_that_a_spreadsheet_would_run_is_defused(write_record: WriteRecord) -> None:
    folder = write_record(
        {
            f"county/c{n}.ttl": f"{HEAD}<county/c{n}> a org:FormalOrganization ; skos:prefLabel {label}@nb ."
            for n, label in enumerate(['"=1+1"', '"@a, b"', '"-\\"x\\""', '"a\\nb"'])
        }
    )
    store = EmbeddedStore.build(Sources(folder))
    client = create_app(Vocabulary(store, store.manifest.base), Links(store.manifest.base)).test_client()
    text = client.get("/api/v1/counties/crosswalk?format=csv").get_data(as_text=True)
    labels = {row["from_label"] for row in csv.DictReader(io.StringIO(text, newline=""))}
    assert labels == {"'=1+1", "'@a, b", '\'-"x"', "a\nb"}


def test_a_county_that_was_merged_and_divided_is_followed_all_the_way(write_record: WriteRecord) -> None:
    def county(name: str, start: str, end: str, after: str = "") -> str:
        ended = f' ; euvoc:endDate "{end}"^^xsd:date' if end else ""
        replaced = f" ; dct:isReplacedBy {after}" if after else ""
        return f'{HEAD}<county/{name}> a org:FormalOrganization ; euvoc:startDate "{start}"^^xsd:date{ended}{replaced} .'

    folder = write_record(
        {
            "county/a.ttl": county("a", "1900-01-01", "2019-12-31", "<county/ab>"),
            "county/b.ttl": county("b", "1900-01-01", "2019-12-31", "<county/ab>"),
            "county/ab.ttl": county("ab", "2020-01-01", "2023-12-31", "<county/a2>, <county/b2>"),
            "county/a2.ttl": county("a2", "2024-01-01", ""),
            "county/b2.ttl": county("b2", "2024-01-01", ""),
            "county/c.ttl": county("c", "1900-01-01", "2019-12-31", "<county/d>"),
            "county/d.ttl": county("d", "2020-01-01", "", "<county/c>"),
        }
    )
    store = EmbeddedStore.build(Sources(folder))
    client = create_app(Vocabulary(store, store.manifest.base), Links(store.manifest.base)).test_client()

    def relations(query: str) -> dict[str, str]:
        return {
            f"{each['from']['uri'].rpartition('/')[2]} {each['to']['uri'].rpartition('/')[2]}": each[
                "relation"
            ]
            for each in get(client, f"/api/v1/counties/crosswalk{query}")["results"]
        }

    both = "merged and split"
    assert relations("") == {"a a2": both, "a b2": both, "b a2": both, "b b2": both, "c d": "same"}
    assert relations("?from=2020-01-01") == {"ab a2": "split", "ab b2": "split", "d d": "same"}
    assert relations("?to=2023-12-31") == {"a ab": "merged", "b ab": "merged", "c d": "same"}
