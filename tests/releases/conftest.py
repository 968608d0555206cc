"""Two editions of the twelve-concept thesaurus: as it is, and after the changes that a test makes."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from fellesord.releases.editions import Edition

Edited = Callable[[Mapping[str, Callable[[str], str | None]]], Edition]


@pytest.fixture
def edition(twelve: Path) -> Edition:
    return Edition.read(twelve)


@pytest.fixture
def edited(edition: Edition) -> Edited:
    """A function that gives the edition with some documents rewritten, path → what makes the new text."""

    def edit(changes: Mapping[str, Callable[[str], str | None]]) -> Edition:
        data = dict(edition.data)
        for path, change in changes.items():
            text = change(data.pop(path, b"").decode())
            if text is not None:
                data[path] = text.encode()
        return Edition(data)

    return edit
