"""What the record need not say because it follows: each fact is recorded once, in one direction."""

from collections.abc import Iterable
from dataclasses import replace

import pyoxigraph as ox

from fellesord.intake.accounting import Outcome
from fellesord.intake.terms import short
from fellesord.intake.view import View
from fellesord.namespaces import DCT, EUVOC, ISO_THES, ORG, OWL, RDF, RDFS, SKOS, SKOSNO, UNESKOS

#: Property → the one that the record states instead, the other way round.
_OTHER_WAY = {
    SKOS.narrower: SKOS.broader,
    ISO_THES.narrowerGeneric: ISO_THES.broaderGeneric,
    ISO_THES.narrowerPartitive: ISO_THES.broaderPartitive,
    ISO_THES.narrowerInstantial: ISO_THES.broaderInstantial,
    SKOS.hasTopConcept: SKOS.topConceptOf,
    UNESKOS.memberOf: SKOS.member,
    DCT.hasPart: DCT.isPartOf,
    DCT.replaces: DCT.isReplacedBy,
    ORG.memberOf: ORG.hasMember,
}
_TYPED = {ISO_THES.broaderGeneric, ISO_THES.broaderPartitive, ISO_THES.broaderInstantial}
_RELATIONS = {
    SKOSNO.hasGenericConceptRelation: (ISO_THES.broaderGeneric, SKOSNO.hasGenericConcept),
    SKOSNO.hasPartitiveConceptRelation: (ISO_THES.broaderPartitive, SKOSNO.hasComprehensiveConcept),
}
_DOWN = {SKOSNO.hasSpecificConcept, SKOSNO.hasPartitiveConcept}
#: How the codes of statuses that end the use of a concept end (``queries/derive/45-deprecated.rq``).
_OUT_OF_USE = ("/RETIRED>", "DEPRECATED>")
_TRUE = str(ox.Literal(True))
Key = tuple[str, str, str]


def reduced(view: View, outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
    """The outcomes, those that follow from others said to be inferred, the rest in the recorded direction."""
    listed = tuple(outcomes)
    stated = _Stated(view, (image for outcome in listed for image in outcome.images))
    return tuple(stated.outcome(outcome) for outcome in listed)


class _Stated:
    """Everything that files state, in the record's names, and what follows from it."""

    def __init__(self, view: View, images: Iterable[ox.Triple]) -> None:
        self._view = view
        self._all = {_key(image): image for image in images}
        turned = {_key(self._turned(image)) for image in self._all.values()}
        self._known = turned | self._all.keys() | {_key(triple) for triple in view.stated}
        self._objects: dict[tuple[str, str], set[str]] = {}
        for subject, predicate, term in self._known:
            self._objects.setdefault((subject, predicate), set()).add(term)
        self._typed = self._links_from_relations()
        self._mirrored = self._mirrors()
        self._definitions = {
            (concept, text)
            for concept, predicate, note in self._known
            if predicate == EUVOC.xlDefinition
            for text in self._objects.get((note, RDF.value), ())
        }
        self._succession = self._successions()
        self._tops = self._derived_tops()

    def outcome(self, outcome: Outcome) -> Outcome:
        """An outcome in the recorded direction, or as inferred."""
        if outcome.kind not in ("kept", "changed") or len(outcome.images) != 1:
            return outcome
        (image,) = outcome.images
        if image in self._view.stated:
            return outcome
        if self._follows(image):
            return replace(outcome, kind="inferred", reason="follows", detail=_short(image))
        turned = self._turned(image)
        if turned is image:
            return outcome
        if _key(turned) in self._all or turned in self._view.stated:
            return replace(outcome, kind="inferred", reason="follows", detail=_short(image))
        return replace(outcome, kind="changed", images=(turned,), reason="other-way", detail=_short(image))

    def _turned(self, image: ox.Triple) -> ox.Triple:
        """The statement in the direction that the record states it."""
        predicate, subject, term = image.predicate.value, image.subject, image.object
        if not isinstance(term, ox.NamedNode):
            return image
        turned = ox.Triple(term, ox.NamedNode(_OTHER_WAY.get(predicate, predicate)), subject)
        if predicate in _OTHER_WAY:
            return turned
        if predicate == SKOS.related:
            first = str(subject)[:-1] < str(term)[:-1]
            return (
                image if (first or image in self._view.stated) and turned not in self._view.stated else turned
            )
        return image

    def _follows(self, image: ox.Triple) -> bool:
        subject, predicate, term = _key(image)
        if predicate == SKOS.broader:
            return any((subject, typed, term) in self._known for typed in _TYPED) or (
                (subject, term) in {(s, o) for s, _, o in self._typed_of(subject)}
            )
        if predicate == SKOS.narrower:
            return any((term, typed, subject) in self._known for typed in _TYPED) or (
                (term, subject) in {(s, o) for s, _, o in self._typed_of(term)}
            )
        if predicate in _TYPED:
            return (subject, predicate, term) in self._typed
        if predicate in _OTHER_WAY and _OTHER_WAY[predicate] in _TYPED:
            return (term, _OTHER_WAY[predicate], subject) in self._typed
        if predicate == SKOS.definition:
            return (subject, term) in self._definitions
        if predicate == OWL.deprecated:
            states = self._objects.get((subject, EUVOC.status), ())
            return term == _TRUE and any(state.endswith(_OUT_OF_USE) for state in states)
        if predicate == SKOS.topConceptOf:
            return (subject, term) in self._tops
        if predicate == SKOS.hasTopConcept:
            return (term, subject) in self._tops
        if predicate == DCT.hasPart and (term, RDFS.isDefinedBy, subject) in self._known:
            return True
        if subject in self._mirrored or term in self._mirrored:
            return True
        return (subject, predicate, term) in self._succession

    def _typed_of(self, subject: str) -> list[Key]:
        return [
            (subject, typed, target)
            for has, (typed, up) in _RELATIONS.items()
            for relation in self._objects.get((subject, has), ())
            for target in self._objects.get((relation, up), ())
        ]

    def _links_from_relations(self) -> set[Key]:
        holders = {subject for subject, predicate in self._objects if predicate in _RELATIONS}
        return {key for subject in holders for key in self._typed_of(subject)}

    def _mirrors(self) -> set[str]:
        """Relations seen from the wider concept, which follow from those seen from the narrower."""
        found = set()
        for subject, predicate in list(self._objects):
            if predicate not in _RELATIONS:
                continue
            typed = _RELATIONS[predicate][0]
            for relation in self._objects[subject, predicate]:
                narrower = [term for down in _DOWN for term in self._objects.get((relation, down), ())]
                expected = {f"{subject[:-1]}#rel-{term[1:-1].rpartition('/')[2]}>" for term in narrower}
                if relation in expected and all((term, typed, subject) in self._typed for term in narrower):
                    found.add(relation)
        return found

    def _successions(self) -> set[Key]:
        """Who replaced whom, by the change events."""
        found: set[Key] = set()
        for change, predicate in list(self._objects):
            if predicate != ORG.originalOrganization:
                continue
            for old in self._objects[change, predicate]:
                for new in self._objects.get((change, ORG.resultingOrganization), set()) - {old}:
                    found |= {
                        (old, ORG.changedBy, change), (old, DCT.isReplacedBy, new),
                        (new, ORG.resultedFrom, change), (new, DCT.replaces, old),
                    }  # fmt: skip
        return found

    def _derived_tops(self) -> set[tuple[str, str]]:
        """Top concepts of schemes that need not name them: they are exactly those without a broader one."""
        wide = {
            subject
            for subject, predicate, _ in self._known
            if predicate == SKOS.broader or predicate in _TYPED or predicate in _RELATIONS
        } - self._only_mirrored()
        named: dict[str, set[str]] = {}
        roots: dict[str, set[str]] = {}
        for subject, predicate, term in self._known:
            if predicate == SKOS.topConceptOf:
                named.setdefault(term, set()).add(subject)
            elif predicate == SKOS.inScheme and subject not in wide:
                roots.setdefault(term, set()).add(subject)
        recorded = {
            str(triple.object) for triple in self._view.stated if triple.predicate.value == SKOS.topConceptOf
        }
        return {
            (concept, scheme)
            for scheme, concepts in named.items()
            if concepts == roots.get(scheme) and scheme not in recorded
            for concept in concepts
        }

    def _only_mirrored(self) -> set[str]:
        """Concepts whose relations are all seen from the wider side."""
        return {
            subject
            for subject, predicate in self._objects
            if predicate in _RELATIONS
            and not self._typed_of(subject)
            and not any(self._objects.get((subject, link)) for link in (SKOS.broader, *_TYPED))
        }


def _key(triple: ox.Triple) -> Key:
    return (str(triple.subject), triple.predicate.value, str(triple.object))


def _short(image: ox.Triple) -> str:
    return short(image.predicate.value)
