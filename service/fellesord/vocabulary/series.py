"""What has been measured of an indicator, county by county and year by year, with the reforms in between."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from fellesord.namespaces import DCT, EUVOC
from fellesord.vocabulary.concepts import Observation
from fellesord.vocabulary.fields import Link, Statements
from fellesord.vocabulary.reading import Vocabulary

#: Years that are set beside each other; of longer series, the last.
MOST_YEARS = 60


@dataclass(frozen=True)
class Series:
    """What has been measured in one county: year → value, as it is recorded.

    ``first`` and ``last`` are the years that the county authority existed in, ``None`` where that is open.
    ``successors`` are the counties that took over; nothing is carried over to them.
    """

    county: Link
    values: dict[int, Decimal]
    first: int | None
    last: int | None
    successors: tuple[Link, ...]

    def existed(self, year: int) -> bool:
        """Whether the county authority existed in a year."""
        return (self.first or year) <= year <= (self.last or year)


@dataclass(frozen=True)
class Measured:
    """The series of an indicator, and every year from the first measured to the last, gaps included."""

    years: tuple[int, ...]
    series: tuple[Series, ...]

    @property
    def values(self) -> tuple[Decimal, ...]:
        """Every value there is."""
        return tuple(value for each in self.series for value in each.values.values())


def measured(vocabulary: Vocabulary, observations: Iterable[Observation]) -> Measured:
    """The observations of an indicator as series; those that are not a number of a county and year left out.

    Two store calls, none without observations. The series are sorted by the IRI of the county.
    """
    found: dict[Link, dict[int, Decimal]] = {}
    for each in observations:
        year, value = _year(each.period), _number(each.value)
        if each.county and year is not None and value is not None:
            found.setdefault(each.county, {})[year] = value
    if not found:
        return Measured((), ())
    last = max(year for values in found.values() for year in values)
    first = max(min(year for values in found.values() for year in values), last - MOST_YEARS + 1)
    triples = vocabulary.store.describe(sorted(county.iri for county in found))
    plain = Statements(triples, {}, vocabulary.base)
    heirs = {iri for county in found for iri in plain.iris(county.iri, DCT.isReplacedBy)}
    about = Statements(triples, vocabulary.labels(heirs), vocabulary.base)
    return Measured(
        tuple(range(first, last + 1)),
        tuple(
            Series(
                county,
                {year: value for year, value in sorted(values.items()) if year >= first},
                _bound(about, county, EUVOC.startDate),
                _bound(about, county, EUVOC.endDate),
                about.links(county.iri, DCT.isReplacedBy),
            )
            for county, values in sorted(found.items(), key=lambda item: item[0].iri)
        ),
    )


def _bound(about: Statements, county: Link, date: str) -> int | None:
    return next((_year(each.value[:4]) for each in about.values(county.iri, date)), None)


def _year(period: str | None) -> int | None:
    return int(period) if period and len(period) == 4 and period.isascii() and period.isdigit() else None


def _number(value: str | None) -> Decimal | None:
    try:
        number = Decimal(value or "")
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
