"""The command that takes a record over."""

from typing import Any

import click

from fellesord.cli.options import chosen_from, counted, options


@click.command()
@click.option(
    "--base", required=True, metavar="URL", help="What your addresses begin with: https://begrep.fylke.no"
)
@click.option(
    "--publisher",
    required=True,
    metavar="NUMBER|URL",
    help="Organisation number, or the publisher's address.",
)
@click.option("--name", required=True, help="What the publisher is called.")
@click.option("--contact", required=True, metavar="E-MAIL", help="Where questions go: a role, not a person.")
@click.option("--dry-run", is_flag=True, help="Write nothing; say what would change.")
@options("vocab", "releases")
def adopt(base: str, publisher: str, name: str, contact: str, dry_run: bool, **given: Any) -> None:
    """Take the vocabulary over: give it your addresses, publisher and contact point, once.

    Every document of the record and every example in the queries is written anew. What is published keeps its
    addresses, so this is refused after the first release.
    """
    chosen = chosen_from(given)
    from fellesord.files import root
    from fellesord.record import documents, writing
    from fellesord.releases import adopting
    from fellesord.releases.archive import Archive
    from fellesord.web import opening

    folder = opening.sources(chosen).vocab
    by = adopting.adopter(base, publisher, name, contact)
    record = documents.read(folder)
    changed = adopting.adopted(record, Archive(opening.releases_folder(chosen)), by)
    own = chosen.vocab is None
    queries = adopting.queries(root() / "queries", record.base, by) if own else {}
    if not dry_run:
        writing.write(folder, {**changed})
        if queries:
            writing.write(root() / "queries", {**queries})
    verb = "would be" if dry_run else "are"
    click.echo(f"{counted(len(changed), 'document')} and {len(queries)} queries {verb} at {by.base}")
    click.echo("next: fellesord check, fellesord export, then fellesord release", err=True)
