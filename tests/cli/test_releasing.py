"""The commands that release."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fellesord import errors
from fellesord.cli import cli


@pytest.fixture
def vocab(twelve: Path, tmp_path: Path) -> Path:
    return shutil.copytree(twelve, tmp_path / "vocab")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(each) for each in arguments])


def test_a_release_is_made_verified_and_gone_back_to(vocab: Path) -> None:
    first = run("verify", "--vocab", vocab)
    assert (first.exit_code, "nothing has been released yet" in first.output) == (0, True)
    made = run("release", "2026-01-10", "--vocab", vocab)
    assert made.exit_code == 0
    assert "exports/releases/2026-01-10: " in made.output
    assert " new" in made.output
    found = run("verify", "--vocab", vocab)
    assert found.exit_code == 0
    assert "files are as released, made again bit for bit" in found.output
    (vocab / "concept/pilot.ttl").unlink()
    lost = run("verify", "--vocab", vocab)
    assert lost.exit_code == 1
    assert "concept/pilot> was published on 2026-01-10 and is gone" in lost.output
    assert run("rollback", "2026-01-10", "--discard", "--vocab", vocab).exit_code == 0
    assert run("verify", "--vocab", vocab).exit_code == 0


def test_what_changed_is_told_between_releases_revisions_and_the_record(vocab: Path, tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        subprocess.run(
            ["git", "-C", str(tmp_path), "-c", "user.name=x", "-c", "user.email=x@x.example", *arguments],
            check=True,
        )

    git("init", "--quiet")
    git("add", "--all")
    git("commit", "--quiet", "--message", "x")
    first = run("changes", "--vocab", vocab, "--lang", "en")
    assert first.output.splitlines()[2] == "The first release."
    run("release", "2026-01-10", "--vocab", vocab)
    assert run("changes", "--vocab", vocab).output == "Ingenting er endret siden 2026-01-10.\n"
    path = vocab / "concept/aerlighet.ttl"
    path.write_text(path.read_text("utf-8").replace('"honesty"', '"candour"'), "utf-8")
    wanted = "    - preferred term: honesty (en) → candour (en)\n"
    for since in ((), ("2026-01-10",), ("HEAD",)):
        assert wanted in run("changes", *since, "--vocab", vocab, "--lang", "en").output
    told = json.loads(run("changes", "--vocab", vocab, "--format", "json").output)
    assert (told["from"], told["counts"]["changed"]) == ("2026-01-10", 1)
    patch = run("changes", "HEAD", "--vocab", vocab, "--format", "rdfp").output
    assert patch.count("\nA ") == patch.count("\nD ") == 1
    nothing = run("changes", "2026-01-10", "HEAD", "--vocab", vocab, "--lang", "en")
    assert nothing.output == "Nothing has changed since 2026-01-10.\n"
    assert isinstance(run("changes", "no-such", "--vocab", vocab).exception, errors.InvalidSetting)
    assert isinstance(run("changes", "2026-01-11", "--vocab", vocab).exception, errors.NotReleased)


def test_a_folder_of_releases_may_be_named(vocab: Path, tmp_path: Path) -> None:
    assert run("release", "2026-01-10", "--vocab", vocab, "--releases", tmp_path / "r").exit_code == 0
    assert (tmp_path / "r/2026-01-10/manifest.json").exists()


def test_a_release_that_was_changed_is_told(vocab: Path, tmp_path: Path) -> None:
    run("release", "2026-01-10", "--vocab", vocab)
    (tmp_path / "exports/releases/2026-01-10/changes.en.md").write_text("x", "utf-8")
    found = run("verify", "2026-01-10", "--vocab", vocab)
    assert (found.exit_code, found.output) == (1, "2026-01-10: changes.en.md: is not as it was released\n")


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("release", "i dag"), errors.InvalidRequest),
        (("verify", "2026-01-10"), errors.NotFound),
        (("rollback", "2026-01-10"), errors.NotFound),
        (("release", "2026-01-10", "--sign", "no-such-key"), errors.InvalidSetting),
    ],
)
def test_what_cannot_be_done_says_why(
    vocab: Path, arguments: tuple[str, ...], error: type[Exception]
) -> None:
    assert isinstance(run(*arguments, "--vocab", vocab).exception, error)
