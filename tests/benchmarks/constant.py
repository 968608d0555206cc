"""``python -m tests.benchmarks.constant PORT SIZE…``: answers that are always the same, plain WSGI under granian.

``/?SIZE`` gives that many bytes. One worker, and as many threads as the front has.
"""

import sys
from typing import TYPE_CHECKING

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from fellesord.web.front import _THREADS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_ANSWERS = {
    size: ([("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", size)], b"x" * int(size))
    for size in sys.argv[2:]
}


def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
    """The WSGI application."""
    headers, body = _ANSWERS[environ["QUERY_STRING"]]
    start_response("200 OK", headers)
    return [body]


if __name__ == "__main__":
    Granian(
        "tests.benchmarks.constant:application",
        port=int(sys.argv[1]),
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=_THREADS,
        websockets=False,
        log_level=LogLevels.warning,
    ).serve()
