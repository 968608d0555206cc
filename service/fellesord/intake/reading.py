"""The statements of a file of others, parsed in the jail, and the language tags as they were written."""

import json
import re
from dataclasses import dataclass

import pyoxigraph as ox

from fellesord import jail
from fellesord.errors import InvalidData, JailError, JailUnavailable
from fellesord.intake.sources import MOST, Source
from fellesord.rdf.reading import parse
from fellesord.rdf.syntaxes import SYNTAXES

#: What reading one file may take.
SECONDS, MEMORY, LARGEST = 120.0, 2 * 2**30, 8 * MOST
_TAGS = {
    "ttl": re.compile(
        r'(?:"""(?:[^"\\]|\\.|"(?!""))*"""|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*\'\'\''
        r'|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\')@([A-Za-z]+(?:-[A-Za-z0-9]+)*)|<[^>\n]*>|#[^\n]*',
        re.DOTALL,
    ),
    "rdf": re.compile(r'xml:lang\s*=\s*["\']([^"\']*)["\']'),
    "jsonld": re.compile(r'"@language"\s*:\s*"([^"]*)"'),
}


@dataclass(frozen=True)
class Graph:
    """The statements of a file in the order they stand, repetitions too.

    ``spelt`` is, for each language tag that is not written in lower case throughout, a way it is written:
    parsers keep tags in lower case (RDF 1.1 Concepts, section 3.3, allows it). ``removed`` and ``added`` are
    repairs that have been accepted.
    """

    name: str
    triples: tuple[ox.Triple, ...]
    spelt: dict[str, str]
    removed: frozenset[ox.Triple] = frozenset()
    added: tuple[ox.Triple, ...] = ()


def read(source: Source) -> Graph:
    """The statements of a file. Raises InvalidData for one that is not right, and JailUnavailable."""
    head = json.dumps({"name": source.name, "ending": source.ending}).encode()
    answer = jailed(source.name, "fellesord.intake.reading:parsed", head + b"\n" + source.data)
    triples = tuple(quad.triple for quad in ox.parse(answer, format=ox.RdfFormat.N_TRIPLES))
    return Graph(source.name, triples, spelt(source.data.decode(), source.ending))


def jailed(name: str, task: str, payload: bytes) -> bytes:
    """What a task of this floor makes of a file; its first line says how it went.

    Raises InvalidData when the file cannot be worked on, JailUnavailable and JailBusy.
    """
    try:
        answer = jail.run(task, payload, seconds=SECONDS, memory=MEMORY, largest=LARGEST)
    except JailUnavailable:
        raise
    except JailError as error:
        raise InvalidData(f"{name}: {error}") from error
    line, _, content = answer.partition(b"\n")
    if problems := json.loads(line):
        raise InvalidData(*problems)
    return content


def prepare() -> None:
    """Load what parsing takes before the doors close."""


def parsed(payload: bytes) -> bytes:
    """In the jail: the statements of a file as N-Triples, or what is wrong with it."""
    line, _, data = payload.partition(b"\n")
    head = json.loads(line)
    ending = head["ending"]
    syntax = next(each for each in SYNTAXES if each.suffix == ending)
    try:
        found = parse(data, syntax.format, head["name"]).triples
    except InvalidData as error:
        return json.dumps(error.problems).encode()
    return b"[]\n" + "".join([f"{triple} .\n" for triple in found]).encode()


def spelt(text: str, ending: str) -> dict[str, str]:
    """Language tag in lower case → how it is written, for those not written so throughout."""
    pattern = _TAGS.get(ending, _TAGS["ttl"])
    written = {match.group(1) for match in pattern.finditer(text) if match.group(1)}
    return {tag.lower(): tag for tag in sorted(written) if tag != tag.lower()}
