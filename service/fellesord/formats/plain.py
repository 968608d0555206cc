"""Plain JSON of a thing or of an item of a list: for programmers who want neither RDF nor HTML.

Every kind has the same outline: ``uri``, ``kind``, ``label``, then the fields of its entity under their
standard names in camel case, then ``usage``. A key is always there; what is unknown is ``null`` or empty.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from fellesord.languages import Text
from fellesord.vocabulary.entities import Use
from fellesord.vocabulary.fields import Link, Value
from fellesord.vocabulary.items import Item
from fellesord.vocabulary.reading import Thing

MEDIA_TYPE = "application/json"
SUFFIX = "json"


def write(thing: Thing) -> bytes:
    """The thing as a JSON document, UTF-8, indented, the same bytes for the same thing."""
    return json.dumps(document(thing), ensure_ascii=False, indent=2).encode() + b"\n"


def document(thing: Thing) -> dict[str, Any]:
    """The thing as a tree of plain values.

    Texts are keyed by language (a list a language where there may be several; ``und`` when the language
    is not said). Links are objects with ``uri``, ``kind`` and ``label``.
    """
    return {
        "uri": thing.iri,
        "kind": thing.kind,
        "label": one_each(thing.labels),
        **plain(thing.entity),
        "usage": {
            "counts": thing.counts(),
            "counties": [{**link(county), "works": n} for county, n in thing.counties()],
            "works": [_use(use) for use in thing.uses],
        },
    }


def item(found: Item) -> dict[str, Any]:
    """An item of a list: what every answer says of a thing, then the fields of its kind."""
    return {
        "uri": found.iri,
        "kind": found.kind,
        "label": one_each(found.labels),
        **plain(found.fields),
    }


def plain(entity: Any) -> dict[str, Any]:
    """The fields of a dataclass as plain values; no text is ``{}``, nothing else of many is ``[]``."""
    return {
        camel(each.name): {}
        if (value := getattr(entity, each.name)) == () and each.type == tuple[Text, ...]
        else _value(value, each.metadata)
        for each in fields(entity)
    }


def _value(value: Any, metadata: Mapping[str, Any]) -> Any:
    match value:
        case None | str() | bool() | int():
            return value
        case Link():
            return link(value)
        case Value():
            return {"value": value.value, "datatype": value.datatype}
        case tuple():
            if value and isinstance(value[0], Text):
                return _several(value) if metadata.get("many") else one_each(value)
            return [_value(member, {}) for member in value]
        case _:
            return plain(value)


def one_each(texts: Iterable[Text]) -> dict[str, str]:
    """The first text of each language."""
    found: dict[str, str] = {}
    for text in texts:
        found.setdefault(text.language or "und", text.value)
    return found


def _several(texts: Iterable[Text]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for text in texts:
        found.setdefault(text.language or "und", []).append(text.value)
    return found


def link(to: Link) -> dict[str, Any]:
    """Another thing: its IRI, its kind (``None`` for others') and its names by language."""
    return {"uri": to.iri, "kind": to.kind, "label": one_each(to.labels)}


def _use(use: Use) -> dict[str, Any]:
    return {
        **link(use.work),
        "through": list(use.links),
        "targets": [link(target) for target in use.targets],
        "counties": [link(county) for county in use.counties],
    }


def camel(name: str) -> str:
    """The key that a field is written under: ``end_date`` as ``endDate``, ``from_`` as ``from``."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
