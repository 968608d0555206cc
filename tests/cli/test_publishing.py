"""``load`` publishes what is served; services of any number then answer the same from the engine."""

import json
import shutil
import signal
from dataclasses import replace
from pathlib import Path

import pytest
from tests.cli.test_cli import run
from tests.oxigraph_server import free_port, oxigraph_at
from tests.virtuoso_server import Virtuoso
from tests.web.test_serving import ask, eventually, started

from fellesord.config import settings
from fellesord.web import opening


def load(to: str, *arguments: str, env: dict[str, str] | None = None) -> list[dict[str, object]]:
    result = run("load", "--to", to, "--format", "json", *arguments, env=env)
    assert result.returncode == 0, result.stderr
    found: list[dict[str, object]] = json.loads(result.stdout)
    return found


def test_load_publishes_lists_and_keeps(twelve: Path, small_record: Path, tmp_path: Path) -> None:
    port = free_port()
    query = f"http://127.0.0.1:{port}/query"
    with oxigraph_at(port, b""):
        for vocab in (twelve, small_record):
            (published,) = load(query, "--vocab", str(vocab), "--cache", str(tmp_path))
            assert published["issued"]
        found = load(query, "--vocab", str(small_record), "--list")
        assert found[0]["graph"] == published["graph"]
        assert len(found) == 2
        kept = run(
            "load", "--to", query, "--vocab", str(small_record), "--keep", "1", "--cache", str(tmp_path)
        )
        assert "removed https://fellesord.example/generation/" in kept.stderr
        assert kept.stdout.split()[0] == published["graph"]
        assert len(load(query, "--vocab", str(small_record), "--list")) == 1


def test_what_is_published_is_checked_and_searched_where_it_is(
    twelve: Path, tmp_path: Path, virtuoso: Virtuoso
) -> None:
    env = {"FELLESORD_STORE_USER": "dba", "FELLESORD_STORE_PASSWORD": virtuoso.password}
    built = ("--vocab", str(twelve), "--cache", str(tmp_path / "built"))
    load(virtuoso.query, *built, env=env)
    remote = ("--store", virtuoso.query, "--store-graph", "newest", "--vocab", str(twelve))
    for command in (
        ("check", "--format", "json"),
        ("search", "samskaping", "--format", "json"),
        ("lookup", "samskaping"),
    ):
        here, there = run(*command, *built), run(*command, *remote, "--cache", str(tmp_path / "other"))
        assert (there.stdout, there.returncode) == (here.stdout, here.returncode), there.stderr
        assert here.stdout
    chosen = settings({"store": virtuoso.query, "store-graph": "newest", "vocab": str(twelve)}, {})
    for folder, found in (("built", True), ("other", False)):
        opened = opening.open_store(replace(chosen, cache=tmp_path / folder))
        assert (opened.generation is not None) is found


def test_load_takes_the_setting_of_a_service_for_no_obstacle(small_record: Path, tmp_path: Path) -> None:
    port = free_port()
    query, attached = f"http://127.0.0.1:{port}/query", tmp_path / "a.nt"
    attached.write_text('<http://v.example/a> <http://v.example/b> "c" .\n')
    env = {
        "FELLESORD_STORE": query,
        "FELLESORD_STORE_GRAPH": "newest",
        "FELLESORD_CACHE": str(tmp_path / "cache"),
    }
    with oxigraph_at(port, b""):
        assert load(query, "--vocab", str(small_record), "--attach", str(attached), env=env)


def test_load_tells_what_it_needs_to_know_of_an_unknown_engine(tmp_path: Path) -> None:
    from tests.store.scripted import JSON, Server, reply

    empty = reply(200, b'{"head":{"vars":[]},"results":{"bindings":[]}}', JSON)
    with Server(empty) as server:
        result = run("load", "--to", server.url, "--cache", str(tmp_path))
    assert result.returncode == 2
    assert "--update" in result.stderr
    assert "not known" in result.stderr


@pytest.mark.parametrize("to", ["http://127.0.0.1:1/query", "ftp://x/", "http://me:pass@x.example/q"])
def test_load_to_what_does_not_answer_is_one_line(to: str, tmp_path: Path) -> None:
    result = run("load", "--to", to, "--cache", str(tmp_path))
    assert result.returncode in (1, 2)
    assert len(result.stderr.splitlines()) == 1
    assert "pass@" not in result.stderr


def health(port: int) -> list[str]:
    """What a service says of itself."""
    return list(json.loads(ask(port, "/health")[2]).values())


PATHS = (
    "/doc/concept/samskaping",
    "/doc/concept/samskaping.ttl",
    "/doc/concept/samarbeid.json",
    "/doc/county/vidda",
    "/api/v1/search?q=samskaping",
    "/api/v1/concepts/samarbeid/usage",
    "/api/v1/projects",
    "/hierarki",
    "/begreper",
    "/",
    "/sparql?query=SELECT+*+%7B%3Fc+skos%3AprefLabel+%3Ft%7D+ORDER+BY+%3Fc+LANG(%3Ft)&format=csv",
    "/api/v1/queries/tools-in-use?format=csv",
)


def test_instances_on_one_engine_answer_the_same_bytes_and_follow_what_is_published(
    twelve: Path, tmp_path: Path, virtuoso: Virtuoso
) -> None:
    env = {"FELLESORD_STORE_USER": "dba", "FELLESORD_STORE_PASSWORD": virtuoso.password}
    vocab = tmp_path / "vocab"
    shutil.copytree(twelve, vocab)
    (first,) = load(virtuoso.query, "--vocab", str(vocab), "--cache", str(tmp_path / "built"), env=env)
    options = ("--store", virtuoso.query, "--store-graph", "newest", "--workers")
    with (
        started(vocab, tmp_path / "embedded") as (embedded, _),
        started(vocab, tmp_path / "one", *options, "2") as (one, process),
        started(vocab, tmp_path / "other", *options, "1") as (other, _),
    ):
        for path in PATHS:
            wanted = ask(embedded, path)
            assert wanted[0] == 200
            for _ in range(4):  # whichever worker answers
                assert ask(one, path) == ask(other, path) == wanted, path
        assert first["name"] in health(one)

        document = vocab / "concept/pilot.ttl"
        document.write_text(document.read_text().replace("utprøving i drift", "utprøving i vanlig drift"))
        (second,) = load(virtuoso.query, "--vocab", str(vocab), "--cache", str(tmp_path / "built"), env=env)
        assert first["name"] in health(one)
        process.send_signal(signal.SIGHUP)
        changed = "utprøving i vanlig drift".encode()
        assert eventually(lambda: all(changed in ask(one, "/doc/concept/pilot.ttl")[2] for _ in range(4)))
        assert eventually(lambda: all(second["name"] in health(one) for _ in range(4)))
        assert changed not in ask(other, "/doc/concept/pilot.ttl")[2]


def test_a_service_without_a_published_generation_says_what_to_do(twelve: Path, tmp_path: Path) -> None:
    port = free_port()
    with oxigraph_at(port, b""):
        query = f"http://127.0.0.1:{port}/query"
        result = run(
            "serve", "--store", query, "--store-graph", "newest", "--vocab", str(twelve), "--port", "0"
        )
    assert result.returncode == 1
    assert "fellesord load" in result.stderr
