"""Going back: the record as it was in a release, and tombstones for what has been published since."""

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from fellesord.errors import InvalidData
from fellesord.namespaces import FO, PROV, RDF, SKOS, XSD
from fellesord.rdf import turtle
from fellesord.record import writing
from fellesord.releases import published
from fellesord.releases.archive import Archive, Release
from fellesord.releases.changelog import TEXTS
from fellesord.releases.editions import Edition

_TOMBSTONES = "tombstones.ttl"


def restore(archive: Archive, release: Release, vocab: Path, today: str, *, discard: bool) -> tuple[str, ...]:
    """Write the record as it was in a release into its folder; gives the IRIs that this withdraws.

    They were published later, so that they have to answer: with why, and the day. Raises InvalidData, with
    nothing written, when that would lose what was never released, unless it may be discarded.
    """
    now = Edition.read(vocab)
    newest = archive.newest
    if not discard and newest is not None and now.data != newest.edition.data:
        raise InvalidData(
            f"{vocab}: has changes that are in no release and would be lost; release them, or say --discard"
        )
    known = published.read(archive.folder / published.NAME)
    later = tuple(sorted(known.keys() - published.iris(release.edition)))
    changes: dict[str, bytes | None] = {**dict.fromkeys(now.data), **release.edition.data}
    if later:
        kept = release.edition.triples(_TOMBSTONES)
        stones = (stone for iri in later for stone in _tombstone(iri, today, release.date))
        changes[_TOMBSTONES] = turtle.write((*kept, *stones), release.edition.base)
    writing.write(vocab, {path: data for path, data in changes.items() if now.data.get(path) != data})
    return later


def _tombstone(iri: str, today: str, day: str) -> Iterable[ox.Triple]:
    node = ox.NamedNode(iri)
    yield ox.Triple(node, ox.NamedNode(RDF.type), ox.NamedNode(FO.Tombstone))
    when = ox.Literal(today, datatype=ox.NamedNode(XSD.date))
    yield ox.Triple(node, ox.NamedNode(PROV.invalidatedAtTime), when)
    for text in TEXTS.said("rolled-back", day=day):
        note = ox.Literal(text.value, language=text.language)
        yield ox.Triple(node, ox.NamedNode(SKOS.changeNote), note)
