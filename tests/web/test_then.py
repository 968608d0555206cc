"""Everything as it was: the same application below each release."""

import gc
import json
import shutil
import tempfile
import time
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Event

import pytest
from flask.testing import FlaskClient
from tests.web.test_pages import Page

from fellesord.config import settings
from fellesord.errors import InvalidData, NotReady
from fellesord.releases.archive import Archive, Release
from fellesord.store import Store
from fellesord.store.generations import KEPT
from fellesord.vocabulary.reading import Vocabulary
from fellesord.web import opening
from fellesord.web.answers import lengthy, streamed
from fellesord.web.application import Opened, create_app, in_memory
from fellesord.web.asking import Querying
from fellesord.web.links import Links, of_now
from fellesord.web.openapi import operations
from fellesord.web.workshop import Workshop

IN_HTML = {"Accept": "text/html", "Accept-Language": "en"}
DAY = "2026-03-20"
#: Pages about the vocabulary: all that can be asked for without more.
PAGES = (
    *("/", "/begreper", "/hierarki", "/ordliste", "/sprak", "/export/", "/utvalg?c=apenhet"),
    *("/prosjekter", "/verktoy", "/laerdommer", "/indikatorer", "/fylkeskommuner", "/samlinger"),
    *("/sporringer", "/sporringer/county-pairs", "/sparql"),
    *("/sok?q=openness", "/doc/concept/apenhet", "/lookup?uri=http%3A%2F%2Fvocabulary.example%2Fco-creation"),
)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_there_as_it_was_says_so_and_stays_then(then: FlaskClient, path: str) -> None:
    answer = then.get(f"/releases/{DAY}{path}", headers=IN_HTML)
    assert answer.status_code == 200
    source = answer.get_data(as_text=True)
    page = Page(source)
    assert page.faults == []
    assert f"as it was in the release of {DAY}" in source
    assert '<meta name="robots" content="noindex, nofollow">' in source
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["Memento-Datetime"] == "Fri, 20 Mar 2026 00:00:00 GMT"
    assert f'<{path}>; rel="original"' in answer.headers["Link"]
    now = [link for link in page.links if link.startswith("/") and not link.startswith(f"/releases/{DAY}")]
    # Out of the release lead only what there is of now alone, the other releases, and the way back.
    assert {each for each in now if not of_now(each)} == {path}
    for link in page.links:
        if link.startswith(f"/releases/{DAY}/") and "/export/" not in link:
            assert then.get(link, headers=IN_HTML).status_code == 200, link


@pytest.mark.parametrize("path", PAGES)
def test_what_is_now_leads_to_what_was(then: FlaskClient, path: str) -> None:
    answer = then.get(path, headers=IN_HTML)
    if answer.status_code == 200:
        assert 'rel="timegate"' in answer.headers["Link"]
        assert "Memento-Datetime" not in answer.headers
        assert "X-Robots-Tag" not in answer.headers
    elsewhere = then.get("/timegate", query_string={"uri": path}).headers["Location"]
    assert elsewhere.startswith("/releases/2026-")
    assert elsewhere.endswith(path)
    listed = then.get("/timemap", query_string={"uri": path}).get_data(as_text=True)
    assert f'</releases/{DAY}{path}>; rel="' in listed


def test_lists_and_search_of_the_api_are_as_they_were(then: FlaskClient) -> None:
    def names(start: str) -> set[str]:
        found = then.get(f"{start}/api/v1/concepts?limit=500").get_json()
        return {each["uri"].rpartition("/")[2] for each in found["results"]}

    assert "apenhet" in names(f"/releases/{DAY}")
    assert "apenhet" not in names("") | names("/releases/2026-01-10") | names("/releases/2026-05-30")
    hits = then.get(f"/releases/{DAY}/api/v1/search?q=candour").get_json()["results"]
    assert hits[0]["uri"].endswith("/concept/aerlighet")
    assert not then.get("/api/v1/search?q=candour").get_json()["total"]
    first = then.get(f"/releases/{DAY}/api/v1/concepts?limit=5").get_json()
    assert first["next"].startswith(f"/releases/{DAY}/api/v1/concepts?")
    assert then.get(first["next"]).status_code == 200


@pytest.fixture(scope="module")
def asking(
    vocabulary: Vocabulary, archive: Archive, querying: Querying, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FlaskClient]:
    """A client of an application that answers queries, over what is now and over its releases."""
    chosen = settings({"cache": str(tmp_path_factory.mktemp("cache"))}, {})
    app = create_app(
        *(vocabulary, Links(vocabulary.base), None, archive),
        asking=querying,
        opener=partial(opening.open_release, chosen),
    )
    yield app.test_client()
    app.extensions["fellesord"]._releases.close()


def test_queries_ask_what_was_then(asking: FlaskClient) -> None:
    query = "SELECT ?t { <concept/aerlighet> skos:prefLabel ?t FILTER(LANG(?t) = 'en') }"
    told = {}
    for start in ("", f"/releases/{DAY}", "/releases/2026-01-10"):
        answer = asking.get(f"{start}/sparql", query_string={"query": query, "format": "csv"})
        assert answer.status_code == 200, answer.data
        told[start] = answer.get_data(as_text=True).split()[1]
    assert told == {"": "honesty", f"/releases/{DAY}": "candour", "/releases/2026-01-10": "honesty"}
    answer = asking.get(f"/releases/{DAY}/api/v1/queries/retired-concepts").get_json()
    assert any("pilot" in json.dumps(row) for row in answer["results"])
    before = asking.get("/releases/2026-01-10/api/v1/queries/retired-concepts").get_json()
    assert not any("pilot" in json.dumps(row) for row in before["results"])


def test_a_query_of_then_is_of_the_generation_of_then(asking: FlaskClient) -> None:
    path = "/api/v1/queries/retired-concepts?limit=1"
    names = {asking.get(f"{start}{path}").get_json()["generation"] for start in ("", f"/releases/{DAY}")}
    assert len(names) == 2


def test_the_description_of_the_data_of_then_says_where_they_are(asking: FlaskClient) -> None:
    told = asking.get(f"/releases/{DAY}/.well-known/void", headers={"Accept": "text/turtle"})
    assert f"http://localhost/releases/{DAY}/sparql" in told.get_data(as_text=True)
    assert streamed(f"/releases/{DAY}/sparql")


def test_what_is_no_longer_kept_is_told_of() -> None:
    dropped: list[str] = []
    shop = Workshop(str.upper, room=1, drop=dropped.append)
    for name in ("a", "b", "c"):
        shop.get(name)
    assert dropped == ["A", "B"]
    shop.close()
    assert dropped == ["A", "B", "C"]


def test_what_is_valid_is_told_for_the_day_of_the_release(then: FlaskClient) -> None:
    def retired(day: str) -> bool:
        found = then.get(f"/releases/{day}/api/v1/concepts?retired=true").get_json()["results"]
        return any(each["uri"].endswith("/pilot") for each in found)

    assert (retired("2026-01-10"), retired(DAY)) == (False, True)


def test_every_operation_that_was_says_that_a_day_may_be_asked_for(then: FlaskClient) -> None:
    dated = {each.rule for each in operations() if any(p.name == "as-of" for p in each.parameters)}
    assert {"/", "/sok", "/api/v1/search", "/api/v1/concepts", "/doc/<kind>/<name>"} <= dated
    assert not any(map(of_now, dated))
    for rule in sorted(dated):
        if "<" not in rule:
            answer = then.get(f"{rule}?as-of=2026-04-01")
            wanted = "GET" in {each.method.upper() for each in operations() if each.rule == rule}
            assert (answer.status_code == 302) is wanted, rule
            assert answer.headers["Location"] == f"/releases/{DAY}{rule}"


@pytest.mark.parametrize(
    "path", ["/data-norge", "/sjekk-tekst", "/api/v1/check", "/releases", "/nothing", "/api"]
)
def test_what_there_is_of_now_only_is_not_there_then(then: FlaskClient, path: str) -> None:
    answer = then.get(f"/releases/{DAY}{path}", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert f"/releases/{DAY}/record.ttl" in answer.get_json()["detail"] or path == "/nothing"


def test_the_version_of_a_thing_leads_to_its_document(then: FlaskClient) -> None:
    answer = then.get(f"/releases/{DAY}/concept/apenhet")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/releases/{DAY}/doc/concept/apenhet")


def test_headers_do_not_repeat_a_long_address_over_and_over(then: FlaskClient) -> None:
    long = f"/sok?q={'a' * 290}&collection={'b' * 300}"
    assert "Link" not in then.get(long).headers
    answer = then.get(f"/releases/{DAY}{long}")
    assert answer.headers["Link"] == f'<{long}>; rel="original"'
    assert answer.headers["Memento-Datetime"]


def test_below_a_public_address_everything_is_whole(vocabulary: Vocabulary, archive: Archive) -> None:
    links = Links(vocabulary.base, "https://ord.example/felles")
    client = create_app(vocabulary, links, archive=archive).test_client()
    source = client.get(f"/releases/{DAY}/begreper", headers=IN_HTML).get_data(as_text=True)
    assert f'href="https://ord.example/felles/releases/{DAY}/doc/concept/apenhet"' in source
    assert 'href="https://ord.example/felles/begreper"' in source
    found = client.get("/timegate?uri=https://ord.example/felles/begreper")
    assert found.headers["Location"] == "https://ord.example/felles/releases/2026-05-30/begreper"
    pasted = links.pasted(f"https://ord.example/felles/releases/{DAY}/doc/concept/apenhet")
    assert pasted == f"{vocabulary.base}concept/apenhet"


def test_a_release_is_opened_once_and_few_are_held(vocabulary: Vocabulary, archive: Archive) -> None:
    opened: list[str] = []

    def opener(release: Release) -> Opened:
        opened.append(release.date)
        return in_memory(release)

    client = create_app(vocabulary, Links(vocabulary.base), archive=archive, opener=opener).test_client()
    for _ in range(2):
        for day in archive.days:
            assert client.get(f"/releases/{day}/begreper").status_code == 200
    assert opened == list(archive.days)
    assert lengthy(f"/releases/{DAY}/begreper")


def many(archive: Archive, folder: Path, number: int) -> Archive:
    """So many releases, each of another record."""
    first = archive.get(archive.days[0]).folder
    for day in range(1, number + 1):
        made = shutil.copytree(first, folder / f"2026-02-{day:02}")
        changed = made / "record/concept/aerlighet.ttl"
        changed.write_text(changed.read_text("utf-8").replace('"honesty"', f'"honesty {day}"'), "utf-8")
    return Archive(folder)


def test_whoever_asks_for_every_release_in_turn_fills_no_memory(
    vocabulary: Vocabulary, archive: Archive, tmp_path: Path
) -> None:
    alive: list[weakref.ref[Store]] = []

    def opener(release: Release) -> Opened:
        opened = in_memory(release)
        alive.append(weakref.ref(opened.store))
        return opened

    all_of = many(archive, tmp_path, 12)
    client = create_app(vocabulary, Links(vocabulary.base), archive=all_of, opener=opener).test_client()
    for _ in range(2):
        for day in all_of.days:
            for path in ("begreper", "sok?q=pilot", "api/v1/concepts"):
                assert client.get(f"/releases/{day}/{path}").status_code == 200
    gc.collect()
    assert len(alive) == 24
    assert sum(each() is not None for each in alive) <= 5


def test_files_and_differences_of_every_release_in_turn_fill_no_memory(
    vocabulary: Vocabulary, archive: Archive, tmp_path: Path
) -> None:
    all_of = many(archive, tmp_path, 6)
    client = create_app(vocabulary, Links(vocabulary.base), archive=all_of).test_client()
    for day in all_of.days:
        for path in (
            *(f"releases/{day}/record.ttl", f"changes/ldes/{day}/1"),
            f"compare?from={all_of.days[0]}&to={day}&format=rdfp",
        ):
            assert client.get(f"/{path}").status_code == 200, path
    assert not any(each.edition._read for each in all_of)


def test_whoever_asks_for_every_release_in_turn_fills_no_disk(archive: Archive, tmp_path: Path) -> None:
    all_of = many(archive, tmp_path / "releases", 7)
    chosen = settings({"vocab": str(archive.get(DAY).record), "cache": str(tmp_path / "cache")}, {})
    for each in all_of:
        opened = opening.open_release(chosen, each)
        assert Vocabulary(opened.store, opened.base).get(f"{opened.base}concept/pilot").kind == "concept"
        del opened  # as a service does with those that it has no room for
        gc.collect()
    assert len(list((tmp_path / "cache/releases").glob("*/manifest.json"))) <= KEPT + 1


def test_a_release_that_is_damaged_is_told_of_and_tried_again(
    vocabulary: Vocabulary, archive: Archive
) -> None:
    tried: list[str] = []

    def opener(release: Release) -> Opened:
        tried.append(release.date)
        raise InvalidData(f"{release.date} is damaged")

    client = create_app(vocabulary, Links(vocabulary.base), archive=archive, opener=opener).test_client()
    for _ in range(2):
        answer = client.get(f"/releases/{DAY}/begreper", headers=IN_HTML)
        assert answer.status_code == 500
        assert f"as it was in the release of {DAY}" in answer.get_data(as_text=True)
    assert tried == [DAY, DAY]


def test_a_release_is_built_in_the_cache_and_read_from_there(archive: Archive, tmp_path: Path) -> None:
    chosen = settings({"vocab": str(archive.get(DAY).record), "cache": str(tmp_path)}, {})
    first, second = (opening.open_release(chosen, archive.get(DAY)) for _ in range(2))
    assert first.generation is not None
    assert first.generation == second.generation
    assert first.generation.folder.parent == tmp_path / "releases"
    assert first.store.generation == second.store.generation
    assert Vocabulary(first.store, first.base).get(f"{first.base}concept/apenhet").kind == "concept"


def test_where_the_cache_cannot_be_written_a_release_lies_among_temporary_files(
    archive: Archive, tmp_path: Path
) -> None:
    (tmp_path / "cache").write_text("in the way")
    chosen = settings({"vocab": str(archive.get(DAY).record), "cache": str(tmp_path / "cache")}, {})
    opened = opening.open_release(chosen, archive.get(DAY))
    assert opened.generation is not None
    assert opened.generation.folder.parents[1] == Path(tempfile.gettempdir())
    assert Vocabulary(opened.store, opened.base).get(f"{opened.base}concept/apenhet").kind == "concept"


def _slow(begun: Event, goes_on: Event) -> Callable[[str], str]:
    def make(name: str) -> str:
        begun.set()
        assert goes_on.wait(20)
        return name.upper()

    return make


def test_what_takes_long_is_made_once_for_all_who_ask() -> None:
    begun, goes_on = Event(), Event()
    shop = Workshop(_slow(begun, goes_on), room=2)
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(shop.get, "a") for _ in range(4)]
        assert begun.wait(20)
        goes_on.set()
        made = [each.result(20) for each in asked]
    assert made == ["A"] * 4
    assert all(each is made[0] for each in made)


def test_nobody_waits_for_ever_and_only_so_many_do() -> None:
    begun, goes_on = Event(), Event()
    shop = Workshop(_slow(begun, goes_on), room=2, patience=0.01, most=1)
    with pytest.raises(NotReady, match="being made ready"):
        shop.get("a")
    with pytest.raises(NotReady, match="others wait too"):
        shop.get("b")
    goes_on.set()
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            assert shop.get("a") == "A"
            break
        except NotReady:
            begun.wait(0.01)
    else:
        pytest.fail("what was being made was not made to the end")


def test_only_the_last_used_are_kept() -> None:
    made: list[str] = []

    def make(name: str) -> str:
        made.append(name)
        return name

    shop = Workshop(make, room=2)
    for name in ("a", "b", "a", "c", "a", "b"):
        shop.get(name)
    assert made == ["a", "b", "c", "b"]
