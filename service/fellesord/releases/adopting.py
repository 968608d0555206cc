"""Adoption: a network takes the record over, once, with its own addresses, publisher and contact point.

What ships is at ``.example``, which is nobody's. An adopter's IRIs are published with its first release and
can never change after that, so adoption comes before.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pyoxigraph as ox

from fellesord.errors import InvalidSetting
from fellesord.languages import LANGUAGES
from fellesord.namespaces import DCAT, DCT, FO, ORG, RDF, SKOS, VCARD
from fellesord.rdf import turtle
from fellesord.record import documents
from fellesord.record.documents import Document, Record
from fellesord.releases.archive import Archive

_NUMBER = re.compile(r"[89][0-9]{8}")
_BASE = re.compile(r"https://[a-z0-9.-]+(?::[0-9]+)?(?:/[A-Za-z0-9._~-]+)*/id/")
_MAIL = re.compile(r"[^@\s<>\"]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.IGNORECASE)
#: What each digit of an organisation number counts (Brønnøysundregistrene, modulus 11).
_WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2)
_ORGANIZATIONS = "https://data.norge.no/organizations/"
_PLACEHOLDER = ".example"


@dataclass(frozen=True)
class Adopter:
    """Who takes the record over: what its IRIs begin with, who publishes it under what name, whom to ask."""

    base: str
    publisher: str
    name: str
    email: str


def adopter(base: str, publisher: str, name: str, contact: str) -> Adopter:
    """An adopter as it is given. Raises InvalidSetting for what cannot be published.

    ``base`` is an https address, with or without ``/id/``; ``publisher`` an organisation number or an IRI.
    """
    whole = base if base.endswith("/id/") else f"{base.rstrip('/')}/id/"
    if not _BASE.fullmatch(whole):
        raise InvalidSetting(f"--base {base}: is not an https address such as https://begrep.fylke.no")
    if publisher.replace(" ", "").isdecimal():
        publisher = f"{_ORGANIZATIONS}{_checked(publisher.replace(' ', ''))}"
    elif not documents.allowed(publisher) or publisher.startswith("mailto:"):
        raise InvalidSetting(
            f"--publisher {publisher}: is neither an organisation number nor an https address"
        )
    if not _MAIL.fullmatch(contact):
        raise InvalidSetting(f"--contact {contact}: is not an e-mail address; give that of a role")
    if not name.strip():
        raise InvalidSetting("--name: say what the publisher is called")
    return Adopter(whole, publisher, name.strip(), contact)


def adopted(record: Record, archive: Archive, by: Adopter) -> dict[str, bytes]:
    """The documents of a record as the adopter has them, by path; what publishes schemes is replaced.

    Raises InvalidSetting when the record has been released, or is somebody's already.
    """
    host = urlsplit(record.base).hostname or ""
    if not host.endswith(_PLACEHOLDER):
        raise InvalidSetting(
            f"the record is adopted already: its addresses begin with {record.base}, and those never change"
        )
    if archive.days:
        raise InvalidSetting(
            f"{archive.folder}: has a release of {archive.days[0]}, whose addresses would lead to nothing;"
            " a record is adopted before its first release: take the releases at .example away first"
        )
    old = {
        str(t.object)[1:-1]
        for d in record.documents
        if d.kind == "scheme"
        for t in d.triples
        if _publishes(t)
    }
    written = {each.path: _document(each, record.base, old, by) for each in record.documents}
    return {**written, "external/publisher.ttl": _publisher(by)}


def queries(folder: Path, old: str, by: Adopter) -> Mapping[str, bytes]:
    """The query files whose example terms are the record's, with those the adopter has, by path."""
    found = {}
    for path in sorted(folder.rglob("*.r[qu]")):
        data = path.read_bytes()
        if old.encode() in data:
            found[path.relative_to(folder).as_posix()] = data.replace(old.encode(), by.base.encode())
    return found


def _checked(number: str) -> str:
    """An organisation number, if its last digit is right for the others."""
    if _NUMBER.fullmatch(number):
        rest = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False)) % 11
        if (11 - rest) % 11 == int(number[8]):
            return number
    raise InvalidSetting(
        f"--publisher {number}: is not an organisation number; its last digit is a check digit"
    )


def _publishes(each: ox.Triple) -> bool:
    return each.predicate.value == DCT.publisher


def _document(document: Document, base: str, publishers: set[str], by: Adopter) -> bytes:
    contacts = {str(t.object)[1:-1] for t in document.triples if t.predicate.value == DCAT.contactPoint}

    def moved(term: ox.NamedNode) -> ox.NamedNode:
        own = term.value.startswith(base)
        return ox.NamedNode(by.base + term.value.removeprefix(base)) if own else term

    triples = []
    for each in document.triples:
        subject, term = each.subject, each.object
        if _publishes(each) and str(term)[1:-1] in publishers:
            term = ox.NamedNode(by.publisher)
        elif each.predicate.value == VCARD.hasEmail and str(subject)[1:-1] in contacts:
            term = ox.NamedNode(f"mailto:{by.email}")
        elif isinstance(term, ox.NamedNode):
            term = moved(term)
        triples.append(
            ox.Triple(moved(subject) if isinstance(subject, ox.NamedNode) else subject, each.predicate, term)
        )
    return turtle.write(triples, by.base)


def _publisher(by: Adopter) -> bytes:
    """What the publisher is called, beside the other foreign terms that the record points at."""
    who = ox.NamedNode(by.publisher)
    said = [(SKOS.prefLabel, ox.Literal(by.name, language=tag)) for tag in LANGUAGES]
    number = by.publisher.removeprefix(_ORGANIZATIONS)
    if _NUMBER.fullmatch(number):
        said.append((SKOS.notation, ox.Literal(number, datatype=ox.NamedNode(FO.organizationNumber))))
    triples = [ox.Triple(who, ox.NamedNode(name), term) for name, term in said]
    triples.append(ox.Triple(who, ox.NamedNode(RDF.type), ox.NamedNode(ORG.Organization)))
    return turtle.write(triples, by.base)
