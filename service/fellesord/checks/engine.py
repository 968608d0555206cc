"""Validation: shapes compiled to one query per constraint, over a whole graph or for some focus nodes.

A nested shape is judged as a set: a seed pattern gives the nodes it is asked about, and what comes back is
those that do not conform; the sets are combined here (SHACL, sections 4.6 and 4.7).
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from time import perf_counter

import pyoxigraph as ox

from fellesord.checks import delegated, pairs, sparql, values
from fellesord.checks.data import EXACT, Data
from fellesord.checks.graph import SH
from fellesord.checks.results import Explained, Report, Result, Term, in_order
from fellesord.checks.seeds import Classes, Seed, aimed, block, targets
from fellesord.checks.shapes import Constraint, Shape, Shapes, Target

_PROPERTY = f"{SH}PropertyConstraintComponent"
_SPARQL = f"{SH}SPARQLConstraintComponent"
#: Nodes that are sooner named in a query than found by it.
_FEW = 500
_OR = f"{SH}OrConstraintComponent"
_QUALIFIED = f"{SH}QualifiedValueShapeConstraintComponent"
Row = tuple[Term, Term | None, ox.NamedNode | None]
_ALL_BUT = {f"{SH}{name}ConstraintComponent" for name in ("Node", "And")}


#: Told how many constraints are done, and how many there are.
Progress = Callable[[int, int], None]


def validate(
    data: Data, shapes: Shapes, *, focus: Collection[Term] | None = None, progress: Progress | None = None
) -> Report:
    """Every result of the shapes' targets, or of those targets that are among ``focus``.

    ``progress`` is called as constraints are done. Raises InvalidData for shapes that cannot be run,
    StoreError when the store does not answer.
    """
    run = _Run(data, shapes)
    done, total = 0, sum(map(shapes.count, shapes.targeted))
    results: list[Result] = []
    for shape in shapes.targeted:
        if why := delegated.reason(shapes, shape):
            begun = perf_counter()
            found = delegated.delegate(data, shapes, shape, focus)
            run.explain(shape.name, "", "delegated", begun, found, why)
            results += found
        elif focus is None:
            results += run.results(shape, targets(shape, data, run.classes))
        elif hit := run.hit(shape, focus):
            results += run.results(shape, Seed(block("?f", hit, data), "?f"))
        done += shapes.count(shape)
        if progress is not None:
            progress(done, total)
    return Report(in_order(results), tuple(run.explained))


def targeted(data: Data, shapes: Shapes, node: Term) -> set[Term]:
    """The focus nodes of a shape (SHACL, section 2.1.3)."""
    run = _Run(data, shapes)
    return set(run.nodes(targets(shapes[node], data, run.classes)))


class _Run:
    """One validation: the data, the shapes, and how long each constraint took."""

    def __init__(self, data: Data, shapes: Shapes) -> None:
        self.data = data
        self.shapes = shapes
        self.classes = Classes(data)
        self.explained: list[Explained] = []
        self._hit: dict[Target, list[Term]] = {}

    def explain(
        self, shape: str, component: str, how: str, begun: float, found: Collection[object], why: str = ""
    ) -> None:
        seconds = perf_counter() - begun
        self.explained.append(Explained(shape, component, how, why, seconds, len(found)))

    def hit(self, shape: Shape, focus: Collection[Term]) -> list[Term]:
        """Those of some nodes that are targets of a shape; each target is asked about once."""
        found: dict[Term, None] = {}
        for target in shape.targets:
            if target not in self._hit:
                seed = aimed(target, self.data, self.classes)
                self._hit[target] = self.nodes(Seed(f"{block('?f', focus, self.data)} {seed}", "?f"))
            found.update(dict.fromkeys(self._hit[target]))
        return list(found)

    def results(self, shape: Shape, seed: Seed) -> list[Result]:
        """The results of a shape for the nodes of a seed."""
        found: list[Result] = []
        if shape.deactivated:
            return found
        for constraint in shape.constraints:
            if constraint.component == _PROPERTY:
                found += self._inner(shape, self.shapes[constraint.value], seed)
                continue
            begun = perf_counter()
            own = list(self._of(shape, constraint, seed))
            why = self._how(shape, constraint)
            self.explain(shape.name, constraint.component, "compiled", begun, own, why)
            found += own
        return found

    def _inner(self, shape: Shape, inner: Shape, seed: Seed) -> list[Result]:
        """The results of a property shape for the value nodes of a shape: once for each way there."""
        found = self.results(inner, seed.along(shape))
        if shape.path is None or not found:
            return found
        ways = Counter(value for _, value in self._pairs(shape, seed))
        return [result for result in found for _ in range(ways[result.focus])]

    def failing(self, shape: Shape, seed: Seed) -> set[Term]:
        """The nodes of a seed that do not conform to a shape."""
        found: set[Term] = set()
        if shape.deactivated:
            return found
        for constraint in shape.constraints:
            if constraint.component != _PROPERTY:
                rows = self._rows(shape, constraint, seed)
                if rows is None:
                    found.update(result.focus for result in self._of(shape, constraint, seed))
                else:
                    found.update(focus for focus, _, _ in rows)
                continue
            wrong = self.failing(self.shapes[constraint.value], seed.along(shape))
            if shape.path is None:
                found |= wrong
            elif wrong:
                found.update(node for node, value in self._pairs(shape, seed) if value in wrong)
        return found

    def _how(self, shape: Shape, constraint: Constraint) -> str:
        if constraint.component != _SPARQL:
            return ""
        prepared = sparql.together(self.data, self.shapes, shape, constraint)
        return "" if prepared.together else "one node at a time: $this is not in every group"

    def _of(self, shape: Shape, constraint: Constraint, seed: Seed) -> Iterator[Result]:
        """The results of one constraint."""
        if constraint.custom is not None:
            yield from sparql.component_results(self.data, self.shapes, shape, constraint, seed)
        elif constraint.component == _SPARQL:
            yield from sparql.constraint_results(self.data, self.shapes, shape, constraint, seed)
        elif constraint.component == _QUALIFIED:
            yield from self._qualified(shape, constraint, seed)
        else:
            for focus, value, path in self._rows(shape, constraint, seed) or ():
                yield made(shape, constraint, focus, value, path)

    def _rows(self, shape: Shape, constraint: Constraint, seed: Seed) -> Iterable[Row] | None:
        """The results of one constraint as focus, value and path; ``None`` for one of another making."""
        if constraint.custom is not None or constraint.component in (_SPARQL, _QUALIFIED):
            return None
        if (condition := values.condition(constraint, self.data)) is not None:
            found = self._breaking(shape, constraint, condition, seed)
            return ((focus, value, None) for focus, value in found)
        rows = pairs.rows(self.data, shape, constraint, seed, self.classes, self.shapes)
        return self._logical(shape, constraint, seed) if rows is None else rows

    def _breaking(
        self, shape: Shape, constraint: Constraint, condition: str, seed: Seed
    ) -> Iterator[tuple[Term, Term]]:
        """Focus nodes with values that break a condition."""
        along = seed.along(shape)
        name = along.variable
        test = condition.format(v=name, s=f"STR({name})")
        if self.data.altered:
            test = f"({test}) || (isLiteral({name}) && datatype({name}) = <{EXACT}>)"
        for focus, value in self._pairs(shape, seed, f"FILTER({test})"):
            written = isinstance(value, ox.Literal) and self.data.stands_for(value)
            if not written or values.breaks(constraint, self.data, value):
                yield focus, value

    def _pairs(self, shape: Shape, seed: Seed, also: str = "") -> list[tuple[Term, Term]]:
        """Focus nodes with each of their value nodes."""
        along = seed.along(shape)
        names = dict.fromkeys((seed.variable, along.variable))
        rows = self.data.select(f"SELECT DISTINCT {' '.join(names)} WHERE {{ {along.pattern} {also} }}")
        return [(row[seed.variable[1:]], row[along.variable[1:]]) for row in rows]

    def _logical(self, shape: Shape, constraint: Constraint, seed: Seed) -> Iterator[Row]:
        """Not, and, or, xone and node (SHACL, sections 4.6 and 4.7.1)."""
        along = seed.along(shape)
        members = [self.shapes[member] for member in constraint.members or (constraint.value,)]
        if constraint.component == _OR:
            wrong = self._failing_all(members, along)
            pairs_found = self._pairs(shape, seed) if wrong else ()
            yield from ((focus, value, None) for focus, value in pairs_found if value in wrong)
            return
        if class_ := _excluded(constraint, members):
            found = self._pairs(shape, seed, self.classes.instance(along.variable, class_))
            yield from ((focus, value, None) for focus, value in found)
            return
        sets = [self.failing(member, along) for member in members]
        if constraint.component in _ALL_BUT:
            wrong = set().union(*sets)
            if not wrong:
                return
            judged = [(focus, value) for focus, value in self._pairs(shape, seed) if value in wrong]
        else:
            judged = [
                (focus, value)
                for focus, value in self._pairs(shape, seed)
                if not _agrees(constraint, sum(value not in each for each in sets))
            ]
        for focus, value in judged:
            yield focus, value, None

    def _failing_all(self, members: list[Shape], seed: Seed) -> set[Term]:
        """The nodes of a seed that conform to none of some shapes; what one of them leaves is few, mostly."""
        wrong = set(self.nodes(seed)) if not members else self.failing(members[0], seed)
        for member in members[1:]:
            if not wrong:
                break
            few = len(wrong) <= _FEW
            wrong &= self.failing(member, Seed(block("?f", wrong, self.data), "?f") if few else seed)
        return wrong

    def _qualified(self, shape: Shape, constraint: Constraint, seed: Seed) -> Iterator[Result]:
        """Qualified value shapes (SHACL, section 4.7.3)."""
        along = seed.along(shape)
        wrong = self.failing(self.shapes[constraint.value], along)
        disjoint = next(iter(constraint.beside.get(f"{SH}qualifiedValueShapesDisjoint", ())), None)
        others: list[set[Term]] = []
        if isinstance(disjoint, ox.Literal) and disjoint.value == "true":
            siblings = self.shapes.siblings(shape, constraint.value)
            others = [self.failing(sibling, along) for sibling in siblings]
        counts = dict.fromkeys(self.nodes(seed), 0)
        for focus, value in self._pairs(shape, seed):
            counts[focus] += value not in wrong and all(value in each for each in others)
        for name, component in (
            ("qualifiedMinCount", "QualifiedMinCount"),
            ("qualifiedMaxCount", "QualifiedMaxCount"),
        ):
            for bound in constraint.beside.get(f"{SH}{name}", ()):
                number = pairs.whole(bound)
                for focus, count in counts.items():
                    if count < number if name == "qualifiedMinCount" else count > number:
                        yield made(
                            shape, constraint, focus, None, component=f"{SH}{component}ConstraintComponent"
                        )

    def nodes(self, seed: Seed) -> list[Term]:
        """The nodes of a seed."""
        rows = self.data.select(f"SELECT DISTINCT {seed.variable} WHERE {{ {seed.pattern} }}")
        return [row[seed.variable[1:]] for row in rows]


def _agrees(constraint: Constraint, conforming: int) -> bool:
    """Whether the number of shapes that a node conforms to is right for not, or for xone."""
    return conforming == (0 if constraint.component == f"{SH}NotConstraintComponent" else 1)


def _excluded(constraint: Constraint, members: list[Shape]) -> str | None:
    """The class that nodes may not be of, where that is all that a not says."""
    if constraint.component != f"{SH}NotConstraintComponent" or members[0].path is not None:
        return None
    inner = members[0].constraints
    if members[0].deactivated or len(inner) != 1 or inner[0].component != f"{SH}ClassConstraintComponent":
        return None
    return inner[0].value.value if isinstance(inner[0].value, ox.NamedNode) else None


def made(
    shape: Shape,
    constraint: Constraint,
    focus: Term,
    value: Term | None,
    path: ox.NamedNode | None = None,
    component: str = "",
) -> Result:
    """A result of a constraint, with the shape's messages or one of ours."""
    component = component or constraint.component
    name = component.removeprefix(SH).removesuffix("ConstraintComponent")
    messages = shape.messages or (ox.Literal(f"{name} of {shape.name} is not met", language="en"),)
    return Result(focus, path or shape.path_node, value, shape.node, component, shape.severity, messages)
