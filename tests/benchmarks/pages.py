"""What pages cost: processor time when nothing is remembered, bytes of a first visit, a tree of 40 000 concepts."""

import gzip
import statistics
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from fellesord.files import root
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Sources
from fellesord.vocabulary.reading import Vocabulary
from fellesord.web.application import create_app
from fellesord.web.links import Links

RUNS = 30
#: Where the style sheets and the script are, which every page asks for.
SHARED = (
    "/static/vendor/designsystemet.css",
    "/static/fellesord.css",
    "/static/fellesord.js",
    "/static/mark.svg",
)
PATHS = (
    "/", "/doc/concept/innovasjon", "/doc/concept/digitalisering", "/doc/county/agder", "/doc/indicator/andel-enheter-med-innovasjon",
    "/sok?q=innovasjon", "/begreper", "/ordliste", "/hierarki", "/prosjekter", "/fylkeskommuner", "/sprak",
)  # fmt: skip
SCHEME = "https://vocabulary.example/scheme"


def measure(attached: tuple[Path, ...]) -> None:
    """Pages made anew, and a tree of 40 000 concepts; an empty Flask page is the floor. Reach: a concept 60 ms, 100 kB."""
    client = _client(attached)
    shared = sum(_packed(client, path) for path in SHARED)
    floor = _milliseconds(_empty(), "/")
    print(f"an empty page {floor:.2f} ms; style and script {shared / 1000:.1f} kB packed, on a first visit")
    for path in PATHS:
        if client.get(path).status_code == 200:
            taken, size = _milliseconds(client, path), _packed(client, path)
            print(
                f"{path}: {taken:.1f} ms of processor time ({taken / floor:.0f} × the floor),"
                f" {size / 1000:.1f} kB packed, {(shared + size) / 1000:.1f} kB on a first visit"
            )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "large.nt"
        file.write_text("".join(_hierarchy(200, 199)), "utf-8")
        large = _client((file,))
        for path in (f"/hierarki?scheme={SCHEME}", f"/hierarki?scheme={SCHEME}&under={SCHEME}/7&part=1"):
            first = _once(large, path)
            print(
                f"40 000 concepts, {path}: {first:.0f} ms the first time, then {_milliseconds(large, path):.1f} ms,"
                f" {_packed(large, path) / 1000:.1f} kB packed"
            )


def _client(attached: tuple[Path, ...]) -> FlaskClient:
    store = EmbeddedStore.build(Sources(root() / "vocab", attached))
    vocabulary = Vocabulary(store, store.manifest.base)
    return create_app(vocabulary, Links(vocabulary.base)).test_client()


def _empty() -> FlaskClient:
    app = Flask("empty")
    app.add_url_rule("/", "empty", lambda: "")
    return app.test_client()


def _once(client: FlaskClient, path: str) -> float:
    begun = time.process_time()
    assert client.get(path, headers={"Accept": "text/html"}).status_code == 200
    return (time.process_time() - begun) * 1000


def _milliseconds(client: FlaskClient, path: str) -> float:
    _once(client, path)
    return statistics.median(_once(client, path) for _ in range(RUNS))


def _packed(client: FlaskClient, path: str) -> int:
    return len(gzip.compress(client.get(path, headers={"Accept": "text/html"}).data, 6))


def _hierarchy(tops: int, under: int) -> Iterable[str]:
    """A scheme of so many top concepts with so many narrower ones each, as N-Triples."""
    skos, kind = "http://www.w3.org/2004/02/skos/core#", "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    yield f"<{SCHEME}> <{kind}> <{skos}ConceptScheme> .\n"
    for top in range(tops):
        yield from _concept(skos, kind, f"{SCHEME}/{top}", f"emne {top}")
        yield f"<{SCHEME}/{top}> <{skos}topConceptOf> <{SCHEME}> .\n"
        for number in range(under):
            iri = f"{SCHEME}/{top}-{number}"
            yield from _concept(skos, kind, iri, f"begrep {number} om emne {top}")
            yield f"<{iri}> <{skos}broader> <{SCHEME}/{top}> .\n"


def _concept(skos: str, kind: str, iri: str, name: str) -> Iterable[str]:
    yield f"<{iri}> <{kind}> <{skos}Concept> .\n"
    yield f"<{iri}> <{skos}inScheme> <{SCHEME}> .\n"
    yield f'<{iri}> <{skos}prefLabel> "{name}"@nb .\n'
