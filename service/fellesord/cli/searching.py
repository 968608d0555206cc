"""The commands that find things: by words, by the terms that stand in a text; and what was not found."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import click

from fellesord import errors
from fellesord.cli.options import as_options, chosen_from, counted, form_option, lang_option, reading, told
from fellesord.languages import LANGUAGES

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@click.command()
@click.argument("words", nargs=-1, required=True)
@lang_option("Language asked in: nb, nn, en, …", ours=False)
@click.option("--limit", type=click.IntRange(1, 500), default=10, show_default=True, help="How many to show.")
@click.option("--kind", help="Only things of a kind: concept, project, tool, lesson, county, …")
@click.option("--explain", is_flag=True, help="Show what the order is based on.")
@form_option("text", "json", help="For people, or as /api/v1/search answers.")
@reading
def search(
    words: tuple[str, ...],
    lang: str,
    limit: int,
    kind: str | None,
    explain: bool,
    form: str,
    **given: Any,
) -> None:
    """Find things by words, typing errors and inflection forgiven, the best first.

    Words in quotation marks ('"åpne data"') must stand together. What is not to be used any more says
    what to use instead. Nothing found is exit code 1.
    """
    chosen = chosen_from(given)
    from fellesord.web import opening

    asked = {"q": " ".join(words), "lang": lang, "limit": str(limit), "explain": str(int(explain))}
    answer = (
        opening.load(chosen)
        .test_client()
        .get("/api/v1/search", query_string={**asked, **({"kind": kind} if kind else {})})
    )
    content = json.loads(answer.data)
    if answer.status_code != 200:
        raise as_options(errors.InvalidRequest(content["detail"]))
    if form == "json":
        click.echo(answer.data.decode().rstrip())
    elif content["total"]:
        click.echo("\n".join(line for result in content["results"] for line in _lines(result, lang)))
        click.echo(f"{len(content['results'])} of {content['total']}", err=True)
    if not content["total"]:
        raise errors.NotFound(f"nothing is found for {asked['q']!r}")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    help="Language of the text; told by its words unless given.",
)
@form_option("text", "json", help="For people, or as /api/v1/annotate answers.")
@reading
def terms(file: Path, lang: str | None, form: str, **given: Any) -> None:
    """Find the terms in FILE (.docx, .md, .txt), and say what to write instead of some.

    A line for each place: the line in the file, the words, and the concept or the advice. Terms that should
    be replaced are exit code 1; words that may mean something else, and so only might be, are not.
    """
    chosen = chosen_from(given)
    from fellesord.formats import prose
    from fellesord.web import annotating, opening
    from fellesord.web.application import Service
    from fellesord.web.negotiation import speech

    suffix = file.suffix.lower().removeprefix(".")
    if suffix not in prose.MEDIA_TYPES:
        known = ", ".join(f".{each}" for each in prose.MEDIA_TYPES)
        raise errors.InvalidSetting(f"{file}: the ending says nothing of the format; there are {known}")
    try:
        written = prose.text(file.read_bytes(), suffix)
    except errors.InvalidData as error:
        raise errors.InvalidData(f"{file}: {error}") from error
    service: Service = opening.load(chosen).extensions["fellesord"]
    said = speech("en", None, lang)
    reading = annotating.read_in(service.annotator, written, lang, said)
    found = reading.found
    results = annotating.results(found, written, said)
    if form == "json":
        click.echo(json.dumps({"results": results, "total": len(results)}, ensure_ascii=False, indent=2))
    else:
        for each in results:
            name = each["label"].get(each["lang"]) or next(iter(each["label"].values()))
            click.echo(f"{each['line']}: {each['words']}: {each['advice'] or name}")
    wrong = sum(each.to_change for each in found)
    perhaps = sum(each.role == "ambiguous" for each in found)
    told = f" (read as {', '.join(reading.languages)})" if reading.languages and not lang else ""
    click.echo(f"{len(found)} found, {wrong} to replace, {perhaps} to consider{told}", err=True)
    if wrong:
        sys.exit(1)


@click.command()
@click.option("--since", metavar="DAY", help="Only what was searched on that day (2026-12-31) or later.")
@told
@reading
def missed(since: str | None, form: str, **given: Any) -> None:
    """Show the words that were searched in vain, the most asked for first: work for editors.

    A line for each: how often, the last day, the language asked in, the words. The service counts them beside
    the graphs it builds (--cache), with nothing of who asked.
    """
    chosen = chosen_from(given)
    if since is not None and not _DAY.fullmatch(since):
        raise errors.InvalidSetting(f"--since {since!r} is not a day; say it like 2026-12-31")
    from fellesord.web import opening

    try:
        found = opening.missed(chosen).words(since or "")
    except OSError as error:
        raise errors.StoreError(str(error)) from error
    if form == "json":
        click.echo(json.dumps([vars(each) for each in found], ensure_ascii=False, indent=2))
        return
    for each in found:
        click.echo(f"{each.times:6}  {each.last}  {each.language:3} {each.words}")
    click.echo(counted(len(found), "word"), err=True)


def _lines(result: dict[str, Any], language: str) -> list[str]:
    label = result["label"].get(language) or next(iter(result["label"].values()))
    lines = [f"{label} ({result['kind'] or 'of another vocabulary'})", f"  <{result['uri']}>"]
    lines.append(f"  {result['matched']} ({result['lang'] or '-'}): {result['why']}")
    if result["advice"]:
        lines.append(f"  {result['advice']}")
    if "explanation" in result:
        terms = (f"{name} {amount:g}" for name, amount in result["explanation"].items() if amount)
        lines.append(f"  {result['score']:g} = {' + '.join(terms)}")
    return lines
