"""The RDF syntaxes the package reads and writes: name, media type, suffix, and the writer."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import pyoxigraph as ox

from fellesord.namespaces import PREFIXES
from fellesord.rdf import jsonld, lines, turtle

#: A graph in parts: subjects are whole in their part, and in order over the parts; to be gone through often.
Parts = Iterable[Sequence[ox.Triple]]


@dataclass(frozen=True)
class Syntax:
    """One RDF syntax: ``media_type`` is the IANA type, ``suffix`` the file ending without the dot.

    ``stream`` writes to a file what ``write`` gives, holding one part at a time; the subjects of the parts
    are ordered by ``order`` of their IRIs.
    """

    name: str
    media_type: str
    suffix: str
    write: Callable[[Iterable[ox.Triple], str], bytes]
    format: ox.RdfFormat
    stream: Callable[[Parts, str, BinaryIO], None]
    order: Callable[[str], str] = str


def _ntriples(triples: Iterable[ox.Triple], base: str) -> bytes:
    return b"".join(sorted(f"{triple} .\n".encode() for triple in triples))


def _stream_ntriples(parts: Parts, base: str, file: BinaryIO) -> None:
    for part in parts:
        file.write(_ntriples(part, base))


def _rdfxml(triples: Iterable[ox.Triple], base: str) -> bytes:
    in_order = sorted(triples, key=_type_first)
    return ox.serialize(in_order, format=ox.RdfFormat.RDF_XML, prefixes=_namespaces([in_order])) or b""


def _stream_rdfxml(parts: Parts, base: str, file: BinaryIO) -> None:
    in_order = (triple for part in parts for triple in sorted(part, key=_type_first))
    ox.serialize(in_order, file, ox.RdfFormat.RDF_XML, prefixes=_namespaces(parts))


def _namespaces(parts: Parts) -> dict[str, str]:
    """The prefixes that the properties of a graph take."""
    properties = {triple.predicate.value for part in parts for triple in part}
    return {
        prefix: iri for prefix, iri in PREFIXES.items() if any(each.startswith(iri) for each in properties)
    }


def _type_first(triple: ox.Triple) -> str:
    """Order that lets the writer name each node's element by its type; shorter IRIs before longer ones."""
    return str(triple).replace("> ", " ", 1).replace(lines.TYPE, "!", 1)


def _line_order(iri: str) -> str:
    """What a line about a subject begins with, so that the lines of a file are in order too."""
    return f"<{iri}>"


TURTLE = Syntax("turtle", "text/turtle", "ttl", turtle.write, ox.RdfFormat.TURTLE, turtle.stream)
JSON_LD = Syntax(
    "json-ld", "application/ld+json", "jsonld", jsonld.write, ox.RdfFormat.JSON_LD, jsonld.stream
)
RDF_XML = Syntax("rdf-xml", "application/rdf+xml", "rdf", _rdfxml, ox.RdfFormat.RDF_XML, _stream_rdfxml)
N_TRIPLES = Syntax(
    "n-triples",
    "application/n-triples",
    "nt",
    _ntriples,
    ox.RdfFormat.N_TRIPLES,
    _stream_ntriples,
    _line_order,
)

#: Every syntax, in order of preference when a client likes several equally.
SYNTAXES = (TURTLE, JSON_LD, RDF_XML, N_TRIPLES)
