"""The command that writes what others fetch."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fellesord.cli.options import chosen_from, counted, options

if TYPE_CHECKING:
    from fellesord.formats.registry import Export
    from fellesord.vocabulary.reading import Vocabulary


@click.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the files; exports/ as it ships unless given.",
)
@click.option("--check", is_flag=True, help="Write nothing; say what would change and what is wrong.")
@click.option("--list", "listed", is_flag=True, help="Write nothing; say which exports there are.")
@options("vocab", "releases", "attach", "cache")
def export(names: tuple[str, ...], out: Path | None, check: bool, listed: bool, **given: Any) -> None:
    """Write the files that others fetch: those named, or all that are kept in exports/.

    All are of the record as it lies but data-norge.ttl, which is that of the last release and changes with
    the next only; data-norge-preview.ttl is what it will be.

    With --check each file is made, compared with the one that is there, read back by another reader, and
    judged by shapes where there are some for it. Exit code 1 when a file is stale, or anything is wrong.
    What a profile has no place for is told on standard error.
    """
    chosen = chosen_from(given)
    from fellesord.files import root
    from fellesord.formats.registry import FEED, exports, find
    from fellesord.namespaces import short
    from fellesord.releases.archive import Archive
    from fellesord.releases.exporting import committed, released
    from fellesord.vocabulary.reading import Vocabulary
    from fellesord.web import opening

    opened = opening.open_store(chosen)
    vocabulary = Vocabulary(opened.store, opened.base)
    if listed:
        for each in exports(vocabulary):
            click.echo(f"{each.name:28}  {each.media_type}")
        return
    folder = out or root() / "exports"
    wanted = [find(vocabulary, name) for name in names] or [e for e in exports(vocabulary) if e.kept]
    newest = Archive(opening.releases_folder(chosen)).newest
    then = released(newest) if newest and FEED in {each.name for each in wanted} else vocabulary
    kept = committed(newest, FEED) if newest else None
    of = {each.name: then if each.name == FEED else vocabulary for each in wanted}
    for each in wanted:
        for name, number in each.left_out(of[each.name]).items():
            click.echo(f"{each.name}: leaves out {number} statements with {short(name)}", err=True)
    if check:
        problems = [problem for each in wanted for problem in _problems(of[each.name], each, folder, kept)]
        for problem in problems:
            click.echo(problem)
        click.echo(f"{counted(len(wanted), 'export')}, {counted(len(problems), 'problem')}", err=True)
        sys.exit(bool(problems))
    folder.mkdir(parents=True, exist_ok=True)
    for each in wanted:
        if each.name == FEED and kept:
            data = kept.read_bytes()
            (folder / FEED).write_bytes(data)
        else:
            with (folder / each.name).open("wb") as file:
                each.write(of[each.name], file)
        click.echo(str(folder / each.name))


def _problems(vocabulary: "Vocabulary", export: "Export", folder: Path, kept: Path | None) -> list[str]:
    """What is wrong with an export: with the file that is there, and with what it would be.

    ``kept`` is the feed as the last release wrote it: not stale when it would be written otherwise now.
    """
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as made:
        path = Path(made) / export.name
        with path.open("wb") as file:
            export.write(vocabulary, file)
        problems = list(export.read_back(vocabulary, path))
        if export.profile is not None:
            problems += _violations(path, export.profile)
        there = folder / export.name
        if not there.exists():
            problems.append(f"{there}: is not there; write it with: fellesord export {export.name}")
        elif kept and export.name == kept.name and there.read_bytes() == kept.read_bytes():
            pass
        elif not export.same(there.read_bytes(), path.read_bytes()):
            problems.append(f"{there}: is stale; write it anew with: fellesord export {export.name}")
    return problems


def _violations(path: Path, profile: str) -> list[str]:
    """What the shapes of a profile forbid in a file."""
    from fellesord.checks.profiles import check
    from fellesord.checks.reading import foreign

    found = check(foreign(path).data, profile)
    return [
        f"{path.name}: {each.code} {each.focus} {each.messages[-1].value}"
        for each in found
        if each.severity == "violation"
    ]
