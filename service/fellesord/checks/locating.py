"""Where in a file a finding is: the line of the statement, else of the thing it is about."""

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from fellesord.checks.findings import Finding, Place
from fellesord.namespaces import PREFIXES
from fellesord.record.documents import Document, Record

#: What RDF/XML and JSON-LD name a thing by.
_NAMED = re.compile(r'(?:rdf:about|rdf:ID|"@id")\s*[=:]\s*"([^"]+)"')
_LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"')


def in_record(findings: Iterable[Finding], record: Record, folder: Path) -> tuple[Finding, ...]:
    """The findings, each with the document of the record in ``folder`` that holds its focus, and the line."""
    owners: dict[str, Document] = {}
    for document in record.documents:
        for triple in document.triples:
            owners.setdefault(str(triple.subject)[1:-1], document)
    texts: dict[str, Lines] = {}
    located = []
    for finding in findings:
        owner = owners.get(finding.focus or "")
        if owner is None:
            located.append(finding)
            continue
        lines = texts.setdefault(owner.path, Lines(owner.data))
        line = lines.of(finding, owner.base)
        located.append(replace(finding, place=Place(str(folder / owner.path), line)))
    return tuple(located)


def in_file(findings: Iterable[Finding], data: bytes, name: str) -> tuple[Finding, ...]:
    """The findings, each with its line in the text of a file, as far as it can be seen there."""
    lines = Lines(data)
    return tuple(replace(each, place=Place(name, lines.of(each))) for each in findings)


class Lines:
    """The lines of a text, and where each thing is first described."""

    def __init__(self, data: bytes) -> None:
        self._lines = data.decode("utf-8", "replace").splitlines()
        self._first: dict[str, int] = {}
        for number, line in enumerate(self._lines):
            bare = line.lstrip()
            if not bare or bare.startswith(("@prefix", "@base", "#", "PREFIX", "BASE")):
                continue
            token = bare.split(None, 1)[0]
            self._first.setdefault(token, number)
            if ":" in token and not token.startswith("<"):
                self._first.setdefault(f":{token.partition(':')[2]}", number)
            for name in _NAMED.findall(bare):
                self._first.setdefault(f'"{name}"', number)

    def of(self, finding: Finding, base: str = "") -> int | None:
        """The number of the line that shows what a finding is about; ``None`` when none does.

        Looked for are the focus, then the property below it, then the value below that.
        """
        forms = _forms(finding.focus or "", base)
        found = next((self._first[form] for form in forms if form in self._first), None)
        if found is None:
            return None
        end = self._end(found)
        for wanted in (_property(finding), _value(finding, base)):
            at = self._within(wanted, found, end)
            found = found if at is None else at
        return found + 1

    def _within(self, forms: list[str], start: int, end: int) -> int | None:
        for form in forms:
            for number in range(start, end):
                if form in self._lines[number]:
                    return number
        return None

    def _end(self, start: int) -> int:
        """Where what begins on a line ends: at a full stop before another thing, or at an empty line."""
        token = self._lines[start].split(None, 1)[0]
        for number in range(start, len(self._lines)):
            line = self._lines[number].strip()
            if not line:
                return number
            following = self._lines[number + 1] if number + 1 < len(self._lines) else ""
            if line.endswith(".") and not following.lstrip().startswith(f"{token} "):
                return number + 1
        return len(self._lines)


def _forms(iri: str, base: str) -> list[str]:
    """How an IRI may be written: whole, relative to the base, or with a prefix."""
    forms = [f"<{iri}>", f'"{iri}"']
    if base and iri.startswith(base):
        forms.append(f"<{iri.removeprefix(base)}>")
    cut = max(iri.rfind("#"), iri.rfind("/")) + 1
    known = [prefix for prefix, stem in PREFIXES.items() if stem == iri[:cut]]
    forms += [f"{prefix}:{iri[cut:]}" for prefix in known]
    if not known and cut < len(iri):
        forms.append(f":{iri[cut:]}")
    return forms


def _property(finding: Finding) -> list[str]:
    """How the first property of a finding's path may be written."""
    names = re.findall(r"<[^>]+>|[\w-]+:[\w-]+", finding.path or "")
    forms: list[str] = []
    for name in names[:1]:
        if name.startswith("<"):
            forms += _forms(name[1:-1], "")
        else:
            prefix, _, local = name.partition(":")
            forms += [name, f"<{PREFIXES[prefix]}{local}>"]
            if name == "rdf:type":
                forms.append(" a ")
    return forms


def _value(finding: Finding, base: str) -> list[str]:
    value = finding.value or ""
    if value.startswith("<"):
        return _forms(value[1:-1], base)
    match = _LITERAL.match(value)
    return [f'"{match.group(1)}"', match.group(1)] if match and match.group(1) else []
