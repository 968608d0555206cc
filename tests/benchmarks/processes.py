"""What the measurements over HTTP share: processes that are always stopped, what they cost, and ``wrk``."""

import ctypes
import gc
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import NoReturn, TypeVar

import psutil

from fellesord.files import root
from tests.web.test_serving import ask, free_port, wait_for

#: Seconds that building some millions of statements may take.
BUILT = 3600
_UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0}


@dataclass(frozen=True)
class Server:
    """A server that listens on loopback, and those below it."""

    port: int
    process: subprocess.Popen[bytes]

    def family(self) -> list[psutil.Process]:
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]

    def cpu(self) -> float:
        """Seconds of processor time so far (utime and stime of /proc/PID/stat), all processes together."""
        return sum(each.cpu_times().user + each.cpu_times().system for each in self.family())

    def pss(self) -> int:
        """Bytes of memory: the proportional set size of all processes together."""
        return sum(int(each.memory_full_info().pss) for each in self.family())


@dataclass(frozen=True)
class Load:
    """What ``wrk`` and the server's clock said of one run; times are seconds."""

    requests: int
    rate: float
    median: float
    p99: float
    cpu: float


@contextmanager
def started(command: Sequence[str], port: int) -> Iterator[Server]:
    """A server that this command starts on this port; it is stopped at the end, however that comes."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(port, process, BUILT)
        yield Server(port, process)
    finally:
        process.terminate()
        try:
            process.wait(timeout=40)
        except subprocess.TimeoutExpired:
            for each in Server(port, process).family():
                each.kill()
            process.wait()


@contextmanager
def service(
    cache: Path, attached: Sequence[Path] = (), *options: str, vocab: Path | None = None
) -> Iterator[Server]:
    """Fellesord as a process that has answered once."""
    port = free_port()
    command = [sys.executable, "-m", "fellesord", "serve", "--port", str(port), "--cache", str(cache)]
    command += [*sources(attached, vocab), *options]
    with started(command, port) as server:
        assert ask(port, "/health")[0] == 200
        yield server


def sources(attached: Sequence[Path], vocab: Path | None = None) -> list[str]:
    """The options that say what is served."""
    given = [option for file in attached for option in ("--attach", str(file))]
    return ["--vocab", str(vocab or root() / "vocab"), *given]


@contextmanager
def constant(sizes: Sequence[int]) -> Iterator[Server]:
    """The least a Python service can do: ``/?SIZE`` is that many bytes that are always the same."""
    port = free_port()
    command = [sys.executable, "-m", "tests.benchmarks.constant", str(port), *map(str, sizes)]
    with started(command, port) as server:
        for size in sizes:
            assert len(ask(port, f"/?{size}")[2]) == size
        yield server


@contextmanager
def oxigraph(folder: Path, cache: Path, attached: Sequence[Path]) -> Iterator[Server]:
    """An Oxigraph server that reads the graph Fellesord serves, from disk."""
    beside = Path(sys.executable).with_name("oxigraph")
    binary = str(beside) if beside.exists() else shutil.which("oxigraph")
    if not binary:
        missing("oxigraph", "the PyPI package oxigraph, of the dependency group test")
    graph, location, port = folder / "graph.nt", folder / "oxigraph", free_port()
    written = [sys.executable, "-m", "fellesord", "graph", "--out", str(graph), "--cache", str(cache)]
    subprocess.run([*written, *sources(attached)], check=True)
    loaded = [binary, "load", "--location", str(location), "--file", str(graph)]
    subprocess.run(loaded, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    serve = [binary, "serve-read-only", "--location", str(location), "--bind", f"127.0.0.1:{port}"]
    with started(serve, port) as server:
        yield server


T = TypeVar("T")


def peak(prepare: Callable[[], T], job: Callable[[T], object]) -> int:
    """Bytes of memory that a job takes at most beyond what it is given, in a process of its own.

    Both are functions of a module, or partial ones.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_peak, prepare, job).result()


def _peak(prepare: Callable[[], T], job: Callable[[T], object]) -> int:
    given = prepare()
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)  # what was freed would hide what is taken
    Path("/proc/self/clear_refs").write_text("5")
    before = psutil.Process().memory_info().rss
    job(given)
    return max(0, int(_found(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())) * 1024 - before)


def missing(program: str, package: str) -> NoReturn:
    """Say what to install, and stop."""
    print(f"{program} is not installed; install {package}", file=sys.stderr)
    raise SystemExit(2)


def require_wrk() -> None:
    """Return when ``wrk`` is there."""
    if not shutil.which("wrk"):
        missing("wrk", "the Debian package wrk: apt-get install wrk")


def wrk(
    server: Server, path: str, accept: str = "*/*", *, seconds: float = 1, script: Path | None = None
) -> Load:
    """One run of ``wrk`` with 8 connections; every answer must be a success."""
    require_wrk()
    command = ["wrk", "--threads", "1", "--connections", "8", "--latency", "--duration", f"{seconds:g}s"]
    if script:
        command += ["--script", str(script)]
    before = server.cpu()
    result = subprocess.run(
        [*command, "--header", f"Accept: {accept}", f"http://127.0.0.1:{server.port}{path}"],
        capture_output=True,
        text=True,
        check=True,
    )
    cpu = server.cpu() - before
    text = result.stdout
    if "Non-2xx" in text or "Socket errors" in text:
        raise AssertionError(f"{path} ({accept}): not every answer was a success\n{text}")
    requests = int(_found(r"(\d+) requests in", text))
    return Load(
        requests,
        float(_found(r"Requests/sec:\s+([\d.]+)", text)),
        _seconds(_found(r"(?m)^ +50%\s+(\S+)", text)),
        _seconds(_found(r"(?m)^ +99%\s+(\S+)", text)),
        cpu / requests,
    )


def settled(server: Server, limit: float = 10) -> int:
    """Bytes of memory, once a second passed without growth above 1 %, or after ``limit`` seconds."""
    ends, last = time.monotonic() + limit, server.pss()
    while time.monotonic() < ends:
        time.sleep(1)
        now = server.pss()
        if abs(now - last) < last / 100:
            return now
        last = now
    return last


def connected(port: int, receive: int = 0) -> socket.socket:
    """A connection; ``receive`` bytes of buffer for what comes, unless 0."""
    made = socket.socket()
    if receive:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
    made.settimeout(10)
    made.connect(("127.0.0.1", port))
    return made


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    if match is None:
        raise AssertionError(f"something else was said:\n{text}")
    return match.group(1)


def _seconds(text: str) -> float:
    number, unit = _found(r"([\d.]+)", text), _found(r"([a-z]+)", text)
    return float(number) * _UNITS[unit]
