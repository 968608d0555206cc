"""The feed for data.norge.no: what its harvester takes, said so that all of it is shown.

It differs from the strict profile where the harvester does from the standard: definitions are plain, for
of several notes it shows one; every relation object names one concept; what is only related has a role in
words; the subject group is said in words too, and every concept is in exactly one collection. Nothing but
our own concepts is typed as one, and what hangs on a concept leads to nothing that is not in the feed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from fellesord.formats.skos_ap_no import Statements, Strict, fragment, kept, triple, value
from fellesord.languages import Texts
from fellesord.namespaces import DCT, EUVOC, RDF, SKOS, SKOSNO_FEED, UNESKOS

TEXTS = Texts(Path(__file__).with_name("texts.toml"))


@dataclass(frozen=True)
class Feed(Strict):
    """The feed in parts, in the order of subjects; it can be gone through again."""

    @cached_property
    def collections(self) -> dict[str, str]:
        """The one collection of each concept: the first group it is in, else one of its whole scheme."""
        found: dict[str, str] = {}
        for each in self._groups:
            if each.predicate.value == SKOS.member:
                group = str(each.subject)[1:-1]
                found[value(each)] = min(found.get(value(each), group), group)
        return {iri: found.get(iri, f"{scheme}#all") for iri, scheme in self.published.concepts.items()}

    @cached_property
    def _groups(self) -> list[ox.Triple]:
        """The statements about groups and schemes."""
        iris = {*self.published.groups, *self.published.concepts.values()}
        about = self.store.describe(sorted(iris))
        return [each for each in about if str(each.subject)[1:-1] in iris]

    def subjects(self) -> list[str]:
        """As in ``Strict``, but only groups that a concept is in, and with those of whole schemes."""
        others = {*super().subjects()} - {*self.published.groups}
        return sorted(others | {*self.collections.values()})

    def of(self, iri: str, about: Statements) -> Iterator[ox.Triple]:
        """As in ``Strict``, also of the collection of a whole scheme."""
        scheme = iri.removesuffix("#all")
        if scheme == iri or scheme not in self.published.concepts.values():
            yield from super().of(iri, about)
            return
        yield triple(iri, RDF.type, ox.NamedNode(SKOS.Collection))
        for each in kept(self._groups, {DCT.title, DCT.description}):
            if str(each.subject) == f"<{scheme}>":
                yield triple(iri, each.predicate.value, each.object)
        yield from self._members(iri)
        yield from self.responsible(iri, scheme, ())

    def group(self, iri: str, own: Sequence[ox.Triple]) -> Iterator[ox.Triple]:
        """As in ``Strict``, with those concepts whose one collection it is."""
        yield from (each for each in super().group(iri, own) if each.predicate.value != SKOS.member)
        yield from self._members(iri)

    def _members(self, collection: str) -> Iterator[ox.Triple]:
        for concept in self._held[collection]:
            yield triple(collection, SKOS.member, ox.NamedNode(concept))

    @cached_property
    def _held(self) -> dict[str, list[str]]:
        """The concepts of each collection."""
        held: dict[str, list[str]] = {}
        for concept, collection in self.collections.items():
            held.setdefault(collection, []).append(concept)
        return held

    @cached_property
    def _titles(self) -> dict[str, list[ox.Triple]]:
        """The names of each group."""
        titles: dict[str, list[ox.Triple]] = {}
        for each in kept(self._groups, {DCT.title}):
            titles.setdefault(str(each.subject)[1:-1], []).append(each)
        return titles

    def membership(self, iri: str, own: Sequence[ox.Triple]) -> Iterator[ox.Triple]:
        """The one collection of a concept, and its name as the subject."""
        collection = self.collections[iri]
        yield triple(iri, UNESKOS.memberOf, ox.NamedNode(collection))
        yield from (triple(iri, DCT.subject, each.object) for each in self._titles.get(collection, ()))

    def definitions(self, iri: str, about: Statements) -> Iterator[ox.Triple]:
        """Plain definitions, in all languages; as notes only those for one audience."""
        aside = set()
        for link in kept(about[iri], {EUVOC.xlDefinition}):
            note = about.get(value(link), [])
            if kept(note, {DCT.audience}):
                aside |= {each.object for each in kept(note, {RDF.value})}
                yield from super().definitions(iri, {iri: [link], value(link): note})
        yield from (each for each in kept(about[iri], {SKOS.definition}) if each.object not in aside)

    def relations(self, iri: str, about: Statements) -> Iterator[ox.Triple]:
        """As in ``Strict``, and what is related, with a role."""
        yield from super().relations(iri, about)
        for link in kept(about[iri], {SKOS.related}):
            if self.leads_on(link):
                related = fragment(iri, "related", value(link))
                yield triple(iri, SKOSNO_FEED.isFromConceptIn, ox.NamedNode(related))
                yield triple(related, RDF.type, ox.NamedNode(SKOSNO_FEED.AssociativeConceptRelation))
                yield triple(related, SKOSNO_FEED.hasToConcept, link.object)
                for text in TEXTS.said("related-role"):
                    yield triple(
                        related, SKOSNO_FEED.relationRole, ox.Literal(text.value, language=text.language)
                    )

    def relation(
        self, iri: str, link: ox.Triple, relation: Sequence[ox.Triple], targets: Sequence[ox.Triple]
    ) -> Iterator[ox.Triple]:
        """A relation object for each concept that one names."""
        if len(targets) == 1:
            yield from super().relation(iri, link, relation, targets)
            return
        for target in targets:
            name = fragment(iri, "rel", value(target))
            yield triple(iri, link.predicate.value, ox.NamedNode(name))
            for each in super().relation(iri, link, relation, [target]):
                if each != link:
                    yield triple(name, each.predicate.value, each.object)

    def untyped(self, own: Sequence[ox.Triple]) -> Iterator[ox.Triple]:
        """None: the harvester does not read them."""
        return iter(())
