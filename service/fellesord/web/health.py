"""Whether the service can answer."""

from flask import Blueprint, Response, current_app, jsonify

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def health() -> Response:
    """``ok``, and the generation that answers."""
    service = current_app.extensions["fellesord"]
    return jsonify(status="ok", generation=service.vocabulary.generation)
