"""The RDF syntaxes the package reads and writes: name, media type, suffix, and the writer."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from fellesord.namespaces import PREFIXES, RDF
from fellesord.rdf import jsonld, turtle


@dataclass(frozen=True)
class Syntax:
    """One RDF syntax: ``media_type`` is the IANA type, ``suffix`` the file ending without the dot."""

    name: str
    media_type: str
    suffix: str
    write: Callable[[Iterable[ox.Triple], str], bytes]
    format: ox.RdfFormat


def _ntriples(triples: Iterable[ox.Triple], base: str) -> bytes:
    return b"".join(sorted(f"{triple} .\n".encode() for triple in triples))


def _rdfxml(triples: Iterable[ox.Triple], base: str) -> bytes:
    in_order = sorted(triples, key=_type_first)
    namespaces = {
        prefix: iri
        for prefix, iri in PREFIXES.items()
        if any(triple.predicate.value.startswith(iri) for triple in in_order)
    }
    return ox.serialize(in_order, format=ox.RdfFormat.RDF_XML, prefixes=namespaces) or b""


def _type_first(triple: ox.Triple) -> tuple[str, bool, str]:
    """Order that lets the writer name each node's element by its type."""
    predicate = triple.predicate.value
    return (str(triple.subject)[:-1], predicate != RDF.type, f"{predicate} {triple.object}")


TURTLE = Syntax("turtle", "text/turtle", "ttl", turtle.write, ox.RdfFormat.TURTLE)
JSON_LD = Syntax("json-ld", "application/ld+json", "jsonld", jsonld.write, ox.RdfFormat.JSON_LD)
RDF_XML = Syntax("rdf-xml", "application/rdf+xml", "rdf", _rdfxml, ox.RdfFormat.RDF_XML)
N_TRIPLES = Syntax("n-triples", "application/n-triples", "nt", _ntriples, ox.RdfFormat.N_TRIPLES)

#: Every syntax, in order of preference when a client likes several equally.
SYNTAXES = (TURTLE, JSON_LD, RDF_XML, N_TRIPLES)
