"""Webhooks: telling others of a release, signed, and again when they do not answer.

What is sent follows Standard Webhooks 1.0 (https://www.standardwebhooks.com): ``webhook-id`` is the same
however often it is sent, and ``webhook-signature`` is an HMAC-SHA256 of the id, the time and the body.
Redirects are not followed, proxies are not asked, and nothing of an answer is used but its status.
"""

import binascii
import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from hashlib import sha256
from http.client import HTTPException
from typing import IO
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from fellesord import __version__
from fellesord.errors import InvalidSetting
from fellesord.releases import manifests
from fellesord.releases.archive import Release
from fellesord.releases.manifests import File

#: Seconds to wait before each further attempt.
WAITS = (2.0, 15.0, 60.0)
_PREFIX = "whsec_"
#: Bytes that a key has at least, and at most (Standard Webhooks, "Signature scheme").
_LEAST, _MOST = 24, 64
_TIMEOUT = 10.0
_AGAIN = frozenset({408, 425, 429})


@dataclass(frozen=True)
class Delivery:
    """What became of telling one address: how often it was tried, and why it failed, if it did."""

    address: str
    attempts: int
    problem: str | None = None


@dataclass(frozen=True)
class Notice:
    """What is told of a release: an id, and a body that is the same each time."""

    id: str
    body: bytes


def notice(release: Release, address: str | None) -> Notice:
    """The notice of a release; ``address`` is where it can be read, if that is known."""
    manifest = release.manifest
    content = {
        "type": "release.published",
        "timestamp": f"{release.date}T00:00:00Z",
        "data": {
            "date": release.date,
            "previous": manifest.previous.date if manifest.previous else None,
            "changes": dict(manifest.changes),
            "manifest": File.of(release.file(manifests.NAME)).sha256,
            "url": address,
        },
    }
    return Notice(f"release_{release.date}", json.dumps(content, ensure_ascii=False).encode())


def key(secret: str) -> bytes:
    """The key that a secret is, ``whsec_`` and base64. Raises InvalidSetting."""
    try:
        found = b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        found = b""
    if not _LEAST <= len(found) <= _MOST:
        raise InvalidSetting(
            f"webhook-secret: is not {_PREFIX} and the base64 of {_LEAST} to {_MOST} bytes; make one with:"
            " echo whsec_$(openssl rand -base64 32)"
        )
    return found


def signature(secret: bytes, id: str, moment: int, body: bytes) -> str:
    """The signature of a body that is sent at a moment (seconds since 1970)."""
    signed = b".".join((id.encode(), str(moment).encode(), body))
    return f"v1,{b64encode(hmac.new(secret, signed, sha256).digest()).decode()}"


def deliver(
    address: str,
    told: Notice,
    secret: bytes,
    *,
    now: Callable[[], float],
    wait: Callable[[float], None],
    waits: tuple[float, ...] = WAITS,
) -> Delivery:
    """Tell an address, and again after each of some waits while it may yet answer."""
    for attempt, pause in enumerate((*waits, None), start=1):
        moment = int(now())
        problem, again = _send(address, told, signature(secret, told.id, moment, told.body), moment)
        if problem is None or not again or pause is None:
            return Delivery(address, attempt, problem)
        wait(pause)
    raise AssertionError("the last attempt returns")


def _send(address: str, told: Notice, signed: str, moment: int) -> tuple[str | None, bool]:
    """What went wrong, if anything, and whether it may go better another time."""
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"fellesord/{__version__}",
        "webhook-id": told.id,
        "webhook-timestamp": str(moment),
        "webhook-signature": signed,
    }
    request = Request(address, told.body, headers, method="POST")  # noqa: S310 - only allowed addresses come here
    try:
        with build_opener(ProxyHandler({}), _Stay()).open(request, timeout=_TIMEOUT):
            return None, False
    except HTTPError as error:
        error.close()
        if error.code == 410:
            return "answered 410: it wants to hear no more; take it out of webhooks", False
        return f"answered {error.code}", error.code >= 500 or error.code in _AGAIN
    except (OSError, HTTPException) as error:
        return f"did not answer: {getattr(error, 'reason', None) or error or type(error).__name__}", True


class _Stay(HTTPRedirectHandler):
    """Follows no redirect: where an address leads on to may be anywhere."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> None:
        return None
