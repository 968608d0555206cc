"""The command that checks, as it is typed."""

import gzip
import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result
from tests.conftest import WriteRecord

from fellesord.cli import cli, exit_code
from fellesord.errors import InvalidSetting, NotFound

BROKEN = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix e: <http://e.example/> .

e:a a skos:Concept ;
    skos:prefLabel "a"@nb , "b"@nb ;
    skos:broader e:b .

e:b a skos:Concept ;
    skos:prefLabel "b, 50% \\"sitat\\""@nn ;
    skos:broader e:a .
"""


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["check", *map(str, arguments)])


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    path = tmp_path / "broken.ttl"
    path.write_text(BROKEN)
    return path


def test_a_file_with_faults_is_told_with_lines_and_is_exit_code_1(broken: Path) -> None:
    result = run(broken, "--lang", "en")
    assert result.exit_code == 1
    assert "violation skos-preferred-once (1)" in result.output
    assert "There are several preferred terms in one language. Keep one" in result.output
    assert f"{broken}:5  http://e.example/a  skos:prefLabel" in result.output
    assert "violation skos-broader-cycle (2)" in result.output


def test_a_right_record_is_exit_code_0(twelve: Path, tmp_path: Path) -> None:
    assert run("--vocab", twelve, "--cache", tmp_path).exit_code == 0


def test_warnings_stop_when_asked_to(twelve: Path, tmp_path: Path) -> None:
    assert run("--vocab", twelve, "--cache", tmp_path, "--fail-on", "warning").exit_code == 1


def test_a_packed_file_is_unpacked(broken: Path, tmp_path: Path) -> None:
    packed = tmp_path / "broken.ttl.gz"
    packed.write_bytes(gzip.compress(broken.read_bytes()))
    assert "skos-preferred-once" in run(packed).output


def test_json_says_everything_of_each_finding(broken: Path) -> None:
    content = json.loads(run(broken, "--format", "json", "--lang", "nn").output)
    assert content["counts"] == {"violation": 3, "warning": 0, "info": 4}
    assert content["profile"] == "skos"
    first = next(each for each in content["results"] if each["code"] == "skos-preferred-once")
    assert first["message"].startswith("Det er fleire tilrådde termar")
    assert sorted(first["messages"]) == ["en", "nb", "nn"]
    assert (first["focus"], first["path"], first["line"]) == ("http://e.example/a", "skos:prefLabel", 5)


def test_the_w3c_report_is_rdf(broken: Path) -> None:
    output = run(broken, "--format", "ttl").output
    conforms = "http://www.w3.org/ns/shacl#conforms"
    quads = list(ox.parse(output.encode(), format=ox.RdfFormat.TURTLE))
    assert [quad.object.value for quad in quads if quad.predicate.value == conforms] == ["false"]


def test_sarif_has_rules_places_and_messages(broken: Path) -> None:
    (one,) = json.loads(run(broken, "--format", "sarif").output)["runs"]
    rules = one["tool"]["driver"]["rules"]
    for result in one["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == str(broken)
        assert result["message"]["text"]
        assert result["level"] in ("error", "warning", "note")


def test_annotations_cannot_be_broken_out_of(tmp_path: Path) -> None:
    path = tmp_path / "odd,name.ttl"
    path.write_text(BROKEN)
    lines = run(path, "--format", "github", "--lang", "en").output.strip().splitlines()
    assert lines[0].startswith("::error file=")
    assert "odd%2Cname.ttl,line=" in lines[0]
    assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in lines)


def test_one_thing_is_checked_by_its_address(twelve: Path, tmp_path: Path) -> None:
    iri = "https://fellesord.example/id/indicator/andel-ja"
    output = run(iri, "--vocab", twelve, "--cache", tmp_path, "--format", "json").output
    assert {each["focus"] for each in json.loads(output)["results"]} == {iri}


def test_how_each_rule_was_checked_is_told_when_asked(broken: Path) -> None:
    output = run(broken, "--explain").output
    assert "compiled" in output
    assert "skos-broader-cycle  SPARQL" in output


def test_the_record_as_data_norge_wants_it_has_no_violation(twelve: Path, tmp_path: Path) -> None:
    result = run("--profile", "skos-ap-no", "--format", "json", "--cache", tmp_path)
    counts = json.loads(result.output)["counts"]
    assert (counts["violation"], counts["warning"]) == (0, 0)
    assert counts["info"] > 0


def test_what_cannot_be_read_is_a_finding_with_its_line(tmp_path: Path, write_record: WriteRecord) -> None:
    path = tmp_path / "wrong.ttl"
    path.write_text("@prefix a: <http://a.example/> .\n\na:b a:c .\n")
    result = run(path, "--lang", "en")
    assert result.exit_code == 1
    assert f"{path}:3" in result.output
    assert "The file cannot be read as it is" in result.output
    record = write_record({"concept/x.ttl": "no turtle"})
    assert run(record, "--cache", tmp_path / "cache").exit_code == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("latin.ttl", '<http://a.example/a> <http://a.example/b> "\xe6" .'.encode("latin-1")),
        ("empty.ttl", b""),
        ("binary.nt", bytes(range(256))),
        ("bomb.rdf", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'),
        ("nul.ttl", b"\x00\x00"),
        ("bom.ttl", b"\xef\xbb\xbf<http://a.example/a> a <http://a.example/b> ."),
        ("context.jsonld", b'{"@context": "http://127.0.0.1:9/context", "@id": "http://a.example/a"}'),
        ("notgzip.ttl.gz", b"plain"),
    ],
)
def test_bad_files_end_in_findings_or_a_clear_message(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    result = run(path)
    assert result.exception is None or isinstance(result.exception, SystemExit | InvalidSetting)
    assert result.exit_code in (0, 1)


@pytest.mark.parametrize(
    ("argument", "error", "said"),
    [
        ("missing.ttl", InvalidSetting, "there is no such file or folder"),
        ("http://elsewhere.example/x", InvalidSetting, "is not a thing of the record"),
        ("https://fellesord.example/id/concept/missing", NotFound, "nothing is known of"),
    ],
)
def test_what_cannot_be_checked_is_explained(
    argument: str, error: type[Exception], said: str, tmp_path: Path
) -> None:
    result = run(argument, "--cache", tmp_path)
    assert isinstance(result.exception, error)
    assert said in str(result.exception)
    assert isinstance(result.exception, InvalidSetting | NotFound)
    assert exit_code(result.exception) in (1, 2)
