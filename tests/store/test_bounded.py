"""A store that selects in a pool: the same solutions, and an end to everything."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.store.test_pool import ENDLESS

from fellesord.errors import InvalidQuery, JailTimeout, StoreOverflow
from fellesord.store import generations
from fellesord.store.bounded import BoundedStore
from fellesord.store.catalogue import entries
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Sources
from fellesord.store.pool import Pool
from fellesord.store.queries import load
from fellesord.store.questions import Bounds

Stores = tuple[EmbeddedStore, Pool, Pool]
pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the jail is Linux only")


@pytest.fixture(scope="module")
def stores(analysts: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    generation = generations.ensure(tmp_path_factory.mktemp("cache"), Sources(analysts))
    patient, hasty = (
        Pool(generation.store, generation.manifest.base, bounds)
        for bounds in (Bounds(seconds=20), Bounds(slots=1, seconds=1))
    )
    yield EmbeddedStore.open(generation), patient, hasty
    patient.close()
    hasty.close()


def test_every_query_of_the_catalogue_has_the_same_solutions(stores: Stores) -> None:
    store, pool, _ = stores
    bounded = BoundedStore(store, pool, 10_000)
    assert bounded.generation == store.generation
    for each in entries():
        free = {p.name: [p.example] for p in each.parameters if not p.optional}
        for text in (each.query.text, each.query.bind(free)):
            assert bounded.select(text) == store.select(text), each.name


def test_what_does_not_select_is_the_stores_own(stores: Stores) -> None:
    store, pool, _ = stores
    bounded = BoundedStore(store, pool, 10)
    iri = f"{store.manifest.base}concept/samskaping"
    assert bounded.describe([iri]) == store.describe([iri])
    assert bounded.construct(load("graph").text) == store.construct(load("graph").text)
    with pytest.raises(InvalidQuery):
        bounded.select("CONSTRUCT { ?a ?b ?c } WHERE { ?a ?b ?c }")


def test_there_is_an_end_to_everything(stores: Stores) -> None:
    store, pool, hasty = stores
    with pytest.raises(StoreOverflow, match="more than 10 rows"):
        BoundedStore(store, pool, 10).select("SELECT * WHERE { ?a ?b ?c }")
    with pytest.raises(JailTimeout, match="more than 1 seconds"):
        BoundedStore(store, hasty, 10).select(ENDLESS)
    assert BoundedStore(store, hasty, 10).select("SELECT * WHERE { ?a a ?c } LIMIT 1")
