"""Descriptions for programs: of the endpoint, at its bare address, and of the data, at ``/.well-known/void``.

Both are made from what is served; nothing in them is written by hand that could be untrue tomorrow.
"""

from flask import Blueprint, Response, abort, request

from fellesord.languages import LANGUAGES, Text
from fellesord.rdf.syntaxes import Syntax
from fellesord.vocabulary import descriptions
from fellesord.web.negotiation import FORMS, Form, negotiate
from fellesord.web.pages.rendering import reached, service
from fellesord.web.texts import text

blueprint = Blueprint("describing", __name__)
_VOID = "/.well-known/void"
_RDF = tuple(form for form in FORMS if form.syntax)


@blueprint.get(_VOID)
def void() -> Response:
    """The description of the data (VoID, section 7.2), in the form of RDF that is wanted."""
    form = negotiate(request.headers.get("Accept"), _RDF)
    if form is None or form.syntax is None:
        abort(406, f"Available as {', '.join(each.media_type for each in _RDF)}.")
    titles, abouts = ([Text(text(key, each), each) for each in LANGUAGES] for key in ("name", "tagline"))
    own, ways = service(), (reached("/"), reached("/sparql"), reached("/lookup?uri="))
    described = descriptions.dataset(
        reached(_VOID), own.vocabulary.base, ways, titles, abouts, own.statistics
    )
    return _answered(form.syntax, form.syntax.write(described, own.vocabulary.base))


def service_description(syntax: Syntax) -> Response:
    """The description of the endpoint."""
    own = service()
    described = descriptions.service(reached("/sparql"), reached(_VOID), own.statistics)
    return _answered(syntax, syntax.write(described, own.vocabulary.base))


def _answered(syntax: Syntax, body: bytes) -> Response:
    form = Form(syntax.media_type, syntax.suffix, syntax)
    response = Response(body, content_type=form.content_type)
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Accept")
    return response
