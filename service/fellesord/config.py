"""The settings: one table that defaults, ``--help``, the documentation and the checks all read.

A setting is an option of the command line (``--public-url``), or an environment variable
(``FELLESORD_PUBLIC_URL``); the option wins. Secrets come from the environment only. Nothing here reads
the environment by itself: whoever stands at the edge passes it in.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from fellesord.errors import InvalidSetting

PREFIX = "FELLESORD_"
MASK = "********"
#: The graph of a remote store that `fellesord load` published last.
NEWEST = "newest"
LOG_LEVELS = ("debug", "info", "warning", "error")
#: What a setting may be before it is read: text, or the several texts of a repeated option.
Raw = str | tuple[str, ...]
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]")


@dataclass(frozen=True)
class Setting:
    """One row of the table; ``default`` is text as a user would write it, empty for none."""

    name: str
    default: str
    help: str
    secret: bool = False
    repeatable: bool = False

    @property
    def option(self) -> str:
        """The option of the command line."""
        return f"--{self.name}"

    @property
    def variable(self) -> str:
        """The environment variable."""
        return PREFIX + self.name.upper().replace("-", "_")


SETTINGS = (
    Setting("host", "127.0.0.1", "Address to listen on."),
    Setting("port", "8000", "Port to listen on."),
    Setting("workers", "1", "Worker processes that answer requests."),
    Setting("vocab", "", "Folder of the record; the shipped vocabulary unless given."),
    Setting(
        "attach",
        "",
        "RDF file of a foreign vocabulary to serve beside the record.",
        repeatable=True,
    ),
    Setting("releases", "", "Folder of the releases; exports/releases beside the record unless given."),
    Setting("cache", "", "Folder for built graphs; the user's cache folder unless given."),
    Setting(
        "store",
        "",
        "Query address of a SPARQL 1.1 store that holds the graph; embedded unless given.",
    ),
    Setting(
        "store-graph",
        "",
        f"Named graph of that store to read, or {NEWEST}: what was published last; else its default graph.",
    ),
    Setting("store-timeout", "30", "Seconds that one request to that store may take."),
    Setting("store-user", "", "User name for that store.", secret=True),
    Setting("store-password", "", "Password for that store.", secret=True),
    Setting("store-token", "", "Bearer token for that store.", secret=True),
    Setting("public-url", "", "Address people use, when a proxy stands in front: https://host/prefix."),
    Setting("hosts", "", "Host names the service answers to, separated by commas; any unless given."),
    Setting(
        "reports",
        "",
        "Where people may report errors and propose terms: mailto:… or https://…; nowhere unless given.",
    ),
    Setting("max-body", "1048576", "Bytes that the body of a request may have."),
    Setting("body-timeout", "20", "Seconds that the body of a request may take to arrive."),
    Setting(
        "missed-words",
        "true",
        "Whether words searched in vain are counted by day, without who asked: true or false.",
    ),
    Setting("webhooks", "", "Addresses that fellesord notify tells of releases, separated by spaces."),
    Setting("webhook-hosts", "", "Host names that such addresses may have, separated by commas."),
    Setting("webhook-secret", "", "Key that what is told is signed with: whsec_ and base64.", secret=True),
    Setting("query-timeout", "30", "Seconds that a SPARQL query of somebody's may take."),
    Setting("query-memory", "512", "Mebibytes of memory that such a query may take."),
    Setting("query-rows", "100000", "Rows that the answer to such a query may have."),
    Setting("query-bytes", "67108864", "Bytes that the answer to such a query may have."),
    Setting("query-slots", "8", "Such queries that a worker process answers at once; half for one client."),
    Setting("query-budget", "60", "Seconds of computing in a minute that one client's queries may take."),
    Setting("query-log", "false", "Whether every such query is logged, without what names: true or false."),
    Setting("log-level", "info", f"Least severe log line written: {', '.join(LOG_LEVELS)}."),
    Setting("access-log", "true", "Whether every answer gets a log line, which names nobody: true or false."),
)


@dataclass(frozen=True)
class Resolved:
    """A setting as it came to be: its value before it is read, and who said so."""

    setting: Setting
    value: Raw
    origin: Literal["option", "environment", "default"]

    @property
    def shown(self) -> Raw:
        """The value as it may be shown: secrets, and credentials in addresses, are masked."""
        if isinstance(self.value, tuple):
            return self.value
        if self.setting.secret:
            return MASK if self.value else ""
        return re.sub(r"(?<=://)[^/?#]*@", f"{MASK}@", self.value)


@dataclass(frozen=True)
class Settings:
    """The settings in force, each as the program uses it."""

    host: str
    port: int
    workers: int
    vocab: Path | None
    attach: tuple[Path, ...]
    releases: Path | None
    cache: Path | None
    store: str | None
    store_graph: str | None
    store_timeout: float
    store_user: str | None
    store_password: str | None
    store_token: str | None
    public_url: str | None
    hosts: tuple[str, ...]
    reports: str | None
    max_body: int
    body_timeout: float
    missed_words: bool
    webhooks: tuple[str, ...]
    webhook_hosts: tuple[str, ...]
    webhook_secret: str | None
    query_timeout: float
    query_memory: int
    query_rows: int
    query_bytes: int
    query_slots: int
    query_budget: float
    query_log: bool
    log_level: str
    access_log: bool


def resolve(given: Mapping[str, Raw], environment: Mapping[str, str]) -> dict[str, Resolved]:
    """Every setting by name, from options that were given, the environment or the default, in that order.

    An empty option or variable counts as not given. Raises InvalidSetting for an unknown FELLESORD_ variable.
    """
    _refuse_unknown(environment)
    return {setting.name: _resolved(setting, given, environment) for setting in SETTINGS}


def _resolved(setting: Setting, given: Mapping[str, Raw], environment: Mapping[str, str]) -> Resolved:
    if option := given.get(setting.name):
        return Resolved(setting, option, "option")
    if variable := environment.get(setting.variable):
        return Resolved(setting, variable, "environment")
    return Resolved(setting, setting.default, "default")


def settings(given: Mapping[str, Raw], environment: Mapping[str, str]) -> Settings:
    """The settings in force, from the same sources as ``resolve``.

    Raises InvalidSetting for a value that cannot be used and for an unknown FELLESORD_ variable.
    """
    raw = {name: resolved.value for name, resolved in resolve(given, environment).items()}
    text = {name: value for name, value in raw.items() if isinstance(value, str)}
    attach = raw["attach"]
    chosen = Settings(
        host=_listened(text["host"]),
        port=_whole("port", text["port"], 0, 65535),
        workers=_whole("workers", text["workers"], 1, 64),
        vocab=_path(text["vocab"]),
        attach=tuple(Path(p) for p in (_several(attach))),
        releases=_path(text["releases"]),
        cache=_path(text["cache"]),
        store=_address("store", text["store"]),
        store_graph=text["store-graph"] or None,
        store_timeout=_seconds("store-timeout", text["store-timeout"]),
        store_user=text["store-user"] or None,
        store_password=text["store-password"] or None,
        store_token=text["store-token"] or None,
        public_url=_address("public-url", text["public-url"]),
        hosts=_hosts(text["hosts"]),
        reports=_reports(text["reports"]),
        max_body=_whole("max-body", text["max-body"], 0, 2**30),
        body_timeout=_seconds("body-timeout", text["body-timeout"]),
        missed_words=_one_of("missed-words", text["missed-words"], ("true", "false")) == "true",
        webhooks=_webhooks(text["webhooks"], _hosts(text["webhook-hosts"], "webhook-hosts")),
        webhook_hosts=_hosts(text["webhook-hosts"], "webhook-hosts"),
        webhook_secret=text["webhook-secret"] or None,
        query_timeout=_seconds("query-timeout", text["query-timeout"]),
        query_memory=_whole("query-memory", text["query-memory"], 16, 2**20),
        query_rows=_whole("query-rows", text["query-rows"], 1, 2**31),
        query_bytes=_whole("query-bytes", text["query-bytes"], 2**16, 2**31),
        query_slots=_whole("query-slots", text["query-slots"], 1, 256),
        query_budget=_seconds("query-budget", text["query-budget"]),
        query_log=_one_of("query-log", text["query-log"], ("true", "false")) == "true",
        log_level=_one_of("log-level", text["log-level"], LOG_LEVELS),
        access_log=_one_of("access-log", text["access-log"], ("true", "false")) == "true",
    )
    if chosen.store and chosen.attach:
        raise InvalidSetting("--attach serves a file from the embedded store; it cannot go with --store")
    return chosen


def _several(value: Raw) -> tuple[str, ...]:
    """Options as they were repeated, or the parts of a variable, joined as in PATH."""
    return value if isinstance(value, tuple) else tuple(filter(None, value.split(os.pathsep)))


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    known = {setting.variable for setting in SETTINGS}
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in known:
            raise InvalidSetting(f"{name}: no such setting; the settings are {', '.join(sorted(known))}")


def _whole(name: str, value: str, lowest: int, highest: int) -> int:
    digits = value.isascii() and value.isdecimal() and len(value) < 20
    if not digits or not lowest <= int(value) <= highest:
        raise InvalidSetting(f"{name}: {value!r} is not a whole number from {lowest} to {highest}")
    return int(value)


def _seconds(name: str, value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = 0
    if not 0 < seconds <= 3600:
        raise InvalidSetting(f"{name}: {value!r} is not a number of seconds above 0 and at most 3600")
    return seconds


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise InvalidSetting(f"{name}: {value!r} is not one of {', '.join(allowed)}")
    return value


def _listened(value: str) -> str:
    try:
        value.encode("idna")
    except UnicodeError as error:
        raise InvalidSetting(f"host: {value!r} is neither an address nor a host name") from error
    return value


def _webhooks(value: str, hosts: tuple[str, ...]) -> tuple[str, ...]:
    """Addresses of hosts that are allowed, encrypted on their way, but for this machine's own."""
    found = tuple(value.split())
    for address in found:
        parts = urlsplit(address)
        safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
        if not safe or parts.username or parts.fragment:
            raise InvalidSetting(f"webhooks: {address!r} is not an address like https://host/path")
        if parts.hostname not in hosts:
            raise InvalidSetting(
                f"webhooks: {parts.hostname!r} is not among webhook-hosts; add it if it may be told"
            )
    return found


def _hosts(value: str, setting: str = "hosts") -> tuple[str, ...]:
    """Host names in lower case, without ports."""
    names = tuple(name for part in value.split(",") if (name := part.strip().lower()))
    for name in names:
        if not _HOST.fullmatch(name) or ".." in name:
            raise InvalidSetting(
                f"{setting}: {name!r} is not a host name; give names without scheme or port, in ASCII,"
                " separated by commas: fellesord.example,127.0.0.1"
            )
    return names


def _reports(value: str) -> str | None:
    if value and not re.fullmatch(r"mailto:[^\s@?]+@[^\s@?]+|https?://[^\s/]+(?:/\S*)?", value):
        raise InvalidSetting(
            f"reports: {value!r} is neither like mailto:role@host nor like https://host/path"
        )
    return value or None


def _path(value: str) -> Path | None:
    return Path(value) if value else None


def _address(name: str, value: str) -> str | None:
    if not value:
        return None
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise InvalidSetting(f"{name}: {value!r} is not an address like https://host/path")
    return value.rstrip("/") if name == "public-url" else value
