"""A pool of jailed processes that answer what strangers ask over one generation.

Processes start when they are needed, one more than are at work, so that nobody waits for a start. No client
has more than half. What is killed, has broken down or has grown is replaced. Every answer comes in pieces. (A
pool of a library, such as pebble, hands a result over when it is whole, so it can neither stream nor bound an
answer.)
"""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from threading import Condition

from fellesord import errors
from fellesord.errors import FellesordError, JailBroken, JailBusy, JailError, JailTimeout
from fellesord.jail import Child
from fellesord.store.questions import End, Head, Question

_TASK = "fellesord.store.answering:answer"
#: Seconds of waiting for a turn, within the time that the question has.
WAIT = 5.0
#: Seconds that an idle process is kept, but for the last.
_IDLE = 60.0
_ROWS = 4


@dataclass(frozen=True)
class Bounds:
    """What one pool may use: processes, seconds for a question, bytes of memory for each process."""

    slots: int = 8
    seconds: float = 30.0
    memory: int = 512 * 1024 * 1024


class Pool:
    """Processes over the store in a folder, opened read-only; over nothing, to parse only, without a folder.

    ``base`` is what relative IRIs in queries are resolved against. Safe to use from any thread.
    """

    def __init__(self, folder: Path | None, base: str = "", bounds: Bounds = Bounds()) -> None:
        self.bounds = bounds
        self._given = (str(folder or ""), base)
        self._changed = Condition()
        self._idle: list[tuple[float, Child]] = []
        self._starting = 0
        self._waiting: list[tuple[int, int]] = []
        self._turns = count()
        self._broken: Exception | None = None
        self._working: Counter[str] = Counter()
        self._closed = False
        # A child dies with the thread that made it, so one thread makes all.
        self._maker = ThreadPoolExecutor(1, thread_name_prefix="query-start")

    def ask(
        self,
        question: Question,
        client: str = "",
        seconds: float | None = None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> "Answering":
        """The answer, begun, so that its kind and form are known. It must be read to its end, or closed.

        ``stopped`` is asked now and then whether to stop, from this thread. ``seconds`` may lower the time
        there is; waiting for a turn counts. Raises QuerySyntax, QueryRefused and QueryForm, StoreError when
        evaluating fails, JailBusy when there is no turn in time, JailTimeout, JailOverflow, JailBroken and
        JailStopped.
        """
        limit = min(seconds or self.bounds.seconds, self.bounds.seconds)
        ends = time.monotonic() + limit
        self._enter(client, min(ends, time.monotonic() + WAIT))
        try:
            child = self._child(client, ends)
        except BaseException:
            self._leave(client, None)
            raise
        return Answering(self, child, question, client, limit, ends, stopped)

    def _enter(self, client: str, until: float) -> None:
        """Wait for a turn."""
        mine = max(1, self.bounds.slots // 2)
        with self._changed:
            while self._working[client] >= mine or self._working.total() >= self.bounds.slots:
                if not self._changed.wait(until - time.monotonic()):
                    own = self._working[client] >= mine
                    said = f"{mine} of your queries" if own else "as many queries as there may be"
                    raise JailBusy(f"{said} are being answered already; try again in a moment", WAIT)
            self._working[client] += 1

    def _child(self, client: str, until: float) -> Child:
        """An idle child, as soon as there is one; and one more is started if none is left.

        It goes to the client that has the fewest at work.
        """
        with self._changed:
            mine = (self._working[client], next(self._turns))
            self._waiting.append(mine)
            try:
                while not self._idle or mine != min(self._waiting):
                    self._start(len(self._waiting) - len(self._idle))
                    if not self._changed.wait(until - time.monotonic()):
                        raise JailBusy("no process could be started in time; try again in a moment", WAIT)
                    if self._broken is not None:
                        broken, self._broken = self._broken, None
                        raise broken
                _, child = self._idle.pop()
            finally:
                self._waiting.remove(mine)
                self._changed.notify_all()
            if not self._idle and not self._closed and self._working.total() < self.bounds.slots:
                self._start(len(self._waiting) + 1)
            now = time.monotonic()
            old = [each for since, each in self._idle[:-1] if now - since > _IDLE]
            self._idle = [each for each in self._idle if each[1] not in old]
        for each in old:
            each.kill()
        return child

    def _start(self, wanted: int) -> None:
        """See to it that so many are being started."""
        while self._starting < wanted:
            self._starting += 1
            self._maker.submit(self._make)

    def _make(self) -> None:
        """Start a child, in the one thread that does."""
        child: Child | None = None
        broken: Exception | None = None
        try:
            child = Child(_TASK, *self._given, memory=self.bounds.memory)
        except (FellesordError, OSError) as error:
            broken = error
        with self._changed:
            if child is not None and self._closed and not self._waiting:
                child.kill()
            elif child is not None:
                self._idle.append((time.monotonic(), child))
            self._starting -= 1
            self._broken = broken
            self._changed.notify_all()

    def _leave(self, client: str, child: Child | None) -> None:
        """Give a turn back, and the child if it can go on."""
        with self._changed:
            self._working[client] -= 1
            self._working = +self._working
            if child is not None and not self._closed:
                self._idle.append((time.monotonic(), child))
                child = None
            self._changed.notify_all()
        if child is not None:
            child.kill()

    def at_work(self) -> int:
        """The processes that answer something now."""
        with self._changed:
            return self._working.total()

    def close(self) -> None:
        """End the processes; those at work end with their answers, and whoever is late still gets one."""
        with self._changed:
            self._closed = True
            while self._starting:
                self._changed.wait()
            idle, self._idle = self._idle, []
        for _, child in idle:
            child.kill()


class Answering:
    """An answer that is being given: iterate over it for its bytes.

    ``head`` is known from the beginning, ``rows`` are those so far, ``end`` is there when all has been read,
    and ``shape`` where it was asked for. Iterating raises JailTimeout, JailOverflow, JailBroken or JailCut
    when it stops before its end; what came is then no answer. ``spent`` is what it has cost, in seconds.
    """

    def __init__(
        self,
        pool: Pool,
        child: Child,
        question: Question,
        client: str,
        limit: float,
        ends: float,
        stopped: Callable[[], bool],
    ) -> None:
        self._pool, self._child, self._client = pool, child, client
        self._begun = time.monotonic()
        self._left = False
        self.rows = 0
        self.shape = ""
        self.end: End | None = None
        self.head: Head | None = None
        try:
            self._pieces = child.ask(question.dumps(), max(0.001, ends - self._begun), stopped)
            self._first = next(self._bodies(), None)
        except JailError as error:
            self.close()
            raise self._told(error, limit) from None
        except BaseException:
            self.close()
            raise
        self._limit = limit

    def __iter__(self) -> Iterator[bytes]:
        try:
            if self._first is not None:
                yield self._first
                yield from self._bodies()
        except JailError as error:
            raise self._told(error, self._limit) from None
        finally:
            self.close()

    def _told(self, error: JailError, limit: float) -> JailError:
        """The failure in terms of a query; a timeout tells of the time there was in all, with the waiting."""
        if isinstance(error, JailTimeout):
            return JailTimeout(f"the query took more than {limit:g} seconds and was stopped")
        if isinstance(error, JailBroken):
            return JailBroken("the query broke what reads it; it may be nested too deep")
        return error

    def _bodies(self) -> Iterator[bytes]:
        """The pieces of the answer's body; what else comes is noted."""
        failure: FellesordError | None = None
        for piece in self._pieces:
            letter, rest = piece[:1], piece[1:]
            if letter == b"d":
                self.rows = int.from_bytes(rest[:_ROWS], "big")
                yield rest[_ROWS:]
            elif letter == b"s":
                self.shape = rest.decode("utf-8", "replace")
            elif letter == b"h":
                self.head = Head(**json.loads(rest))
            elif letter == b"f":
                name, arguments = json.loads(rest)
                failure = getattr(errors, name)(*(tuple(a) if isinstance(a, list) else a for a in arguments))
            elif letter == b"e":
                self.end = End(**json.loads(rest))
                self.rows = self.end.rows
        worn = self.end is None or self.end.worn or self._child.slowed
        self._leave(None if worn else self._child)
        if self.end is None:
            raise JailBroken
        if failure is not None:
            raise failure

    @property
    def spent(self) -> float:
        """Seconds of computing: as the process says, or all that passed if it could not say any more."""
        return self.end.cpu if self.end is not None else time.monotonic() - self._begun

    def close(self) -> None:
        """Stop, if it is not over."""
        self._leave(None)

    def __del__(self) -> None:
        self.close()

    def _leave(self, child: Child | None) -> None:
        if self._left:
            return
        self._left = True
        if child is None:
            with suppress(OSError):
                self._child.kill()
        self._pool._leave(self._client, child)
