"""The query files: loading them, and putting terms into their holes.

A file is a valid query as it stands. A parameter is declared by a comment ``# param ?name type`` and its
hole is ``VALUES ?name { example }``; binding replaces the example by the terms given, written and escaped
by the RDF library, so that no text can become syntax. A type that goes on ``, optional`` may be left out:
then its holes are, and the variable is free.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from fellesord.errors import InvalidQuery
from fellesord.files import root
from fellesord.namespaces import XSD

#: What a parameter may be → the datatype of its terms (``None``: they are IRIs, ``""``: texts), and how
#: it is written.
TYPES: Mapping[str, tuple[str | None, str]] = {
    "iri": (None, ".*"),
    "county": (None, ".*"),
    "text": ("", ".*"),
    "language": ("", "[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*"),
    "date": (XSD.date, "[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "year": (XSD.gYear, "[0-9]{4}"),
    "integer": (XSD.integer, "-?[0-9]{1,18}"),
}
_PARAMETER = re.compile(rf"^# param \?(\w+) ({'|'.join(TYPES)})\b(?: of \w+)?(, optional)?", re.MULTILINE)
_HOLE = re.compile(r"VALUES \?(\w+) \{([^{}]*)\}")
_GRAPH, _DATA = re.compile(r"GRAPH <[^<>]*>"), re.compile(r"\{ <[^{}]* \. \}")


@dataclass(frozen=True)
class Query:
    """A query file: its name, its text, the type of each parameter, and which may be left out."""

    name: str
    text: str
    parameters: Mapping[str, str]
    optional: frozenset[str] = frozenset()

    def bind(self, values: Mapping[str, Iterable[str]]) -> str:
        """The query text with every hole filled; holes of what is optional and not given are left out.

        Raises InvalidQuery when the names are not the declared ones, or a value is not of its type.
        """
        if not self.parameters.keys() - self.optional <= values.keys() <= self.parameters.keys():
            wanted = ", ".join(f"?{name}" for name in self.parameters) or "none"
            raise InvalidQuery(f"query {self.name} takes the parameters {wanted}")
        terms = {
            name: " ".join(_term(self.parameters[name], value) for value in given)
            for name, given in values.items()
        }

        def fill(hole: re.Match[str]) -> str:
            name = hole.group(1)
            return f"VALUES ?{name} {{ {terms[name]} }}" if name in terms else hole.group()

        text = self.text
        for name in self.optional - values.keys():
            text = re.sub(rf"^ *VALUES \?{name} \{{[^{{}}]*\}}\n", "", text, flags=re.MULTILINE)
        return _HOLE.sub(fill, text)

    def example(self, name: str) -> str:
        """The value of the example term in a parameter's hole, as ``bind`` takes it."""
        term: str = next(term for hole, term in _HOLE.findall(self.text) if hole == name).strip()
        return term[1:-1] if term.startswith("<") else term.split('"')[1] if '"' in term else term

    def about(self, graph: str, statements: str = "") -> str:
        """The text of an update of data: its example graph and its example statements replaced.

        ``statements`` is N-Triples as the RDF library writes it. Raises InvalidQuery unless both are right.
        """
        named = f"GRAPH {_term('iri', graph)}"
        return _DATA.sub(lambda _: f"{{\n{statements}}}", _GRAPH.sub(lambda _: named, self.text))


@cache
def load(name: str) -> Query:
    """The query file ``queries/<name>.rq``. Raises InvalidQuery when there is none or it is malformed."""
    return _read(name, "rq")


@cache
def update(name: str) -> Query:
    """The same of an update, ``queries/<name>.ru``."""
    return _read(name, "ru")


def _read(name: str, suffix: str) -> Query:
    path = root() / "queries" / f"{name}.{suffix}"
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise InvalidQuery(f"there is no query file {path.name}") from error
    declared = _PARAMETER.findall(text)
    parameters = {name: kind for name, kind, _ in declared}
    if missing := parameters.keys() - {name for name, _ in _HOLE.findall(text)}:
        raise InvalidQuery(f"{path.name}: no VALUES for ?{min(missing)}, which it declares")
    return Query(name, text, parameters, frozenset(name for name, _, optional in declared if optional))


def derivations() -> tuple[Query, ...]:
    """The queries that derive what follows from the record, in the order they run."""
    folder = root() / "queries" / "derive"
    return tuple(load(f"derive/{path.stem}") for path in sorted(folder.glob("*.rq")))


def _term(kind: str, value: str) -> str:
    datatype, written = TYPES[kind]
    wanted = "an absolute IRI" if datatype is None else f"a {kind}" if datatype else "text in Unicode"
    try:
        if not re.fullmatch(written, value, re.DOTALL):
            raise ValueError(value)
        if datatype is None:
            return str(ox.NamedNode(value))
        return str(ox.Literal(value, datatype=ox.NamedNode(datatype)) if datatype else ox.Literal(value))
    except ValueError as error:
        raise InvalidQuery(f"not {wanted}: {value!a}") from error
