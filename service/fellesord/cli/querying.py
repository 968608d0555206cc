"""The command that answers the queries of the catalogue without a port."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fellesord import errors
from fellesord.cli.options import as_options, chosen_from, form_option, lang_option, reading

if TYPE_CHECKING:
    from fellesord.store import Store
    from fellesord.store.catalogue import Entry, Parameter
    from fellesord.web.application import Opened

_FORMATS = ("table", "csv", "json", "xlsx")


class _Query(click.Command):
    """The command, which says of a query that is named before ``--help`` what it gives and asks for."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if {"-h", "--help"} & set(args) and not all(each.startswith("-") for each in args):
            from fellesord.store.catalogue import entries

            known = {each.name: each for each in entries()}
            ctx.meta["query"] = next((known[each] for each in args if each in known), None)
        return super().parse_args(ctx, args)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        entry = ctx.meta.get("query")
        if entry is None:
            super().format_help(ctx, formatter)
            return
        formatter.write_usage(ctx.command_path, f"{_asked(entry)} [OPTIONS]")
        for texts in (entry.title, entry.description):
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text(next(each.value for each in texts if each.language == "en"))
        if entry.parameters:
            with formatter.section("Parameters"):
                formatter.write_dl([_explained(each) for each in entry.parameters])
        with formatter.section("Columns"):
            formatter.write_dl([(each.name, each.type) for each in entry.columns])
        self.format_options(ctx, formatter)


@click.command(cls=_Query, context_settings={"ignore_unknown_options": True})
@click.argument("name", required=False)
@click.argument("given", metavar="[--PARAMETER VALUE]...", nargs=-1, type=click.UNPROCESSED)
@form_option(*_FORMATS, help="Form of the answer.")
@click.option("--dialect", type=click.Choice(("excel-nb",)), help="CSV as Norwegian Excel opens it.")
@lang_option("Language of names: nb, nn, en, …", ours=False)
@click.option(
    "--timeout", type=click.FloatRange(0.1, 3600), default=60, show_default=True, help="Seconds it may take."
)
@click.option("--out", type=click.Path(path_type=Path), help="File to write; standard output unless given.")
@reading
def query(
    name: str | None,
    given: tuple[str, ...],
    form: str,
    dialect: str | None,
    lang: str,
    timeout: float,
    out: Path | None,
    **settings: Any,
) -> None:
    """Answer a query of the catalogue; without NAME, list those there are.

    A query that asks for something takes it after its name: partners-near --county agder. Things are said
    by the name in their address, or by their whole IRI. What one query asks for and gives: NAME --help.
    """
    chosen = chosen_from(settings)
    from fellesord.formats import results, table
    from fellesord.languages import chain
    from fellesord.store.catalogue import entries, entry
    from fellesord.vocabulary import asking
    from fellesord.vocabulary.listing import Lists
    from fellesord.vocabulary.reading import Vocabulary
    from fellesord.web import opening

    order = chain([lang])
    if name is None:
        click.echo("\n".join(line for each in entries() for line in _told(each, order)))
        return
    if dialect and form != "csv":
        raise errors.InvalidSetting(f"--dialect says how CSV is written; say --format csv, not {form}")
    if form == "xlsx" and out is None and sys.stdout.isatty():
        raise errors.InvalidSetting("a workbook is no text: say where to with --out FILE.xlsx")
    asked = entry(name)
    opened = opening.open_store(chosen)
    vocabulary = Vocabulary(opened.store, opened.base)
    try:
        values = asking.values(asked, _values(given), Lists(vocabulary))
    except errors.InvalidRequest as error:
        raise as_options(error) from error
    with _bounded(opened, timeout, asking.MOST) as store:
        answer = asking.named(asking.ask(asked, values, store, opened.base), vocabulary)
    if form == "csv":
        data = results.csv(answer, order, table.DIALECTS[dialect] if dialect else table.PLAIN)
    elif form == "xlsx":
        data = results.workbook(answer, order, results.about(answer, order, opened.store.generation))
    elif form == "json":
        data = json.dumps(results.objects(answer), ensure_ascii=False, indent=2).encode() + b"\n"
    else:
        data = _aligned(results.text_table(answer, order)).encode()
    if out is None:
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    else:
        out.write_bytes(data)
    click.echo(f"rows: {len(answer.rows)}", err=True)


@contextmanager
def _bounded(opened: "Opened", seconds: float, rows: int) -> Iterator["Store"]:
    """The store, its selections in a process that is killed when time is up or the command is broken off.

    Straight from the store where there is no such process: over a graph that is held in memory only, and
    where processes cannot be jailed.
    """
    from fellesord.store.bounded import BoundedStore
    from fellesord.store.questions import Bounds
    from fellesord.web import opening

    on_linux = sys.platform.startswith("linux")
    answerer = opening.answerer(opened, Bounds(slots=1, seconds=seconds)) if on_linux else None
    if answerer is None:
        yield opened.store
        return
    try:
        yield BoundedStore(opened.store, answerer, rows)
    finally:
        answerer.close()


def _values(given: Sequence[str]) -> dict[str, str]:
    """The parameters among the arguments, written ``--name value`` or ``--name=value``."""
    values: dict[str, str] = {}
    rest = list(given)
    while rest:
        option, mark, value = rest.pop(0).partition("=")
        name = option.removeprefix("--")
        if name == option:
            raise errors.InvalidRequest(f"{option!r} is no parameter; parameters are written --name value")
        if not mark and not rest:
            raise errors.InvalidRequest(f"--{name} has no value")
        if name in values:
            raise errors.InvalidRequest(f"--{name}: given twice; give it once")
        values[name] = value if mark else rest.pop(0)
    return values


def _told(entry: "Entry", languages: Sequence[str]) -> list[str]:
    """A query as the list tells of it: its name and what it asks for, then its title."""
    from fellesord.languages import pick

    title = pick(entry.title, languages)
    return [_asked(entry), f"  {title.value if title else ''}"]


def _asked(entry: "Entry") -> str:
    """How a query is asked: its name and its parameters, those that may be left out in brackets."""
    asked = (f"--{p.name} {p.kind or p.type}" for p in entry.parameters)
    marked = (f"[{a}]" if p.optional else a for a, p in zip(asked, entry.parameters, strict=True))
    return " ".join((entry.name, *marked))


def _explained(parameter: "Parameter") -> tuple[str, str]:
    """A parameter as an option, and what it may be."""
    from fellesord.vocabulary import asking

    example = parameter.example.rpartition("/")[2] if parameter.kind else parameter.example
    needed = "may be left out" if parameter.optional else "needed"
    return f"--{parameter.name}", f"A {asking.wanted(parameter)}; such as {example}. [{needed}]"


def _aligned(lines: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() + "\n"
        for line in lines
    )
