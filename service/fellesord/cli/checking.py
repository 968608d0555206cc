"""The command that checks."""

import os
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Any

import click

from fellesord import errors
from fellesord.cli.options import chosen_from, form_option, lang_option, options

if TYPE_CHECKING:
    from fellesord.checks.engine import Progress
    from fellesord.checks.findings import Finding
    from fellesord.checks.results import Explained, Report, Term
    from fellesord.checks.shapes import Shapes

_PROFILES = ("skos", "fellesord", "skos-ap-no", "data-norge")
_FORMATS = ("text", "json", "ttl", "sarif", "github")
#: Seconds that a check may take before a bar shows how far it has come.
_PATIENCE = 1.0


@click.command()
@click.argument("what", metavar="[PATH|URI]...", nargs=-1)
@click.option("--profile", type=click.Choice(_PROFILES), help="Rules to check by; see below.")
@form_option(*_FORMATS, help="How to tell: for people, programs, the W3C report, code review, or GitHub.")
@lang_option("Language of the messages.")
@click.option(
    "--fail-on",
    type=click.Choice(("violation", "warning")),
    default="violation",
    show_default=True,
    help="The least that makes the exit code 1.",
)
@click.option(
    "--changed-since",
    "since",
    metavar="REV",
    help="Check only what changed in the record since a git revision, and what that changes elsewhere.",
)
@click.option(
    "--last",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="With data-norge: the feed harvested before; that of the last release unless given.",
)
@click.option("--registered", metavar="URL", help="With data-norge: the address that is registered there.")
@click.option("--explain", is_flag=True, help="Show how each rule was checked and how long it took.")
@options("vocab", "attach", "cache", "store", "store-graph", "store-timeout")
def check(
    what: tuple[str, ...],
    profile: str | None,
    form: str,
    lang: str,
    fail_on: str,
    since: str | None,
    last: Path | None,
    registered: str | None,
    explain: bool,
    **given: Any,
) -> None:
    """Check a vocabulary, and say what is wrong, where, and how to put it right.

    Without an argument the record in force is checked, as it is served. PATH is the folder of a record, or an
    RDF file of anybody's (.ttl .nt .rdf .jsonld, each also .gz). URI is one thing of the record. Of several,
    each is checked by itself.

    \b
    Profiles:
      skos         right for any SKOS vocabulary (the default for a file)
      fellesord    skos and our own rules (the default for a record)
      skos-ap-no   the Norwegian profile for concepts
      data-norge   the same, and what data.norge.no would make of it

    Exit codes: 0 nothing to stop for, 1 something was found, 2 the command was used wrongly.
    """  # noqa: D301 - click reads the escape
    chosen = chosen_from(given)
    from fellesord.checks import profiles

    outcomes = [_outcome(chosen, each, profile, since) for each in what or (None,)]
    found = [finding for each, _, _ in outcomes for finding in each]
    if profile == "data-norge":
        from fellesord.cli import harvesting

        found += [finding for each in what or (None,) for finding in harvesting.findings(chosen, each, last)]
        found += harvesting.moved(chosen, registered)
    found = list(profiles.ordered(found))
    names = dict.fromkeys(
        profile or ("skos" if each and Path(each).is_file() else "fellesord") for each in what
    )
    reports = [report for _, _, report in outcomes if report]
    _write(tuple(found), reports, ", ".join(names) or profile or "fellesord", form, lang)
    if explain:
        _explain(tuple(each for _, explained, _ in outcomes for each in explained))
    limit = {"violation": ("violation",), "warning": ("violation", "warning")}[fail_on]
    sys.exit(any(finding.severity in limit for finding in found))


_Outcome = tuple["tuple[Finding, ...]", "tuple[Explained, ...]", "tuple[Report, Shapes] | None"]


def _outcome(chosen: Any, what: str | None, profile: str | None, since: str | None) -> _Outcome:
    """What the rules find, or what could not be read."""
    from fellesord.checks import reading

    try:
        return _found(chosen, what, profile, since)
    except errors.InvalidData as error:
        return reading.unreadable(error), (), None


def _found(chosen: Any, what: str | None, profile: str | None, since: str | None) -> _Outcome:
    """What the rules find, how, and the report itself."""
    from dataclasses import replace

    from fellesord.checks import locating, profiles, reading
    from fellesord.checks.engine import validate
    from fellesord.record import documents
    from fellesord.web import opening

    path = Path(what) if what and "://" not in what else None
    if path is not None and not path.exists():
        raise errors.InvalidSetting(f"{path}: there is no such file or folder")
    if since is not None and what and not (path and path.is_dir()):
        raise errors.InvalidSetting(
            f"{what}: --changed-since is for a whole record, not for a file or one thing"
        )
    if path is not None and path.is_file():
        name = profile or "skos"
        shapes = profiles.shapes_of(name)
        file = reading.foreign(path)
        with _progress() as progress:
            report = validate(file.data, shapes, progress=progress)
        found = locating.in_file(profiles.findings(report, shapes), file.text, str(path))
        return found, report.explained, (report, shapes)
    settings = replace(chosen, vocab=path) if path is not None else chosen
    name = profile or "fellesord"
    shapes = profiles.shapes_of(name)
    folder = opening.sources(settings).vocab
    if since is not None:
        report = _changed(settings, folder, since, name, shapes)
    else:
        opened = opening.open_store(settings)
        focus: Collection[Term] | None = None
        if what and path is None:
            if not what.startswith(opened.base):
                raise errors.InvalidSetting(
                    f"{what}: is not a thing of the record, whose IRIs begin {opened.base}"
                )
            focus = reading.nodes(opened.store, what)
        data = reading.served(opened.store, name)
        with _progress() as progress:
            report = validate(data, shapes, focus=focus, progress=progress)
    found = locating.in_record(profiles.findings(report, shapes), documents.read(folder), folder)
    return found, report.explained, (report, shapes)


def _changed(settings: Any, folder: Path, since: str, name: str, shapes: "Shapes") -> "Report":
    """What the rules find of what changed in the record since a revision; of everything when it had none."""
    from fellesord.checks import changes, reading
    from fellesord.checks.engine import validate
    from fellesord.checks.incremental import altered
    from fellesord.record import documents
    from fellesord.web import opening

    if settings.store:
        raise errors.InvalidSetting("--changed-since is for the record's own graph, not for that of --store")
    changed = changes.since(folder, since, os.environ)
    data = reading.served(opening.open_store(settings).store, name)
    try:
        store, then = changed.read(settings.attach)
    except errors.InvalidData:
        click.echo(f"the record cannot be read as it was at {since}; all of it is checked", err=True)
        with _progress() as progress:
            return validate(data, shapes, progress=progress)
    own = changes.things(changed.paths, documents.read(folder), then)
    with _progress() as progress:
        return altered(reading.served(store, name), data, shapes, own, progress)


@contextmanager
def _progress() -> "Iterator[Progress | None]":
    """What shows how far a check has come, once it takes long; ``None`` where nobody watches."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    task = bar.add_task("checking", total=None)
    patience = Timer(_PATIENCE, bar.start)
    patience.start()
    try:
        yield lambda done, total: bar.update(task, completed=done, total=total)
    finally:
        patience.cancel()
        patience.join()
        bar.stop()


def _write(
    found: "tuple[Finding, ...]",
    reports: "list[tuple[Report, Shapes]]",
    profile: str,
    form: str,
    lang: str,
) -> None:
    from fellesord.checks import reporting, writing

    if form == "ttl" and reports:
        from fellesord.rdf.syntaxes import TURTLE

        triples = [
            triple
            for number, report in enumerate(reports)
            for triple in reporting.graph(*report, stem="r" if number == 0 else f"r{number}x")
        ]
        sys.stdout.buffer.write(TURTLE.write(triples, "https://fellesord.example/id/"))
        return
    writers: dict[str, Callable[..., str]] = {
        "json": writing.as_json,
        "sarif": writing.as_sarif,
        "github": writing.as_github,
    }
    if form in writers:
        click.echo(writers[form](found, profile, lang))
        return
    _show(found, lang)


def _show(found: "tuple[Finding, ...]", lang: str) -> None:
    """The findings for people, with colours where there is a screen."""
    from rich.console import Console
    from rich.text import Text

    from fellesord.checks import writing

    console = Console(highlight=False, soft_wrap=True)
    styles = {"violation": "bold red", "warning": "bold yellow", "info": "bold cyan"}
    for line in writing.as_text(found, lang, lambda iri: iri):
        style = styles.get(line.split(" ")[0], "") if not line.startswith(" ") else ""
        console.print(Text(line, style=style))
    counted = writing.counts(found)
    total = ", ".join(f"{number} {severity}" for severity, number in counted.items())
    console.print(Text(total if found else "nothing found", style="" if found else "green"))


def _explain(explained: "tuple[Explained, ...]") -> None:
    for each in sorted(explained, key=lambda each: -each.seconds):
        name = each.shape.rpartition("#")[2]
        component = each.component.rpartition("#")[2].removesuffix("ConstraintComponent")
        why = f"  ({each.why})" if each.why else ""
        click.echo(
            f"{each.seconds * 1000:9.2f} ms  {each.how:9}  {each.results:6}  {name}  {component}{why}",
            err=True,
        )
