"""Errors of files that cannot be read name the file and the line."""

from pathlib import Path

import pytest

from fellesord.errors import InvalidData
from fellesord.rdf.reading import read


def written(tmp_path: Path, name: str, data: bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.ttl", b"@prefix a: <http://a/> .\n\na:x a:y zzz .\n", r"a\.ttl:3: .*zzz"),
        ("a.ttl", b'<http://a> <http://b>\n"\xe5" .', r"a\.ttl:2: byte 0xe5 is not UTF-8"),
        ("a.ttl", "<http://a>".encode("utf-16"), r"a\.ttl:1: is UTF-16"),
        ("a.ttl", b"<a> <b> <c> .", r"a\.ttl:1: .*"),
        ("a.txt", b"", r"a\.txt: unknown file ending; use \.jsonld, \.nt, \.rdf or \.ttl"),
        ("a.rdf", b'<!DOCTYPE x [<!ENTITY a "b">]><x/>', r"a\.rdf: declares XML entities"),
        ("a.jsonld", b'{"@context": "https://remote.example/context"}', r"a\.jsonld"),
        ("a.jsonld", b"{", r"a\.jsonld"),
    ],
)
def test_a_wrong_file_says_where_and_what(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    with pytest.raises(InvalidData, match=message):
        read(written(tmp_path, name, data))


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(InvalidData, match=r"none\.ttl: cannot be read: No such file"):
        read(tmp_path / "none.ttl")


def test_the_parser_keeps_the_form_of_literals(tmp_path: Path) -> None:
    path = written(tmp_path, "a.nt", b'<http://a> <http://b> "01"^^<http://www.w3.org/2001/XMLSchema#byte> .')
    assert '"01"^^<http://www.w3.org/2001/XMLSchema#byte>' in str(read(path).triples[0])
