"""Read RDF files, with errors that name the file and the line."""

import codecs
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat

import pyoxigraph as ox

from fellesord.errors import InvalidData
from fellesord.rdf.syntaxes import SYNTAXES


@dataclass(frozen=True)
class Parsed:
    """The triples of a file in the order they stand, and the base IRI it declares, if any."""

    triples: tuple[ox.Triple, ...]
    base: str | None


def read(path: Path, *, source: str | None = None) -> Parsed:
    """The triples of an RDF file, its syntax known by its suffix.

    ``source`` is the name that errors use for the file. Raises InvalidData when the file cannot be
    read, is not UTF-8, breaks the syntax, holds named graphs or quoted triples, or declares XML entities.
    """
    name = source or str(path)
    known = {syntax.suffix: syntax.format for syntax in SYNTAXES}
    suffix = path.suffix.removeprefix(".").lower()
    if suffix not in known:
        *others, last = sorted(f".{ending}" for ending in known)
        raise InvalidData(f"{name}: unknown file ending; use {', '.join(others)} or {last}")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InvalidData(f"{name}: cannot be read: {error.strerror}") from error
    return parse(data, known[suffix], name)


def parse(data: bytes, syntax: ox.RdfFormat, name: str) -> Parsed:
    """The triples of RDF text held in memory; ``name`` is what errors call it. Raises InvalidData."""
    data = data.removeprefix(codecs.BOM_UTF8)
    _refuse_bad_encoding(data, name)
    if syntax == ox.RdfFormat.RDF_XML:
        _refuse_bad_xml(data, name)
    parser = ox.parse(data, format=syntax, without_named_graphs=True)
    triples = []
    try:
        for quad in parser:
            if isinstance(quad.object, ox.Triple):
                raise InvalidData(f"{name}: holds a quoted triple, which is not RDF 1.1")
            triples.append(quad.triple if isinstance(quad, ox.Quad) else quad)
    except SyntaxError as error:
        line = f":{error.lineno}" if error.lineno else ""
        raise InvalidData(f"{name}{line}: {error.msg}") from error
    return Parsed(tuple(triples), parser.base_iri)


def _refuse_bad_xml(data: bytes, name: str) -> None:
    """Refuse entities, which may be bombs, and what is cut off, which the RDF parser lets pass."""
    if b"<!ENTITY" in data:
        raise InvalidData(f"{name}: declares XML entities, which are refused; write the text out")
    try:
        expat.ParserCreate().Parse(data, True)
    except expat.ExpatError as error:
        raise InvalidData(f"{name}:{error.lineno}: {expat.ErrorString(error.code)}") from error


def _refuse_bad_encoding(data: bytes, name: str) -> None:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InvalidData(f"{name}:1: is UTF-16; save it as UTF-8")
    try:
        data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InvalidData(
            f"{name}:{line}: byte 0x{data[error.start]:02x} is not UTF-8; save the file as UTF-8"
        ) from error
