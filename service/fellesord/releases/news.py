"""What is new: the things made or changed last, told apart from those that were only corrected."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from fellesord.namespaces import DCT, EUVOC, RDF, RDFS, SKOS
from fellesord.releases.archive import Archive
from fellesord.releases.changes import HAPPENINGS, RETIRED, Happening
from fellesord.vocabulary.fields import Link
from fellesord.vocabulary.reading import Vocabulary

#: What a thing is called and what it is said to be, and what its definitions say: what weighs when changed.
_OWN = frozenset((SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel, DCT.title, DCT.description, RDFS.label))
_VALUE = ox.NamedNode(RDF.value)
_CREATED = ox.NamedNode(DCT.created)


@dataclass(frozen=True)
class News:
    """A thing that is new, retired, or changed in what it is called or means, and the day (ISO 8601)."""

    thing: Link
    happening: Happening
    day: str


@dataclass(frozen=True)
class Newest:
    """The news, the last first; and how many things were only corrected, and since which day."""

    told: tuple[News, ...]
    corrected: int
    since: str | None


def newest(vocabulary: Vocabulary, archive: Archive) -> Newest:
    """What is new, each thing compared with the last release before the day it was made or changed.

    Where nothing has been released, all that was made or changed is. One store call more than
    ``Vocabulary.news``.
    """
    days = vocabulary.news
    about: dict[str, list[ox.Triple]] = {link.iri: [] for link, _ in days}
    for triple in vocabulary.store.describe(list(about)):
        about.setdefault(_main(triple), []).append(triple)
    told, corrected = [], []
    for link, day in days:
        happening = _happening(link.iri, about[link.iri], day, archive, vocabulary.base)
        if happening is not None:
            told.append(News(link, happening, day))
        elif archive.before(day[:10]):
            corrected.append(day)
    # Once there is more than one release, that everything was new in the first is no news.
    told = [each for each in told if archive.before(each.day[:10])] or told
    # Sorted by what happened within each day; the days keep their order.
    told.sort(key=lambda each: HAPPENINGS.index(each.happening))
    told.sort(key=lambda each: each.day, reverse=True)
    return Newest(tuple(told), len(corrected), min(corrected, default=None))


def _happening(iri: str, now: Sequence[ox.Triple], day: str, archive: Archive, base: str) -> Happening | None:
    """What happened to a thing on a day, ``None`` for a mere correction or what came before all releases."""
    before = archive.before(day[:10])
    then = before.edition.triples(f"{iri.removeprefix(base)}.ttl") if before else frozenset()
    if not then:
        new = any(each.predicate == _CREATED and _text(each) == day for each in _own(now, iri))
        return "new" if before or new else None if archive.days else "changed"
    if _retired(now, iri) and not _retired(then, iri):
        return "retired"
    return "changed" if _said(now, iri) != _said(then, iri) else None


def _said(triples: Iterable[ox.Triple], iri: str) -> set[ox.Triple]:
    named = {each for each in _own(triples, iri) if each.predicate.value in _OWN}
    return named | {each for each in triples if each.predicate == _VALUE}


def _retired(triples: Iterable[ox.Triple], iri: str) -> bool:
    return any(
        each.predicate.value == EUVOC.endDate
        or (each.predicate.value == EUVOC.status and str(each.object)[1:-1] in RETIRED)
        for each in _own(triples, iri)
    )


def _text(triple: ox.Triple) -> str:
    return triple.object.value if isinstance(triple.object, ox.Literal) else ""


def _own(triples: Iterable[ox.Triple], iri: str) -> list[ox.Triple]:
    subject = ox.NamedNode(iri)
    return [each for each in triples if each.subject == subject]


def _main(triple: ox.Triple) -> str:
    return str(triple.subject)[1:-1].partition("#")[0]
