"""The measurements: what is counted of every answer, and ``/metrics`` to read it (Prometheus text format).

Worker processes count into files of one folder, which the parent makes before they start; whichever worker
is asked adds them up. No label comes from a client: surfaces, methods and classes of status are closed lists.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, current_app

from fellesord.web.observing import SURFACES, Answered, Queried, method

if TYPE_CHECKING:
    from prometheus_client import Counter, Histogram
    from prometheus_client.core import GaugeMetricFamily

blueprint = Blueprint("metrics", __name__)
#: Seconds: remembered answers take under a millisecond, the largest page some hundred.
BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_KNOWN = frozenset((*SURFACES, "front", "other"))
_STARTED = "started"


@blueprint.get("/metrics")
def metrics() -> Response:
    """The measurements of the whole service, whichever worker answers."""
    found: Metrics | None = current_app.extensions.get("fellesord-metrics")
    if found is None:
        abort(404, "Nothing is measured here: only a running service counts its answers.")
    response = Response(found.render(), content_type=found.content_type)
    response.headers["Cache-Control"] = "no-store"
    return response


@contextmanager
def shared_folder() -> Iterator[Path]:
    """A folder that worker processes count into together, removed at the end. For the parent."""
    with TemporaryDirectory(prefix="fellesord-metrics-", ignore_cleanup_errors=True) as name:
        (Path(name) / _STARTED).touch()
        yield Path(name)


@dataclass(frozen=True)
class _Kept:
    """What is counted of one kind of answer, ready to be added to."""

    requests: "Counter"
    seconds: "Histogram"
    size: "Counter"
    hits: "Counter"


class Metrics:
    """An observer that counts, together with other processes when ``folder`` is what ``shared_folder`` gave.

    The library reads the folder's name when it is first imported, so a process has one or the other.
    """

    def __init__(self, generation: str, triples: int | None = None, folder: Path | None = None) -> None:
        if folder is not None:
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
        from prometheus_client import CollectorRegistry, Counter, Histogram

        self._generation, self._triples, self._folder = generation, triples, folder
        self._own = CollectorRegistry()
        self._requests = Counter(
            "fellesord_requests",
            "Requests answered.",
            ["surface", "method", "status"],
            registry=self._own,
        )
        self._seconds = Histogram(
            "fellesord_request_seconds",
            "Seconds from the headers of a request to its last byte handed over.",
            ["surface"],
            buckets=BUCKETS,
            registry=self._own,
        )
        self._size = Counter(
            "fellesord_response_bytes", "Bytes of body answered.", ["surface"], registry=self._own
        )
        self._hits = Counter(
            "fellesord_cache_hits", "Requests answered from the cache.", ["surface"], registry=self._own
        )
        self._queries = Counter(
            "fellesord_queries",
            "SPARQL queries of clients, by how they ended.",
            ["outcome"],
            registry=self._own,
        )
        self._query_seconds = Counter(
            "fellesord_query_seconds",
            "Seconds that such queries took of computing, and of waiting for an engine.",
            registry=self._own,
        )
        self._query_rows = Counter(
            "fellesord_query_rows", "Rows of the answers to such queries.", registry=self._own
        )
        self._kept: dict[tuple[str, str, int], _Kept] = {}

    def serving(self, generation: str, triples: int | None) -> None:
        """Say which generation answers from now on, and its triples where that is known."""
        self._generation, self._triples = generation, triples

    def __call__(self, answered: Answered) -> None:
        """Count an answer."""
        key = (answered.surface, answered.method, answered.status)
        kept = self._kept.get(key) or self._keep(answered)
        kept.requests.inc()
        kept.seconds.observe(answered.seconds)
        kept.size.inc(answered.size)
        if answered.cached:
            kept.hits.inc()

    def queried(self, queried: Queried) -> None:
        """Count a query."""
        self._queries.labels(queried.outcome).inc()
        self._query_seconds.inc(queried.seconds)
        self._query_rows.inc(queried.rows)

    def _keep(self, answered: Answered) -> _Kept:
        surface = answered.surface if answered.surface in _KNOWN else "other"
        name = method(answered.method)
        status = answered.status // 100 if 100 <= answered.status < 600 else 5
        kept = _Kept(
            self._requests.labels(surface, name, f"{status}xx"),
            self._seconds.labels(surface),
            self._size.labels(surface),
            self._hits.labels(surface),
        )
        if (surface, name) == (answered.surface, answered.method):
            self._kept[surface, name, answered.status] = kept
        return kept

    @property
    def content_type(self) -> str:
        """The media type of what ``render`` gives, with the version of the format."""
        from prometheus_client import CONTENT_TYPE_LATEST

        return CONTENT_TYPE_LATEST

    def render(self) -> bytes:
        """All measurements, of every worker, in the text format."""
        from prometheus_client import CollectorRegistry, generate_latest
        from prometheus_client.multiprocess import MultiProcessCollector

        registry = self._own
        if self._folder is not None:
            registry = CollectorRegistry()
            MultiProcessCollector(registry, path=str(self._folder))  # type: ignore[no-untyped-call]  # theirs
        facts = CollectorRegistry()
        facts.register(self)
        return generate_latest(registry) + generate_latest(facts)

    def collect(self) -> "Iterator[GaugeMetricFamily]":
        """What is so now and is not counted: the generation that answers, and since when."""
        from prometheus_client.core import GaugeMetricFamily

        generation = GaugeMetricFamily(
            "fellesord_generation_info", "The generation of data that answers.", labels=["generation"]
        )
        generation.add_metric([self._generation], 1)
        yield generation
        if self._triples is not None:
            yield GaugeMetricFamily(
                "fellesord_generation_triples", "Triples in that generation.", self._triples
            )
        yield GaugeMetricFamily(
            "process_start_time_seconds", "When the service started, in seconds since 1970.", self._started
        )

    @cached_property
    def _started(self) -> float:
        if self._folder is None:
            return time.time()
        return (self._folder / _STARTED).stat().st_mtime
