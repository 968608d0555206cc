"""The lint of shapes: what it finds in small examples, and nothing in the shapes that ship."""

from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib.namespace
from tests.checks.test_examples import HEAD, examples

from fellesord.checks import reading, terms
from fellesord.checks.data import Data
from fellesord.checks.linting import doubtful, unmatched
from fellesord.checks.profiles import PROFILES, shapes_of
from fellesord.checks.shapes import Shapes
from fellesord.errors import InvalidData
from fellesord.files import root
from fellesord.rdf.reading import parse, read
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Sources

PUBLIC = Path(__file__).parents[3] / "shared/data/public"
#: A property of the model that neither record nor example states.
UNSTATED = "e:x adms:status e:y ."


def triples(turtle: str) -> tuple[ox.Triple, ...]:
    head = f"@prefix sh: <http://www.w3.org/ns/shacl#> .\n{HEAD}"
    return parse((head + turtle).encode(), ox.RdfFormat.TURTLE, "test").triples


def doubts(turtle: str) -> list[str]:
    return [str(each) for each in doubtful(Shapes.of(triples(turtle)))]


@pytest.mark.parametrize(
    ("turtle", "said"),
    [
        ("e:S sh:targetClas e:C .", "<http://e.example/S>: sh:targetClas {none}; did you mean sh:targetClass?"),
        ("e:S sh:targetClass e:C ; sh:property [ sh:path e:p ; sh:or ( [ sh:MinCount 1 ] ) ] .",
         "<http://e.example/S>: sh:MinCount {none}; did you mean sh:minCount?"),
        ("e:S a sh:PropertShape .", "<http://e.example/S>: sh:PropertShape {none}; did you mean sh:PropertyShape?"),
        ("e:S sh:severity sh:Warnig .", "<http://e.example/S>: sh:Warnig {none}; did you mean sh:Warning?"),
        ("sh:foo a sh:Function .", "<http://www.w3.org/ns/shacl#foo>: sh:foo {none}"),
        ("e:S sh:qqqq 1 .", "<http://e.example/S>: sh:qqqq {none}"),
        ("[] sh:in-in 1 .", "_:{blank}: sh:in-in {none}"),
    ],
)  # fmt: skip
def test_an_unknown_term_is_refused_with_its_shape_and_the_nearest_known(turtle: str, said: str) -> None:
    given = triples(turtle)
    with pytest.raises(InvalidData) as caught:
        Shapes.of(given)
    (problem,) = caught.value.problems
    blank = given[0].subject.value if isinstance(given[0].subject, ox.BlankNode) else ""
    wanted = said.format(none="is not a term of SHACL", blank=blank)
    assert problem == wanted or problem.startswith(f"{wanted}; did you mean")


def test_every_unknown_term_is_told_at_once() -> None:
    with pytest.raises(InvalidData) as caught:
        Shapes.of(triples("e:S sh:targetClas e:C ; sh:minCoun 1 . e:T sh:minCoun 1 ; sh:minCoun 2 ."))
    assert len(caught.value.problems) == 3


def test_the_terms_are_those_that_the_w3c_declares() -> None:
    shacl = rdflib.namespace.SH
    others = {"and", "class", "in", "not", "or"}
    assert set(shacl.__annotations__) - {"_fail", "_NS", "_extras"} | others == terms.TERMS


def test_the_vocabulary_of_shacl_itself_has_no_unknown_term() -> None:
    import pyshacl

    path = Path(pyshacl.__file__).parent / "assets/shacl.ttl"
    Shapes.of(read(path).triples)


def test_slips_in_public_shapes_are_found() -> None:
    path = PUBLIC / "DCAT-AP-NO-shacl_shapes_2.00.ttl"
    if not path.exists():
        pytest.skip(f"{path.name} is not at {PUBLIC}")
    with pytest.raises(InvalidData) as caught:
        Shapes.of(read(path).triples)
    assert {each.partition(": ")[2].partition(" ")[0] for each in caught.value.problems} == {
        "sh:MinCount",
        "sh:targetSUbjectOf",
        "sh:targetSubjectOf",
    }


SHAPE = "e:S sh:targetClass e:C"


@pytest.mark.parametrize(
    ("turtle", "said"),
    [
        (f"{SHAPE} .", "has no constraint"),
        (f"{SHAPE} ; sh:closed false .", "has no constraint"),
        (f"{SHAPE} ; sh:path e:p ; sh:uniqueLang false .", "<http://e.example/p>: has no constraint"),
        (f"{SHAPE} ; sh:property [ sh:path e:p ] .", "<http://e.example/p>: has no constraint"),
        (f"{SHAPE} ; sh:node e:T . e:T a sh:NodeShape .", "has no constraint"),
        (f"{SHAPE} ; sh:path e:p ; sh:minCount 0 .", "<http://e.example/p>: sh:minCount 0 is always met"),
        (f"{SHAPE} ; sh:property [ sh:path e:p ; sh:minCount 0 ; sh:maxCount 1 ] .",
         "<http://e.example/p>: sh:minCount 0 is always met"),
        (f"{SHAPE} ; sh:minLength 0 .", "sh:minLength 0 is always met"),
        (f"{SHAPE} ; sh:maxLength 0 .", "sh:maxLength 0 takes empty text only"),
        (f"{SHAPE} ; sh:path e:p ; sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] ; sh:qualifiedMinCount 0 .",
         "<http://e.example/p>: sh:qualifiedMinCount 0 is always met"),
        (f"{SHAPE} ; sh:path e:p ; sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] .",
         "<http://e.example/p>: sh:qualifiedValueShape has neither sh:qualifiedMinCount nor sh:qualifiedMaxCount"),
        (f"{SHAPE} ; sh:nodeKind sh:IRI ; sh:deactivated true .", "sh:deactivated true: it is never judged by"),
        (f"{SHAPE} ; sh:property [ sh:path e:p ; sh:minCount 1 ; sh:deactivated true ] .",
         "<http://e.example/p>: sh:deactivated true: it is never judged by"),
        (f"{SHAPE} ; sh:or ( [ sh:nodeKind sh:IRI ] [ ] ) .", "sh:or has a member that everything conforms to"),
        (f"{SHAPE} ; sh:or ( [ sh:nodeKind sh:IRI ] [ sh:property [ sh:path e:p ; sh:minCount 0 ] ] ) .",
         "sh:or has a member that everything conforms to"),
        (f"{SHAPE} ; sh:or ( [ sh:nodeKind sh:IRI ] [ sh:and ( [ sh:minLength 0 ] ) ] ) .",
         "sh:or has a member that everything conforms to"),
        (f'{SHAPE} ; sh:sparql [ sh:select "SELECT $this WHERE {{ ?x e:p 1 }}" ] .',
         "its query does not look at $this"),
        (f'{SHAPE} ; sh:sparql [ sh:select "SELECT $this WHERE {{ ?x e:p \'$this\' }} # $this" ] .',
         "its query does not look at $this"),
        (f'{SHAPE} ; sh:sparql [ sh:select "SELECT ?value WHERE {{ $this e:p ?value }}" ] .',
         "its query does not select $this"),
        (f'{SHAPE} ; sh:sparql [ sh:deactivated true ; sh:select "SELECT * {{ $this e:p 1 }}" ] .',
         "its sh:sparql is deactivated"),
        (f"{SHAPE} ; a sh:PropertyShape ; sh:nodeKind sh:IRI .", "is a property shape without sh:path"),
        (f"{SHAPE} ; sh:property [ sh:nodeKind sh:IRI ] .", "is a property shape without sh:path"),
        (f"{SHAPE} ; sh:nodeKind sh:IRI ; sh:severity e:Grave .",
         "sh:severity <http://e.example/Grave> is not sh:Violation, sh:Warning or sh:Info"),
    ],
)  # fmt: skip
def test_a_shape_that_cannot_be_meant_is_named(turtle: str, said: str) -> None:
    assert any(
        each.endswith(f"<http://e.example/{name}>: {said}") for each in doubts(turtle) for name in "ST"
    )


@pytest.mark.parametrize(
    "turtle",
    [
        f"{SHAPE} ; sh:path e:p ; sh:minCount 1 ; sh:severity sh:Info .",
        f"{SHAPE} ; sh:or ( [ sh:nodeKind sh:IRI ] [ sh:not [ sh:nodeKind sh:IRI ] ] ) .",
        f"{SHAPE} ; sh:path e:p ; sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] ; sh:qualifiedMinCount 0 ; sh:qualifiedMaxCount 1 .",
        f'{SHAPE} ; sh:sparql [ sh:select "SELECT * WHERE {{ ?this e:p 1 }}" ] .',
        f"{SHAPE} ; sh:expression [ sh:path e:p ] .",
        "e:S a sh:NodeShape .",
    ],
)
def test_a_shape_that_can_fail_or_is_not_used_is_left_in_peace(turtle: str) -> None:
    assert doubts(turtle) == []


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("sh:targetClass e:D", "sh:targetClass <http://e.example/D>"),
        ("sh:targetSubjectsOf e:q", "sh:targetSubjectsOf <http://e.example/q>"),
        ("sh:targetObjectsOf skos:note", "sh:targetObjectsOf skos:note"),
        ("sh:targetNode e:z", "sh:targetNode <http://e.example/z>"),
        ('sh:targetNode "z"', 'sh:targetNode "z"'),
    ],
)
def test_a_target_that_hits_nothing_is_named(target: str, said: str) -> None:
    shapes = Shapes.of(triples(f"e:S {target} , e:C ; sh:targetClass e:C ; sh:nodeKind sh:IRI ."))
    data = Data.of(triples("e:x a e:C ; e:p e:y , '01'^^xsd:integer ."))
    assert f"<http://e.example/S>: {said} hits nothing" in [str(each) for each in unmatched(data, shapes)]


@pytest.mark.parametrize(
    "target",
    ["sh:targetClass e:B", "sh:targetSubjectsOf e:p", "sh:targetObjectsOf e:p", "sh:targetNode e:y",
     "sh:targetNode '01'^^xsd:integer", "sh:targetClass e:D ; sh:deactivated true"],
)  # fmt: skip
def test_a_target_that_hits_something_is_not(target: str) -> None:
    shapes = Shapes.of(triples(f"e:S {target} ; sh:nodeKind sh:IRI ."))
    data = Data.of(triples("e:x a e:C ; e:p e:y , '01'^^xsd:integer . e:C rdfs:subClassOf e:B ."))
    assert unmatched(data, shapes) == ()


@pytest.mark.parametrize("profile", PROFILES)
def test_no_shipped_shape_is_doubtful(profile: str) -> None:
    assert {str(each) for each in doubtful(shapes_of(profile))} == set()


@pytest.mark.parametrize("profile", PROFILES)
def test_every_target_of_a_shipped_shape_hits_something(profile: str, twelve: Path) -> None:
    graph = {
        triple
        for folder in (root() / "vocab", twelve)
        for triple in reading.served(EmbeddedStore.build(Sources(folder)), profile).triples()
    }
    for code, passes, fails in examples():
        if code.startswith("ap-") == (profile in ("skos-ap-no", "data-norge")):
            graph.update(triples(passes), triples(fails))
    graph.update(triples(UNSTATED))
    assert unmatched(Data.of(graph), shapes_of(profile)) == ()
