"""The harvest of our own feed, gone through as data.norge.no would: asked for over HTTP, judged, compared."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Flask

from fellesord.checks import harvest
from fellesord.checks.findings import Finding
from fellesord.formats.registry import FEED, PREVIEW, find
from fellesord.rdf.reading import Parsed, parse
from fellesord.rdf.syntaxes import TURTLE
from fellesord.web.answers import Answer, Answers, Request
from fellesord.web.application import Service

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


@dataclass(frozen=True)
class Gone:
    """A harvest that was gone through: what becomes of the concepts, what was found, and in what."""

    harvest: harvest.Harvest
    findings: tuple[Finding, ...]
    feed: Parsed


def through(app: Flask, before: Parsed | None = None) -> Gone:
    """The harvest of what an application's feed would be if the record were released now.

    It is compared with ``before``, else with the feed as it is: that of the last release, if there is one.
    """
    service: Service = app.extensions["fellesord"]
    answer = _asked(app, PREVIEW)
    told = harvest.answered(answer.status, dict(answer.headers), answer.length)
    feed = Parsed((), None) if told else parse(answer.body, TURTLE.format, PREVIEW)
    if before is None and service.archive.newest is not None:
        before = parse(_asked(app, FEED).body, TURTLE.format, FEED)
    gone = harvest.Harvest(feed.triples, before.triples if before else None, service.vocabulary.base)
    left = harvest.left_out(find(service.vocabulary, PREVIEW).left_out(service.vocabulary))
    return Gone(gone, (*gone.findings(), *told, *left), feed)


def _asked(app: Flask, name: str) -> Answer:
    wsgi: WSGIApplication = app
    headers = {"accept": "text/turtle", "accept-encoding": "gzip"}
    return Answers(wsgi, "").fresh(Request("GET", f"/export/{name}", "", headers))
