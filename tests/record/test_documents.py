"""Documents: every way one can be wrong is said with its file and line."""

from pathlib import Path

import pytest
from tests.conftest import WriteRecord

from fellesord.errors import InvalidData, InvalidSetting
from fellesord.record import documents

HEAD = "@base <https://fellesord.example/id/> .\n@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
RIGHT = HEAD + '<concept/x> skos:prefLabel "x"@nb .\n'


def problems(folder: Path) -> tuple[str, ...]:
    with pytest.raises(InvalidData) as caught:
        documents.read(folder)
    return caught.value.problems


def test_a_document_knows_its_iri_kind_and_triples(write_record: WriteRecord) -> None:
    record = documents.read(write_record({"concept/x.ttl": RIGHT, "external/y.ttl": HEAD}))
    first, second = record.documents
    assert (first.kind, first.iri) == ("concept", "https://fellesord.example/id/concept/x")
    assert (second.kind, second.iri) == ("external", None)
    assert record.base == "https://fellesord.example/id/"
    assert len(list(record.triples())) == 1


@pytest.mark.parametrize(
    ("path", "text", "message"),
    [
        ("concept/x.ttl", HEAD + "<concept/x> skos:prefLabel x .\n", "concept/x.ttl:3: "),
        ("concept/x.ttl", HEAD + '\n<concept/y> skos:prefLabel "y"@nb .\n', "concept/x.ttl:4: describes <https://fellesord.example/id/concept/y>"),
        ("concept/x.ttl", HEAD + "<concept/x> skos:related [ ] .\n", "concept/x.ttl:3: blank node"),
        ("concept/x.ttl", HEAD + "<concept/x> skos:related _:a .\n", "concept/x.ttl:3: blank node"),
        ("concept/x.ttl", HEAD + "<concept/x> skos:related\n <javascript:alert(1)> .\n", "concept/x.ttl:4: <javascript:alert(1)> is not an http"),
        ("concept/x.ttl", HEAD + "<concept/x> skos:related <urn:x:y> .\n", "is not an http, https or mailto IRI"),
        ("concept/x.ttl", HEAD + '<concept/x> skos:note "a\\u0007b" .\n', "concept/x.ttl:3: text with a control character"),
        ("concept/x.ttl", '<http://a.example/> <http://b.example/> "c" .\n', "concept/x.ttl:1: has no @base"),
        ("concept/x.ttl", HEAD, "says nothing about <https://fellesord.example/id/concept/x>"),
        ("external/x.ttl", HEAD + '<concept/x> skos:prefLabel "x"@nb .\n', "an own IRI, in an external document"),
        ("ontology.ttl", HEAD + '<http://other.example/a> skos:prefLabel "x"@nb .\n', "is outside <https://fellesord.example/ns#>"),
        ("concept/Blå.ttl", RIGHT, "the slug must be lower-case"),
        ("concept/a--b.ttl", RIGHT, "the slug must be lower-case"),
        ("concept/x.txt", RIGHT, "is not a Turtle document"),
        ("begrep/x.ttl", RIGHT, "unknown folder; a record holds concept, collection"),
        ("x.ttl", RIGHT, "documents lie in a folder named by their kind"),
    ],
)  # fmt: skip
def test_a_wrong_document_is_named_with_its_line(
    write_record: WriteRecord, path: str, text: str, message: str
) -> None:
    assert any(message in problem for problem in problems(write_record({path: text})))


def test_bytes_that_are_not_utf8_are_named_with_their_line(write_record: WriteRecord) -> None:
    folder = write_record({"concept/x.ttl": (HEAD + '<concept/x> skos:prefLabel "å"@nb .').encode("latin-1")})
    assert problems(folder) == (f"{folder}/concept/x.ttl:3: byte 0xe5 is not UTF-8; save the file as UTF-8",)


def test_every_problem_of_every_document_is_told_at_once(write_record: WriteRecord) -> None:
    folder = write_record({"concept/x.ttl": "x", "concept/y.ttl": "y", "concept/z.ttl": HEAD})
    assert len(problems(folder)) == 3


def test_documents_must_share_one_base(write_record: WriteRecord) -> None:
    other = RIGHT.replace("fellesord.example", "other.example").replace("/x>", "/z>")
    folder = write_record(
        {"concept/x.ttl": RIGHT, "concept/y.ttl": RIGHT.replace("/x>", "/y>"), "concept/z.ttl": other}
    )
    assert problems(folder) == (
        f"{folder}/concept/z.ttl:1: @base is <https://other.example/id/>,"
        " but other documents say <https://fellesord.example/id/>",
    )


def test_two_documents_cannot_claim_one_iri(write_record: WriteRecord) -> None:
    text = HEAD + '<http://other.example/a> skos:prefLabel "a"@en .\n'
    folder = write_record({"external/a.ttl": text, "external/b.ttl": text})
    assert problems(folder) == (
        f"{folder}/external/b.ttl:3: describes <http://other.example/a>,"
        f" which {folder}/external/a.ttl:3 describes already",
    )


def test_a_missing_and_an_empty_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(InvalidSetting, match="no such folder; --vocab names"):
        documents.read(tmp_path / "none")
    assert "holds no documents" in problems(tmp_path)[0]


def test_a_folder_that_is_no_record_is_told_in_a_few_lines(write_record: WriteRecord) -> None:
    folder = write_record({f"concept/{n}.txt": "" for n in range(50)})
    told = problems(folder)
    assert len(told) == 11
    assert told[-1] == f"… and 40 more; is {folder} the folder of a record?"


def test_hidden_files_and_the_readme_are_passed_over(write_record: WriteRecord) -> None:
    folder = write_record({"concept/x.ttl": RIGHT, ".git/x": "", "README.md": "", "concept/.x.ttl.swp": ""})
    assert len(documents.read(folder).documents) == 1


def test_the_digest_follows_bytes_and_paths(write_record: WriteRecord) -> None:
    folder = write_record({"concept/x.ttl": RIGHT})
    first = documents.digest(folder)
    assert documents.digest(folder) == first
    (folder / "concept/x.ttl").write_text(RIGHT + "\n")
    assert documents.digest(folder) != first
