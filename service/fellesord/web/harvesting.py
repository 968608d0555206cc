"""The harvest of our own feed, gone through as data.norge.no would: asked for over HTTP, judged, compared."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask

from fellesord.checks import harvest
from fellesord.checks.findings import Finding
from fellesord.formats.registry import find
from fellesord.rdf.reading import Parsed, parse, read
from fellesord.rdf.syntaxes import TURTLE
from fellesord.vocabulary.reading import Vocabulary
from fellesord.web.answers import Answers, Request

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

#: The feed, and where an application notes the file of the feed that was published before.
FEED = "data-norge.ttl"
BEFORE = "fellesord-feed-before"


@dataclass(frozen=True)
class Gone:
    """A harvest that was gone through: what becomes of the concepts, what was found, and in what."""

    harvest: harvest.Harvest
    findings: tuple[Finding, ...]
    feed: Parsed


def through(app: Flask, vocabulary: Vocabulary, before: Parsed | None = None) -> Gone:
    """The harvest of an application's feed; without ``before`` compared with the one published before."""
    wsgi: WSGIApplication = app
    asked = Request("GET", f"/export/{FEED}", "", {"accept": "text/turtle", "accept-encoding": "gzip"})
    answer = Answers(wsgi, "").fresh(asked)
    told = harvest.answered(answer.status, dict(answer.headers), answer.length)
    feed = Parsed((), None) if told else parse(answer.body, TURTLE.format, FEED)
    published: Path | None = app.extensions.get(BEFORE)
    if before is None and published is not None and published.exists():
        before = read(published)
    gone = harvest.Harvest(feed.triples, before.triples if before else None, vocabulary.base)
    left = harvest.left_out(find(vocabulary, FEED).left_out(vocabulary))
    return Gone(gone, (*gone.findings(), *told, *left), feed)
