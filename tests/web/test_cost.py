"""What a page costs: how many times the store is asked, the first time and from then on."""

import pytest
from tests.vocabulary.test_reading import Counting

from fellesord.store.embedded import EmbeddedStore
from fellesord.vocabulary.reading import Vocabulary
from fellesord.web.application import create_app
from fellesord.web.links import Links

#: Path, calls of the first request, and of those after it, for which what is known once is remembered.
COSTS = (
    ("/doc/concept/samskaping", 9, 3),
    ("/doc/concept/aerlighet", 6, 3),
    ("/doc/county/fjordland", 6, 4),
    ("/doc/indicator/andel-ja", 7, 5),
    ("/", 10, 5),
    ("/begreper", 1, 1),
    ("/ordliste", 3, 1),
    ("/hierarki", 3, 0),
    ("/prosjekter", 4, 3),
    ("/prosjekter?county=fjordland&open=true", 10, 9),
    ("/fylkeskommuner", 4, 3),
    ("/sprak", 3, 1),
    ("/utvalg?c=samskaping&c=pilot", 2, 2),
    ("/sporringer", 0, 0),
    ("/sporringer/county-pairs", 3, 2),
    ("/sporringer/counties-on-concept?concept=samarbeid", 3, 2),
)


@pytest.mark.parametrize(("path", "first", "later"), COSTS)
def test_a_page_asks_the_store_so_often(
    store: EmbeddedStore, base: str, path: str, first: int, later: int
) -> None:
    counting = Counting(store)
    client = create_app(Vocabulary(counting, base), Links(base)).test_client()
    asked = []
    for _ in range(3):
        counting.calls = 0
        assert client.get(path, headers={"Accept": "text/html"}).status_code == 200
        asked.append(counting.calls)
    assert asked == [first, later, later]
