"""Shapes: the model of a shapes graph (SHACL, section 2)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from fellesord.checks import paths
from fellesord.checks.custom import Custom, Validator, customs, validator
from fellesord.checks.graph import SH, Graph, Node
from fellesord.checks.paths import Path
from fellesord.checks.results import Term
from fellesord.checks.terms import refuse_unknown
from fellesord.errors import InvalidData
from fellesord.namespaces import OWL, RDF, RDFS

#: Parameter → component, for components with one parameter that matters (SHACL, section 4).
COMPONENTS = {
    f"{SH}{parameter}": f"{SH}{component}ConstraintComponent"
    for parameter, component in {
        "class": "Class", "datatype": "Datatype", "nodeKind": "NodeKind",
        "minCount": "MinCount", "maxCount": "MaxCount",
        "minExclusive": "MinExclusive", "minInclusive": "MinInclusive",
        "maxExclusive": "MaxExclusive", "maxInclusive": "MaxInclusive",
        "minLength": "MinLength", "maxLength": "MaxLength", "pattern": "Pattern",
        "languageIn": "LanguageIn", "uniqueLang": "UniqueLang",
        "equals": "Equals", "disjoint": "Disjoint", "lessThan": "LessThan",
        "lessThanOrEquals": "LessThanOrEquals",
        "not": "Not", "and": "And", "or": "Or", "xone": "Xone",
        "node": "Node", "property": "Property",
        "qualifiedValueShape": "QualifiedValueShape",
        "closed": "Closed", "hasValue": "HasValue", "in": "In", "sparql": "SPARQL",
    }.items()
}  # fmt: skip
_TARGETS = {f"{SH}{name}" for name in ("targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf")}
_REFERENCES = {f"{SH}{name}" for name in ("node", "property", "not", "qualifiedValueShape")}
_LISTS = {f"{SH}{name}" for name in ("and", "or", "xone")}
_PROPERTY = f"{SH}PropertyConstraintComponent"
_VIOLATION = f"{SH}Violation"
_TRUE = ox.Literal("true", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#boolean"))


#: The kind of a target (``targetClass``, …) and its value.
Target = tuple[str, Term]


@dataclass(frozen=True)
class Constraint:
    """A constraint of a shape: its component, the value of its parameter, and other values with it.

    ``list`` holds the members where the value is a list; ``beside`` the other parameters by name.
    """

    component: str
    value: Term
    members: tuple[Term, ...]
    beside: Mapping[str, tuple[Term, ...]]
    custom: Custom | None = None


@dataclass(frozen=True)
class Shape:
    """A node shape, or a property shape when it has a path (SHACL, sections 2.2 and 2.3)."""

    node: Node
    path: Path | None
    path_node: Node | None
    targets: tuple[Target, ...]
    constraints: tuple[Constraint, ...]
    severity: str
    messages: tuple[ox.Literal, ...]
    deactivated: bool

    @property
    def name(self) -> str:
        """What the shape is called in explanations: its IRI, or its blank node."""
        return self.node.value if isinstance(self.node, ox.NamedNode) else str(self.node)


class Shapes:
    """The shapes of a graph, by node. Raises InvalidData for a graph that breaks the syntax rules."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.customs = customs(graph)
        self._shapes: dict[Node, Shape] = {}
        self._validators: dict[Node, Validator] = {}
        for node in sorted(_nodes(graph, self.customs), key=str):
            self._shapes[node] = _shape(graph, node, self.customs)
        for shape in self:
            self._refuse_recursion(shape.node, ())

    @classmethod
    def of(cls, triples: Iterable[ox.Triple]) -> "Shapes":
        """The shapes in some triples. Raises InvalidData, naming shape and property, or an unknown term."""
        graph = Graph(triples)
        refuse_unknown(graph)
        return cls(graph)

    def __iter__(self) -> Iterator[Shape]:
        return iter(self._shapes.values())

    def __getitem__(self, node: Term) -> Shape:
        """The shape of a node. Raises InvalidData when it is not one."""
        if isinstance(node, ox.Literal) or node not in self._shapes:
            raise InvalidData(f"{node}: is referred to as a shape, but is none")
        return self._shapes[node]

    @cached_property
    def targeted(self) -> tuple[Shape, ...]:
        """The shapes that have targets and are not deactivated."""
        aimed = (each for each in self if each.targets or self.graph.values(each.node, f"{SH}target"))
        return tuple(shape for shape in aimed if not shape.deactivated)

    def nested(self, shape: Shape) -> list[Shape]:
        """The shapes that a shape refers to directly."""
        found: list[Shape] = []
        for constraint in shape.constraints:
            parameter = _parameter(constraint)
            if parameter in _REFERENCES:
                found.append(self[constraint.value])
            elif parameter in _LISTS:
                found += [self[member] for member in constraint.members]
        return found

    def count(self, shape: Shape) -> int:
        """How many constraints are judged for a shape and the property shapes in it."""
        if shape.deactivated:
            return 0
        inner = [each for each in shape.constraints if each.component == _PROPERTY]
        return len(shape.constraints) + sum(self.count(self[each.value]) - 1 for each in inner)

    def validator(self, node: Node) -> Validator:
        """The query of a ``sh:sparql`` constraint. Raises InvalidData when it has none."""
        if node not in self._validators:
            self._validators[node] = validator(self.graph, node)
        return self._validators[node]

    def siblings(self, shape: Shape, value: Term) -> list[Shape]:
        """The other qualified value shapes beside one (SHACL, section 4.7.3)."""
        found: dict[Node, Shape] = {}
        for parent in self:
            properties = self.graph.values(parent.node, f"{SH}property")
            if shape.node in properties:
                for beside in properties:
                    for other in self.graph.values(beside, f"{SH}qualifiedValueShape"):
                        if other != value:
                            found[self[other].node] = self[other]
        return list(found.values())

    def _refuse_recursion(self, node: Node, above: tuple[Node, ...]) -> None:
        if node in above:
            names = " → ".join(str(each) for each in (*above[above.index(node) :], node))
            raise InvalidData(f"{node}: shapes that refer to themselves are not supported: {names}")
        for inner in self.nested(self[node]):
            self._refuse_recursion(inner.node, (*above, node))


def _parameter(constraint: Constraint) -> str:
    return next((name for name, component in COMPONENTS.items() if component == constraint.component), "")


def _nodes(graph: Graph, known: Iterable[Custom]) -> set[Node]:
    """The nodes that are shapes (SHACL, section 2.1)."""
    typed = {f"{SH}NodeShape", f"{SH}PropertyShape"}
    parameters = {*COMPONENTS, *(each for custom in known for each in custom.parameters)}
    found: set[Node] = set()
    for node in graph.subjects():
        properties = graph.properties(node)
        classes = {term.value for term in properties.get(RDF.type, ())}
        said = classes & typed or properties.keys() & (_TARGETS | parameters)
        if said and not classes & {f"{SH}Parameter", f"{SH}ConstraintComponent"}:
            found.add(node)
        for name in _REFERENCES & properties.keys():
            found.update(term for term in properties[name] if not isinstance(term, ox.Literal))
        for name in _LISTS & properties.keys():
            for head in properties[name]:
                found.update(term for term in graph.members(head) if not isinstance(term, ox.Literal))
    return found


def _shape(graph: Graph, node: Node, known: Iterable[Custom]) -> Shape:
    properties = graph.properties(node)
    heads = properties.get(f"{SH}path", [])
    if len(heads) > 1 or any(isinstance(head, ox.Literal) for head in heads):
        raise InvalidData(f"{node}: sh:path must be one path")
    head = heads[0] if heads and not isinstance(heads[0], ox.Literal) else None
    severities = properties.get(f"{SH}severity", [])
    return Shape(
        node,
        paths.read(graph, head) if head is not None else None,
        head,
        tuple(_targets(graph, node)),
        tuple(_constraints(graph, node, known)),
        severities[0].value if severities else _VIOLATION,
        tuple(term for term in properties.get(f"{SH}message", []) if isinstance(term, ox.Literal)),
        _TRUE in properties.get(f"{SH}deactivated", []),
    )


def _targets(graph: Graph, node: Node) -> Iterator[Target]:
    properties = graph.properties(node)
    for name in sorted(_TARGETS & properties.keys()):
        for value in properties[name]:
            yield name.removeprefix(SH), value
    classes = {term.value for term in properties.get(RDF.type, ())}
    if isinstance(node, ox.NamedNode) and classes & {f"{RDFS}Class", OWL.Class}:
        yield "targetClass", node


def _constraints(graph: Graph, node: Node, known: Iterable[Custom]) -> Iterator[Constraint]:
    properties = graph.properties(node)
    beside = {name: tuple(values) for name, values in properties.items()}
    for name, component in COMPONENTS.items():
        for value in properties.get(name, ()):
            if name == f"{SH}uniqueLang" and value != _TRUE:
                continue
            if name == f"{SH}closed" and value != _TRUE:
                continue
            listed = name in _LISTS or name in {f"{SH}in", f"{SH}languageIn"}
            members = tuple(graph.members(value)) if listed else ()
            yield Constraint(component, value, members, beside)
    for custom in known:
        if all(name in properties for name in custom.required):
            first = next(iter(custom.required), "")
            for value in properties.get(first, ()):
                yield Constraint(custom.iri, value, (), {**beside, first: (value,)}, custom)
