"""Canonical Turtle: equal graphs give equal bytes, and a changed value is a one-line diff.

The form: ``@base``, then the prefixes that are used, sorted; subjects sorted, each with ``a`` first
and its other properties sorted by IRI; every object on a line of its own when there are several;
UTF-8; one newline at the end. Literals are written with their datatype, whole numbers and booleans
bare. (W3C Turtle 1.1, sections 2.3, 2.4, 2.5.)
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from shutil import copyfileobj
from tempfile import SpooledTemporaryFile
from typing import BinaryIO

import pyoxigraph as ox

from fellesord.namespaces import PREFIXES, XSD
from fellesord.rdf import lines

#: Bytes of a graph in the making that are held in memory; more lie in a file.
_IN_MEMORY = 1 << 20
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?")
_RELATIVE = re.compile(r"[a-z][a-z-]*/[a-z0-9-]+(?:#[A-Za-z0-9_-]+)?")
_BARE = {XSD.integer: re.compile(r"[+-]?[0-9]+"), XSD.boolean: re.compile(r"true|false")}
#: How something is written shorter, and the prefix that takes, if any.
Short = tuple[str, str]


def write(triples: Iterable[ox.Triple], base: str) -> bytes:
    """The triples as canonical Turtle with IRIs below ``base`` written relative to it."""
    used: set[str] = set()
    blocks = _blocks(triples, base, used)
    return "\n".join([_head(base, used), *blocks]).encode()


def stream(parts: Iterable[Sequence[ox.Triple]], base: str, file: BinaryIO) -> None:
    """Write what ``write`` gives of all parts; a subject is whole in its part, all in order."""
    used: set[str] = set()
    with SpooledTemporaryFile(_IN_MEMORY) as body:
        for part in parts:
            body.write("".join([f"\n{block}" for block in _blocks(part, base, used)]).encode())
        file.write(_head(base, used).encode())
        body.seek(0)
        copyfileobj(body, file)


def _head(base: str, used: set[str]) -> str:
    prefixes = "".join(f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n" for prefix in sorted(used - {""}))
    return f"@base <{base}> .\n{prefixes}"


def _blocks(triples: Iterable[ox.Triple], base: str, used: set[str]) -> list[str]:
    """Each subject with all that is said of it; the prefixes that takes are put into ``used``."""
    grouped = lines.grouped(triples)
    short = _Shortened(base)
    blocks = []
    for subject in sorted(grouped, key=lines.by_subject):
        properties = grouped[subject]
        said = []
        for predicate in sorted(properties, key=_type_first):
            verb = "a" if predicate == lines.TYPE else short[predicate][0]
            values = properties[predicate]
            if len(values) == 1:
                said.append(f"    {verb} {_written(values[0], short)}")
            else:
                several = [_written(each, short) for each in sorted(values, key=_rank)]
                said.append(f"    {verb}\n        " + " ,\n        ".join(several))
        name = short[subject][0] if subject.startswith("<") else subject
        blocks.append(f"{name}\n" + " ;\n".join(said) + " .\n")
    used.update(short.prefixes)
    return blocks


def _type_first(predicate: str) -> str:
    return "" if predicate == lines.TYPE else predicate[:-1]


def _rank(value: str) -> tuple[str, str, str, str]:
    """What values are ordered by: IRIs first, then texts by language, datatype and value."""
    return ("1", *lines.literal(value)) if value.startswith('"') else ("0", value, "", "")


def _written(value: str, short: "_Shortened") -> str:
    """A value: an IRI shorter, a literal with its datatype, numbers and booleans bare."""
    if value.startswith('"'):
        return short[value][0] if value.endswith(">") else value
    return short[value][0] if value.startswith("<") and not value.startswith("<<") else value


class _Shortened(dict[str, Short]):
    """IRIs in brackets, and literals that have a datatype → how they are written."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = base
        self.prefixes: set[str] = set()

    def __missing__(self, text: str) -> Short:
        found = _typed(text, self._base) if text.startswith('"') else _shortened(text[1:-1], self._base)
        self[text] = found
        if text != lines.TYPE:
            self.prefixes.add(found[1])
        return found


def _typed(text: str, base: str) -> Short:
    """A literal with a datatype."""
    value, _, datatype = text.rpartition('"^^<')
    bare = _BARE.get(datatype[:-1])
    if bare and bare.fullmatch(value, 1):
        return value[1:], ""
    short, prefix = _shortened(datatype[:-1], base)
    return f'{value}"^^{short}', prefix


@lru_cache(maxsize=8192)
def _shortened(iri: str, base: str) -> tuple[str, str]:
    """An IRI relative to the base, with a prefix, or whole; and the prefix, if there is one."""
    if iri.startswith(base) and _RELATIVE.fullmatch(iri, len(base)):
        return f"<{iri[len(base) :]}>", ""
    cut = max(iri.rfind("#"), iri.rfind("/")) + 1
    prefix = _PREFIX_OF.get(iri[:cut])
    if prefix is not None and _LOCAL.fullmatch(iri, cut):
        return f"{prefix}:{iri[cut:]}", prefix
    return f"<{iri}>", ""


_PREFIX_OF = {iri: prefix for prefix, iri in PREFIXES.items()}
