"""The search page and the index: what people find, without scripts."""

import re

import pytest
from flask.testing import FlaskClient

from fellesord.languages import Text
from fellesord.web.pages.index import Entry, lettered


def test_a_word_finds_what_it_means_and_says_why(client: FlaskClient) -> None:
    source = client.get("/sok?q=samskaping&lang=nb").text
    assert "2 treff på «samskaping»" in source
    assert re.search(
        r'<h2><a href="/doc/concept/samskaping\?lang=nb">\s*<span lang="nb">samskaping</span>', source
    )
    assert "anbefalt term, helt lik" in source
    assert 'value="samskaping"' in source


def test_a_word_advised_against_says_what_to_use(client: FlaskClient) -> None:
    source = client.get("/sok?q=co-creation&lang=nb").text
    assert "«co-creation» er frarådd. Bruk «samskaping»." in source


def test_a_retired_word_says_what_to_use(client: FlaskClient) -> None:
    assert "er ikke lenger i bruk. Bruk «ærlighet»." in client.get("/sok?q=gammelt+ord&lang=nb").text


def test_nothing_found_helps_on(client: FlaskClient) -> None:
    source = client.get("/sok?q=xyzzyq&lang=nb").text
    assert "0 treff" in source
    assert "Prøv et annet ord" in source


def test_a_search_without_words_is_a_field(client: FlaskClient) -> None:
    answer = client.get("/sok?lang=en")
    assert answer.status_code == 200
    assert "hits for" not in answer.text


def test_facets_narrow_and_can_be_taken_away(client: FlaskClient) -> None:
    source = client.get("/sok?q=prosjekt&lang=nb").text
    query = re.search(r'href="\?([^"]*county=https[^"]*)"', source)
    assert query
    narrowed = client.get(f"/sok?{query.group(1).replace('&amp;', '&')}").text
    assert 'aria-current="true"' in narrowed.partition("<aside")[2]
    assert "fjern" in narrowed


def test_pages_of_hits_can_be_turned(client: FlaskClient) -> None:
    for wrong in ("0", "-1", "x", "9999999999", "²"):
        assert client.get("/sok", query_string={"q": "ord", "side": wrong}).status_code == 200


@pytest.mark.parametrize(
    "word", ["<script>alert(1)</script>", '"><img src=x>', "a" * 5000, "\x00", "«»", "%"]
)
def test_whatever_is_asked_is_shown_as_text(client: FlaskClient, word: str) -> None:
    answer = client.get("/sok", query_string={"q": word, "lang": "nb"})
    assert answer.status_code == 200
    assert answer.text.count("<script") == 1
    assert "<img" not in answer.text


def test_every_page_has_one_heading_and_a_search_field(client: FlaskClient) -> None:
    for path in ("/", "/sok?q=ord", "/begreper", "/doc/concept/samskaping", "/sjekk", "/api", "/lookup"):
        source = client.get(path, headers={"Accept": "text/html"}).text
        assert source.count("<h1") == 1, path
        assert source.count('role="search"') == 1, path
        assert source.count('id="content"') == 1, path


def test_the_index_has_every_concept_in_norwegian_order(client: FlaskClient) -> None:
    source = client.get("/begreper?lang=nb").text
    headings = re.findall(r'<h2 id="bokstav-[0-9]+">(.)</h2>', source)
    assert headings == sorted(headings, key="ABCDEFGHIJKLMNOPQRSTUVWXYZÆØÅ#".index)
    assert "Alle de 12 begrepene" in source
    assert 'href="/doc/concept/aerlighet?lang=nb"' in source.partition(">Æ</h2>")[2]
    assert 'href="/doc/concept/samskaping?lang=nb"' in source


def test_allowed_terms_send_on_to_the_preferred_one(client: FlaskClient) -> None:
    source = " ".join(client.get("/begreper?lang=nb").text.split())
    assert re.search(
        r'samskapning</span> <span class="tag">se</span> <a href="/doc/concept/samskaping\?lang=nb">', source
    )


def test_an_index_has_the_letters_of_the_language_of_the_content() -> None:
    entries = [Entry(Text(word, "nb"), word) for word in ("å", "Aasen", "z", "æ", "ø", "á", "a", "2030")]
    assert list(lettered(entries, "nb")) == ["A", "Z", "Æ", "Ø", "Å", "#"]
    assert list(lettered(entries, "se")) == ["A", "Á", "Z", "Ø", "Æ", "Å", "#"]
    assert list(lettered(entries, "en")) == ["A", "O", "Z", "#"]
    assert [each.iri for each in lettered(entries, "nb")["Å"]] == ["å", "Aasen"]


def test_the_index_is_sorted_for_the_content_whatever_the_interface(client: FlaskClient) -> None:
    assert ">Æ</h2>" in client.get("/begreper?lang=en&clang=nb").text
    assert ">Å</span>" not in client.get("/begreper?lang=nb&clang=en").text


def test_the_tree_is_a_nested_list_without_scripts(client: FlaskClient) -> None:
    source = " ".join(client.get("/hierarki?lang=nb").text.split())
    assert re.search(
        r'samarbeid</span></a> <span class="tag" aria-hidden="true">1</span> <ul> <li><a href="/doc/concept/[a-z-]+\?lang=nb">',
        source,
    )
    assert source.count("/doc/concept/") >= 12


def test_a_branch_can_be_had_by_itself(client: FlaskClient, base: str) -> None:
    asked = {"under": f"{base}concept/samarbeid", "lang": "nb"}
    whole = client.get("/hierarki", query_string=asked).text
    part = client.get("/hierarki", query_string={**asked, "part": "1"}).text
    assert "<h1" in whole
    assert part.strip().startswith("<ul>")
    assert part.strip() in whole
    assert client.get("/hierarki", query_string={**asked, "under": "samarbeid"}).text.count(part.strip()) == 1
    for wrong in ({"under": "x"}, {"scheme": "x"}, {"under": base}):
        assert client.get("/hierarki", query_string=wrong).status_code == 404
    assert client.get("/hierarki", query_string={"scheme": "http://x.example/<>"}).status_code == 400


def test_lists_are_narrowed_by_what_is_true_of_their_things(client: FlaskClient) -> None:
    source = client.get("/prosjekter?lang=nb").text
    assert "2 i alt" in source
    assert 'href="?lang=nb&amp;county=fjordland"' in source
    narrowed = client.get("/prosjekter?lang=nb&county=fjordland").text
    assert "1 i alt" in narrowed
    assert "Torgprosjektet" in narrowed
    assert "Kaiprosjektet" not in narrowed.partition("<aside")[0]
    assert 'href="?lang=nb" rel="nofollow" aria-current="true"' in narrowed
    assert "2" in narrowed.partition("<aside")[2]


@pytest.mark.parametrize(
    ("path", "word", "near"),
    [("/prosjekter?conty=fjordland", "conty", "county"), ("/fylkeskommuner?Date=2020-01-01", "Date", "date"),
     ("/hierarki?unde=samarbeid", "unde", "under"), ("/sporringer/counties-on-concept?conept=samskaping", "conept", "concept"),
     ("/doc/concept/samskaping?as_of=2026-01-01", "as_of", "as-of"), ("/sok?q=x&langg=nb", "langg", "lang")],
)  # fmt: skip
def test_a_misspelt_part_of_an_address_is_told_of(
    client: FlaskClient, path: str, word: str, near: str
) -> None:
    source = client.get(path, headers={"Accept": "text/html"}).text
    assert f"Vi kjenner ikke «{word}» i adressen" in source
    link = re.search(rf'<a href="\?([^"]*)" rel="nofollow">Mente du «{near}»\?</a>', source)
    assert link
    assert re.search(rf"(?:^|;){near}=", link[1])


def test_what_is_unknown_and_like_nothing_is_let_be(client: FlaskClient) -> None:
    for path in (
        "/prosjekter?utm_source=x&fbclid=y",
        "/doc/concept/samskaping?lang=nb&clang=nn",
        "/prosjekter?county=fjordland",
    ):
        assert (
            "i adressen"
            not in client.get(path, headers={"Accept": "text/html", "Accept-Language": "nb"}).text
        )


def offered(client: FlaskClient, path: str, facet: str) -> list[str]:
    """The values of a facet, with what stands beside them but the number."""
    source = client.get(path).text.split('<aside class="facets"')[1].split(f"<h2>{facet}</h2>")[1]
    items = re.findall(r"<li>(.*?)</li>", source.split("</ul>")[0], re.DOTALL)
    return [re.sub(r"( ·)? [0-9]+$", "", re.sub(r"<[^>]+>", "", each)) for each in items]


def test_phases_stand_in_their_order_and_former_counties_last(shipped_client: FlaskClient) -> None:
    order = ["idé", "konsept", "planlegge", "gjennomføre", "avslutte", "realisere"]
    phases = offered(shipped_client, "/verktoy?lang=nb", "Fase")
    assert len(phases) > 2
    assert phases == [each for each in order if each in phases]
    codes = shipped_client.get("/api/v1/concepts?scheme=prosjektfase&limit=4&lang=en").get_json()
    more = shipped_client.get(codes["next"]).get_json()["results"]
    assert [each["label"]["nb"] for each in codes["results"] + more] == order
    for tool in shipped_client.get("/api/v1/tools?limit=500").get_json()["results"]:
        told = [each["label"]["nb"] for each in tool["phase"]]
        assert told == [each for each in order if each in told]
    counties = offered(shipped_client, "/prosjekter?lang=nb", "Fylkeskommune")
    former = ["Troms og Finnmark til og med 2023", "Viken til og med 2023"]
    assert counties[-2:] == former
    assert not [each for each in counties[:-2] if "til og med" in each]
    listed = re.findall(r'<h2><a href="/doc/county/([a-z0-9-]+)', shipped_client.get("/fylkeskommuner").text)
    today = shipped_client.get("/api/v1/counties?current=true&limit=500").get_json()["results"]
    assert {each["uri"].rpartition("/")[2] for each in today} == set(listed[: len(today)])
    item = " ".join(re.sub(r"<[^>]+>", "", shipped_client.get("/prosjekter?lang=nn").text).split())
    assert "Viken til og med 2023" in item


@pytest.mark.parametrize(
    "path", ["/prosjekter", "/verktoy", "/laerdommer", "/indikatorer", "/fylkeskommuner", "/samlinger"]
)
def test_every_facet_counts_what_it_leads_to(client: FlaskClient, path: str) -> None:
    source = " ".join(client.get(f"{path}?lang=nb").text.split())
    offered = re.findall(
        r'<li><a href="\?([^"]+)" rel="nofollow">(?:(?!</li>).)*<span class="tag">(?:[^<]* · )?([0-9]+)',
        source,
    )
    assert bool(offered) is ('class="facets"' in source)
    for query, number in offered:
        found = client.get(f"{path}?{query.replace('&amp;', '&')}").text
        assert f"{number} i alt" in found, query


def test_a_list_that_cannot_be_narrowed_so_says_what_would_work(client: FlaskClient) -> None:
    answer = client.get("/prosjekter?county=ingen&lang=nb", headers={"Accept": "text/html"})
    assert answer.status_code == 400
    assert "fjordland" in answer.text
