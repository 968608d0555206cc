"""Every shape has one example that passes and one that fails."""

from collections.abc import Iterator

import pyoxigraph as ox
import pytest
from tests.conftest import DATA

from fellesord.checks.data import Data
from fellesord.checks.engine import targeted, validate
from fellesord.checks.profiles import PROFILES, findings, shapes_of
from fellesord.checks.shapes import Shapes
from fellesord.namespaces import PREFIXES
from fellesord.rdf.reading import parse

MORE = {
    "e": "http://e.example/",
    "audience-type": "https://data.norge.no/vocabulary/audience-type#",
    "xkos": "http://rdf-vocabulary.ddialliance.org/xkos#",
}
HEAD = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in {**PREFIXES, **MORE}.items())


def examples() -> Iterator[tuple[str, str, str]]:
    """Code, what passes, what fails."""
    for block in (DATA / "shapes.txt").read_text("utf-8").split("\n\n")[1:]:
        code, passes, fails = block.strip().splitlines()
        yield code, passes.removeprefix("+ "), fails.removeprefix("- ")


def shapes_for(code: str) -> Shapes:
    return shapes_of("skos-ap-no" if code.startswith("ap-") else "fellesord")


def found(code: str, turtle: str) -> tuple[set[str], bool]:
    """The codes of what is found, and whether the shape looked at anything."""
    shapes = shapes_for(code)
    data = Data.of(parse((HEAD + turtle).encode(), ox.RdfFormat.TURTLE, code).triples)
    (shape,) = (each for each in shapes if each.name.endswith(f"#{code}"))
    codes = {each.code for each in findings(validate(data, shapes), shapes)}
    return codes, bool(targeted(data, shapes, shape.node))


@pytest.mark.parametrize(
    ("code", "passes", "fails"), [pytest.param(*each, id=each[0]) for each in examples()]
)
def test_the_example_that_fails_is_found_and_the_one_that_passes_is_not(
    code: str, passes: str, fails: str
) -> None:
    codes, aimed = found(code, passes)
    assert code not in codes
    assert aimed, "the example that passes is not looked at"
    assert code in found(code, fails)[0]


def test_every_shape_has_an_example() -> None:
    codes = {shape.name.rpartition("#")[2] for profile in PROFILES for shape in shapes_of(profile).targeted}
    assert {code for code, _, _ in examples()} == codes
