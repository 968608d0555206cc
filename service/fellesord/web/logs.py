"""The log: one JSON object a line on standard error, for people with ``jq`` and for programs.

A line names no person: no client address, no path, no query, no user agent. The traceback of a failure is
one field of its line.
"""

import json
import logging
import logging.config
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing.util import Finalize
from threading import Event, Thread
from typing import Any, Generic, TextIO, TypeVar

from flask import has_request_context, request

from fellesord.web.observing import ENVIRON, Answered, Queried, method

_FIELDS = ("method", "surface", "status", "ms", "bytes", "cached")
_ROOM = 10_000
#: Characters of a query that a line shows.
_SHOWN = 4000
_T = TypeVar("_T")


class JsonLines(logging.Formatter):
    """A record as one line of JSON, in ASCII."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its newline."""
        line: dict[str, Any] = {
            "time": _time(record.created),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
        }
        if name := getattr(record, "request", None) or _request():
            line["request"] = name
        line |= {name: getattr(record, name) for name in _FIELDS if hasattr(record, name)}
        if record.exc_info and record.exc_info[0]:
            line["exception"] = self.formatException(record.exc_info)
        if record.stack_info:
            line["stack"] = record.stack_info
        return json.dumps(line, default=str)


def _message(record: logging.LogRecord) -> str:
    """The message; a record whose arguments do not fit its text is shown as it is, not lost."""
    try:
        return record.getMessage()
    except (TypeError, ValueError):
        return f"{record.msg} {record.args}"


def _request() -> str | None:
    """The id of the request that this thread is answering."""
    found: object = request.environ.get(ENVIRON) if has_request_context() else None
    return found if isinstance(found, str) else None


def configuration(level: str) -> dict[str, Any]:
    """The whole set-up of logging in the form of ``logging.config``; granian takes it as it is."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "fellesord.web.logs.JsonLines"}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stderr"}
        },
        "loggers": {"_granian": {"propagate": True}, "granian.access": {"propagate": True}},
        "root": {"handlers": ["stderr"], "level": level.upper()},
    }


def configure(level: str) -> None:
    """Write every log line of this process, warnings included, as JSON on standard error."""
    logging.config.dictConfig(configuration(level))
    logging.captureWarnings(True)


class _Lines(Generic[_T]):
    """An observer that writes a line for everything it is told, at level info.

    Observers must not wait, and standard error may be a pipe that nobody empties: lines are put by, and
    written by a thread of their own ``every`` so many seconds. When too many wait the oldest go, and a line
    says how many.
    """

    _name = ""

    def __init__(self, logger: logging.Logger | None = None, every: float = 0.1) -> None:
        self._logger = logger or logging.getLogger(self._name)
        self._waiting: deque[tuple[float, _T]] = deque(maxlen=_ROOM)
        self._dropped = self._told = 0
        self._every = every
        self._ended = Event()
        self._thread = Thread(target=self._run, name=self._name, daemon=True)
        self._thread.start()
        Finalize(None, self.close, exitpriority=10)

    def __call__(self, told: _T) -> None:
        """Put a line by."""
        if len(self._waiting) == _ROOM:
            self._dropped += 1
        self._waiting.append((time.time(), told))

    def close(self) -> None:
        """Write what waits, and stop."""
        self._ended.set()
        self._thread.join(timeout=2)

    def _run(self) -> None:
        while not self._ended.wait(self._every):
            self._write()
        self._write()

    def _write(self) -> None:
        if dropped := self._dropped - self._told:
            self._told += dropped
            self._logger.warning("%d lines were not logged: standard error is too slow", dropped)
        waiting = [self._waiting.popleft() for _ in range(len(self._waiting))]
        if waiting and self._logger.isEnabledFor(logging.INFO):
            text = "".join(self._line(at, told) for at, told in waiting)
            for handler in _writers(self._logger):
                with suppress(OSError, ValueError):  # a closed standard error must not end the thread
                    handler.stream.write(text)
                    handler.flush()

    def _line(self, at: float, told: _T) -> str:
        """The line that ``JsonLines`` would make; many are made a second, so no record is."""
        line = {"time": _time(at), "level": "info", "logger": self._logger.name, **self._fields(told)}
        return json.dumps(line) + "\n"

    def _fields(self, told: _T) -> dict[str, Any]:
        """What the line says of that."""
        raise NotImplementedError


class AccessLog(_Lines[Answered]):
    """An observer that writes a line for every answer."""

    _name = "fellesord.access"

    def _fields(self, told: Answered) -> dict[str, Any]:
        shown = method(told.method)
        return {
            "message": f"{shown} {told.surface} {told.status}",
            "request": told.request,
            "method": shown,
            "surface": told.surface,
            "status": told.status,
            "ms": round(told.seconds * 1000, 3),
            "bytes": told.size,
            "cached": told.cached,
        }


class QueryLog(_Lines[Queried]):
    """An observer that writes a line for every query: its shape, without what somebody wrote in it."""

    _name = "fellesord.query"

    def _fields(self, told: Queried) -> dict[str, Any]:
        return {
            "message": f"query {told.outcome}",
            "request": told.request,
            "outcome": told.outcome,
            "kind": told.kind,
            "form": told.form,
            "rows": told.rows,
            "ms": round(told.seconds * 1000, 3),
            "query": told.shape[:_SHOWN],
        }


def _time(at: float) -> str:
    """A time as ISO 8601 in UTC with milliseconds."""
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(at))}.{int(at % 1 * 1000):03d}Z"


def _writers(logger: logging.Logger) -> "Iterator[logging.StreamHandler[TextIO]]":
    """The handlers that write what a logger is told."""
    found: logging.Logger | None = logger
    while found is not None:
        yield from (each for each in found.handlers if isinstance(each, logging.StreamHandler))
        found = found.parent if found.propagate else None
