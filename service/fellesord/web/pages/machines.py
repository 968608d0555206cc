"""What search engines and browsers read: a map of the site, and how to search it (OpenSearch 1.1)."""

from flask import Blueprint, Response, render_template

from fellesord.errors import NotFound
from fellesord.web.pages.lists import PATHS
from fellesord.web.pages.rendering import said, service

blueprint = Blueprint("machines", __name__)
#: Addresses that one map may have (sitemaps.org, protocol 0.9).
_MOST = 50_000


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """The pages there are, concepts first. Raises NotFound where the public address is not known."""
    links, vocabulary = service().links, service().vocabulary
    if not links.public:
        raise NotFound("a site map has whole addresses: set --public-url to have one")
    paths = ("/", "/begreper", "/ordliste", "/hierarki", "/sporringer", "/releases", *PATHS.values())
    pages = [links.path(path) for path in paths]
    things = [*sorted(vocabulary.terms())]
    things += [link.iri for found in vocabulary.overview().values() for link in found]
    addresses = [*pages, *dict.fromkeys(links.thing(iri) for iri in things)][:_MOST]
    body = render_template("sitemap.xml", addresses=addresses)
    return Response(body, content_type="application/xml; charset=utf-8")


@blueprint.get("/opensearch.xml")
def opensearch() -> Response:
    """How a browser may search here, suggestions included."""
    body = render_template("opensearch.xml", said=said())
    response = Response(body, content_type="application/opensearchdescription+xml; charset=utf-8")
    response.vary.add("Accept-Language")
    return response
