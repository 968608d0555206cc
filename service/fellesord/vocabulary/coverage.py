"""Which languages the concepts of a scheme can be read in, and what is lacking."""

from dataclasses import dataclass

from fellesord.languages import canonical
from fellesord.namespaces import SKOS
from fellesord.store.queries import load
from fellesord.vocabulary.reading import Vocabulary


@dataclass(frozen=True)
class Coverage:
    """The concepts of a scheme that have a term, and those that have a definition, by language."""

    concepts: frozenset[str]
    terms: dict[str, frozenset[str]]
    definitions: dict[str, frozenset[str]]

    def without_term(self, language: str) -> frozenset[str]:
        """The concepts that have no preferred term in a language."""
        return self.concepts - self.terms.get(language, frozenset())

    def without_definition(self, language: str) -> frozenset[str]:
        """The concepts that have no definition in a language."""
        return self.concepts - self.definitions.get(language, frozenset())


def coverage(vocabulary: Vocabulary, scheme: str) -> Coverage:
    """What languages the concepts of a scheme have: one store call."""
    found: dict[str, dict[str, set[str]]] = {SKOS.prefLabel: {}, SKOS.definition: {}}
    concepts = set()
    for row in vocabulary.store.select(load("coverage").bind({"scheme": [scheme]})):
        concepts.add(row["thing"].value)
        languages = found[row["property"].value]
        languages.setdefault(canonical(row["language"].value), set()).add(row["thing"].value)
    terms, definitions = (
        {tag: frozenset(iris) for tag, iris in found[name].items()}
        for name in (SKOS.prefLabel, SKOS.definition)
    )
    return Coverage(frozenset(concepts), terms, definitions)
