"""A document over HTTP: remembered, and made anew."""

import os
import statistics
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox

from fellesord.files import root
from fellesord.record import documents
from fellesord.store.queries import load
from fellesord.web.negotiation import FORMS, Form
from tests.benchmarks.processes import Load, Server, constant, oxigraph, require_wrk, service, wrk
from tests.web.test_serving import ask

PAGE = "/doc/concept/innovasjon"
ROUNDS = 3
#: To reach: remembered answers beside a constant one and beside Oxigraph, new ones beside Oxigraph.
FLOOR, OFTEN, EVEN = 2.5, 5.0, 1.0
#: The forms that must be no slower than Oxigraph when they are made anew.
PLAIN = ("ttl", "nt")
#: Each request has an address of its own, so that no answer is remembered.
UNIQUE = """\
local n = {first}
request = function()
  n = n + 1
  return wrk.format(nil, "{path}?n=" .. n)
end
"""


@dataclass(frozen=True)
class Runs:
    """The runs of one server for one form, by their medians."""

    cpu: float
    rate: float
    wall: float
    p99: float

    @classmethod
    def of(cls, loads: Sequence[Load]) -> "Runs":
        names = ("cpu", "rate", "median", "p99")
        return cls(*(statistics.median(getattr(load, name) for load in loads) for name in names))

    def __str__(self) -> str:
        return f"{self.cpu * 1e6:.0f} µs CPU, {self.rate:.0f}/s, {self.wall * 1e3:.2f} ms (p99 {self.p99 * 1e3:.1f})"


def page(attached: tuple[Path, ...]) -> None:
    """A remembered document, beside a constant answer of the same size and beside Oxigraph's CONSTRUCT."""
    require_wrk()
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        ours = stack.enter_context(service(folder / "cache", attached))
        quiet = stack.enter_context(service(folder / "cache", attached, "--access-log", "false"))
        sizes = {form: len(ask(ours.port, PAGE, form.media_type)[2]) for form in FORMS}
        floor = stack.enter_context(constant(sorted(set(sizes.values()))))
        peer = stack.enter_context(oxigraph(folder, folder / "cache", attached))
        size = sizes[FORMS[0]]
        print(f"{_name(attached)}: {PAGE}, 8 connections; per request, median of {ROUNDS} runs")
        for form in FORMS:
            accept = form.media_type
            asked: list[Callable[[], Load]] = [
                lambda accept=accept: wrk(ours, PAGE, accept),  # type: ignore[misc]  # bound now
                lambda size=sizes[form]: wrk(floor, f"/?{size}"),  # type: ignore[misc]
            ]
            if form.syntax is not None:
                _same(ours, peer, form)
                asked.append(lambda accept=accept: wrk(peer, _construct(), accept))  # type: ignore[misc]
            found = _alternating(asked)
            line = (
                f"{form.suffix}, {sizes[form]} bytes: {found[0]}; a constant answer {found[1]};"
                f" {found[0].cpu / found[1].cpu:.2f} × its CPU (to reach: ≤ {FLOOR:g})"
            )
            if form.syntax is not None:
                ratio = found[2].cpu / found[0].cpu
                line += f"; Oxigraph {found[2]}, {ratio:.1f} times our CPU (to reach: ≥ {OFTEN:g})"
            print(line, flush=True)
        without = _alternating(
            [lambda: wrk(quiet, PAGE), lambda: wrk(ours, PAGE), lambda: wrk(floor, f"/?{size}")]
        )
        print(
            f"{FORMS[0].suffix} without the access log: {without[0]}; {without[0].cpu / without[2].cpu:.2f} × the CPU"
            f" of a constant answer, {without[1].cpu / without[2].cpu:.2f} × with it",
            flush=True,
        )


def fresh(attached: tuple[Path, ...]) -> None:
    """A document that is not remembered, beside Oxigraph's CONSTRUCT of the same statements.

    Oxigraph's server has a thread for each core, so the service has a worker for each.
    """
    require_wrk()
    workers = str(os.cpu_count() or 1)
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        ours = stack.enter_context(service(folder / "cache", attached, "--workers", workers))
        peer = stack.enter_context(oxigraph(folder, folder / "cache", attached))
        print(
            f"{_name(attached)}: {PAGE}?n=1, 2, 3 …, 8 connections, {workers} workers;"
            f" per request, median of {ROUNDS} runs"
        )
        for form in FORMS:
            accept = form.media_type
            scripts = iter(_scripts(folder, form))
            assert ask(ours.port, f"{PAGE}?n=0", accept)[0] == 200
            asked: list[Callable[[], Load]] = [
                lambda accept=accept, scripts=scripts: wrk(ours, PAGE, accept, script=next(scripts))  # type: ignore[misc]
            ]
            if form.syntax is not None:
                _same(ours, peer, form)
                asked.append(lambda accept=accept: wrk(peer, _construct(), accept))  # type: ignore[misc]
            found = _alternating(asked)
            line = f"{form.suffix}: {found[0]}"
            if form.syntax is not None:
                reach = f" (to reach: ≤ {EVEN:g})" if form.suffix in PLAIN else ""
                line += (
                    f"; Oxigraph {found[1]}; {found[0].cpu / found[1].cpu:.2f} × its CPU{reach},"
                    f" {found[0].wall / found[1].wall:.2f} × its wall time{reach}"
                )
            print(line, flush=True)


def _alternating(jobs: Sequence[Callable[[], Load]]) -> list[Runs]:
    """All jobs by turns, so that a busy machine is busy for all."""
    rounds = [[job() for job in jobs] for _ in range(ROUNDS)]
    return [Runs.of(loads) for loads in zip(*rounds, strict=True)]


def _scripts(folder: Path, form: Form) -> list[Path]:
    """A script for every run, none with an address that another one asks for."""
    scripts = []
    for number in range(ROUNDS):
        script = folder / f"{form.suffix}-{number}.lua"
        script.write_text(UNIQUE.format(first=number * 1_000_000, path=PAGE))
        scripts.append(script)
    return scripts


def _construct() -> str:
    """The address that asks Oxigraph for the statements of the page."""
    base = documents.read(root() / "vocab").base
    focus = f"{base}{PAGE.removeprefix('/doc/')}"
    return f"/query?query={quote(load('thing').bind({'focus': [focus]}), safe='')}"


def _same(ours: Server, peer: Server, form: Form) -> None:
    """Both must give the same statements in this form."""
    assert form.syntax is not None
    wanted = {
        str(quad.triple)
        for server, path in ((ours, PAGE), (peer, _construct()))
        for quad in _parsed(ask(server.port, path, form.media_type), form)
    }
    for server, path in ((ours, PAGE), (peer, _construct())):
        assert {str(quad.triple) for quad in _parsed(ask(server.port, path, form.media_type), form)} == wanted


def _parsed(answer: tuple[int, str, bytes], form: Form) -> list[ox.Quad]:
    status, content_type, body = answer
    assert status == 200
    assert form.syntax is not None
    assert content_type.startswith(form.media_type), content_type
    return list(ox.parse(body, form.syntax.format))


def _name(attached: tuple[Path, ...]) -> str:
    return attached[0].name if attached else "shipped"
