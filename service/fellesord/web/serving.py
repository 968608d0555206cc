"""Serving: granian's processes, each with the front before the application.

The parent builds the generation and starts the workers; a worker opens it and answers. SIGHUP has the parent
build a new generation; each worker opens it beside the old one and goes over to it between two requests,
so that no connection is lost. When the record is wrong, the old generation goes on. SIGTERM lets what
runs finish. Workers die with their parent.
"""

import ctypes
import logging
import multiprocessing
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Lock, Thread

from fellesord.config import Settings
from fellesord.errors import FellesordError, InvalidSetting
from fellesord.store import generations
from fellesord.web import logs, metrics, opening
from fellesord.web.answers import Answers
from fellesord.web.application import REMOTE
from fellesord.web.front import Front, Limits
from fellesord.web.links import Links
from fellesord.web.observing import Observer, QueryObserver
from fellesord.web.running import Running
from fellesord.web.spool import Spool

_log = logging.getLogger("fellesord")
_PR_SET_PDEATHSIG = 1
#: Seconds a worker that is told to stop has to finish.
_FINISH = 30
#: Seconds a thread may keep the interpreter when others want it.
_SWITCH = 0.001


class Loader:
    """Makes the front in a worker process, and follows the parent from generation to generation.

    Parent and workers share a folder; the file ``current`` in it names what to serve: the folder of a
    generation, or the graph of one that was published to a remote store, so that all workers read the same.
    """

    def __init__(self, settings: Settings, shared: Path) -> None:
        self._settings = settings
        self._shared = shared
        self._current = shared / "current"
        self._parent = os.getpid()
        self._held: int | None = None

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "_held": None}

    def choose(self) -> None:
        """In the parent: build or find the generation to serve, hold it, name it.

        Raises InvalidData, or StoreError and NotFound when the newest of a remote store cannot be told.
        """
        graph = opening.newest(self._settings)
        generation = opening.prepare(self._settings)
        before, self._held = self._held, generations.hold(generation) if generation else None
        written = self._current.with_suffix(".new")
        written.write_text(f"{generation.folder if generation else graph or ''}\n{time.time_ns()}\n")
        written.replace(self._current)
        if before is not None:
            os.close(before)

    def choose_again(self) -> None:
        """The same on SIGHUP, when a wrong record must not stop the service."""
        try:
            self.choose()
        except (FellesordError, OSError) as error:
            _log.error("the new data is wrong; the old goes on being served: %s", error)

    def __call__(self) -> Front:
        """In a worker: the front."""
        _die_with(self._parent)
        # A large answer in the making must not keep the others waiting for the interpreter.
        sys.setswitchinterval(_SWITCH)
        settings = self._settings
        logs.configure(settings.log_level)
        counting = metrics.Metrics("", None, self._shared)
        observers: list[Observer] = [counting]
        if settings.access_log:
            observers.append(logs.AccessLog())
        spool = Spool(self._shared)
        asked: list[QueryObserver] = [counting.queried]
        if settings.query_log:
            asked.append(logs.QueryLog())
        return Front(
            lambda: self._answers(counting, asked, spool),
            current=self._current.read_text,
            limits=Limits(body=settings.max_body, body_seconds=settings.body_timeout),
            hosts=settings.hosts,
            prefix=Links("", settings.public_url).prefix,
            observers=observers,
            proxied=settings.public_url is not None,
            folder=self._shared,
        )

    def _answers(self, counting: metrics.Metrics, asked: list[QueryObserver], spool: Spool) -> Answers:
        """The answers of the generation that is current."""
        chosen, settings = self._current.read_text().partition("\n")[0], self._settings
        generation = None
        if settings.store:
            settings = replace(settings, store_graph=chosen or settings.store_graph)
        elif chosen:
            generation = generations.find(Path(chosen).parent, Path(chosen).name)
        app = opening.load(settings, generation, spool)
        counting.serving(
            app.extensions["fellesord"].vocabulary.generation,
            generation.manifest.triples if generation else None,
        )
        app.extensions["fellesord-metrics"] = counting
        if self._settings.missed_words:
            app.extensions["fellesord-missed"] = opening.missed(self._settings)
        name = app.extensions["fellesord"].vocabulary.generation
        # What a store holds may change under a name that says nothing of it.
        room = 0 if name == REMOTE else Answers.ROOM
        service = app.extensions["fellesord"]
        if service.asking is not None:
            service.asking.observers.extend(asked)
            service.asking.running = Running(self._shared)
        return Answers(app, name, room, spool, service.close)


def serve(settings: Settings) -> None:
    """Answer requests until told to stop.

    Raises InvalidSetting when the address is taken or not ours, InvalidData when the record is wrong.
    """
    from granian import Granian
    from granian.constants import Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    # granian starts workers as the process is set to; a forked one would swallow signals while it loads.
    multiprocessing.set_start_method("spawn", force=True)
    _refuse_taken(settings.host, settings.port)
    logs.configure(settings.log_level)
    with metrics.shared_folder() as shared:
        loader = Loader(settings, shared)
        loader.choose()
        server = Granian(
            "fellesord",
            address=settings.host,
            port=settings.port,
            interface=Interfaces.RSGI,
            workers=settings.workers,
            backlog=2048,
            backpressure=2048,
            websockets=False,
            http1_settings=HTTP1Settings(header_read_timeout=10_000, max_buffer_size=64 * 1024),
            log_level=LogLevels.warning,
            log_dictconfig=logs.configuration(settings.log_level),
            respawn_failed_workers=True,
            workers_kill_timeout=_FINISH,
        )
        # Instead of granian's own, which replaces the workers and drops connections it has just accepted.
        server.on_startup(lambda: _on_hangup(loader.choose_again))
        _log.info("serving on http://%s:%d/", settings.host, settings.port)
        # granian calls ``__rsgi__`` of what the loader gives; its types know functions only.
        server.serve(target_loader=loader, wrap_loader=False)  # type: ignore[arg-type]


def _on_hangup(job: Callable[[], None]) -> None:
    """Run a job in a thread of its own whenever SIGHUP comes; jobs wait for each other."""
    one = Lock()

    def run() -> None:
        with one:
            job()

    signal.signal(signal.SIGHUP, lambda *_: Thread(target=run, name="reload").start())


def _die_with(parent: int) -> None:
    """Have the kernel stop this process when its parent dies (Linux)."""
    libc = ctypes.CDLL(None, use_errno=True)
    if hasattr(libc, "prctl"):
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)


def _refuse_taken(host: str, port: int) -> None:
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with closing(socket.socket(family, kind)) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise InvalidSetting(
            f"cannot listen on {host} port {port}: {error.strerror}; choose another with --port"
        ) from error
