"""From settings to an application: finding or building the graph, opening the store."""

import atexit
import logging
import os
import shutil
import tempfile
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask

from fellesord.config import NEWEST, Settings
from fellesord.errors import StoreError
from fellesord.files import root
from fellesord.record import documents
from fellesord.releases.archive import Archive, Release
from fellesord.search import beside
from fellesord.store import generations
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Generation, Sources
from fellesord.store.pool import Pool
from fellesord.store.questions import Answerer, Bounds
from fellesord.vocabulary.reading import Vocabulary
from fellesord.web.application import REMOTE, Opened, create_app
from fellesord.web.asking import Budget, Querying
from fellesord.web.links import Links
from fellesord.web.missed import FILE, Missed
from fellesord.web.spool import Spool

if TYPE_CHECKING:
    from fellesord.store.client import Endpoint
    from fellesord.store.publishing import Shelf

#: Hosts that mean every address of the machine.
_ANY = ("0.0.0.0", "::")  # noqa: S104 - compared, not listened on
_log = logging.getLogger("fellesord")
#: Where graphs of releases lie in the cache; and how far their making yields to others.
_RELEASES, _YIELDING = "releases", 10


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

    Raises InvalidData when the record is wrong, NotFound when the newest generation of a remote store is
    wanted and there is none.
    """
    if settings.store:
        shelf = _shelf(settings, settings.store)
        remote = shelf.opened(settings.store_graph)
        return Opened(remote, shelf.base, _built(settings, remote.generation))
    found = generation or prepare(settings)
    store = EmbeddedStore.open(found) if found else EmbeddedStore.build(sources(settings))
    return Opened(store, store.manifest.base, found)


def open_release(settings: Settings, release: Release) -> Opened:
    """The record as it was in a release, built beside other graphs by a process that yields to others.

    It is read where it lies, so that little memory is held for it. Where the cache cannot be written, it lies
    among temporary files. Raises InvalidData when the release is damaged, StoreError when there is no room.
    """
    then = Sources(release.record, (), (beside.PART,))
    problem: OSError | None = None
    for cache in (partial(_cached, settings), _temporary):
        try:
            generation = generations.ensure(cache(), then, nice=_YIELDING)
            store = EmbeddedStore.open(generation, in_memory=0)
            return Opened(store, store.manifest.base, generation)
        except OSError as error:
            problem = error
    raise StoreError(f"there is no room to build the release of {release.date}: {problem}") from problem


def _cached(settings: Settings) -> Path:
    return cache_folder(settings) / _RELEASES


@lru_cache(maxsize=1)
def _temporary() -> Path:
    """A folder of this process alone, which is removed with it."""
    folder = Path(tempfile.mkdtemp(prefix="fellesord-releases-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _built(settings: Settings, name: str) -> Generation | None:
    """The generation that a store holds, if it was built here too: its search index need not be made anew."""
    try:
        return generations.find(cache_folder(settings), name)
    except OSError:
        return None


def base(settings: Settings) -> str:
    """The base of the record's IRIs. Raises InvalidData when the record is wrong."""
    return documents.read(sources(settings).vocab).base


def endpoint(settings: Settings, url: str, graph: str | None = None) -> "Endpoint":
    """How a remote store is asked. Raises InvalidSetting for what cannot be used."""
    from fellesord.store.client import Endpoint

    return Endpoint(
        url=url,
        graph=graph,
        user=settings.store_user,
        password=settings.store_password,
        token=settings.store_token,
        deadline=settings.store_timeout,
    )


def newest(settings: Settings) -> str | None:
    """The graph that was published last, where the settings want it.

    Raises InvalidData, StoreError, and NotFound when there is none.
    """
    if not settings.store or settings.store_graph != NEWEST:
        return None
    return _shelf(settings, settings.store).newest().graph


def _shelf(settings: Settings, url: str) -> "Shelf":
    from fellesord.store.publishing import Shelf
    from fellesord.store.remote import RemoteStore

    return Shelf(RemoteStore(endpoint(settings, url), REMOTE), base(settings))


def load(settings: Settings, generation: Generation | None = None, spool: Spool | None = None) -> Flask:
    """The application that the settings describe; ``spool`` is where files that it makes lie."""
    opened = open_store(settings, generation)
    local = f"http://{'127.0.0.1' if settings.host in _ANY else settings.host}:{settings.port}"
    links = Links(opened.base, settings.public_url, settings.reports, local)
    archive = Archive(releases_folder(settings))
    vocabulary = Vocabulary(opened.store, opened.base)
    asking = querying(settings, opened)
    opener = partial(open_release, settings)
    return create_app(vocabulary, links, opened.generation, archive, asking, opener, spool)


def answerer(opened: Opened, bounds: Bounds) -> Answerer | None:
    """What answers queries within bounds: the remote store where there is one, else a generation on disk.

    ``None`` for a graph that is held in memory only.
    """
    if isinstance(opened.store, EmbeddedStore):
        return Pool(opened.generation.store, opened.base, bounds) if opened.generation else None
    from fellesord.store.relay import Relay
    from fellesord.store.remote import RemoteStore

    assert isinstance(opened.store, RemoteStore)  # noqa: S101 - the other that there is
    seconds = min(bounds.seconds, opened.store.endpoint.deadline)
    return Relay(opened.store, opened.base, replace(bounds, seconds=seconds))


def querying(settings: Settings, opened: Opened) -> Querying | None:
    """What answers the queries of clients, each within what it may use."""
    bounds = Bounds(settings.query_slots, settings.query_timeout, settings.query_memory * 2**20)
    answering = answerer(opened, bounds)
    if answering is None:
        return None
    return Querying(
        answering,
        Budget(settings.query_budget),
        rows=settings.query_rows,
        size=settings.query_bytes,
        shaped=settings.query_log,
    )
