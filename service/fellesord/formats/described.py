"""What is said of each concept, one after the other: for formats that write a concept at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from fellesord.formats.skos_ap_no import kept, language, value
from fellesord.languages import Text, in_order
from fellesord.namespaces import SKOS
from fellesord.store.queries import load
from fellesord.vocabulary.reading import Vocabulary

_AT_ONCE = 256


@dataclass(frozen=True)
class About:
    """The statements about one concept."""

    iri: str
    statements: Sequence[ox.Triple]

    def texts(self, *properties: str) -> tuple[Text, ...]:
        """Texts with a language, or without, in the order of languages."""
        found = kept(self.statements, properties)
        return in_order(
            Text(value(each), language(each)) for each in found if isinstance(each.object, ox.Literal)
        )

    def values(self, *properties: str) -> list[str]:
        """IRIs, or texts, sorted."""
        return sorted({value(each) for each in kept(self.statements, properties)})

    def links(self, *properties: str) -> list[tuple[str, str]]:
        """Which of some properties, and what it leads to, sorted."""
        found = {(each.predicate.value, value(each)) for each in kept(self.statements, properties)}
        return sorted(found)


def every(vocabulary: Vocabulary) -> list[str]:
    """The IRIs of our concepts and codes, sorted."""
    rows = vocabulary.store.select(load("things").bind({"class": [SKOS.Concept]}))
    return sorted({row["thing"].value for row in rows if row["thing"].value.startswith(vocabulary.base)})


def concepts(vocabulary: Vocabulary, iris: Sequence[str]) -> Iterator[About]:
    """Concepts in the order they are given."""
    for start in range(0, len(iris), _AT_ONCE):
        asked = iris[start : start + _AT_ONCE]
        about: dict[str, list[ox.Triple]] = {}
        for each in vocabulary.store.describe(asked):
            about.setdefault(str(each.subject)[1:-1], []).append(each)
        for iri in asked:
            yield About(iri, about.get(iri, []))
