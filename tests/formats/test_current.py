"""What lies in ``exports/`` is what the record gives now, every file reads back whole, and nothing else is there."""

import re
import shutil
from fnmatch import fnmatch
from pathlib import Path

from click.testing import CliRunner, Result

from fellesord.cli import cli
from fellesord.files import root
from fellesord.formats.registry import FEED, PREVIEW, exports
from fellesord.releases.archive import Archive
from fellesord.vocabulary.reading import Vocabulary

FORMATS = Path(__file__).parent
READERS = FORMATS.parent / "readers"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["export", *map(str, arguments)])


def test_the_files_in_exports_are_current_and_whole(tmp_path: Path) -> None:
    result = run("--check", "--cache", tmp_path)
    assert (result.exit_code, result.stdout) == (0, "")


def test_the_folder_has_the_kept_exports_and_nothing_else(shipped: Vocabulary) -> None:
    kept = {export.name for export in exports(shipped) if export.kept}
    assert {path.name for path in (root() / "exports").iterdir()} - {"README.md", "releases"} == kept


def test_every_export_is_in_the_table_with_what_validates_and_what_reads_it(
    shipped: Vocabulary, vocabulary: Vocabulary
) -> None:
    table = (root() / "exports/README.md").read_text("utf-8")
    rows = re.findall(r"^\| (`.*?) \| (.*?) \| (.+?) \| (.+?) \|$", table, re.MULTILINE)
    patterns = [name.replace("SCHEME", "*") for row in rows for name in re.findall(r"`([^`]+)`", row[0])]
    there = {export.name for export in (*exports(shipped), *exports(vocabulary))}
    wanted = [
        name if name in patterns else next((each for each in patterns if fnmatch(name, each)), name)
        for name in sorted(there)
    ]
    assert set(wanted) == set(patterns)
    run = " ".join(path.read_text("utf-8").lower() for path in (*FORMATS.glob("*.py"), *READERS.glob("*.*")))
    programs = {program for *_, reads in rows for program in reads.split(", ")}
    assert [program for program in sorted(programs) if program.lower() not in run] == []


def test_a_stale_file_and_one_that_is_not_there_are_told(twelve: Path, tmp_path: Path) -> None:
    options = ("--vocab", twelve, "--cache", tmp_path / "cache", "--out", tmp_path)
    assert run("skos.ttl", *options).exit_code == 0
    assert run("skos.ttl", "--check", *options).exit_code == 0
    (tmp_path / "skos.ttl").write_bytes(b"old")
    result = run("skos.ttl", "skos.nt", "--check", *options)
    assert result.exit_code == 1
    assert "skos.ttl: is stale; write it anew with: fellesord export skos.ttl" in result.output
    assert "skos.nt: is not there; write it with: fellesord export skos.nt" in result.output
    assert (tmp_path / "skos.ttl").read_bytes() == b"old"


def test_the_exports_there_are_can_be_listed(twelve: Path, tmp_path: Path) -> None:
    result = run("--list", "--vocab", twelve, "--cache", tmp_path)
    assert "skos.ttl                      text/turtle" in result.output.splitlines()


def test_what_a_profile_has_no_place_for_is_told(tmp_path: Path) -> None:
    result = run("skos-ap-no.ttl", "--check", "--cache", tmp_path)
    assert result.exit_code == 0
    assert "skos-ap-no.ttl: leaves out 6 statements with skos:broadMatch" in result.stderr.splitlines()


def test_an_unknown_name_is_exit_code_1(twelve: Path, tmp_path: Path) -> None:
    result = run("no.such", "--vocab", twelve, "--cache", tmp_path)
    assert "there is no export 'no.such'" in str(result.exception)


def test_the_feed_is_as_the_last_release_wrote_it_until_the_next(tmp_path: Path) -> None:
    released = Archive(root() / "exports" / "releases")
    wrote = (root() / "exports" / FEED).read_bytes()
    vocab = released.get(released.days[0]).record  # as if the record had changed since
    options = ("--vocab", vocab, "--cache", tmp_path / "cache", "--out", tmp_path)
    out = ("--releases", released.folder)
    assert run(FEED, PREVIEW, *options, *out).exit_code == 0
    assert (tmp_path / FEED).read_bytes() == wrote
    assert (tmp_path / PREVIEW).read_bytes() != wrote
    assert run(FEED, PREVIEW, "--check", *options, *out).exit_code == 0
    (tmp_path / FEED).write_bytes(b"old")
    assert f"{FEED}: is stale" in run(FEED, "--check", *options, *out).output
    alone = ("--releases", shutil.copytree(released.folder, tmp_path / "alone" / "releases"))
    assert run(FEED, *options, *alone).exit_code == 0
    assert run(FEED, "--check", *options, *alone).exit_code == 0
