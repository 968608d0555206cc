"""The pages of the catalogue: a form without scripts, the answer with names and links, and texts to copy that run."""

import html
import re
import subprocess
import sys
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from tests.vocabulary.test_asking import ASKED
from tests.web.test_pages import Page
from tests.web.test_querying import made_up
from tests.web.test_serving import running

from fellesord.languages import LANGUAGES
from fellesord.store.catalogue import Entry, entries
from fellesord.web.links import LOCAL

__all__ = ["made_up"]
EVERY = pytest.mark.parametrize("each", entries(), ids=lambda each: each.name)


def source(client: FlaskClient, path: str, **asked: str) -> str:
    response = client.get(path, query_string=asked)
    assert response.status_code == 200, response.get_data(as_text=True)
    return response.get_data(as_text=True)


def snippet(page: str, key: str) -> str:
    found = re.search(rf'data-snippet="{key}"><code id="snippet-{key}">(.*?)</code>', page, re.DOTALL)
    assert found
    return html.unescape(found[1])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_leads_to_every_query(made_up: FlaskClient, language: str) -> None:
    page = Page(source(made_up, "/sporringer", lang=language))
    assert page.faults == []
    assert {f"/sporringer/{each.name}?lang={language}" for each in entries()} <= set(page.links)


def test_the_page_of_a_thing_leads_to_the_queries_about_it(made_up: FlaskClient) -> None:
    for kind, slug, query in (
        ("concept", "samarbeid", "work-on-concept"),
        ("county", "fjordland", "partners-near"),
        ("indicator", "andel-ja", "indicator-gaps"),
    ):
        page = source(made_up, f"/doc/{kind}/{slug}", lang="nb")
        link = next(link for link in Page(page).links if link.startswith("/sporringer?"))
        narrowed = Page(made_up.get(html.unescape(link)).get_data(as_text=True))
        assert f"/sporringer/{query}?{kind}={slug}&lang=nb" in narrowed.links
        assert not any(link.startswith("/sporringer/tools-unused") for link in narrowed.links)


@EVERY
def test_every_query_has_a_right_page_before_and_after_it_is_asked(made_up: FlaskClient, each: Entry) -> None:
    for language in LANGUAGES:
        for asked in ({}, ASKED.get(each.name, {})):
            text = source(made_up, f"/sporringer/{each.name}", lang=language, **asked)
            page = Page(text)
            assert page.faults == []
            assert len(page.ids) == len(set(page.ids))
            assert page.headings.count("h1") == 1
            complete = all(p.optional or p.name in asked for p in each.parameters)
            assert ("<table>" in text) is complete
            assert all(f'name="{p.name}"' in text for p in each.parameters)


def test_the_answer_has_names_that_lead_on(made_up: FlaskClient) -> None:
    text = source(made_up, "/sporringer/partners-near", county="vidda", lang="nn")
    assert '<a href="/doc/project/torgprosjektet?lang=nn"><span lang="nn">Torgprosjektet</span></a>' in text
    assert '<option value="vidda" selected lang="nn">Vidda</option>' in text
    assert "<code>PREFIX" in text and "county/vidda&gt;" in text
    assert "county/agder" not in text


def test_a_field_that_is_typed_in_says_what_would_do(made_up: FlaskClient) -> None:
    text = source(made_up, "/sporringer/indicator-by-county", lang="nn")
    assert '<p class="tag hint" id="h-from">til dømes <code>2018</code></p>' in text
    assert 'aria-describedby="h-from"' in text and "h-county" not in text


def test_numbers_and_truth_are_in_the_language_of_the_page(made_up: FlaskClient) -> None:
    path = "/sporringer/indicator-across-reforms"
    assert '<td class="number">38,5</td>' in source(made_up, path, indicator="andel-ja", lang="nb")
    english = source(made_up, path, indicator="andel-ja", lang="en")
    assert '<td class="number">38.5</td>' in english and "<td>no</td>" in english


def test_what_is_left_empty_is_not_asked(made_up: FlaskClient) -> None:
    asked = {"indicator": "andel-ja", "county": "", "from": " ", "to": ""}
    text = source(made_up, "/sporringer/indicator-by-county", **asked)
    assert "4 rader" in text
    assert "format=csv&amp;lang=nb" in text and "county=&amp;" not in text.split("Last ned")[1]


def test_a_wrong_value_is_told_of_above_the_form(made_up: FlaskClient) -> None:
    response = made_up.get("/sporringer/indicator-by-county?indicator=andel-ja&from=x&lang=nb")
    text = response.get_data(as_text=True)
    assert response.status_code == 400
    assert re.search(
        r'role="alert" class="advice">Noe i skjemaet kan ikke brukes. <span lang="nb">from: «x» er ikke et år',
        text,
    )
    assert 'value="x"' in text and "<table>" not in text
    assert Page(text).faults == []


def test_an_unknown_query_and_other_data_are_pages_too(made_up: FlaskClient) -> None:
    headers = {"Accept": "text/html"}
    unknown = made_up.get("/sporringer/tools-used?lang=nb", headers=headers)
    assert unknown.status_code == 404 and "Vi har ingen slik spørring" in unknown.get_data(as_text=True)
    older = made_up.get("/sporringer/tools-unused?generation=older&lang=nn", headers=headers)
    text = older.get_data(as_text=True)
    assert older.status_code == 409 and "Lenkja gjeld andre data" in text
    link = next(link for link in Page(text).links if "generation=" in link and "older" not in link)
    assert made_up.get(html.unescape(link)).status_code == 200


def test_a_long_answer_comes_in_pages_that_say_so(shipped_client: FlaskClient) -> None:
    first = source(shipped_client, "/sporringer/hierarchy-depth", scheme="fellesord", lang="en")
    rows = first.count("<tr>") - 1
    total = int(re.search(r"(\d+) rows", first)[1])  # type: ignore[index]  # it is there
    assert rows == 100 < total
    assert f"These are rows 1–100 of {total}. The files have them all." in first
    last = source(shipped_client, "/sporringer/hierarchy-depth", scheme="fellesord", lang="en", side="99")
    assert last.count("<tr>") - 1 == total - 100 * ((total - 1) // 100)


def test_things_of_one_name_are_told_apart(shipped_client: FlaskClient) -> None:
    text = source(shipped_client, "/sporringer/partners-near", lang="nb")
    assert ">Akershus (akershus-2024)</option>" in text and ">Agder</option>" in text


def test_the_texts_to_copy_run(analysts: Path, tmp_path: Path) -> None:
    with running(analysts, tmp_path / "cache") as port:
        here = f"http://127.0.0.1:{port}"
        page = subprocess.run(
            ["curl", "-s", f"{here}/sporringer/indicator-by-county?indicator=andel-ja&lang=nn"],
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        curl, python = (snippet(page, key).replace(LOCAL, here) for key in ("curl", "python"))
        subprocess.run(["/bin/sh", "-c", f"{curl} --silent"], cwd=tmp_path, check=True)
        written = (tmp_path / "indicator-by-county.csv").read_text("utf-8").splitlines()
        assert written[0].startswith("county_uri,county_label,number,year,value") and len(written) == 5
        answer = subprocess.run([sys.executable, "-c", python], capture_output=True, text=True, check=True)
        assert answer.stdout == "4\n"


@EVERY
def test_every_text_to_copy_has_the_address_and_the_types(made_up: FlaskClient, each: Entry) -> None:
    page = source(made_up, f"/sporringer/{each.name}", **ASKED.get(each.name, {}))
    for key in ("curl", "python", "pandas", "r", "m"):
        assert f"{LOCAL}/api/v1/queries/{each.name}?" in snippet(page, key)
    compile(snippet(page, "python"), "python", "exec")
    compile(snippet(page, "pandas"), "pandas", "exec")
    codes = [column.name for column in each.columns if column.type == "code"]
    assert all(f'"{code}": str' in snippet(page, "pandas") for code in codes)
    assert all(f'{code} = "character"' in snippet(page, "r") for code in codes)
    m = snippet(page, "m")
    assert re.findall(r'\{"(\w+)", ', m) == [
        name
        for column in each.columns
        for name in ((f"{column.name}_uri", f"{column.name}_label") if column.names else (column.name,))
    ]
    for opening, closing in ("()", "[]", "{}"):
        assert m.count(opening) == m.count(closing)


def test_what_is_asked_cannot_leave_the_quotes_of_a_text_to_copy(made_up: FlaskClient) -> None:
    asked = "'\"\\$(reboot)`#{x}\n"
    page = source(made_up, "/sporringer/mappings", start=asked)
    for key, quote in (("curl", "'"), ("python", '"'), ("pandas", '"'), ("r", '"'), ("m", '"')):
        address = re.search(rf"{quote}({re.escape(LOCAL)}[^{quote}]*){quote}", snippet(page, key))
        assert address and re.fullmatch(r"[A-Za-z0-9:/.?&=%_+-]+", address[1])
