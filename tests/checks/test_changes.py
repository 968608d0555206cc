"""What changed in a folder since a revision: whatever git knows of it, and what it does not."""

import os
import subprocess
from pathlib import Path

import pytest

from fellesord.checks.changes import Changes, since
from fellesord.errors import InvalidSetting


def git(folder: Path, *arguments: str) -> None:
    said = ("user.name=test", "user.email=test@fellesord.example", "commit.gpgsign=false")
    options = [option for each in said for option in ("-c", each)]
    subprocess.run(["git", "-C", str(folder), *options, *arguments], check=True, capture_output=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with seven documents in a checkout."""
    folder = tmp_path / "a vocab"
    (folder / "concept").mkdir(parents=True)
    (folder / "concept/link.ttl").symlink_to("same.ttl")
    for name in ("same", "edited", "staged", "deleted", "moved", "committed", "empty"):
        (folder / f"concept/{name}.ttl").write_text("" if name == "empty" else f"<{name}> no newline")
    for other in ("README.md", ".hidden.ttl"):
        (folder / other).write_text("first")
    (tmp_path / "beside.ttl").write_text("first")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "first")
    git(tmp_path, "tag", "first")
    return folder


def changed(folder: Path, revision: str) -> Changes:
    return since(folder, revision, os.environ)


def test_every_way_to_change_a_document_is_seen_and_nothing_else(folder: Path) -> None:
    (folder / "concept/committed.ttl").write_text("x")
    git(folder, "commit", "--all", "--quiet", "--message", "second")
    for name in ("concept/edited.ttl", "concept/staged.ttl", "README.md", ".hidden.ttl", "../beside.ttl"):
        (folder / name).write_text("x")
    git(folder, "add", "concept/staged.ttl")
    (folder / "concept/deleted.ttl").unlink()
    git(folder, "mv", "concept/moved.ttl", "concept/moved-here.ttl")
    (folder / "concept/new.ttl").write_text("x")
    names = {"edited", "staged", "deleted", "moved", "moved-here", "new"}
    assert changed(folder, "HEAD").paths == {f"concept/{name}.ttl" for name in names}
    assert changed(folder, "first").paths == {f"concept/{name}.ttl" for name in names | {"committed"}}


def test_documents_of_then_are_given_byte_by_byte_and_links_are_none(folder: Path) -> None:
    before = {
        path.name: path.read_bytes() for path in (folder / "concept").iterdir() if not path.is_symlink()
    }
    for path in (folder / "concept").iterdir():
        path.unlink()
    then = changed(folder, "first").then
    assert {Path(path).name: data for path, data in then.items()} == before


def test_a_folder_that_the_revision_does_not_have_had_no_documents(folder: Path) -> None:
    new = folder.parent / "new"
    folder.rename(new)
    found = changed(new, "HEAD")
    assert found.then == {}
    assert "concept/same.ttl" in found.paths


def test_a_revision_of_a_file_or_of_nothing_is_refused(folder: Path) -> None:
    for revision in ("HEAD:a vocab", "HEAD^{tree}", "..", "-h", "first..HEAD", "\0"):
        with pytest.raises(InvalidSetting):
            changed(folder, revision)
    with pytest.raises(InvalidSetting, match="there is no such folder"):
        changed(folder / "none", "HEAD")
    with pytest.raises(InvalidSetting, match="is in no git checkout"):
        changed(folder.parent / ".git", "HEAD")
