"""Which things a change can matter to: what must be checked again when some things were changed."""

from collections.abc import Collection, Iterator

import pyoxigraph as ox

from fellesord.checks import delegated
from fellesord.checks.data import Data
from fellesord.checks.engine import Progress, targeted, validate
from fellesord.checks.graph import SH
from fellesord.checks.paths import Path
from fellesord.checks.results import Report, Term
from fellesord.checks.seeds import block
from fellesord.checks.shapes import Shape, Shapes
from fellesord.namespaces import RDF, RDFS

_SPARQL = f"{SH}SPARQLConstraintComponent"
_CLASS = f"{SH}ClassConstraintComponent"
_TYPE = Path(None, RDF.type)
_SUBCLASS = Path("*", parts=(Path(None, RDFS.subClassOf),))
#: More things than this are judged faster together with all others.
_MANY = 400


def altered(
    before: Data, after: Data, shapes: Shapes, own: Collection[Term], progress: Progress | None = None
) -> Report:
    """Every result of some things, and of all others those results that a change has brought about.

    ``progress`` and what is raised are as for ``validate``.
    """
    differ = set(before.triples()) ^ set(after.triples())
    changed = {*own, *(each.subject for each in differ if not isinstance(each.subject, ox.Triple))}
    matters: Collection[Term] = changed
    if len(changed) <= _MANY:
        matters = affected(before, shapes, changed) | affected(after, shapes, changed)
    report = _judged(after, shapes, matters, progress)
    others = {result.focus for result in report.results}.difference(own)
    known = set(_judged(before, shapes, others).results)
    kept = (result for result in report.results if result.focus in own or result not in known)
    return Report(tuple(kept), report.explained)


def _judged(data: Data, shapes: Shapes, focus: Collection[Term], progress: Progress | None = None) -> Report:
    return validate(data, shapes, focus=focus if len(focus) <= _MANY else None, progress=progress)


def affected(data: Data, shapes: Shapes, changed: Collection[Term]) -> set[Term]:
    """The things whose results a change of the triples of some things can alter, those themselves included.

    A shape reads from a focus node along its paths; whoever comes to a changed thing that way is affected.
    What a query of a shape's own reads is not known, so all that shape's targets are. Ask of the graph before
    the change and of the one after it, and take both.
    """
    found = set(changed)
    if not changed:
        return found
    walks = {str(path) for shape in shapes.targeted for path in _walks(shapes, shape)}
    seeds = block("?x", changed, data)
    for walk in sorted(walks):
        rows = data.select(f"SELECT DISTINCT ?f WHERE {{ {seeds} ?f {walk} ?x }}")
        found.update(row["f"] for row in rows)
    for shape in shapes.targeted:
        if _opaque(shapes, shape):
            found |= targeted(data, shapes, shape.node)
    return found


def _opaque(shapes: Shapes, shape: Shape) -> bool:
    """Whether what a shape reads is not known from its paths."""
    own = any(each.custom or each.component == _SPARQL for each in shape.constraints)
    return (
        own
        or bool(delegated.reason(shapes, shape))
        or any(_opaque(shapes, each) for each in shapes.nested(shape))
    )


def _walks(shapes: Shapes, shape: Shape) -> Iterator[Path]:
    """The ways from a focus node to the things whose triples a shape reads: at least one step."""
    if shape.targets:
        for kind, value in shape.targets:
            if kind == "targetObjectsOf":
                yield Path("^", parts=(Path(None, value.value),))
        yield from (_TYPE, Path("/", parts=(_TYPE, _SUBCLASS)))
    if shape.path is not None:
        yield from _prefixes(shape.path)
    inner = [walk for nested in shapes.nested(shape) for walk in _walks(shapes, nested)]
    if any(each.component == _CLASS for each in shape.constraints):
        inner += [_TYPE, Path("/", parts=(_TYPE, _SUBCLASS))]
    for walk in inner:
        yield walk if shape.path is None else Path("/", parts=(shape.path, walk))


def _prefixes(path: Path) -> Iterator[Path]:
    """A path, and every path that is the beginning of a walk along it."""
    yield path
    if path.operator == "/":
        for number, part in enumerate(path.parts):
            for beginning in _prefixes(part):
                before = path.parts[:number]
                yield Path("/", parts=(*before, beginning)) if before else beginning
    elif path.operator == "|":
        for part in path.parts:
            yield from _prefixes(part)
    elif path.operator in ("*", "+", "?"):
        for beginning in _prefixes(path.parts[0]):
            yield Path("/", parts=(Path("*", parts=path.parts), beginning))
