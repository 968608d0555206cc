"""A window on a list in the order of a language: so many items, after the last one seen."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fellesord.languages import Text, pick
from fellesord.languages.sorting import Key, collation
from fellesord.vocabulary.items import Item

#: Where a thing stands in a list: its name as it is sorted, the name itself, and its IRI.
Place = tuple[Key, str, str]


@dataclass(frozen=True)
class Window:
    """What is wanted of a list: ordered by the names in these languages, at most ``limit`` items.

    The order is that of the first language. ``after`` is the name and the IRI of the last item seen; ``None``
    begins at the start.
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
    return _place(text.value if text else iri, iri, languages)


def cut(places: Sequence[Place], window: Window) -> tuple[list[str], tuple[str, str] | None]:
    """The IRIs in a window on sorted places, and the last of them if more follow."""
    start = 0
    if window.after is not None:
        start = bisect_right(places, _place(*window.after, window.languages))
    chosen = places[start : start + window.limit]
    last = None
    if chosen and start + window.limit < len(places):
        last = chosen[-1][1:]
    return [iri for _, _, iri in chosen], last


def _place(name: str, iri: str, languages: Sequence[str]) -> Place:
    return collation(name, languages[0]), name, iri
