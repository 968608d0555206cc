"""What is checked: the record as it is served, or a foreign file; what cannot be read becomes a finding."""

import gzip
import re
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from fellesord.checks.data import Data
from fellesord.checks.findings import Finding, Place
from fellesord.checks.results import Term
from fellesord.errors import InvalidData, InvalidSetting, NotFound
from fellesord.formats.data_norge import Feed
from fellesord.formats.skos_ap_no import Strict
from fellesord.languages import Texts
from fellesord.rdf.reading import parse
from fellesord.rdf.syntaxes import SYNTAXES
from fellesord.store import Store
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.queries import load

TEXTS = Texts(Path(__file__).with_name("texts.toml"))
#: National profile → what is handed over of a store.
_HANDED: dict[str, type[Strict]] = {"skos-ap-no": Strict, "data-norge": Feed}
#: The most bytes that a foreign file may have, unpacked.
MOST = 200 * 1024 * 1024
_PLACED = re.compile(r"(?P<file>.*?):(?P<line>[0-9]+)?:? ?(?P<reason>.*)", re.DOTALL)


@dataclass(frozen=True)
class Foreign:
    """A foreign file: its graph, and its bytes, unpacked."""

    data: Data
    text: bytes


def served(store: Store, profile: str) -> Data:
    """The graph of a store; for a national profile what is handed over of it.

    That of a remote store is fetched whole, so that what the rules find depends on no engine's SPARQL.
    """
    if profile not in _HANDED and isinstance(store, EmbeddedStore):
        return Data.over(store)
    if profile not in _HANDED:
        return Data.of(store.construct(load("graph").text))
    return Data.of(triple for part in _HANDED[profile](store) for triple in part)


def nodes(store: Store, iri: str) -> list[Term]:
    """A thing and its fragments, as nodes to check. Raises NotFound when nothing is stated of it."""
    found = [triple.subject for triple in store.describe([iri]) if not isinstance(triple.subject, ox.Triple)]
    if not found:
        raise NotFound(f"nothing is known of <{iri}>")
    return list(dict.fromkeys(found))


def foreign(path: Path) -> Foreign:
    """A foreign RDF file, packed by gzip or not. Raises InvalidData and InvalidSetting."""
    endings = [syntax.suffix for syntax in SYNTAXES]
    name = path.name.removesuffix(".gz")
    syntax = next((each for each in SYNTAXES if name.endswith(f".{each.suffix}")), None)
    if syntax is None:
        known = ", ".join(f".{ending}" for ending in endings)
        raise InvalidSetting(
            f"{path}: the ending says nothing of the format; there are {known}, each also .gz"
        )
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            text = file.read(MOST + 1)
    except (OSError, EOFError) as error:
        raise InvalidSetting(
            f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}"
        ) from error
    if len(text) > MOST:
        raise InvalidData(f"{path}: is larger than {MOST // 2**20} MiB")
    return Foreign(Data.of(_triples(text, syntax.format, str(path))), text)


def _triples(text: bytes, syntax: ox.RdfFormat, name: str) -> tuple[ox.Triple, ...]:
    return parse(text, syntax, name).triples


def unreadable(error: InvalidData) -> tuple[Finding, ...]:
    """What could not be read, each problem a finding with its file and line."""
    found = []
    for problem in error.problems:
        match = _PLACED.fullmatch(problem)
        file, line, reason = match.group("file", "line", "reason") if match else ("", None, problem)
        place = Place(file, int(line) if line else None) if file else None
        messages = TEXTS.said("unreadable", reason=(reason or problem).strip().rstrip("."))
        found.append(Finding("violation", "unreadable", messages, place=place))
    return tuple(found)
