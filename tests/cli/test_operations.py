"""``config`` says what is set and why; ``doctor`` says what is wrong and what to do."""

import json
import resource
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from tests.cli.test_cli import run
from tests.conftest import WriteRecord
from tests.oxigraph_server import RemoteStoreOf
from tests.web.test_serving import free_port, running

from fellesord.cli.examining import FAIL, OK, WARN, Check, examine, within
from fellesord.config import SETTINGS, settings
from fellesord.errors import FellesordError

Doctor = Callable[..., dict[str, Check]]


def configured(*arguments: str, env: dict[str, str] | None = None) -> dict[str, dict[str, Any]]:
    result = run("config", "--format", "json", *arguments, env=env)
    assert result.returncode == 0, result.stderr
    return {row["setting"]: row for row in json.loads(result.stdout)}


def test_config_says_where_each_setting_comes_from() -> None:
    found = configured("--port", "9000", env={"FELLESORD_PORT": "7000", "FELLESORD_WORKERS": "3"})
    assert list(found) == [setting.name for setting in SETTINGS]
    shown = {name: (row["value"], row["origin"]) for name, row in found.items()}
    assert shown["port"] == ("9000", "option")
    assert shown["workers"] == ("3", "environment")
    assert shown["host"] == ("127.0.0.1", "default")
    assert found["port"]["variable"] == "FELLESORD_PORT"


def test_config_shows_no_secret() -> None:
    env = {
        "FELLESORD_STORE": "http://me:hidden1@127.0.0.1:1/q",
        "FELLESORD_STORE_USER": "hidden2",
        "FELLESORD_STORE_PASSWORD": "hidden3",
    }
    for arguments in (("config",), ("config", "--format", "json")):
        result = run(*arguments, env=env)
        assert result.returncode == 0
        assert "hidden" not in result.stdout + result.stderr
        assert result.stdout.count("********") == 3


def test_config_is_a_table_for_people() -> None:
    lines = run("config", "--attach", "a.ttl", "--attach", "b.ttl").stdout.splitlines()
    assert lines[0].split() == ["setting", "value", "origin"]
    assert len(lines) == 1 + len(SETTINGS)
    assert ["attach", "a.ttl", "b.ttl", "option"] in [line.split() for line in lines]


@pytest.mark.parametrize("command", ["config", "doctor"])
def test_a_setting_that_cannot_be_used_is_named(command: str) -> None:
    result = run(command, env={"FELLESORD_PORT": "http"})
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("fellesord: port: 'http' is not a whole number")


@pytest.fixture
def doctor(twelve: Path, tmp_path: Path) -> Doctor:
    """What the checks find with some settings beside a record that is right and a free port."""

    def look(**given: str) -> dict[str, Check]:
        own = {"vocab": str(twelve), "cache": str(tmp_path / "cache"), "port": str(free_port())}
        chosen = own | {name.replace("_", "-"): value for name, value in given.items()}
        return {check.name: check for check in examine(settings(chosen, {}))}

    return look


def test_where_all_is_well_nothing_is_advised(twelve: Path, tmp_path: Path) -> None:
    place = ("--vocab", str(twelve), "--cache", str(tmp_path), "--port", str(free_port()))
    assert run("lookup", "pilot", *place[:4]).returncode == 0
    result = run("doctor", "--format", "json", *place)
    checks = json.loads(result.stdout)
    assert [check for check in checks if check["level"] != OK] == []
    assert result.returncode == 0
    assert len(checks) == 9


def test_the_doctor_changes_nothing(doctor: Doctor, tmp_path: Path) -> None:
    doctor()
    assert list(tmp_path.iterdir()) == []


def test_what_fails_has_advice_and_exit_code_1(tmp_path: Path) -> None:
    result = run("doctor", "--vocab", "/nowhere", "--cache", str(tmp_path), "--port", str(free_port()))
    assert result.returncode == 1
    assert "fail  record          /nowhere: no such folder" in result.stdout
    assert "→ Correct it, then ask again." in result.stdout
    assert "Traceback" not in result.stdout + result.stderr


def test_a_generation_that_is_not_built_is_a_warning(doctor: Doctor) -> None:
    assert doctor()["generation"].level == WARN


def test_a_document_that_is_not_canonical_is_a_warning(doctor: Doctor, write_record: WriteRecord) -> None:
    text = '@base <https://fellesord.example/id/> .\n<concept/x> <http://www.w3.org/2004/02/skos/core#prefLabel>   "x"@nb .'
    found = doctor(vocab=str(write_record({"concept/x.ttl": text})))["record"]
    assert (found.level, found.found) == (WARN, "1 document, 0 of them canonical")
    assert "fellesord format" in found.advice


def test_a_cache_that_cannot_be_written_is_a_warning(doctor: Doctor) -> None:
    found = doctor(cache="/proc/fellesord")["cache"]
    assert found.level == WARN
    assert "in memory" in found.advice


def test_a_cache_that_cannot_be_written_will_do_when_nothing_is_to_be_built(doctor: Doctor) -> None:
    found = doctor(cache="/proc/fellesord", store=f"http://127.0.0.1:{free_port()}/query", store_timeout="1")
    assert found["cache"].level == OK


def test_a_taken_port_fails(doctor: Doctor) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        found = doctor(port=str(taken.getsockname()[1]), host="127.0.0.1")["port"]
    assert found.level == FAIL
    assert "--port" in found.advice


def test_a_port_where_the_service_runs_already_is_well(doctor: Doctor, twelve: Path, tmp_path: Path) -> None:
    with running(twelve, tmp_path) as port:
        found = doctor(port=str(port))["port"]
    assert (found.level, "taken" in found.found) == (WARN, True)


def test_a_store_that_cannot_be_reached_fails(doctor: Doctor) -> None:
    found = doctor(store=f"http://127.0.0.1:{free_port()}/query", store_timeout="1")
    assert found["store"].level == FAIL
    assert found["generation"].level == OK


def test_a_store_is_well_when_its_graph_holds_a_concept_scheme(
    doctor: Doctor, remote_store: RemoteStoreOf, oxigraph_port: int
) -> None:
    kind = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    scheme = ox.NamedNode("http://www.w3.org/2004/02/skos/core#ConceptScheme")
    store = remote_store([ox.Triple(ox.NamedNode("http://x.example/s"), kind, scheme)])
    graph = str(store.endpoint.graph)
    found = doctor(store=f"http://127.0.0.1:{oxigraph_port}/query", store_graph=graph)["store"]
    assert (found.level, found.found) == (OK, "answers, with 1 concept schemes")
    empty = doctor(store=f"http://127.0.0.1:{oxigraph_port}/query", store_graph="http://x.example/none")
    assert empty["store"].level == FAIL
    assert "--store-graph" in empty["store"].advice


@pytest.mark.parametrize(
    ("given", "level"),
    [
        ({}, OK),
        ({"host": "localhost"}, OK),
        ({"host": "0.0.0.0"}, WARN),
        ({"host": "0.0.0.0", "public_url": "https://a.example"}, OK),
        ({"public_url": "http://a.example"}, WARN),
        ({"public_url": "http://127.0.0.1:8000"}, OK),
        ({"public_url": "https://a.example/x", "hosts": "a.example,127.0.0.1"}, OK),
        ({"public_url": "https://a.example/x", "hosts": "b.example"}, FAIL),
    ],
)
def test_the_public_address_must_fit_the_hosts(doctor: Doctor, given: dict[str, str], level: str) -> None:
    assert doctor(**given)["public address"].level == level


def test_few_open_files_are_told_of(twelve: Path, tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (100, hard))
    try:
        result = run("doctor", "--format", "json", "--vocab", str(twelve), "--cache", str(tmp_path))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    (found,) = [check for check in json.loads(result.stdout) if check["name"] == "open files"]
    assert (found["level"], result.returncode) == (FAIL, 1)


@pytest.mark.parametrize(
    ("version", "ranges", "inside"),
    [
        ("3.1.3", "<4,>=3.1", True),
        ("3.1", ">=3.1.0", True),
        ("4.0", "<4,>=3.1", False),
        ("3.0.9", "<4,>=3.1", False),
        ("0.10.0", ">=0.9", True),
        ("2.0.post1", "==2.0", True),
        ("2.1", "!=2.1", False),
        ("1", "", True),
    ],
)
def test_versions_are_compared_as_numbers(version: str, ranges: str, inside: bool) -> None:
    assert within(version, ranges) is inside


def test_a_range_that_is_not_understood_is_told_of() -> None:
    with pytest.raises(FellesordError, match="~=2"):
        within("2.1", "~=2")
