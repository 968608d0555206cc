"""The measurements: closed labels, right sums, also over several processes."""

import subprocess
import sys
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from fellesord.web.metrics import Metrics, shared_folder
from fellesord.web.observing import METHODS, SURFACES, Answered, Queried

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def told(
    surface: str = "doc", method: str = "GET", status: int = 200, size: int = 100, cached: bool = False
) -> Answered:
    return Answered("request-1", method, surface, status, 0.002, size, cached)


def samples(rendered: bytes) -> Samples:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(rendered.decode())
        for sample in family.samples
    }


def test_answers_are_counted_by_surface_method_and_class_of_status() -> None:
    metrics = Metrics("g1")
    for answered in (told(), told(), told(method="HEAD"), told(status=404), told(status=410)):
        metrics(answered)
    found = samples(metrics.render())
    name = "fellesord_requests_total"
    assert found[name, (("method", "GET"), ("status", "2xx"), ("surface", "doc"))] == 2
    assert found[name, (("method", "HEAD"), ("status", "2xx"), ("surface", "doc"))] == 1
    assert found[name, (("method", "GET"), ("status", "4xx"), ("surface", "doc"))] == 2


def test_queries_are_counted_by_how_they_ended_with_their_time_and_rows() -> None:
    metrics = Metrics("g1")
    for outcome, rows in (("whole", 3), ("whole", 4), ("jail-timeout", 0)):
        metrics.queried(Queried("request-1", outcome, "solutions", "json", rows, 0.5, ""))
    found = samples(metrics.render())
    assert found["fellesord_queries_total", (("outcome", "whole"),)] == 2
    assert found["fellesord_queries_total", (("outcome", "jail-timeout"),)] == 1
    assert found["fellesord_query_seconds_total", ()] == 1.5
    assert found["fellesord_query_rows_total", ()] == 7


def test_time_bytes_and_answers_from_the_cache_are_summed_by_surface() -> None:
    metrics = Metrics("g1")
    for answered in (told(size=10), told(size=5, cached=True), told("api", size=1)):
        metrics(answered)
    found = samples(metrics.render())
    doc = (("surface", "doc"),)
    assert found["fellesord_response_bytes_total", doc] == 15
    assert found["fellesord_cache_hits_total", doc] == 1
    assert found["fellesord_request_seconds_count", doc] == 2
    assert found["fellesord_request_seconds_sum", doc] == pytest.approx(0.004)
    assert found["fellesord_request_seconds_bucket", (("le", "0.001"), *doc)] == 0
    assert found["fellesord_request_seconds_bucket", (("le", "0.0025"), *doc)] == 2


def test_no_label_comes_from_a_client() -> None:
    metrics = Metrics("g1")
    for number in range(50):
        metrics(told(surface=f"s{number}", method=f"M{number}", status=100 + 20 * number))
    found = samples(metrics.render())
    labels = {label for _, labels in found for label in labels}
    assert {value for name, value in labels if name == "method"} <= {*METHODS, "other"}
    assert {value for name, value in labels if name == "surface"} <= {*SURFACES, "front", "other"}
    assert {value for name, value in labels if name == "status"} <= {f"{n}xx" for n in range(1, 6)}


def test_the_generation_and_the_start_are_told() -> None:
    found = samples(Metrics("g1", 42).render())
    assert found["fellesord_generation_info", (("generation", "g1"),)] == 1
    assert found["fellesord_generation_triples", ()] == 42
    assert found["process_start_time_seconds", ()] > 1_700_000_000


def test_every_metric_has_a_type_and_a_help_text() -> None:
    metrics = Metrics("g1", 42)
    metrics(told())
    for family in text_string_to_metric_families(metrics.render().decode()):
        assert family.documentation
        assert family.type in ("counter", "gauge", "histogram")


def test_metrics_are_answered_in_the_text_format_and_never_kept(client: FlaskClient) -> None:
    metrics = Metrics("g1")
    metrics(told())
    client.application.extensions["fellesord-metrics"] = metrics
    response = client.get("/metrics")
    assert response.status_code == 200
    assert response.content_type.startswith("text/plain; version=")
    assert response.headers["Cache-Control"] == "no-store"
    assert b'fellesord_requests_total{method="GET",status="2xx",surface="doc"} 1.0' in response.data


def test_where_nothing_is_measured_metrics_are_404(client: FlaskClient) -> None:
    response = client.get("/metrics", headers={"Accept": "application/problem+json"})
    assert (response.status_code, response.content_type) == (404, "application/problem+json")


_WORKER = """
import sys
from pathlib import Path
from fellesord.web.metrics import Metrics
from fellesord.web.observing import Answered
metrics = Metrics("g1", 42, Path(sys.argv[1]))
for _ in range(int(sys.argv[2])):
    metrics(Answered("request-1", "GET", "doc", 200, 0.002, 100, True))
sys.stdout.buffer.write(metrics.render())
"""


def worker(folder: Path, answers: int) -> Samples:
    """What a worker process tells when it has given so many answers, and ended."""
    command = [sys.executable, "-c", _WORKER, str(folder), str(answers)]
    return samples(subprocess.run(command, capture_output=True, check=True).stdout)


def test_any_worker_tells_the_sum_of_all_also_of_those_that_ended() -> None:
    with shared_folder() as folder:
        first, second = worker(folder, 3), worker(folder, 4)
        requests = "fellesord_requests_total", (("method", "GET"), ("status", "2xx"), ("surface", "doc"))
        assert (first[requests], second[requests]) == (3, 7)
        assert second["fellesord_request_seconds_count", (("surface", "doc"),)] == 7
        assert second["fellesord_response_bytes_total", (("surface", "doc"),)] == 700
        assert second["fellesord_generation_info", (("generation", "g1"),)] == 1
        start = "process_start_time_seconds", ()
        assert first[start] == second[start]
    assert not folder.exists()
