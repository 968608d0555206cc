"""A concept scheme as a glossary: every concept with its terms and definitions, in one store call."""

from dataclasses import dataclass

import pyoxigraph as ox

from fellesord.languages import Text, in_order
from fellesord.namespaces import EUVOC, SKOS
from fellesord.store.queries import load
from fellesord.vocabulary.reading import Vocabulary


@dataclass(frozen=True)
class Gloss:
    """A concept: its preferred, allowed and discouraged terms, its definitions, its last day if any."""

    iri: str
    preferred: tuple[Text, ...]
    allowed: tuple[Text, ...]
    discouraged: tuple[Text, ...]
    definitions: tuple[Text, ...]
    ends: tuple[Text, ...]

    def used_on(self, day: str) -> bool:
        """Whether the concept is in use on a day (ISO 8601)."""
        return all(day <= end.value for end in self.ends)


def glossary(vocabulary: Vocabulary, scheme: str) -> tuple[Gloss, ...]:
    """The concepts of a scheme that have a term, by IRI: one store call."""
    found: dict[str, dict[str, list[Text]]] = {}
    for row in vocabulary.store.select(load("glossary").bind({"scheme": [scheme]})):
        if isinstance(row["text"], ox.Literal):
            texts = found.setdefault(row["thing"].value, {}).setdefault(row["property"].value, [])
            texts.append(Text(row["text"].value, row["text"].language or ""))
    return tuple(
        Gloss(
            iri,
            *(
                in_order(texts.get(name, ()))
                for name in (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel, SKOS.definition, EUVOC.endDate)
            ),
        )
        for iri, texts in sorted(found.items())
        if SKOS.prefLabel in texts
    )
