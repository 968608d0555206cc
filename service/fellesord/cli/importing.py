"""The command that takes in files of others."""

import gc
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fellesord import errors
from fellesord.cli.options import chosen_from, counted, lang_option, options, told

if TYPE_CHECKING:
    from fellesord.checks.findings import Finding
    from fellesord.intake.cleaning import Proposal
    from fellesord.intake.placing import Change
    from fellesord.intake.planning import Plan

_PROFILES = ("skos", "fellesord")
#: Documents whose differences are shown in text, and reasons and repairs that are told.
_SHOWN = 20


@click.command(name="import")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Write nothing; show what would change, document by document.")
@click.option("--update", is_flag=True, help="Let documents that are there already change.")
@click.option(
    "--clean",
    type=click.Choice(("skip", "propose", "apply")),
    default="propose",
    show_default=True,
    help="What to do about the repairs that Skosify sees.",
)
@click.option("--scheme", help="Put the concepts in this scheme of ours, by its name or IRI.")
@click.option("--untagged", metavar="LANG", help="Language of text that names none.")
@click.option(
    "--profile",
    type=click.Choice(_PROFILES),
    default="fellesord",
    show_default=True,
    help="Rules that what is taken in must keep.",
)
@click.option("--allow-violations", is_flag=True, help="Write also what breaks those rules.")
@click.option(
    "--account",
    "accounts",
    type=click.Path(path_type=Path),
    metavar="FILE.tsv",
    help="Write what became of every statement, one a line.",
)
@told
@lang_option("Language of the messages.")
@options("vocab")
def import_(
    files: tuple[Path, ...],
    dry_run: bool,
    update: bool,
    clean: str,
    scheme: str | None,
    untagged: str | None,
    profile: str,
    allow_violations: bool,
    accounts: Path | None,
    form: str,
    lang: str,
    **given: Any,
) -> None:
    """Take vocabularies of others into the record, and account for every statement.

    FILE is RDF (.ttl .nt .rdf .jsonld) or a table (.xlsx .csv), each also .gz. Things of ours keep their
    names; concepts, schemes and collections of others are named by their labels and keep a link to where they
    are from. Statements are kept, inferred (the record need not say them), changed or not understood, and
    the numbers add up. Either everything is written or nothing is.

    Exit codes: 0 taken in, 1 not written for the reasons told, 2 the command was used wrongly.
    """
    chosen = chosen_from(given)
    from fellesord.checks import reading as telling
    from fellesord.intake import preparing

    gc.disable()  # what is made is kept to the end: looking through it takes a third of the time
    folder = chosen.vocab or _own_folder()
    wishes = preparing.Wishes(clean, scheme, untagged, profile)
    try:
        plan, proposals = preparing.prepared(folder, files, wishes)
    except errors.InvalidData as error:
        _refused(telling.unreadable(error), form, lang)
        sys.exit(1)
    stopped = _stopped(plan, update, allow_violations)
    if accounts is not None:
        from fellesord.intake.accounting import rows

        accounts.write_text("".join(f"{row}\n" for row in rows(plan.account)), "utf-8")
    if not stopped and not dry_run:
        plan.write()
    tell = _as_json if form == "json" else _as_text
    tell(plan, proposals, stopped, dry_run, lang)
    sys.exit(1 if stopped else 0)


@click.command()
@click.argument("file", metavar="FILE.xlsx", type=click.Path(path_type=Path))
@click.option("--filled", is_flag=True, help="Fill it with the concepts there are.")
@lang_option("Language of the headings and the help.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@options("vocab")
def template(file: Path, filled: bool, lang: str, force: bool, **given: Any) -> None:
    """Write a workbook to fill in concepts in, which import takes.

    It has a sheet of concepts with help on each column and lists to choose from, and a sheet that explains.
    What --filled writes and import takes in again gives the same record.
    """
    chosen = chosen_from(given)
    from fellesord.files import root
    from fellesord.formats import concepts
    from fellesord.intake.view import View

    if file.suffix.lower() != ".xlsx":
        raise errors.InvalidSetting(f"{file}: a workbook is written as .xlsx")
    if file.exists() and not force:
        raise errors.InvalidSetting(f"{file}: is there already; --force writes over it")
    data = concepts.template(View.of(chosen.vocab or root() / "vocab"), lang, filled=filled)
    file.write_bytes(data)
    click.echo(f"{file} written", err=True)


def _own_folder() -> Path:
    """The record of a checkout; what an installed package holds is not for writing."""
    from fellesord.files import root

    if (root().parent / "__init__.py").exists():
        raise errors.InvalidSetting("name the folder of the record to write to: --vocab FOLDER")
    return root() / "vocab"


def _stopped(plan: "Plan", update: bool, allow_violations: bool) -> list[str]:
    """Why nothing may be written."""
    reasons = []
    counts = plan.account.counts()
    if counts["not-understood"] == sum(counts.values()) > 0:
        reasons.append("nothing of it was understood; the reasons are above")
    if plan.blocked and not allow_violations:
        reasons.append("rules would be broken; put the file right, or add --allow-violations")
    if (count := len(plan.overwritten())) and not update:
        reasons.append(f"{count} documents that are there already would change; add --update to let them")
    return reasons


def _refused(found: "tuple[Finding, ...]", form: str, lang: str) -> None:
    from fellesord.checks import writing

    if form == "json":
        click.echo(writing.as_json(found, "intake", lang))
        return
    for line in writing.as_text(found, lang, str):
        click.echo(line)
    click.echo("not written: nothing could be read", err=True)


def _as_text(
    plan: "Plan", proposals: "tuple[Proposal, ...]", stopped: list[str], dry_run: bool, lang: str
) -> None:
    from fellesord.checks import writing
    from fellesord.intake.accounting import explained
    from fellesord.languages import chain, pick

    counts = plan.account.counts()
    click.echo(f"{sum(counts.values())} given: {', '.join(f'{n} {kind}' for kind, n in counts.items())}")
    for number, ((kind, reason, detail), outcomes) in enumerate(plan.account.reasons().items()):
        if number == _SHOWN:
            click.echo(f"  … {len(plan.account.reasons()) - _SHOWN} more; --account FILE.tsv has all of it")
            break
        said = pick(explained(reason, detail), chain([lang]))
        click.echo(f"  {len(outcomes):7} {kind:14} {said.value if said else reason}")
    if plan.account.added:
        click.echo(f"{len(plan.account.added)} added")
    for proposal in proposals:
        _propose(proposal)
    kinds = [change.kind for change in plan.changes]
    listed = ", ".join(f"{kinds.count(kind)} {kind}" for kind in ("new", "changed", "same"))
    click.echo(f"{counted(len(kinds), 'document')}: {listed}")
    if dry_run or stopped:
        _differences(plan.changes)
    else:
        _differences(plan.overwritten())
    for line in writing.as_text(plan.findings, lang, str):
        click.echo(line)
    _conclude(stopped, dry_run, any(kind != "same" for kind in kinds))


def _propose(proposal: "Proposal") -> None:
    lines = proposal.diff()
    if not lines:
        return
    click.echo(f"{counted(len(lines), 'repair')} proposed by Skosify (--clean apply makes them):")
    for line in lines[:_SHOWN]:
        click.echo(f"  {line}")
    if len(lines) > _SHOWN:
        click.echo(f"  … {len(lines) - _SHOWN} more; --format json shows all")


def _differences(changes: "Sequence[Change]") -> None:
    """The lines that go and come, of documents that were there already first."""
    touched = [change for change in changes if change.kind != "same"]
    in_order = sorted(touched, key=lambda change: change.kind != "changed")
    for change in in_order[:_SHOWN]:
        click.echo(change.diff())
    if len(touched) > _SHOWN:
        click.echo(f"… {len(touched) - _SHOWN} documents more; --format json shows all\n")


def _conclude(stopped: list[str], dry_run: bool, touched: bool) -> None:
    for reason in stopped:
        click.echo(f"not written: {reason}", err=True)
    if not stopped:
        click.echo(_done(touched, dry_run), err=True)


def _done(touched: bool, dry_run: bool) -> str:
    if not touched:
        return "nothing to write: the record says all of it already"
    return "would be written (--dry-run)" if dry_run else "written"


def _as_json(
    plan: "Plan", proposals: "tuple[Proposal, ...]", stopped: list[str], dry_run: bool, lang: str
) -> None:
    from fellesord.intake.telling import document

    content = document(plan, proposals, lang)
    content |= {"stopped": stopped, "written": not stopped and not dry_run}
    click.echo(json.dumps(content, ensure_ascii=False, indent=2))
