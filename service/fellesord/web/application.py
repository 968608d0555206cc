"""The Flask application: one factory, everything it serves handed to it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property, lru_cache, partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, Response, request

from fellesord.releases.archive import Archive, Release
from fellesord.releases.news import Newest, newest
from fellesord.search.beside import open_search
from fellesord.store import Store
from fellesord.store.bounded import BoundedStore
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Generation, Sources
from fellesord.vocabulary.asking import MOST
from fellesord.vocabulary.listing import Lists
from fellesord.vocabulary.reading import Vocabulary
from fellesord.vocabulary.statistics import Statistics
from fellesord.vocabulary.tree import Tree, tree
from fellesord.web.links import Links
from fellesord.web.spool import Lying, Spool
from fellesord.web.workshop import Workshop

if TYPE_CHECKING:
    from fellesord.search.annotating import Annotator
    from fellesord.search.searching import Search
    from fellesord.web.asking import Querying

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self';"
    " img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Content-Language, ETag, Fellesord-Rows, Last-Modified, Link, Location,"
    " Memento-Datetime, Retry-After, X-Request-ID",
}
_ASKABLE = (
    "Accept, Accept-Datetime, Accept-Language, Content-Type, If-Modified-Since, If-None-Match, X-Request-ID"
)

#: Where no releases are, for an application that is given none.
_NONE = Path("/nonexistent")
#: The name of the generation where it is not known what a store holds.
REMOTE = "remote"
#: Releases that are held open at a time.
_OPEN = 4


@dataclass(frozen=True)
class Opened:
    """A store that is open, the base of the IRIs in it, and the generation it is of, if it is built here."""

    store: Store
    base: str
    generation: Generation | None = None


def in_memory(release: Release) -> Opened:
    """The record as it was in a release, built in memory. Raises InvalidData when the release is damaged."""
    store = EmbeddedStore.build(Sources(release.record))
    return Opened(store, store.manifest.base)


@dataclass(frozen=True)
class Service:
    """What an application serves, and under which addresses; ``day`` is that of the release it is of, if any.

    ``opener`` opens a release when somebody asks for what was then; files that are made lie in ``spool``.
    """

    vocabulary: Vocabulary
    links: Links
    generation: Generation | None = None
    archive: Archive = field(default_factory=lambda: Archive(_NONE))
    asking: "Querying | None" = None
    opener: Callable[[Release], Opened] = in_memory
    spool: Spool = field(default_factory=Spool)
    day: str | None = None

    def then(self, day: str) -> "Service":
        """The same of the record as it was in the release of a day, opened when it is first asked for.

        Raises NotReleased, InvalidData for a damaged release, NotReady while it is being opened.
        """
        return self._releases.get(day)

    @cached_property
    def _releases(self) -> Workshop[str, "Service"]:
        return Workshop(self._open, _OPEN, drop=Service.close)

    def _open(self, day: str) -> "Service":
        opened = self.opener(self.archive.get(day))
        vocabulary = Vocabulary(opened.store, opened.base)
        links = self.links.then(day)
        asking = self.asking.over(opened.generation) if self.asking and opened.generation else None
        return replace(
            self, vocabulary=vocabulary, links=links, generation=opened.generation, asking=asking, day=day
        )

    def close(self) -> None:
        """Let go of processes, its own and those of releases; what is under way is still answered."""
        if self.day is None:
            self._releases.close()
        if self.asking is not None:
            self.asking.pool.close()

    @property
    def today(self) -> str:
        """The day that what is valid is told for (ISO 8601): that of the release, else the day it is."""
        return self.day or datetime.now(UTC).date().isoformat()

    @cached_property
    def lists(self) -> Lists:
        """The lists of the vocabulary."""
        return Lists(self.vocabulary)

    @cached_property
    def trees(self) -> Callable[[str], Tree]:
        """The hierarchy of a scheme; the last are remembered, each as large as its vocabulary."""
        return lru_cache(maxsize=4)(partial(tree, self.vocabulary))

    @cached_property
    def search(self) -> "Search":
        """The search, opened when it is first used. Raises StoreError."""
        return open_search(self.vocabulary.store, self.vocabulary.base, self.generation)

    def selecting(self, stopped: Callable[[], bool]) -> Store:
        """What answers the queries of the catalogue: what answers clients, if anything, so that each ends."""
        if self.asking is None:
            return self.vocabulary.store
        return BoundedStore(self.vocabulary.store, self.asking.pool, MOST, stopped)

    @cached_property
    def news(self) -> Newest:
        """What is new, told apart from what was only corrected; found when it is first asked for."""
        return newest(self.vocabulary, self.archive)

    @cached_property
    def statistics(self) -> Statistics:
        """What the graph holds, counted when it is first asked for."""
        return Statistics(self.vocabulary.store)

    @cached_property
    def annotator(self) -> "Annotator":
        """What finds the terms in a text, made when it is first used. Raises StoreError."""
        from fellesord.search.annotating import Annotator
        from fellesord.search.entries import entries

        return Annotator(entries(self.vocabulary.store, self.vocabulary.base))


def create_app(
    vocabulary: Vocabulary,
    links: Links,
    generation: Generation | None = None,
    archive: Archive | None = None,
    asking: "Querying | None" = None,
    opener: Callable[[Release], Opened] = in_memory,
    spool: Spool | None = None,
) -> Flask:
    """The WSGI application that serves a vocabulary, and its releases if given, each opened by ``opener``.

    Search goes by the index of ``generation``, if there is one; ``asking`` answers the queries of clients;
    files that are made lie in ``spool``, else among temporary files.
    """
    from fellesord.web import (
        annotating,
        api,
        checking,
        describing,
        documents,
        exporting,
        feeds,
        health,
        mementos,
        metrics,
        openapi,
        problems,
        querying,
        running,
        searching,
        sparql,
    )
    from fellesord.web.pages import (
        compare,
        coverage,
        duties,
        glossary,
        harvest,
        home,
        index,
        lists,
        machines,
        queries,
        releases,
        rendering,
        search,
        selection,
        terms,
        things,
        tree,
    )

    app = Flask("fellesord", static_folder=None, template_folder=_templates())
    app.extensions["fellesord"] = Service(
        vocabulary,
        links,
        generation,
        archive or Archive(_NONE),
        asking,
        opener,
        spool or Spool(),
    )
    app.config["MAX_CONTENT_LENGTH"] = 1024 * 1024
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    app.jinja_options["trim_blocks"] = True
    app.jinja_options["lstrip_blocks"] = True
    problems.register(app)
    rendering.register(app)
    things.register(app)
    app.register_blueprint(documents.blueprint)
    api.register(app)
    mementos.register(app)
    feeds.register(app)
    searching.register(app)
    checking.register(app)
    annotating.register(app)
    querying.register(app)
    for each in (
        compare,
        coverage,
        duties,
        glossary,
        harvest,
        home,
        index,
        lists,
        machines,
        queries,
        releases,
        search,
        selection,
        terms,
        tree,
    ):
        app.register_blueprint(each.blueprint)
    exporting.register(app)
    app.register_blueprint(sparql.blueprint)
    app.register_blueprint(running.blueprint)
    app.register_blueprint(describing.blueprint)
    app.register_blueprint(openapi.blueprint)
    health.register(app)
    app.register_blueprint(metrics.blueprint)
    app.after_request(_finish)
    return app


def _templates() -> str:
    from importlib.resources import files

    return str(files("fellesord.web") / "templates")


def _finish(response: Response) -> Response:
    """The headers that every answer has: security, any origin may read, and a tag made of the bytes."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "GET, HEAD")
        response.headers["Access-Control-Allow-Headers"] = _ASKABLE
        response.headers["Access-Control-Max-Age"] = "86400"
    elif response.status_code == 200 and response.headers.get("Cache-Control") != "no-store":
        response.headers.setdefault("Cache-Control", "no-cache")
        if isinstance(response.response, Lying):  # it has a tag made of the bytes
            return response
        response.direct_passthrough = False
        response.set_etag(sha256(response.get_data()).hexdigest()[:32])
    return response
