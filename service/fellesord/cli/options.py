"""The options of commands, made from the settings table, and the settings in force."""

import os
import re
from collections.abc import Callable, Mapping
from typing import Any

import click

from fellesord.config import SETTINGS, Raw, Resolved, Settings, resolve, settings
from fellesord.errors import FellesordError
from fellesord.languages import LANGUAGES

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


def form_option(*forms: str, help: str = "For people, or for programs.") -> Callable[[Command], Command]:
    """The option that says in which form to tell; the first of them unless it is given."""
    return click.option(
        "--format", "form", type=click.Choice(forms), default=forms[0], show_default=True, help=help
    )


def lang_option(help: str, *, ours: bool = True) -> Callable[[Command], Command]:
    """The option that says a language, bokmål unless it is given: one of ``ours``, or any."""
    kind = click.Choice(LANGUAGES) if ours else None
    return click.option("--lang", type=kind, default=LANGUAGES[0], show_default=True, help=help)


def counted(number: int, noun: str) -> str:
    """So many of something: ``1 word``, ``2 words``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def as_options(error: FellesordError) -> FellesordError:
    """An error about a parameter of an address, told of the option of the same name."""
    return type(error)(re.sub(r"^([a-z-]+)(?=: | is needed)", r"--\1", str(error)))


#: In which form the commands tell that have but these two.
told: Callable[[Command], Command] = form_option("text", "json")
#: The settings that say what is read.
reading: Callable[[Command], Command] = options(
    "vocab", "releases", "attach", "cache", "store", "store-graph", "store-timeout", "public-url"
)
#: The settings that say how it is served.
listening: Callable[[Command], Command] = options(
    "host",
    "port",
    "workers",
    "hosts",
    "reports",
    "missed-words",
    "max-body",
    "body-timeout",
    "query-timeout",
    "query-memory",
    "query-rows",
    "query-bytes",
    "query-slots",
    "query-budget",
    "query-log",
    "log-level",
    "access-log",
)


def chosen_from(given: Mapping[str, Any], without: tuple[str, ...] = ()) -> Settings:
    """The settings in force, from a command's options and the environment, save those it goes without."""
    spared = {setting.variable for setting in SETTINGS if setting.name in without}
    return settings(_named(given), {name: value for name, value in os.environ.items() if name not in spared})


def resolved_from(given: Mapping[str, Any]) -> dict[str, Resolved]:
    """How each setting came to be, from a command's options and the environment."""
    return resolve(_named(given), os.environ)


def _named(given: Mapping[str, Any]) -> dict[str, Raw]:
    return {name.replace("_", "-"): value for name, value in given.items() if value}
