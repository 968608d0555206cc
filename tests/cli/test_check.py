"""The command that checks, as it is typed."""

import gzip
import json
import os
import re
import subprocess
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


HEAD = """@base <https://fellesord.example/id/> .
@prefix euvoc: <http://publications.europa.eu/ontology/euvoc#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

"""


def concept(slug: str, label: str, more: str = "") -> str:
    return (
        f'{HEAD}<concept/{slug}>\n    a skos:Concept ;\n    skos:prefLabel "{label}"@nb ;\n{more}'
        "    skos:inScheme <scheme/s> ;\n    euvoc:status <http://e.example/current> .\n"
    )


def git(folder: Path, *arguments: str) -> None:
    said = ("user.name=test", "user.email=test@fellesord.example", "commit.gpgsign=false")
    options = [option for each in said for option in ("-c", each)]
    subprocess.run(["git", "-C", str(folder), *options, *arguments], check=True, capture_output=True)


@pytest.fixture
def committed(tmp_path: Path, write_record: WriteRecord) -> Path:
    """A record in a checkout of its own: three concepts and their scheme, of which nothing clashes."""
    folder = write_record(
        {
            "concept/a.ttl": concept("a", "felles"),
            "concept/b.ttl": concept("b", "annet"),
            "concept/c.ttl": concept("c", "tredje", "    skos:related <concept/b> ;\n"),
            "scheme/s.ttl": f"{HEAD}<scheme/s>\n    a skos:ConceptScheme .\n",
            "README.md": "Not a document.",
        }
    )
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "vocab")
    git(tmp_path, "commit", "--quiet", "--message", "first")
    return folder


def found_of(code: str, results: list[dict[str, str]]) -> list[dict[str, str]]:
    return [each for each in results if each["code"] == code]


def files(results: list[dict[str, str]]) -> set[str]:
    return {Path(each["file"]).name for each in results}


def told(folder: Path, *arguments: str) -> list[dict[str, str]]:
    """What is found."""
    output = run(folder, "--cache", folder.parent / "cache", "--format", "json", *arguments)
    return list(json.loads(output.stdout)["results"])


def test_what_changed_is_told_whole_and_a_clash_in_another_document_with_it(committed: Path) -> None:
    assert told(committed, "--changed-since", "HEAD") == []
    (committed / "concept/b.ttl").write_text(concept("b", "felles"))
    found, everything = told(committed, "--changed-since", "HEAD"), told(committed)
    clashes = found_of("skos-label-shared", everything)
    assert files(clashes) == {"a.ttl", "b.ttl"}
    assert found_of("skos-label-shared", found) == clashes
    assert [each for each in found if each["file"].endswith("b.ttl")] == [
        each for each in everything if each["file"].endswith("b.ttl")
    ]
    assert files(everything) - files(found) == {"c.ttl", "s.ttl"}


def test_what_is_committed_since_has_changed_and_what_was_wrong_before_in_others_is_left(
    committed: Path,
) -> None:
    (committed / "concept/b.ttl").write_text(concept("b", "felles"))
    found = told(committed, "--changed-since", "HEAD")
    git(committed, "commit", "--all", "--quiet", "--message", "second")
    assert told(committed, "--changed-since", "HEAD") == []
    assert told(committed, "--changed-since", "HEAD~1") == found
    (committed / "concept/a.ttl").write_text(concept("a", "felles", '    skos:hiddenLabel "x"@nb ;\n'))
    assert files(found_of("skos-label-shared", told(committed, "--changed-since", "HEAD"))) == {"a.ttl"}


def test_a_deleted_document_is_missed_by_whoever_leads_to_it(committed: Path) -> None:
    (committed / "concept/b.ttl").unlink()
    found, everything = told(committed, "--changed-since", "HEAD"), told(committed)
    dangling = found_of("concept-linked-kind", everything)
    assert files(dangling) == {"c.ttl"}
    assert found_of("concept-linked-kind", found) == dangling


def test_documents_that_git_does_not_know_or_is_told_to_pass_by_have_changed(committed: Path) -> None:
    (committed / ".gitignore").write_text("e.ttl\n")
    for slug in ("d", "e"):
        (committed / f"concept/{slug}.ttl").write_text(
            concept(slug, slug, "    skos:related <concept/none> ;\n")
        )
    found = told(committed, "--changed-since", "HEAD")
    assert files(found_of("concept-linked-kind", found)) == {"d.ttl", "e.ttl"}


def test_everything_is_checked_where_the_revision_has_no_record_or_a_wrong_one(committed: Path) -> None:
    (committed / "concept/a.ttl").write_text("no turtle")
    git(committed, "commit", "--all", "--quiet", "--message", "wrong")
    (committed / "concept/a.ttl").write_text(concept("a", "annet"))
    result = run(
        committed, "--cache", committed.parent / "cache", "--changed-since", "HEAD", "--profile", "skos"
    )
    assert "the record cannot be read as it was at HEAD; all of it is checked" in result.stderr
    assert "skos-label-shared" in result.stdout
    new = committed.parent / "new"
    committed.rename(new)
    assert told(new, "--changed-since", "HEAD") == told(new)


def test_a_store_elsewhere_is_not_compared_with_the_record(committed: Path) -> None:
    arguments = ["check", str(committed), "--changed-since", "HEAD"]
    result = CliRunner().invoke(cli, arguments, env={"FELLESORD_STORE": "http://127.0.0.1:9/query"})
    assert isinstance(result.exception, InvalidSetting)


def test_the_place_of_another_git_is_not_looked_at(committed: Path, tmp_path: Path) -> None:
    arguments = ["check", str(committed), "--cache", str(tmp_path / "cache"), "--changed-since", "HEAD"]
    other = {"GIT_DIR": str(tmp_path / "none"), "GIT_INDEX_FILE": "none", "GIT_WORK_TREE": "/"}
    assert "nothing found" in CliRunner().invoke(cli, arguments, env=other).output


@pytest.mark.parametrize(
    ("revision", "path", "said"),
    [
        ("missing", None, "missing: is no commit that git knows in"),
        ("--all", None, "--all: is no commit that git knows"),
        ("^HEAD", None, "is no commit that git knows"),
        ("HEAD:vocab", None, "is no commit that git knows"),
        ("", None, "is no commit that git knows"),
        ("HEAD", "vocab/concept/a.ttl", "--changed-since is for a whole record, not for a file or one thing"),
        ("HEAD", "https://fellesord.example/id/concept/a", "not for a file or one thing"),
    ],
)
def test_what_cannot_be_compared_is_explained(
    committed: Path, revision: str, path: str | None, said: str
) -> None:
    what = committed if path is None else path if "://" in path else committed.parent / path
    result = run(what, "--cache", committed.parent / "cache", f"--changed-since={revision}")
    assert isinstance(result.exception, InvalidSetting)
    assert said in str(result.exception)
    assert exit_code(result.exception) == 2


def test_a_record_in_no_checkout_and_a_machine_without_git_are_explained(
    small_record: Path, tmp_path: Path
) -> None:
    arguments = ["check", str(small_record), "--cache", str(tmp_path / "cache"), "--changed-since", "HEAD"]
    for path, said in ((os.environ["PATH"], "is in no git checkout"), (str(tmp_path), "git cannot be run")):
        ceiling = {"PATH": path, "GIT_CEILING_DIRECTORIES": str(tmp_path.parent)}
        result = CliRunner().invoke(cli, arguments, env=ceiling)
        assert isinstance(result.exception, InvalidSetting)
        assert said in str(result.exception)


def test_no_bar_is_shown_where_nobody_watches(broken: Path) -> None:
    assert run(broken).stderr == ""


def test_several_are_checked_each_by_itself(tmp_path: Path) -> None:
    head = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
    (tmp_path / "one.ttl").write_text(head + '<http://o.example/a> skos:prefLabel "a"@en , "b"@en .\n')
    (tmp_path / "two.ttl").write_text("wrong")
    files = [str(tmp_path / "one.ttl"), str(tmp_path / "two.ttl")]
    found = CliRunner().invoke(cli, ["check", *files, "--format", "json"])
    said = json.loads(found.stdout)
    assert found.exit_code == 1
    assert {Path(each["file"]).name for each in said["results"]} == {"one.ttl", "two.ttl"}
    report = CliRunner().invoke(cli, ["check", files[0], files[0], "--format", "ttl"])
    assert report.stdout.count("sh:ValidationReport") + report.stdout.count("#ValidationReport") == 2


def test_a_harvest_of_the_record_is_gone_through(tmp_path: Path) -> None:
    result = run("--profile", "data-norge", "--cache", tmp_path, "--lang", "en")
    assert result.exit_code == 0
    assert re.search(r"would have: \d+ new, \d+ changed, [1-9]\d* unchanged, 0 removed", result.output)
    elsewhere = run(
        "--profile", "data-norge", "--cache", tmp_path, "--registered", "https://old.example/feed"
    )
    assert elsewhere.exit_code == 1
    assert "harvest-moved" in elsewhere.output


def test_a_harvest_of_a_file_is_gone_through_and_compared(broken: Path, tmp_path: Path) -> None:
    less = tmp_path / "less.ttl"
    less.write_text(BROKEN.partition("e:b a")[0])
    result = run(less, "--profile", "data-norge", "--last", broken)
    assert result.exit_code == 1
    assert "harvest-removed" in result.output
    assert "0 new, 0 changed, 1 unchanged, 1 removed" in result.output
