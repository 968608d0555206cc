"""Where in a file a finding is: the line of the statement, else of the thing it is about."""

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from fellesord.checks.findings import Finding, Place
from fellesord.namespaces import PREFIXES
from fellesord.record.documents import Document, Record

_LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"')


def in_record(findings: Iterable[Finding], record: Record, folder: Path) -> tuple[Finding, ...]:
    """The findings, each with the document of the record in ``folder`` that holds its focus, and the line."""
    owners: dict[str, Document] = {}
    for document in record.documents:
        for triple in document.triples:
            owners.setdefault(str(triple.subject)[1:-1], document)
    located = []
    for finding in findings:
        owner = owners.get(finding.focus or "")
        if owner is None:
            located.append(finding)
            continue
        line = line_of(owner.data.decode().splitlines(), finding, owner.base)
        located.append(replace(finding, place=Place(str(folder / owner.path), line)))
    return tuple(located)


def in_file(findings: Iterable[Finding], data: bytes, name: str) -> tuple[Finding, ...]:
    """The findings, each with its line in the text of a file, as far as it can be seen there."""
    lines = data.decode("utf-8", "replace").splitlines()
    return tuple(replace(each, place=Place(name, line_of(lines, each))) for each in findings)


def line_of(lines: list[str], finding: Finding, base: str = "") -> int | None:
    """The number of the first line that shows what a finding is about; ``None`` when none does.

    Looked for are the focus, then the property below it, then the value below that.
    """
    if finding.focus is None:
        return None
    focus = _first(lines, _forms(finding.focus, base), 0, begins=True)
    if focus is None:
        focus = _first(lines, _forms(finding.focus, base), 0)
    if focus is None:
        return None
    end = _end(lines, focus)
    found = focus
    for wanted in (_property(finding), _value(finding, base)):
        if wanted:
            at = _first(lines[:end], wanted, found)
            found = found if at is None else at
    return found + 1


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


def _first(lines: list[str], forms: list[str], start: int, *, begins: bool = False) -> int | None:
    for number in range(start, len(lines)):
        line = lines[number].lstrip()
        if line.startswith(("@", "#", "PREFIX", "BASE")):
            continue
        if any(line.startswith(form) if begins else form in line for form in forms):
            return number
    return None


def _end(lines: list[str], start: int) -> int:
    """Where the statements that begin on a line end: at a full stop, or an empty line."""
    for number in range(start, len(lines)):
        if lines[number].rstrip().endswith(".") or not lines[number].strip():
            return number + 1
    return len(lines)
