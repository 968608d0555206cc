"""Query files: each valid as it stands, each hole declared, nothing put into one can become syntax."""

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fellesord.errors import InvalidQuery
from fellesord.files import root
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.queries import Query, derivations, load, update

FILES = sorted((root() / "queries").rglob("*.rq"), key=str)
NAMES = [Path(f).relative_to(root() / "queries").with_suffix("").as_posix() for f in FILES]
HOLE = re.compile(r"VALUES \?(\w+) \{")


def run(store: EmbeddedStore, query: Query, text: str) -> int:
    return len(store.construct(text) if "CONSTRUCT" in query.text else store.select(text))


@pytest.mark.parametrize("name", NAMES)
def test_every_file_runs_as_it_stands(name: str, store: EmbeddedStore) -> None:
    assert run(store, load(name), load(name).text) >= 0


@pytest.mark.parametrize("name", NAMES)
def test_every_file_begins_by_saying_what_it_gives(name: str) -> None:
    assert re.match(r"# \S.{20,}", load(name).text)


@pytest.mark.parametrize("name", NAMES)
def test_every_declared_parameter_has_a_hole_with_an_example(name: str) -> None:
    query = load(name)
    assert query.parameters.keys() <= set(HOLE.findall(query.text))


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_may_be_given_no_value(name: str, store: EmbeddedStore) -> None:
    query = load(name)
    if query.parameters:
        assert run(store, query, query.bind({name: [] for name in query.parameters})) == 0


@pytest.mark.parametrize("path", sorted((root() / "queries").rglob("*.ru")), ids=lambda path: path.stem)
def test_every_update_runs_as_it_stands_and_with_other_terms(path: Path) -> None:
    text = update(path.relative_to(root() / "queries").with_suffix("").as_posix())
    assert re.match(r"# \S.{20,}", text.text)
    engine = ox.Store()
    engine.update(text.text)
    given = {
        name: ["http://a.example/"] if kind == "iri" else ["1"] for name, kind in text.parameters.items()
    }
    engine.update(text.bind(given))
    engine.update(text.about("http://a.example/", '<http://a.example/> <http://b.example/> "}\\"" .\n'))
    with pytest.raises(InvalidQuery):
        text.about("http://a.example/> { } } #")


def test_an_update_of_data_holds_the_statements_it_is_given() -> None:
    engine, graph = ox.Store(), ox.NamedNode("http://a.example/")
    engine.update(
        update("publish/insert").about(graph.value, '<http://a.example/> <http://b.example/> "} }" .\n')
    )
    (quad,) = engine
    assert (quad.graph_name, quad.object) == (graph, ox.Literal("} }"))
    engine.update(update("publish/drop").about(graph.value))
    assert len(engine) == 0


def test_derivations_run_in_the_order_of_their_numbers() -> None:
    names = [query.name for query in derivations()]
    assert names == sorted(names)
    assert names[0] == "derive/10-definitions"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "takes the parameters"),
        ({"focus": ["http://a.example/"], "other": []}, "takes the parameters"),
        ({"focus": ["no iri"]}, "not an absolute IRI"),
        ({"focus": ["http://a.example/> } UNION { ?s ?p ?o"]}, "not an absolute IRI"),
        ({"focus": ["relative"]}, "not an absolute IRI"),
    ],
)
def test_wrong_parameters_are_refused(values: dict[str, list[str]], message: str) -> None:
    with pytest.raises(InvalidQuery, match=message):
        load("thing").bind(values)


def test_an_unknown_query_is_named() -> None:
    with pytest.raises(InvalidQuery, match=r"no query file nothing\.rq"):
        load("nothing")


@given(st.text())
def test_no_word_can_break_out_of_its_hole(store: EmbeddedStore, word: str) -> None:
    assert store.select(load("word").bind({"word": [word]})) is not None


def test_text_that_is_not_unicode_is_refused() -> None:
    with pytest.raises(InvalidQuery, match="not text in Unicode"):
        load("word").bind({"word": ["\ud800"]})


def test_describing_things_gives_what_the_query_file_gives(store: EmbeddedStore) -> None:
    everything = store.construct(load("graph").bind({}))
    subjects = sorted({str(triple.subject)[1:-1] for triple in everything})
    for iri in subjects:
        query = load("thing").bind({"focus": [iri]})
        assert set(store.describe([iri])) == set(store.construct(query)), iri
    query = load("thing").bind({"focus": subjects})
    assert set(store.describe(subjects)) == set(store.construct(query))
    assert store.describe(["http://nowhere.example/"]) == []
    with pytest.raises(InvalidQuery, match="not an absolute IRI"):
        store.describe(["nowhere"])
