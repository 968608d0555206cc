"""What validation against shapes gives: results, and the report graph of SHACL, section 3.6."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import pyoxigraph as ox

Term = ox.NamedNode | ox.BlankNode | ox.Literal


@dataclass(frozen=True)
class Result:
    """One validation result (SHACL, section 3.6.2).

    ``path`` is the head of the path in the shapes graph, ``None`` for a node shape's own constraint.
    ``component`` and ``severity`` are IRIs. ``messages`` are as the shape has them, or made by us.
    """

    focus: Term
    path: ox.NamedNode | ox.BlankNode | None
    value: Term | None
    shape: ox.NamedNode | ox.BlankNode
    component: str
    severity: str
    messages: tuple[ox.Literal, ...] = ()
    constraint: ox.NamedNode | ox.BlankNode | None = None


def in_order(results: Iterable[Result]) -> tuple[Result, ...]:
    """Results by focus node, shape, component, path, value and messages."""
    return tuple(sorted(results, key=_order))


def _order(result: Result) -> tuple[str, ...]:
    return (
        str(result.focus),
        str(result.shape),
        result.component,
        str(result.path),
        str(result.value),
        " ".join(map(str, result.messages)),
    )


@dataclass(frozen=True)
class Explained:
    """How one constraint was judged: ``compiled`` to a query or ``delegated`` to pySHACL, why, and how long.

    ``seconds`` is wall time.
    """

    shape: str
    component: str
    how: str
    why: str = ""
    seconds: float = 0.0
    results: int = 0


@dataclass(frozen=True)
class Report:
    """All results, and how each constraint was judged. ``conforms`` as SHACL, section 3.6.1.1, says."""

    results: tuple[Result, ...]
    explained: tuple[Explained, ...] = field(default=(), compare=False)

    @property
    def conforms(self) -> bool:
        """True when there are no results, of whatever severity."""
        return not self.results
