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
from itertools import count
from pathlib import Path
from threading import Condition

from fellesord import errors
from fellesord.errors import FellesordError, JailBroken, JailBusy, JailError, JailTimeout
from fellesord.jail import Child
from fellesord.store.questions import USUAL, Bounds, End, Head, Task, dumps

_TASK = "fellesord.store.answering:answer"
#: Seconds of waiting for a turn, within the time that the question has.
WAIT = 5.0
#: Seconds that an idle process is kept, but for the last.
_IDLE = 60.0
_ROWS = 4


class Turns:
    """So many things at a time, and no more than half of them for one client."""

    def __init__(self, slots: int) -> None:
        self._slots, self._mine = slots, max(1, slots // 2)
        self._changed = Condition()
        self._working: Counter[str] = Counter()

    def enter(self, client: str, ends: float) -> None:
        """Wait for a turn, some seconds and until a moment at most. Raises JailBusy."""
        until = min(ends, time.monotonic() + WAIT)
        with self._changed:
            while self._working[client] >= self._mine or self._working.total() >= self._slots:
                if not self._changed.wait(until - time.monotonic()):
                    own = self._working[client] >= self._mine
                    said = f"{self._mine} of your queries" if own else "as many queries as there may be"
                    raise JailBusy(f"{said} are being answered already; try again in a moment", WAIT)
            self._working[client] += 1

    def leave(self, client: str) -> None:
        """Give a turn back."""
        with self._changed:
            self._working[client] -= 1
            self._working = +self._working
            self._changed.notify_all()

    def taken(self, client: str | None = None) -> int:
        """The turns that are taken now, by all or by one client."""
        with self._changed:
            return self._working.total() if client is None else self._working[client]


def late(seconds: float) -> JailTimeout:
    """That a question took longer than there was time for, in all, with the waiting."""
    return JailTimeout(f"the query took more than {seconds:g} seconds and was stopped")


class Pool:
    """Processes over the store in a folder, opened read-only; over nothing, to parse only, without a folder.

    ``base`` is what relative IRIs in queries are resolved against. An ``Answerer``; in it a question can also
    be judged for an engine, and what an engine said be written.
    """

    remote = False

    def __init__(self, folder: Path | None, base: str = "", bounds: Bounds = USUAL) -> None:
        self.bounds = bounds
        self._given = (str(folder or ""), base)
        self._changed = Condition()
        self._idle: list[tuple[float, Child]] = []
        self._starting = 0
        self._waiting: list[tuple[int, int]] = []
        self._arrived = count()
        self._broken: Exception | None = None
        self._turns = Turns(bounds.slots)
        self._closed = False
        # A child dies with the thread that made it, so one thread makes all.
        self._maker = ThreadPoolExecutor(1, thread_name_prefix="query-start")

    def ask(
        self,
        question: Task,
        client: str = "",
        seconds: float | None = None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> "Answering":
        """The answer, as ``Answerer.ask``."""
        limit = min(seconds or self.bounds.seconds, self.bounds.seconds)
        ends = time.monotonic() + limit
        self._turns.enter(client, ends)
        try:
            child = self._child(client, ends)
        except BaseException:
            self._leave(client, None)
            raise
        return Answering(self, child, question, client, limit, ends, stopped)

    def _child(self, client: str, until: float) -> Child:
        """An idle child, as soon as there is one; and one more is started if none is left.

        It goes to the client that has the fewest at work.
        """
        with self._changed:
            mine = (self._turns.taken(client), next(self._arrived))
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
            if not self._idle and not self._closed and self._turns.taken() < self.bounds.slots:
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
            if child is not None and not self._closed:
                self._idle.append((time.monotonic(), child))
                child = None
            self._changed.notify_all()
        self._turns.leave(client)
        if child is not None:
            child.kill()

    def at_work(self) -> int:
        """The processes that answer something now."""
        return self._turns.taken()

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
    """An answer that a process gives, as ``Begun``."""

    def __init__(
        self,
        pool: Pool,
        child: Child,
        question: Task,
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
            self._pieces = child.ask(dumps(question), max(0.001, ends - self._begun), stopped)
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
        """The failure in terms of a query."""
        if isinstance(error, JailTimeout):
            return late(limit)
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
                name, arguments, key, values = json.loads(rest)
                failure = getattr(errors, name)(*(tuple(a) if isinstance(a, list) else a for a in arguments))
                failure.key, failure.values = key, values
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
