"""Charts of an indicator: a small one for each county, all to one scale, drawn on the server.

A line joins the values of years that follow each other; a year without a value breaks it, and so does a
county reform, after which another county authority has a chart of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from fellesord.languages.sorting import collation
from fellesord.vocabulary.concepts import Indicator
from fellesord.vocabulary.fields import Link
from fellesord.vocabulary.series import Measured, Series
from fellesord.web.negotiation import Speech
from fellesord.web.pages.rendering import name

#: The size of a chart, and of the room around its lines, in its own units.
WIDTH, HEIGHT, SIDE, ABOVE, BELOW = 240, 120, 10, 14, 20
#: Languages that write numbers with a decimal comma.
_COMMA = ("nb", "nn")


@dataclass(frozen=True)
class Point:
    """A value on a chart: where it stands, its year and how the value is written."""

    x: float
    y: float
    year: int
    value: str


@dataclass(frozen=True)
class Chart:
    """A county's chart: its points, the lines between them, and where its time begins and ends if it does."""

    series: Series
    title: str
    points: tuple[Point, ...]
    lines: tuple[str, ...]
    begins: float | None
    ends: float | None
    cells: tuple[str | None, ...]


@dataclass(frozen=True)
class Charts:
    """The charts of an indicator by the county's name, their years, and the values that the scale ends at."""

    charts: tuple[Chart, ...]
    years: tuple[int, ...]
    low: str
    high: str


def charts(indicator: Indicator, found: Measured, said: Speech) -> Charts | None:
    """A chart for each county; ``None`` when nothing has been measured.

    The scale begins at 0 or lower and ends where the indicator says that values end, else at the highest.
    """
    if not found.series:
        return None
    given = [Decimal(end) for end in (indicator.minimum, indicator.maximum) if end]
    low, high = min(Decimal(0), *found.values, *given), max(Decimal(0), *found.values, *given)
    scale = _Scale(found.years, low, high if high > low else low + 1)
    drawn = [_chart(each, scale, said) for each in found.series]
    drawn.sort(key=lambda chart: (collation(chart.title, said.content[0]), chart.series.county.iri))
    return Charts(tuple(drawn), found.years, number(low, said), number(scale.high, said))


def number(value: Decimal, said: Speech) -> str:
    """A number as the language of the page writes it; no digit is added or taken off."""
    text = f"{value:f}"
    return text.replace(".", ",").replace("-", "−") if said.interface in _COMMA else text.replace("-", "−")


def sources(indicator: Indicator) -> list[Link]:
    """Where the measured values come from, each once."""
    found = {link.iri: link for each in indicator.observation for link in each.source}
    return [found[iri] for iri in sorted(found)]


@dataclass(frozen=True)
class _Scale:
    years: Sequence[int]
    low: Decimal
    high: Decimal

    def x(self, year: float) -> float:
        steps = max(len(self.years) - 1, 1)
        middle = 0.5 if len(self.years) == 1 else 0
        return round(SIDE + ((year - self.years[0]) / steps + middle) * (WIDTH - 2 * SIDE), 1)

    def y(self, value: Decimal) -> float:
        share = float((value - self.low) / (self.high - self.low))
        return round(HEIGHT - BELOW - share * (HEIGHT - ABOVE - BELOW), 1)


def _chart(series: Series, scale: _Scale, said: Speech) -> Chart:
    points = [
        Point(scale.x(year), scale.y(value), year, number(value, said))
        for year, value in series.values.items()
    ]
    runs: list[list[Point]] = []
    for point in points:
        if runs and runs[-1][-1].year == point.year - 1:
            runs[-1].append(point)
        else:
            runs.append([point])
    written = {point.year: point.value for point in points}
    cells = tuple(written.get(year, "" if series.existed(year) else None) for year in scale.years)
    first, last = scale.years[0], scale.years[-1]
    return Chart(
        series,
        name(series.county, said).value,
        tuple(points),
        tuple(" ".join(f"{point.x},{point.y}" for point in run) for run in runs if len(run) > 1),
        scale.x(series.first - 0.5) if series.first and series.first > first else None,
        scale.x(series.last + 0.5) if series.last and series.last < last else None,
        cells,
    )
