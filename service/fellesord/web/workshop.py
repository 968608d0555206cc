"""What takes long to make: made one at a time, once for all who ask for it, and the last few kept.

Whoever asks waits for a while and no longer, and not too many do; what is being made is made to the end, for
those who come back.
"""

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Generic, TypeVar

from fellesord.errors import NotReady

_K = TypeVar("_K")
_V = TypeVar("_V")
#: Seconds that whoever asks waits; how many may wait, and how much may be waiting to be made.
_PATIENCE, _MOST = 10.0, 8
#: Seconds after which to come back for what was not done in time.
_AGAIN = 5.0


class Workshop(Generic[_K, _V]):
    """What ``make`` makes, by name; the ``room`` last used are kept. Safe to use from any thread.

    Without room, what is asked for again is made again. ``drop`` is told of what is no longer kept.
    """

    def __init__(
        self,
        make: Callable[[_K], _V],
        room: int,
        *,
        drop: Callable[[_V], object] = lambda _: None,
        patience: float = _PATIENCE,
        most: int = _MOST,
    ) -> None:
        self._make = make
        self._drop = drop
        self._room = room
        self._patience = patience
        self._most = most
        self._lock = Lock()
        self._kept: OrderedDict[_K, Future[_V]] = OrderedDict()
        self._waiting = 0
        self._one = ThreadPoolExecutor(1, thread_name_prefix="workshop")

    def get(self, name: _K) -> _V:
        """What bears a name, made unless it is kept. Raises what making it raises, and keeps nothing then.

        Raises NotReady when it is not done in time, or too many are waiting.
        """
        with self._lock:
            future, gone = self._future(name)
            self._waiting += 1
        self._dropped(gone)
        try:
            return future.result(self._patience)
        except TimeoutError:
            raise NotReady(f"{name} is being made ready; try again", _AGAIN) from None
        except BaseException:
            self.forget(name)
            raise
        finally:
            with self._lock:
                self._waiting -= 1

    def forget(self, name: _K) -> None:
        """Make it anew when it is asked for again; what is being made is made to the end."""
        with self._lock:
            future = self._kept.get(name)
            if future is not None and future.done():
                del self._kept[name]

    def close(self) -> None:
        """Let go of all that is kept."""
        with self._lock:
            gone = [each for each in self._kept.values() if each.done()]
            self._kept.clear()
        self._dropped(gone)

    def _dropped(self, gone: "list[Future[_V]]") -> None:
        for each in gone:
            if each.exception() is None:
                self._drop(each.result())

    def _future(self, name: _K) -> "tuple[Future[_V], list[Future[_V]]]":
        """What will be the thing of a name, and is the last that was used; and what is no longer kept."""
        future = self._kept.get(name)
        if not self._room and future is not None and future.done():
            future = None
        if future is None or not future.done():
            making = sum(not each.done() for each in self._kept.values())
            if self._waiting >= self._most or (future is None and making >= self._most):
                raise NotReady(f"{name} is not made ready yet, and others wait too", _AGAIN)
        if future is None:
            future = self._kept[name] = self._one.submit(self._make, name)
        self._kept.move_to_end(name)
        done = [each for each, made in self._kept.items() if made.done() and each != name]
        gone = [self._kept.pop(each) for each in done[: max(0, len(self._kept) - self._room)]]
        return future, gone
