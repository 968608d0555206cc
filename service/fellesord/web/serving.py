"""From settings to an answering service: opening the store, building the application, serving it."""

import logging
import os
import socket
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from flask import Flask

from fellesord.config import Settings
from fellesord.errors import InvalidSetting
from fellesord.files import root
from fellesord.record import documents
from fellesord.store import Store, generations
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Generation, Sources
from fellesord.vocabulary.reading import Vocabulary
from fellesord.web.application import create_app
from fellesord.web.links import Links

_log = logging.getLogger("fellesord")


@dataclass(frozen=True)
class Opened:
    """A store that is open, and the base of the IRIs in it."""

    store: Store
    base: str


def sources(settings: Settings) -> Sources:
    """The record and the attached files that the settings name."""
    return Sources(settings.vocab or root() / "vocab", settings.attach)


def open_store(settings: Settings) -> Opened:
    """The store that the settings name, its graph built first where that is needed.

    Raises InvalidData when the record is wrong.
    """
    chosen = sources(settings)
    if settings.store:
        from fellesord.store.client import Endpoint
        from fellesord.store.remote import RemoteStore

        endpoint = Endpoint(
            url=settings.store,
            graph=settings.store_graph,
            user=settings.store_user,
            password=settings.store_password,
            token=settings.store_token,
            deadline=settings.store_timeout,
        )
        return Opened(RemoteStore(endpoint, "remote"), documents.read(chosen.vocab).base)
    generation = _generation(settings)
    store = EmbeddedStore.open(generation) if generation else EmbeddedStore.build(chosen)
    return Opened(store, store.manifest.base)


def _generation(settings: Settings) -> Generation | None:
    """The built generation; ``None`` where nothing can be written, so that each process builds its own."""
    cache = settings.cache or _user_cache()
    try:
        return generations.ensure(cache, sources(settings))
    except OSError as error:
        _log.warning("cannot use the cache %s (%s); building in memory", cache, error.strerror)
        return None


def load(settings: Settings) -> Flask:
    """The application that the settings describe."""
    opened = open_store(settings)
    return create_app(Vocabulary(opened.store, opened.base), Links(opened.base, settings.public_url))


def serve(settings: Settings) -> None:
    """Answer requests until told to stop.

    Raises InvalidSetting when the address is taken or not ours, InvalidData when the record is wrong.
    """
    from granian import Granian
    from granian.constants import Interfaces

    _refuse_taken(settings.host, settings.port)
    if settings.store or _generation(settings) is None:
        documents.read(sources(settings).vocab)
    Granian(
        "fellesord",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=2,
        backpressure=64,
        websockets=False,
    ).serve(target_loader=partial(load, settings), wrap_loader=False)


def _refuse_taken(host: str, port: int) -> None:
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise InvalidSetting(
            f"cannot listen on {host} port {port}: {error.strerror}; choose another with --port"
        ) from error


def _user_cache() -> Path:
    """Where this user's caches lie (XDG Base Directory Specification)."""
    named = os.environ.get("XDG_CACHE_HOME")
    if named:
        return Path(named) / "fellesord"
    try:
        return Path.home() / ".cache" / "fellesord"
    except RuntimeError:
        return Path(tempfile.gettempdir()) / "fellesord"
