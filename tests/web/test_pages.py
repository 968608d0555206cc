"""Pages: right HTML for every kind, in three languages, with every language said."""

import gzip
import json
import re
from dataclasses import fields
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import get_args

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from tests.conftest import WriteRecord
from tests.web.test_documents import EXAMPLES

from fellesord import web
from fellesord.namespaces import KINDS
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Sources
from fellesord.vocabulary import concepts, entities
from fellesord.vocabulary.entities import Entity
from fellesord.vocabulary.reading import WORK, Vocabulary
from fellesord.web.application import create_app
from fellesord.web.links import Links
from fellesord.web.texts import table, text

_VOID = {"meta", "link", "br", "hr", "img", "input"}
_PHRASING_ONLY = {"p", "h1", "h2", "h3", "span", "summary", "dt", "a", "code", "title"}
_BLOCKS = {"p", "ul", "ol", "dl", "div", "details", "section", "article", "h1", "h2", "h3"}


class Page(HTMLParser):
    """Parses a page; ``faults`` lists tags that do not nest, blocks inside phrases, and repeated ids."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.headings: list[str] = []
        self.feed(source)
        self.faults += [f"<{tag}> is never closed" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS and (parents := _PHRASING_ONLY & set(self.open)):
            self.faults.append(f"<{tag}> stands inside <{min(parents)}>")
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name == "href":
                self.links.append(value or "")
        if tag in ("h1", "h2", "h3"):
            self.headings.append(tag)
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes something else")


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_right_page_in_every_language(client: FlaskClient, kind: str, language: str) -> None:
    response = client.get(f"/doc/{kind}/{EXAMPLES[kind]}?lang={language}")
    source = response.get_data(as_text=True)
    page = Page(source)
    assert page.faults == []
    assert page.headings.count("h1") == 1
    assert len(page.ids) == len(set(page.ids))
    assert f'<html lang="{language}" ' in source
    assert response.headers["Content-Language"] == language
    assert text(f"kind-{kind}", language) in source


@pytest.mark.parametrize("path", ["/", "/doc/concept/trukket", "/nowhere", "/lookup?uri=http://vocabulary.example/co-creation", "/doc/concept/samarbeid", "/doc/scheme/utfall"])  # fmt: skip
def test_the_other_pages_are_right_too(client: FlaskClient, path: str) -> None:
    assert Page(client.get(path).get_data(as_text=True)).faults == []


def test_every_link_of_every_page_leads_somewhere(client: FlaskClient) -> None:
    todo, seen = ["/"], set()
    while todo:
        path = todo.pop()
        seen.add(path)
        response = client.get(path, follow_redirects=True)
        assert response.status_code in (200, 410), path
        if response.mimetype == "text/html":
            found = {
                link.partition("#")[0]
                for link in Page(response.get_data(as_text=True)).links
                if link.startswith("/")
            }
            todo += sorted(found - seen - set(todo))
        response.close()
    assert len(seen) > 150


def test_a_label_in_another_language_says_which(client: FlaskClient) -> None:
    source = client.get("/doc/concept/samskaping?lang=nn").get_data(as_text=True)
    assert re.search(r'<span lang="en">co-creation</span> <span class="tag">\(engelsk\)</span>', source)
    assert '<span lang="nn">samskaping</span> <span class="tag">' not in source


def test_a_concept_page_shows_the_work_and_its_counties(client: FlaskClient) -> None:
    source = client.get("/doc/concept/samarbeid?lang=nb").get_data(as_text=True)
    assert "Prosjekter (2)" in source
    assert "Torgprosjektet" in source
    assert "gjennom" in source
    assert re.search(r'Åsane</span></a>\s*</th><td class="number">2</td>', source)
    assert "Vi kjenner ikke til arbeid" in client.get("/doc/concept/aerlighet?lang=nb").get_data(as_text=True)


def test_the_tiles_say_what_the_table_says(client: FlaskClient) -> None:
    source = client.get("/doc/concept/samarbeid?lang=nb").get_data(as_text=True)
    assert re.search(r'tile-94 level-2"><span lang="nb">Åsane</span><strong>2</strong>', source)
    assert source.count('class="tile ') == 2
    assert 'class="tile ' not in client.get("/doc/concept/aerlighet?lang=nb").get_data(as_text=True)


def test_work_with_narrower_concepts_can_be_left_out(client: FlaskClient) -> None:
    whole = client.get("/doc/concept/samarbeid?lang=nb").get_data(as_text=True)
    assert 'href="?lang=nb&amp;snevrere=nei#usage"' in whole
    only = client.get("/doc/concept/samarbeid?lang=nb&snevrere=nei").get_data(as_text=True)
    assert "Torgprosjektet" in whole
    assert "Torgprosjektet" not in only
    assert 'href="?lang=nb#usage"' in only


def test_a_concept_is_told_to_search_engines(client: FlaskClient, base: str) -> None:
    source = client.get("/doc/concept/samskaping?lang=en").get_data(as_text=True)
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', source)
    assert found
    term = json.loads(found.group(1))
    assert (term["@type"], term["@id"]) == ("DefinedTerm", f"{base}concept/samskaping")
    assert term["name"] == "co-creation"
    assert f'<meta name="description" content="{term["description"]}">' in source
    assert re.findall(r'hreflang="(..)" href="/doc/concept/samskaping\?lang=..">', source) == [
        "nb",
        "nn",
        "en",
    ]


def test_the_language_page_says_what_is_lacking(client: FlaskClient) -> None:
    source = " ".join(client.get("/sprak?lang=nb").get_data(as_text=True).split())
    assert '<th scope="row">bokmål</th><td class="number">12</td>' in source
    assert '<th scope="row">nordsamisk</th><td class="number">0</td>' in source
    lacking = client.get("/sprak?lang=nb&mangler=se").get_data(as_text=True).partition("<h2")[2]
    assert "Mangler term (12)" in lacking
    assert "samskaping" in lacking
    assert client.get("/sprak?mangler=xx").status_code == 400


def test_two_things_stand_beside_each_other(client: FlaskClient, base: str) -> None:
    asked = [("uri", f"{base}concept/samskaping"), ("uri", f"{base}concept/samarbeid"), ("lang", "nb")]
    source = " ".join(client.get("/compare", query_string=asked).get_data(as_text=True).split())
    assert Page(source).faults == []
    assert '<tr class="differs"><th scope="row">Anbefalt term</th>' in source
    assert '<tr><th scope="row">Begrepssamling</th>' in source
    assert client.get("/compare", query_string=asked[:1]).status_code == 400
    assert client.get("/compare", query_string=[asked[0], ("uri", f"{base}concept/ingen")]).status_code == 404


def test_a_list_is_its_address(client: FlaskClient, base: str) -> None:
    source = client.get("/utvalg?c=samskaping&c=samarbeid&c=ingen&lang=nb").get_data(as_text=True)
    assert Page(source).faults == []
    assert 'href="?c=samarbeid&amp;c=ingen&amp;lang=nb"' in source
    assert "<code>ingen</code>" in source
    assert 'href="/utvalg.csv?c=samskaping&amp;c=samarbeid&amp;c=ingen&amp;lang=nb"' in source
    rows = client.get("/utvalg.csv?c=samskaping&c=samarbeid").get_data(as_text=True).splitlines()
    assert rows[0].startswith("uri,prefLabel_nb,prefLabel_nn,prefLabel_en,definition_nb")
    assert rows[1].startswith(f"{base}concept/samskaping,samskaping,samskaping,co-creation,")
    assert len(rows) == 3
    book = client.get("/utvalg.xlsx?c=samskaping&c=samarbeid")
    assert "utvalg.xlsx" in book.headers["Content-Disposition"]
    (sheet,) = load_workbook(BytesIO(book.data)).worksheets
    assert [cell.value for cell in sheet[2]][:4] == [
        f"{base}concept/samskaping",
        "samskaping",
        "samskaping",
        "co-creation",
    ]


def test_a_word_adds_the_concept_it_finds(client: FlaskClient) -> None:
    source = client.get("/utvalg?c=samarbeid&ord=samskaping&lang=nb").get_data(as_text=True)
    assert 'name="c" value="samskaping"' in source
    assert "0 treff" in client.get("/utvalg?ord=xyzzyq&lang=nb").get_data(as_text=True)
    assert client.get("/utvalg?" + "&".join(f"c=x{n}" for n in range(101))).status_code == 400


def test_links_keep_the_languages_that_were_asked_for(client: FlaskClient) -> None:
    source = client.get("/doc/concept/samskaping?lang=en&clang=nn").get_data(as_text=True)
    assert '<html lang="en"' in source
    assert '<span lang="nn">samskaping</span> <span class="tag">(Norwegian Nynorsk)' in source
    assert re.search(r'href="/doc/concept/[a-z-]+\?lang=en&amp;clang=nn"', source)
    assert "?" not in "".join(re.findall(r'rel="canonical" href="([^"]+)"', source))


def test_names_are_sorted_the_norwegian_way(client: FlaskClient) -> None:
    source = client.get("/doc/collection/alle?lang=nb").get_data(as_text=True)
    names = re.findall(r'<li><a href="/doc/concept/[^"]+"><span lang="nb">([^<]+)</span>', source)
    assert names[-3:] == ["utprøving", "ærlighet", "østmål"]


def test_text_from_data_cannot_become_markup(write_record: WriteRecord) -> None:
    evil = "<script>alert(1)</script>\\\"'&amp;"
    folder = write_record(
        {
            "concept/x.ttl": "@base <https://fellesord.example/id/> .\n"
            "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
            f'<concept/x> a skos:Concept ; skos:prefLabel "{evil}"@nb ; skos:definition "{evil}"@en ;'
            f' skos:note "{evil}" ; skos:related <http://x.example/"onmouseover=1> .'.replace(
                '"onmouseover=1', "a'b"
            )
        }
    )
    store = EmbeddedStore.build(Sources(folder))
    client = create_app(Vocabulary(store, store.manifest.base), Links(store.manifest.base)).test_client()
    source = client.get("/doc/concept/x").get_data(as_text=True)
    assert source.count("<script") == 2
    assert "<script>" not in source
    assert Page(source).faults == []


def test_every_text_exists_in_the_three_languages() -> None:
    wrong = [
        key
        for key, entry in table().items()
        if not key.startswith("language-") and set(entry) != {"nb", "nn", "en"}
    ]
    assert wrong == []
    assert all(value.strip() for entry in table().values() for value in entry.values())


def test_every_field_and_kind_has_a_name() -> None:
    classes = [*get_args(Entity), concepts.Indicator, entities.Contact, entities.Purpose, concepts.Definition]
    names = {f"field-{each.name}" for cls in classes for each in fields(cls)} - {
        "field-statement",
        "field-text",
    }
    names |= {f"kind-{kind}" for kind in (*KINDS, "code", "other")} | {f"kinds-{kind}" for kind in WORK}
    assert names - table().keys() == set()


def test_every_text_is_used() -> None:
    folder = Path(web.__file__).parent
    sources = "".join(
        path.read_text("utf-8") for path in folder.rglob("*") if path.suffix in (".py", ".html")
    )
    made = (
        "api-",
        "field-",
        "kind",
        "language-",
        "problem-",
        "relation-",
        "narrower-",
        "detail-",
        "notation-",
        "search-how-",
        "search-role-",
        "check-",
        "facet-",
        "query-",
        "sparql-example-",
        "item-",
        "coverage-no-",
        "queries-group-",
        "usage-with",
        "harvest-",
        "accessibility",
        "privacy",
        "happening-",
        "differences-",
    )
    keys = {key.removesuffix("-one") for key in table()}
    assert [key for key in keys if not key.startswith(made) and f'"{key}"' not in sources] == []


def test_a_concept_stands_in_a_diagram_that_is_text(client: FlaskClient) -> None:
    page = client.get("/doc/concept/samskaping?lang=nb").get_data(as_text=True)
    start = page.index('<div class="diagram">')
    diagram = page[start : page.index("</section>", start)]
    places = [
        diagram.index(words) for words in ("samarbeid", "hvem som deltar", ">samskaping<", "lokal samskaping")
    ]
    assert places == sorted(places)
    assert "diagram" not in client.get("/doc/concept/aerlighet?lang=nb").get_data(as_text=True)


def test_a_thing_says_how_to_cite_it_and_where_its_data_are(client: FlaskClient) -> None:
    page = client.get("/doc/concept/samskaping?lang=nb").get_data(as_text=True)
    cited = "«samskaping». Prøvesamling. 2024-01-15. https://fellesord.example/id/concept/samskaping"
    assert f'<span id="citation">{cited}</span>' in page
    assert 'href="/doc/concept/samskaping.ttl">Turtle' in page
    assert "Meld fra" not in page


@pytest.mark.parametrize(
    ("place", "link"),
    [
        ("mailto:begrep@fellesord.example", "mailto:begrep@fellesord.example?subject=Fellesord%3A%20samskaping&amp;body=https"),
        ("https://saker.example/ny", "https://saker.example/ny?title=Fellesord%3A%20samskaping&amp;body=https"),
        ("https://saker.example/ny?mal=feil", "https://saker.example/ny?mal=feil&amp;title=Fellesord%3A%20samskaping&amp;body="),
    ],
)  # fmt: skip
def test_errors_are_reported_where_the_setting_says(vocabulary: Vocabulary, place: str, link: str) -> None:
    client = create_app(vocabulary, Links(vocabulary.base, reports=place)).test_client()
    assert f'href="{link}' in client.get("/doc/concept/samskaping?lang=nb").get_data(as_text=True)


def test_the_glossary_has_every_concept_of_the_thesaurus_with_its_definition(client: FlaskClient) -> None:
    page = client.get("/ordliste?lang=nb").get_data(as_text=True)
    assert page.count('<a href="/doc/concept/') == 11, "twelve, but for one that is no longer used"
    assert "samarbeid der innbyggere former løsningen" in page
    letters = re.findall(r'<h2 id="letter-\d+">(.)</h2>', page)
    assert letters == sorted(letters, key=lambda each: "ABCDEFGHIJKLMNOPQRSTUVWXYZÆØÅ".index(each))


@pytest.mark.parametrize("path", ["/tilgjengelighet", "/personvern"])
@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_duties_are_told_in_every_language(client: FlaskClient, path: str, language: str) -> None:
    page = client.get(f"{path}?lang={language}").get_data(as_text=True)
    assert page.count("<h2>") >= 4
    assert f'<html lang="{language}"' in page


@pytest.mark.parametrize(
    "path", ["/", "/doc/concept/samskaping", "/sok?q=samskaping", "/hierarki", "/ordliste", "/sjekk-tekst"]
)
def test_a_first_visit_is_small(client: FlaskClient, path: str) -> None:
    page = client.get(path, headers={"Accept": "text/html"}).get_data(as_text=True)
    parts = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert len(parts) == 4
    bodies = [page.encode(), *(client.get(each, buffered=True).data for each in parts)]
    assert sum(len(gzip.compress(body)) for body in bodies) <= 100_000


def test_a_code_is_found_where_its_address_leads(client: FlaskClient) -> None:
    page = client.get("/doc/scheme/utfall?lang=nb").get_data(as_text=True)
    links = re.findall(r'href="/doc/scheme/utfall[^"#]*#([^"]+)"', page)
    assert links
    assert all(page.count(f' id="{each}"') == 1 for each in links)
