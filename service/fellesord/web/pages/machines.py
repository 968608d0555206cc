"""What search engines and browsers read: what to go through, a map of it, and how to search it here."""

from flask import Blueprint, Response, render_template

from fellesord.errors import NotFound
from fellesord.languages import LANGUAGES
from fellesord.store.catalogue import entries
from fellesord.web.pages.duties import PAGES
from fellesord.web.pages.lists import PATHS
from fellesord.web.pages.rendering import LANGUAGE, said, service

blueprint = Blueprint("machines", __name__)
#: Addresses that one map may have (sitemaps.org, protocol 0.9).
_MOST = 50_000
#: Pages that are one address each, the lists aside.
_PAGES = (
    *("/", "/begreper", "/ordliste", "/hierarki", "/sprak", "/sporringer", "/releases", "/export/"),
    *("/sjekk-tekst", "/sjekk", "/data-norge", "/sparql", "/api", *(path for path, _ in PAGES.values())),
)


@blueprint.get("/robots.txt")
def robots() -> Response:
    """What robots need not go through (RFC 9309): whatever is asked for, of which there is no end.

    Whoever asks only for another language is answered with a page that is in the map.
    """
    links = service().links
    lines = ["User-agent: *", f"Disallow: {links.prefix}/*?"]
    lines += [f"Allow: {links.prefix}/*?{LANGUAGE}={tag}$" for tag in LANGUAGES]
    if links.public:
        lines += ["", f"Sitemap: {links.path('/sitemap.xml')}"]
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """The pages there are, concepts first, each in its languages.

    Raises NotFound where the public address is not known.
    """
    links, vocabulary = service().links, service().vocabulary
    if not links.public:
        raise NotFound("a site map has whole addresses: set --public-url to have one", key="no-map")
    paths = (*_PAGES, *PATHS.values(), *(f"/sporringer/{each.name}" for each in entries()))
    pages = [links.path(path) for path in paths]
    things = [*sorted(vocabulary.terms())]
    things += [link.iri for found in vocabulary.overview().values() for link in found]
    addresses = [*pages, *dict.fromkeys(links.thing(iri) for iri in things)][:_MOST]
    body = render_template("sitemap.xml", addresses=addresses, name=LANGUAGE)
    return Response(body, content_type="application/xml; charset=utf-8")


@blueprint.get("/opensearch.xml")
def opensearch() -> Response:
    """How a browser may search here (OpenSearch 1.1), with whole addresses, as that wants them."""
    body = render_template("opensearch.xml", said=said())
    response = Response(body, content_type="application/opensearchdescription+xml; charset=utf-8")
    response.vary.add("Accept-Language")
    return response
