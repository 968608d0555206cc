"""Canonical Turtle: equal graphs give equal bytes, and a changed value is a one-line diff.

The form: ``@base``, then the prefixes that are used, sorted; subjects sorted, each with ``a`` first
and its other properties sorted by IRI; every object on a line of its own when there are several;
UTF-8; one newline at the end. Literals are written with their datatype, whole numbers and booleans
bare. (W3C Turtle 1.1, sections 2.3, 2.4, 2.5.)
"""

import re
from collections.abc import Iterable

import pyoxigraph as ox

from fellesord.namespaces import PREFIXES, RDF, XSD

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

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
        for subject in sorted(grouped, key=lambda subject: subject[:-1])
    ]
    return "\n".join([names.header(), *blocks]).encode()


def _block(names: "_Names", subject: str, properties: dict[str, set[Term]]) -> str:
    lines = []
    for predicate in sorted(properties, key=lambda iri: (iri != RDF.type, iri)):
        verb = "a" if predicate == RDF.type else names.iri(predicate)
        terms = properties[predicate]
        if len(terms) == 1:
            lines.append(f"    {verb} {names.term(next(iter(terms)))}")
        else:
            objects = [names.term(term) for term in sorted(terms, key=_order)]
            lines.append(f"    {verb}\n        " + " ,\n        ".join(objects))
    return f"{subject}\n" + " ;\n".join(lines) + " .\n"


def _order(term: Term) -> tuple[str, ...]:
    if isinstance(term, ox.Literal):
        return ("1", term.language or "", term.datatype.value, term.value)
    return ("0", str(term))


class _Names:
    """Shortens IRIs, each once, and remembers which prefixes that took."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._used: set[str] = set()
        self._short: dict[str, str] = {}

    def header(self) -> str:
        lines = [f"@base <{self._base}> .\n"]
        lines += [f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n" for prefix in sorted(self._used)]
        return "".join(lines)

    def iri(self, iri: str) -> str:
        short = self._short.get(iri)
        if short is None:
            short = self._short[iri] = self._shortened(iri)
        return short

    def _shortened(self, iri: str) -> str:
        if iri.startswith(self._base) and _RELATIVE.fullmatch(iri, len(self._base)):
            return f"<{iri[len(self._base) :]}>"
        cut = max(iri.rfind("#"), iri.rfind("/")) + 1
        prefix = _PREFIX_OF.get(iri[:cut])
        if prefix is not None and _LOCAL.fullmatch(iri, cut):
            self._used.add(prefix)
            return f"{prefix}:{iri[cut:]}"
        return f"<{iri}>"

    def node(self, written: str) -> str:
        return self.iri(written[1:-1]) if written.startswith("<") else written

    def term(self, term: Term) -> str:
        if isinstance(term, ox.NamedNode):
            return self.iri(term.value)
        if not isinstance(term, ox.Literal):
            return str(term)
        if term.language:
            return str(term)
        datatype = term.datatype.value
        if datatype == XSD.string:
            return str(term)
        if datatype in _BARE and _BARE[datatype].fullmatch(term.value):
            return term.value
        return f"{ox.Literal(term.value)}^^{self.iri(datatype)}"


_PREFIX_OF = {iri: prefix for prefix, iri in PREFIXES.items()}
