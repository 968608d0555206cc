"""Answering what strangers ask over an engine: judged in one jailed process, written in another.

In between this process asks the engine, and reads nothing of what that says. Turns, deadlines and limits are
those of the pool of the embedded store, and so are the answers.
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

from fellesord.errors import (
    InvalidQuery,
    JailBroken,
    JailCut,
    JailStopped,
    JailTimeout,
    StoreDeclined,
    StoreError,
    StoreOverflow,
    StoreTimeout,
)
from fellesord.store.client import Answer
from fellesord.store.pool import Answering, Pool, Turns, late
from fellesord.store.questions import USUAL, Bounds, End, Head, Judged, Judging, Question, Writing
from fellesord.store.remote import RemoteStore

#: An engine may say so many times what is wanted of it, for its words are more, up to so many bytes.
_WORDY, _ROOM = 4, 64 * 1024 * 1024


class Relay:
    """An ``Answerer`` over what a remote store serves. ``base`` is what relative IRIs are resolved against.

    An engine is asked once: a query that is too much for it would be so again. It is told the deadline where
    it can be, and the connection is closed at it, or when nobody waits any more.
    """

    remote = True

    def __init__(self, store: RemoteStore, base: str = "", bounds: Bounds = USUAL) -> None:
        self.bounds = bounds
        #: The graph that is served, by its name; none is the engine's default graph.
        self.graph = store.endpoint.graph
        self._store = store
        self._turns = Turns(bounds.slots)
        self._pool = Pool(None, base, bounds)
        #: The name of a graph that nobody has.
        self._nothing = uuid4().urn

    def ask(
        self,
        question: Question,
        client: str = "",
        seconds: float | None = None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> "Relayed":
        """The answer, as ``Answerer.ask``, also where it is the engine that sets the limit.

        Raises StoreDeclined for what the engine does not do, StoreUnavailable and StoreRefused when it cannot
        be asked.
        """
        limit = min(seconds or self.bounds.seconds, self.bounds.seconds)
        ends = time.monotonic() + limit

        def left() -> float:
            if stopped():
                raise JailStopped("it was stopped, as was asked for, or because nobody waits for it any more")
            if (rest := ends - time.monotonic()) <= 0:
                raise TimeoutError("the deadline has passed")
            return rest

        self._turns.enter(client, ends)
        try:
            with _told(limit):
                task = Judging(question, self.graph, self._nothing)
                judging = self._pool.ask(task, client, left(), stopped)
                judged = Judged(**json.loads(b"".join(judging)))
                begun = time.monotonic()
                said = self._said(judged, left, max(question.size, min(_WORDY * question.size, _ROOM)))
                spent = judging.spent + time.monotonic() - begun
                with _broken():
                    writing = self._pool.ask(
                        Writing(question, judged, said.media, said.whole, said.body), client, left(), stopped
                    )
        except BaseException:
            self._turns.leave(client)
            raise
        return Relayed(writing, judging.shape, spent, limit, lambda: self._turns.leave(client))

    def _said(self, judged: Judged, left: Callable[[], float], most: int) -> Answer:
        """What the engine says."""
        try:
            return self._store.pass_on(judged.text, (judged.default_graphs, judged.named_graphs), left, most)
        except InvalidQuery as error:
            raise StoreDeclined(str(error)) from error

    def at_work(self) -> int:
        """The questions that are being answered now."""
        return self._turns.taken()

    def close(self) -> None:
        """End; whoever is being answered gets the answer."""
        self._pool.close()


class Relayed:
    """An answer of an engine that is being given, as ``Begun``."""

    def __init__(
        self, writing: Answering, shape: str, spent: float, limit: float, leave: Callable[[], None]
    ) -> None:
        self._writing, self._before, self._limit, self._leave = writing, spent, limit, leave
        self._left = False
        self.shape = shape

    @property
    def head(self) -> Head | None:
        """What is known of it when it begins."""
        return self._writing.head

    @property
    def rows(self) -> int:
        """The rows so far."""
        return self._writing.rows

    @property
    def end(self) -> End | None:
        """What is known of it when it is over."""
        return self._writing.end

    @property
    def spent(self) -> float:
        """Seconds of computing here, and of the engine."""
        return self._before + self._writing.spent

    def __iter__(self) -> Iterator[bytes]:
        try:
            with _told(self._limit), _broken():
                yield from self._writing
        finally:
            self.close()

    def close(self) -> None:
        """Stop, if it is not over."""
        self._writing.close()
        if not self._left:
            self._left = True
            self._leave()

    def __del__(self) -> None:
        self.close()


@contextmanager
def _told(limit: float) -> Iterator[None]:
    """Failures as the embedded store has them: it is the same to who asks which of both had no more time."""
    try:
        yield
    except (JailTimeout, StoreTimeout, TimeoutError) as error:
        raise late(limit) from error
    except StoreOverflow as error:
        raise JailCut(str(error)) from error


@contextmanager
def _broken() -> Iterator[None]:
    try:
        yield
    except JailBroken as error:
        raise StoreError("what the store answered broke what reads it") from error
