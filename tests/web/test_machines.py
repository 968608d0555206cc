"""What search engines and browsers read: robots.txt, the map of the site, and how to search."""

import re
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from fellesord.vocabulary.reading import Vocabulary
from fellesord.web.application import create_app
from fellesord.web.links import Links


def test_the_map_of_the_site_needs_to_know_where_it_is(client: FlaskClient, vocabulary: Vocabulary) -> None:
    assert client.get("/sitemap.xml").status_code == 404
    links = Links(vocabulary.base, "https://ord.example/f")
    source = create_app(vocabulary, links).test_client().get("/sitemap.xml").get_data(as_text=True)
    addresses = [
        each.text for each in ElementTree.fromstring(source).iter() if each.text and "http" in each.text
    ]
    assert "https://ord.example/f/doc/concept/samskaping" in addresses
    assert len(addresses) == len(set(addresses)) > 30
    root = ElementTree.fromstring(source.encode())
    (other,) = root.findall(".//{*}link[@href='https://ord.example/f/doc/concept/samskaping?lang=nn']")
    assert (other.get("hreflang"), len(root.findall(".//{*}link"))) == ("nn", 3 * len(root))


def test_every_page_in_the_map_answers_and_is_to_be_found(vocabulary: Vocabulary) -> None:
    site = create_app(vocabulary, Links(vocabulary.base, "https://ord.example")).test_client()
    allowed = RobotFileParser()
    allowed.parse(site.get("/robots.txt").get_data(as_text=True).splitlines())
    assert allowed.site_maps() == ["https://ord.example/sitemap.xml"]
    found = ElementTree.fromstring(site.get("/sitemap.xml").data)
    for place in found.findall(".//{*}loc"):
        answer = site.get(str(place.text).removeprefix("https://ord.example"))
        assert answer.status_code == 200, place.text
        assert "noindex" not in answer.get_data(as_text=True), place.text


@pytest.mark.parametrize(
    "path",
    ["/sok?q=samskaping", "/prosjekter?phase=ide", "/hierarki?lang=nb&part=1", "/begreper?bokstav=S",
     "/doc/concept/samskaping?clang=en", "/sporringer/mappings?lang=nn&start=x"],
)  # fmt: skip
def test_what_is_asked_for_is_not_for_search_engines(client: FlaskClient, path: str) -> None:
    lines = client.get("/robots.txt").get_data(as_text=True).splitlines()
    refused = [line.removeprefix("Disallow: ") for line in lines if line.startswith("Disallow: ")]
    allowed = [line.removeprefix("Allow: ") for line in lines if line.startswith("Allow: ")]
    matched = [
        [rule for rule in rules if re.match(re.escape(rule).replace(r"\*", ".*").replace(r"\$", "$"), path)]
        for rules in (refused, allowed)
    ]
    assert matched[0]
    assert not matched[1]
    if "part=" not in path:
        assert '<meta name="robots" content="noindex">' in client.get(path).get_data(as_text=True)


def test_facets_are_not_to_be_followed(client: FlaskClient) -> None:
    for path in ("/prosjekter", "/sok?q=samskaping&kind=concept"):
        aside = client.get(path).get_data(as_text=True).split('<aside class="facets"')[1]
        assert aside.split("</aside>")[0].count("<li>") == aside.count('rel="nofollow"') > 0


def test_what_needs_whole_addresses_has_them(vocabulary: Vocabulary) -> None:
    for links, place in (
        (Links(vocabulary.base, "https://ord.example/f"), "https://ord.example/f"),
        (Links(vocabulary.base, local="http://127.0.0.1:8001"), "http://127.0.0.1:8001"),
    ):
        site = create_app(vocabulary, links).test_client()
        found = ElementTree.fromstring(site.get("/opensearch.xml?lang=nn").data)
        assert f"{place}/sok?q={{searchTerms}}&lang=nn" in [each.get("template") for each in found]
        feed = ElementTree.fromstring(site.get("/changes.atom").data)
        hrefs = [each.get("href", "") for each in feed.findall(".//{*}link")]
        assert hrefs
        assert all(href.startswith(place) for href in hrefs)
