"""A lint of shapes: targets that hit nothing, and rules that cannot be broken or cannot be meant."""

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from fellesord.checks import queries
from fellesord.checks.data import Data
from fellesord.checks.graph import SH, Node
from fellesord.checks.paths import shortened
from fellesord.checks.results import Term
from fellesord.checks.seeds import Classes, aimed, block
from fellesord.checks.shapes import Constraint, Shape, Shapes, Target
from fellesord.namespaces import RDF

_SEVERITIES = tuple(ox.NamedNode(f"{SH}{name}") for name in ("Violation", "Warning", "Info"))
_LEAST = {f"{SH}{name[0].upper()}{name[1:]}ConstraintComponent": name for name in ("minCount", "minLength")}
_MAX_LENGTH = f"{SH}MaxLengthConstraintComponent"
_OR = f"{SH}OrConstraintComponent"
_SPARQL = f"{SH}SPARQLConstraintComponent"
_QUALIFIED = f"{SH}QualifiedValueShapeConstraintComponent"
#: Components that nothing breaks when nothing breaks the shapes they name.
_PASSING_ON = {f"{SH}{name}ConstraintComponent" for name in ("And", "Node", "Property")}
#: Constraints that pySHACL judges, or that are refused.
_ELSEWHERE = (f"{SH}expression", f"{SH}js")
_THIS = {"$this", "?this"}


@dataclass(frozen=True)
class Doubt:
    """Something in a shape that cannot be meant.

    ``shape`` is the shape as N-Triples writes it, or the nearest thing with an IRI that a nameless shape is
    part of; ``path`` its property path as SPARQL writes it, with our prefixes.
    """

    shape: str
    path: str | None
    problem: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.shape, self.path, self.problem) if part)


def unmatched(data: Data, shapes: Shapes) -> tuple[Doubt, ...]:
    """The targets of shapes in force that hit nothing in a graph; for ``sh:targetNode`` nodes it never names.

    Targets by query (``sh:target``) are not asked. Raises StoreError when the store does not answer.
    """
    classes, asked = Classes(data), dict[Target, bool]()
    found = []
    for shape in shapes.targeted:
        for target in shape.targets:
            if target not in asked:
                asked[target] = _hits(data, target, classes)
            if not asked[target]:
                kind, value = target
                name = shortened(value.value) if isinstance(value, ox.NamedNode) else str(value)
                found.append(_doubt(shapes, shape, f"sh:{kind} {name} hits nothing"))
    return tuple(found)


def doubtful(shapes: Shapes) -> tuple[Doubt, ...]:
    """What in shapes no graph can break, and what cannot mean what it says.

    Raises InvalidData for a query that a shape may not have.
    """
    reached, properties = _reached(shapes), _properties(shapes)
    found = (
        _doubt(shapes, shape, problem)
        for shape in shapes
        for problem in _problems(shapes, shape, shape.node in reached, shape.node in properties)
    )
    return tuple(dict.fromkeys(found))


def _doubt(shapes: Shapes, shape: Shape, problem: str) -> Doubt:
    return Doubt(shapes.graph.named(shape.node), shape.path.short() if shape.path else None, problem)


def _hits(data: Data, target: Target, classes: Classes) -> bool:
    kind, value = target
    pattern = aimed(target, data, classes)
    if kind == "targetNode":
        pattern = f"{block('?f', [value], data)} {{ ?f ?fp ?fo }} UNION {{ ?fs ?fp ?f }}"
    return bool(data.select(f"SELECT ?f WHERE {{ {pattern} }} LIMIT 1"))


def _reached(shapes: Shapes) -> set[Node]:
    """The shapes that have targets in force, and those that they refer to."""
    found: set[Node] = set()
    waiting = list(shapes.targeted)
    while waiting:
        shape = waiting.pop()
        if shape.node not in found:
            found.add(shape.node)
            waiting += shapes.nested(shape)
    return found


def _properties(shapes: Shapes) -> set[Term]:
    """The nodes that are said to be property shapes (SHACL, section 2.3)."""
    graph = shapes.graph
    typed = {
        shape.node
        for shape in shapes
        if ox.NamedNode(f"{SH}PropertyShape") in graph.values(shape.node, RDF.type)
    }
    return typed | {value for shape in shapes for value in graph.values(shape.node, f"{SH}property")}


def _problems(shapes: Shapes, shape: Shape, reached: bool, property_: bool) -> Iterator[str]:
    if shape.deactivated:
        yield "sh:deactivated true: it is never judged by"
        return
    if property_ and shape.path is None:
        yield "is a property shape without sh:path"
    for severity in shapes.graph.values(shape.node, f"{SH}severity"):
        if severity not in _SEVERITIES:
            yield f"sh:severity {severity} is not sh:Violation, sh:Warning or sh:Info"
    if reached and not shape.constraints and not _elsewhere(shapes, shape):
        yield "has no constraint"
    for constraint in shape.constraints:
        if problem := _idle(shapes, constraint):
            yield problem
        elif constraint.component == _MAX_LENGTH and _zero(constraint.value):
            yield "sh:maxLength 0 takes empty text only"


def _idle(shapes: Shapes, constraint: Constraint) -> str:
    """Why nothing can break a constraint by itself; ``""`` when something can."""
    if constraint.component in _LEAST and _zero(constraint.value):
        return f"sh:{_LEAST[constraint.component]} 0 is always met"
    if constraint.component == _QUALIFIED:
        return _uncounted(constraint)
    if constraint.component == _OR and any(_passes(shapes, shapes[each]) for each in constraint.members):
        return "sh:or has a member that everything conforms to"
    if constraint.component == _SPARQL and not isinstance(constraint.value, ox.Literal):
        return _unbound(shapes, constraint.value)
    return ""


def _passes(shapes: Shapes, shape: Shape) -> bool:
    """Whether everything conforms to a shape."""
    if shape.deactivated:
        return True
    return not _elsewhere(shapes, shape) and all(
        _idle(shapes, constraint)
        or (
            constraint.component in _PASSING_ON
            and all(_passes(shapes, shapes[each]) for each in constraint.members or (constraint.value,))
        )
        for constraint in shape.constraints
    )


def _elsewhere(shapes: Shapes, shape: Shape) -> bool:
    return any(shapes.graph.values(shape.node, name) for name in _ELSEWHERE)


def _uncounted(constraint: Constraint) -> str:
    least = constraint.beside.get(f"{SH}qualifiedMinCount", ())
    if constraint.beside.get(f"{SH}qualifiedMaxCount") or not all(map(_zero, least)):
        return ""
    if least:
        return "sh:qualifiedMinCount 0 is always met"
    return "sh:qualifiedValueShape has neither sh:qualifiedMinCount nor sh:qualifiedMaxCount"


def _unbound(shapes: Shapes, node: Node) -> str:
    if any(each.value == "true" for each in shapes.graph.values(node, f"{SH}deactivated")):
        return "its sh:sparql is deactivated"
    prepared = queries.prepare(shapes.validator(node).text, {})
    opens = prepared.groups[0].opens
    if not _THIS & {*prepared.tokens[opens:]}:
        return "its query does not look at $this"
    if not (_THIS | {"*"}) & {*prepared.tokens[:opens]}:
        return "its query does not select $this"
    return ""


def _zero(term: Term) -> bool:
    return isinstance(term, ox.Literal) and term.value.isdecimal() and int(term.value) == 0
