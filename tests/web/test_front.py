"""The front: limits, refusals, large answers, and what observers are told, without a socket."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fellesord.errors import StoreError
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Sources
from fellesord.vocabulary.reading import Vocabulary
from fellesord.web.answers import LARGE, Answers
from fellesord.web.application import create_app
from fellesord.web.front import Front, Limits, pause
from fellesord.web.links import Links
from fellesord.web.observing import Answered
from fellesord.web.spool import Spool

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


@dataclass
class Sent:
    """What a client got."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    file: str | None = None


class Head:
    def __init__(self, headers: dict[str, str]) -> None:
        self._headers = headers

    def items(self) -> Sequence[tuple[str, str]]:
        return list(self._headers.items())


@dataclass
class Asked:
    """A request's head, as RSGI gives it."""

    method: str = "GET"
    path: str = "/"
    query_string: str = ""
    authority: str | None = None
    client: str = "127.0.0.1:1"
    headers: Head = field(default_factory=lambda: Head({}))


class Connection:
    """A request's body in chunks, ``None`` for a client that stalls; and what is sent back."""

    def __init__(self, chunks: Iterable[bytes | None] = ()) -> None:
        self._chunks = list(chunks)
        self.sent = Sent()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self._chunks:
            if chunk is None:
                await asyncio.Event().wait()
            else:
                yield chunk

    async def client_disconnect(self) -> None:
        await asyncio.Event().wait()

    def response_empty(self, status: int, headers: list[tuple[str, str]]) -> None:
        self.sent = Sent(status, dict(headers))

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.sent = Sent(status, dict(headers), body)

    def response_file(self, status: int, headers: list[tuple[str, str]], file: str) -> None:
        self.sent = Sent(status, dict(headers), Path(file).read_bytes(), file)

    def response_file_range(
        self, status: int, headers: list[tuple[str, str]], file: str, start: int, end: int
    ) -> None:
        self.sent = Sent(status, dict(headers), Path(file).read_bytes()[start:end], file)


def ask(front: Front, asked: Asked, *chunks: bytes | None) -> Sent:
    connection = Connection(chunks)
    asyncio.run(front.__rsgi__(asked, connection))
    return connection.sent


@pytest.fixture
def answers(vocabulary: Vocabulary) -> Answers:
    return Answers(create_app(vocabulary, Links(vocabulary.base)), vocabulary.generation)


def refused(sent: Sent) -> tuple[int, str]:
    assert sent.headers["content-type"] == "application/problem+json"
    problem = json.loads(sent.body)
    assert problem["status"] == sent.status
    return sent.status, problem["detail"]


def test_an_answer_has_its_length_and_an_id(answers: Answers) -> None:
    sent = ask(Front(lambda: answers), Asked(path="/doc/concept/samskaping.ttl"))
    assert sent.status == 200
    assert sent.headers["content-length"] == str(len(sent.body))
    assert len(sent.headers["x-request-id"]) == 32
    head = ask(Front(lambda: answers), Asked("HEAD", "/doc/concept/samskaping.ttl"))
    assert (head.body, head.headers["content-length"]) == (b"", sent.headers["content-length"])


def test_a_proxys_id_is_kept_when_it_is_well_formed(answers: Answers) -> None:
    given = Asked(headers=Head({"x-request-id": "abc-12345"}))
    assert ask(Front(lambda: answers), given).headers["x-request-id"] == "abc-12345"
    forged = Asked(headers=Head({"x-request-id": 'x" evil'}))
    assert ask(Front(lambda: answers), forged).headers["x-request-id"] != 'x" evil'


def test_addresses_and_headers_have_limits(answers: Answers) -> None:
    front = Front(lambda: answers, limits=Limits(address=100, headers=200))
    assert refused(ask(front, Asked(query_string="x" * 200)))[0] == 414
    assert refused(ask(front, Asked(headers=Head({"x": "y" * 300}))))[0] == 431


def post(length: int | str | None = None) -> Asked:
    headers = {"content-type": "application/json", "accept": "application/json"}
    if length is not None:
        headers["content-length"] = str(length)
    return Asked("POST", "/lookup", headers=Head(headers))


def test_a_body_is_read_in_chunks(answers: Answers) -> None:
    sent = ask(
        Front(lambda: answers), post(), b'{"uris": ["https://fellesord', b'.example/id/concept/pilot"]}'
    )
    assert (sent.status, json.loads(sent.body)["total"]) == (200, 1)


@pytest.mark.parametrize(
    ("length", "chunks"), [(11, ()), ("9" * 40, ()), (None, (b"x" * 6, b"y" * 6)), (5, (b"x" * 11,))]
)
def test_a_body_that_is_too_large_is_413(
    answers: Answers, length: int | str | None, chunks: tuple[bytes, ...]
) -> None:
    front = Front(lambda: answers, limits=Limits(body=10))
    status, detail = refused(ask(front, post(length), *chunks))
    assert (status, "10 bytes" in detail) == (413, True)


@pytest.mark.parametrize(
    ("languages", "query", "said"),
    [("nn", "", "Vi tek imot opptil 1,5 MB om gongen."), ("en", "lang=nb", "Vi tar imot opptil")],
)
def test_who_asks_for_a_page_is_refused_with_one_in_their_language(
    answers: Answers, languages: str, query: str, said: str
) -> None:
    asked = {"content-length": "3000000", "accept": "text/html,*/*;q=0.8", "accept-language": languages}
    front = Front(lambda: answers, limits=Limits(body=1_500_000), prefix="/f")
    sent = ask(front, Asked("POST", "/sjekk-tekst", query_string=query, headers=Head(asked)))
    page = sent.body.decode()
    assert (sent.status, sent.headers["content-type"]) == (413, "text/html; charset=utf-8")
    assert said in page
    assert f'<html lang="{sent.headers["content-language"]}"' in page
    assert 'href="/f/"' in page


def test_a_body_that_does_not_arrive_is_408(answers: Answers) -> None:
    front = Front(lambda: answers, limits=Limits(body_seconds=0.01))
    assert refused(ask(front, post(100), b"{", None))[0] == 408


def test_only_named_hosts_are_answered(answers: Answers) -> None:
    front = Front(lambda: answers, hosts=("ord.example",))
    assert ask(front, Asked(headers=Head({"host": "ord.example:8000"}))).status == 200
    assert ask(front, Asked(headers=Head({"host": "ORD.example"}))).status == 200
    assert ask(front, Asked(authority="ord.example")).status == 200
    assert refused(ask(front, Asked(headers=Head({"host": "evil.example"}))))[0] == 421
    assert refused(ask(front, Asked()))[0] == 421


def test_a_prefix_of_the_proxy_is_taken_off(vocabulary: Vocabulary) -> None:
    links = Links(vocabulary.base, "https://host.example/ord")
    front = Front(lambda: Answers(create_app(vocabulary, links), "g"), prefix=links.prefix)
    for path in ("/ord/id/concept/pilot", "/id/concept/pilot"):
        sent = ask(front, Asked(path=path))
        assert (sent.status, sent.headers["location"]) == (303, "https://host.example/ord/doc/concept/pilot")


def test_a_large_answer_is_made_once_and_leaves_as_one_file(tmp_path: Path) -> None:
    body = b"x" * (LARGE + 1)
    made = []

    def large(environ: object, start_response: object) -> list[bytes]:
        made.append(1)
        start_response("200 OK", [("Content-Type", "text/plain")])  # type: ignore[operator]  # it is WSGI's
        return [body]

    told: list[Answered] = []
    front = Front(lambda: Answers(large, "g", spool=Spool(tmp_path)), observers=[told.append])
    connections = [Connection() for _ in range(20)]

    async def all_at_once() -> None:
        await asyncio.gather(*(front.__rsgi__(Asked(), each) for each in connections))
        await front.__rsgi__(Asked(), connections[0])

    asyncio.run(all_at_once())
    assert {each.sent.body for each in connections} == {body}
    assert {each.size for each in told} == {len(body)}
    assert len({each.sent.file for each in connections}) == len(made) == 1
    Path(str(connections[0].sent.file)).unlink()
    assert ask(front, Asked()).body == body
    assert len(made) == 2


def test_observers_hear_of_every_answer_and_of_nobody(answers: Answers) -> None:
    told: list[Answered] = []
    front = Front(lambda: answers, observers=[told.append])
    ask(front, Asked(path="/doc/concept/samskaping.ttl", query_string="secret=1"))
    ask(front, Asked(path="/doc/concept/samskaping.ttl", query_string="secret=1"))
    ask(front, Asked(path="/nowhere"))
    assert [(t.surface, t.status, t.cached) for t in told] == [
        ("doc", 200, False),
        ("doc", 200, True),
        ("other", 404, False),
    ]
    assert all("secret" not in str(t) for t in told)


def test_new_data_is_answered_from_the_next_request_on(twelve: Path, small_record: Path) -> None:
    folders = {"a": twelve, "b": small_record}
    current = ["a"]

    def make() -> Answers:
        store = EmbeddedStore.build(Sources(folders[current[0]]))
        vocabulary = Vocabulary(store, store.manifest.base)
        return Answers(create_app(vocabulary, Links(vocabulary.base)), vocabulary.generation)

    front = Front(make, current=lambda: current[0])
    asked = Asked(path="/doc/concept/samskaping.ttl")
    assert [ask(front, asked).status, ask(front, asked).status] == [200, 200]
    current[0] = "b"
    assert ask(front, asked).status == 200
    asyncio.run(front.catch_up())
    assert ask(front, asked).status == 404
    assert ask(front, Asked(path="/doc/concept/x.ttl")).status == 200


def test_data_that_cannot_be_opened_leaves_the_old_in_place(answers: Answers) -> None:
    current = ["a"]

    def make() -> Answers:
        if current[0] == "b":
            raise StoreError("damaged")
        return answers

    front = Front(make, current=lambda: current[0])
    current[0] = "b"
    asyncio.run(front.catch_up())
    assert ask(front, Asked(path="/doc/concept/samskaping.ttl")).status == 200


def test_new_data_that_cannot_be_opened_is_looked_for_less_and_less_often() -> None:
    pauses = [pause(failures) for failures in range(12)]
    assert pauses[0] == 0.25
    assert pauses == sorted(pauses)
    assert pauses[-1] == pause(10_000) == 60.0


def test_lookups_do_not_wait_for_what_takes_long() -> None:
    released = threading.Event()

    def app(environ: "WSGIEnvironment", start: "StartResponse") -> list[bytes]:
        if environ["PATH_INFO"].startswith("/sjekk"):
            released.wait(20)
        start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
        return [b"ok"]

    front = Front(lambda: Answers(app, "g"))

    async def scene() -> Sent:
        asked = [Asked("POST", "/sjekk") for _ in range(8)]
        long = [asyncio.ensure_future(front.__rsgi__(each, Connection())) for each in asked]
        await asyncio.sleep(0)
        quick = Connection()
        await asyncio.wait_for(front.__rsgi__(Asked(path="/doc/concept/x"), quick), 10)
        released.set()
        await asyncio.gather(*long)
        return quick.sent

    assert asyncio.run(scene()).body == b"ok"
