"""Repairs that Skosify proposes for a vocabulary: a proposal, for a person to accept.

Skosify (NatLibFi) leaves the process when it is not content and reports by log lines only, so it runs in the
jail, and its lines become findings. It invents and removes: what it would do is shown, never done unasked.
"""

import gc
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pyoxigraph as ox

from fellesord.checks.findings import Finding, Place
from fellesord.errors import InvalidData
from fellesord.intake.accounting import TEXTS
from fellesord.intake.reading import Graph, jailed
from fellesord.namespaces import RDF, SKOS

_BLANK = "urn:fellesord:blank:"
#: Links that the record never writes: that they are missing is nothing to repair.
_DERIVED = {SKOS.narrower, SKOS.hasTopConcept, SKOS.topConceptOf}
_PAIRED = {SKOS.related: SKOS.related, SKOS.exactMatch: SKOS.exactMatch, SKOS.closeMatch: SKOS.closeMatch}
_PAIRED |= {SKOS.relatedMatch: SKOS.relatedMatch, SKOS.broader: SKOS.narrower}
_PAIRED |= {SKOS.broadMatch: SKOS.narrowMatch, SKOS.narrowMatch: SKOS.broadMatch}


@dataclass(frozen=True)
class Proposal:
    """What would be taken out of a file and put in, and what was said of it."""

    removed: frozenset[ox.Triple]
    added: tuple[ox.Triple, ...]
    findings: tuple[Finding, ...]

    def diff(self) -> list[str]:
        """The repairs as lines that begin with ``-`` and ``+``, sorted by what they are about."""
        lines = [(str(each), f"- {each} .") for each in self.removed]
        lines += [(str(each), f"+ {each} .") for each in self.added]
        return [line for _, line in sorted(lines)]


def proposal(graph: Graph) -> Proposal:
    """The repairs that Skosify proposes. One that does not come about has a finding that says why.

    Raises JailUnavailable and JailBusy.
    """
    text = "".join(f"{_skolem(triple)} .\n" for triple in dict.fromkeys(graph.triples)).encode()
    try:
        answer = jailed(graph.name, "fellesord.intake.cleaning:cleaned", text)
    except InvalidData as error:
        return Proposal(frozenset(), (), (_finding(graph.name, "clean-failed", str(error)),))
    line, _, content = answer.partition(b"\n")
    found = json.loads(line)
    said = tuple(_finding(graph.name, "clean-said", each) for each in found["said"])
    if found["stopped"]:
        return Proposal(frozenset(), (), (_finding(graph.name, "clean-failed", found["stopped"]), *said))
    cleaned = {_unskolem(quad.triple) for quad in ox.parse(content, format=ox.RdfFormat.N_TRIPLES)}
    given = set(graph.triples)
    added = [triple for triple in cleaned - given if not _derived(triple, given)]
    return Proposal(frozenset(given - cleaned), tuple(sorted(added, key=str)), said)


def repaired(graph: Graph, found: Proposal) -> Graph:
    """The file with the repairs accepted."""
    return replace(graph, removed=found.removed, added=found.added)


def _derived(triple: ox.Triple, given: set[ox.Triple]) -> bool:
    """Whether an added link only says what a given one says, the other way round."""
    predicate, term = triple.predicate.value, triple.object
    if predicate in _DERIVED:
        return True
    if predicate not in _PAIRED or not isinstance(term, ox.NamedNode):
        return False
    return ox.Triple(term, ox.NamedNode(_PAIRED[predicate]), triple.subject) in given


def _finding(name: str, code: str, detail: str) -> Finding:
    return Finding("info", f"intake-{code}", TEXTS.said(code, detail=detail), place=Place(name))


def prepare() -> None:
    """Load Skosify, and rdflib's readers and writers with it, before the doors close."""
    import rdflib
    from skosify import skosify

    rdflib.NORMALIZE_LITERALS = False
    graph = rdflib.Graph()
    graph.parse(data=f"<urn:a> <{RDF.type}> <{SKOS.ConceptScheme}> .", format="nt")
    graph.serialize(format="nt")
    skosify(graph)


def cleaned(payload: bytes) -> bytes:
    """In the jail: N-Triples → a line of JSON with what was said, and the repaired graph as N-Triples."""
    import rdflib
    from skosify import skosify

    gc.disable()  # what is made is kept to the end: looking through it takes a third of the time
    said: list[str] = []
    root = logging.getLogger()
    root.handlers[:] = [_Kept(said.append)]
    root.setLevel(logging.WARNING)
    graph = rdflib.Graph()
    graph.parse(data=payload, format="nt")
    stopped = ""
    try:
        graph = skosify(graph, break_cycles=True)
    except (SystemExit, RecursionError, Exception) as error:  # noqa: BLE001 - whatever it does is told
        stopped = f"{type(error).__name__}: {error}"
    head = json.dumps({"said": list(dict.fromkeys(said)), "stopped": stopped}).encode()
    text = "" if stopped else graph.serialize(format="nt")
    return b"[]\n" + head + b"\n" + text.encode()


class _Kept(logging.Handler):
    """Hands each line of the log to a function."""

    def __init__(self, keep: Callable[[str], Any]) -> None:
        super().__init__()
        self._keep = keep

    def emit(self, record: logging.LogRecord) -> None:
        """Hand the line over."""
        self._keep(record.getMessage())


def _skolem(triple: ox.Triple) -> ox.Triple:
    return ox.Triple(_named(triple.subject), triple.predicate, _named(triple.object))


def _unskolem(triple: ox.Triple) -> ox.Triple:
    return ox.Triple(_blank(triple.subject), triple.predicate, _blank(triple.object))


def _named(term: Any) -> Any:
    return ox.NamedNode(f"{_BLANK}{term.value}") if isinstance(term, ox.BlankNode) else term


def _blank(term: Any) -> Any:
    if isinstance(term, ox.NamedNode) and term.value.startswith(_BLANK):
        return ox.BlankNode(term.value.removeprefix(_BLANK))
    return term
