"""The Flask application: one factory, everything it serves handed to it."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from flask import Flask, Response, request

from fellesord.releases.archive import Archive, Release
from fellesord.search.beside import open_search
from fellesord.store import Store
from fellesord.store.bounded import BoundedStore
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Generation, Sources
from fellesord.vocabulary.asking import MOST
from fellesord.vocabulary.reading import Vocabulary
from fellesord.vocabulary.statistics import Statistics
from fellesord.web.links import Links

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
#: Statements of releases that are held in memory at a time, about 0.65 kB each; one release may be larger.
_ROOM = 400_000


@dataclass(frozen=True)
class Service:
    """What an application serves, and under which addresses."""

    vocabulary: Vocabulary
    links: Links
    generation: Generation | None = None
    archive: Archive = field(default_factory=lambda: Archive(_NONE))
    asking: "Querying | None" = None
    _then: dict[str, "Service"] = field(default_factory=dict, compare=False)
    _one: Lock = field(default_factory=Lock, compare=False)

    def then(self, release: Release) -> "Service":
        """The same of the record as it was in a release, held in memory once it is asked for.

        Raises InvalidData when the release is damaged.
        """
        with self._one:
            if release.date not in self._then:
                self._make_room(release.manifest.triples)
                store = EmbeddedStore.build(Sources(release.record))
                vocabulary = Vocabulary(store, store.manifest.base)
                self._then[release.date] = replace(self, vocabulary=vocabulary, generation=None)
            return self._then[release.date]

    def _make_room(self, wanted: int) -> None:
        held = {day: self.archive.get(day).manifest.triples for day in self._then}
        while held and sum(held.values()) + wanted > _ROOM:
            oldest = next(iter(held))
            del held[oldest], self._then[oldest]

    @cached_property
    def search(self) -> "Search":
        """The search, opened when it is first used. Raises StoreError."""
        return open_search(self.vocabulary.store, self.vocabulary.base, self.generation)

    @cached_property
    def selecting(self) -> Store:
        """What answers the queries of the catalogue: where there is a pool, that, so that each has an end."""
        if self.asking is None or self.generation is None:
            return self.vocabulary.store
        return BoundedStore(self.vocabulary.store, self.asking.pool, MOST)

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
) -> Flask:
    """The WSGI application that serves a vocabulary, and its releases if given.

    Search goes by the index of ``generation``, if there is one; ``asking`` answers the queries of clients.
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
    app.extensions["fellesord"] = Service(vocabulary, links, generation, archive or Archive(_NONE), asking)
    app.config["MAX_CONTENT_LENGTH"] = 1024 * 1024
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    app.jinja_options["trim_blocks"] = True
    app.jinja_options["lstrip_blocks"] = True
    problems.register(app)
    rendering.register(app)
    things.register(app)
    app.register_blueprint(documents.blueprint)
    app.register_blueprint(mementos.blueprint)
    api.register(app)
    feeds.register(app)
    tree.register(app)
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
    ):
        app.register_blueprint(each.blueprint)
    app.register_blueprint(exporting.blueprint)
    app.register_blueprint(sparql.blueprint)
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
        response.direct_passthrough = False
        response.set_etag(sha256(response.get_data()).hexdigest()[:32])
    return response
