"""Profiles: which shapes a graph is judged by, and what they find, told to people."""

from collections.abc import Collection
from functools import cache

import pyoxigraph as ox

from fellesord.checks.data import Data
from fellesord.checks.engine import validate
from fellesord.checks.findings import SEVERITIES, Finding, Severity
from fellesord.checks.graph import SH
from fellesord.checks.paths import read as read_path
from fellesord.checks.results import Report, Result, Term
from fellesord.checks.shapes import Shapes
from fellesord.errors import InvalidSetting
from fellesord.files import root
from fellesord.languages import Text, in_order
from fellesord.rdf.reading import read

#: Profile → the folders of ``shapes/`` it takes in. ``skos`` is for any vocabulary, ``fellesord`` for our
#: own record, ``skos-ap-no`` for what follows the Norwegian profile, ``data-norge`` for what is harvested.
PROFILES = {
    "skos": ("skos",),
    "fellesord": ("skos", "fellesord"),
    "skos-ap-no": ("skos-ap-no",),
    "data-norge": ("skos-ap-no",),
}
_SEVERITY: dict[str, Severity] = {
    f"{SH}Violation": "violation",
    f"{SH}Warning": "warning",
    f"{SH}Info": "info",
}


@cache
def shapes_of(profile: str) -> Shapes:
    """The shapes of a profile. Raises InvalidSetting for a name that is none."""
    if profile not in PROFILES:
        raise InvalidSetting(f"there is no profile {profile!r}; there are {', '.join(PROFILES)}")
    folders = (root() / "shapes" / name for name in PROFILES[profile])
    files = [path for folder in folders for path in sorted(folder.glob("*.ttl"))]
    return Shapes.of(triple for path in files for triple in read(path).triples)


def check(data: Data, profile: str, *, focus: Collection[Term] | None = None) -> tuple[Finding, ...]:
    """What a profile finds in a graph, the worst first; of ``focus`` only, if it is given.

    Raises InvalidSetting for an unknown profile, StoreError when the store does not answer.
    """
    shapes = shapes_of(profile)
    return findings(validate(data, shapes, focus=focus), shapes)


def findings(report: Report, shapes: Shapes) -> tuple[Finding, ...]:
    """The results of a validation, told to people: without repetition, the worst first."""
    found = dict.fromkeys(_finding(result, shapes) for result in report.results)
    return ordered(found)


def ordered(found: Collection[Finding]) -> tuple[Finding, ...]:
    """Findings in the order they are told: by severity, rule, focus, path and value."""
    return tuple(
        sorted(
            found,
            key=lambda each: (
                SEVERITIES.index(each.severity),
                each.code,
                each.focus or "",
                each.path or "",
                each.value or "",
            ),
        )
    )


def _finding(result: Result, shapes: Shapes) -> Finding:
    texts = [Text(message.value, message.language or "") for message in result.messages]
    return Finding(
        _SEVERITY.get(result.severity, "violation"),
        _code(result),
        in_order(texts),
        result.focus.value if isinstance(result.focus, ox.NamedNode) else str(result.focus),
        read_path(shapes.graph, result.path).short() if result.path is not None else None,
        str(result.value) if result.value not in (None, result.focus) else None,
        result.component,
    )


def _code(result: Result) -> str:
    """The local name of the shape; of the component for a shape without a name."""
    if isinstance(result.shape, ox.NamedNode):
        name = result.shape.value
        return name[max(name.rfind("#"), name.rfind("/")) + 1 :]
    return result.component.removeprefix(SH).removesuffix("ConstraintComponent")
