"""The command line. It composes the floors below and owns no logic.

Exit codes: 0 done, 1 something was found to be wrong or missing, 2 the command was used wrongly.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from fellesord import __version__, errors
from fellesord.config import SETTINGS, Settings, settings

_FINDINGS, _USAGE = 1, 2
#: Error → exit code. The first class that fits counts.
_EXIT: tuple[tuple[type[errors.FellesordError], int], ...] = (
    (errors.Absent, _FINDINGS),
    (errors.StoreError, _FINDINGS),
    (errors.FellesordError, _USAGE),
)


def exit_code(error: errors.FellesordError) -> int:
    """The exit code that tells of an error."""
    return next(code for cls, code in _EXIT if isinstance(error, cls))


Command = Callable[..., None]


def options(*names: str) -> Callable[[Command], Command]:
    """Give a command the options of those settings, with their help and defaults from the table."""
    rows = {setting.name: setting for setting in SETTINGS}

    def add(command: Command) -> Command:
        for name in reversed(names):
            row = rows[name]
            shown = f" [default: {row.default}]" if row.default else ""
            command = click.option(
                row.option, help=f"{row.help} ({row.variable}){shown}", multiple=row.repeatable
            )(command)
        return command

    return add


#: The settings that say what is read.
reading: Callable[[Command], Command] = options(
    "vocab", "attach", "cache", "store", "store-graph", "store-timeout", "public-url"
)


def _settings(given: dict[str, Any]) -> Settings:
    named = {name.replace("_", "-"): value for name, value in given.items() if value}
    return settings(named, os.environ)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def cli() -> None:
    """Fellesord: a shared language for innovation, and the work that uses it.

    Look a term up, serve the vocabulary over HTTP, keep its documents in order.
    """


@cli.command()
@options("host", "port", "workers")
@reading
def serve(**given: Any) -> None:
    """Serve the vocabulary over HTTP until stopped."""
    chosen = _settings(given)
    from fellesord.web import serving

    click.echo(f"http://{chosen.host}:{chosen.port}/", err=True)
    serving.serve(chosen)


@cli.command()
@click.argument("path")
@click.option("--accept", help="Media types wanted, as in an HTTP request.")
@click.option("--language", help="Languages wanted, as in an HTTP request.")
@reading
def get(path: str, accept: str | None, language: str | None, **given: Any) -> None:
    """Answer PATH as the service would, without a port: /doc/concept/samskaping.ttl.

    Redirects are followed. What is answered goes to standard output; a problem goes to standard
    error, and the exit code is 1.
    """
    chosen = _settings(given)
    if not path.startswith("/"):
        raise errors.InvalidSetting(f"PATH must begin with a slash: /{path}")
    from fellesord.web import serving

    headers = {"Accept": accept, "Accept-Language": language}
    client = serving.load(chosen).test_client()
    response = client.get(path, headers={k: v for k, v in headers.items() if v}, follow_redirects=True)
    failed = response.status_code >= 400
    stream = (sys.stderr if failed else sys.stdout).buffer
    stream.write(response.data)
    stream.flush()
    sys.exit(_FINDINGS if failed else 0)


@cli.command()
@click.argument("term", metavar="URI|WORD")
@click.option("--language", default="nb", show_default=True, help="Language to show first.")
@reading
def lookup(term: str, language: str, **given: Any) -> None:
    """Say what a term means and what work uses it, by its URI or by a word.

    A word may name several things; all are shown. Upper and lower case are alike.
    """
    chosen = _settings(given)
    from fellesord.cli.showing import show
    from fellesord.languages import chain
    from fellesord.vocabulary.reading import Vocabulary
    from fellesord.web import serving

    opened = serving.open_store(chosen)
    vocabulary = Vocabulary(opened.store, opened.base)
    order = chain([language])
    if "://" in term:
        iris = [term]
    else:
        iris = list(dict.fromkeys(match.thing.iri for match in vocabulary.lookup(term)))
    if not iris:
        raise errors.NotFound(f"nothing is called {term!r}")
    click.echo("\n\n".join(show(vocabulary.get(iri), order) for iri in iris))


@cli.command(name="format")
@click.option("--check", is_flag=True, help="Change nothing; exit 1 when a document would change.")
@options("vocab")
def format_(check: bool, **given: Any) -> None:
    """Write the documents of the record in canonical Turtle."""
    chosen = _settings(given)
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

    This is what another SPARQL store must hold for --store to answer from it.
    """
    chosen = _settings(given)
    from fellesord.rdf.syntaxes import N_TRIPLES
    from fellesord.store.queries import load
    from fellesord.web import serving

    opened = serving.open_store(chosen)
    data = N_TRIPLES.write(opened.store.construct(load("graph").bind({})), opened.base)
    if out is None:
        sys.stdout.buffer.write(data)
    else:
        out.write_bytes(data)


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
