"""The commands about releases: what changed, make one, verify them, go back to one, tell others."""

import os
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fellesord import errors
from fellesord.cli.options import chosen_from, form_option, lang_option, options

if TYPE_CHECKING:
    from fellesord.releases.archive import Archive
    from fellesord.releases.editions import Edition

#: What is said of whether a release was made again.
_AGAIN = {
    True: ", made again bit for bit",
    False: "; made again, they come out otherwise, as the program has changed",
    None: "",
}


@click.command()
@click.argument("day", metavar="YYYY-MM-DD")
@click.option(
    "--sign",
    "key",
    type=click.Path(path_type=Path),
    metavar="KEY",
    help="Sign the manifest with a private key for SSH; unsigned unless given.",
)
@options("vocab", "releases")
def release(day: str, key: Path | None, **given: Any) -> None:
    """Release the record as the vocabulary of a day.

    The record must keep the rules and be in canonical form, and no published IRI may be gone. Then the day
    becomes the version of the scheme, and the release is written once: the documents, what changed since
    the release before, and a manifest with the SHA-256 of everything, the exports included, which are written
    beside the releases. Nothing is left of one that fails.
    """
    folder, archive = _opened(given)
    from fellesord.releases import changes
    from fellesord.releases.making import make

    made = make(archive, folder, day, key=key)
    counted = made.manifest.changes
    told = ", ".join(f"{counted[each]} {each}" for each in changes.HAPPENINGS if counted[each])
    click.echo(f"{made.folder}: {told}")


@click.command()
@click.argument("day", metavar="[YYYY-MM-DD]", required=False)
@click.option(
    "--signers",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Who may have signed, as ssh-keygen(1) says of allowed signers; asks for a signature.",
)
@options("vocab", "releases")
def verify(day: str | None, signers: Path | None, **given: Any) -> None:
    """Verify that releases are what they were: that of a day, or all.

    Every file is compared with the manifest, each manifest with what the next release says of it, and each
    release is made again from its own record, all but the exports. Without a day, every published IRI must
    also still be in the record. Exit code 1 when anything is wrong.
    """
    folder, archive = _opened(given)
    from fellesord.releases import signing, verifying

    wrong = False
    for each in [archive.get(day)] if day else archive:
        verdict = verifying.verify(archive, each)
        problems = list(verdict.problems)
        signed = ""
        if signers is not None and not problems:
            try:
                signed = f", signed by {signing.signer(each, signers)}"
            except errors.InvalidData as error:
                problems.append(str(error))
        again = _AGAIN[verdict.reproduced]
        if not problems:
            click.echo(f"{each.date}: {verdict.files} files are as released{again}{signed}")
        for problem in problems:
            click.echo(f"{each.date}: {problem}")
        wrong = wrong or bool(problems)
    if not day:
        gone = verifying.lost(archive, folder)
        for line in gone:
            click.echo(line)
        wrong = wrong or bool(gone)
        if not archive.days:
            click.echo(f"{archive.folder}: nothing has been released yet")
    sys.exit(1 if wrong else 0)


@click.command()
@click.argument("day", metavar="YYYY-MM-DD")
@click.option("--discard", is_flag=True, help="Lose what has been changed since the last release.")
@options("vocab", "releases")
def rollback(day: str, discard: bool, **given: Any) -> None:
    """Write the record as it was in the release of a day.

    What was published later is withdrawn, with the reason, so that its addresses still answer. To publish
    the record as it then is, release it. To serve a release as it was, serve its folder instead:
    fellesord serve --vocab exports/releases/YYYY-MM-DD/record.
    """
    folder, archive = _opened(given)
    from fellesord.releases.restoring import restore

    today = datetime.now(UTC).date().isoformat()
    later = restore(archive, archive.get(day), folder, today, discard=discard)
    for iri in later:
        click.echo(f"withdrawn: {iri}")
    click.echo(f"{folder}: is as in the release of {day}; fellesord release publishes it", err=True)


@click.command(name="changes")
@click.argument("since", metavar="[FROM]", required=False)
@click.argument("to", metavar="[TO]", required=False)
@form_option(
    "text", "json", "rdfp", help="How to tell: a change log in Markdown, for programs, or an RDF Patch."
)
@lang_option("Language of the change log.")
@options("vocab", "releases")
def changes_(since: str | None, to: str | None, form: str, lang: str, **given: Any) -> None:
    """Tell what changed from a release to another, or to the record as it lies.

    FROM and TO are days of releases, or revisions of git; FROM is the last release unless given, and TO the
    record as it lies. What is told without either is what the next release would say.
    """
    folder, archive = _opened(given)
    import json

    from fellesord.releases import changelog, changes
    from fellesord.releases.archive import Step
    from fellesord.releases.editions import Edition

    if since is None:
        since = archive.newest.date if archive.newest else None
    before = _edition(archive, folder, since) if since else Edition({})
    step = Step(before, _edition(archive, folder, to) if to else Edition.read(folder))
    name = to or datetime.now(UTC).date().isoformat()
    if form == "rdfp":
        sys.stdout.buffer.write(step.difference.patch())
    elif form == "json":
        click.echo(json.dumps(changes.told(step.changes, since, name), ensure_ascii=False, indent=2))
    else:
        click.echo(changelog.markdown(step.changes, since, name, lang), nl=False)


def _edition(archive: "Archive", folder: Path, name: str) -> "Edition":
    """The record as it was in the release of a day, or at a revision of git."""
    from fellesord.checks.changes import since
    from fellesord.releases.editions import Edition

    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", name):
        return archive.get(name).edition
    return Edition(dict(since(folder, name, os.environ).then))


@click.command()
@click.argument("day", metavar="[YYYY-MM-DD]", required=False)
@options("vocab", "releases", "public-url", "webhooks", "webhook-hosts")
def notify(day: str | None, **given: Any) -> None:
    """Tell the webhooks of a release, the last unless another is named.

    What is sent is signed with the webhook secret, as Standard Webhooks says, and sent again with growing
    pauses while an address does not answer. Exit code 1 when any could not be told.
    """
    chosen = chosen_from(given)
    _, archive = _opened(given)
    import time

    from fellesord.releases import webhooks
    from fellesord.web.links import Links

    found = archive.get(day) if day else archive.newest
    if found is None:
        raise errors.NotFound(f"{archive.folder}: nothing has been released yet")
    if not chosen.webhooks or not chosen.webhook_secret:
        raise errors.InvalidSetting("nobody is to be told: set webhooks, webhook-hosts and webhook-secret")
    secret = webhooks.key(chosen.webhook_secret)
    page = Links("", chosen.public_url).path(f"/releases/{found.date}") if chosen.public_url else None
    told = webhooks.notice(found, page)
    failed = False
    for address in chosen.webhooks:
        done = webhooks.deliver(address, told, secret, now=time.time, wait=time.sleep)
        failed = failed or done.problem is not None
        times = f"{done.attempts} attempt{'s' if done.attempts > 1 else ''}"
        click.echo(f"{address}: {done.problem or 'told'} ({times})")
    sys.exit(1 if failed else 0)


def _opened(given: dict[str, Any]) -> "tuple[Path, Archive]":
    """The record's folder and the releases of it, as the settings name them."""
    chosen = chosen_from(given)
    from fellesord.releases.archive import Archive
    from fellesord.web import opening

    return opening.sources(chosen).vocab, Archive(opening.releases_folder(chosen))
