"""Constraints on how values are to their focus node: how many, which, and beside which others.

(SHACL, sections 4.1.1, 4.2, 4.4.5, 4.5, 4.8.)
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from fellesord.checks import values
from fellesord.checks.data import Data
from fellesord.checks.graph import SH
from fellesord.checks.results import Term
from fellesord.checks.seeds import Classes, Seed
from fellesord.checks.shapes import Constraint, Shape, Shapes
from fellesord.errors import InvalidData

#: Focus node, value if there is one, and the path if it is not the shape's.
Row = tuple[Term, Term | None, ox.NamedNode | None]


@dataclass(frozen=True)
class _Asked:
    """What a constraint is asked with: variables of the focus node and the value, and the value's seed."""

    data: Data
    shape: Shape
    constraint: Constraint
    seed: Seed
    along: Seed
    classes: Classes
    shapes: Shapes

    @property
    def focus(self) -> str:
        return self.seed.variable

    @property
    def value(self) -> str:
        return self.along.variable

    def select(self, where: str, *names: str) -> list[tuple[Term | None, ...]]:
        """The rows of the variables named, after the focus node."""
        wanted = dict.fromkeys((self.focus, *names))
        rows = self.data.select(f"SELECT DISTINCT {' '.join(wanted)} WHERE {{ {where} }}")
        return [tuple(row.get(name[1:]) for name in (self.focus, *names)) for row in rows]

    def parameter(self) -> str:
        """The parameter's value as a property."""
        if not isinstance(self.constraint.value, ox.NamedNode):
            raise InvalidData(f"{self.shape.node}: {self.constraint.value} is not a property")
        return str(self.constraint.value)


def rows(
    data: Data, shape: Shape, constraint: Constraint, seed: Seed, classes: Classes, shapes: Shapes
) -> Iterator[Row] | None:
    """What breaks a constraint on focus node and values; ``None`` for other constraints."""
    run = _RUN.get(constraint.component)
    if run is None:
        return None
    return run(_Asked(data, shape, constraint, seed, seed.along(shape), classes, shapes))


def whole(term: Term) -> int:
    """A whole number from a shapes graph. Raises InvalidData for anything else."""
    if not isinstance(term, ox.Literal) or not term.value.isdecimal():
        raise InvalidData(f"{term}: is not a whole number")
    return int(term.value)


def _class(asked: _Asked) -> Iterator[Row]:
    if not isinstance(asked.constraint.value, ox.NamedNode):
        raise InvalidData(f"{asked.shape.node}: sh:class {asked.constraint.value} is not an IRI")
    instance = asked.classes.instance(asked.value, asked.constraint.value.value)
    found = asked.select(f"{asked.along.pattern} FILTER NOT EXISTS {{ {instance} }}", asked.value)
    yield from _valued(found)


def _minimum(asked: _Asked) -> Iterator[Row]:
    least = whole(asked.constraint.value)
    if least == 1:
        own = asked.along.pattern.removeprefix(asked.seed.pattern)
        found = asked.select(f"{asked.seed.pattern} FILTER NOT EXISTS {{ {own} }}")
        yield from ((focus, None, None) for (focus,) in found if focus is not None)
    elif least > 1:
        for focus, count in _counted(asked).items():
            if count < least:
                yield focus, None, None


def _maximum(asked: _Asked) -> Iterator[Row]:
    most = whole(asked.constraint.value)
    having = f"GROUP BY {asked.focus} HAVING (COUNT(DISTINCT {asked.value}) > {most})"
    query = f"SELECT {asked.focus} WHERE {{ {asked.along.pattern} }} {having}"
    for row in asked.data.select(query):
        yield row[asked.focus[1:]], None, None


def _counted(asked: _Asked) -> dict[Term, int]:
    own = asked.along.pattern.removeprefix(asked.seed.pattern)
    query = (
        f"SELECT {asked.focus} (COUNT(DISTINCT {asked.value}) AS ?count) WHERE"
        f" {{ {asked.seed.pattern} OPTIONAL {{ {own} }} }} GROUP BY {asked.focus}"
    )
    return {row[asked.focus[1:]]: int(row["count"].value) for row in asked.data.select(query)}


def _unique_language(asked: _Asked) -> Iterator[Row]:
    query = (
        f"SELECT {asked.focus} ?tag WHERE {{ {asked.along.pattern} FILTER(isLiteral({asked.value}))"
        f" BIND(LCASE(LANG({asked.value})) AS ?tag) FILTER(?tag != '') }}"
        f" GROUP BY {asked.focus} ?tag HAVING (COUNT(DISTINCT {asked.value}) > 1)"
    )
    for row in asked.data.select(query):
        yield row[asked.focus[1:]], None, None


def _equals(asked: _Asked) -> Iterator[Row]:
    other = asked.parameter()
    missing = f"{asked.along.pattern} FILTER NOT EXISTS {{ {asked.focus} {other} {asked.value} }}"
    yield from _valued(asked.select(missing, asked.value))
    if asked.shape.path is None:
        also = f"{asked.seed.pattern} {asked.focus} {other} ?also . FILTER(!sameTerm(?also, {asked.focus}))"
    else:
        also = (
            f"{asked.seed.pattern} {asked.focus} {other} ?also ."
            f" FILTER NOT EXISTS {{ {asked.focus} {asked.shape.path} ?also }}"
        )
    yield from _valued(asked.select(also, "?also"))


def _disjoint(asked: _Asked) -> Iterator[Row]:
    both = f"{asked.along.pattern} {asked.focus} {asked.parameter()} {asked.value} ."
    yield from _valued(asked.select(both, asked.value))


def _less(operator: str) -> Callable[[_Asked], Iterator[Row]]:
    def less(asked: _Asked) -> Iterator[Row]:
        joined = f"{asked.along.pattern} {asked.focus} {asked.parameter()} ?other ."
        test = "" if asked.data.altered else f"FILTER(!COALESCE({asked.value} {operator} ?other, false))"
        for focus, value, other in asked.select(f"{joined} {test}", asked.value, "?other"):
            if focus is None or value is None or other is None:
                continue
            if not asked.data.altered or not values.compared(value, operator, other):
                yield focus, value, None

    return less


def _has_value(asked: _Asked) -> Iterator[Row]:
    wanted = asked.data.term(asked.constraint.value)
    if asked.shape.path is None:
        found = asked.select(f"{asked.seed.pattern} FILTER(!sameTerm({asked.focus}, {wanted}))")
    else:
        own = f"{asked.focus} {asked.shape.path} {wanted}"
        found = asked.select(f"{asked.seed.pattern} FILTER NOT EXISTS {{ {own} }}")
    yield from ((focus, None, None) for (focus,) in found if focus is not None)


def _closed(asked: _Asked) -> Iterator[Row]:
    graph = asked.shapes.graph
    allowed: set[Term] = set()
    for inner in graph.values(asked.shape.node, f"{SH}property"):
        allowed.update(graph.values(inner, f"{SH}path"))
    for head in asked.constraint.beside.get(f"{SH}ignoredProperties", ()):
        allowed.update(graph.members(head))
    names = ", ".join(sorted(str(term) for term in allowed if isinstance(term, ox.NamedNode)))
    test = f"FILTER(?property NOT IN ({names}))" if names else ""
    where = f"{asked.along.pattern} {asked.value} ?property ?object . {test}"
    for focus, path, value in asked.select(where, "?property", "?object"):
        if focus is not None and isinstance(path, ox.NamedNode):
            yield focus, value, path


def _valued(found: list[tuple[Term | None, ...]]) -> Iterator[Row]:
    for focus, value in found:
        if focus is not None:
            yield focus, value, None


_RUN: dict[str, Callable[[_Asked], Iterator[Row]]] = {
    f"{SH}{name}ConstraintComponent": run
    for name, run in {
        "Class": _class,
        "MinCount": _minimum,
        "MaxCount": _maximum,
        "UniqueLang": _unique_language,
        "Equals": _equals,
        "Disjoint": _disjoint,
        "LessThan": _less("<"),
        "LessThanOrEquals": _less("<="),
        "HasValue": _has_value,
        "Closed": _closed,
    }.items()
}
