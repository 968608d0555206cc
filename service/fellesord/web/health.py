"""Whether the service lives, and whether it can answer; for those who watch over it, and for people."""

from collections.abc import Callable
from threading import Event, Lock, Thread

from flask import Blueprint, Flask, Response, current_app, jsonify

from fellesord.errors import StoreTimeout
from fellesord.web.application import Service

blueprint = Blueprint("health", __name__)
#: Seconds that a store may take to answer the smallest question before the service counts as not ready.
READY_SECONDS = 2.0
_EXTENSION = "fellesord-ready"


class Probe:
    """Asks a question that may hang, and never asks again while it does."""

    def __init__(self, ask: Callable[[], object], seconds: float) -> None:
        self._ask, self._seconds = ask, seconds
        self._lock = Lock()
        self._asked: _Asked | None = None

    def check(self) -> None:
        """Return when there is an answer.

        Raises what the question raised, and StoreTimeout when nothing came within the time.
        """
        with self._lock:
            if self._asked is None or self._asked.done.is_set():
                self._asked = _Asked(self._ask)
            asked = self._asked
        if not asked.done.wait(self._seconds):
            raise StoreTimeout(f"the store did not answer within {self._seconds:g} seconds")
        if asked.failure is not None:
            raise asked.failure


class _Asked(Thread):
    """A question under way; ``failure`` is what it raised, once it is ``done``."""

    def __init__(self, ask: Callable[[], object]) -> None:
        super().__init__(name="probe", daemon=True)
        self._ask = ask
        self.done = Event()
        self.failure: Exception | None = None
        self.start()

    def run(self) -> None:
        try:
            self._ask()
        except Exception as error:  # noqa: BLE001  # raised again where the answer is waited for
            self.failure = error
        finally:
            self.done.set()


def register(app: Flask, seconds: float = READY_SECONDS) -> None:
    """Serve the health of an application; its store has so many seconds to show that it is ready."""
    app.extensions[_EXTENSION] = Probe(_service(app).vocabulary.answers, seconds)
    app.register_blueprint(blueprint)


@blueprint.get("/health")
def health() -> Response:
    """``ok``, and the generation that answers."""
    return jsonify(status="ok", generation=_service(current_app).vocabulary.generation)


@blueprint.get("/health/live")
def live() -> Response:
    """``ok``, for as long as the process answers at all; it should be started again when it does not."""
    return jsonify(status="ok")


@blueprint.get("/health/ready")
def ready() -> Response:
    """``ok`` and the generation when the store answers, else a problem: send the requests elsewhere."""
    probe: Probe = current_app.extensions[_EXTENSION]
    probe.check()
    return jsonify(status="ok", generation=_service(current_app).vocabulary.generation)


@blueprint.after_request
def _never_kept(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


def _service(app: Flask) -> Service:
    found: Service = app.extensions["fellesord"]
    return found
