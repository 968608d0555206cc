"""From settings to an application: finding or building the graph, opening the store."""

import logging
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from fellesord.config import Settings
from fellesord.files import root
from fellesord.record import documents
from fellesord.search import beside
from fellesord.store import Store, generations
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Generation, Sources
from fellesord.vocabulary.reading import Vocabulary
from fellesord.web.application import create_app
from fellesord.web.links import Links
from fellesord.web.missed import FILE, Missed

_log = logging.getLogger("fellesord")


@dataclass(frozen=True)
class Opened:
    """A store that is open, the base of the IRIs in it, and the generation it is of, if it is built."""

    store: Store
    base: str
    generation: Generation | None = None


def sources(settings: Settings) -> Sources:
    """The record and the attached files that the settings name."""
    return Sources(settings.vocab or root() / "vocab", settings.attach, (beside.PART,))


def releases_folder(settings: Settings) -> Path:
    """Where the releases of the record lie: as set, else beside the record."""
    return settings.releases or sources(settings).vocab.absolute().parent / "exports" / "releases"


def cache_folder(settings: Settings) -> Path:
    """Where built graphs lie: as set, else among this user's caches (XDG Base Directory Specification)."""
    if settings.cache:
        return settings.cache
    if named := os.environ.get("XDG_CACHE_HOME"):
        return Path(named) / "fellesord"
    try:
        return Path.home() / ".cache" / "fellesord"
    except RuntimeError:
        return Path(tempfile.gettempdir()) / "fellesord"


def missed(settings: Settings) -> Missed:
    """The counts of words searched in vain."""
    return Missed(cache_folder(settings) / FILE)


def prepare(settings: Settings) -> Generation | None:
    """The generation to serve, built where that is needed.

    ``None`` with a remote store, and where nothing can be written, so that each process builds its own.
    Raises InvalidData when the record is wrong.
    """
    if settings.store:
        documents.read(sources(settings).vocab)
        return None
    cache = cache_folder(settings)
    try:
        return generations.ensure(cache, sources(settings))
    except OSError as error:
        _log.warning("cannot use the cache %s (%s); building in memory", cache, error.strerror)
        documents.read(sources(settings).vocab)
        return None


def open_store(settings: Settings, generation: Generation | None = None) -> Opened:
    """The store that the settings name; over ``generation`` if given, else over the one to serve now.

    Raises InvalidData when the record is wrong.
    """
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
        base = documents.read(sources(settings).vocab).base
        return Opened(RemoteStore(endpoint, "remote"), base)
    found = generation or prepare(settings)
    store = EmbeddedStore.open(found) if found else EmbeddedStore.build(sources(settings))
    return Opened(store, store.manifest.base, found)


def load(settings: Settings, generation: Generation | None = None) -> Flask:
    """The application that the settings describe."""
    opened = open_store(settings, generation)
    links = Links(opened.base, settings.public_url, settings.reports)
    return create_app(Vocabulary(opened.store, opened.base), links, opened.generation)
