"""What a check tells people: what is wrong, where, and how to put it right."""

from dataclasses import dataclass, field
from typing import Literal

from fellesord.languages import Text

Severity = Literal["violation", "warning", "info"]
#: From what must be put right to what is good to know.
SEVERITIES: tuple[Severity, ...] = ("violation", "warning", "info")


@dataclass(frozen=True)
class Place:
    """Where something stands: a file and, where they are known, its line, or its sheet's cell."""

    file: str
    line: int | None = None
    cell: str | None = None

    def __str__(self) -> str:
        where = self.line if self.cell is None else self.cell
        return self.file if where is None else f"{self.file}:{where}"


@dataclass(frozen=True)
class Finding:
    """One thing to look at.

    ``code`` names the rule and never changes: the local name of the shape, or a key of ``texts.toml``.
    ``messages`` say what is wrong and how to put it right, in each language. ``focus`` is an IRI, or
    ``_:name`` for a blank node; ``path`` a property path as SPARQL writes it, with our prefixes;
    ``value`` a term as N-Triples writes it; ``component`` the IRI of the SHACL constraint component.
    """

    severity: Severity
    code: str
    messages: tuple[Text, ...]
    focus: str | None = None
    path: str | None = None
    value: str | None = None
    component: str | None = None
    place: Place | None = field(default=None, compare=False)
