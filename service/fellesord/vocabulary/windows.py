"""A window on a list in Norwegian order: so many items, after the last one seen."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fellesord.languages import Text, collation, pick
from fellesord.vocabulary.items import Item

#: Where a thing stands in a list: its name as it is sorted (which holds the name itself), then its IRI.
Place = tuple[tuple[str, str], str]


@dataclass(frozen=True)
class Window:
    """What is wanted of a list: ordered by the names in these languages, at most ``limit`` items.

    ``after`` is the name and the IRI of the last item seen; ``None`` begins at the start.
    """

    languages: tuple[str, ...]
    limit: int
    after: tuple[str, str] | None = None


@dataclass(frozen=True)
class Page:
    """Some items of a list, how many there are in all, and where the next page goes on, if there is one."""

    items: tuple[Item, ...]
    total: int
    last: tuple[str, str] | None


def place(labels: Iterable[Text], iri: str, languages: Sequence[str]) -> Place:
    """Where a thing stands; without a name it stands by its IRI."""
    text = pick(labels, languages)
    return collation(text.value if text else iri), iri


def cut(places: Sequence[Place], window: Window) -> tuple[list[str], tuple[str, str] | None]:
    """The IRIs in a window on sorted places, and the last of them if more follow."""
    start = 0
    if window.after is not None:
        name, iri = window.after
        start = bisect_right(places, (collation(name), iri))
    chosen = places[start : start + window.limit]
    last = None
    if chosen and start + window.limit < len(places):
        (_, name), iri = chosen[-1]
        last = (name, iri)
    return [iri for _, iri in chosen], last
