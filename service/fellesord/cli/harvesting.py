"""What data.norge.no would make of what is checked, as the command that checks tells it."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from fellesord.checks.findings import Finding


def findings(settings: Any, what: str | None, last: Path | None) -> "list[Finding]":
    """What is found by going through a harvest: of the record's feed as it would be answered, or of a file.

    What becomes of the concepts is told on standard error.
    """
    from dataclasses import replace

    from fellesord.checks import reading
    from fellesord.checks.harvest import Harvest, answered
    from fellesord.errors import InvalidData
    from fellesord.rdf.reading import read
    from fellesord.web import harvesting, opening

    before = read(last) if last else None
    path = Path(what) if what and "://" not in what else None
    if path is not None and path.is_file():
        try:
            file = reading.foreign(path)
        except InvalidData:
            return []  # told already
        harvest = Harvest(file.data.triples(), before.triples if before else None)
        found = [*harvest.findings(), *answered(200, {}, len(file.text))]
    else:
        app = opening.load(replace(settings, vocab=path) if path else settings)
        gone = harvesting.through(app, before)
        harvest, found = gone.harvest, list(gone.findings)
    counts = ", ".join(f"{number} {state}" for state, number in harvest.counts().items())
    click.echo(f"data.norge.no would have: {counts}", err=True)
    return found


def moved(settings: Any, registered: str | None) -> "tuple[Finding, ...]":
    """What follows when the feed is registered at another address than it has."""
    if registered is None:
        return ()
    from fellesord.checks.harvest import moved as elsewhere
    from fellesord.files import root
    from fellesord.formats.catalogue import address
    from fellesord.formats.registry import FEED
    from fellesord.record import documents

    base = documents.read(settings.vocab or root() / "vocab").base
    where = f"{settings.public_url}/export/{FEED}" if settings.public_url else address(base, FEED)
    return elsewhere(where, registered)
