"""The commands for whoever runs the service: what the settings are, and whether all is in order."""

import json
import sys
from typing import Any

import click

from fellesord.cli.options import chosen_from, listening, reading, resolved_from, told


@click.command()
@told
@listening
@reading
def config(form: str, **given: Any) -> None:
    """Show every setting, its value, and whether an option, the environment or the default said so.

    Secrets are shown as ********. Give the options you would give to serve, to see what they make.
    """
    chosen_from(given)
    rows = [
        {"setting": name, "variable": row.setting.variable, "value": row.shown, "origin": row.origin}
        for name, row in resolved_from(given).items()
    ]
    if form == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    shown = [
        (str(row["setting"]), " ".join(value) if isinstance(value := row["value"], tuple) else str(value))
        for row in rows
    ]
    wide, wider = (max(map(len, column)) for column in zip(*shown, ("setting", "value"), strict=True))
    click.echo(f"{'setting':{wide}}  {'value':{wider}}  origin")
    for (name, value), row in zip(shown, rows, strict=True):
        click.echo(f"{name:{wide}}  {value:{wider}}  {row['origin']}")


@click.command()
@told
@listening
@reading
def doctor(form: str, **given: Any) -> None:
    """Check that the service can run here as it is set up, and say what to do where it cannot.

    Changes nothing. Exit code 1 when a check fails; warnings do not count.
    """
    chosen = chosen_from(given)
    from dataclasses import asdict

    from fellesord.cli.examining import FAIL, examine

    checks = examine(chosen)
    if form == "json":
        click.echo(json.dumps([asdict(check) for check in checks], ensure_ascii=False, indent=2))
    else:
        wide = max(len(check.name) for check in checks)
        for check in checks:
            click.echo(f"{check.level:4}  {check.name:{wide}}  {check.found}")
            if check.advice:
                click.echo(f"{'':{wide + 6}}  → {check.advice}")
    sys.exit(1 if any(check.level == FAIL for check in checks) else 0)
