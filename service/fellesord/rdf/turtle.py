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

from fellesord.namespaces import PREFIXES, RDF, XSD

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

_TYPE = RDF.type
#: Bytes of a graph in the making that are held in memory; more lie in a file.
_IN_MEMORY = 1 << 20
_LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?")
_RELATIVE = re.compile(r"[a-z][a-z-]*/[a-z0-9-]+(?:#[A-Za-z0-9_-]+)?")
_BARE = {XSD.integer: re.compile(r"[+-]?[0-9]+"), XSD.boolean: re.compile(r"true|false")}


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
    grouped: dict[str, dict[ox.NamedNode, set[Written]]] = {}
    for triple in triples:
        properties = grouped.setdefault(str(triple.subject), {})
        properties.setdefault(triple.predicate, set()).add(_written(triple.object, base))
    return [
        _block(_subject(subject, base, used), grouped[subject], base, used)
        for subject in sorted(grouped, key=_without_bracket)
    ]


def _block(subject: str, properties: dict[ox.NamedNode, set["Written"]], base: str, used: set[str]) -> str:
    lines = []
    for _, predicate in sorted([(_type_first(each.value), each) for each in properties], key=_first):
        verb, prefix = _verb(predicate, base)
        used.add(prefix)
        objects = properties[predicate]
        if len(objects) == 1:
            (written,) = objects
            used.add(written[5])
            lines.append(f"    {verb} {written[4]}")
        else:
            in_order = sorted(objects)
            used.update([written[5] for written in in_order])
            lines.append(f"    {verb}\n        " + " ,\n        ".join([written[4] for written in in_order]))
    return f"{subject}\n" + " ;\n".join(lines) + " .\n"


def _first(pair: tuple[str, ox.NamedNode]) -> str:
    return pair[0]


def _without_bracket(subject: str) -> str:
    return subject[:-1]


def _type_first(predicate: str) -> str:
    return "" if predicate == _TYPE else predicate


def _subject(written: str, base: str, used: set[str]) -> str:
    if not written.startswith("<"):
        return written
    short, prefix = _shortened(written[1:-1], base)
    used.add(prefix)
    return short


@lru_cache(maxsize=1024)
def _verb(predicate: ox.NamedNode, base: str) -> tuple[str, str]:
    return ("a", "") if predicate.value == _TYPE else _shortened(predicate.value, base)


#: How an object is written: what it is ordered by (IRIs first, then texts by language, datatype and value),
#: its text, and the prefix that takes, if any.
Written = tuple[str, str, str, str, str, str]


@lru_cache(maxsize=16384)
def _written(term: Term, base: str) -> Written:
    if isinstance(term, ox.NamedNode):
        return ("0", str(term), "", "", *_shortened(term.value, base))
    if not isinstance(term, ox.Literal):
        return ("0", str(term), "", "", str(term), "")
    if term.language:
        return ("1", term.language, _LANG_STRING, term.value, str(term), "")
    datatype = term.datatype.value
    order = ("1", "", datatype, term.value)
    if datatype == XSD.string:
        return (*order, str(term), "")
    if datatype in _BARE and _BARE[datatype].fullmatch(term.value):
        return (*order, term.value, "")
    short, prefix = _shortened(datatype, base)
    return (*order, f"{ox.Literal(term.value)}^^{short}", prefix)


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
