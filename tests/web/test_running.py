"""Stopping a query that runs by the name of its request: in the same process, and at another worker."""

import http.client
import json
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from tests.web.test_querying import chain
from tests.web.test_serving import eventually, started
from tests.web.test_streaming import ENDLESS, path

from fellesord.errors import NotFound
from fellesord.store import generations
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Sources
from fellesord.store.pool import Pool
from fellesord.store.questions import Bounds
from fellesord.vocabulary.reading import Vocabulary
from fellesord.web.application import create_app
from fellesord.web.asking import Budget, Querying
from fellesord.web.links import Links
from fellesord.web.observing import ENVIRON
from fellesord.web.running import Running

NAME = "5c1e9d5b-8f5f-4a1c-9f3e"
ON_LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the jail is Linux only")


def test_a_query_is_known_by_its_name_while_it_runs(tmp_path: Path) -> None:
    running = Running(tmp_path)
    mark = running.begin(NAME)
    assert not mark.gone()
    Running(tmp_path).stop(NAME)
    assert mark.gone()
    mark.end()
    with pytest.raises(NotFound):
        running.stop(NAME)
    assert not list(tmp_path.iterdir())


def test_of_two_with_one_name_the_first_is_stopped_and_no_other(tmp_path: Path) -> None:
    running = Running(tmp_path)
    first, second = running.begin(NAME), running.begin(NAME)
    second.end()
    assert not first.gone()
    running.stop(NAME)
    assert (first.gone(), second.gone()) == (True, False)


@pytest.mark.parametrize("name", ["", "short", "x" * 15])
def test_a_name_that_can_be_guessed_stops_nothing(name: str, tmp_path: Path) -> None:
    mark = Running(tmp_path).begin(name)
    with pytest.raises(NotFound):
        Running(tmp_path).stop(name)
    assert not mark.gone()


def test_without_a_folder_nothing_can_be_stopped_and_all_is_answered() -> None:
    mark = Running().begin(NAME)
    with pytest.raises(NotFound):
        Running().stop(NAME)
    assert not mark.gone()


def asked(port: int, method: str, target: str, name: str | None = None) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"X-Request-ID": name} if name else {}
    connection.request(method, target, headers={**headers, "Accept-Language": "en"})
    response = connection.getresponse()
    found = response.status, response.read()
    connection.close()
    return found


@ON_LINUX
def test_a_query_is_stopped_whichever_worker_answers_it(twelve: Path, tmp_path: Path) -> None:
    with (
        started(twelve, tmp_path, "--workers", "2", "--query-timeout", "60") as (port, _),
        ThreadPoolExecutor(1) as threads,
    ):
        for number in range(3):
            name = f"{NAME}-{number}"
            answer = threads.submit(asked, port, "GET", path(ENDLESS), name)
            assert asked(port, "DELETE", "/api/v1/running/another-name-than-that")[0] == 404
            stop = f"/api/v1/running/{name}"
            assert eventually(lambda stop=stop: asked(port, "DELETE", stop)[0] == 204)  # type: ignore[misc]
            status, body = answer.result(30)
            assert (status, json.loads(body)["type"]) == (422, "/problems/stopped")
            assert json.loads(body)["detail"] == "The query was stopped."
            assert asked(port, "DELETE", stop)[0] == 404
        assert asked(port, "GET", path("ASK {}"), NAME)[0] == 200


@pytest.fixture
def slow(analysts: Path, tmp_path: Path) -> Iterator[Flask]:
    """An application in which one of the catalogue's queries takes too long."""
    generation = generations.ensure(tmp_path / "cache", Sources(analysts, (chain(tmp_path),)))
    store = EmbeddedStore.open(generation)
    vocabulary = Vocabulary(store, store.manifest.base)
    pool = Pool(generation.store, generation.manifest.base, Bounds(slots=2, seconds=60))
    asking = Querying(pool, Budget(60), running=Running(tmp_path))
    yield create_app(vocabulary, Links(vocabulary.base), generation, asking=asking)
    pool.close()


@ON_LINUX
def test_a_query_of_the_catalogue_is_stopped_too(slow: Flask) -> None:
    target = "/api/v1/queries/hierarchy-depth?scheme=http://chain.example/all"
    with ThreadPoolExecutor(1) as threads:
        answer = threads.submit(lambda: slow.test_client().get(target, environ_base={ENVIRON: NAME}))
        assert eventually(lambda: slow.test_client().delete(f"/api/v1/running/{NAME}").status_code == 204)
        response = answer.result(60)
    assert (response.status_code, response.get_json()["type"]) == (422, "/problems/stopped")
