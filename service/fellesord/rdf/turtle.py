"""Canonical Turtle: equal graphs give equal bytes, and a changed value is a one-line diff.

The form: ``@base``, then the prefixes that are used, sorted; subjects sorted, each with ``a`` first
and its other properties sorted by IRI; every object on a line of its own when there are several;
UTF-8; one newline at the end. Literals are written with their datatype, whole numbers and booleans
bare. (W3C Turtle 1.1, sections 2.3, 2.4, 2.5.)
"""

import re
from collections.abc import Iterable
from functools import lru_cache

import pyoxigraph as ox

from fellesord.namespaces import PREFIXES, RDF, XSD

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

_TYPE = RDF.type
_LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?")
_RELATIVE = re.compile(r"[a-z][a-z-]*/[a-z0-9-]+(?:#[A-Za-z0-9_-]+)?")
_BARE = {XSD.integer: re.compile(r"[+-]?[0-9]+"), XSD.boolean: re.compile(r"true|false")}


def write(triples: Iterable[ox.Triple], base: str) -> bytes:
    """The triples as canonical Turtle with IRIs below ``base`` written relative to it."""
    grouped: dict[str, dict[str, set[Term]]] = {}
    for triple in triples:
        properties = grouped.setdefault(str(triple.subject), {})
        properties.setdefault(triple.predicate.value, set()).add(triple.object)
    names = _Names(base)
    blocks = [
        _block(names, names.node(subject), grouped[subject])
        for subject in sorted(grouped, key=_without_bracket)
    ]
    return "\n".join([names.header(), *blocks]).encode()


def _block(names: "_Names", subject: str, properties: dict[str, set[Term]]) -> str:
    lines = []
    for predicate in sorted(properties, key=_type_first):
        verb = "a" if predicate == _TYPE else names.iri(predicate)
        terms = properties[predicate]
        if len(terms) == 1:
            lines.append(f"    {verb} {names.term(next(iter(terms)))}")
        else:
            objects = [names.term(term) for term in sorted(terms, key=_order)]
            lines.append(f"    {verb}\n        " + " ,\n        ".join(objects))
    return f"{subject}\n" + " ;\n".join(lines) + " .\n"


def _without_bracket(subject: str) -> str:
    return subject[:-1]


def _type_first(predicate: str) -> str:
    return "" if predicate == _TYPE else predicate


def _order(term: Term) -> tuple[str, str, str, str]:
    if not isinstance(term, ox.Literal):
        return ("0", str(term), "", "")
    if term.language:
        return ("1", term.language, _LANG_STRING, term.value)
    return ("1", "", term.datatype.value, term.value)


class _Names:
    """Shortens IRIs, and remembers which prefixes that took."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._used: set[str] = set()

    def header(self) -> str:
        lines = [f"@base <{self._base}> .\n"]
        lines += [f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n" for prefix in sorted(self._used)]
        return "".join(lines)

    def iri(self, iri: str) -> str:
        short, prefix = _shortened(iri, self._base)
        if prefix:
            self._used.add(prefix)
        return short

    def node(self, written: str) -> str:
        return self.iri(written[1:-1]) if written.startswith("<") else written

    def term(self, term: Term) -> str:
        if isinstance(term, ox.NamedNode):
            return self.iri(term.value)
        if not isinstance(term, ox.Literal) or term.language:
            return str(term)
        datatype = term.datatype.value
        if datatype == XSD.string:
            return str(term)
        if datatype in _BARE and _BARE[datatype].fullmatch(term.value):
            return term.value
        return f"{ox.Literal(term.value)}^^{self.iri(datatype)}"


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
