"""The command that searches."""

import json
from typing import Any

import click

from fellesord import errors
from fellesord.cli.options import chosen_from, reading


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--language", default="nb", show_default=True, help="Language asked in: nb, nn or en.")
@click.option("--limit", type=click.IntRange(1, 500), default=10, show_default=True, help="How many to show.")
@click.option("--kind", help="Only things of a kind: concept, project, tool, lesson, county, …")
@click.option("--explain", is_flag=True, help="Show what the order is based on.")
@click.option("--json", "as_json", is_flag=True, help="Answer as /api/v1/search does.")
@reading
def search(
    words: tuple[str, ...],
    language: str,
    limit: int,
    kind: str | None,
    explain: bool,
    as_json: bool,
    **given: Any,
) -> None:
    """Find things by words, typing errors and inflection forgiven, the best first.

    Words in quotation marks ('"åpne data"') must stand together. What is not to be used any more says
    what to use instead. Nothing found is exit code 1.
    """
    chosen = chosen_from(given)
    from fellesord.web import opening

    asked = {"q": " ".join(words), "lang": language, "limit": str(limit), "explain": str(int(explain))}
    answer = (
        opening.load(chosen)
        .test_client()
        .get("/api/v1/search", query_string={**asked, **({"kind": kind} if kind else {})})
    )
    content = json.loads(answer.data)
    if answer.status_code != 200:
        raise errors.InvalidRequest(content["detail"])
    if as_json:
        click.echo(answer.data.decode().rstrip())
    elif content["total"]:
        click.echo("\n".join(line for result in content["results"] for line in _lines(result, language)))
        click.echo(f"{len(content['results'])} of {content['total']}", err=True)
    if not content["total"]:
        raise errors.NotFound(f"nothing is found for {asked['q']!r}")


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
