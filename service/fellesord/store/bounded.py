"""A store whose selections are made in a pool of jailed processes, and so have an end."""

from collections.abc import Callable, Sequence

import pyoxigraph as ox

from fellesord.errors import JailCut, StoreError, StoreOverflow
from fellesord.store import Solution, Store, answers
from fellesord.store.questions import Answerer, Question

#: Who asks, to the pool: all who use this store are one client of it.
_CLIENT = "catalogue"
_JSON = "application/sparql-results+json"


class BoundedStore:
    """A ``Store`` over another, for which a pool selects, within its time, its memory and ``rows``.

    ``select`` raises StoreOverflow for more rows, and JailTimeout, JailOverflow and JailBusy as pools do;
    JailStopped when ``stopped`` says so.
    """

    def __init__(
        self, store: Store, pool: Answerer, rows: int, stopped: Callable[[], bool] = lambda: False
    ) -> None:
        self._store = store
        self._stopped = stopped
        self._pool = pool
        self._rows = rows

    @property
    def generation(self) -> str:
        """The name of the generation, which the pool must be over too."""
        return self._store.generation

    def describe(self, iris: Sequence[str]) -> list[ox.Triple]:
        """As the store does."""
        return self._store.describe(iris)

    def construct(self, query: str) -> list[ox.Triple]:
        """As the store does."""
        return self._store.construct(query)

    def select(self, query: str) -> list[Solution]:
        """All solutions, or a failure, never some of them."""
        question = Question(query, solutions="json", graph=None, rows=self._rows)
        try:
            body = b"".join(self._pool.ask(question, _CLIENT, stopped=self._stopped))
            return answers.solutions(_JSON, body)
        except JailCut as error:
            raise StoreOverflow(str(error)) from error
        except (SyntaxError, ValueError) as error:
            raise StoreError(f"unreadable answer of the pool: {error}") from error.with_traceback(None)
