"""The command that checks."""

import sys
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fellesord import errors
from fellesord.cli.options import chosen_from, options

if TYPE_CHECKING:
    from fellesord.checks.findings import Finding
    from fellesord.checks.results import Explained, Report, Term
    from fellesord.checks.shapes import Shapes

_PROFILES = ("skos", "fellesord", "skos-ap-no")
_FORMATS = ("text", "json", "ttl", "sarif", "github")


@click.command()
@click.argument("what", metavar="[PATH|URI]", required=False)
@click.option("--profile", type=click.Choice(_PROFILES), help="Rules to check by; see below.")
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMATS),
    default="text",
    show_default=True,
    help="How to tell: for people, programs, the W3C report, code review, or GitHub.",
)
@click.option(
    "--lang",
    type=click.Choice(("nb", "nn", "en")),
    default="nb",
    show_default=True,
    help="Language of the messages.",
)
@click.option(
    "--fail-on",
    type=click.Choice(("violation", "warning")),
    default="violation",
    show_default=True,
    help="The least that makes the exit code 1.",
)
@click.option("--explain", is_flag=True, help="Show how each rule was checked and how long it took.")
@options("vocab", "attach", "cache")
def check(
    what: str | None, profile: str | None, form: str, lang: str, fail_on: str, explain: bool, **given: Any
) -> None:
    """Check a vocabulary, and say what is wrong, where, and how to put it right.

    Without an argument the record in force is checked, as it is served. PATH is the folder of a record, or an
    RDF file of anybody's (.ttl .nt .rdf .jsonld, each also .gz). URI is one thing of the record.

    \b
    Profiles:
      skos         right for any SKOS vocabulary (the default for a file)
      fellesord    skos and our own rules (the default for a record)
      skos-ap-no   what data.norge.no takes

    Exit codes: 0 nothing to stop for, 1 something was found, 2 the command was used wrongly.
    """  # noqa: D301 - click reads the escape
    chosen = chosen_from(given)
    from fellesord.checks import reading

    try:
        found, explained, report = _found(chosen, what, profile)
    except errors.InvalidData as error:
        found, explained, report = reading.unreadable(error), (), None
    _write(found, report, what, profile or "", form, lang)
    if explain:
        _explain(explained)
    limit = {"violation": ("violation",), "warning": ("violation", "warning")}[fail_on]
    sys.exit(any(finding.severity in limit for finding in found))


_Outcome = tuple["tuple[Finding, ...]", "tuple[Explained, ...]", "tuple[Report, Shapes] | None"]


def _found(chosen: Any, what: str | None, profile: str | None) -> _Outcome:
    """What the rules find, how, and the report itself."""
    from dataclasses import replace

    from fellesord.checks import locating, profiles, reading
    from fellesord.checks.engine import validate
    from fellesord.record import documents
    from fellesord.web import opening

    path = Path(what) if what and "://" not in what else None
    if path is not None and not path.exists():
        raise errors.InvalidSetting(f"{path}: there is no such file or folder")
    if path is not None and path.is_file():
        name = profile or "skos"
        shapes = profiles.shapes_of(name)
        file = reading.foreign(path)
        report = validate(file.data, shapes)
        found = locating.in_file(profiles.findings(report, shapes), file.text, str(path))
        return found, report.explained, (report, shapes)
    settings = replace(chosen, vocab=path) if path is not None else chosen
    name = profile or "fellesord"
    shapes = profiles.shapes_of(name)
    opened = opening.open_store(settings)
    focus: Collection[Term] | None = None
    if what and path is None:
        if not what.startswith(opened.base):
            raise errors.InvalidSetting(
                f"{what}: is not a thing of the record, whose IRIs begin {opened.base}"
            )
        focus = reading.nodes(opened.store, what)
    report = validate(reading.served(opened.store, name), shapes, focus=focus)
    folder = opening.sources(settings).vocab
    found = locating.in_record(profiles.findings(report, shapes), documents.read(folder), folder)
    return found, report.explained, (report, shapes)


def _write(
    found: "tuple[Finding, ...]",
    report: "tuple[Report, Shapes] | None",
    what: str | None,
    profile: str,
    form: str,
    lang: str,
) -> None:
    from fellesord.checks import reporting, writing

    if form == "ttl":
        from fellesord.rdf.syntaxes import TURTLE

        if report is not None:
            sys.stdout.buffer.write(TURTLE.write(reporting.graph(*report), "https://fellesord.example/id/"))
            return
        form = "text"
    writers: dict[str, Callable[..., str]] = {
        "json": writing.as_json,
        "sarif": writing.as_sarif,
        "github": writing.as_github,
    }
    if form in writers:
        text = writers[form](
            found, profile or ("skos" if what and Path(what).is_file() else "fellesord"), lang
        )
        click.echo(text)
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
