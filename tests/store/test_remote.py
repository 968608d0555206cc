"""The remote store against endpoints that misbehave, each in the way its test scripts."""

import gc
import inspect
import socket
import ssl
import threading
import time
import urllib.error
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http import client

import pyoxigraph as ox
import pytest
from SPARQLWrapper import SPARQLExceptions
from tests.store.scripted import (
    CONSTRUCT,
    JSON,
    ONE,
    SELECT,
    TRIPLES,
    Serve,
    Step,
    Time,
    raw,
    reply,
    reset,
    store_at,
    trickle,
)

from fellesord.errors import (
    FellesordError,
    InvalidQuery,
    InvalidSetting,
    StoreError,
    StoreOverflow,
    StoreRefused,
    StoreTimeout,
    StoreUnavailable,
)
from fellesord.store.client import Endpoint
from fellesord.store.remote import RemoteStore
from fellesord.store.wire import translated


def test_select_gives_the_terms_and_leaves_out_unbound_variables(serve: Serve, time_: Time) -> None:
    server = serve(reply(200, ONE, JSON))
    store = store_at(Endpoint(server.url, graph="http://graph.example/æ"), time_)

    assert store.select(SELECT) == [{"a": ox.Literal("æ", language="nb")}]
    assert store.generation == "g1"
    (request,) = server.requests
    assert request.method == "GET"
    assert request.parameters == {
        "query": [SELECT],
        "default-graph-uri": ["http://graph.example/æ"],
    }
    assert request.headers["accept"].startswith("application/sparql-results+json")
    assert "authorization" not in request.headers


def test_construct_gives_each_triple_once(serve: Serve, time_: Time) -> None:
    line = '<http://a.example/> <http://b.example/> "æ\\n\\"" .\n'.encode()
    server = serve(reply(200, line * 3, TRIPLES))

    (triple,) = store_at(Endpoint(server.url), time_).construct(CONSTRUCT)

    assert triple.object == ox.Literal('æ\n"')
    assert server.requests[0].headers["accept"].startswith("application/n-triples")


def test_chunked_answer_is_put_together(serve: Serve, time_: Time) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n"
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (ONE[:40], ONE[40:], b""))
    server = serve(raw(head + chunks))

    assert len(store_at(Endpoint(server.url), time_).select(SELECT)) == 1


@pytest.mark.parametrize(
    "query",
    [
        "PREFIX x: <http://e.example/#> # DELETE\nSELECT ?a WHERE { ?a ?b ?c }",
        "# DELETE\n#INSERT\rSELECT ?a WHERE { ?a ?b ?c }",
        "base <http://e.example/DELETE> prefix insert: <#> select ?a where { ?a insert:x ?c }",
        'SELECT ?a WHERE { ?a ?b "; DELETE WHERE { ?a ?b ?c }" }',
    ],
)
def test_query_that_mentions_an_update_is_sent_as_a_query(query: str, serve: Serve, time_: Time) -> None:
    server = serve(reply(200, ONE, JSON), reply(200, ONE, JSON))
    store = store_at(Endpoint(server.url), time_)

    assert store.select(query)
    assert store.select(query + "#" * 3000)
    short, long = server.requests
    assert short.parameters == {"query": [query]}
    assert long.parameters == {"query": [query + "#" * 3000]}


@pytest.mark.parametrize(
    "text",
    [
        "DELETE WHERE { ?a ?b ?c }",
        "PREFIX select: <http://e.example/> # SELECT\nINSERT DATA { select:a select:b 1 }",
        "CLEAR ALL",
        "ASK { ?a ?b ?c }",
        "",
        "PREFIX x: <http://e.example/>",
        "PREFIX x: <http://e.example/> " * 20_000,
        "#" * 100_000,
    ],
)
def test_what_is_no_read_of_the_right_form_is_not_sent(text: str, serve: Serve, time_: Time) -> None:
    server = serve()
    store = store_at(Endpoint(server.url), time_)

    for read, query in ((store.select, text), (store.construct, text), (store.select, CONSTRUCT)):
        with pytest.raises(InvalidQuery, match="not a "):
            read(query)
    with pytest.raises(InvalidQuery, match="not a CONSTRUCT or DESCRIBE query"):
        store.construct(SELECT)
    assert server.requests == []


def test_query_that_is_not_unicode_is_not_sent(serve: Serve, time_: Time) -> None:
    server = serve()

    with pytest.raises(InvalidQuery, match="Unicode"):
        store_at(Endpoint(server.url), time_).select("SELECT * { ?a ?b '\ud800' }")
    assert server.requests == []


def test_query_too_long_for_a_url_is_posted_as_a_form(serve: Serve, time_: Time) -> None:
    server = serve(reply(200, ONE, JSON), reply(200, ONE, JSON))
    store = store_at(Endpoint(server.url, graph="http://graph.example/"), time_)
    start = f"{SELECT} #"
    store.select(start)
    room = 2000 - len(f"{server.origin}{server.requests[0].target}")
    server.then(reply(200, ONE, JSON))

    store.select(start + "x" * room)
    store.select(start + "x" * (room + 1))

    _, short, long = server.requests
    assert (short.method, len(f"{server.origin}{short.target}")) == ("GET", 2000)
    assert (long.method, long.target) == ("POST", "/sparql")
    assert long.headers["content-type"] == "application/x-www-form-urlencoded"
    assert long.parameters == short.parameters | {"query": [start + "x" * (room + 1)]}


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize(
    ("start", "piece"),
    [
        (HEAD + b"Content-Length: 1000000\r\n\r\n", b" "),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"0"),
        (HEAD + b"\r\n", b" "),
        (HEAD + b"X: ", b"x"),
        (b"", b"H"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"", b""),
    ],
    ids=["body", "chunks", "chunk-size", "no-length", "header", "status", "continue", "silence"],
)
def test_answer_that_trickles_is_cut_at_the_deadline(start: bytes, piece: bytes, serve: Serve) -> None:
    server = serve()
    server.then(trickle(server, start, piece))
    began = time.monotonic()

    with pytest.raises(StoreTimeout):
        RemoteStore(Endpoint(server.url, deadline=0.2), "g1").select(SELECT)

    assert 0.15 < time.monotonic() - began < 2
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "start",
    [
        HEAD + b"Content-Length: 10001\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n1000000\r\n",
        HEAD + b"\r\n",
    ],
    ids=["length", "chunked", "no-length"],
)
def test_answer_above_the_limit_is_not_read_to_its_end(start: bytes, serve: Serve, time_: Time) -> None:
    server = serve()
    server.then(trickle(server, start, b" " * 2000, pause=0))

    with pytest.raises(StoreOverflow, match="10000 bytes"):
        store_at(Endpoint(server.url, max_bytes=10_000), time_).select(SELECT)
    assert len(server.requests) == 1


def test_answer_of_exactly_the_limit_is_read(serve: Serve, time_: Time) -> None:
    server = serve(reply(200, ONE, JSON))

    assert store_at(Endpoint(server.url, max_bytes=len(ONE)), time_).select(SELECT)


def test_retry_after_seconds_are_waited_for(serve: Serve, time_: Time) -> None:
    server = serve(reply(503, b"", {"Retry-After": "7"}), reply(200, ONE, JSON))

    assert store_at(Endpoint(server.url), time_).select(SELECT)
    assert len(server.requests) == 2
    (pause,) = time_.slept
    assert 7 <= pause <= 8


@pytest.mark.parametrize(("ahead", "least"), [(8, 6), (-100, 0)])
def test_retry_after_date_is_waited_for(ahead: int, least: int, serve: Serve, time_: Time) -> None:
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=ahead), usegmt=True)
    server = serve(reply(503, b"", {"Retry-After": until}), reply(200, ONE, JSON))

    assert store_at(Endpoint(server.url), time_).select(SELECT)
    (pause,) = time_.slept
    assert least <= pause <= max(ahead, 0) + 1


@pytest.mark.parametrize("nonsense", ["soon", "-1", "1e9", "nan", "99999999999999999999", "٣"])
def test_retry_after_that_says_nothing_is_passed_over(nonsense: str, serve: Serve, time_: Time) -> None:
    server = serve(
        raw(f"HTTP/1.1 503 No\r\nContent-Length: 0\r\nRetry-After: {nonsense}\r\n\r\n".encode()),
        reply(200, ONE, JSON),
    )

    assert store_at(Endpoint(server.url), time_).select(SELECT)
    assert sum(time_.slept) < 1


def test_retry_after_beyond_the_deadline_is_reported_at_once(serve: Serve, time_: Time) -> None:
    server = serve(reply(503, b"closed for repair", {"Retry-After": "3600"}))

    with pytest.raises(StoreUnavailable, match="HTTP 503: closed for repair") as caught:
        store_at(Endpoint(server.url), time_).select(SELECT)

    assert caught.value.retry_after == 3600
    assert len(server.requests) == 1
    assert time_.slept == []


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_busy_store_is_asked_as_often_as_set_and_ever_later(status: int, serve: Serve, time_: Time) -> None:
    server = serve(*[reply(status)] * 9)

    with pytest.raises(StoreUnavailable, match=f"HTTP {status}") as caught:
        store_at(Endpoint(server.url, attempts=4), time_).select(SELECT)

    assert caught.value.retry_after is None
    assert len(server.requests) == 4
    assert len(time_.slept) == 3
    assert time_.slept == sorted(time_.slept)


def test_attempts_stop_before_the_deadline(serve: Serve, time_: Time) -> None:
    server = serve(*[reply(503)] * 99)

    with pytest.raises(StoreUnavailable):
        store_at(Endpoint(server.url, attempts=1000, deadline=5), time_).select(SELECT)

    assert time_.now < 1005
    assert len(server.requests) == len(time_.slept) + 1


@pytest.mark.parametrize(
    "broken",
    [
        reset,
        raw(b""),
        raw(HEAD + b"Content-Length: 1000\r\n\r\n{"),
        raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n20\r\n{"),
        raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"),
    ],
    ids=["reset", "closed", "short", "short-chunk", "no-last-chunk"],
)
def test_broken_connection_is_followed_by_another(broken: Step, serve: Serve, time_: Time) -> None:
    server = serve(broken, reply(200, ONE, JSON), broken, reply(200, ONE, JSON))
    store = store_at(Endpoint(server.url), time_)

    assert store.select(SELECT)
    assert store.select(SELECT + "#" * 3000)
    assert [request.method for request in server.requests] == ["GET", "GET", "POST", "POST"]
    assert len(time_.slept) == 2


def test_nobody_listening_is_unavailable(time_: Time) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]

    with pytest.raises(StoreUnavailable, match="cannot be reached") as caught:
        store_at(Endpoint(f"http://127.0.0.1:{port}/"), time_).select(SELECT)

    assert isinstance(caught.value.__cause__, ConnectionRefusedError)
    assert len(time_.slept) == 2


def test_every_address_of_a_host_is_tried(serve: Serve, time_: Time) -> None:
    server = serve(reply(200, ONE, JSON))

    url = server.url.replace("127.0.0.1", "localhost")  # often ::1 first, where nobody listens
    assert store_at(Endpoint(url), time_).select(SELECT)


@pytest.mark.parametrize("status", [307, 308])
@pytest.mark.parametrize("padding", ["", "#" * 3000], ids=["get", "post"])
def test_redirect_on_the_origin_keeps_method_body_and_credentials(
    status: int, padding: str, serve: Serve, time_: Time
) -> None:
    server = serve(reply(status, b"", {"Location": "../moved?x=1"}), reply(200, ONE, JSON))

    store_at(Endpoint(server.url, token="t0k3n"), time_).select(SELECT + padding)

    first, second = server.requests
    assert second.target == "/moved?x=1"
    assert (second.method, second.body) == (first.method, first.body)
    assert second.headers == first.headers
    assert second.headers["authorization"] == "Bearer t0k3n"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("padding", ["", "#" * 3000], ids=["get", "post"])
def test_other_origin_never_hears_of_the_request(
    status: int, padding: str, serve: Serve, time_: Time
) -> None:
    other = serve(reply(200, ONE, JSON))
    server = serve(reply(status, b"", {"Location": other.url}))
    store = store_at(Endpoint(server.url, user="kari", password="p4ss"), time_)

    with pytest.raises(StoreRefused, match=f"HTTP {status}, a redirect to {other.url}"):
        store.select(SELECT + padding)

    assert len(server.requests) == 1
    assert other.requests == []


@pytest.mark.parametrize("location", ["file:///etc/passwd", "https://127.0.0.1/", "http://localhost/", "//["])
def test_redirect_to_what_is_no_place_on_the_origin_is_refused(
    location: str, serve: Serve, time_: Time
) -> None:
    server = serve(reply(307, b"", {"Location": location}))

    with pytest.raises(StoreError) as caught:
        store_at(Endpoint(server.url), time_).select(SELECT)
    assert not isinstance(caught.value, StoreUnavailable)
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 304])
def test_redirect_that_may_change_the_method_is_refused(status: int, serve: Serve, time_: Time) -> None:
    server = serve(reply(status, b"", {"Location": "/other"}))

    with pytest.raises(StoreRefused, match=f"HTTP {status}"):
        store_at(Endpoint(server.url), time_).select(SELECT)
    assert len(server.requests) == 1


def test_redirects_without_end_are_refused(serve: Serve, time_: Time) -> None:
    server = serve(*[reply(307, b"", {"Location": "/again"})] * 99)

    with pytest.raises(StoreRefused, match="without end"):
        store_at(Endpoint(server.url), time_).select(SELECT)
    assert len(server.requests) < 10


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, InvalidQuery),
        (401, StoreRefused),
        (403, StoreRefused),
        (404, StoreRefused),
        (406, StoreRefused),
        (414, StoreRefused),
        (500, StoreError),
        (501, StoreError),
        (204, StoreError),
        (206, StoreTimeout),
    ],
)
def test_status_becomes_an_error_with_the_start_of_the_body(
    status: int, error: type[FellesordError], serve: Serve, time_: Time
) -> None:
    server = serve(reply(status, b"because\r\n  " + b"x" * 1000))

    with pytest.raises(FellesordError) as caught:
        store_at(Endpoint(server.url), time_).construct(CONSTRUCT)

    assert type(caught.value) is error
    text = "" if status == 204 else f"because {'x' * 192}"
    hint = " (FELLESORD_STORE_USER and FELLESORD_STORE_PASSWORD, or FELLESORD_STORE_TOKEN, let in)"
    assert str(caught.value) == f"the store answered HTTP {status}: {text}{hint if status == 401 else ''}"
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"<html>Log in</html>", {"Content-Type": "text/html"}),
        (b"<html>Log in</html>", JSON),
        (b"<html>Log in</html>", TRIPLES),
        (b"{}", JSON),
        (b"", JSON),
        (ONE[:-1], JSON),
        (b'{"head":{},"boolean":true}', JSON),
        (b"\x1f\x8b\x08", {**JSON, "Content-Encoding": "gzip"}),
        (ONE, {"Content-Type": "text/csv"}),
        (b"<http://a.example/> <http://b.example/> ", TRIPLES),
        (b"\xff", {}),
    ],
)
def test_answer_in_another_form_is_an_error(
    body: bytes, headers: Mapping[str, str], serve: Serve, time_: Time
) -> None:
    server = serve(*[reply(200, body, headers)] * 2)
    store = store_at(Endpoint(server.url), time_)

    with pytest.raises(StoreError, match="unreadable") as caught:
        store.construct(CONSTRUCT) if headers == TRIPLES else store.select(SELECT)
    assert type(caught.value) is StoreError
    assert len(server.requests) == 1


@pytest.mark.parametrize("read", ["select", "construct"])
def test_failure_of_one_thread_may_be_forgotten_by_another(read: str, serve: Serve, time_: Time) -> None:
    cut = (ONE[:-1], JSON) if read == "select" else (b"<http://a.example/> <", TRIPLES)
    store = store_at(Endpoint(serve(reply(200, *cut)).url), time_)
    failures: list[StoreError] = []

    def ask() -> None:
        try:
            store.select(SELECT) if read == "select" else store.construct(CONSTRUCT)
        except StoreError as error:
            failures.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert len(failures) == 1
    failures.clear()  # pyoxigraph's readers complain when they are freed here
    gc.collect()


@pytest.mark.parametrize(
    "data",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 abc Yes\r\n\r\n",
        b"HTTP/1.1 200 " + b"x" * 70_000,
        HEAD + b"X: y\r\n" * 200 + b"\r\n",
    ],
)
def test_what_is_not_http_is_an_error(data: bytes, serve: Serve, time_: Time) -> None:
    server = serve(raw(data))

    with pytest.raises(StoreError, match="the store failed") as caught:
        store_at(Endpoint(server.url), time_).select(SELECT)
    assert type(caught.value) is StoreError
    assert len(server.requests) == 1


def test_server_without_tls_is_an_error_for_https(serve: Serve, time_: Time) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                connection.recv(65536)

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(StoreError, match="no secure connection") as caught:
            url = f"https://127.0.0.1:{listener.getsockname()[1]}/"
            store_at(Endpoint(url, token="t0k3n"), time_).select(SELECT)
        thread.join(10)
    assert isinstance(caught.value.__cause__, ssl.SSLError)


@pytest.mark.parametrize(
    ("user", "password", "token", "header"),
    [
        ("kåre", "p:ß", None, f"Basic {b64encode('kåre:p:ß'.encode()).decode()}"),
        ("kari", "", None, f"Basic {b64encode(b'kari:').decode()}"),
        (None, None, "t0k3n", "Bearer t0k3n"),
    ],
)
def test_credentials_are_sent_and_not_shown(
    user: str | None, password: str | None, token: str | None, header: str,
    serve: Serve, time_: Time,
) -> None:  # fmt: skip
    server = serve(reply(401))
    endpoint = Endpoint(server.url, user=user, password=password, token=token)
    store = store_at(endpoint, time_)

    with pytest.raises(StoreRefused) as caught:
        store.select(SELECT)

    assert server.requests[0].headers["authorization"] == header
    for secret in filter(None, (user, password, token, header.split()[1])):
        for text in (repr(endpoint), repr(store), str(caught.value)):
            assert secret not in text


@pytest.mark.parametrize(
    "url",
    [
        "ftp://store.example/",
        "file:///etc/passwd",
        "store.example/sparql",
        "http://",
        "http:///sparql",
        "https://kari:secret@store.example/",
        "http://store.example/?update=",
        "http://store.example/#x",
        "http://store.example/a b",
        "http://store.example/\r\nX: y",
        "http://store.example/æ",
        "http://store.example:port/",
        "http://store.example:99999/",
        "",
    ],
)
def test_url_that_cannot_be_used_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(InvalidSetting) as caught:
        Endpoint(url)
    assert "secret" not in str(caught.value)


def test_limits_and_credentials_that_cannot_be_used_are_refused() -> None:
    url = "http://store.example/sparql"
    wrong: tuple[Callable[[], Endpoint], ...] = (
        lambda: Endpoint(url, deadline=0),
        lambda: Endpoint(url, max_bytes=-1),
        lambda: Endpoint(url, attempts=0),
        lambda: Endpoint(url, user="kari"),
        lambda: Endpoint(url, token="two words"),
        lambda: Endpoint(url, token="a\r\nX: y"),
        lambda: Endpoint(url, token="t0k3n", user="kari", password="p4ss"),
        lambda: Endpoint(url, user="a:b", password="p4ss"),
        lambda: Endpoint(url, password="p4ss"),
    )
    for make in wrong:
        with pytest.raises(InvalidSetting):
            make()


def test_proxies_of_the_environment_are_not_used(
    serve: Serve, time_: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = serve()
    server = serve(reply(200, ONE, JSON))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, proxy.origin)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)

    assert store_at(Endpoint(server.url), time_).select(SELECT)
    assert proxy.requests == []


def test_every_exception_of_the_library_is_mapped() -> None:
    mapped: dict[type[Exception], type[FellesordError]] = {
        SPARQLExceptions.SPARQLWrapperException: StoreError,
        SPARQLExceptions.EndPointInternalError: StoreError,
        SPARQLExceptions.QueryBadFormed: InvalidQuery,
        SPARQLExceptions.EndPointNotFound: StoreRefused,
        SPARQLExceptions.Unauthorized: StoreRefused,
        SPARQLExceptions.URITooLong: StoreRefused,
    }
    found = [
        kind
        for _, kind in inspect.getmembers(SPARQLExceptions, inspect.isclass)
        if issubclass(kind, Exception)
    ]

    assert set(found) == mapped.keys()
    for kind in found:
        assert type(translated(kind(b"why"))) is mapped[kind]


@pytest.mark.parametrize(
    ("error", "ours"),
    [
        (TimeoutError(), StoreTimeout),
        (urllib.error.URLError(ConnectionRefusedError()), StoreUnavailable),
        (socket.gaierror(-2, "Name or service not known"), StoreUnavailable),
        (client.RemoteDisconnected("closed"), StoreUnavailable),
        (client.IncompleteRead(b""), StoreUnavailable),
        (client.BadStatusLine("x"), StoreError),
        (client.InvalidURL(), StoreError),
        (ssl.SSLCertVerificationError(), StoreError),
        (ssl.SSLEOFError(), StoreUnavailable),
        (ValueError(), StoreError),
    ],
)
def test_errors_below_the_library_are_mapped(error: Exception, ours: type[StoreError]) -> None:
    assert type(translated(error)) is ours


def test_threads_share_a_store(serve: Serve) -> None:
    server = serve(*[reply(200, ONE, JSON)] * 40)
    store = RemoteStore(Endpoint(server.url), "g1")
    failures: list[BaseException] = []

    def ask() -> None:
        try:
            for _ in range(5):
                assert len(store.select(SELECT)) == 1
        except BaseException as error:  # noqa: BLE001 (shown by the assertion below)
            failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert len(server.requests) == 40
