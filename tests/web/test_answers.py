"""Answers: the cache is never wrong, conditions and HEAD follow from the one full answer."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import WriteRecord

from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Sources
from fellesord.vocabulary.reading import Vocabulary
from fellesord.web.answers import LARGE, Answer, Answers, Request, settled
from fellesord.web.application import create_app
from fellesord.web.links import Links


def application(folder: Path) -> tuple[Flask, str]:
    store = EmbeddedStore.build(Sources(folder))
    return create_app(Vocabulary(store, store.manifest.base), Links(store.manifest.base)), store.generation


@pytest.fixture(scope="module")
def app(twelve: Path) -> tuple[Flask, str]:
    return application(twelve)


@pytest.fixture
def answers(app: tuple[Flask, str]) -> Answers:
    return Answers(*app)


def ask(answers: Answers, path: str, method: str = "GET", query: str = "", **headers: str) -> Answer:
    """What the front does: the remembered answer, else a fresh one that is then kept."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = Request(method, path, query, named)
    if (kept := answers.cached(request)) is not None:
        return kept
    full = answers.fresh(request)
    answers.keep(request, full)
    return settled(request, full)


def without_id(answer: Answer) -> tuple[object, ...]:
    return (answer.status, answer.headers, answer.body, answer.length)


PATHS = st.sampled_from(
    [
        "/", "/doc/concept/samskaping", "/doc/concept/samarbeid", "/doc/concept/trukket", "/doc/concept/ukjent",
        "/doc/concept/samskaping.ttl", "/doc/concept/samskaping.json", "/doc/county/fjordland", "/id/concept/pilot",
        "/id/concept/ukjent", "/doc/scheme/utfall", "/ns", "/ns.ttl", "/lookup", "/health", "/static/fellesord.css",
        "/problems/not-found", "/doc/concept/samskaping.pdf", "/nowhere", "/doc/indicator/andel-ja",
    ]
)  # fmt: skip
QUERIES = st.sampled_from(
    [
        "", "lang=nn", "lang=en", "lang=no", "lang=xx", "n=1", "uri=http://vocabulary.example/co-creation",
        "uri=https://fellesord.example/id/concept/pilot&uri=http://nowhere.example/", "format=ttl",
        "uri=http://vocabulary.example/co-creation&format=nt",
    ]
)  # fmt: skip
ACCEPTS = st.sampled_from(
    [
        None, "*/*", "text/html", "text/turtle", "application/ld+json", "application/json", "application/rdf+xml",
        "application/n-triples", "image/png", "text/*;q=0.3, application/json;q=0.2", "text/turtle;q=0, */*",
    ]
)  # fmt: skip
LANGUAGES = st.sampled_from([None, "nb", "nn-NO, en;q=0.5", "en-GB", "se, nn;q=0.1", "de"])
CODINGS = st.sampled_from([None, "gzip", "br, gzip;q=0.5", "gzip;q=0", "identity", "*"])
METHODS = st.sampled_from(["GET", "GET", "GET", "HEAD"])
REQUESTS = st.builds(
    lambda method, path, query, accept, language, coding: Request(
        method,
        path,
        query,
        {
            k: v
            for k, v in {"accept": accept, "accept-language": language, "accept-encoding": coding}.items()
            if v is not None
        },
    ),
    METHODS, PATHS, QUERIES, ACCEPTS, LANGUAGES, CODINGS,
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(REQUESTS, min_size=1, max_size=12))
def test_the_cache_changes_no_answer(app: tuple[Flask, str], requests: list[Request]) -> None:
    remembering, forgetful = Answers(*app), Answers(*app, room=0)
    for request in [*requests, *requests]:
        kept = remembering.cached(request)
        full = forgetful.fresh(request)
        fresh = settled(request, full)
        remembering.keep(request, full)
        assert forgetful.cached(request) is None
        if kept is not None:
            assert without_id(kept) == without_id(fresh)


def test_what_was_asked_before_comes_from_the_cache(answers: Answers) -> None:
    assert not ask(answers, "/doc/concept/samskaping", accept="text/turtle").cached
    assert ask(answers, "/doc/concept/samskaping", accept="text/turtle").cached
    assert ask(answers, "/doc/concept/samskaping", accept="text/turtle;q=0.9").cached
    assert not ask(answers, "/doc/concept/samskaping", accept="text/html").cached


def test_another_generation_never_answers_with_the_old_one(small_record: Path) -> None:
    before = Answers(*application(small_record))
    old = ask(before, "/doc/concept/x.ttl")
    document = small_record / "concept/x.ttl"
    document.write_text(document.read_text().replace('"x"', '"y"'))
    after = Answers(*application(small_record))
    after._kept = before._kept
    new = ask(after, "/doc/concept/x.ttl")
    assert b'"y"@nb' in new.body
    assert old.header("etag") != new.header("etag")


@pytest.mark.parametrize("path", ["/health", "/doc/concept/ukjent", "/nowhere"])
def test_what_may_change_or_is_not_there_is_not_remembered(answers: Answers, path: str) -> None:
    ask(answers, path)
    assert not ask(answers, path).cached or path == "/health"


def test_the_cache_stays_within_its_room(app: tuple[Flask, str]) -> None:
    answers = Answers(*app, room=60_000)
    for number in range(60):
        ask(answers, "/doc/concept/samskaping.ttl", query=f"n={number}")
    assert 0 < answers._size <= 60_000
    assert answers._size == pytest.approx(sum(answer.length for answer in answers._kept.values()), rel=2)
    assert ask(answers, "/doc/concept/samskaping.ttl", query="n=59").cached
    assert not ask(answers, "/doc/concept/samskaping.ttl", query="n=0").cached


def test_nothing_large_is_remembered() -> None:
    def large(environ: object, start_response: object) -> Iterator[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])  # type: ignore[operator]  # it is WSGI's
        yield b"x" * (LARGE + 1)

    answers = Answers(large, "g")
    ask(answers, "/")
    assert not ask(answers, "/").cached


def test_head_has_the_headers_of_get_and_no_body(answers: Answers) -> None:
    get = ask(answers, "/doc/concept/samskaping.ttl")
    head = ask(answers, "/doc/concept/samskaping.ttl", method="HEAD")
    assert head.body == b""
    assert (head.status, head.headers, head.length) == (get.status, get.headers, get.length)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"if_none_match": "{etag}"}, 304),
        ({"if_none_match": 'W/{etag}, "x"'}, 304),
        ({"if_none_match": "*"}, 304),
        ({"if_none_match": '"x"'}, 200),
        ({"if_none_match": '"x"', "if_modified_since": "Mon, 01 Jan 2035 00:00:00 GMT"}, 200),
        ({"if_modified_since": "{modified}"}, 304),
        ({"if_modified_since": "Mon, 01 Jan 2001 00:00:00 GMT"}, 200),
        ({"if_modified_since": "yesterday"}, 200),
    ],
)
def test_conditions_are_settled_as_rfc_9110_says(
    answers: Answers, headers: dict[str, str], status: int
) -> None:
    full = ask(answers, "/doc/concept/samskaping.ttl")
    values = {"etag": full.header("etag"), "modified": full.header("last-modified")}
    filled = {name: value.format(**values) for name, value in headers.items()}
    for _ in range(2):
        answer = ask(answers, "/doc/concept/samskaping.ttl", **filled)
        assert answer.status == status
        assert (answer.body == b"") is (status == 304)
        assert answer.header("etag") == full.header("etag")


def test_a_tag_is_a_hash_of_the_bytes_and_so_equal_everywhere(app: tuple[Flask, str], twelve: Path) -> None:
    paths = ["/doc/concept/samskaping.ttl", "/doc/concept/samskaping.html", "/static/fellesord.css", "/"]
    here, there = Answers(*app), Answers(*application(twelve))
    for path in paths:
        assert (ask(here, path).header("etag") or "").startswith('"')
        assert ask(here, path).header("etag") == ask(there, path).header("etag")


def test_last_modified_is_the_things_own_day_else_the_release(answers: Answers) -> None:
    own = ask(answers, "/doc/scheme/prove.ttl").header("last-modified")
    release = ask(answers, "/doc/concept/samskaping.ttl").header("last-modified")
    assert own == "Sat, 01 Jun 2024 00:00:00 GMT"
    assert release == "Sat, 01 Jun 2024 00:00:00 GMT"


def test_a_redirect_keeps_no_condition(answers: Answers) -> None:
    assert ask(answers, "/id/concept/pilot", if_none_match="*").status == 303


def test_records_without_dates_have_no_last_modified(write_record: WriteRecord, small_record: Path) -> None:
    assert ask(Answers(*application(small_record)), "/doc/concept/x.ttl").header("last-modified") is None


def test_text_is_packed_for_those_who_take_it(answers: Answers) -> None:
    for path in ("/", "/static/vendor/designsystemet.css", "/doc/concept/samskaping"):
        plain = ask(answers, path)
        small = ask(answers, path, accept_encoding="br, gzip")
        assert gzip.decompress(small.body) == plain.body
        assert small.header("content-encoding") == "gzip"
        assert small.length < plain.length / 2
        assert small.header("etag") != plain.header("etag")
        for answer in (plain, small):
            assert "Accept-Encoding" in (answer.header("vary") or "")
        tag = small.header("etag") or ""
        assert ask(answers, path, accept_encoding="gzip", if_none_match=tag).status == 304


def test_what_is_short_or_refused_is_sent_as_it_is(answers: Answers) -> None:
    for path, coding in (("/health", "gzip"), ("/", "gzip;q=0"), ("/", "br")):
        assert ask(answers, path, accept_encoding=coding).header("content-encoding") is None


def test_the_first_load_of_a_page_is_small(answers: Answers) -> None:
    parts = (
        "/static/vendor/designsystemet.css",
        "/static/fellesord.css",
        "/static/fellesord.js",
        "/static/mark.svg",
    )
    shared = sum(ask(answers, path, accept_encoding="gzip").length for path in parts)
    for path in ("/", "/begreper", "/doc/concept/samarbeid", "/sok", "/sjekk", "/api"):
        assert shared + ask(answers, path, accept_encoding="gzip", accept="text/html").length <= 100_000
