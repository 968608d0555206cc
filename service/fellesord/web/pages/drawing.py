"""An answer of a query drawn, where its columns allow: bars for numbers, tiles for those of counties."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from fellesord.languages import Text
from fellesord.vocabulary.fields import Link, kind_of
from fellesord.web.negotiation import Speech
from fellesord.web.pages.charts import number
from fellesord.web.pages.rendering import service
from fellesord.web.pages.tiles import Tile, tiles

#: Rows beyond which bars say nothing; and the width of the longest, in the units of the drawing.
_MOST, _WIDTH = 40, 100
#: A term of an answer: an ``iri``, or a ``text`` with its ``language`` or ``datatype``.
Term = Mapping[str, str]
_Rows = Sequence[Sequence[Term | None]]
_NUMBER = ("integer", "decimal", "double", "float", "int", "long")


@dataclass(frozen=True)
class Bar:
    """A row drawn: what it is about, its number as it is written, where its bar starts and how wide it is."""

    name: str
    value: str
    start: float
    width: float


@dataclass(frozen=True)
class Drawing:
    """What an answer looks like: the name of the column drawn, a bar for each row, and tiles for counties."""

    title: str
    bars: tuple[Bar, ...]
    tiles: tuple[Tile, ...]


def drawing(columns: Sequence[str], rows: _Rows, names: Mapping[str, Text], said: Speech) -> Drawing | None:
    """The drawing of an answer that has a column of numbers, and before it one of things or words.

    ``None`` for any other answer, and for one of so many rows that nothing would be seen.
    """
    if not 1 < len(rows) <= _MOST:
        return None
    numbers = [[_number(row[place]) for row in rows] for place in range(len(columns))]
    drawn = next((place for place, found in enumerate(numbers) if place and None not in found), None)
    if drawn is None:
        return None
    values = [value for value in numbers[drawn] if value is not None]
    low, high = min(Decimal(0), *values), max(Decimal(0), *values)
    span = high - low or Decimal(1)
    bars = tuple(
        Bar(
            _name(row[0], names),
            number(value, said),
            round(float((min(value, Decimal(0)) - low) / span * _WIDTH), 1),
            round(float(abs(value) / span * _WIDTH), 1),
        )
        for row, value in zip(rows, values, strict=True)
    )
    return Drawing(columns[drawn], bars, _tiles(rows, values, said))


def _tiles(rows: _Rows, values: Sequence[Decimal], said: Speech) -> tuple[Tile, ...]:
    """Tiles, when each row is about another county and all numbers are whole and not negative."""
    base = service().vocabulary.base
    counted: dict[str, Decimal] = {}
    for row, value in zip(rows, values, strict=True):
        iri = (row[0] or {}).get("iri", "")
        if kind_of(iri, base) != "county" or iri in counted or value < 0 or value != int(value):
            return ()
        counted[iri] = value
    return tiles([(Link(iri, (), "county"), int(value)) for iri, value in counted.items()], said)


def _name(term: Term | None, names: Mapping[str, Text]) -> str:
    if not term:
        return "–"
    iri = term.get("iri", "")
    return names[iri].value if iri in names else iri or term["text"]


def _number(term: Term | None) -> Decimal | None:
    if not term or term.get("datatype", "").rpartition("#")[2] not in _NUMBER:
        return None
    try:
        found = Decimal(term["text"])
    except InvalidOperation:
        return None
    return found if found.is_finite() else None
