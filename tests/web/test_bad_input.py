"""Ten thousand and more bad requests: each is refused in words, none is a failure of ours."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Iterator

import pytest
from tests.web.test_front import Asked, Connection, Head

from fellesord.vocabulary.reading import Vocabulary
from fellesord.web.answers import Answers
from fellesord.web.application import create_app
from fellesord.web.front import Front
from fellesord.web.links import Links

NUMBER = 10_500
METHODS = [
    "GET",
    "GET",
    "GET",
    "GET",
    "HEAD",
    "OPTIONS",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "TRACE",
    "CONNECT",
    "FOO",
    "get",
]
STEMS = [
    "/", "/id/concept/", "/doc/concept/", "/doc/", "/lookup", "/ns", "/ns.", "/health", "/health/live", "/health/ready",
    "/metrics", "/static/", "/problems/", "/api/v1/", "/api/v1/concepts", "/api/v1/concepts/samskaping/", "/openapi.json",
    "/api/v1/counties/crosswalk", "/api/v1/counties", "/api/v1/projects", "/id/", "//", "/./", "/doc//",
]  # fmt: skip
BITS = [
    "samskaping", "samskaping.ttl", "samskaping.", ".", "..", "../../etc/passwd", "%2e%2e/", "\x00", "\x7f", "\n", "\r\nX: y",
    "<script>alert(1)</script>", '<>"{}|\\^`', "å", "\ufffd", "\U0001f9ed", "a" * 300, "a" * 9000, "%", "%zz", "%ff", "{iri}",
    "' OR 1=1 --", "} UNION { ?s ?p ?o", "javascript:alert(1)", "?x=1", "#frag", "http://x.example/", " ", "*", "\u202e", "0",
]  # fmt: skip
NAMES = [
    "uri",
    "lang",
    "format",
    "limit",
    "cursor",
    "scheme",
    "concept",
    "county",
    "date",
    "transitive",
    "from",
    "to",
    "x",
    "",
    "uri[]",
]
IRIS = [
    "https://fellesord.example/id/concept/samskaping", "https://fellesord.example/id/", "https://fellesord.example/ns#lead",
    "http://[::1", "http://a b/", "http://a/<b>", 'http://a/"', "http://a/{}", "http://a/|", "http://a/\\", "http://a/^", "http://a/`",
    "urn:x", "mailto:a@b.example", "data:text/html,x", "file:///etc/passwd", "//x.example/", "x", "http://a/\x01", "http://a/%zz",
    "http://a/" + "b" * 5000, "http://\ud7ff.example/",
]  # fmt: skip
ACCEPTS = [
    "*/*", "text/html", "text/turtle", "application/json", "image/png", "", ",", ";", "a/b;q=x", "text/turtle;q=2", "text/*;q=-1", "/",
    "text/html" + ",text/html" * 500, "\x7f", "*", "application/ld+json;profile=\"", "å/ø",
]  # fmt: skip
LANGUAGES = ["nb", "nn", "xx", "", "*", "en;q=", "a" * 2000, "-", "nb,nn;q=0.5,en;q=0", "\x7f", "å"]
TYPES = [
    "application/json",
    "application/x-www-form-urlencoded",
    "text/uri-list",
    "text/plain",
    "",
    "multipart/form-data",
    "a",
]
BODIES = [
    b"", b"{", b"[" * 50_000, b'{"uris":' * 5000, b"\xff\xfe", b"\x00" * 100, b'{"uris": ["http://a/<>"]}', b"uri=%zz&uri=%ff",
    b'{"uris": [null]}', b'{"uris": {"a": 1}}', b"uri=" + b"x" * 5000, b"--x\r\n", b'"\\ud800"', b'{"uris": ["\\ud800"]}', b"1e999",
]  # fmt: skip


def requests(seed: int) -> Iterator[tuple[Asked, bytes]]:
    """Bad requests without end, the same for the same seed."""
    draw = random.Random(seed)
    while True:
        method = draw.choice(METHODS)
        path = draw.choice(STEMS) + "".join(draw.choice(BITS) for _ in range(draw.choice([0, 1, 1, 2])))
        pairs = [
            f"{draw.choice(NAMES)}={draw.choice(IRIS if draw.random() < 0.6 else BITS)}"
            for _ in range(draw.choice([0, 1, 1, 2, 5]))
        ]
        query = draw.choice(["&", "&", ";"]).join(pairs)
        if draw.random() < 0.01:
            query = "uri=" + "x" * 100_000
        headers = {}
        if draw.random() < 0.8:
            headers["accept"] = draw.choice(ACCEPTS)
        if draw.random() < 0.5:
            headers["accept-language"] = draw.choice(LANGUAGES)
        if draw.random() < 0.1:
            headers["if-none-match"] = draw.choice(["*", '"', "W/", "a" * 3000, '"x", "y"'])
            headers["if-modified-since"] = draw.choice(["x", "Mon, 99 Jan 2024", "0"])
        if draw.random() < 0.02:
            headers |= {f"x-{n}": "y" * 500 for n in range(100)}
        if draw.random() < 0.05:
            headers["content-length"] = draw.choice(["-1", "x", "9" * 30, "5"])
        headers["content-type"] = draw.choice(TYPES)
        headers["host"] = draw.choice(["localhost", "evil.example", "", "a b", "[::1]:80"])
        yield Asked(method, path, query, headers=Head(headers)), draw.choice(BODIES)


@pytest.mark.parametrize("seed", range(3))
def test_no_bad_request_is_a_failure_of_ours(vocabulary: Vocabulary, seed: int) -> None:
    app = create_app(vocabulary, Links(vocabulary.base))
    front = Front(lambda: Answers(app, vocabulary.generation))
    statuses: Counter[int] = Counter()

    async def all_of_them() -> None:
        source = requests(seed)
        for _ in range(NUMBER // 3):
            asked, body = next(source)
            connection = Connection([body])
            await front.__rsgi__(asked, connection)
            sent = connection.sent
            statuses[sent.status] += 1
            assert 200 <= sent.status < 500, (asked, body[:100])
            if sent.status >= 400 and asked.method != "HEAD" and sent.body:
                kind = sent.headers["content-type"].partition(";")[0]
                assert kind in ("application/problem+json", "text/html"), asked
                if kind == "application/problem+json":
                    assert json.loads(sent.body)["status"] == sent.status
                assert b"Traceback" not in sent.body
                assert b"<script>alert" not in sent.body

    asyncio.run(all_of_them())
    assert sum(statuses.values()) == NUMBER // 3
    assert {200, 400, 404, 405, 414} <= statuses.keys()
