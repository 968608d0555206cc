"""Stopping a query that runs: whoever gave its request a name that others cannot guess may do so.

The name is that in the header X-Request-ID. Nothing is remembered of it when the query is over.
"""

from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from flask import Blueprint, Response

from fellesord.errors import NotFound
from fellesord.web import schemas
from fellesord.web.operations import PREFIX, Answer, Operation, in_path
from fellesord.web.pages.rendering import service

blueprint = Blueprint("running", __name__)
#: Characters from which on a name is not guessed.
_LONG = 16


@dataclass(frozen=True)
class Mark:
    """A file that is there as long as a query may run; without one, the query is not to be stopped."""

    file: Path | None = None

    def gone(self) -> bool:
        """Whether the query is to stop."""
        return self.file is not None and not self.file.exists()

    def end(self) -> None:
        """Say that the query is over."""
        if self.file is not None:
            self.file.unlink(missing_ok=True)


@dataclass(frozen=True)
class Running:
    """The queries that are being answered, by name, in a folder that all workers share."""

    folder: Path | None = None

    def begin(self, name: str) -> Mark:
        """Say that a query of that name runs. Of several at a time the first can be stopped."""
        mark = Mark(self._file(name))
        with suppress(OSError):
            if mark.file is not None:
                mark.file.touch(exist_ok=False)
                return mark
        return Mark()

    def stop(self, name: str) -> None:
        """Have the query of that name stopped, whichever worker answers it. Raises NotFound."""
        file = self._file(name)
        try:
            if file is not None:
                return file.unlink()
        except OSError:
            pass
        raise NotFound(f"no query of that name runs here; names have from {_LONG} to 64 of A-Z a-z 0-9 . _ -")

    def _file(self, name: str) -> Path | None:
        if self.folder is None or len(name) < _LONG:
            return None
        return self.folder / f"running-{sha256(name.encode()).hexdigest()}"


OPERATIONS = (
    Operation(
        "stop",
        f"{PREFIX}running/<request>",
        "queries",
        (Answer(204), *schemas.problems(404, 500, 503)),
        (in_path("request", {"type": "string", "pattern": f"^[A-Za-z0-9._-]{{{_LONG},64}}$"}),),
        method="delete",
    ),
)


@blueprint.delete(OPERATIONS[0].rule)
def stop(request: str) -> Response:
    """Stop a query."""
    asking = service().asking
    (asking.running if asking else Running()).stop(request)
    return Response(status=204)
