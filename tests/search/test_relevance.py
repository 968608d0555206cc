"""How often what people look for comes first, over questions as they would type them."""

from pathlib import Path

import pytest

from fellesord.files import root
from fellesord.search.beside import open_search
from fellesord.search.ranking import Question
from fellesord.search.searching import Search
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Sources

TODAY = "2026-12-01"
#: What comes first, and among the first five, at least. Two halves of one set, a third written later by somebody who had not seen
#: the ranking, and a fourth when that was mended, which asks for things that have none of the words as well.
SETS = {"tuning": (0.9, 0.98), "frozen": (0.9, 0.98), "unseen": (0.9, 0.98), "last": (0.9, 0.95)}


def questions(name: str) -> list[tuple[str, str, frozenset[str]]]:
    """Question, language, and the things (kind/slug) that may come first."""
    lines = Path(__file__).with_name(f"relevance-{name}.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [(asked, language, frozenset(expected.split())) for asked, language, expected in rows]


@pytest.fixture(scope="module")
def shipped() -> tuple[Search, str]:
    store = EmbeddedStore.build(Sources(root() / "vocab"))
    return open_search(store, store.manifest.base, None), store.manifest.base


@pytest.mark.parametrize("name", SETS)
def test_what_people_look_for_comes_first(shipped: tuple[Search, str], name: str) -> None:
    search, base = shipped
    ranks: list[int | None] = []
    for asked, language, expected in questions(name):
        hits = search.find(Question(asked, language, TODAY), counted=False).hits
        found = [hit.entry.iri.removeprefix(base) for hit in hits]
        ranks.append(next((rank for rank, iri in enumerate(found) if iri in expected), None))
    first, among = SETS[name]
    assert len(ranks) >= 70
    assert sum(rank == 0 for rank in ranks) / len(ranks) >= first
    assert sum(rank is not None and rank < 5 for rank in ranks) / len(ranks) >= among


@pytest.mark.parametrize("name", SETS)
def test_every_expected_thing_exists(shipped: tuple[Search, str], name: str) -> None:
    search, base = shipped
    wanted = {iri for _, _, expected in questions(name) for iri in expected}
    missing = {
        iri for iri in wanted if not search.find(Question(base + iri, "nb", TODAY), counted=False).total
    }
    assert missing == set()
