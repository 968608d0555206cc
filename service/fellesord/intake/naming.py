"""What the things of a file are called in the record: ours keep their names, others' are given one.

A concept, scheme or collection of others gets a name from its label (bokmål first) that nobody has had, or
the one it was given when it was taken in before. What belongs to a thing, a definition or a relation, gets a
fragment of that thing's name. Everything else has no place in the record.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeGuard

import pyoxigraph as ox

from fellesord.intake.view import View
from fellesord.languages import LANGUAGES, slug
from fellesord.namespaces import DCT, EUVOC, RDF, RDFS, SKOS, SKOS_OLD, SKOSNO, SKOSXL, VCARD

Node = ox.NamedNode | ox.BlankNode
#: Letters of a name beyond which it is cut.
_LONGEST = 80
_KIND = {
    SKOS.Concept: "concept",
    SKOS.ConceptScheme: "scheme",
    SKOS.Collection: "collection",
    SKOS_OLD.OrderedCollection: "collection",
}
#: Property → the kind its subject is of, and the kind its object is of, by the domains and ranges of SKOS.
_DOMAIN = {
    SKOS.inScheme: (None, "scheme"),
    SKOS.topConceptOf: ("concept", "scheme"),
    SKOS.hasTopConcept: ("scheme", "concept"),
    SKOS.broader: ("concept", None),
    SKOS.narrower: ("concept", None),
    SKOS.related: ("concept", None),
    SKOS.member: ("collection", None),
}
_MAPPINGS = {SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch}
_PARTS = {
    EUVOC.XlNote,
    SKOSNO.GenericConceptRelation,
    SKOSNO.PartitiveConceptRelation,
    VCARD.Organization,
}
_ENDS = {
    SKOSNO.hasGenericConcept,
    SKOSNO.hasComprehensiveConcept,
    SKOSNO.hasSpecificConcept,
    SKOSNO.hasPartitiveConcept,
}
_LIST = {f"{str(RDF.type).removesuffix('type')}{name}" for name in ("first", "rest")}
_LABELS = (SKOS.prefLabel, SKOSXL.prefLabel, DCT.title, RDFS.label)


@dataclass(frozen=True)
class Name:
    """What a thing is called in the record.

    ``origin`` is ``own``, ``taken`` (another's, named here), ``external`` (another's, described as such),
    ``part`` or ``""`` when it has no place; then ``reason`` says why.
    """

    iri: str = ""
    origin: str = ""
    kind: str = ""
    reason: str = ""


class Names:
    """The names of everything that some triples speak of."""

    def __init__(self, view: View, triples: Iterable[ox.Triple]) -> None:
        self._view = view
        self._of: dict[Node, list[ox.Triple]] = {}
        self._mapped: set[Node] = set()
        self._kinds: dict[Node, str] = {}
        #: Labels that are things (SKOS-XL, section 3).
        self.labels: set[Node] = set()
        #: Class → the kind that its members are of, narrower classes that the files name among them.
        self.classes = dict(_KIND)
        self._read(triples)
        self._names: dict[Node, Name] = {}
        self._used: set[str] = set()
        self._name_things()
        self._name_parts()

    def __getitem__(self, node: Node) -> Name:
        """The name of a subject; one without a place for what the triples say nothing of."""
        return self._names.get(node, Name(reason="kind"))

    def __iter__(self) -> Iterator[tuple[Node, Name]]:
        return iter(self._names.items())

    def about(self, node: Node) -> list[ox.Triple]:
        """What the triples say of a node."""
        return self._of.get(node, [])

    def list_members(self, head: Node) -> list[Node]:
        """The members of an RDF list, as far as it is whole."""
        found: list[Node] = []
        seen: set[Node] = set()
        while head in self._of and head not in seen:
            seen.add(head)
            rest: Node | None = None
            for triple in self._of[head]:
                if triple.predicate.value.endswith("#first") and is_node(triple.object):
                    found.append(triple.object)
                elif triple.predicate.value.endswith("#rest") and is_node(triple.object):
                    rest = triple.object
            if rest is None:
                break
            head = rest
        return found

    def texts(self, label: object) -> list[ox.Literal]:
        """The literal forms of a label that is a thing (SKOS-XL, section 3)."""
        return [
            form.object
            for form in (self.about(label) if is_node(label) else ())
            if form.predicate.value == SKOSXL.literalForm and isinstance(form.object, ox.Literal)
        ]

    def in_list(self, node: Node) -> bool:
        """Whether a node is a cell of an RDF list."""
        return any(triple.predicate.value in _LIST for triple in self.about(node))

    def _read(self, triples: Iterable[ox.Triple]) -> None:
        guessed: dict[Node, str] = {}
        listed = list(triples)
        self.classes = kinds = _classes(listed)
        for triple in listed:
            subject, predicate, term = triple.subject, triple.predicate.value, triple.object
            assert not isinstance(subject, ox.Triple)  # noqa: S101 - refused when it was parsed
            self._of.setdefault(subject, []).append(triple)
            if predicate == RDF.type and isinstance(term, ox.NamedNode) and term.value in kinds:
                self._kinds[subject] = kinds[term.value]
            elif predicate == SKOSXL.literalForm:
                self.labels.add(subject)
            elif predicate in _MAPPINGS and is_node(term):
                self._mapped.add(term)
            elif predicate in _DOMAIN:
                domain, range_ = _DOMAIN[predicate]
                if domain:
                    guessed.setdefault(subject, domain)
                if range_ and is_node(term):
                    guessed.setdefault(term, range_)
        for node, kind in guessed.items():
            if node not in self._kinds and (node in self._of or kind == "scheme"):
                self._kinds[node] = kind

    def _name_things(self) -> None:
        nodes = sorted(dict.fromkeys([*self._of, *self._kinds]), key=str)
        for node in nodes:
            iri = node.value
            if isinstance(node, ox.NamedNode) and iri.startswith(self._view.base):
                self._names[node] = self._own(iri)
            elif isinstance(node, ox.NamedNode) and (iri in self._view.names and node in self._kinds):
                self._names[node] = Name(self._view.names[iri], "taken", self._kinds[node])
            elif node not in self._kinds and iri in self._view.external:
                self._names[node] = Name(iri, "external", "external")
        for node in nodes:
            if node not in self._names and node in self._kinds:
                self._names[node] = self._foreign(node, self._kinds[node])

    def _own(self, iri: str) -> Name:
        path = self._view.path(iri)
        main = iri.partition("#")[0]
        if path is None:
            return Name(reason="own-name")
        if main in self._view.withdrawn:
            return Name(reason="withdrawn")
        self._used |= {main, iri}
        return Name(iri, "part" if "#" in iri else "own", path.partition("/")[0])

    def _foreign(self, node: Node, kind: str) -> Name:
        if isinstance(node, ox.BlankNode):
            return Name(reason="nameless")
        if self._described_only(node):
            return Name(node.value, "external", "external")
        name = self._stem(node, kind)
        number = 1
        iri = f"{self._view.base}{kind}/{name}"
        while (
            iri in self._used or iri in self._view.withdrawn or self._view.path(iri) in self._view.documents
        ):
            number += 1
            iri = f"{self._view.base}{kind}/{name}-{number}"
        self._used.add(iri)
        return Name(iri, "taken", kind)

    def _described_only(self, node: ox.NamedNode) -> bool:
        """Whether a concept is there only because something of the file is mapped to it."""
        placed = {SKOS.inScheme, SKOS.topConceptOf, SKOS.broader, SKOS.narrower}
        if any(triple.predicate.value in placed for triple in self.about(node)):
            return False
        return node.value in self._view.external or (
            node in self._mapped and self._kinds.get(node) == "concept"
        )

    def _stem(self, node: ox.NamedNode, kind: str) -> str:
        labels: dict[str, str] = {}
        for triple in self.about(node):
            if triple.predicate.value not in _LABELS:
                continue
            found = [triple.object] if isinstance(triple.object, ox.Literal) else self.texts(triple.object)
            for literal in found:
                labels.setdefault(literal.language or "", literal.value)
        return stem(labels, re.split(r"[/#:]", node.value.rstrip("/#"))[-1], kind)

    def _name_parts(self) -> None:
        """Name what hangs on things: definitions, relations and other nodes that are nobody else's."""
        waiting = deque((node, name) for node, name in self._names.items() if name.origin in ("own", "taken"))
        while waiting:
            owner, name = waiting.popleft()
            for triple in self.about(owner):
                part = triple.object
                if not is_node(part) or part in self._names or not self._is_part(part):
                    continue
                fragment = self._fragment(name.iri.partition("#")[0], triple)
                self._names[part] = Name(fragment, "part", name.kind)
                waiting.append((part, self._names[part]))

    def _is_part(self, node: Node) -> bool:
        if node not in self._of or self.in_list(node):
            return False
        types = {str(triple.object)[1:-1] for triple in self._of[node] if triple.predicate.value == RDF.type}
        if types & {SKOSXL.Label, *_KIND}:
            return False
        return isinstance(node, ox.BlankNode) or bool(types & _PARTS)

    def _fragment(self, main: str, triple: ox.Triple) -> str:
        stem = re.split(r"[/#]", triple.predicate.value)[-1].lower()
        assert is_node(triple.object)  # noqa: S101 - only nodes are parts
        for said in self.about(triple.object):
            if said.predicate.value == RDF.value and isinstance(said.object, ox.Literal):
                stem = f"def-{said.object.language or 'und'}"
            elif said.predicate.value in _ENDS and is_node(said.object):
                other = self._names.get(said.object)
                stem = f"rel-{(other.iri if other else said.object.value).rpartition('/')[2]}"
        stem = re.sub(r"[^A-Za-z0-9_-]", "-", stem)
        number, iri = 1, f"{main}#{stem}"
        while iri in self._used:
            number += 1
            iri = f"{main}#{stem}-{number}"
        self._used.add(iri)
        return iri


def stem(labels: Mapping[str, str], local: str, kind: str) -> str:
    """What a thing may be called: by its label (language → text), else its old name, else its kind."""
    order = [*LANGUAGES, "", *sorted(labels)]
    slugs = [slug(labels[tag]) for tag in order if tag in labels]
    name = next((each for each in [*slugs, slug(local)] if each), kind)
    return name if len(name) <= _LONGEST else name[: _LONGEST + 1].rpartition("-")[0] or name[:_LONGEST]


def _classes(triples: list[ox.Triple]) -> dict[str, str]:
    """The classes whose members are taken in, those that a file says are narrower too, and their kinds."""
    kinds = dict(_KIND)
    narrower = [
        (str(triple.subject)[1:-1], str(triple.object)[1:-1])
        for triple in triples
        if triple.predicate.value == RDFS.subClassOf
    ]
    while found := {sub: kinds[wide] for sub, wide in narrower if wide in kinds and sub not in kinds}:
        kinds |= found
    return kinds


def is_node(term: object) -> TypeGuard[Node]:
    """Whether a term can be spoken of: an IRI or a blank node."""
    return isinstance(term, ox.NamedNode | ox.BlankNode)
