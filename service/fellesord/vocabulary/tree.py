"""The whole hierarchy of a concept scheme, read once: what is at the top, and what is under each concept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from fellesord.languages import Text, in_order, pick
from fellesord.languages.sorting import collation
from fellesord.namespaces import SKOS
from fellesord.store.queries import load
from fellesord.vocabulary.reading import Vocabulary


@dataclass(frozen=True)
class Tree:
    """A hierarchy of concepts; a concept under two others is there twice, a circle is cut where it closes."""

    labels: Mapping[str, tuple[Text, ...]]
    under: Mapping[str, frozenset[str]]
    tops: frozenset[str]

    def __len__(self) -> int:
        """How many concepts there are."""
        return len(self.labels)

    def roots(self, languages: Sequence[str]) -> list[str]:
        """The concepts that have none above them, by name."""
        return self._sorted(self.tops, languages)

    def children(self, iri: str, languages: Sequence[str]) -> list[str]:
        """The concepts directly under one, by name."""
        return self._sorted(self.under.get(iri, frozenset()), languages)

    def name(self, iri: str, languages: Sequence[str]) -> Text:
        """What a concept is called; its IRI when it is called nothing."""
        return pick(self.labels.get(iri, ()), languages) or Text(iri, "")

    def _sorted(self, iris: frozenset[str], languages: Sequence[str]) -> list[str]:
        return sorted(iris, key=lambda iri: (collation(self.name(iri, languages).value, languages[0]), iri))


def tree(vocabulary: Vocabulary, scheme: str) -> Tree:
    """The hierarchy of a scheme: one store call. Concepts that nothing leads down to are roots as well."""
    labels: dict[str, list[Text]] = {}
    under: dict[str, set[str]] = {}
    above: dict[str, set[str]] = {}
    for row in vocabulary.store.select(load("tree").bind({"scheme": [scheme]})):
        thing, value = row["thing"].value, row["value"]
        labels.setdefault(thing, [])
        if isinstance(value, ox.Literal):
            labels[thing].append(Text(value.value, value.language or ""))
        elif row["property"].value == SKOS.broader and value.value != thing:
            above.setdefault(thing, set()).add(value.value)
    for thing, wider in above.items():
        for each in wider & labels.keys():
            under.setdefault(each, set()).add(thing)
    tops = {thing for thing in labels if not above.get(thing, set()) & labels.keys()}
    reached = _below(tops, under)
    for thing in sorted(labels.keys() - reached):
        if thing not in reached:
            tops.add(thing)
            reached |= _below({thing}, under)
    return Tree(
        {iri: in_order(texts) for iri, texts in labels.items()},
        {iri: frozenset(found) for iri, found in under.items()},
        frozenset(tops),
    )


def _below(start: set[str], under: Mapping[str, set[str]]) -> set[str]:
    """The concepts that can be reached downwards from some, those included."""
    reached, todo = set(start), list(start)
    while todo:
        found = under.get(todo.pop(), set()) - reached
        reached |= found
        todo += found
    return reached
