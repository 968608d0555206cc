"""What a vocabulary tells others: its concepts, texts, links and groups, to compare with what they have read."""

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from fellesord.namespaces import SKOS
from fellesord.store import Store

TEXTS = (
    "prefLabel",
    "altLabel",
    "hiddenLabel",
    "definition",
    "scopeNote",
    "example",
    "editorialNote",
    "historyNote",
    "changeNote",
)
LINKS = (
    "broader",
    "narrower",
    "related",
    *(f"{kind}Match" for kind in ("exact", "close", "broad", "narrow", "related")),
)
_CLASS = "SELECT ?thing { ?thing a <%s> }"
_VALUES = "SELECT DISTINCT ?thing ?value { ?thing a <%s> ; <%s> ?value }"


@dataclass(frozen=True)
class Told:
    """Concepts by IRI; texts as (concept, property, language, text); links and members as they are stated."""

    concepts: frozenset[str]
    texts: frozenset[tuple[str, str, str, str]]
    links: frozenset[tuple[str, str, str]]
    members: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, read: dict[str, list[list[str]]]) -> "Told":
        """What a reader printed. Whatever it has twice is an error of its own or of the file."""
        names = ("concepts", "texts", "links", "members")
        lists = {
            name: [each if isinstance(each, str) else tuple(each) for each in read.get(name, [])]
            for name in names
        }
        for name, each in lists.items():
            assert len(each) == len(set(each)), name
        return cls(**{name: frozenset(each) for name, each in lists.items()})  # type: ignore[arg-type]  # JSON

    def __or__(self, other: "Told") -> "Told":
        """What two tell together."""
        return Told(
            self.concepts | other.concepts,
            self.texts | other.texts,
            self.links | other.links,
            self.members | other.members,
        )


def told(store: Store, base: str) -> Told:
    """What a store tells about the things of ours."""

    def values(kind: str, name: str) -> Iterable[tuple[str, ox.Literal | ox.NamedNode]]:
        for row in store.select(_VALUES % (kind, f"{SKOS}{name}")):
            assert isinstance(row["value"], ox.Literal | ox.NamedNode)
            if row["thing"].value.startswith(base):
                yield row["thing"].value, row["value"]

    concepts = {row["thing"].value for row in store.select(_CLASS % SKOS.Concept)}
    return Told(
        frozenset(iri for iri in concepts if iri.startswith(base)),
        frozenset(
            (iri, name, text.language or "", text.value)
            for name in TEXTS
            for iri, text in values(SKOS.Concept, name)
            if isinstance(text, ox.Literal)
        ),
        frozenset((iri, name, other.value) for name in LINKS for iri, other in values(SKOS.Concept, name)),
        frozenset((iri, member.value) for iri, member in values(SKOS.Collection, "member")),
    )
