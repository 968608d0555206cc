"""From the county authorities of one day to those of another, through the changes between."""

from dataclasses import dataclass
from itertools import pairwise

from fellesord.languages import Text
from fellesord.namespaces import DCT, EUVOC, ORG
from fellesord.vocabulary.fields import Statements
from fellesord.vocabulary.filters import valid_on
from fellesord.vocabulary.items import county_number
from fellesord.vocabulary.listing import Lists, names
from fellesord.vocabulary.windows import place


@dataclass(frozen=True)
class CountyThen:
    """A county authority, its names and its number."""

    uri: str
    label: tuple[Text, ...]
    number: str | None


@dataclass(frozen=True)
class ChangeThen:
    """A change on the way, its names and the day it took effect."""

    uri: str
    label: tuple[Text, ...]
    date: str | None


@dataclass(frozen=True)
class Pair:
    """Two connected county authorities; ``relation`` is same, merged, split, or merged and split.

    ``weight`` is the share of the first that the second took over: unknown, as ``weight_note`` says.
    """

    from_: CountyThen
    to: CountyThen
    relation: str
    weight: float | None
    weight_note: str
    changes: tuple[ChangeThen, ...]


@dataclass(frozen=True)
class Days:
    """The day whose counties one has, and the day whose counties one wants."""

    from_: str
    to: str


def crosswalk(lists: Lists, days: Days, languages: tuple[str, ...], note: str) -> tuple[Pair, ...]:
    """Every county of the one day with each county of the other that it is or became.

    One store call, and the one that ``Lists`` remembers. Ordered by name; ``note`` says why no weight.
    """
    counties, changes = lists.own("county"), lists.own("change")
    triples = lists.vocabulary.store.describe([*counties, *changes])
    about = Statements(triples, {}, lists.vocabulary.base)
    later = _Later(about, counties, changes)
    found = []
    for start in counties:
        if later.valid(start, days.from_):
            ends: dict[str, set[tuple[str, str]]] = {}
            _follow(later, start, days.to, (), ends)
            found += [(start, end, links) for end, links in ends.items()]
    pairs = [
        Pair(
            _county(about, start),
            _county(about, end),
            later.relation(links),
            None,
            note,
            tuple(
                ChangeThen(change, names(about, change), _one(about, change, DCT.date))
                for change in later.changes_of(links)
            ),
        )
        for start, end, links in found
    ]
    return tuple(
        sorted(
            pairs,
            key=lambda pair: (
                place(pair.from_.label, pair.from_.uri, languages),
                place(pair.to.label, pair.to.uri, languages),
            ),
        )
    )


class _Later:
    """What the counties became, and by which changes."""

    def __init__(self, about: Statements, counties: tuple[str, ...], changes: tuple[str, ...]) -> None:
        self._about = about
        self.successors = {
            county: [next_ for next_ in about.iris(county, DCT.isReplacedBy) if next_ in set(counties)]
            for county in counties
        }
        self._before: dict[str, set[str]] = {}
        for county, after in self.successors.items():
            for each in after:
                self._before.setdefault(each, set()).add(county)
        self._changes = {
            change: (
                set(about.iris(change, ORG.originalOrganization)),
                set(about.iris(change, ORG.resultingOrganization)),
            )
            for change in changes
        }

    def valid(self, county: str, day: str) -> bool:
        start, end = (_one(self._about, county, name) for name in (EUVOC.startDate, EUVOC.endDate))
        return valid_on(start, end, day)

    def relation(self, links: set[tuple[str, str]]) -> str:
        said = []
        if any(len(self._before[after]) > 1 for _, after in links):
            said.append("merged")
        if any(len(self.successors[before]) > 1 for before, _ in links):
            said.append("split")
        return " and ".join(said) or "same"

    def changes_of(self, links: set[tuple[str, str]]) -> list[str]:
        """The changes that made those links, the first first."""
        found = [
            change
            for change, (before, after) in self._changes.items()
            if any(one in before and other in after for one, other in links)
        ]
        return sorted(found, key=lambda change: (_one(self._about, change, DCT.date) or "", change))


def _follow(
    later: _Later,
    county: str,
    day: str,
    way: tuple[str, ...],
    ends: dict[str, set[tuple[str, str]]],
) -> None:
    """Collect the counties of the day that a county became, each with the links that lead there."""
    way = (*way, county)
    if later.valid(county, day):
        ends.setdefault(county, set()).update(pairwise(way))
        return
    for after in later.successors[county]:
        if after not in way:
            _follow(later, after, day, way, ends)


def _county(about: Statements, iri: str) -> CountyThen:
    return CountyThen(iri, names(about, iri), county_number(about, iri))


def _one(about: Statements, iri: str, name: str) -> str | None:
    return next((value.value for value in about.values(iri, name)), None)
