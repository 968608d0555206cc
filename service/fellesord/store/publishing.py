"""Publishing generations to a remote engine, so that readers never see half of one.

Each generation is a named graph, ``…/generation/<name>``, that is filled once and never changed. A small
graph beside them, ``…/generation/``, is the catalogue: it says of a generation when it was begun and, after
all that arrived has been compared with what was sent, when it was published. Only what was published is read.
What an interrupted load leaves is in the catalogue as begun: nobody reads it, the next load of the same
generation removes it first, and ``prune`` removes it in any case. One load at a time: two at once fail, and
say so.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice

import pyoxigraph as ox

from fellesord.config import NEWEST
from fellesord.errors import NotFound, StoreError
from fellesord.store.queries import load, update
from fellesord.store.remote import RemoteStore
from fellesord.store.writing import Writer

#: What is compared at a time; its answer must stay below the rows that an engine gives.
_COMPARED = 2_000


@dataclass(frozen=True)
class Published:
    """A generation in a store; ``issued`` and ``triples`` are absent until it is whole."""

    graph: str
    name: str
    created: str
    issued: str | None = None
    triples: int | None = None


@dataclass(frozen=True)
class Shelf:
    """The generations in a remote store. ``base`` is that of the record's IRIs."""

    store: RemoteStore
    base: str

    @property
    def catalogue(self) -> str:
        """The graph that says which generations there are."""
        return f"{self.base.split('/id/')[0].rstrip('/')}/generation/"

    def opened(self, graph: str | None) -> RemoteStore:
        """The store over a graph, or its default graph; ``newest`` is the one that was published last.

        What was published never changes, so that the store bears the name of the generation. Raises NotFound
        when there is no newest one.
        """
        chosen = self.newest().graph if graph == NEWEST else graph
        store = self._reading(chosen)
        if chosen and chosen.startswith(self.catalogue):
            return replace(store, generation=chosen.removeprefix(self.catalogue))
        return store

    def generations(self) -> list[Published]:
        """What is there, the newest first; what was only begun comes last."""
        rows = self._reading(self.catalogue).select(load("publish/generations").text)
        found = [_published({name: term.value for name, term in row.items()}) for row in rows]
        return sorted(found, key=lambda each: (each.issued or "", each.created), reverse=True)

    def newest(self) -> Published:
        """The generation that was published last. Raises NotFound when there is none."""
        for each in self.generations():
            if each.issued:
                return each
        raise NotFound(
            f"nothing has been published to {self.store.endpoint.url}: its graph <{self.catalogue}> names no"
            " generation; run fellesord load first"
        )

    def publish(self, name: str, triples: Iterable[ox.Triple], writer: Writer) -> Published:
        """Publish a generation of these statements, all different; nothing is done when it is there already.

        Raises StoreError when the store would not have it, or has something else than what was sent.
        """
        graph = self.catalogue + name
        for each in self.generations():
            if each.graph == graph and each.issued:
                return each
        self.remove(graph, writer)
        writer.change(
            update("publish/begin").bind(
                {"catalogue": [self.catalogue], "graph": [graph], "name": [name], "time": [_now()]}
            )
        )
        arrived, sent = self._reading(graph), 0
        for some in _pieces(triples, writer.at_once):
            writer.add(graph, some)
            for few in _pieces(some, _COMPARED):
                _compare(arrived, few)
            sent += len(some)
        (row,) = arrived.select(load("publish/count").text)
        if (there := int(row["triples"].value)) != sent:
            raise StoreError(f"the graph <{graph}> has {there} statements, and {sent} were sent")
        writer.change(
            update("publish/announce").bind(
                {"catalogue": [self.catalogue], "graph": [graph], "time": [_now()], "count": [str(sent)]}
            )
        )
        return next(each for each in self.generations() if each.graph == graph)

    def prune(self, keep: int, writer: Writer) -> list[Published]:
        """Remove all but the newest so many generations, and what was only begun; gives what was removed."""
        whole = [each for each in self.generations() if each.issued]
        begun = [each for each in self.generations() if not each.issued]
        for each in (gone := whole[max(keep, 1) :] + begun):
            self.remove(each.graph, writer)
        return gone

    def remove(self, graph: str, writer: Writer) -> None:
        """Take a generation out of the catalogue first, so that nobody begins to read what is going."""
        writer.change(update("publish/forget").bind({"catalogue": [self.catalogue], "graph": [graph]}))
        writer.drop(graph)

    def _reading(self, graph: str | None) -> RemoteStore:
        return replace(self.store, endpoint=replace(self.store.endpoint, graph=graph))


def _published(row: dict[str, str]) -> Published:
    triples = row.get("triples")
    return Published(
        row["graph"], row["name"], row["created"], row.get("issued"), int(triples) if triples else None
    )


def _compare(store: RemoteStore, triples: list[ox.Triple]) -> None:
    """Return when the store holds all of these. Raises StoreError with the first that it does not."""
    subjects = sorted({each.subject.value for each in triples if isinstance(each.subject, ox.NamedNode)})
    rows = store.select(load("publish/statements").bind({"subject": subjects}))
    held = {(row["subject"], row["property"], row["value"]) for row in rows}
    for each in triples:
        if (each.subject, each.predicate, each.object) not in held:
            others = sorted(str(v) for s, p, v in held if s == each.subject and p == each.predicate)
            there = " ".join(others[:3]) or "nothing"
            raise StoreError(f"the store does not hold {each} as it was sent; there it has {there}")


def _pieces(triples: Iterable[ox.Triple], size: int) -> Iterator[list[ox.Triple]]:
    rest = iter(triples)
    while piece := list(islice(rest, size)):
        yield piece


def _now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")
