"""The command line as a stranger meets it: help, answers, exit codes, and messages instead of tracebacks."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import WriteRecord

from fellesord.cli import cli

HEAVY = {"flask", "rdflib", "pyoxigraph", "SPARQLWrapper", "granian", "pyshacl", "jinja2", "werkzeug"}


def run(*arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("FELLESORD_")}
    return subprocess.run(
        [sys.executable, "-m", "fellesord", *arguments],
        env=clean | (env or {}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("command", ["", *cli.commands])
def test_help_imports_nothing_heavy(command: str) -> None:
    program = (
        "import sys\nfrom fellesord.cli import cli\n"
        f"try:\n    cli([{command!r}, '--help'] if {command!r} else ['--help'])\n"
        "except SystemExit:\n    print('LOADED', *sorted({m.partition('.')[0] for m in sys.modules}))\n"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    help_text, _, loaded = result.stdout.partition("LOADED")
    assert "Usage:" in help_text
    assert HEAVY & set(loaded.split()) == set()


@pytest.mark.parametrize("name", cli.commands)
def test_every_command_and_option_says_what_it_does(name: str) -> None:
    command = cli.commands[name]
    assert command.help
    for parameter in command.params:
        if parameter.param_type_name == "option":
            assert getattr(parameter, "help", ""), parameter.name


def test_lookup_by_word_and_by_uri_agree(twelve: Path, tmp_path: Path) -> None:
    options = ("--vocab", str(twelve), "--cache", str(tmp_path))
    by_word = run("lookup", "samskaping", *options)
    by_uri = run("lookup", "https://fellesord.example/id/concept/samskaping", *options)
    assert by_word.returncode == by_uri.returncode == 0
    assert by_word.stdout == by_uri.stdout
    assert "used by project: Kaiprosjektet, Torgprosjektet" in by_word.stdout


def test_lookup_shows_the_language_asked_for(twelve: Path, tmp_path: Path) -> None:
    result = run("lookup", "pilot", "--lang", "nn", "--vocab", str(twelve), "--cache", str(tmp_path))
    assert "definition (nn): utprøving i drift" in result.stdout
    assert "related: utprøving" in result.stdout


def test_what_is_not_found_exits_1_with_one_line(twelve: Path, tmp_path: Path) -> None:
    options = ("--vocab", str(twelve), "--cache", str(tmp_path))
    for term in ("tullball", "https://fellesord.example/id/concept/tullball"):
        result = run("lookup", term, *options)
        assert (result.returncode, result.stdout) == (1, "")
        assert result.stderr.startswith("fellesord: ")
        assert result.stderr.count("\n") == 1


def test_get_answers_without_a_port(twelve: Path, tmp_path: Path) -> None:
    options = ("--vocab", str(twelve), "--cache", str(tmp_path))
    turtle = run("get", "/id/concept/samskaping", "--accept", "text/turtle", *options)
    assert turtle.returncode == 0
    assert turtle.stdout.startswith("@base <https://fellesord.example/id/> .")
    missing = run("get", "/doc/concept/x.ttl", *options)
    assert (missing.returncode, missing.stdout) == (1, "")
    assert '"status": 404' in missing.stderr


def test_format_writes_canonical_form_and_check_only_tells(write_record: WriteRecord) -> None:
    text = '@base <https://fellesord.example/id/> .\n<concept/x> <http://www.w3.org/2004/02/skos/core#prefLabel>   "x"@nb .'
    folder = write_record({"concept/x.ttl": text})
    checked = run("format", "--check", "--vocab", str(folder))
    assert (checked.returncode, checked.stdout) == (1, f"{folder}/concept/x.ttl\n")
    assert (folder / "concept/x.ttl").read_text() == text
    assert run("format", "--vocab", str(folder)).returncode == 0
    again = run("format", "--check", "--vocab", str(folder))
    assert (again.returncode, again.stdout) == (0, "")


def test_graph_gives_what_another_store_needs(small_record: Path, tmp_path: Path) -> None:
    out = tmp_path / "graph.nt"
    result = run("graph", "--vocab", str(small_record), "--cache", str(tmp_path / "cache"), "--out", str(out))
    assert result.returncode == 0
    assert len(out.read_text().splitlines()) == 2


def test_a_cache_that_cannot_be_written_is_no_obstacle(twelve: Path) -> None:
    result = run("lookup", "pilot", "--vocab", str(twelve), "--cache", "/proc/fellesord")
    assert result.returncode == 0
    assert "building in memory" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("serve", "--port", "http"), "port: 'http' is not a whole number"),
        (("serve", "--prot", "1"), "--port"),
        (("nothing",), "No such command"),
        (("lookup",), "Missing argument"),
        (("lookup", "x", "--vocab", "/nowhere"), "/nowhere: no such folder; --vocab names"),
        (("lookup", "x", "--attach", "/nowhere.ttl"), "/nowhere.ttl: cannot be read: No such file"),
        (("get", "doc/x"), "PATH must begin with a slash: /doc/x"),
        (("serve", "--store", "here"), "store: 'here' is not an address"),
    ],
)
def test_wrong_use_exits_2_and_says_what_would_have_worked(
    arguments: tuple[str, ...], message: str, tmp_path: Path
) -> None:
    result = run(*arguments, env={"FELLESORD_CACHE": str(tmp_path)})
    assert result.returncode == 2
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_an_unknown_setting_in_the_environment_is_named() -> None:
    result = run("lookup", "x", env={"FELLESORD_VOKAB": "x"})
    assert result.returncode == 2
    assert "FELLESORD_VOKAB: no such setting" in result.stderr


def test_a_broken_document_is_named_with_its_line(write_record: WriteRecord, tmp_path: Path) -> None:
    folder = write_record({"concept/x.ttl": "@base <https://fellesord.example/id/> .\n\n<concept/x> oops"})
    result = run("lookup", "x", "--vocab", str(folder), "--cache", str(tmp_path / "cache"))
    assert result.returncode == 1
    assert f"{folder}/concept/x.ttl:3: " in result.stderr
    assert "Traceback" not in result.stderr


def test_a_port_in_use_is_said_before_anything_starts(twelve: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("serve", "--port", str(port), "--vocab", str(twelve))
    assert result.returncode == 2
    assert (
        f"cannot listen on 127.0.0.1 port {port}: Address already in use; choose another with --port"
        in result.stderr
    )
