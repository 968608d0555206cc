"""Files that are wrong, too large or meant to harm end in words, never in a traceback or half an intake."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.intake.conftest import PREFIXES

XML = '<?xml version="1.0"?>\n'
RDF = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:skos="http://www.w3.org/2004/02/skos/core#">'
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
ENTITY = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
CONCEPT = "o:a a skos:Concept ; skos:prefLabel {} .\n"
CYCLE = (
    'o:a a skos:Concept ; skos:prefLabel "a"@nb ; skos:broader o:b .\n'
    'o:b a skos:Concept ; skos:prefLabel "b"@nb ; skos:broader o:a .\n'
)

#: Name of the file, its bytes, and whether it can be taken in.
CORPUS: list[tuple[str, bytes, bool]] = [
    ("laughs.rdf", f'{XML}<!DOCTYPE r [<!ENTITY l0 "ha">{LAUGHS}]>{RDF}&l9;</rdf:RDF>'.encode(), False),
    ("external.rdf", f"{XML}{ENTITY}{RDF}<skos:Concept rdf:about='http://o.example/a'><skos:prefLabel>&x;</skos:prefLabel></skos:Concept></rdf:RDF>".encode(), False),
    ("unclosed.rdf", f"{XML}{RDF}<skos:Concept>".encode(), False),
    ("deep.rdf", f"{XML}{RDF}{'<skos:Concept><skos:broader>' * 10_000}".encode(), False),
    ("context.jsonld", b'{"@context": "http://127.0.0.1:9/c.jsonld", "@id": "http://o.example/a"}', False),
    ("file-context.jsonld", b'{"@context": "file:///etc/passwd", "@id": "http://o.example/a"}', False),
    ("deep.jsonld", b"[" * 10_000, False),
    ("nested.jsonld", b'{"http://o.example/p":' * 3_000 + b"1" + b"}" * 3_000, False),
    ("deep.ttl", (PREFIXES + "o:a o:p " + "[ o:p " * 10_000 + "1" + " ]" * 10_000 + " .").encode(), False),
    ("list.ttl", (PREFIXES + "o:a o:p " + "( " * 10_000 + ") " * 10_000 + " .").encode(), True),
    ("bom.ttl", b"\xef\xbb\xbf" + (PREFIXES + CONCEPT.format('"a"@nb')).encode(), True),
    ("utf16.ttl", (PREFIXES + CONCEPT.format('"a"@nb')).encode("utf-16"), False),
    ("latin1.ttl", (PREFIXES + CONCEPT.format('"blåbær"@nb')).encode("latin-1"), False),
    ("crlf.ttl", (PREFIXES + CONCEPT.format('"a"@nb')).replace("\n", "\r\n").encode(), True),
    ("nul.ttl", (PREFIXES + CONCEPT.format('"a\0b"@nb')).encode(), True),
    ("space.ttl", (PREFIXES + "<http://o.example/a b> a skos:Concept .").encode(), False),
    ("tag.ttl", (PREFIXES + CONCEPT.format('"a"@en-')).encode(), False),
    ("tags.ttl", (PREFIXES + CONCEPT.format('"a"@no , "c"@NN')).encode(), True),
    ("blank.ttl", (PREFIXES + '[] a skos:Concept ; skos:prefLabel "a"@nb .').encode(), False),
    ("cycle.ttl", (PREFIXES + CYCLE).encode(), False),
    ("long.ttl", (PREFIXES + CONCEPT.format(f'"a"@nb ; skos:definition "{"x" * 2**20}"@nb')).encode(), True),
    ("prefix.ttl", b"a:b a:c a:d .", False),
    ("relative.ttl", b"<a> <b> <c> .", False),
    ("empty.ttl", b"", False),
    ("nothing.ttl", b"# nothing\n", True),
    ("quoted.ttl", (PREFIXES + "<< o:a o:p 1 >> o:q 2 .").encode(), False),
    ("names.nt", b"<http://o.example/a> <http://www.w3.org/2004/02/skos/core#prefLabel> \"a\"@nb <http://o.example/g> .", False),
    ("not-gzip.ttl.gz", b"not gzip", False),
    ("cut.ttl.gz", gzip.compress((PREFIXES * 50).encode())[:-20], False),
    ("bomb.ttl.gz", gzip.compress(b"#" * (80 * 2**20)), False),
    ("large.nt", b"#" * (100 * 2**20), False),
    ("archive.zip", b"PK", False),
    ("sheet.xlsm", b"PK", False),
]  # fmt: skip


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(("name", "data", "good"), CORPUS, ids=[name for name, _, _ in CORPUS])
def test_a_bad_file_ends_in_words(name: str, data: bytes, good: bool, record: Path, tmp_path: Path) -> None:
    before = contents(record)
    file = tmp_path / name
    file.write_bytes(data)
    run = subprocess.run(
        [sys.executable, "-m", "fellesord", "import", str(file), "--vocab", str(record), "--profile", "skos", "--format", "json"],
        capture_output=True, text=True, timeout=120, check=False, env={**os.environ, "NO_COLOR": "1"},
    )  # fmt: skip
    assert "Traceback" not in run.stderr + run.stdout
    assert run.returncode == (0 if good else 1), run.stderr
    said = json.loads(run.stdout)
    if good:
        assert sum(said["counts"].values()) == said["given"]
    else:
        assert contents(record) == before
        assert [found["message"] for found in said.get("findings", said)["results"]]


def test_a_right_file_beside_a_wrong_one_is_not_taken_in(record: Path, tmp_path: Path) -> None:
    from click.testing import CliRunner

    from fellesord.cli import cli

    before = contents(record)
    (tmp_path / "right.ttl").write_text(PREFIXES + CONCEPT.format('"a"@nb'), "utf-8")
    (tmp_path / "wrong.ttl").write_text("wrong", "utf-8")
    files = [str(tmp_path / "right.ttl"), str(tmp_path / "wrong.ttl")]
    run = CliRunner().invoke(cli, ["import", *files, "--vocab", str(record)])
    assert run.exit_code == 1
    assert "wrong.ttl:1" in run.output
    assert contents(record) == before
