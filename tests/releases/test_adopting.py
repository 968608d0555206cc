"""Adoption: everything of the record is the adopter's, once, and nothing is half done."""

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fellesord.cli import cli
from fellesord.errors import FellesordError
from fellesord.files import root
from fellesord.formats.registry import find
from fellesord.record import documents
from fellesord.releases import adopting
from fellesord.releases.archive import Archive
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Sources
from fellesord.vocabulary.reading import Vocabulary

GIVEN = {
    "--base": "https://begrep.fylke.invalid",
    "--publisher": "974 760 673",
    "--name": "Prøvefylke",
    "--contact": "begrep@fylke.invalid",
}


def run(folder: Path, *more: str, **changed: str) -> Result:
    given = {**GIVEN, **{f"--{name}": value for name, value in changed.items()}}
    options = [part for pair in given.items() for part in pair]
    folders = ["--vocab", str(folder), "--releases", str(folder.parent / "releases")]
    return CliRunner().invoke(cli, ["adopt", *options, *folders, *more])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(root() / "vocab", tmp_path / "vocab")


def test_every_address_publisher_and_contact_is_the_adopters(folder: Path) -> None:
    before = documents.read(folder)
    assert run(folder).exit_code == 0
    after = documents.read(folder)
    assert after.base == "https://begrep.fylke.invalid/id/"
    assert {each.path for each in after.documents} - {each.path for each in before.documents} == {
        "external/publisher.ttl"
    }
    assert all(each.data == each.canonical for each in after.documents)
    texts = b"".join(each.data for each in after.documents)
    assert b"fellesord.example/id" not in texts
    assert b"https://fellesord.example/ns" in texts
    store = EmbeddedStore.build(Sources(folder))
    feed = (
        find(Vocabulary(store, after.base), "data-norge.ttl").content(Vocabulary(store, after.base)).decode()
    )
    assert "<https://data.norge.no/organizations/974760673>" in feed
    assert "<mailto:begrep@fylke.invalid>" in feed
    assert '"Prøvefylke"@nb' in feed


def test_an_adopted_record_keeps_the_rules_and_is_ready_to_be_harvested(folder: Path, tmp_path: Path) -> None:
    run(folder, contact="begrep@fylke.no")
    cache = ["--vocab", str(folder), "--cache", str(tmp_path / "cache"), "--lang", "en"]
    for profile in ("fellesord", "data-norge"):
        result = CliRunner().invoke(cli, ["check", "--profile", profile, *cache])
        assert result.exit_code == 0
        assert "to-be-set" not in result.output
        assert "ap-publisher-number" not in result.output
        assert "ap-contact-reachable" not in result.output


def test_nobody_adopts_twice(folder: Path) -> None:
    assert run(folder).exit_code == 0
    texts = {path: path.read_bytes() for path in folder.rglob("*.ttl")}
    again = run(folder, base="https://andre.fylke.invalid")
    assert "adopted already" in str(again.exception)
    assert {path: path.read_bytes() for path in folder.rglob("*.ttl")} == texts


def test_a_record_that_has_been_released_keeps_its_addresses(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "releases" / "2026-12-01").mkdir(parents=True)
    refused = run(folder)
    assert "before its first release" in str(refused.exception)
    assert documents.read(folder).base == "https://fellesord.example/id/"


def test_a_dry_run_writes_nothing(folder: Path) -> None:
    result = run(folder, "--dry-run")
    assert re.match(
        r"[0-9]+ documents and 0 queries would be at https://begrep.fylke.invalid/id/", result.output
    )
    assert documents.read(folder).base == "https://fellesord.example/id/"


def test_examples_in_queries_are_the_adopters_too() -> None:
    by = adopting.adopter(*GIVEN.values())
    found = adopting.queries(root() / "queries", "https://fellesord.example/id/", by)
    assert "thing.rq" in found
    assert b"<https://begrep.fylke.invalid/id/concept/samskaping>" in found["thing.rq"]
    assert all(b"fellesord.example/id" not in data for data in found.values())


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"base": "http://begrep.fylke.no"}, "is not an https address"),
        ({"base": "https://begrep.fylke.no/x y"}, "is not an https address"),
        ({"publisher": "974760674"}, "check digit"),
        ({"publisher": "12345"}, "check digit"),
        ({"publisher": "fylket"}, "neither an organisation number nor"),
        ({"contact": "fylket"}, "not an e-mail address"),
        ({"name": " "}, "say what the publisher is called"),
    ],
)
def test_what_cannot_be_published_is_refused(folder: Path, changed: dict[str, str], message: str) -> None:
    result = run(folder, **changed)
    assert isinstance(result.exception, FellesordError)
    assert message in str(result.exception)
    assert documents.read(folder).base == "https://fellesord.example/id/"


def test_a_publisher_may_be_named_by_an_address(folder: Path) -> None:
    by = adopting.adopter("https://a.fylke.no/ord/id/", "https://fylke.no/", "Fylket", "ord@fylke.no")
    assert by.base == "https://a.fylke.no/ord/id/"
    changed = adopting.adopted(documents.read(folder), Archive(folder.parent / "none"), by)
    assert b"dct:publisher <https://fylke.no/>" in changed["scheme/fellesord.ttl"]
