"""The commands that take in files and write the template."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fellesord.cli import cli
from fellesord.errors import InvalidSetting

HEAD = "@prefix o: <https://other.example/> .\n@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
BASE = "https://fellesord.example/id/"


@pytest.fixture
def record(small_record: Path) -> Path:
    (small_record / "scheme").mkdir()
    (small_record / "scheme" / "s.ttl").write_text(
        f"@base <{BASE}> .\n{HEAD}@prefix dct: <http://purl.org/dc/terms/> .\n"
        '<scheme/s> a skos:ConceptScheme , <http://www.w3.org/ns/dcat#Dataset> ; dct:title "S"@nb .\n'
    )
    return small_record


def run(record: Path, tmp_path: Path, text: str, *options: str) -> Result:
    file = tmp_path / "given.ttl"
    file.write_text(HEAD + text, "utf-8")
    return CliRunner().invoke(cli, ["import", str(file), "--vocab", str(record), *options])


NEW = 'o:y a skos:Concept ; skos:prefLabel "y"@nb ; o:p 1 .'


def test_what_is_taken_in_is_written_and_told(record: Path, tmp_path: Path) -> None:
    found = run(record, tmp_path, NEW, "--scheme", "s", "--profile", "skos")
    assert found.exit_code == 0, found.output
    assert "3 given: 2 kept, 0 inferred, 0 changed, 1 not-understood" in found.output
    assert "1 document: 1 new, 0 changed, 0 same" in found.output
    assert '"y"@nb' in (record / "concept" / "y.ttl").read_text()


def test_a_dry_run_shows_the_difference_and_writes_nothing(record: Path, tmp_path: Path) -> None:
    found = run(record, tmp_path, NEW, "--scheme", "s", "--profile", "skos", "--dry-run")
    assert found.exit_code == 0
    assert '+    skos:prefLabel "y"@nb .' in found.output
    assert "would be written" in found.output
    assert not (record / "concept" / "y.ttl").exists()


def test_what_is_there_changes_only_when_asked(record: Path, tmp_path: Path) -> None:
    text = f'<{BASE}concept/x> skos:prefLabel "z"@nb .'
    before = (record / "concept" / "x.ttl").read_bytes()
    refused = run(record, tmp_path, text, "--profile", "skos")
    assert refused.exit_code == 1
    assert "add --update" in refused.output
    assert '-    skos:prefLabel "x"@nb .' in refused.output, "the old value is shown"
    assert '+    skos:prefLabel "z"@nb .' in refused.output, "and the new"
    assert (record / "concept" / "x.ttl").read_bytes() == before
    assert run(record, tmp_path, text, "--profile", "skos", "--update").exit_code == 0
    assert '"z"@nb' in (record / "concept" / "x.ttl").read_text()


def test_what_breaks_the_rules_is_not_written_unless_asked(record: Path, tmp_path: Path) -> None:
    refused = run(record, tmp_path, NEW, "--scheme", "s")
    assert refused.exit_code == 1
    assert "rules would be broken" in refused.output
    assert not (record / "concept" / "y.ttl").exists()
    assert run(record, tmp_path, NEW, "--scheme", "s", "--allow-violations").exit_code == 0
    assert (record / "concept" / "y.ttl").exists()


def test_programs_are_told_everything(record: Path, tmp_path: Path) -> None:
    account = tmp_path / "account.tsv"
    found = run(
        record,
        tmp_path,
        NEW,
        "--scheme",
        "s",
        "--profile",
        "skos",
        "--format",
        "json",
        "--account",
        str(account),
    )
    said = json.loads(found.stdout)
    assert said["written"] is True
    assert said["given"] == sum(said["counts"].values()) == 3
    assert said["reasons"][0]["reason"] == "property"
    assert said["documents"][0]["path"] == "concept/y.ttl"
    assert len(account.read_text().splitlines()) == 1 + 3 + sum(said["added"].values())


def test_a_scheme_that_is_not_there_is_named(record: Path, tmp_path: Path) -> None:
    found = run(record, tmp_path, NEW, "--scheme", "ikke")
    assert isinstance(found.exception, InvalidSetting)
    assert "there is no scheme ikke" in str(found.exception)


def test_a_template_is_written(record: Path, tmp_path: Path) -> None:
    file = tmp_path / "concepts.xlsx"
    found = CliRunner().invoke(cli, ["template", str(file), "--filled", "--vocab", str(record)])
    assert found.exit_code == 0, found.output
    back = CliRunner().invoke(cli, ["import", str(file), "--vocab", str(record), "--profile", "skos"])
    assert "2 given: 2 kept" in back.output
    assert "1 document: 0 new, 0 changed, 1 same" in back.output


def test_a_template_is_a_workbook(record: Path, tmp_path: Path) -> None:
    found = CliRunner().invoke(cli, ["template", str(tmp_path / "a.ods"), "--vocab", str(record)])
    assert "a workbook is written as .xlsx" in str(found.exception)


def test_a_table_of_other_columns_is_not_taken_for_done(record: Path, tmp_path: Path) -> None:
    file = tmp_path / "egne.csv"
    file.write_text("term;forklaring\nord;noe\n", "utf-8")
    found = CliRunner().invoke(cli, ["import", str(file), "--vocab", str(record)])
    assert found.exit_code == 1
    assert "«egne.csv» har ingen rad med navn på kolonner vi kjenner" in found.output
    assert "nothing of it was understood" in found.output


def test_taking_in_what_is_there_says_so(record: Path, tmp_path: Path) -> None:
    found = run(record, tmp_path, f'<{BASE}concept/x> skos:prefLabel "x"@nb .', "--profile", "skos")
    assert found.exit_code == 0
    assert "nothing to write" in found.output


def test_a_template_is_not_written_over_what_is_there(record: Path, tmp_path: Path) -> None:
    file = tmp_path / "filled.xlsx"
    file.write_bytes(b"somebody's work")
    refused = CliRunner().invoke(cli, ["template", str(file), "--vocab", str(record)])
    assert refused.exit_code != 0
    assert file.read_bytes() == b"somebody's work"
    forced = CliRunner().invoke(cli, ["template", str(file), "--force", "--vocab", str(record)])
    assert forced.exit_code == 0
    assert file.read_bytes().startswith(b"PK")
