"""The options of commands, made from the settings table, and the settings in force."""

import os
from collections.abc import Callable, Mapping
from typing import Any

import click

from fellesord.config import SETTINGS, Raw, Resolved, Settings, resolve, settings

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
