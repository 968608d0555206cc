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
from json.encoder import encode_basestring as quoted
from pathlib import Path
from shutil import copyfileobj
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO

import pyoxigraph as ox

from fellesord.namespaces import RDF, XSD
from fellesord.rdf import lines

#: Bytes of a graph in the making that are held in memory; more lie in a file.
_IN_MEMORY = 1 << 20
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,14}")
#: A value as JSON: text, or the members of an object.
Value = str | tuple[tuple[str, str], ...]


@cache
def context() -> dict[str, Any]:
    """The shipped context: prefix or term → its definition (JSON-LD 1.1, section 9.15)."""
    text = Path(__file__).with_name("context.jsonld").read_text("utf-8")
    return dict(json.loads(text)["@context"])


def write(triples: Iterable[ox.Triple], base: str) -> bytes:
    """The triples as one compacted JSON-LD document, keys, nodes and values sorted."""
    compactor = _Compactor()
    nodes = ",\n".join(_nodes(triples, compactor))
    return f"{_head(compactor)}{_array(nodes)}\n}}\n".encode()


def stream(parts: Iterable[Sequence[ox.Triple]], base: str, file: BinaryIO) -> None:
    """Write what ``write`` gives of all parts; a subject is whole in its part, all in order."""
    compactor = _Compactor()
    with SpooledTemporaryFile(_IN_MEMORY) as body:
        between = "[\n"
        for part in parts:
            for node in _nodes(part, compactor):
                body.write(f"{between}{node}".encode())
                between = ",\n"
        file.write(_head(compactor).encode())
        body.seek(0)
        copyfileobj(body, file)
        file.write(b"[]\n}\n" if between.startswith("[") else b"\n  ]\n}\n")


def _head(compactor: "_Compactor") -> str:
    used = json.dumps(compactor.used_context(), ensure_ascii=False, indent=2).replace("\n", "\n  ")
    return f'{{\n  "@context": {used},\n  "@graph": '


def _array(nodes: str) -> str:
    return f"[\n{nodes}\n  ]" if nodes else "[]"


def _nodes(triples: Iterable[ox.Triple], compactor: "_Compactor") -> list[str]:
    """Each node of a graph as it stands in the document, in order."""
    grouped = lines.grouped(triples)
    return [compactor.node(subject, grouped[subject]) for subject in sorted(grouped, key=_identifier)]


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
    """Writes nodes, and remembers which part of the context that took."""

    def __init__(self) -> None:
        self._used: set[str] = {"@version"}
        self._compacted: dict[str, str] = {}
        self._modes: dict[str, tuple[str, str]] = {}

    def used_context(self) -> dict[str, Any]:
        """The part of the context that has been used, in its own order."""
        whole = context()
        for name in tuple(self._used):
            if isinstance(whole[name], dict):
                parts = (whole[name]["@id"], whole[name].get("@type", ""))
                self._used |= {part.partition(":")[0] for part in parts} & whole.keys()
        return {name: definition for name, definition in whole.items() if name in self._used}

    def node(self, subject: str, properties: dict[str, list[str]]) -> str:
        """A node with all that is said of it, indented as a member of the graph."""
        texts = {"@id": quoted(_identifier(subject))}
        members: dict[str, list[Value]] = {}
        for predicate, values in properties.items():
            mode, key = self._mode(predicate)
            if mode == "@language":
                values = self._by_language(key, values, texts)
            elif mode == "@id" and values[0][0] == values[-1][0] == "<":  # they are sorted
                self._used.add(key)
                texts[key] = _several([f'"{value[1:-1]}"' for value in values], 6)
                continue
            elif mode == "@type" and values[0][0] == values[-1][0] == "<":
                texts["@type"] = _several([f'"{self._compact(value[1:-1])}"' for value in values], 6)
                continue
            for value in values:
                name, content = self._member(predicate[1:-1], value)
                members.setdefault(name, []).append(content)
        texts |= {key: _several(found, 6) for key, found in members.items()}
        inner = ",\n".join([f'      "{key}": {texts[key]}' for key in sorted(texts)])
        return f"    {{\n{inner}\n    }}"

    def _mode(self, predicate: str) -> tuple[str, str]:
        """How the values of a property are written most often, and under which term."""
        found = self._modes.get(predicate)
        if found is None:
            name, definition = _terms().get(predicate[1:-1], ("", {}))
            usual = definition.get("@container") or definition.get("@type", "")
            found = ("@type" if predicate == lines.TYPE else usual, name)
            self._modes[predicate] = found
        return found

    def _by_language(self, key: str, values: list[str], texts: dict[str, str]) -> list[str]:
        """Put the texts among some values under their languages; what is left are the others.

        What needs no escape in N-Triples needs none in JSON.
        """
        found: dict[str, list[Value]] = {}
        rest = []
        for value in values:
            if value[0] != '"' or value[-1] in '">':
                rest.append(value)
                continue
            text, _, tag = value.rpartition('"@')
            content = f'{text}"' if "\\" not in text else quoted(lines.unescaped(text[1:]))
            found.setdefault(tag, []).append(content)
        if found:
            self._used.add(key)
            inner = ",\n".join([f'        "{tag}": {_several(same, 8)}' for tag, same in found.items()])
            texts[key] = f"{{\n{inner}\n      }}"
        return rest

    def _member(self, iri: str, value: str) -> tuple[str, Value]:
        """The key and the value of one statement."""
        named = value[0] != '"'
        if iri == RDF.type and value[0] == "<":
            return "@type", quoted(self._compact(value[1:-1]))
        name, definition = _terms().get(iri, ("", {}))
        coerced = definition.get("@type")
        if definition.get("@container") == "@language":
            return self._compact(iri), self._value(value)
        if name and coerced == "@id":
            if named:
                return self._use(name), quoted(_identifier(value))
        elif name and coerced:
            language, datatype, content = lines.literal(value) if not named else ("", "", "")
            if datatype and not language and self._compact(datatype) == coerced:
                return self._use(name), quoted(content)
        elif name:
            return self._use(name), self._value(value)
        return self._compact(iri), self._value(value)

    def _value(self, value: str) -> Value:
        if value[0] != '"':
            return (("@id", quoted(_identifier(value))),)
        language, datatype, content = lines.literal(value)
        if language:
            return (("@language", quoted(language)), ("@value", quoted(content)))
        if datatype == XSD.string:
            return quoted(content)
        if (datatype == XSD.boolean and content in ("true", "false")) or (
            datatype == XSD.integer and _WHOLE.fullmatch(content)
        ):
            return content
        return (("@type", quoted(self._compact(datatype))), ("@value", quoted(content)))

    def _compact(self, iri: str) -> str:
        found = self._compacted.get(iri)
        if found is None:
            cut = max(iri.rfind("#"), iri.rfind("/")) + 1
            prefix = _prefixes().get(iri[:cut])
            found = f"{self._use(prefix)}:{iri[cut:]}" if prefix and iri[cut:] else iri
            self._compacted[iri] = found
        return found

    def _use(self, name: str) -> str:
        self._used.add(name)
        return name


def _several(values: Sequence[Value], indent: int) -> str:
    """One value alone, several as an array."""
    if len(values) == 1:
        return values[0] if isinstance(values[0], str) else _one(values[0], indent)
    inner = " " * (indent + 2)
    members = f",\n{inner}".join([_one(each, indent + 2) for each in values])
    return f"[\n{inner}{members}\n{' ' * indent}]"


def _one(value: Value, indent: int) -> str:
    if isinstance(value, str):
        return value
    inner = " " * (indent + 2)
    members = ",\n".join([f'{inner}"{key}": {content}' for key, content in value])
    return f"{{\n{members}\n{' ' * indent}}}"


def _identifier(text: str) -> str:
    """What a node is called: its IRI, or its blank node label."""
    return text[1:-1] if text.startswith("<") and not text.startswith("<<") else text
