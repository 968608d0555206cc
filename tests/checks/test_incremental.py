"""A change is checked by what it can matter to: the same results as checking everything again."""

import pyoxigraph as ox
from hypothesis import given, settings
from hypothesis import strategies as st

from fellesord.checks.data import Data
from fellesord.checks.engine import validate
from fellesord.checks.incremental import affected, altered
from fellesord.checks.profiles import shapes_of
from fellesord.checks.results import Result
from fellesord.checks.shapes import Shapes
from fellesord.files import root
from fellesord.namespaces import RDF, SKOS
from fellesord.rdf.reading import parse
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Sources

SHAPES = Shapes.of(
    parse(
        b"""@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix e: <http://e.example/> .
e:A a sh:PropertyShape ; sh:targetClass e:C ; sh:path e:p ; sh:class e:C ; sh:maxCount 1 .
e:B a sh:PropertyShape ; sh:targetSubjectsOf e:q ; sh:path ( e:q [ sh:inversePath e:p ] ) ; sh:minCount 1 .
e:D a sh:NodeShape ; sh:targetObjectsOf e:p ; sh:property [ sh:path e:q ; sh:node [ sh:property [ sh:path e:p ; sh:minCount 1 ] ] ] .
e:E a sh:PropertyShape ; sh:targetClass e:C ; sh:path [ sh:oneOrMorePath e:q ] ; sh:disjoint e:p .
e:F a sh:NodeShape ; sh:targetClass e:C ; sh:not [ sh:property [ sh:path [ sh:alternativePath ( e:p e:q ) ] ; sh:hasValue e:n1 ] ] .
e:G a sh:NodeShape ; sh:targetSubjectsOf e:p ; sh:sparql [ sh:select
  "SELECT $this ?value WHERE { $this <http://e.example/p> ?value . ?other <http://e.example/p> ?value . FILTER(?other != $this) }" ] .
""",
        ox.RdfFormat.TURTLE,
        "shapes",
    ).triples
)
NODES = [ox.NamedNode(f"http://e.example/n{number}") for number in range(5)]
TRIPLES = st.sets(
    st.one_of(
        st.builds(
            ox.Triple,
            st.sampled_from(NODES),
            st.sampled_from([ox.NamedNode("http://e.example/p"), ox.NamedNode("http://e.example/q")]),
            st.sampled_from(NODES),
        ),
        st.builds(
            ox.Triple,
            st.sampled_from(NODES),
            st.just(ox.NamedNode(RDF.type)),
            st.just(ox.NamedNode("http://e.example/C")),
        ),
    ),
    max_size=14,
)


def again(old: set[ox.Triple], new: set[ox.Triple], shapes: Shapes) -> list[Result]:
    """The results after a change, by what it can matter to only."""
    before, after = Data.of(old), Data.of(new)
    changed = {triple.subject for triple in old ^ new}
    nodes = [node for node in changed if not isinstance(node, ox.Triple)]
    matters = affected(before, shapes, nodes) | affected(after, shapes, nodes)
    kept = [result for result in validate(before, shapes).results if result.focus not in matters]
    return [*kept, *validate(after, shapes, focus=matters).results]


def counted(results: list[Result]) -> list[str]:
    return sorted(map(str, results))


@settings(max_examples=300, deadline=None)
@given(old=TRIPLES, new=TRIPLES)
def test_checking_what_a_change_matters_to_is_checking_everything(
    old: set[ox.Triple], new: set[ox.Triple]
) -> None:
    assert counted(again(old, new, SHAPES)) == counted(list(validate(Data.of(new), SHAPES).results))


@settings(max_examples=300, deadline=None)
@given(old=TRIPLES, number=st.integers(0, 4), new=TRIPLES)
def test_the_same_holds_when_one_thing_is_changed(
    old: set[ox.Triple], number: int, new: set[ox.Triple]
) -> None:
    subject = NODES[number]
    changed = {t for t in old if t.subject != subject} | {t for t in new if t.subject == subject}
    assert counted(again(old, changed, SHAPES)) == counted(list(validate(Data.of(changed), SHAPES).results))


@settings(max_examples=300, deadline=None)
@given(old=TRIPLES, new=TRIPLES, own=st.sets(st.sampled_from(NODES)))
def test_what_a_change_alters_is_all_of_what_changed_and_what_is_new_of_others(
    old: set[ox.Triple], new: set[ox.Triple], own: set[ox.NamedNode]
) -> None:
    before, after = (validate(Data.of(graph), SHAPES).results for graph in (old, new))
    wanted = tuple(result for result in after if result.focus in own or result not in before)
    assert altered(Data.of(old), Data.of(new), SHAPES, own).results == wanted


def test_the_same_holds_for_a_change_of_more_than_is_judged_one_by_one() -> None:
    store = EmbeddedStore.build(Sources(root() / "vocab"))
    new, shapes = set(Data.over(store).triples()), shapes_of("fellesord")
    old = {triple for triple in new if triple.predicate.value != SKOS.prefLabel}
    before, after = (validate(Data.of(graph), shapes).results for graph in (old, new))
    wanted = tuple(result for result in after if result not in before)
    assert altered(Data.of(old), Data.of(new), shapes, ()).results == wanted


def test_changes_of_the_shipped_vocabulary_are_checked_alike() -> None:
    store = EmbeddedStore.build(Sources(root() / "vocab"))
    whole = set(Data.over(store).triples())
    shapes = shapes_of("fellesord")
    concept = ox.NamedNode(f"{store.manifest.base}concept/pilot")
    without = {t for t in whole if not (t.subject == concept and t.predicate.value == SKOS.prefLabel)}
    untyped = {t for t in whole if not (t.subject == concept and t.predicate.value == RDF.type)}
    for new in (without, untyped):
        assert counted(again(whole, new, shapes)) == counted(list(validate(Data.of(new), shapes).results))


def test_a_change_matters_to_few_where_shapes_have_no_queries() -> None:
    store = EmbeddedStore.build(Sources(root() / "vocab"))
    shapes = Shapes.of(
        t for t in shapes_of("fellesord").graph.triples if not t.predicate.value.endswith("#sparql")
    )
    concept = ox.NamedNode(f"{store.manifest.base}concept/pilot")
    matters = affected(Data.over(store), shapes, [concept])
    assert concept in matters
    assert len(matters) < 60
