"""The query catalogue: the files of ``queries/catalogue/``, and what their headers promise.

A header is the comment lines at the top of a file: what it gives, in English; the same as ``# nb: …`` and
``# nn: …``; ``# title: …``, ``# group: …``; and a line for each parameter and each column,
``# param ?name type: …`` and ``# column ?name type: …``. Short texts are written bokmål | nynorsk | English.
"""

import re
from collections.abc import Container
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from fellesord.errors import InvalidQuery, UnknownQuery
from fellesord.files import root
from fellesord.languages import LANGUAGES, Text
from fellesord.namespaces import KINDS
from fellesord.store.queries import TYPES, Query, load

FOLDER = "catalogue"
#: The headings that queries stand under, in order.
GROUPS = ("work", "tools", "indicators", "words", "changes", "structure")
#: What the cells of a column may be; ``code`` is text that is in no language.
COLUMNS = ("iri", "county", "text", "code", "integer", "decimal", "date", "year", "boolean")
_LINE = re.compile(r"# (nb|nn|title|group|param|column)(?: \?(\w+) ([^:]+))?: (.+)")
_TYPE = re.compile(r"(\w+)(?: of (\w+))?(, optional)?")


@dataclass(frozen=True)
class Column:
    """A column: the type of its cells, for IRIs the kind of thing they name, and its heading."""

    name: str
    type: str
    kind: str | None
    title: tuple[Text, ...]

    @property
    def names(self) -> bool:
        """Whether the cells are IRIs of things, which have names."""
        return self.type in ("iri", "county")


@dataclass(frozen=True)
class Parameter:
    """What a query asks for: its type, for IRIs the kind of thing, its heading, and an example."""

    name: str
    type: str
    kind: str | None
    title: tuple[Text, ...]
    optional: bool
    example: str


@dataclass(frozen=True)
class Entry:
    """A query of the catalogue, with all that its header says."""

    name: str
    group: str
    title: tuple[Text, ...]
    description: tuple[Text, ...]
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    query: Query


@cache
def entries() -> tuple[Entry, ...]:
    """Every query of the catalogue, by heading and name. Raises InvalidQuery for a malformed header."""
    names = sorted(path.stem for path in (root() / "queries" / FOLDER).glob("*.rq"))
    found = [_entry(name, load(f"{FOLDER}/{name}")) for name in names]
    return tuple(sorted(found, key=lambda entry: (GROUPS.index(entry.group), entry.name)))


def entry(name: str) -> Entry:
    """The query of a name. Raises UnknownQuery, which says what is spelt almost like it."""
    known = {each.name: each for each in entries()}
    if name not in known:
        near = get_close_matches(name, known, n=3)
        there = near or list(known)
        raise UnknownQuery(
            f"there is no query {name[:50]!a}; there are {', '.join(there)}",
            key="no-query-near" if near else "no-query",
            text=name,
            there=there,
        )
    return known[name]


def _entry(name: str, query: Query) -> Entry:
    said: dict[str, str] = {}
    english: list[str] = []
    parameters: list[Parameter] = []
    columns: list[Column] = []
    for line in query.text.partition("\nPREFIX")[0].splitlines():
        match = _LINE.fullmatch(line)
        if match is None:
            if said:
                raise InvalidQuery(f"{name}.rq: the header has a line that says nothing known: {line}")
            english.append(line.removeprefix("# "))
            continue
        key, variable, declared, text = match.groups()
        if key in ("param", "column") and variable:
            kind, of, optional = _type(name, declared, TYPES if key == "param" else COLUMNS)
            titles = _three(name, text)
            if key == "param":
                example = query.example(variable)
                parameters.append(Parameter(variable, kind, of, titles, optional, example))
            else:
                columns.append(Column(variable, kind, of, titles))
        else:
            said[key] = text
    if missing := {"nb", "nn", "title", "group"} - said.keys():
        raise InvalidQuery(f"{name}.rq: the header does not say {', '.join(sorted(missing))}")
    if said["group"] not in GROUPS or not columns or not english:
        raise InvalidQuery(f"{name}.rq: the header lacks a known group, a column, or what the query gives")
    about = (Text(said["nb"], "nb"), Text(said["nn"], "nn"), Text(" ".join(english), "en"))
    return Entry(
        name, said["group"], _three(name, said["title"]), about, tuple(parameters), tuple(columns), query
    )


def _type(name: str, declared: str, known: Container[str]) -> tuple[str, str | None, bool]:
    """The type, the kind of thing it is of, and whether it may be left out."""
    match = _TYPE.fullmatch(declared.strip())
    if match is None or match[1] not in known or match[2] not in (None, *KINDS):
        raise InvalidQuery(f"{name}.rq: {declared!r} is not a type")
    kind = "county" if match[1] == "county" else match[2]
    return match[1], kind, match[3] is not None


def _three(name: str, text: str) -> tuple[Text, ...]:
    parts = [part.strip() for part in text.split(" | ")]
    if len(parts) != len(LANGUAGES) or not all(parts):
        raise InvalidQuery(f"{name}.rq: {text!r} is not bokmål | nynorsk | English")
    return tuple(Text(part, tag) for part, tag in zip(parts, LANGUAGES, strict=True))
