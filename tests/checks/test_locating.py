import pytest

from fellesord.checks.findings import Finding
from fellesord.checks.locating import Lines, in_file

TURTLE = b"""@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix e: <http://e.example/> .

e:b a skos:Concept ; skos:broader e:a .
e:a a skos:Concept ;
    skos:prefLabel "a"@nb ,
        "b"@nb ;
    skos:broader <http://e.example/b> .
"""


def finding(focus: str, path: str | None = None, value: str | None = None) -> Finding:
    return Finding("info", "code", (), f"http://e.example/{focus}", path, value)


@pytest.mark.parametrize(
    ("sought", "line"),
    [
        (finding("b"), 4),
        (finding("a"), 5),
        (finding("a", "skos:prefLabel"), 6),
        (finding("a", "skos:prefLabel", '"b"@nb'), 7),
        (finding("a", "skos:broader", "<http://e.example/b>"), 8),
        (finding("a", "skos:related"), 5),
        (finding("c"), None),
    ],
)
def test_the_line_of_the_statement_is_found_else_that_of_the_thing(sought: Finding, line: int | None) -> None:
    assert Lines(TURTLE).of(sought) == line


def test_each_statement_of_n_triples_has_its_own_line() -> None:
    text = (
        b'<http://e.example/a> <http://e.example/p> "x" .\n<http://e.example/a> <http://e.example/p> "y" .\n'
    )
    (found,) = in_file([finding("a", "<http://e.example/p>", '"y"')], text, "a.nt")
    assert str(found.place) == "a.nt:2"
