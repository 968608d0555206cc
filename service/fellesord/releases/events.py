"""Events: each thing that a release has otherwise than the one before, with all that it says of it.

A thing is a main resource with its fragments; a foreign term, or a withdrawn IRI, by itself. Whoever takes
the last event of every thing has the record of the last release.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from urllib.parse import quote

import pyoxigraph as ox

from fellesord.namespaces import AS, DCT, DCT_VERSIONS, FO, LDES, RDF, TREE, XSD
from fellesord.releases.archive import Archive, Release
from fellesord.releases.editions import Edition

#: Events that a page of the stream has at most.
PAGE = 100
#: TriG: a thing's statements are in the graph of its event (TREE, member extraction).
MEDIA_TYPE, SUFFIX = "application/trig", "trig"
_ONTOLOGY = str(FO).removesuffix("#")
_TOMBSTONE = (RDF.type, FO.Tombstone)


@dataclass(frozen=True)
class Event:
    """What became of a thing in a release; ``triples`` are all that is said of it then."""

    thing: str
    iri: str
    what: Literal["Create", "Update", "Delete"]
    triples: tuple[ox.Triple, ...]


@lru_cache(maxsize=64)
def events(release: Release, previous: Release | None) -> tuple[Event, ...]:
    """The events of a release, sorted by thing; everything there is, where it is the first."""
    before, after = previous.edition if previous else Edition({}), release.edition
    paths = [
        path
        for path in before.data.keys() | after.data.keys()
        if before.data.get(path) != after.data.get(path)
    ]
    then, now = (_things(edition, paths) for edition in (before, after))
    before.forget()
    after.forget()
    made = [
        _event(thing, then.get(thing, frozenset()), now.get(thing, frozenset()), release.date, after.base)
        for thing in sorted(then.keys() | now.keys())
        if then.get(thing) != now.get(thing)
    ]
    return tuple(made)


def pages(archive: Archive, release: Release) -> int:
    """How many pages of the stream a release has."""
    return -(-len(events(release, archive.before(release.date))) // PAGE)


def page(archive: Archive, release: Release, number: int, root: str) -> bytes:
    """A page of the stream, the first being 1, in TriG; ``root`` is the path that the stream is at.

    Addresses of pages are relative to where they are read; all other IRIs are whole.
    """
    chosen = events(release, archive.before(release.date))[(number - 1) * PAGE : number * PAGE]
    base = release.edition.base
    head = [_stream(root), f"<{root}/{release.date}/{number}> a {_short(TREE.Node)} ."]
    if chosen:
        members = " , ".join(f"<{event.iri}>" for event in chosen)
        head.append(f"<{root}#stream> {_short(TREE.member)} {members} .")
    told = [_told(event, release.date, base) for event in chosen]
    return ("\n".join([_PREFIXES, *head, "", *told])).encode()


def root(archive: Archive, path: str) -> bytes:
    """The root of the stream, in TriG: where its pages are, and of which time each is."""
    lines = [_PREFIXES, _stream(path), f"<{path}> a {_short(TREE.Node)} ."]
    for release in archive:
        for number in range(1, pages(archive, release) + 1):
            node = f"<{path}/{release.date}/{number}>"
            for name, kind in (
                ("from", TREE.GreaterThanOrEqualToRelation),
                ("until", TREE.LessThanOrEqualToRelation),
            ):
                relation = f"<{path}#{release.date}-{number}-{name}>"
                lines.append(f"<{path}> {_short(TREE.relation)} {relation} .")
                told = {RDF.type: kind, TREE.path: DCT.issued}
                said = " ; ".join(f"{_short(each)} {_short(value)}" for each, value in told.items())
                value = f"{_short(TREE.value)} {_moment(release.date)}"
                lines.append(f"{relation} {said} ; {_short(TREE.node)} {node} ; {value} .")
    return ("\n".join(lines) + "\n").encode()


def _things(edition: Edition, paths: Iterable[str]) -> Mapping[str, frozenset[ox.Triple]]:
    found: dict[str, set[ox.Triple]] = {}
    for path in paths:
        for triple in edition.triples(path):
            found.setdefault(_thing(str(triple.subject)[1:-1], edition.base), set()).add(triple)
    return {thing: frozenset(triples) for thing, triples in found.items()}


def _thing(subject: str, base: str) -> str:
    return subject.partition("#")[0] if subject.startswith((base, _ONTOLOGY)) else subject


def _event(thing: str, then: frozenset[ox.Triple], now: frozenset[ox.Triple], day: str, base: str) -> Event:
    withdrawn = any((t.predicate.value, str(t.object)[1:-1]) == _TOMBSTONE for t in now)
    what: Literal["Create", "Update", "Delete"] = (
        "Delete" if withdrawn or not now else "Update" if then else "Create"
    )
    name = thing.removeprefix(base) if thing.startswith(base) else f"lookup?uri={quote(thing, safe='')}"
    iri = f"{base.removesuffix('id/')}releases/{day}/{name}"
    return Event(thing, iri, what, tuple(sorted(now, key=str)))


def _told(event: Event, day: str, base: str) -> str:
    """An event: what it is in the default graph, what is said of the thing in the event's own."""
    kind = {"Create": AS.Create, "Update": AS.Update, "Delete": AS.Delete}[event.what]
    lines = [
        f"<{event.iri}> a {_short(kind)} ; {_short(DCT_VERSIONS.isVersionOf)} <{event.thing}> ;"
        f" {_short(DCT.issued)} {_moment(day)} ."
    ]
    if event.triples:
        lines += [f"<{event.iri}> {{", *(f"  {triple} ." for triple in event.triples), "}"]
    return "\n".join(lines) + "\n"


def _stream(path: str) -> str:
    """What the stream says of itself (LDES, section 3)."""
    told = {
        LDES.timestampPath: DCT.issued,
        LDES.versionOfPath: DCT_VERSIONS.isVersionOf,
        LDES.versionCreatePath: RDF.type,
        LDES.versionCreateObject: AS.Create,
        LDES.versionUpdatePath: RDF.type,
        LDES.versionUpdateObject: AS.Update,
        LDES.versionDeletePath: RDF.type,
        LDES.versionDeleteObject: AS.Delete,
    }
    said = " ;\n    ".join(f"{_short(each)} {_short(value)}" for each, value in told.items())
    return f"<{path}#stream> a {_short(LDES.EventStream)} ;\n    {said} ;\n    {_short(TREE.view)} <{path}> ."


_NAMES = {
    "as": str(AS),
    "dct": str(DCT),
    "ldes": str(LDES),
    "rdf": str(RDF),
    "tree": str(TREE),
    "xsd": str(XSD),
}
_PREFIXES = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in _NAMES.items())


def _short(iri: str) -> str:
    prefix = next(name for name, namespace in _NAMES.items() if iri.startswith(namespace))
    return f"{prefix}:{iri.removeprefix(_NAMES[prefix])}"


def _moment(day: str) -> str:
    """The beginning of a day, UTC; every xsd:dateTime of a stream says its time zone."""
    return f'"{day}T00:00:00Z"^^xsd:dateTime'
