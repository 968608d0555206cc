"""What is recorded of the concepts that are served, for tables that are filled in again: nothing derived."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from fellesord.formats import graphs
from fellesord.formats.skos_ap_no import RELATIONS, kept, value
from fellesord.namespaces import CODE_PREFIXES, ISO_THES, SKOS
from fellesord.vocabulary.fields import kind_of
from fellesord.vocabulary.reading import Vocabulary

_TYPED = frozenset((*RELATIONS, ISO_THES.broaderInstantial))


@dataclass(frozen=True)
class Recorded:
    """The concepts, groups and schemes of a vocabulary, and the names of codes; see ``concepts.View``."""

    vocabulary: Vocabulary

    @cached_property
    def by_subject(self) -> Mapping[str, Sequence[ox.Triple]]:
        """IRI → the triples about it, but ``skos:broader`` where it follows from a typed link."""
        found: dict[str, list[ox.Triple]] = {}
        for part in graphs.skos(self.vocabulary, str):
            for each in part:
                found.setdefault(str(each.subject)[1:-1], []).append(each)
        for iri, about in found.items():
            typed = {value(each) for each in kept(about, _TYPED)}
            found[iri] = [
                each for each in about if each.predicate.value != SKOS.broader or value(each) not in typed
            ]
        for iri, labels in self.vocabulary.labels(self._codes).items():
            found[iri] = [
                ox.Triple(
                    ox.NamedNode(iri),
                    ox.NamedNode(SKOS.prefLabel),
                    ox.Literal(text.value, language=text.language),
                )
                for text in labels
                if text.language
            ]
        return found

    @cached_property
    def by_object(self) -> Mapping[str, Sequence[ox.Triple]]:
        """IRI → the triples that point at it."""
        found: dict[str, list[ox.Triple]] = {}
        for about in self.by_subject.values():
            for each in about:
                if isinstance(each.object, ox.NamedNode):
                    found.setdefault(each.object.value, []).append(each)
        return found

    @cached_property
    def external(self) -> Sequence[str]:
        """The IRIs of the codes that are described."""
        return sorted(self._codes & self.by_subject.keys())

    @cached_property
    def _codes(self) -> set[str]:
        every = graphs.everything(self.vocabulary, str).subjects
        return {iri for iri in every if iri.startswith(tuple(CODE_PREFIXES.values()))}

    @cached_property
    def _kinds(self) -> dict[str, list[str]]:
        kinds: dict[str, list[str]] = {}
        for iri in sorted(self.by_subject):
            kind = kind_of(iri, self.vocabulary.base)
            if kind is not None and "#" not in iri:
                kinds.setdefault(kind, []).append(iri)
        return kinds

    @cached_property
    def _things(self) -> frozenset[str]:
        return frozenset(iri for iris in self._kinds.values() for iri in iris)

    def of_kind(self, kind: str) -> list[str]:
        """The IRIs of the things of a kind, sorted."""
        return self._kinds.get(kind, [])

    def has(self, iri: str) -> bool:
        """Whether an IRI is one of them."""
        return iri in self._things
