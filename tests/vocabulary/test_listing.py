"""Lists: what they cost the store, whose things they hold, and that every store gives the same."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.conftest import WriteRecord
from tests.vocabulary.test_reading import Counting

from fellesord.errors import InvalidRequest, NotFound, Withdrawn
from fellesord.store import Store
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Sources
from fellesord.store.queries import load
from fellesord.vocabulary.crosswalk import Days, crosswalk
from fellesord.vocabulary.filters import LISTS, List
from fellesord.vocabulary.hierarchy import BROADER, NARROWER, related
from fellesord.vocabulary.items import ConceptItem, ProjectItem
from fellesord.vocabulary.listing import Lists
from fellesord.vocabulary.reading import Vocabulary
from fellesord.vocabulary.windows import Window

TODAY = "2025-06-01"
ALL = Window(("nb", "nn", "en"), 500)
BY_NAME = {each.name: each for each in LISTS}
DAYS = Days("2018-01-01", "2024-01-01")
FOREIGN = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<http://v.example/> a skos:ConceptScheme ; skos:prefLabel "Vocabulary"@en .
<http://v.example/b> a skos:Concept ; skos:inScheme <http://v.example/> ; skos:prefLabel "Bee"@en ;
    skos:definition "insect"@en .
<http://v.example/a> a skos:Concept ; skos:inScheme <http://v.example/> ; skos:prefLabel "Ant"@en, "Maur"@nb ;
    skos:broader <http://v.example/b> .
"""


@pytest.fixture
def counting(store: EmbeddedStore) -> Counting:
    return Counting(store)


@pytest.fixture
def lists(counting: Counting, base: str) -> Lists:
    return Lists(Vocabulary(counting, base))


@pytest.mark.parametrize("listed", LISTS, ids=lambda listed: listed.name)
def test_a_list_costs_three_store_calls_and_then_two(lists: Lists, counting: Counting, listed: List) -> None:
    assert lists.page(listed, {}, ALL, TODAY).items
    assert counting.calls == 3
    lists.page(listed, {}, Window(("en",), 1), TODAY)
    assert counting.calls == 5


def test_filters_cost_one_store_call_however_many_there_are(lists: Lists, counting: Counting) -> None:
    asked = {"concept": "samarbeid", "county": "fjordland", "tool": "kjokkenbordet", "open": "true"}
    assert lists.page(BY_NAME["projects"], asked, ALL, TODAY).total == 1
    assert counting.calls == 4
    lists.page(BY_NAME["projects"], asked, ALL, TODAY)
    assert counting.calls == 7


def test_a_list_of_a_scheme_costs_as_much_as_any_other(lists: Lists, counting: Counting) -> None:
    lists.page(BY_NAME["concepts"], {}, ALL, TODAY)
    before = counting.calls
    lists.page(BY_NAME["concepts"], {"scheme": "prove"}, ALL, TODAY)
    lists.page(BY_NAME["concepts"], {"scheme": "prove"}, ALL, TODAY)
    assert counting.calls - before == 3 + 2


def test_usage_costs_three_store_calls(lists: Lists, counting: Counting, base: str) -> None:
    lists.usage(base + "concept/samarbeid", ALL)
    assert counting.calls == 3


@pytest.mark.parametrize("direction", [NARROWER, BROADER], ids=lambda direction: direction.name)
@pytest.mark.parametrize(("transitive", "calls"), [(False, 3), (True, 4)])
@pytest.mark.parametrize("slug", ["samarbeid", "samskaping", "aerlighet"])
def test_the_hierarchy_costs_three_store_calls_and_four_all_the_way(
    counting: Counting, base: str, direction: object, transitive: bool, calls: int, slug: str
) -> None:
    chosen = NARROWER if direction == NARROWER else BROADER
    related(Vocabulary(counting, base), f"{base}concept/{slug}", chosen, ALL, transitive=transitive)
    assert counting.calls == calls


def test_the_crosswalk_costs_two_store_calls_and_then_one(lists: Lists, counting: Counting) -> None:
    crosswalk(lists, DAYS, ("nb",), "unknown")
    assert counting.calls == 2
    crosswalk(lists, DAYS, ("nb",), "unknown")
    assert counting.calls == 3


def test_nothing_more_is_asked_for_an_empty_page(lists: Lists, counting: Counting) -> None:
    assert lists.page(BY_NAME["events"], {"from": "2030-01-01"}, ALL, TODAY).items == ()
    assert counting.calls == 1


def test_items_have_what_their_kind_declares(lists: Lists, base: str) -> None:
    (square,) = lists.page(BY_NAME["projects"], {"open": "true"}, ALL, TODAY).items
    assert isinstance(square.fields, ProjectItem)
    assert square.fields.open_for_partners is True
    assert [each.iri.removeprefix(base) for each in square.fields.counties] == [
        "county/aasane",
        "county/fjordland",
    ]
    assert square.fields.counties[0].labels[0].value == "Åsane"
    quay = next(i for i in lists.page(BY_NAME["projects"], {}, ALL, TODAY).items if i != square)
    assert quay.fields.open_for_partners is None


def test_whether_a_concept_is_retired_depends_on_the_day(write_record: WriteRecord) -> None:
    folder = write_record(
        {
            "concept/x.ttl": "@base <https://fellesord.example/id/> .\n"
            "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
            "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
            "@prefix euvoc: <http://publications.europa.eu/ontology/euvoc#> .\n"
            '<concept/x> a skos:Concept ; euvoc:endDate "2025-05-31"^^xsd:date .'
        }
    )
    store = EmbeddedStore.build(Sources(folder))
    lists = Lists(Vocabulary(store, store.manifest.base))
    totals = [
        lists.page(BY_NAME["concepts"], {"retired": "true"}, ALL, day).total
        for day in ("2025-05-31", "2025-06-01")
    ]
    assert totals == [0, 1]


def test_only_our_own_are_listed_unless_a_scheme_of_others_is_asked_for(twelve: Path, tmp_path: Path) -> None:
    attached = tmp_path / "foreign.ttl"
    attached.write_text(FOREIGN, "utf-8")
    store = EmbeddedStore.build(Sources(twelve, (attached,)))
    lists = Lists(Vocabulary(store, store.manifest.base))
    assert lists.page(BY_NAME["concepts"], {}, ALL, TODAY).total == 12
    assert lists.page(BY_NAME["schemes"], {}, ALL, TODAY).total == 3
    page = lists.page(BY_NAME["concepts"], {"scheme": "http://v.example/", "top": "true"}, ALL, TODAY)
    assert [(item.iri, item.kind) for item in page.items] == [("http://v.example/b", None)]
    assert isinstance(page.items[0].fields, ConceptItem)
    assert page.items[0].fields.definition[0].value == "insect"
    both = lists.page(BY_NAME["concepts"], {"scheme": "http://v.example/"}, ALL, TODAY)
    assert [item.iri for item in both.items] == ["http://v.example/b", "http://v.example/a"]


def test_a_loop_in_the_hierarchy_ends(twelve: Path, tmp_path: Path) -> None:
    attached = tmp_path / "loop.ttl"
    loop = "<http://v.example/b> skos:broader <http://v.example/a> .\n"
    attached.write_text(FOREIGN + loop, "utf-8")
    store = EmbeddedStore.build(Sources(twelve, (attached,)))
    vocabulary = Vocabulary(store, store.manifest.base)
    page = related(vocabulary, "http://v.example/a", NARROWER, ALL, transitive=True)
    assert [item.iri for item in page.items] == ["http://v.example/b"]


def test_what_is_not_there_and_what_is_withdrawn_raise(lists: Lists, base: str) -> None:
    with pytest.raises(InvalidRequest, match="concept: there is no 'trukket' here"):
        lists.page(BY_NAME["projects"], {"concept": "trukket"}, ALL, TODAY)
    with pytest.raises(NotFound):
        lists.usage(base + "concept/ukjent", ALL)
    with pytest.raises(Withdrawn):
        related(lists.vocabulary, base + "concept/trukket", NARROWER, ALL, transitive=True)


def test_every_list_is_the_same_from_a_remote_store(
    store: EmbeddedStore, base: str, remote_store: Callable[[Sequence[ox.Triple]], Store]
) -> None:
    here = Lists(Vocabulary(store, base))
    there = Lists(Vocabulary(remote_store(store.construct(load("graph").bind({}))), base))
    for listed in LISTS:
        assert there.page(listed, {}, ALL, TODAY) == here.page(listed, {}, ALL, TODAY)
    asked = {"concept": "samarbeid", "county": "aasane", "open": "true"}
    assert there.page(BY_NAME["projects"], asked, ALL, TODAY) == here.page(
        BY_NAME["projects"], asked, ALL, TODAY
    )
    scheme = {"scheme": "prove", "top": "false"}
    assert there.page(BY_NAME["concepts"], scheme, ALL, TODAY) == here.page(
        BY_NAME["concepts"], scheme, ALL, TODAY
    )
    assert crosswalk(there, DAYS, ("nb",), "") == crosswalk(here, DAYS, ("nb",), "")
    for direction in (NARROWER, BROADER):
        pages = [
            related(lists.vocabulary, base + "concept/samskaping", direction, ALL, transitive=True)
            for lists in (here, there)
        ]
        assert pages[0] == pages[1]
