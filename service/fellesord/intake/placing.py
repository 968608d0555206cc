"""Statements → documents: what each will hold, beside what it holds today."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import pyoxigraph as ox

from fellesord.intake.view import View
from fellesord.rdf import turtle


@dataclass(frozen=True)
class Change:
    """One document: its path, its bytes before (``None`` when it is new) and after."""

    path: str
    before: bytes | None
    after: bytes

    @property
    def kind(self) -> Literal["new", "same", "changed"]:
        """Whether the document is new, stays as it is, or changes."""
        if self.before is None:
            return "new"
        return "same" if self.before == self.after else "changed"

    def diff(self) -> str:
        """The lines that go and come, as ``diff -u`` shows them; empty for a document that stays."""
        old = (self.before or b"").decode().splitlines(keepends=True)
        new = self.after.decode().splitlines(keepends=True)
        name = f"vocab/{self.path}"
        before = name if self.before is not None else "/dev/null"
        return "".join(difflib.unified_diff(old, new, before, name, n=1))


def placed(view: View, stated: Iterable[ox.Triple], dropped: frozenset[ox.Triple]) -> tuple[Change, ...]:
    """The documents that hold what is stated, sorted by path.

    ``dropped`` are triples of the record that give way. A thing that has no document goes where its IRI says.
    """
    incoming: dict[str, set[ox.Triple]] = {}
    for triple in stated:
        incoming.setdefault(_path(view, str(triple.subject)[1:-1]), set()).add(triple)
    for triple in dropped:
        path = _path(view, str(triple.subject)[1:-1])
        if path in view.documents:
            incoming.setdefault(path, set())
    return tuple(_change(view, path, incoming[path], dropped) for path in sorted(incoming))


def replaced(view: View, images: Iterable[ox.Triple]) -> frozenset[ox.Triple]:
    """The record's triples that give way to statements of the same property of the same thing."""
    coming = set(images)
    said = {(str(triple.subject)[1:-1], triple.predicate) for triple in coming}
    subjects = {subject for subject, _ in said}
    return frozenset(
        triple
        for subject in subjects
        for triple in view.by_subject.get(subject, ())
        if (subject, triple.predicate) in said and triple not in coming
    )


def _path(view: View, subject: str) -> str:
    """Where a thing is described, or is to be; a thing of others' by the host of its IRI."""
    if known := view.holders.get(subject) or view.path(subject):
        return known
    host = re.sub(r"[^a-z0-9]+", "-", subject.partition("://")[2].partition("/")[0].lower())
    return f"external/{host.strip('-') or 'others'}.ttl"


def _change(view: View, path: str, incoming: set[ox.Triple], dropped: frozenset[ox.Triple]) -> Change:
    document = view.documents.get(path)
    if document is None:
        return Change(path, None, turtle.write(incoming, view.base))
    before = set(document.triples)
    after = _without_orphans((before - dropped) | incoming, before)
    if after == before:
        return Change(path, document.data, document.data)
    return Change(path, document.data, turtle.write(after, view.base))


def _without_orphans(after: set[ox.Triple], before: set[ox.Triple]) -> set[ox.Triple]:
    """The triples without the fragments that something pointed at before and nothing does now."""
    while True:
        pointed = {str(triple.object) for triple in before} - {str(triple.object) for triple in after}
        orphans = {
            triple for triple in after if "#" in str(triple.subject) and str(triple.subject) in pointed
        }
        if not orphans:
            return after
        after -= orphans
