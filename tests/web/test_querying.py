"""The catalogue over HTTP: every query in every form, whole or in pages, and of the data a link was made on."""

import csv
import json
import sys
from io import BytesIO, StringIO
from pathlib import Path

import jsonschema_rs
import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from tests.vocabulary.test_asking import ASKED
from tests.web.test_pages import Page

from fellesord.formats import results, spreadsheet
from fellesord.store import generations
from fellesord.store.catalogue import Entry, entries
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Sources
from fellesord.store.pool import Pool
from fellesord.store.questions import Bounds
from fellesord.vocabulary.reading import Vocabulary
from fellesord.web.application import create_app
from fellesord.web.asking import Budget, Querying
from fellesord.web.links import Links

QUERIES = "/api/v1/queries"
EVERY = pytest.mark.parametrize("each", entries(), ids=lambda each: each.name)


@pytest.fixture(scope="module")
def made_up(analysts: Path) -> FlaskClient:
    store = EmbeddedStore.build(Sources(analysts))
    vocabulary = Vocabulary(store, store.manifest.base)
    return create_app(vocabulary, Links(vocabulary.base)).test_client()


def rows(data: bytes, delimiter: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(data.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def test_the_catalogue_tells_all_of_each_query(made_up: FlaskClient) -> None:
    listed = made_up.get(QUERIES).get_json()
    assert (listed["total"], listed["next"]) == (len(entries()), None)
    told = next(each for each in listed["results"] if each["name"] == "indicator-gaps")
    assert told["title"]["nn"] == "Kven manglar tal?"
    assert told["href"] == f"{QUERIES}/indicator-gaps"
    assert told["parameters"][1] == {
        "name": "year",
        "type": "year",
        "kind": None,
        "required": True,
        "title": {"nb": "År", "nn": "År", "en": "Year"},
        "example": "2025",
    }
    assert [(each["name"], each["type"]) for each in told["columns"]] == [
        ("county", "county"),
        ("number", "code"),
    ]


@EVERY
def test_every_form_has_the_same_rows(made_up: FlaskClient, each: Entry) -> None:
    asked = ASKED.get(each.name, {})
    path = f"{QUERIES}/{each.name}"
    answer = made_up.get(path, query_string={**asked, "limit": "500"}).get_json()
    assert answer["total"] == len(answer["results"]) > 0
    table = made_up.get(path, query_string={**asked, "format": "csv"})
    assert table.content_type == "text/csv; charset=utf-8"
    assert len(rows(table.data)) == answer["total"]
    assert list(rows(table.data)[0]) == results.head(each)
    book = made_up.get(path, query_string={**asked, "format": "xlsx"})
    assert book.content_type == spreadsheet.MEDIA_TYPE
    assert f'filename="{each.name}.xlsx"' in book.headers["Content-Disposition"]
    assert load_workbook(BytesIO(book.data)).worksheets[0].max_row == answer["total"] + 1


@EVERY
def test_every_answer_is_as_described(made_up: FlaskClient, each: Entry) -> None:
    document = made_up.get("/openapi.json").get_json()
    operation = document["paths"][f"{QUERIES}/{each.name}"]["get"]
    assert operation["summary"] == next(text.value for text in each.description if text.language == "en")
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    answer = made_up.get(f"{QUERIES}/{each.name}", query_string=ASKED.get(each.name, {})).get_json()
    jsonschema_rs.validate({**schema, "components": document["components"]}, answer)
    columns = schema["properties"]["results"]["items"]["required"]
    assert columns == [column.name for column in each.columns] == list(answer["results"][0])
    assert {p["name"] for p in operation["parameters"] if p["required"]} == {
        p.name for p in each.parameters if not p.optional
    }


def test_pages_lead_to_each_other_and_to_all_rows(made_up: FlaskClient) -> None:
    whole = made_up.get(f"{QUERIES}/hierarchy-depth?scheme=prove&limit=500").get_json()
    found, address = [], f"{QUERIES}/hierarchy-depth?scheme=prove&limit=5&lang=nn"
    while address:
        page = made_up.get(address).get_json()
        assert page["total"] == whole["total"]
        found += page["results"]
        address = page["next"]
    assert found == whole["results"]


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("text/csv", "text/csv"),
        (spreadsheet.MEDIA_TYPE, spreadsheet.MEDIA_TYPE),
        ("text/html,*/*;q=0.1", "application/json"),
        ("text/csv;q=0.1, application/json", "application/json"),
    ],
)
def test_the_form_is_the_one_accepted(made_up: FlaskClient, accept: str, media: str) -> None:
    response = made_up.get(f"{QUERIES}/tools-unused", headers={"Accept": accept})
    assert response.mimetype == media
    assert "Accept" in response.headers["Vary"]


def test_norwegian_excel_opens_the_table(made_up: FlaskClient) -> None:
    data = made_up.get(f"{QUERIES}/indicator-by-county?indicator=andel-ja&dialect=excel-nb&lang=nn").data
    assert data.startswith(b"\xef\xbb\xbf")
    assert {row["value"] for row in rows(data, ";")} == {"41", "57", "-2", "38,5"}


def test_no_cell_of_a_table_is_run(made_up: FlaskClient) -> None:
    data = made_up.get(f"{QUERIES}/gains-by-project?format=csv").data
    assert rows(data)[0]["project_label"] == "'=Bryggeprosjektet"


def test_names_are_in_the_language_asked_for(made_up: FlaskClient) -> None:
    data = made_up.get(f"{QUERIES}/tools-unused?format=csv&lang=nn").data
    assert rows(data)[0]["tool_label"] == "Hengjekøya"


def test_a_link_names_the_data_it_was_made_on(made_up: FlaskClient) -> None:
    answer = made_up.get(f"{QUERIES}/partners-near?county=vidda").get_json()
    assert answer["generation"] in answer["link"]
    assert made_up.get(answer["link"]).get_json()["results"] == answer["results"]
    old = answer["link"].replace(answer["generation"], "older")
    response = made_up.get(f"{old}&format=csv&lang=nb")
    assert response.status_code == 409
    problem = response.get_json()
    assert problem["type"] == "/problems/superseded"
    assert problem["detail"].startswith("Lenken gjelder en tidligere versjon")
    assert problem["generation"] == answer["generation"]
    assert made_up.get(problem["current"]).status_code == 200
    assert "format=csv" in problem["current"]


def test_pages_do_not_mix_data(made_up: FlaskClient, client: FlaskClient) -> None:
    path = f"{QUERIES}/hierarchy-depth?scheme=prove&limit=5"
    following = made_up.get(path).get_json()["next"]
    assert client.get(following).status_code == 409
    assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    ("path", "status", "detail"),
    [
        ("tools-used", 404, "there is no query 'tools-used'; there are tools-unused"),
        ("partners-near", 400, "county is needed: a name or an IRI of a county, such as agder"),
        ("partners-near?county=vida", 400, "did you mean vidda?"),
        ("partners-near?county=vidda&county=kysten", 400, "given 2 times"),
        ("partners-near?county=vidda&fylke=x", 400, "there is no parameter 'fylke' here; there are county"),
        ("tools-unused?format=ods", 400, "there is no 'ods'; there are json, csv, xlsx"),
        ("tools-unused?dialect=excel-nb&format=json", 400, "it says how CSV is written"),
        ("tools-unused?format=csv&limit=5", 400, "limit and cursor are for JSON"),
        ("tools-unused?generation=%20", 400, "/health says which is served"),
        ("tools-unused?cursor=x", 400, "not one of ours"),
        ("changed-since?since=yesterday", 400, "is not a day"),
    ],
)
def test_what_is_wrong_is_told(made_up: FlaskClient, path: str, status: int, detail: str) -> None:
    response = made_up.get(f"{QUERIES}/{path}")
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    assert detail in json.loads(response.data)["detail"]


def test_what_is_served_elsewhere_is_known_by_its_address_there(analysts: Path) -> None:
    store = EmbeddedStore.build(Sources(analysts))
    vocabulary = Vocabulary(store, store.manifest.base)
    there = create_app(vocabulary, Links(vocabulary.base, "https://ord.example/felles")).test_client()
    asked = {"county": "https://ord.example/felles/id/county/vidda"}
    answer = there.get(f"{QUERIES}/partners-near", query_string=asked).get_json()
    assert answer["total"] == 1
    assert answer["link"].startswith(f"https://ord.example/felles{QUERIES}/partners-near?county=https%3A")


CHAIN = "http://chain.example/"


def chain(folder: Path) -> Path:
    """A vocabulary in which each concept is below the next, over whose hierarchy a query takes long."""
    file, skos, start = folder / "chain.nt", "http://www.w3.org/2004/02/skos/core#", CHAIN
    file.write_text(
        "".join(
            f"<{start}{n}> <{skos}inScheme> <{start}all> .\n<{start}{n}> <{skos}broader> <{start}{n + 1}> .\n"
            for n in range(4000)
        )
    )
    return file


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the jail is Linux only")
def test_a_query_that_takes_too_long_is_stopped_and_said_to_be(analysts: Path, tmp_path: Path) -> None:
    generation = generations.ensure(tmp_path / "cache", Sources(analysts, (chain(tmp_path),)))
    store = EmbeddedStore.open(generation)
    pool = Pool(generation.store, generation.manifest.base, Bounds(slots=2, seconds=1))
    asking = Querying(pool, Budget(60))
    vocabulary = Vocabulary(store, store.manifest.base)
    client = create_app(vocabulary, Links(vocabulary.base), generation, asking=asking).test_client()
    try:
        response = client.get(f"{QUERIES}/hierarchy-depth?scheme={CHAIN}all&format=csv")
        assert (response.status_code, response.get_json()["type"]) == (422, "/problems/too-heavy")
        assert client.get(f"{QUERIES}/hierarchy-depth?scheme=prove").get_json()["total"] == 12
        source = client.get("/sporringer/county-pairs?lang=nn").get_data(as_text=True)
        link = next(link for link in Page(source).links if link.startswith("/sparql?"))
        assert "fjordland" in client.get(link, headers={"Accept": "text/csv"}).get_data(as_text=True)
        page = client.get(f"/sporringer/hierarchy-depth?scheme={CHAIN}all", headers={"Accept": "text/html"})
        assert page.status_code == 422 and "<h1>" in page.get_data(as_text=True)
    finally:
        pool.close()
