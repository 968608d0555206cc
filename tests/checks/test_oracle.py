"""pySHACL finds what we find: the same focus nodes, paths, components and values."""

from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.checks import oracle

from fellesord.checks.data import Data
from fellesord.checks.profiles import shapes_of
from fellesord.checks.shapes import Shapes
from fellesord.files import root
from fellesord.rdf.reading import parse, read
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Sources

PUBLIC = Path(__file__).parents[3] / "shared/data/public"
#: Concepts taken of a public vocabulary, with all that is said of them.
SOME = 150


def triples(turtle: str) -> tuple[ox.Triple, ...]:
    head = (
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix e: <http://e.example/> ."
        " @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
    )
    return parse((head + turtle).encode(), ox.RdfFormat.TURTLE, "test").triples


@pytest.mark.parametrize("folder", ["vocab", "tests/data/vocab"])
def test_our_own_vocabularies_are_judged_alike(folder: str) -> None:
    vocab = root() / "vocab" if folder == "vocab" else Path(__file__).parents[1] / "data/vocab"
    graph = list(Data.over(EmbeddedStore.build(Sources(vocab))).triples())
    shapes = oracle.without_queries(shapes_of("fellesord")) if folder == "vocab" else shapes_of("fellesord")
    assert oracle.ours(graph, shapes) == oracle.theirs(graph, shapes)


@pytest.mark.parametrize("file", ["unesco-thesaurus.ttl", "stw-skos.ttl", "los.rdf"])
def test_parts_of_public_vocabularies_are_judged_alike(file: str) -> None:
    if not (PUBLIC / file).exists():
        pytest.skip(f"{file} is not at {PUBLIC}")
    whole = read(PUBLIC / file).triples
    subjects = sorted({t.subject.value for t in whole if isinstance(t.subject, ox.NamedNode)})[
        :: max(1, len(whole) // 2000)
    ]
    kept = set(subjects[:SOME])
    part = [t for t in whole if isinstance(t.subject, ox.NamedNode) and t.subject.value in kept]
    shapes = oracle.without_queries(shapes_of("skos"))
    found = oracle.ours(part, shapes)
    assert found == oracle.theirs(part, shapes)
    assert found


COMPONENTS = {
    "class": "sh:path e:p ; sh:class e:C",
    "datatype": "sh:path e:p ; sh:datatype xsd:integer",
    "node-kind": "sh:path e:p ; sh:nodeKind sh:IRI",
    "min-count": "sh:path e:p ; sh:minCount 2",
    "max-count": "sh:path e:p ; sh:maxCount 1",
    "min-exclusive": "sh:path e:p ; sh:minExclusive 1",
    "max-inclusive": "sh:path e:p ; sh:maxInclusive 1",
    "min-length": "sh:path e:p ; sh:minLength 2",
    "max-length": "sh:path e:p ; sh:maxLength 1",
    "pattern": 'sh:path e:p ; sh:pattern "^A" ; sh:flags "i"',
    "language-in": 'sh:path e:p ; sh:languageIn ( "nb" )',
    "unique-lang": "sh:path e:p ; sh:uniqueLang true",
    "equals": "sh:path e:p ; sh:equals e:q",
    "disjoint": "sh:path e:p ; sh:disjoint e:q",
    "less-than": "sh:path e:p ; sh:lessThan e:q",
    "less-than-or-equals": "sh:path e:p ; sh:lessThanOrEquals e:q",
    "not": "sh:not [ sh:path e:p ; sh:minCount 1 ]",
    "and": "sh:path e:p ; sh:and ( [ sh:nodeKind sh:Literal ] [ sh:minLength 2 ] )",
    "or": "sh:path e:p ; sh:or ( [ sh:nodeKind sh:IRI ] [ sh:datatype xsd:integer ] )",
    "xone": "sh:path e:p ; sh:xone ( [ sh:nodeKind sh:Literal ] [ sh:datatype xsd:integer ] )",
    "node": "sh:path e:p ; sh:node [ sh:property [ sh:path e:q ; sh:minCount 1 ] ]",
    "property": "sh:property [ sh:path ( e:p e:q ) ; sh:maxCount 0 ]",
    "qualified": "sh:path e:p ; sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] ; sh:qualifiedMinCount 1 ; sh:qualifiedMaxCount 1",
    "closed": "sh:closed true ; sh:ignoredProperties ( e:p )",
    "has-value": "sh:path e:p ; sh:hasValue 1",
    "in": 'sh:path e:p ; sh:in ( e:n1 1 "a"@nb )',
    "inverse": "sh:path [ sh:inversePath e:p ] ; sh:minCount 1",
    "alternative": "sh:path [ sh:alternativePath ( e:p e:q ) ] ; sh:maxCount 1",
    "one-or-more": "sh:path [ sh:oneOrMorePath e:p ] ; sh:disjoint e:q",
    "zero-or-more": "sh:path ( [ sh:zeroOrMorePath e:p ] e:q ) ; sh:maxCount 0",
    "zero-or-one": "sh:path ( [ sh:zeroOrOnePath e:p ] e:q ) ; sh:maxCount 0",
}
VALUES = [
    "e:n1",
    "e:n2",
    "e:n3",
    "1",
    "2",
    '"01"^^xsd:integer',
    '"x"^^xsd:integer',
    '"a"',
    '"ab"',
    '"a"@nb',
    '"b"@nb',
    '"a"@en',
]
NUMBERS = ("1", "2", '"01"^^xsd:integer')
STATEMENTS = st.lists(
    st.tuples(
        st.sampled_from(["e:n1", "e:n2", "e:n3"]), st.sampled_from(["e:p", "e:q"]), st.sampled_from(VALUES)
    ),
    max_size=8,
)


@pytest.mark.parametrize("name", COMPONENTS)
def test_each_component_is_judged_alike_and_fires(name: str) -> None:
    constraint = COMPONENTS[name]
    shapes = Shapes.of(triples(f"e:S sh:targetSubjectsOf e:p ; sh:targetSubjectsOf e:q ; {constraint} ."))
    fired = 0

    @settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(STATEMENTS)
    @example([("e:n1", "e:p", value) for value in VALUES])
    @example([("e:n1", "e:p", "e:n2"), ("e:n2", "e:q", "e:n3"), ("e:n1", "e:q", "1"), ("e:n1", "e:p", "2")])
    def alike(statements: list[tuple[str, str, str]]) -> None:
        nonlocal fired
        if name.startswith("less-than"):  # pySHACL passes what cannot be compared; section 4.5.3 does not
            statements = [each for each in statements if each[2] in NUMBERS]
        graph = triples("e:n2 a e:C .\n" + "".join(f"{s} {p} {o} .\n" for s, p, o in statements))
        found = oracle.ours(graph, shapes)
        fired += len(found)
        assert found == oracle.theirs(graph, shapes)

    alike()
    assert fired
