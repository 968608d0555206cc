"""What data.norge.no would make of a feed: its harvester's rules, gone through before it comes.

Every IRI typed ``skos:Concept`` becomes a concept of the one who registered the feed, what has no IRI is
dropped, what is in no collection is put into one that is made up, and what is no longer there is marked
as removed. Nothing of this is told to whoever registered it, so it is told here. (Source: the harvester
of the national data catalogue.)
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal
from uuid import UUID

import pyoxigraph as ox

from fellesord.checks.findings import Finding, Severity
from fellesord.checks.profiles import ordered
from fellesord.languages import Texts
from fellesord.namespaces import RDF, SKOS, short

TEXTS = Texts(Path(__file__).with_name("texts.toml"))
#: The most bytes that a feed may have, and where the page of a concept is.
MOST = 75 * 1024 * 1024
PAGE = "https://data.norge.no/concepts/"
#: The languages that a page there shows; others are kept and not shown.
SHOWN = frozenset(("nb", "nn", "no", "en"))

State = Literal["new", "changed", "unchanged", "removed"]
_TYPE, _MEMBER = ox.NamedNode(RDF.type), ox.NamedNode(SKOS.member)
_CONCEPT, _COLLECTION = ox.NamedNode(SKOS.Concept), ox.NamedNode(SKOS.Collection)
_LABEL = ox.NamedNode(SKOS.prefLabel)
_Node = ox.NamedNode | ox.BlankNode | ox.Triple


def page(iri: str) -> str:
    """The page that a concept has once it is harvested, named by its IRI (MD5: Java's nameUUIDFromBytes)."""
    digest = hashlib.md5(iri.encode(), usedforsecurity=False).digest()
    return f"{PAGE}{UUID(bytes=digest, version=3)}"


@dataclass(frozen=True)
class Harvested:
    """What becomes of one concept: its state since the feed before, and its page there."""

    iri: str
    state: State
    page: str


class Harvest:
    """What is made of the triples of a feed, and of the feed before it where there was one.

    ``own`` is what the publisher's IRIs begin with, where that is known.
    """

    def __init__(
        self, triples: Iterable[ox.Triple], before: Iterable[ox.Triple] | None = None, own: str = ""
    ) -> None:
        self._about = _described(triples)
        self._before = _described(before) if before is not None else None
        self._own = own

    @cached_property
    def concepts(self) -> tuple[Harvested, ...]:
        """What becomes of every concept, those that are removed too, by IRI."""
        then = _typed(self._before or {}, _CONCEPT)
        now = _typed(self._about, _CONCEPT)
        states: dict[str, State] = {node.value: "removed" for node in then - now}
        for node in now:
            if node not in then:
                states[node.value] = "new"
            else:
                same = _graph(self._about, node) == _graph(self._before or {}, node)
                states[node.value] = "unchanged" if same else "changed"
        return tuple(Harvested(iri, state, page(iri)) for iri, state in sorted(states.items()))

    def counts(self) -> dict[State, int]:
        """How many concepts are in which state."""
        states = [each.state for each in self.concepts]
        order: tuple[State, ...] = ("new", "changed", "unchanged", "removed")
        return {state: states.count(state) for state in order}

    def findings(self) -> tuple[Finding, ...]:
        """What goes otherwise than one would think."""
        found = [*self._dropped(), *self._collections(), *self._others()]
        found += [
            _finding("violation", "harvest-removed", each.iri)
            for each in self.concepts
            if each.state == "removed"
        ]
        if not _typed(self._about, _CONCEPT):
            found.append(_finding("violation", "harvest-empty"))
        return ordered(found)

    def _dropped(self) -> list[Finding]:
        """Concepts and collections without an IRI."""
        return [
            _finding("violation", "harvest-blank", f"_:{node.value}")
            for kind in (_CONCEPT, _COLLECTION)
            for node, said in self._about.items()
            if isinstance(node, ox.BlankNode) and (_TYPE, kind) in {(t.predicate, t.object) for t in said}
        ]

    def _collections(self) -> list[Finding]:
        """Concepts that are in no collection, and those in several."""
        holders: dict[object, list[str]] = defaultdict(list)
        for collection in sorted(_typed(self._about, _COLLECTION), key=str):
            for each in self._about[collection]:
                if each.predicate == _MEMBER:
                    holders[each.object].append(collection.value)
        found = []
        for concept in _typed(self._about, _CONCEPT):
            held = holders.get(concept, [])
            if not held:
                found.append(_finding("warning", "harvest-generated", concept.value))
            elif len(held) > 1:
                found.append(
                    _finding("warning", "harvest-several", concept.value, collections=", ".join(held))
                )
        return found

    def _others(self) -> list[Finding]:
        """Concepts that are not the publisher's, and languages that are not shown."""
        found = []
        hidden: dict[str, int] = defaultdict(int)
        for concept in _typed(self._about, _CONCEPT):
            if not concept.value.startswith(self._own):
                found.append(_finding("violation", "harvest-foreign", concept.value))
            for each in self._about[concept]:
                term = each.object
                if each.predicate == _LABEL and isinstance(term, ox.Literal) and term.language not in SHOWN:
                    hidden[term.language or "?"] += 1
        return found + [
            _finding("info", "harvest-language", language=tag, number=number)
            for tag, number in sorted(hidden.items())
        ]


def answered(status: int, headers: Mapping[str, str], size: int) -> tuple[Finding, ...]:
    """What is wrong with how a feed is answered: its status, how it is packed, its size."""
    found = []
    if status != 200:
        found.append(_finding("violation", "harvest-status", status=status))
    if packing := headers.get("content-encoding"):
        found.append(_finding("violation", "harvest-packed", packing=packing))
    if size > MOST:
        found.append(_finding("violation", "harvest-size", size=size, most=MOST))
    return tuple(found)


def left_out(properties: Mapping[str, int]) -> tuple[Finding, ...]:
    """What a feed does not say of what is recorded: property → number of statements."""
    return tuple(
        _finding("info", "harvest-left-out", property=short(name), number=number)
        for name, number in properties.items()
    )


def moved(address: str, registered: str) -> tuple[Finding, ...]:
    """What happens when the feed is no longer where it is registered: the whole harvest fails."""
    return (
        ()
        if address == registered
        else (_finding("violation", "harvest-moved", address=address, old=registered),)
    )


def _described(triples: Iterable[ox.Triple]) -> dict[_Node, list[ox.Triple]]:
    about: dict[_Node, list[ox.Triple]] = {}
    for triple in triples:
        about.setdefault(triple.subject, []).append(triple)
    return about


def _typed(about: Mapping[_Node, list[ox.Triple]], kind: ox.NamedNode) -> set[ox.NamedNode]:
    """The IRIs of a class."""
    return {
        node
        for node, said in about.items()
        if isinstance(node, ox.NamedNode) and any(t.predicate == _TYPE and t.object == kind for t in said)
    }


def _graph(about: Mapping[_Node, list[ox.Triple]], concept: ox.NamedNode) -> frozenset[str]:
    """What the harvester takes along with a concept: all that it leads to, but other concepts.

    Blank nodes are named by a canonical form, so that equal graphs are equal (RDF Dataset Canonicalization).
    """
    taken: dict[_Node, list[ox.Triple]] = {}
    waiting: list[_Node] = [concept]
    while waiting:
        node = waiting.pop()
        if node in taken or node not in about:
            continue
        kinds = {each.object for each in about[node] if each.predicate == _TYPE}
        if node != concept and kinds & {_CONCEPT, _COLLECTION}:
            continue
        taken[node] = about[node]
        waiting += [
            each.object for each in about[node] if isinstance(each.object, ox.NamedNode | ox.BlankNode)
        ]
    triples = [each for said in taken.values() for each in said]
    if any(isinstance(node, ox.BlankNode) for node in taken):
        data = ox.Dataset(ox.Quad(each.subject, each.predicate, each.object) for each in triples)
        data.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        return frozenset(str(quad.triple) for quad in data)
    return frozenset(map(str, triples))


def _finding(severity: Severity, code: str, focus: str | None = None, **values: object) -> Finding:
    return Finding(severity, code, TEXTS.said(code, **values), focus)
