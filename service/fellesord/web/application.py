"""The Flask application: one factory, everything it serves handed to it."""

from dataclasses import dataclass

from flask import Flask, Response

from fellesord.vocabulary.reading import Vocabulary
from fellesord.web.links import Links

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self';"
    " base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True)
class Service:
    """What an application serves, and under which addresses."""

    vocabulary: Vocabulary
    links: Links


def create_app(vocabulary: Vocabulary, links: Links) -> Flask:
    """The WSGI application that serves a vocabulary."""
    from fellesord.web import documents, health, pages, problems

    app = Flask("fellesord", static_folder=None, template_folder=_templates())
    app.extensions["fellesord"] = Service(vocabulary, links)
    app.config["MAX_CONTENT_LENGTH"] = 0
    app.url_map.strict_slashes = False
    app.jinja_options["trim_blocks"] = True
    app.jinja_options["lstrip_blocks"] = True
    problems.register(app)
    pages.register(app)
    app.register_blueprint(documents.blueprint)
    app.register_blueprint(health.blueprint)
    app.after_request(_secure)
    return app


def _templates() -> str:
    from importlib.resources import files

    return str(files("fellesord.web") / "templates")


def _secure(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response
