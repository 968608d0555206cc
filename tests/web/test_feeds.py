"""The feeds: one stream of changes in three shapes, which others' programs read and follow."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from threading import Thread

import feedparser
import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from rdflib import Dataset, URIRef
from rdflib.namespace import DCTERMS
from werkzeug.serving import make_server

from fellesord.releases import events
from fellesord.releases.archive import Archive
from fellesord.releases.editions import Edition
from fellesord.store import generations
from fellesord.vocabulary.reading import Vocabulary
from fellesord.web.application import create_app
from fellesord.web.links import Links

BASE = "https://fellesord.example/id/"
TREE = "https://w3id.org/tree#"
CLIENT = shutil.which("ldes-client")


@pytest.fixture(scope="module")
def site(vocabulary: Vocabulary, archive: Archive) -> Iterator[str]:
    app = create_app(vocabulary, Links(vocabulary.base), archive=archive)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def recorded(edition: Edition) -> set[ox.Triple]:
    return {triple for path in edition.data for triple in edition.triples(path)}


def pages(then: FlaskClient) -> list[str]:
    return sorted(
        set(re.findall(r"</changes/ldes/([0-9-]+/[0-9]+)>", then.get("/changes/ldes").get_data(as_text=True)))
    )


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
def test_who_takes_the_last_version_of_everything_has_the_last_release(
    then: FlaskClient, archive: Archive
) -> None:
    latest: dict[str, tuple[str, str]] = {}
    contents: dict[str, set[ox.Triple]] = {}
    for number in pages(then):
        text = then.get(f"/changes/ldes/{number}").data
        dataset = Dataset(default_union=False)
        dataset.parse(data=text, format="trig", publicID=f"http://localhost/changes/ldes/{number}")
        for member in dataset.objects(None, URIRef(f"{TREE}member")):
            thing = str(dataset.value(member, DCTERMS.isVersionOf))
            when = str(dataset.value(member, DCTERMS.issued))
            latest[thing] = max(latest.get(thing, ("", "")), (when, str(member)))
        for quad in ox.parse(text, format=ox.RdfFormat.TRIG, base_iri="http://localhost/"):
            if not isinstance(quad.graph_name, ox.DefaultGraph):
                contents.setdefault(str(quad.graph_name)[1:-1], set()).add(quad.triple)
    found = {triple for _, member in latest.values() for triple in contents.get(member, set())}
    assert archive.newest is not None
    assert found == recorded(archive.newest.edition)


def test_the_stream_says_what_its_events_are(then: FlaskClient) -> None:
    answer = then.get("/changes/ldes")
    assert answer.mimetype == "application/trig"
    assert (answer.headers["Cache-Control"], bool(answer.headers["ETag"])) == ("no-cache", True)
    text = answer.get_data(as_text=True)
    for wanted in (
        "ldes:timestampPath dct:issued",
        "ldes:versionOfPath dct:isVersionOf",
        "tree:view </changes/ldes>",
    ):
        assert wanted in text
    assert [each.split("/")[0] for each in pages(then)] == ["2026-01-10", "2026-03-20", "2026-05-30"]


def test_a_page_never_changes_and_may_be_kept(then: FlaskClient) -> None:
    answer = then.get("/changes/ldes/2026-03-20/1")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.data == then.get("/changes/ldes/2026-03-20/1").data


def test_events_say_what_became_of_a_thing(archive: Archive) -> None:
    def told(day: str) -> dict[str, str]:
        release = archive.get(day)
        return {
            event.thing.removeprefix(BASE): event.what
            for event in events.events(release, archive.before(day))
        }

    assert set(told("2026-01-10").values()) == {"Create", "Delete"}
    assert told("2026-03-20") == {
        "collection/alle": "Update",
        "concept/aerlighet": "Update",
        "concept/apenhet": "Create",
        "concept/pilot": "Update",
    }
    assert told("2026-05-30") == {"collection/alle": "Update", "concept/apenhet": "Delete"}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("2026-03-20/2", 404),
        ("2026-03-20/0", 404),
        ("2026-02-01/1", 404),
        ("nyeste/1", 400),
        ("2026-03-20/x", 404),
    ],
)
def test_pages_that_are_none_are_said_to_be(then: FlaskClient, path: str, status: int) -> None:
    answer = then.get(f"/changes/ldes/{path}", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")


@pytest.mark.skipif(
    CLIENT is None and not os.environ.get("CI"), reason="there is no ldes-client; install npm's"
)
def test_ldes_client_fills_an_empty_store_that_then_equals_ours(site: str, archive: Archive) -> None:
    command = [
        "ldes-client",
        f"{site}/changes/ldes",
        "--last-version-only",
        "--no-shape",
        "--default-timezone",
        "Z",
    ]
    done = subprocess.run(command, capture_output=True, check=True, timeout=120, text=True)
    # It writes quads a line each, but numbers bare, so that a line is neither N-Quads nor TriG as it stands.
    quads = re.findall(r"^(<.+) <https://fellesord\.example/releases/[^>]+> \.$", done.stdout, re.MULTILINE)
    said = {quad.triple for quad in ox.parse(" .\n".join([*quads, ""]), format=ox.RdfFormat.TURTLE)}
    assert archive.newest is not None
    wanted = recorded(archive.newest.edition)
    assert said == wanted
    assert set(generations.graph(said)) == set(generations.graph(wanted))


@pytest.mark.skipif(
    CLIENT is None and not os.environ.get("CI"), reason="there is no ldes-client; install npm's"
)
def test_ldes_client_follows_from_a_day_on(site: str) -> None:
    command = [
        "ldes-client",
        f"{site}/changes/ldes",
        "--after",
        "2026-03-21T00:00:00Z",
        "--no-shape",
        "--ordered",
        "ascending",
    ]
    done = subprocess.run(command, capture_output=True, check=True, timeout=120, text=True)
    found = set(re.findall(r"releases/(2026-[0-9-]+)/", done.stdout))
    assert found == {"2026-05-30"}


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_atom_feed_is_read_by_a_feed_reader(then: FlaskClient, language: str) -> None:
    answer = then.get(f"/changes.atom?lang={language}")
    assert answer.mimetype == "application/atom+xml"
    feed = feedparser.parse(answer.data)
    assert not feed.bozo
    assert feed.version == "atom10"
    assert feed.feed.updated == "2026-05-30T00:00:00Z"
    assert len(feed.entries) == 2 + 4 + 1
    assert len({entry.id for entry in feed.entries}) == 7
    assert [entry.updated for entry in feed.entries] == sorted(
        (entry.updated for entry in feed.entries), reverse=True
    )


def test_an_entry_says_what_changed_and_leads_to_it(then: FlaskClient) -> None:
    feed = feedparser.parse(then.get("/changes.atom?lang=nb").data)
    entry = next(each for each in feed.entries if each.title == "Endret: ærlighet")
    assert "anbefalt term: honesty (en) → candour (en)" in entry.summary
    assert entry.link == "http://127.0.0.1:8000/releases/2026-03-20/doc/concept/aerlighet"
    assert entry.tags[0].term == "changed"
    assert then.get(entry.link).status_code == 200
    merged = next(each for each in feed.entries if each.tags[0].term == "merged")
    assert then.get(merged.link).status_code in (404, 410)


def test_before_the_first_release_the_feeds_are_empty(client: FlaskClient) -> None:
    assert feedparser.parse(client.get("/changes.atom").data).entries == []
    assert client.get("/api/v1/changes").get_json() == {"results": [], "total": 0, "next": None}
    assert "tree:relation" not in client.get("/changes/ldes").get_data(as_text=True)


def test_what_changed_since_a_day_is_told_in_order(then: FlaskClient) -> None:
    found = then.get("/api/v1/changes?since=2026-01-10").get_json()
    assert [each["date"] for each in found["results"]] == ["2026-03-20"] * 4 + ["2026-05-30"] * 2
    assert {each["uri"].removeprefix(BASE): each["happening"] for each in found["results"][:4]} == {
        "concept/aerlighet": "changed",
        "concept/apenhet": "new",
        "concept/pilot": "retired",
        "collection/alle": "changed",
    }
    assert (found["total"], found["next"]) == (6, None)
    assert then.get("/api/v1/changes?since=2026-05-30").get_json()["results"] == []


def test_changes_are_narrowed_and_come_in_pages(then: FlaskClient) -> None:
    assert then.get("/api/v1/changes?since=2026-01-10&until=2026-03-20&kind=concept").get_json()["total"] == 3
    assert then.get("/api/v1/changes?happening=retired").get_json()["total"] == 1
    every, address = [], "/api/v1/changes?limit=7"
    while address:
        page = then.get(address).get_json()
        every += [(each["date"], each["uri"]) for each in page["results"]]
        address = page["next"]
    assert len(every) == len(set(every)) == page["total"]
    assert [day for day, _ in every] == sorted(day for day, _ in every)


@pytest.mark.parametrize(
    "query",
    [
        "since=i+fjor",
        "until=2026-02-30",
        "happening=lost",
        "since=2026-01-10&since=2026-01-11",
        "from=2026-01-10",
        "cursor=x",
        "limit=0",
    ],
)
def test_what_cannot_be_asked_of_the_changes_is_said(then: FlaskClient, query: str) -> None:
    answer = then.get(f"/api/v1/changes?{query}")
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")


def test_pages_name_the_feed(then: FlaskClient) -> None:
    source = then.get("/", headers={"Accept": "text/html"}).get_data(as_text=True)
    assert '<link rel="alternate" type="application/atom+xml"' in source
