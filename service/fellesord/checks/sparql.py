"""SPARQL-based constraints and components: run their queries, make results of the solutions."""

import re
from collections.abc import Iterator, Mapping

import pyoxigraph as ox

from fellesord.checks import queries
from fellesord.checks.custom import Custom, Validator, terms
from fellesord.checks.data import SHAPES_GRAPH, Data
from fellesord.checks.graph import SH
from fellesord.checks.results import Result, Term
from fellesord.checks.seeds import Seed, block
from fellesord.checks.shapes import Constraint, Shape, Shapes
from fellesord.errors import InvalidData, InvalidQuery
from fellesord.store import Solution

_HOLE = re.compile(r"\{[?$](\w+)\}")
_TRUE = "true"


def constraint_results(
    data: Data, shapes: Shapes, shape: Shape, constraint: Constraint, seed: Seed
) -> Iterator[Result]:
    """The results of a ``sh:sparql`` constraint (SHACL, section 5.3.1)."""
    node = constraint.value
    if isinstance(node, ox.Literal) or not shapes.graph.properties(node):
        raise InvalidData(f"{shape.node}: sh:sparql must be a node with sh:select")
    deactivated = shapes.graph.value(node, f"{SH}deactivated")
    if isinstance(deactivated, ox.Literal) and deactivated.value == _TRUE:
        return
    found = shapes.validator(node)
    fixed = {"PATH": str(shape.path)} if shape.path is not None else {}
    for row in _rows(data, shapes, shape, found, fixed, seed):
        yield _result(shape, constraint, found, row, {}, node)


def component_results(
    data: Data, shapes: Shapes, shape: Shape, constraint: Constraint, seed: Seed
) -> Iterator[Result]:
    """The results of a constraint of somebody's own component (SHACL, section 6.3)."""
    custom = constraint.custom
    assert isinstance(custom, Custom)  # noqa: S101 - who calls has looked
    found = custom.for_nodes if shape.path is None else custom.for_properties
    if found is None:
        raise InvalidData(f"<{custom.iri}>: has no validator for {shape.name}")
    given = terms(constraint.beside, custom)
    fixed = {name: data.term(term) for name, term in given.items()}
    if shape.path is not None:
        fixed["PATH"] = str(shape.path)
    if found.form == "select":
        for row in _rows(data, shapes, shape, found, fixed, seed):
            yield _result(shape, constraint, found, row, given, None)
        return
    along = seed.along(shape)
    names = " ".join(dict.fromkeys((seed.variable, along.variable)))
    for row in data.select(f"SELECT DISTINCT {names} WHERE {{ {along.pattern} }}"):
        focus, value = row[seed.variable[1:]], row[along.variable[1:]]
        bound = {"this": focus, "value": value}
        if not _answers(data, found, {**fixed, **{name: data.term(term) for name, term in bound.items()}}):
            yield _result(shape, constraint, found, bound, given, None)


def together(data: Data, shapes: Shapes, shape: Shape, constraint: Constraint) -> queries.Prepared:
    """The query of a ``sh:sparql`` constraint as it is run; for those who ask how."""
    node = constraint.value
    assert not isinstance(node, ox.Literal)  # noqa: S101 - who calls has run the constraint
    fixed = {"PATH": str(shape.path)} if shape.path is not None else {}
    return queries.prepare(shapes.validator(node).text, fixed)


def _rows(
    data: Data, shapes: Shapes, shape: Shape, found: Validator, fixed: Mapping[str, str], seed: Seed
) -> Iterator[Solution]:
    prepared = queries.prepare(found.text, fixed)
    data = data.ordinary if prepared.computes else data
    try:
        if prepared.circle and not seed.pattern.startswith("VALUES"):
            core = _core(data, prepared)
            if not core:
                return
            seed = Seed(f"{block('?f', core, data)} {seed.pattern}", seed.variable)
        if prepared.together:
            pattern = seed.pattern.replace(seed.variable, "?this")
            for row in data.select(prepared.seeded(f"{{ SELECT DISTINCT ?this WHERE {{ {pattern} }} }}")):
                yield _checked(row, found)
            return
        beside = data.beside(shapes.graph.triples) if prepared.reads_shapes else data
        foci = data.select(f"SELECT DISTINCT {seed.variable} WHERE {{ {seed.pattern} }}")
        for focus in foci:
            node = focus[seed.variable[1:]]
            for row in beside.select(prepared.for_one(_bound(data, shape, node))):
                yield _checked({**row, "this": node}, found)
    except (SyntaxError, InvalidQuery) as error:
        raise InvalidData(f"{found.node}: its query is not right: {error}") from error


def _core(data: Data, prepared: queries.Prepared) -> list[Term]:
    """The nodes that may be on a circle: what is left when ends are taken away until there are none."""
    after: dict[Term, set[Term]] = {}
    before: dict[Term, set[Term]] = {}
    for row in data.select(prepared.steps()):
        after.setdefault(row["from"], set()).add(row["to"])
        before.setdefault(row["to"], set()).add(row["from"])
    nodes = {*after, *before}
    for one, other in ((after, before), (before, after)):
        ends = [node for node in nodes if not one.get(node)]
        while ends:
            end = ends.pop()
            nodes.discard(end)
            for node in other.pop(end, ()):
                one[node].discard(end)
                if not one[node] and node in nodes:
                    ends.append(node)
    return sorted(nodes, key=str)


def _bound(data: Data, shape: Shape, node: Term) -> str:
    """A block that binds what is pre-bound (SHACL, section 5.3.1)."""
    terms_ = " ".join(data.term(term) for term in (node, ox.NamedNode(SHAPES_GRAPH), shape.node))
    return f"VALUES (?this ?shapesGraph ?currentShape) {{ ({terms_}) }}"


def _checked(row: Solution, found: Validator) -> Solution:
    failure = row.get("failure")
    if isinstance(failure, ox.Literal) and failure.value == _TRUE:
        raise InvalidData(f"{found.node}: its query says that it failed")
    return row


def _answers(data: Data, found: Validator, fixed: Mapping[str, str]) -> bool:
    prepared = queries.prepare(found.text, fixed)
    text = "".join(prepared.tokens)
    before, _, after = text.partition("ASK") if "ASK" in text else text.partition("ask")
    try:
        return bool(data.ordinary.select(f"{before} SELECT * {after} LIMIT 1"))
    except (SyntaxError, InvalidQuery) as error:
        raise InvalidData(f"{found.node}: its query is not right: {error}") from error


def _result(
    shape: Shape,
    constraint: Constraint,
    found: Validator,
    row: Mapping[str, Term],
    given: Mapping[str, Term],
    source: ox.NamedNode | ox.BlankNode | None,
) -> Result:
    focus = row["this"]
    path, value = row.get("path"), row.get("value")
    said = row.get("message")
    holes = {**given, **row}
    messages: tuple[ox.Literal, ...]
    if isinstance(said, ox.Literal):
        messages = (said,)
    else:
        messages = tuple(_filled(message, holes) for message in found.messages) or shape.messages
    return Result(
        focus,
        path if isinstance(path, ox.NamedNode) else shape.path_node,
        value if value is not None else focus if shape.path is None else None,
        shape.node,
        constraint.component,
        shape.severity,
        messages,
        source,
    )


def _filled(message: ox.Literal, terms_: Mapping[str, Term]) -> ox.Literal:
    """A message with the solution's terms in its holes (SHACL, section 5.3.2)."""

    def fill(hole: re.Match[str]) -> str:
        term = terms_.get(hole.group(1))
        return hole.group() if term is None else str(term.value)

    text = _HOLE.sub(fill, message.value)
    return ox.Literal(text, language=message.language) if message.language else ox.Literal(text)
