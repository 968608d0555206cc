"""What is narrower or broader than a concept, directly or all the way."""

from dataclasses import dataclass

from fellesord.namespaces import SKOS
from fellesord.store.queries import load
from fellesord.vocabulary.concepts import Concept
from fellesord.vocabulary.fields import Statements, kind_of, read
from fellesord.vocabulary.items import Item, RelatedItem
from fellesord.vocabulary.reading import Vocabulary
from fellesord.vocabulary.windows import Page, Window, cut, place


@dataclass(frozen=True)
class Direction:
    """A way through the hierarchy: the query file of that name, the link, and the field that leads back."""

    name: str
    link: str
    back: str


NARROWER = Direction("narrower", SKOS.narrower, "broader")
BROADER = Direction("broader", SKOS.broader, "narrower")


@dataclass(frozen=True)
class _Step:
    depth: int
    via: str


def related(
    vocabulary: Vocabulary, iri: str, direction: Direction, window: Window, *, transitive: bool
) -> Page:
    """The concepts in one direction from a concept, each once, at its shortest distance.

    Three store calls, four when transitive, whatever there is. Raises as ``Vocabulary.triples`` does.
    """
    about = Statements(vocabulary.triples(iri), {}, vocabulary.base)
    steps = {near: _Step(1, iri) for near in about.iris(iri, direction.link)}
    if transitive:
        rows = vocabulary.store.select(load(direction.name).bind({"focus": [iri]}))
        steps = _reached(iri, [(row["near"].value, row["far"].value) for row in rows])
    labels = vocabulary.labels(steps)
    places = sorted(place(labels.get(found, ()), found, window.languages) for found in steps)
    chosen, last = cut(places, window)
    triples = vocabulary.store.describe(chosen)
    about = Statements(triples, labels, vocabulary.base)
    items = []
    for found in chosen:
        step = steps[found]
        back = getattr(read(Concept, about, found), direction.back)
        kinds = [each for each in back if each.concept.iri == step.via]
        kind, criterion = (kinds[0].type, kinds[0].criterion) if kinds else (None, ())
        fields = RelatedItem(kind, criterion, step.depth, step.via)
        items.append(Item(found, kind_of(found, vocabulary.base), labels.get(found, ()), fields))
    return Page(tuple(items), len(places), last)


def _reached(start: str, edges: list[tuple[str, str]]) -> dict[str, _Step]:
    """Everything reached from the start, each by its first way: breadth first, in the order of IRIs."""
    ways: dict[str, list[str]] = {}
    for near, far in sorted(edges):
        ways.setdefault(near, []).append(far)
    steps: dict[str, _Step] = {}
    at = [start]
    while at:
        onward = []
        for near in at:
            depth = steps[near].depth + 1 if near in steps else 1
            for far in ways.get(near, ()):
                if far != start and far not in steps:
                    steps[far] = _Step(depth, near)
                    onward.append(far)
        at = sorted(onward)
    return steps
