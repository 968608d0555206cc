"""JSON-LD 1.1, compacted with the context that ships beside this module.

The document carries the part of the context it uses, so that no reader has to fetch one. Texts are keyed
by language, links are strings; a value that does not fit its term's definition stands under the
property's compact IRI instead, so that nothing is lost. (rdflib's serializer drops an empty text beside
another and rewrites numbers; tried with 7.6.)
"""

import json
import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from shutil import copyfileobj
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO

import pyoxigraph as ox

from fellesord.namespaces import RDF, XSD

#: Bytes of a graph in the making that are held in memory; more lie in a file.
_IN_MEMORY = 1 << 20
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,14}")


@cache
def context() -> dict[str, Any]:
    """The shipped context: prefix or term → its definition (JSON-LD 1.1, section 9.15)."""
    text = Path(__file__).with_name("context.jsonld").read_text("utf-8")
    return dict(json.loads(text)["@context"])


def write(triples: Iterable[ox.Triple], base: str) -> bytes:
    """The triples as one compacted JSON-LD document, keys, nodes and values sorted."""
    compactor = _Compactor()
    graph = _nodes(triples, compactor)
    document = {"@context": compactor.used_context(), "@graph": graph}
    return json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n"


def stream(parts: Iterable[Sequence[ox.Triple]], base: str, file: BinaryIO) -> None:
    """Write what ``write`` gives of all parts; a subject is whole in its part, all in order."""
    compactor = _Compactor()
    with SpooledTemporaryFile(_IN_MEMORY) as body:
        between = "[\n    "
        for part in parts:
            for node in _nodes(part, compactor):
                text = json.dumps(node, ensure_ascii=False, indent=2).replace("\n", "\n    ")
                body.write(f"{between}{text}".encode())
                between = ",\n    "
        context = json.dumps(compactor.used_context(), ensure_ascii=False, indent=2).replace("\n", "\n  ")
        file.write(f'{{\n  "@context": {context},\n  "@graph": '.encode())
        body.seek(0)
        copyfileobj(body, file)
        file.write(b"[]\n}\n" if between.startswith("[") else b"\n  ]\n}\n")


def _nodes(triples: Iterable[ox.Triple], compactor: "_Compactor") -> list[dict[str, Any]]:
    nodes: dict[str, dict[str, Any]] = {}
    for triple in sorted(triples, key=str):
        identifier = _identifier(triple.subject)
        node = nodes.setdefault(identifier, {"@id": identifier})
        compactor.add(node, triple.predicate.value, triple.object)
    return [dict(sorted(nodes[name].items())) for name in sorted(nodes)]


@cache
def _terms() -> dict[str, tuple[str, dict[str, str]]]:
    """Property IRI → the term for it, and the term's definition."""
    whole = context()
    terms = {}
    for name, definition in whole.items():
        if isinstance(definition, dict):
            prefix, _, local = definition["@id"].partition(":")
            terms[whole[prefix] + local] = (name, definition)
    return terms


@cache
def _prefixes() -> dict[str, str]:
    return {iri: name for name, iri in context().items() if isinstance(iri, str)}


class _Compactor:
    """Puts values into nodes, and remembers which part of the context that took."""

    def __init__(self) -> None:
        self._used: set[str] = {"@version"}

    def used_context(self) -> dict[str, Any]:
        """The part of the context that has been used, in its own order."""
        whole = context()
        for name in tuple(self._used):
            if isinstance(whole[name], dict):
                parts = (whole[name]["@id"], whole[name].get("@type", ""))
                self._used |= {part.partition(":")[0] for part in parts} & whole.keys()
        return {name: definition for name, definition in whole.items() if name in self._used}

    def add(self, node: dict[str, Any], predicate: str, term: object) -> None:
        """Add one statement to its node."""
        if predicate == RDF.type and isinstance(term, ox.NamedNode):
            return _append(node, "@type", self._compact(term.value))
        name, definition = _terms().get(predicate, (None, {}))
        coerced = definition.get("@type")
        if name and definition.get("@container") == "@language":
            if isinstance(term, ox.Literal) and term.language:
                return _append(node.setdefault(self._use(name), {}), term.language, term.value)
        elif name and coerced == "@id":
            if not isinstance(term, ox.Literal):
                return _append(node, self._use(name), _identifier(term))
        elif name and coerced:
            if isinstance(term, ox.Literal) and self._compact(term.datatype.value) == coerced:
                return _append(node, self._use(name), term.value)
        elif name:
            return _append(node, self._use(name), self._value(term))
        return _append(node, self._compact(predicate), self._value(term))

    def _value(self, term: object) -> Any:
        if not isinstance(term, ox.Literal):
            return {"@id": _identifier(term)}
        if term.language:
            return {"@language": term.language, "@value": term.value}
        datatype = term.datatype.value
        if datatype == XSD.string:
            return term.value
        if datatype == XSD.boolean and term.value in ("true", "false"):
            return term.value == "true"
        if datatype == XSD.integer and _WHOLE.fullmatch(term.value):
            return int(term.value)
        return {"@type": self._compact(datatype), "@value": term.value}

    def _compact(self, iri: str) -> str:
        cut = max(iri.rfind("#"), iri.rfind("/")) + 1
        prefix = _prefixes().get(iri[:cut])
        return f"{self._use(prefix)}:{iri[cut:]}" if prefix and iri[cut:] else iri

    def _use(self, name: str) -> str:
        self._used.add(name)
        return name


def _append(holder: dict[str, Any], key: str, value: Any) -> None:
    """Add a value under a key: alone, then as a member of an array."""
    if key not in holder:
        holder[key] = value
    elif isinstance(holder[key], list):
        holder[key].append(value)
    else:
        holder[key] = [holder[key], value]


def _identifier(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode) else str(term)
