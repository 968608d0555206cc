"""Health: alive is not ready, and neither is ever kept."""

import threading
from collections.abc import Iterator, Sequence

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from fellesord.errors import StoreTimeout, StoreUnavailable
from fellesord.store import Solution
from fellesord.vocabulary.reading import Vocabulary
from fellesord.web.application import create_app
from fellesord.web.health import Probe
from fellesord.web.links import Links

BASE = "https://fellesord.example/id/"
PROBLEM = {"Accept": "application/problem+json"}


class Down:
    """A store that cannot be reached."""

    generation = "remote"

    def describe(self, iris: Sequence[str]) -> list[ox.Triple]:
        raise StoreUnavailable("the store cannot be reached", 7)

    def select(self, query: str) -> list[Solution]:
        raise StoreUnavailable("the store cannot be reached", 7)

    def construct(self, query: str) -> list[ox.Triple]:
        raise StoreUnavailable("the store cannot be reached", 7)


@pytest.fixture
def down() -> FlaskClient:
    return create_app(Vocabulary(Down(), BASE), Links(BASE)).test_client()


@pytest.mark.parametrize("path", ["/health", "/health/live", "/health/ready"])
def test_health_is_told_and_never_kept(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "no-store")
    assert response.get_json()["status"] == "ok"
    assert "ETag" not in response.headers


def test_ready_names_the_generation_that_answers(client: FlaskClient, vocabulary: Vocabulary) -> None:
    assert client.get("/health/ready").get_json()["generation"] == vocabulary.generation


def test_a_service_without_its_store_lives_but_is_not_ready(down: FlaskClient) -> None:
    assert down.get("/health/live").status_code == 200
    response = down.get("/health/ready", headers=PROBLEM)
    assert (response.status_code, response.content_type) == (503, "application/problem+json")
    assert response.headers["Retry-After"] == "7"
    assert response.headers["Cache-Control"] == "no-store"
    assert down.get("/health/ready", headers=PROBLEM).status_code == 503


@pytest.fixture
def hanging() -> Iterator[tuple[Probe, list[int], threading.Event]]:
    """A probe whose question hangs until the event is set, and how often it was asked."""
    asked: list[int] = []
    go_on = threading.Event()

    def ask() -> None:
        asked.append(1)
        go_on.wait()

    yield Probe(ask, 0.05), asked, go_on
    go_on.set()


def test_a_store_that_hangs_is_not_ready_and_is_asked_once(
    hanging: tuple[Probe, list[int], threading.Event],
) -> None:
    probe, asked, _ = hanging
    for _ in range(3):
        with pytest.raises(StoreTimeout, match=r"did not answer within 0\.05 seconds"):
            probe.check()
    assert len(asked) == 1


def test_a_store_that_hung_and_answers_is_asked_again() -> None:
    asked: list[int] = []
    go_on = threading.Event()

    def ask() -> None:
        asked.append(1)
        go_on.wait()

    probe = Probe(ask, 0.05)
    with pytest.raises(StoreTimeout):
        probe.check()
    go_on.set()
    patient = Probe(probe.check, 30)
    patient.check()
    patient.check()
    assert len(asked) >= 2
