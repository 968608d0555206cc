"""Single terms: text and values in the form that a store keeps, and IRIs in short."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import pyoxigraph as ox

from fellesord.languages import canonical
from fellesord.namespaces import DCT, PREFIXES, RDF, SKOS, XSD
from fellesord.record.documents import printable

#: What is written of things of others that the record only points at.
EXTERNAL = {RDF.type, SKOS.prefLabel, SKOS.notation, DCT.source}
MAPPINGS = {SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch}
_NODE = ox.NamedNode("urn:fellesord:probe")
_PLAIN = {XSD.string, "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"}


@dataclass(frozen=True)
class Rewritten:
    """A term as the record has it, or ``None``; and the key of why it is not as it was given, if so."""

    term: ox.NamedNode | ox.Literal | None
    reason: str = ""
    detail: str = ""


def literal(given: ox.Literal, spelt: dict[str, str], untagged: str | None, *, day: bool) -> Rewritten:
    """A literal as the record has it. ``spelt`` says how tags were written; ``day``: only the date counts."""
    text = printable(given.value)
    if given.language:
        return _tagged(given, text, spelt)
    datatype = given.datatype.value
    if untagged and datatype == XSD.string:
        return Rewritten(ox.Literal(text, language=untagged), "untagged", untagged)
    if text != given.value:
        return Rewritten(ox.Literal(text, datatype=given.datatype), "control")
    if datatype in _PLAIN:
        return Rewritten(given)
    if day and datatype == XSD.dateTime and (found := _day(text)):
        return Rewritten(ox.Literal(found, datatype=ox.NamedNode(XSD.date)), "day")
    kept = stored(given)
    return Rewritten(kept) if kept == given else Rewritten(kept, "lexical", short(datatype))


def _tagged(given: ox.Literal, text: str, spelt: dict[str, str]) -> Rewritten:
    tag = given.language or ""
    written, wanted = spelt.get(tag, tag), canonical(tag)
    new = ox.Literal(text, language=wanted)
    if written != wanted:
        return Rewritten(new, "tag", f"{written} → {wanted}")
    return Rewritten(new, "control") if text != given.value else Rewritten(given)


def _day(text: str) -> str | None:
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def stored(given: ox.Literal) -> ox.Literal:
    """A literal as a store gives it back: numbers, dates and booleans are kept by value."""
    store = ox.Store()
    store.add(ox.Quad(_NODE, _NODE, given))
    kept = next(iter(store)).object
    assert isinstance(kept, ox.Literal)  # noqa: S101 - a literal was put in
    return kept


def short(iri: str) -> str:
    """An IRI with one of our prefixes, if one fits."""
    cut = max(iri.rfind("#"), iri.rfind("/")) + 1
    for prefix, stem in PREFIXES.items():
        if stem == iri[:cut]:
            return f"{prefix}:{iri[cut:]}"
    return iri
