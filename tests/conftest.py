"""What the tests share: the twelve-concept thesaurus, opened once, and small records of their own."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from fellesord.files import root
from fellesord.releases.archive import Archive
from fellesord.releases.making import make
from fellesord.store import generations
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Generation, Sources
from fellesord.store.pool import Pool
from fellesord.store.questions import Bounds
from fellesord.vocabulary.reading import Vocabulary
from fellesord.web.application import create_app
from fellesord.web.asking import Budget, Querying
from fellesord.web.links import Links
from tests.oxigraph_server import oxigraph_port, remote_store
from tests.store.scripted import Server, Time
from tests.virtuoso_server import virtuoso, virtuoso_store

# Linux weighs processes by how nice they are within a session (sched(7), autogroup). Each worker of the tests has one
# of its own, so that the queries of one do not wait for the other.
if "PYTEST_XDIST_WORKER" in os.environ:
    with suppress(OSError):
        os.setsid()

__all__ = ["oxigraph_port", "remote_store", "virtuoso", "virtuoso_store"]

DATA = Path(__file__).parent / "data"
WriteRecord = Callable[..., Path]


@pytest.fixture
def time_() -> Time:
    """A clock that only sleeping moves."""
    return Time()


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """A function that starts a scripted endpoint."""
    with ExitStack() as stack:
        yield lambda *steps: stack.enter_context(Server(*steps))


@pytest.fixture(scope="session")
def twelve() -> Path:
    """The record of the twelve-concept thesaurus: made up, whole, never written to."""
    return DATA / "vocab"


@pytest.fixture(scope="session")
def analysts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same record with what the queries of analysts need more of."""
    folder = tmp_path_factory.mktemp("analysts") / "vocab"
    shutil.copytree(DATA / "vocab", folder)
    return Path(shutil.copytree(DATA / "analysts", folder, dirs_exist_ok=True))


@pytest.fixture(scope="session")
def store(twelve: Path) -> EmbeddedStore:
    """A store over the twelve-concept thesaurus."""
    return EmbeddedStore.build(Sources(twelve))


@pytest.fixture(scope="session")
def shipped_client() -> FlaskClient:
    """A client of an application that serves the vocabulary that ships, without releases."""
    store = EmbeddedStore.build(Sources(root() / "vocab"))
    vocabulary = Vocabulary(store, store.manifest.base)
    return create_app(vocabulary, Links(vocabulary.base)).test_client()


@pytest.fixture(scope="session")
def vocabulary(store: EmbeddedStore) -> Vocabulary:
    return Vocabulary(store, store.manifest.base)


@pytest.fixture(scope="session")
def base(store: EmbeddedStore) -> str:
    return store.manifest.base


@pytest.fixture(scope="session")
def generation(twelve: Path, tmp_path_factory: pytest.TempPathFactory) -> Generation:
    """The twelve-concept thesaurus as it is built on disk."""
    return generations.ensure(tmp_path_factory.mktemp("cache"), Sources(twelve))


@pytest.fixture(scope="session")
def querying(generation: Generation) -> Iterator[Querying]:
    """What answers queries of clients over it."""
    bounds = Bounds(seconds=20, memory=128 * 2**20)
    pool = Pool(generation.store, generation.manifest.base, bounds)
    yield Querying(pool, Budget(3600), rows=20_000, shaped=True)
    pool.close()


@pytest.fixture
def client(vocabulary: Vocabulary) -> FlaskClient:
    """A client of an application that serves the twelve-concept thesaurus."""
    return create_app(vocabulary, Links(vocabulary.base)).test_client()


@pytest.fixture(scope="session")
def archive(twelve: Path, tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """Three releases of the twelve-concept thesaurus, never written to.

    In the second a concept has another term and another definition, one is retired and one has come; in the
    third that one has been withdrawn again.
    """
    vocab = shutil.copytree(twelve, tmp_path_factory.mktemp("released") / "vocab")
    folder = vocab.parent / "exports" / "releases"
    make(Archive(folder), vocab, "2026-01-10")

    def change(path: str, *changes: tuple[str, str]) -> None:
        text = (vocab / path).read_text("utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        (vocab / path).write_text(text, "utf-8")

    new = (vocab / "concept/aerlighet.ttl").read_text("utf-8").replace("aerlighet", "apenhet")
    (vocab / "concept/apenhet.ttl").write_text(new.replace('"ærlighet"', '"åpenhet"'), "utf-8")
    change("concept/aerlighet.ttl", ('"honesty"@en', '"candour"@en'), ("telling it as it is", "telling all"))
    change(
        "concept/pilot.ttl",
        (
            "    euvoc:status concept-status:CURRENT ;\n",
            '    euvoc:endDate "2026-03-19"^^xsd:date ;\n    euvoc:status concept-status:RETIRED ;\n',
        ),
    )
    change(
        "collection/alle.ttl", ("<concept/aerlighet> ,", "<concept/aerlighet> ,\n        <concept/apenhet> ,")
    )
    make(Archive(folder), vocab, "2026-03-20")
    (vocab / "concept/apenhet.ttl").unlink()
    change("collection/alle.ttl", ("        <concept/apenhet> ,\n", ""))
    stone = (vocab / "tombstones.ttl").read_text("utf-8").partition("<concept/trukket>")[2]
    change("tombstones.ttl", ("\n<concept/borte>", f"\n<concept/apenhet>{stone}\n<concept/borte>"))
    make(Archive(folder), vocab, "2026-05-30")
    return Archive(folder)


@pytest.fixture
def then(vocabulary: Vocabulary, archive: Archive) -> FlaskClient:
    """The client of an application that has releases of what it serves."""
    return create_app(vocabulary, Links(vocabulary.base), archive=archive).test_client()


@pytest.fixture
def write_record(tmp_path: Path) -> WriteRecord:
    """A function that writes documents, path → text, and gives the record's folder."""

    def write(documents: dict[str, str | bytes], folder: str = "vocab") -> Path:
        for name, text in documents.items():
            path = tmp_path / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return tmp_path / folder

    return write


@pytest.fixture
def small_record(write_record: WriteRecord) -> Path:
    """A right record of one concept."""
    return write_record(
        {
            "concept/x.ttl": "@base <https://fellesord.example/id/> .\n"
            "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n\n"
            '<concept/x>\n    a skos:Concept ;\n    skos:prefLabel "x"@nb .\n'
        }
    )
