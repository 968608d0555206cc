"""Will data.norge.no accept this? The profile in plain words, and the harvest gone through beforehand."""

from flask import Blueprint, Response, current_app

from fellesord.checks import writing
from fellesord.checks.data import Data
from fellesord.checks.profiles import check, ordered
from fellesord.languages.sorting import collation
from fellesord.vocabulary.fields import Link, kind_of
from fellesord.web import harvesting
from fellesord.web.pages.rendering import name, page, said, service

blueprint = Blueprint("harvest", __name__)
#: Concepts that are shown.
MOST = 500


@blueprint.get("/data-norge")
def accepted() -> Response:
    """What would become of our feed at data.norge.no, and what is to be put right first."""
    speech, vocabulary = said(), service().vocabulary
    gone = harvesting.through(current_app, vocabulary)
    found = ordered([*check(Data.of(gone.feed.triples), "data-norge"), *gone.findings])
    shown = gone.harvest.concepts[:MOST]
    labels = vocabulary.labels(each.iri for each in shown)
    known = [
        (Link(each.iri, labels.get(each.iri, ()), kind_of(each.iri, vocabulary.base)), each) for each in shown
    ]
    known.sort(key=lambda pair: collation(name(pair[0], speech).value, speech.content[0]))
    return page(
        "harvest.html",
        speech,
        groups=list(writing.rules(found).items()),
        violations=writing.counts(found)["violation"],
        message=lambda finding: writing.message(finding, speech.interface),
        told=writing.TOLD,
        counts=gone.harvest.counts(),
        concepts=known,
        total=len(gone.harvest.concepts),
        feed=harvesting.FEED,
    )
