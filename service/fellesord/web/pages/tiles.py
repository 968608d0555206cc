"""A map of tiles: one cell for each county authority of today, placed about where it lies, without borders.

Where a tile stands, the style sheet says by the county's number. Former counties are in the table beside it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from fellesord.languages import Text, pick
from fellesord.vocabulary.fields import Link
from fellesord.web.negotiation import Speech
from fellesord.web.pages.rendering import service

#: The numbers of works from which a tile is shown stronger.
_LEVELS = (1, 2, 5)


@dataclass(frozen=True)
class Tile:
    """A county on the map: its number, its name, how many works it does, how strongly it is shown."""

    number: str
    name: Text
    works: int
    level: int


def tiles(counted: Iterable[tuple[Link, int]], said: Speech) -> tuple[Tile, ...]:
    """A tile for each county of today that has a number; none when none of them does any of the work."""
    works = {county.iri: number for county, number in counted}
    found = []
    for item in service().lists.counties(service().today):
        number = works.get(item.iri, 0)
        if item.fields.number and (name := pick(item.labels, said.content)):
            level = sum(number >= least for least in _LEVELS)
            found.append(Tile(item.fields.number, name, number, level))
    return tuple(found) if any(tile.works for tile in found) else ()
