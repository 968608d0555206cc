"""Exports over HTTP."""

import gzip
import hashlib
import shutil
import tracemalloc
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, BinaryIO

import pytest
from flask.testing import FlaskClient
from tests.web.test_pages import Page

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

from fellesord.files import root
from fellesord.formats.registry import FEED, PREVIEW, exports, find
from fellesord.releases.archive import Archive
from fellesord.releases.exporting import released
from fellesord.store.embedded import EmbeddedStore
from fellesord.vocabulary.reading import Vocabulary
from fellesord.web import exporting
from fellesord.web.answers import LARGE, Answers, Request, settled
from fellesord.web.application import REMOTE, Service, create_app
from fellesord.web.links import Links
from fellesord.web.spool import Lying, Spool, Spooled


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


def test_an_unknown_file_is_404_and_says_which_there_are_the_nearest_first(
    client: FlaskClient, vocabulary: Vocabulary
) -> None:
    response = client.get("/export/skos.tl", headers={"Accept": "application/json"})
    said = response.get_json()
    assert (response.status_code, said["type"].rpartition("/")[2]) == (404, "unknown-export")
    assert said["there"][0] == "skos.ttl"
    assert sorted(said["there"]) == sorted(each.name for each in exports(vocabulary))
    shown = client.get("/export/skos.tl", headers={"Accept": "text/html"}).get_data(as_text=True)
    assert Page(shown).faults == []
    assert shown.index('href="/export/skos.ttl"') < shown.index('href="/export/graph.ttl"')


def test_the_list_has_files_for_people_first_with_size_and_day(
    client: FlaskClient, vocabulary: Vocabulary
) -> None:
    shown = client.get("/export/?lang=nb").get_data(as_text=True)
    assert Page(shown).faults == []
    people, programs = shown.index('id="exports-people"'), shown.index('id="exports-programs"')
    assert people < shown.index("concepts.xlsx") < shown.index("glossary.pdf") < programs
    assert programs < shown.index("skos-ap-no.ttl")
    listed = client.get("/export/", headers={"Accept": "application/json"}).get_json()["results"]
    for each in listed:
        assert each["byteSize"] == len(client.get(each["url"]).data), each["name"]
        assert each["modified"] == vocabulary.released


def test_the_size_of_what_is_not_made_in_time_is_not_known_yet(vocabulary: Vocabulary) -> None:
    files = exporting.Files(Service(vocabulary, Links(vocabulary.base)), Spool())
    assert files.size(None, "void.ttl", until=0.0) is None
    assert files.size(None, "void.ttl", until=monotonic() + 60) == len(
        find(vocabulary, "void.ttl").content(vocabulary)
    )


@pytest.mark.parametrize(
    ("size", "nb", "en"),
    [(999, "999 B", "999 B"), (1500, "1,5 kB", "1.5 kB"), (12_345_678, "12 MB", "12 MB")],
)
def test_a_size_is_written_as_people_write_it(size: int, nb: str, en: str) -> None:
    assert (exporting.written(size, "nb"), exporting.written(size, "en")) == (nb, en)


def test_a_file_is_written_once_and_sent_from_where_it_lies(tmp_path: Path) -> None:
    archive = Archive(root() / "exports" / "releases")
    vocabulary, name = released(archive.get(archive.days[-1])), "skos.nt"
    spool = Spool(tmp_path)
    answers = Answers(create_app(vocabulary, Links(vocabulary.base), spool=spool), "g", spool=spool)
    whole = find(vocabulary, name).content(vocabulary)
    assert len(whole) > LARGE
    first, second = (answers.fresh(Request("GET", f"/export/{name}", "", {})) for _ in range(2))
    assert first.file is not None
    assert (first.body, first.length, first.file) == (b"", len(whole), second.file)
    assert first.file.read_bytes() == whole
    packed = answers.fresh(Request("GET", f"/export/{name}", "", {"accept-encoding": "gzip"}))
    assert packed.file is not None
    assert gzip.decompress(packed.file.read_bytes()) == whole
    assert packed.length == packed.file.stat().st_size < len(whole)
    assert packed.header("etag") == f'{(first.header("etag") or "")[:-1]}-gzip"'
    first.file.unlink()
    assert answers.fresh(Request("GET", f"/export/{name}", "", {})).file == first.file
    assert first.file.read_bytes() == whole


def test_files_take_no_more_than_half_of_the_room_there_is(tmp_path: Path) -> None:
    spool = Spool(tmp_path, room=2**62)
    made = spool.made(lambda file: file.write(b"x"))
    assert made.path.read_bytes() == b"x"
    assert 0 < spool._room <= shutil.disk_usage(tmp_path).total // 2


@pytest.mark.parametrize("packing", ["identity", "gzip"])
def test_a_large_file_is_never_held_in_memory(tmp_path: Path, packing: str) -> None:
    spool, piece, times = Spool(tmp_path), bytes(range(256)) * 256, 500

    def write(file: BinaryIO) -> None:
        for _ in range(times):
            file.write(piece)

    def app(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "text/turtle"), ("ETag", '"x"')])
        return Lying(spool.made(write).path)

    tracemalloc.start()
    answer = Answers(app, "g", spool=spool).fresh(Request("GET", "/", "", {"accept-encoding": packing}))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2 * 1024 * 1024 < times * len(piece)
    assert answer.file is not None
    with gzip.open(answer.file) if packing == "gzip" else answer.file.open("rb") as file:
        assert sum(map(len, iter(lambda: file.read(65536), b""))) == times * len(piece)


@pytest.mark.parametrize(
    ("asked", "status", "wanted", "told"),
    [
        ("bytes=0-9", 206, slice(0, 10), "bytes 0-9/{size}"),
        ("bytes=-7", 206, slice(-7, None), None),
        ("bytes=5-", 206, slice(5, None), None),
        ("bytes=0-4,8-9", 200, slice(None), None),
        ("lines=1-2", 200, slice(None), None),
        ("bytes=9999999-", 416, slice(0, 0), "bytes */{size}"),
    ],
)
def test_a_part_of_a_file_may_be_asked_for(
    vocabulary: Vocabulary, asked: str, status: int, wanted: slice, told: str | None
) -> None:
    answers = Answers(create_app(vocabulary, Links(vocabulary.base)), "g")
    headers = {"range": asked}
    full = answers.fresh(Request("GET", "/export/skos.nt", "", headers))
    size = full.length
    part = settled(Request("GET", "/export/skos.nt", "", headers), full)
    assert (part.status, part.body, part.length) == (status, full.body[wanted], len(full.body[wanted]))
    if told:
        assert part.header("content-range") == told.format(size=size)
    other = {**headers, "if-range": '"of something else"'}
    assert settled(Request("GET", "/export/skos.nt", "", other), full).status == 200


def test_the_feed_is_that_of_the_last_release_and_the_preview_what_it_will_be(tmp_path: Path) -> None:
    archive = Archive(shutil.copytree(root() / "exports" / "releases", tmp_path / "exports" / "releases"))
    first, newest = archive.get(archive.days[0]), archive.get(archive.days[-1])
    now = released(first)  # as if the record had changed since the last release
    client = create_app(now, Links(now.base), archive=archive).test_client()
    feed, preview = (client.get(f"/export/{name}") for name in (FEED, PREVIEW))
    assert preview.data == find(now, PREVIEW).content(now)
    assert feed.data == find(released(newest), FEED).content(released(newest))
    assert feed.data != preview.data
    assert client.get(f"/releases/{first.date}/export/{FEED}").data == preview.data
    shutil.copy(root() / "exports" / FEED, tmp_path / "exports")
    client = create_app(now, Links(now.base), archive=archive).test_client()
    wrote = client.get(f"/export/{FEED}")
    assert wrote.headers["ETag"] == f'"{newest.manifest.exports[FEED].sha256[:32]}"'
    assert wrote.headers["Last-Modified"].startswith(
        datetime.fromisoformat(newest.date).strftime("%a, %d %b %Y")
    )
    assert hashlib.sha256(wrote.data).hexdigest() == newest.manifest.exports[FEED].sha256
    (tmp_path / "exports" / FEED).write_text("# of another record\n")
    client = create_app(now, Links(now.base), archive=archive).test_client()
    assert client.get(f"/export/{FEED}").data == feed.data


def test_a_file_of_what_may_change_unseen_is_made_each_time(
    store: EmbeddedStore, vocabulary: Vocabulary
) -> None:
    class Unnamed(Vocabulary):
        generation = REMOTE

    written: list[str] = []

    class Noted(Spool):
        def made(self, write: Callable[[BinaryIO], object]) -> Spooled:
            found = super().made(write)
            written.append(found.digest)
            return found

    app = create_app(Unnamed(store, vocabulary.base), Links(vocabulary.base), spool=Noted())
    for _ in range(2):
        app.test_client().get("/export/void.ttl")
    assert len(written) == 2
    assert len(set(written)) == 1


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
