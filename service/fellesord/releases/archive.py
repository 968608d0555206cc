"""The archive: the releases in a folder, by day, and what differs between any two."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path

from fellesord.errors import InvalidRequest, NotFound, NotReleased
from fellesord.releases import manifests
from fellesord.releases.changes import Change, changes
from fellesord.releases.difference import Difference, between
from fellesord.releases.editions import Edition
from fellesord.releases.manifests import Manifest

#: Where the documents of a release lie below its folder.
RECORD = "record"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Release:
    """A release: its folder, which nothing writes to."""

    folder: Path

    @property
    def date(self) -> str:
        """Its day (ISO 8601), which is its name."""
        return self.folder.name

    @property
    def record(self) -> Path:
        """The folder of the record as it was, which can be served as any other."""
        return self.folder / RECORD

    @cached_property
    def manifest(self) -> Manifest:
        """What it says of itself. Raises InvalidData when it is damaged."""
        path = self.folder / manifests.NAME
        return manifests.read(path.read_bytes(), str(path))

    @cached_property
    def edition(self) -> Edition:
        """The record as it was, read as it is asked for. Raises InvalidData when it is damaged."""
        return Edition.lying(self.record)

    def describes(self, iri: str) -> bool:
        """Whether it has a document about one of its own things, by its IRI or that of a fragment."""
        base = self.manifest.base
        path = f"{RECORD}/{iri.removeprefix(base).partition('#')[0]}.ttl"
        return iri.startswith(base) and path in self.manifest.files

    def file(self, name: str) -> bytes:
        """The bytes of a file of the release. Raises NotFound for one that the manifest does not name."""
        known = {manifests.NAME, *self.manifest.files}
        if name not in known:
            raise NotFound(f"the release of {self.date} has no file {name!a}; see {manifests.NAME} of it")
        return (self.folder / name).read_bytes()


@dataclass(frozen=True)
class Step:
    """From one release to a later one, or back, or from nothing: what differs and what happened."""

    before: Edition
    after: Edition

    @cached_property
    def difference(self) -> Difference:
        """The statements that differ."""
        return between(self.before, self.after)

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """What happened to each thing."""
        return changes(self.before, self.after, self.difference)


@lru_cache(maxsize=64)
def _step(before: Release | None, after: Release) -> Step:
    """The step between two releases, which holds what differs and no more of them."""
    step = Step(before.edition if before else Edition({}), after.edition)
    _ = step.changes
    step.before.forget()
    step.after.forget()
    return step


class Archive:
    """The releases that lie in a folder when the archive is made; none where there is no folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        inside = sorted(folder.iterdir()) if folder.is_dir() else []
        self._releases = {
            path.name: Release(path) for path in inside if _DAY.fullmatch(path.name) and path.is_dir()
        }

    def __iter__(self) -> Iterator[Release]:
        return iter(self._releases.values())

    @property
    def days(self) -> tuple[str, ...]:
        """The days of the releases, the first first."""
        return tuple(self._releases)

    @property
    def newest(self) -> Release | None:
        """The last release, ``None`` before the first."""
        return self._releases[self.days[-1]] if self._releases else None

    def get(self, day: str) -> Release:
        """The release of a day. Raises NotReleased when there is none, InvalidRequest for what is no day."""
        found = self._releases.get(read_day(day))
        if found is None:
            raise self._missing(day)
        return found

    def at(self, day: str) -> Release:
        """The release that was in force on a day: the last on it or before.

        Raises NotReleased for a day before the first, InvalidRequest for what is no day.
        """
        read_day(day)
        found = [each for each in self.days if each <= day]
        if not found:
            raise self._missing(day)
        return self._releases[found[-1]]

    def before(self, day: str) -> Release | None:
        """The last release before a day, ``None`` before the first."""
        found = [each for each in self.days if each < day]
        return self._releases[found[-1]] if found else None

    def step(self, since: str | None, to: str) -> Step:
        """From a release to another, each by its day; from nothing without ``since``. Raises NotReleased."""
        return _step(self.get(since) if since else None, self.get(to))

    def _missing(self, day: str) -> NotReleased:
        return NotReleased(day, *(self.days[:1] + self.days[-1:]))


def read_day(text: str) -> str:
    """A day as it is written in names of releases. Raises InvalidRequest."""
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    raise InvalidRequest(f"{text!a} is not a day; write it as 2026-12-01", key="no-day", text=text)
