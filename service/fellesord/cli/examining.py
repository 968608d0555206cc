"""The checks of ``fellesord doctor``: each says what it found and, where that is not well, what to do."""

import json
import platform
import re
import resource
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from importlib import metadata
from ipaddress import ip_address
from operator import eq, ge, gt, le, lt, ne
from urllib.parse import urlsplit

from fellesord.cli.options import counted
from fellesord.config import Settings
from fellesord.errors import FellesordError

OK, WARN, FAIL = "ok", "warn", "fail"
_OLDEST = (3, 11)
_MEGABYTE = 1024 * 1024
_ROOMY, _CRAMPED = 500 * _MEGABYTE, 50 * _MEGABYTE
_MANY_FILES, _FEW_FILES = 1024, 128
_COMPARE: dict[str, Callable[[tuple[int, ...], tuple[int, ...]], bool]] = {
    ">=": ge,
    "<=": le,
    "==": eq,
    "!=": ne,
    ">": gt,
    "<": lt,
}


@dataclass(frozen=True)
class Check:
    """One thing looked at: ``level`` is ok, warn or fail; ``advice`` is empty when there is nothing to do."""

    name: str
    level: str
    found: str
    advice: str = ""


def examine(settings: Settings) -> list[Check]:
    """Every check, in the order of what depends on what. Nothing is changed, and none of them raises."""
    looks: dict[str, Callable[[Settings], Check]] = {
        "python": _python,
        "dependencies": _dependencies,
        "record": _record,
        "cache": _cache,
        "generation": _generation,
        "store": _store,
        "port": _port,
        "public address": _public,
        "open files": _files,
    }
    return [_looked(name, look, settings) for name, look in looks.items()]


def _looked(name: str, look: Callable[[Settings], Check], settings: Settings) -> Check:
    """What a look gives; its failures are findings too."""
    try:
        return look(settings)
    except FellesordError as error:
        lines = str(error).splitlines() or [error.code]
        more = f" (and {len(lines) - 1} more)" if len(lines) > 1 else ""
        return Check(name, FAIL, lines[0] + more, "Correct it, then ask again.")
    except OSError as error:
        return Check(name, FAIL, f"{error.filename or ''}: {error.strerror}", "See that it can be read.")


def _python(_: Settings) -> Check:
    version = platform.python_version()
    if sys.version_info < _OLDEST:
        return Check("python", FAIL, version, "Install Python 3.11 or newer.")
    return Check("python", OK, version)


def _dependencies(_: Settings) -> Check:
    wrong, right = [], 0
    for requirement in metadata.requires("fellesord") or []:
        if ";" in requirement:
            continue
        match = re.match(r"[A-Za-z0-9._-]+", requirement)
        name = match[0] if match else requirement
        try:
            installed = metadata.version(name)
        except metadata.PackageNotFoundError:
            wrong.append(f"{name} is missing")
            continue
        if within(installed, requirement[len(name) :]):
            right += 1
        else:
            wrong.append(f"{name} {installed} is not {requirement[len(name) :].strip()}")
    if wrong:
        return Check("dependencies", FAIL, "; ".join(wrong), "Install again: pip install --upgrade fellesord")
    return Check("dependencies", OK, f"{right} packages, each in its range")


def within(version: str, ranges: str) -> bool:
    """Whether a version lies in ranges such as ``>=2.8,<3``; only the numbers of a release count."""
    for part in filter(None, (part.strip() for part in ranges.split(","))):
        match = re.fullmatch(r"([<>=!]{1,2})\s*([0-9.]+)", part)
        if match is None or match[1] not in _COMPARE:
            raise FellesordError(f"the range {part!r} is not one that can be judged here")
        left, right = _numbers(version), _numbers(match[2])
        longest = max(len(left), len(right))
        padded = [numbers + (0,) * (longest - len(numbers)) for numbers in (left, right)]
        if not _COMPARE[match[1]](padded[0], padded[1]):
            return False
    return True


def _numbers(version: str) -> tuple[int, ...]:
    match = re.match(r"\d+(?:\.\d+)*", version)
    return tuple(int(part) for part in match[0].split(".")) if match else ()


def _record(settings: Settings) -> Check:
    from fellesord.record import documents
    from fellesord.web import opening

    folder = opening.sources(settings).vocab
    found = documents.read(folder).documents
    stale = sum(document.data != document.canonical for document in found)
    said = f"{counted(len(found), 'document')}, {len(found) - stale} of them canonical"
    if stale:
        return Check("record", WARN, said, "Run: fellesord format")
    return Check("record", OK, said)


def _cache(settings: Settings) -> Check:
    """Whether generations can be built, without leaving anything behind."""
    from fellesord.web import opening

    folder = opening.cache_folder(settings)
    there = next(path for path in (folder, *folder.parents) if path.exists())
    try:
        with tempfile.TemporaryFile(dir=there):
            free = shutil.disk_usage(there).free
    except OSError as error:
        if _generation(settings).level == OK:
            return Check("cache", OK, f"{folder}: cannot be written, but holds all that is needed")
        return Check(
            "cache",
            WARN,
            f"{folder}: cannot be written: {error.strerror}",
            "Every worker builds the graph in memory at each start; name a folder with --cache.",
        )
    said = f"{folder}, {free // _MEGABYTE} MB free"
    if free < _ROOMY:
        level = FAIL if free < _CRAMPED else WARN
        return Check("cache", level, said, "Make room, or name another folder with --cache.")
    return Check("cache", OK, said)


def _generation(settings: Settings) -> Check:
    from fellesord.store import generations
    from fellesord.web import opening

    if settings.store:
        return Check("generation", OK, "none needed: --store answers")
    wanted = generations.name(opening.sources(settings))
    try:
        built = generations.find(opening.cache_folder(settings), wanted)
    except OSError:
        return Check(
            "generation", WARN, f"{wanted} is not built", "The first start builds it and takes longer."
        )
    return Check("generation", OK, f"{wanted}, {built.manifest.triples} triples")


def _store(settings: Settings) -> Check:
    from fellesord.namespaces import SKOS
    from fellesord.store.queries import load
    from fellesord.web import opening

    if not settings.store:
        return Check("store", OK, "embedded")
    store = opening.open_store(settings).store
    schemes = store.select(load("things").bind({"class": [SKOS.ConceptScheme]}))
    if not schemes:
        return Check(
            "store",
            FAIL,
            "answers, but holds no concept scheme",
            "Publish to it with `fellesord load`, and say --store-graph newest.",
        )
    return Check("store", OK, f"answers, with {len(schemes)} concept schemes")


def _port(settings: Settings) -> Check:
    where = f"{settings.host} port {settings.port}"
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if _answers_here(settings):
            return Check(
                "port",
                WARN,
                f"{where}: taken, by a Fellesord that answers there already",
                "All is well if that is the one you mean; to start another, choose another --port.",
            )
        return Check("port", FAIL, f"{where}: {error.strerror}", "Choose another with --host and --port.")
    return Check("port", OK, f"{where} is free")


def _answers_here(settings: Settings) -> bool:
    """Whether what listens on the port is a service like this one."""
    unspecified = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # asked, not listened on
    connection = HTTPConnection(unspecified.get(settings.host, settings.host), settings.port, timeout=2)
    try:
        connection.request(
            "GET", "/health/live", headers={"Host": settings.hosts[0]} if settings.hosts else {}
        )
        return bool(json.loads(connection.getresponse().read(1000)) == {"status": "ok"})
    except (OSError, HTTPException, ValueError):
        return False
    finally:
        connection.close()


def _public(settings: Settings) -> Check:
    name = "public address"
    if settings.public_url is None:
        if _loopback(settings.host):
            return Check(name, OK, "this machine only")
        return Check(
            name,
            WARN,
            f"listens on {settings.host} without a public address",
            "Put a proxy in front and say its address with --public-url, or listen on 127.0.0.1.",
        )
    parts = urlsplit(settings.public_url)
    host = parts.hostname or ""
    if settings.hosts and host not in (each.strip("[]") for each in settings.hosts):
        return Check(name, FAIL, f"{host} is not among the --hosts answered to", f"Add it: --hosts {host},…")
    if parts.scheme == "http" and not _loopback(host):
        return Check(name, WARN, settings.public_url, "Let the proxy speak https, and say so here.")
    return Check(name, OK, settings.public_url)


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _files(_: Settings) -> Check:
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < _MANY_FILES:
        level = FAIL if soft < _FEW_FILES else WARN
        return Check("open files", level, f"at most {soft}", f"Raise the limit to {_MANY_FILES} (ulimit -n).")
    return Check("open files", OK, "no limit" if soft == resource.RLIM_INFINITY else f"at most {soft}")
