"""The command line. It composes the floors below and owns no logic.

Exit codes: 0 done, 1 something was found to be wrong or missing, 2 the command was used wrongly.
"""

import sys
from pathlib import Path
from typing import Any

import click

from fellesord import __version__, errors
from fellesord.cli.adopting import adopt
from fellesord.cli.checking import check
from fellesord.cli.exporting import export
from fellesord.cli.importing import import_, template
from fellesord.cli.operations import config, doctor
from fellesord.cli.options import chosen_from, lang_option, listening, options, reading
from fellesord.cli.publishing import load
from fellesord.cli.querying import query
from fellesord.cli.releasing import changes_, notify, release, rollback, verify
from fellesord.cli.searching import missed, search, terms

_FINDINGS, _USAGE = 1, 2
#: Error → exit code. The first class that fits counts.
_EXIT: tuple[tuple[type[errors.FellesordError], int], ...] = (
    (errors.Absent, _FINDINGS),
    (errors.InvalidData, _FINDINGS),
    (errors.StoreError, _FINDINGS),
    (errors.JailError, _FINDINGS),
    (errors.FellesordError, _USAGE),
)


def exit_code(error: errors.FellesordError) -> int:
    """The exit code that tells of an error."""
    return next(code for cls, code in _EXIT if isinstance(error, cls))


class _Group(click.Group):
    """A group whose list of commands says of each all that it says in its first sentence."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [
            (name, command.get_short_help_str(limit=1000)) for name, command in sorted(self.commands.items())
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def cli() -> None:
    """Fellesord: a shared language for innovation, and the work that uses it.

    Look a term up, serve the vocabulary over HTTP, keep its documents in order.
    """


@cli.command()
@listening
@reading
def serve(**given: Any) -> None:
    """Serve the vocabulary over HTTP until stopped."""
    chosen = chosen_from(given)
    from fellesord.web import serving

    serving.serve(chosen)


@cli.command()
@click.argument("path")
@click.option("--accept", help="Media types wanted, as in an HTTP request.")
@click.option("--accept-language", help="Languages wanted, as in an HTTP request.")
@reading
def get(path: str, accept: str | None, accept_language: str | None, **given: Any) -> None:
    """Answer PATH as the service would, without a port: /doc/concept/samskaping.ttl.

    Redirects are followed. What is answered goes to standard output; a problem goes to standard
    error, and the exit code is 1.
    """
    chosen = chosen_from(given)
    if not path.startswith("/"):
        raise errors.InvalidSetting(f"PATH must begin with a slash: /{path}")
    from fellesord.web import opening

    headers = {"Accept": accept, "Accept-Language": accept_language}
    client = opening.load(chosen).test_client()
    response = client.get(path, headers={k: v for k, v in headers.items() if v}, follow_redirects=True)
    failed = response.status_code >= 400
    stream = (sys.stderr if failed else sys.stdout).buffer
    stream.write(response.data)
    stream.flush()
    sys.exit(_FINDINGS if failed else 0)


@cli.command()
@click.argument("terms", metavar="URI|WORD...", nargs=-1, required=True)
@lang_option("Language to show first: nb, nn, en, …", ours=False)
@reading
def lookup(terms: tuple[str, ...], lang: str, **given: Any) -> None:
    """Say what a term means and what work uses it, by its URI or by a word.

    A word may name several things; all are shown, ours first, others' that we map to after them. Several
    words are looked up as one term. Upper and lower case are alike.
    """
    term = " ".join(terms)
    chosen = chosen_from(given)
    from fellesord.cli.showing import show
    from fellesord.languages import chain
    from fellesord.vocabulary.reading import Vocabulary
    from fellesord.web import opening

    opened = opening.open_store(chosen)
    vocabulary = Vocabulary(opened.store, opened.base)
    order = chain([lang])
    matches = () if "://" in term else vocabulary.lookup(term)
    iris = [term] if "://" in term else list(dict.fromkeys(match.thing.iri for match in matches))
    if not iris:
        near = [link.iri for link in vocabulary.near(f"{opened.base}concept/{term}")]
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise errors.NotFound(f"nothing is called {term!r}{hint}")
    click.echo("\n\n".join(show(vocabulary.get(iri), order, matches) for iri in iris))


@cli.command(name="format")
@click.option("--check", is_flag=True, help="Change nothing; exit 1 when a document would change.")
@options("vocab")
def format_(check: bool, **given: Any) -> None:
    """Write the documents of the record in canonical Turtle."""
    chosen = chosen_from(given)
    from fellesord.files import root
    from fellesord.record import documents

    folder = chosen.vocab or root() / "vocab"
    stale = [each for each in documents.read(folder).documents if each.data != each.canonical]
    for document in stale:
        click.echo(str(folder / document.path))
        if not check:
            (folder / document.path).write_bytes(document.canonical)
    click.echo(f"{len(stale)} {'to write' if check else 'written'}", err=True)
    sys.exit(_FINDINGS if check and stale else 0)


@cli.command()
@click.option("--out", type=click.Path(path_type=Path), help="File to write; standard output unless given.")
@options("vocab", "attach", "cache")
def graph(out: Path | None, **given: Any) -> None:
    """Write the graph that is served, recorded and derived, as N-Triples.

    `fellesord load` puts the same into another SPARQL store, for --store to answer from.
    """
    chosen = chosen_from(given)
    from fellesord.rdf.syntaxes import N_TRIPLES
    from fellesord.store import queries
    from fellesord.web import opening

    opened = opening.open_store(chosen)
    data = N_TRIPLES.write(opened.store.construct(queries.load("graph").bind({})), opened.base)
    if out is None:
        sys.stdout.buffer.write(data)
    else:
        out.write_bytes(data)


cli.add_command(config)
cli.add_command(doctor)
cli.add_command(check)
cli.add_command(export)
cli.add_command(adopt)
cli.add_command(import_)
cli.add_command(template)
cli.add_command(query)
cli.add_command(release)
cli.add_command(verify)
cli.add_command(rollback)
cli.add_command(changes_)
cli.add_command(notify)
cli.add_command(load)
cli.add_command(search)
cli.add_command(terms)
cli.add_command(missed)


def main() -> None:
    """Run the command line; failures become one message on standard error and an exit code."""
    try:
        cli(standalone_mode=False)
    except errors.FellesordError as error:
        click.echo(f"fellesord: {error}", err=True)
        sys.exit(exit_code(error))
    except click.ClickException as error:
        error.show()
        sys.exit(_USAGE)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except OSError as error:
        click.echo(f"fellesord: {error.filename or ''}: {error.strerror}", err=True)
        sys.exit(_USAGE)
