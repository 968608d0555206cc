"""Findings as text for people, as JSON, as SARIF 2.1.0, and as annotations of a build on GitHub."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from fellesord import __version__
from fellesord.checks.findings import SEVERITIES, Finding
from fellesord.languages import chain, pick

_LEVELS = {"violation": "error", "warning": "warning", "info": "note"}
_COMMANDS = {"violation": "error", "warning": "warning", "info": "notice"}
#: Findings of one rule that are told one by one in text.
TOLD = 20


def message(finding: Finding, language: str) -> str:
    """What a finding says in a language, or the next one that it has."""
    text = pick(finding.messages, chain([language]))
    return text.value if text else finding.code


def counts(findings: Iterable[Finding]) -> dict[str, int]:
    """How many findings there are of each severity, all of them named."""
    found = Counter(finding.severity for finding in findings)
    return {severity: found[severity] for severity in SEVERITIES}


def rules(findings: Iterable[Finding]) -> dict[tuple[str, str], list[Finding]]:
    """The findings by severity and rule, in the order they come."""
    grouped: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        grouped.setdefault((finding.severity, finding.code), []).append(finding)
    return grouped


def document(findings: Sequence[Finding], profile: str, language: str) -> dict[str, Any]:
    """The findings as a tree of plain values; ``results`` has one object each."""
    return {
        "conforms": not findings,
        "profile": profile,
        "counts": counts(findings),
        "results": [item(finding, language) for finding in findings],
    }


def item(finding: Finding, language: str) -> dict[str, Any]:
    """One finding as plain values; a key is always there, what is unknown is ``null``."""
    place = finding.place
    return {
        "severity": finding.severity,
        "code": finding.code,
        "message": message(finding, language),
        "messages": {text.language or "und": text.value for text in finding.messages},
        "focus": finding.focus,
        "path": finding.path,
        "value": finding.value,
        "component": finding.component,
        "file": place.file if place else None,
        "line": place.line if place else None,
        "cell": place.cell if place else None,
    }


def as_json(findings: Sequence[Finding], profile: str, language: str) -> str:
    """The findings as JSON."""
    return json.dumps(document(findings, profile, language), ensure_ascii=False, indent=2)


def as_github(findings: Sequence[Finding], profile: str, language: str) -> str:
    """The findings as workflow commands, a line each, which GitHub shows beside the change."""
    return "\n".join(_command(finding, language) for finding in findings)


def as_sarif(findings: Sequence[Finding], profile: str, language: str) -> str:
    """The findings as SARIF 2.1.0 (OASIS), which code review tools read."""
    codes = dict.fromkeys(finding.code for finding in findings)
    examples = {finding.code: finding for finding in reversed(findings)}
    run = {
        "tool": {
            "driver": {
                "name": "fellesord",
                "version": __version__,
                "rules": [
                    {
                        "id": code,
                        "shortDescription": {"text": message(examples[code], "en")},
                        "defaultConfiguration": {"level": _LEVELS[examples[code].severity]},
                    }
                    for code in codes
                ],
            }
        },
        "properties": {"profile": profile},
        "results": [_sarif(finding, list(codes).index(finding.code), language) for finding in findings],
    }
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    content = {"$schema": schema, "version": "2.1.0", "runs": [run]}
    return json.dumps(content, ensure_ascii=False, indent=2)


def as_text(findings: Sequence[Finding], language: str, named: Callable[[str], str]) -> Iterator[str]:
    """The findings as lines for people: by rule, the worst first. ``named`` shortens an IRI."""
    for (severity, code), found in rules(findings).items():
        yield f"{severity} {code} ({len(found)})"
        for said in dict.fromkeys(message(finding, language) for finding in found):
            yield f"  {said}"
        for finding in found[:TOLD]:
            yield f"    {_where(finding, named)}"
        if len(found) > TOLD:
            yield f"    … {len(found) - TOLD} more; --format json shows all"
        yield ""


def _where(finding: Finding, named: Callable[[str], str]) -> str:
    parts = [str(finding.place)] if finding.place else []
    parts.append(named(finding.focus or ""))
    parts += [part for part in (finding.path, finding.value) if part]
    return "  ".join(part for part in parts if part)


def _command(finding: Finding, language: str) -> str:
    place = finding.place
    properties = {"file": place.file if place else None, "line": place.line if place else None}
    given = [f"{name}={_escaped(str(value), ':,')}" for name, value in properties.items() if value]
    given.append(f"title={_escaped(finding.code, ':,')}")
    about = f"{message(finding, language)} ({finding.focus})" if finding.focus else message(finding, language)
    return f"::{_COMMANDS[finding.severity]} {','.join(given)}::{_escaped(about, '')}"


def _escaped(text: str, also: str) -> str:
    """Text that cannot end a workflow command or begin another."""
    for letter in "%\r\n" + also:
        text = text.replace(letter, f"%{ord(letter):02X}")
    return text


def _sarif(finding: Finding, rule: int, language: str) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": message(finding, language)},
    }
    location: dict[str, Any] = {}
    if finding.place:
        location["physicalLocation"] = {"artifactLocation": {"uri": finding.place.file}}
        if finding.place.line:
            location["physicalLocation"]["region"] = {"startLine": finding.place.line}
    if finding.focus:
        location["logicalLocations"] = [{"fullyQualifiedName": finding.focus}]
    return {**result, "locations": [location]} if location else result
