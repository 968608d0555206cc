"""Releases: made whole or not at all, never changed, verified, made again, gone back to."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from fellesord.cli import cli
from fellesord.errors import InvalidData, InvalidRequest, InvalidSetting, NotFound
from fellesord.namespaces import OWL
from fellesord.record import documents
from fellesord.releases import published, signing, verifying
from fellesord.releases.archive import Archive
from fellesord.releases.making import make
from fellesord.releases.manifests import File
from fellesord.releases.restoring import restore

BASE = "https://fellesord.example/id/"
Change = Callable[[str, str, str], None]


@pytest.fixture
def vocab(twelve: Path, tmp_path: Path) -> Path:
    """A copy of the twelve-concept thesaurus, to release and change."""
    return shutil.copytree(twelve, tmp_path / "vocab")


@pytest.fixture
def change(vocab: Path) -> Change:
    """A function that replaces a text in a document."""

    def replace(path: str, old: str, new: str) -> None:
        text = (vocab / path).read_text("utf-8")
        assert old in text
        (vocab / path).write_text(text.replace(old, new), "utf-8")

    return replace


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "exports" / "releases"


@pytest.fixture
def two(vocab: Path, folder: Path, change: Change) -> Archive:
    """The archive after two releases; between them a concept got another term, and one came."""
    make(Archive(folder), vocab, "2026-01-10")
    change("concept/aerlighet.ttl", '"honesty"@en', '"candour"@en')
    new = (vocab / "concept/aerlighet.ttl").read_text("utf-8").replace("aerlighet", "apenhet")
    (vocab / "concept/apenhet.ttl").write_text(new.replace('"ærlighet"', '"åpenhet"'), "utf-8")
    change(
        "collection/alle.ttl", "<concept/aerlighet> ,", "<concept/aerlighet> ,\n        <concept/apenhet> ,"
    )
    make(Archive(folder), vocab, "2026-03-20")
    return Archive(folder)


def files(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def test_a_release_keeps_the_record_and_says_what_it_holds(vocab: Path, folder: Path) -> None:
    release = make(Archive(folder), vocab, "2026-01-10")
    assert files(release.record) == files(vocab)
    manifest = release.manifest
    assert (manifest.date, manifest.previous, manifest.base) == ("2026-01-10", None, BASE)
    assert manifest.things["concept"] == 14  # two of them withdrawn
    assert manifest.documents == len(files(vocab))
    assert manifest.licence == "http://publications.europa.eu/resource/authority/licence/CC_BY_4_0"
    exports = {path.name: path.read_bytes() for path in folder.parent.iterdir() if path.is_file()}
    assert "skos.ttl" in exports
    assert {name: File.of(data) for name, data in exports.items()} == manifest.exports
    assert set(manifest.files) == set(files(release.folder)) - {"manifest.json"}
    assert "changes.rdfp" not in manifest.files, "all of the record is new, and it is there"


def test_the_day_becomes_the_version_of_the_scheme(vocab: Path, folder: Path) -> None:
    text = (vocab / "scheme/prove.ttl").read_text("utf-8")
    (vocab / "scheme/prove.ttl").write_text(
        f'{text}\n<scheme/prove> <{OWL.versionInfo}> "none yet" .\n', "utf-8"
    )
    CliRunner().invoke(cli, ["format", "--vocab", str(vocab)])
    make(Archive(folder), vocab, "2026-01-10")
    stated = [path.name for path in (vocab / "scheme").iterdir() if '"2026-01-10"' in path.read_text("utf-8")]
    assert stated == ["prove.ttl"]


def test_a_release_says_what_changed_since_the_one_before(two: Archive) -> None:
    release = two.get("2026-03-20")
    told = json.loads(release.file("changes.json"))
    assert (told["from"], told["to"]) == ("2026-01-10", "2026-03-20")
    assert told["counts"]["new"] == 1
    assert {each["uri"].removeprefix(BASE): each["happening"] for each in told["changes"]} == {
        "concept/aerlighet": "changed",
        "concept/apenhet": "new",
        "collection/alle": "changed",
    }
    assert "honesty (en) → candour (en)" in release.file("changes.nb.md").decode()
    assert b"A <https://fellesord.example/id/concept/aerlighet>" in release.file("changes.rdfp")
    assert release.manifest.previous is not None
    assert release.manifest.previous.date == "2026-01-10"


def test_two_runs_under_other_hash_seeds_give_the_same_bytes(twelve: Path, tmp_path: Path) -> None:
    made = []
    for seed in ("1", "2"):
        copy = shutil.copytree(twelve, tmp_path / seed / "vocab")
        command = [sys.executable, "-m", "fellesord", "release", "2026-01-10", "--vocab", str(copy)]
        subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True)
        made.append(files(tmp_path / seed))
    assert made[0] == made[1]
    assert "exports/releases/2026-01-10/manifest.json" in made[0]


@pytest.mark.parametrize("day", ["2026-01-10", "2026-03-20", "2026-02-01"])
def test_a_day_that_has_passed_is_not_released_again(two: Archive, vocab: Path, day: str) -> None:
    before = files(two.folder)
    with pytest.raises(InvalidSetting, match="choose a later day"):
        make(two, vocab, day)
    assert files(two.folder) == before


@pytest.mark.parametrize("day", ["2026-13-01", "today", "2026-1-1", "2026-02-30", ""])
def test_what_is_no_day_is_refused(vocab: Path, folder: Path, day: str) -> None:
    with pytest.raises(InvalidRequest, match="is not a day; write it as"):
        make(Archive(folder), vocab, day)


def test_a_record_that_has_not_changed_is_not_released(two: Archive, vocab: Path) -> None:
    with pytest.raises(InvalidData, match="nothing has changed since the release of 2026-03-20"):
        make(two, vocab, "2026-04-01")


def test_a_record_that_breaks_the_rules_is_not_released(vocab: Path, folder: Path, change: Change) -> None:
    change("concept/aerlighet.ttl", '        "ærlighet"@nb ,\n', "")
    before = files(vocab)
    with pytest.raises(InvalidData, match=r"concept/aerlighet>: .* \(") as error:
        make(Archive(folder), vocab, "2026-01-10")
    assert "fellesord check" in str(error.value)
    assert files(vocab) == before
    assert files(folder) == {}


def test_a_record_that_is_not_in_canonical_form_is_not_released(
    vocab: Path, folder: Path, change: Change
) -> None:
    change("concept/pilot.ttl", "    a skos:Concept ;", "  a skos:Concept ;")
    with pytest.raises(InvalidData, match=r"pilot\.ttl: is not in canonical form; run fellesord format"):
        make(Archive(folder), vocab, "2026-01-10")


def test_a_published_iri_cannot_disappear(two: Archive, vocab: Path, change: Change) -> None:
    assert verifying.lost(two, vocab) == ()
    (vocab / "concept/apenhet.ttl").unlink()
    change("collection/alle.ttl", "        <concept/apenhet> ,\n", "")
    gone = r"<https://fellesord\.example/id/concept/apenhet> was published on 2026-03-20 and is gone"
    with pytest.raises(InvalidData, match=gone):
        make(two, vocab, "2026-04-01")
    assert len(verifying.lost(two, vocab)) == 1


def test_a_code_of_a_list_cannot_disappear_either(two: Archive, vocab: Path) -> None:
    path = vocab / "scheme/utfall.ttl"
    head, _, _ = path.read_text("utf-8").partition("<scheme/utfall#virket>")
    path.write_text(head, "utf-8")
    assert any("utfall#virket>" in line for line in verifying.lost(two, vocab))


def test_a_published_iri_may_become_a_tombstone(two: Archive, vocab: Path, change: Change) -> None:
    (vocab / "concept/apenhet.ttl").unlink()
    change("collection/alle.ttl", "        <concept/apenhet> ,\n", "")
    stones = vocab / "tombstones.ttl"
    stone = stones.read_text("utf-8").split("\n<concept/trukket>")[1].replace("2025-03-01", "2026-04-01")
    text = stones.read_text("utf-8").replace(
        "\n<concept/borte>", f"\n<concept/apenhet>{stone}\n<concept/borte>"
    )
    stones.write_text(text, "utf-8")
    release = make(two, vocab, "2026-04-01")
    assert release.manifest.changes["merged"] == 1


def test_the_lock_says_when_each_iri_was_first_published(two: Archive) -> None:
    known = published.read(two.folder / published.NAME)
    assert known[f"{BASE}concept/aerlighet"] == "2026-01-10"
    assert known[f"{BASE}concept/apenhet"] == "2026-03-20"
    assert known[f"{BASE}concept/borte"] == "2026-01-10"
    assert known[f"{BASE}scheme/utfall#virket"] == "2026-01-10"
    assert f"{BASE}concept/aerlighet#def-nb" not in known


def test_a_line_taken_from_the_lock_is_missed(two: Archive, vocab: Path) -> None:
    lock = two.folder / published.NAME
    lines = lock.read_text("utf-8").splitlines(keepends=True)
    lock.write_text("".join(line for line in lines if "concept/apenhet" not in line), "utf-8")
    (line,) = verifying.lost(two, vocab)
    assert "concept/apenhet> was released on 2026-03-20, but is not in published-iris.lock" in line


def test_releases_that_nobody_touched_are_right_and_can_be_made_again(two: Archive) -> None:
    for release in two:
        verdict = verifying.verify(two, release)
        assert (verdict.problems, verdict.reproduced) == ((), True)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda f: (f / "record/concept/pilot.ttl").write_text("x"), "pilot.ttl: is not as it was released"),
        (lambda f: (f / "changes.nb.md").unlink(), "changes.nb.md: is missing"),
        (lambda f: (f / "extra.txt").write_text("x"), "extra.txt: is not named by the manifest"),
        (lambda f: (f / "manifest.json").write_text("{"), "is not the manifest of a release"),
        (lambda f: (f / "manifest.json").unlink(), "manifest.json"),
    ],
)
def test_what_was_changed_in_a_release_is_told(
    two: Archive, spoil: Callable[[Path], object], told: str
) -> None:
    spoil(two.folder / "2026-01-10")
    archive = Archive(two.folder)
    problems = verifying.verify(archive, archive.get("2026-01-10")).problems
    assert len(problems) == 1
    assert told in problems[0]


def test_a_manifest_that_was_written_anew_is_told_by_the_next(two: Archive) -> None:
    path = two.folder / "2026-01-10/manifest.json"
    path.write_bytes(path.read_bytes().replace(b'"documents": ', b'"documents":  '))
    archive = Archive(two.folder)
    problems = verifying.verify(archive, archive.get("2026-03-20")).problems
    assert problems == ("the manifest of 2026-01-10 is not the one that it follows",)
    assert verifying.verify(archive, archive.get("2026-01-10")).reproduced is False


@pytest.mark.parametrize(
    ("day", "found"),
    [("2026-01-10", "2026-01-10"), ("2026-03-19", "2026-01-10"), ("2099-01-01", "2026-03-20")],
)
def test_the_release_in_force_on_a_day_is_the_last_until_then(two: Archive, day: str, found: str) -> None:
    assert two.at(day).date == found


def test_days_without_a_release_are_told_from_those_with(two: Archive, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"2025-12-31; the first release is that of 2026-01-10, the last"):
        two.at("2025-12-31")
    with pytest.raises(NotFound, match="nothing was released on 2026-02-01"):
        two.get("2026-02-01")
    with pytest.raises(NotFound, match="there is no release yet"):
        Archive(tmp_path / "none").at("2026-01-01")
    with pytest.raises(InvalidRequest, match="is not a day"):
        two.at("../2026-01-10")
    with pytest.raises(NotFound, match="has no file"):
        two.get("2026-01-10").file("../2026-03-20/manifest.json")


def test_going_back_restores_the_record_and_withdraws_what_came_later(two: Archive, vocab: Path) -> None:
    first = two.get("2026-01-10")
    later = restore(two, first, vocab, "2026-05-01", discard=False)
    assert later == (f"{BASE}concept/apenhet",)
    now = files(vocab)
    assert now.keys() == files(first.record).keys()
    assert [path for path in now if now[path] != first.edition.data[path]] == ["tombstones.ttl"]
    assert "2026-05-01" in now["tombstones.ttl"].decode()
    assert all(each.data == each.canonical for each in documents.read(vocab).documents)
    assert verifying.lost(two, vocab) == ()
    assert make(two, vocab, "2026-05-01").manifest.changes["withdrawn"] == 1


def test_going_back_does_not_lose_what_was_never_released(two: Archive, vocab: Path, change: Change) -> None:
    change("concept/pilot.ttl", '"pilot"@nb', '"forsøk"@nb')
    with pytest.raises(InvalidData, match="has changes that are in no release and would be lost"):
        restore(two, two.get("2026-01-10"), vocab, "2026-05-01", discard=False)
    restore(two, two.get("2026-01-10"), vocab, "2026-05-01", discard=True)
    assert "forsøk" not in (vocab / "concept/pilot.ttl").read_text("utf-8")


needs_ssh = pytest.mark.skipif(
    shutil.which("ssh-keygen") is None and not os.environ.get("CI"), reason="there is no ssh-keygen"
)


def key(folder: Path, name: str) -> Path:
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(folder / name)]
    subprocess.run(command, check=True)
    return folder / name


@needs_ssh
def test_a_signed_release_says_by_whom_and_only_as_it_was_signed(
    vocab: Path, folder: Path, tmp_path: Path
) -> None:
    own, other = key(tmp_path, "own"), key(tmp_path, "other")
    release = make(Archive(folder), vocab, "2026-01-10", key=own)
    allowed = tmp_path / "allowed"
    allowed.write_text(f"begrep@fellesord.example {own.with_suffix('.pub').read_text('utf-8')}", "utf-8")
    assert signing.signer(release, allowed) == "begrep@fellesord.example"
    assert verifying.verify(Archive(folder), release).problems == ()
    strangers = tmp_path / "strangers"
    strangers.write_text(f"x@y.example {other.with_suffix('.pub').read_text('utf-8')}", "utf-8")
    with pytest.raises(InvalidData, match="is signed by nobody that"):
        signing.signer(release, strangers)
    manifest = release.folder / "manifest.json"
    manifest.write_bytes(manifest.read_bytes() + b"\n")
    with pytest.raises(InvalidData, match="the signature of the release of 2026-01-10 is wrong"):
        signing.signer(Archive(folder).get("2026-01-10"), allowed)


@needs_ssh
def test_a_key_that_cannot_sign_leaves_no_release(vocab: Path, folder: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad"
    bad.write_text("no key", "utf-8")
    with pytest.raises(InvalidSetting, match="cannot sign with it"):
        make(Archive(folder), vocab, "2026-01-10", key=bad)
    assert files(folder) == {}
    with pytest.raises(InvalidData, match="is not signed"):
        signing.signer(make(Archive(folder), vocab, "2026-01-10"), bad)
