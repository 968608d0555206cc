"""The task that checks a stranger's graph in the jail: bytes in, bytes out."""

import json

from fellesord.checks import harvest, locating, profiles, reading, reporting, writing
from fellesord.checks.data import Data
from fellesord.checks.engine import validate
from fellesord.errors import InvalidData
from fellesord.rdf.reading import parse
from fellesord.rdf.syntaxes import SYNTAXES, TURTLE

_BASE = "https://fellesord.example/id/"


def prepare() -> None:
    """Read the shapes, which takes files, before there are none."""
    for profile in profiles.PROFILES:
        profiles.shapes_of(profile)
    reading.TEXTS.said("unreadable", reason="")
    harvest.TEXTS.said("harvest-empty")


def request(text: bytes, syntax: str, profile: str, form: str, language: str) -> bytes:
    """The payload of the task: what to check, by which profile, and how to answer (``json`` or ``ttl``)."""
    head = {"syntax": syntax, "profile": profile, "form": form, "language": language}
    return json.dumps(head).encode() + b"\n" + text


def check(payload: bytes) -> bytes:
    """The findings as JSON, with ``triples`` counted; or the W3C report as Turtle."""
    line, _, text = payload.partition(b"\n")
    head = json.loads(line)
    syntax = next(each for each in SYNTAXES if each.suffix == head["syntax"])
    shapes = profiles.shapes_of(head["profile"])
    triples = 0
    try:
        parsed = parse(text, syntax.format, "")
        triples = len(parsed.triples)
        report = validate(Data.of(parsed.triples), shapes)
        if head["form"] == "ttl":
            return TURTLE.write(reporting.graph(report, shapes), _BASE)
        found = profiles.findings(report, shapes)
        if head["profile"] == "data-norge":
            received = harvest.answered(200, {}, len(text))
            found = profiles.ordered([*found, *harvest.Harvest(parsed.triples).findings(), *received])
        found = locating.in_file(found, text, "")
    except InvalidData as error:
        found = reading.unreadable(error)
    content = writing.document(found, head["profile"], head["language"])
    return json.dumps({**content, "triples": triples}, ensure_ascii=False).encode()
