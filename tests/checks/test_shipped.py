"""The shapes that ship, and what they say of the vocabulary that ships."""

import re
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest

from fellesord.checks.data import Data
from fellesord.checks.engine import validate
from fellesord.checks.graph import SH
from fellesord.checks.profiles import PROFILES, check, shapes_of
from fellesord.errors import InvalidSetting
from fellesord.files import root
from fellesord.namespaces import KINDS
from fellesord.rdf.reading import read
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Sources

PUBLIC = Path(__file__).parents[3] / "shared/data/public"
SHAPES = "https://fellesord.example/ns/shapes#"


def judged(folder: Path, profile: str) -> Counter[tuple[str, str]]:
    store = EmbeddedStore.build(Sources(folder))
    return Counter((each.severity, each.code) for each in check(Data.over(store), profile))


def test_the_shipped_vocabulary_has_no_violation_and_says_what_the_adopter_sets() -> None:
    assert judged(root() / "vocab", "fellesord") == {
        ("info", "project-lead"): 2,
        ("info", "scheme-contact-to-be-set"): 1,
        ("info", "scheme-publisher-to-be-set"): 1,
    }


def test_the_made_up_vocabulary_has_no_violation(twelve: Path) -> None:
    assert {severity for severity, _ in judged(twelve, "fellesord")} <= {"info", "warning"}


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (
            "los.rdf",
            {
                "skos-label-shared": 19,
                "skos-preferred-also-deprecated": 15,
                "skos-link-dangling": 12,
                "skos-related-one-way": 12,
                "skos-label-letters": 5,
            },
        ),
        ("unesco-thesaurus.ttl", {"skos-label-shared": 359, "skos-top-with-broader": 1}),
        ("stw-skos.ttl", {"skos-preferred-missing": 1150, "skos-label-spaces": 999}),
    ],
)
def test_known_faults_of_public_vocabularies_are_found(file: str, expected: dict[str, int]) -> None:
    if not (PUBLIC / file).exists():
        pytest.skip(f"{file} is not at {PUBLIC}")
    found = check(Data.of(read(PUBLIC / file).triples), "skos")
    assert Counter(each.code for each in found) == expected


@pytest.mark.parametrize("profile", PROFILES)
def test_every_shape_has_a_name_a_severity_and_a_message_in_three_languages(profile: str) -> None:
    shapes = shapes_of(profile)
    inner = {nested.node for shape in shapes for nested in shapes.nested(shape)}
    for shape in shapes:
        if shape.node in inner:
            continue
        assert shape.name.startswith(SHAPES), shape.name
        assert shapes.graph.values(shape.node, f"{SH}severity"), shape.name
        assert sorted(str(each.language) for each in shape.messages) == ["en", "nb", "nn"], shape.name
        assert all(len(re.findall(r"[.!?](?:\s|$)", each.value)) >= 2 for each in shape.messages), shape.name


def test_every_shape_says_which_standard_it_comes_from() -> None:
    for path in (root() / "shapes").rglob("*.ttl"):
        for block in path.read_text("utf-8").split("\n\n"):
            if "sh:severity" in block:
                assert block.lstrip().startswith("# "), block.splitlines()[0]


def test_no_address_of_the_record_stands_in_a_shape() -> None:
    for path in (root() / "shapes").rglob("*.ttl"):
        assert not re.search(rf"/id/(?:{'|'.join(KINDS)})/", path.read_text("utf-8"))


def test_a_code_names_one_shape() -> None:
    texts = [path.read_text("utf-8") for path in sorted((root() / "shapes").rglob("*.ttl"))]
    names = Counter(
        name for text in texts for name in re.findall(r"^shapes:([\w-]+)\n    a ", text, re.MULTILINE)
    )
    assert len(names) > 100
    assert [name for name, times in names.items() if times > 1] == []


def test_one_thing_is_judged_as_it_is_in_the_whole() -> None:
    store = EmbeddedStore.build(Sources(root() / "vocab"))
    shapes, data = shapes_of("fellesord"), Data.over(store)
    whole = validate(data, shapes).results
    for iri in ("scheme/fellesord", "project/fot-samarbeidet", "concept/innovasjon"):
        node = ox.NamedNode(f"{store.manifest.base}{iri}")
        assert validate(data, shapes, focus=[node]).results == tuple(r for r in whole if r.focus == node)


def test_an_unknown_profile_is_refused_with_those_there_are() -> None:
    with pytest.raises(InvalidSetting, match="there are skos, fellesord, skos-ap-no"):
        shapes_of("none")
