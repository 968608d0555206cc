"""Will data.norge.no accept this? The profile in plain words, and the harvest gone through beforehand."""

from flask import Blueprint, Response, current_app

from fellesord.checks import writing
from fellesord.checks.data import Data
from fellesord.checks.profiles import check, ordered
from fellesord.formats import registry
from fellesord.languages.sorting import collation
from fellesord.vocabulary.fields import Link, kind_of
from fellesord.web import harvesting
from fellesord.web.pages.rendering import name, page, said, service

blueprint = Blueprint("harvest", __name__)
#: What whoever takes the vocabulary over has to put in, by the rules that tell of it.
_ADOPTERS = ("ap-publisher-number", "ap-contact-reachable")
#: Concepts that are shown.
MOST = 500


@blueprint.get("/data-norge")
def accepted() -> Response:
    """What would become of our feed at data.norge.no, and what is to be put right first."""
    speech, vocabulary = said(), service().vocabulary
    gone = harvesting.through(current_app)
    newest = service().archive.newest
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
        groups=list(writing.rules(each for each in found if each.code not in _ADOPTERS).items()),
        violations=writing.counts(found)["violation"],
        adopters=list({each.code: each for each in found if each.code in _ADOPTERS}.values()),
        message=lambda finding: writing.message(finding, speech.interface),
        told=writing.TOLD,
        counts=gone.harvest.counts(),
        concepts=known,
        total=len(gone.harvest.concepts),
        feed=registry.FEED,
        preview=registry.PREVIEW,
        released=newest.date if newest else None,
    )
