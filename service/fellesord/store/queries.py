"""The query files: loading them, and putting terms into their holes.

A file is a valid query as it stands. A parameter is declared by a comment ``# param ?name iri|text`` and
its hole is ``VALUES ?name { example }``; binding replaces the example by the terms given, written and
escaped by the RDF library, so that no text can become syntax.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from fellesord.errors import InvalidQuery
from fellesord.files import root

_PARAMETER = re.compile(r"^# param \?(\w+) (iri|text)\b", re.MULTILINE)
_HOLE = re.compile(r"VALUES \?(\w+) \{[^{}]*\}")


@dataclass(frozen=True)
class Query:
    """A query file: its name, its text, and the kind (``iri`` or ``text``) of each parameter."""

    name: str
    text: str
    parameters: Mapping[str, str]

    def bind(self, values: Mapping[str, Iterable[str]]) -> str:
        """The query text with every hole filled.

        Raises InvalidQuery when the names are not exactly the declared ones, or an IRI is not one.
        """
        if values.keys() != self.parameters.keys():
            wanted = ", ".join(f"?{name}" for name in self.parameters) or "none"
            raise InvalidQuery(f"query {self.name} takes the parameters {wanted}")
        terms = {
            name: " ".join(_term(self.parameters[name], value) for value in given)
            for name, given in values.items()
        }

        def fill(hole: re.Match[str]) -> str:
            name = hole.group(1)
            return f"VALUES ?{name} {{ {terms[name]} }}" if name in terms else hole.group()

        return _HOLE.sub(fill, self.text)


@cache
def load(name: str) -> Query:
    """The query file ``queries/<name>.rq``. Raises InvalidQuery when there is none or it is malformed."""
    path = root() / "queries" / f"{name}.rq"
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise InvalidQuery(f"there is no query file {path.name}") from error
    parameters = dict(_PARAMETER.findall(text))
    if missing := parameters.keys() - set(_HOLE.findall(text)):
        raise InvalidQuery(f"{path.name}: no VALUES for ?{min(missing)}, which it declares")
    return Query(name, text, parameters)


def derivations() -> tuple[Query, ...]:
    """The queries that derive what follows from the record, in the order they run."""
    folder = root() / "queries" / "derive"
    return tuple(load(f"derive/{path.stem}") for path in sorted(folder.glob("*.rq")))


def _term(kind: str, value: str) -> str:
    try:
        return str(ox.Literal(value) if kind == "text" else ox.NamedNode(value))
    except ValueError as error:
        wanted = "text in Unicode" if kind == "text" else "an absolute IRI"
        raise InvalidQuery(f"not {wanted}: {value!a}") from error
