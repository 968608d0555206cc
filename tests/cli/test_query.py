"""The catalogue on the command line: listed, answered in every form, and refused with what would do."""

import json
import re
import sys
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from fellesord import errors
from fellesord.cli import cli
from fellesord.cli.querying import query
from fellesord.formats import table
from fellesord.store.catalogue import Entry, entries


@pytest.fixture
def place(analysts: Path, tmp_path: Path) -> tuple[str, ...]:
    return ("--vocab", str(analysts), "--cache", str(tmp_path))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["query", *arguments])


def test_the_list_says_what_each_query_asks_for() -> None:
    listed = run().output
    assert all(f"\n{each.name}" in f"\n{listed}" for each in entries())
    assert "partners-near --county county\n  Åpne prosjekter som ligner våre\n" in listed
    assert "indicator-by-county --indicator indicator [--county county] [--from year] [--to year]" in listed
    assert "Open projects like ours" in run("--lang", "en").output


@pytest.mark.parametrize("entry", entries(), ids=lambda each: each.name)
def test_the_help_of_a_query_says_what_it_gives_and_asks_for(entry: Entry) -> None:
    told = " ".join(run(entry.name, "--help").output.split())
    assert next(each.value for each in entry.title if each.language == "en") in told
    for each in entry.parameters:
        needed = "may be left out" if each.optional else "needed"
        assert re.search(rf"--{each.name} An? [^\[]+; such as [^\[]+\. \[{needed}\]", told)
    assert all(f"{each.name} {each.type}" in told for each in entry.columns)


def test_the_list_of_commands_breaks_no_sentence_off() -> None:
    assert "..." not in CliRunner().invoke(cli, ["--help"]).output.split("Commands:")[1]


def test_what_is_the_same_is_called_the_same_in_every_command() -> None:
    given = {
        name: {option for each in command.params for option in each.opts}
        for name, command in cli.commands.items()
    }
    assert not [name for name, options in given.items() if {"--json", "--language", "--output"} & options]
    assert {"check", "query", "terms", "search", "doctor"} <= {n for n, o in given.items() if "--format" in o}


def test_a_query_is_a_table_for_people(place: tuple[str, ...]) -> None:
    result = run("partners-near", "--county", "vidda", "--lang", "nn", *place)
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "project         lead       concept    ours",
        "Torgprosjektet  Fjordland  utprøving  =Bryggjeprosjektet",
    ]
    assert result.stderr == "rows: 1\n"


def test_a_query_is_csv_json_and_a_workbook(place: tuple[str, ...], tmp_path: Path) -> None:
    asked = ("indicator-across-reforms", "--indicator=andel-ja", *place)
    assert run(*asked, "--format", "csv").stdout.splitlines()[2].endswith(",Vidda,2019,38.5,false")
    excel = run(*asked, "--format", "csv", "--dialect", "excel-nb").stdout
    assert excel.startswith("\ufefftoday_uri;today_label;") and ";38,5;" in excel
    assert json.loads(run(*asked, "--format", "json").stdout)[1]["value"] == 38.5
    file = tmp_path / "a.xlsx"
    assert run(*asked, "--format", "xlsx", "--out", str(file)).stdout == ""
    assert load_workbook(BytesIO(file.read_bytes())).worksheets[0].max_row == 5


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (("partner-near",), errors.NotFound, "there is no query 'partner-near'; there are partners-near"),
        (
            ("partners-near",),
            errors.InvalidRequest,
            "--county is needed: a name or an IRI of a county, such as agder",
        ),
        (("partners-near", "--county"), errors.InvalidRequest, "--county has no value"),
        (("partners-near", "--county", "x", "--county", "y"), errors.InvalidRequest, "given twice"),
        (
            ("partners-near", "vidda"),
            errors.InvalidRequest,
            "'vidda' is no parameter; parameters are written",
        ),
        (
            ("partners-near", "--county", "vida"),
            errors.InvalidRequest,
            "--county: there is no county 'vida' here",
        ),
        (("partners-near", "--county", "vida"), errors.InvalidRequest, "did you mean vidda"),
        (
            ("counties-on-date", "--day", "x"),
            errors.InvalidRequest,
            "--day: 'x' is not a day; write it as 20",
        ),
        (("tools-unused", "--dialect", "excel-nb"), errors.InvalidSetting, "say --format csv"),
    ],
)
def test_what_is_wrong_is_told(
    place: tuple[str, ...], arguments: tuple[str, ...], error: type[Exception], message: str
) -> None:
    result = run(*arguments, *place)
    assert isinstance(result.exception, error)
    assert message in str(result.exception)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the jail is Linux only")
def test_a_query_that_takes_too_long_is_stopped(place: tuple[str, ...], tmp_path: Path) -> None:
    chain = tmp_path / "chain.nt"
    skos, start = "http://www.w3.org/2004/02/skos/core#", "http://chain.example/"
    chain.write_text(
        "".join(
            f"<{start}{n}> <{skos}inScheme> <{start}all> .\n<{start}{n}> <{skos}broader> <{start}{n + 1}> .\n"
            for n in range(4000)
        )
    )
    asked = ("hierarchy-depth", "--scheme", f"{start}all", "--attach", str(chain), *place)
    result = run(*asked, "--timeout", "1")
    assert isinstance(result.exception, errors.JailTimeout)
    assert "more than 1 seconds" in str(result.exception)


def test_options_are_not_in_the_way_of_parameters() -> None:
    options = {name.removeprefix("--") for each in query.params for name in each.opts}
    assert not options & {p.name for each in entries() for p in each.parameters}
    dialect = next(each for each in query.params if each.name == "dialect")
    assert list(getattr(dialect.type, "choices", ())) == list(table.DIALECTS)
