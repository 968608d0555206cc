"""Cursors: where the next page of a list goes on, as a token that holds all that is needed.

A token holds the languages the list is ordered by, so that the order is the same on every page, and a
fingerprint of what was asked, so that it cannot be used on another list.
"""

import binascii
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from fellesord.errors import InvalidRequest

_BETWEEN = "\x1f"
_LONGEST = 8


@dataclass(frozen=True)
class Cursor:
    """The languages of the order, and the name and IRI of the last item seen."""

    languages: tuple[str, ...]
    last: tuple[str, str]


def fingerprint(path: str, asked: Mapping[str, object]) -> str:
    """A short mark of a list: where it is, and what was asked of it."""
    words = [path, *(f"{name}={asked[name]}" for name in sorted(asked))]
    return sha256(_BETWEEN.join(words).encode("utf-8", "replace")).hexdigest()[:12]


def write(cursor: Cursor, mark: str) -> str:
    """The token of a cursor on the list with that mark."""
    name, iri = cursor.last
    text = _BETWEEN.join((mark, ",".join(cursor.languages), iri, name))
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read(token: str, mark: str) -> Cursor:
    """The cursor of a token. Raises InvalidRequest when it is none, or another list's."""
    try:
        padded = token.encode("ascii") + b"=" * (-len(token) % 4)
        text = b64decode(padded, altchars=b"-_", validate=True).decode()
        found, languages, iri, name = text.split(_BETWEEN, 3)
    except (binascii.Error, ValueError) as error:
        raise InvalidRequest(
            "cursor: not one of ours; leave it out to begin at the start", key="no-cursor"
        ) from error
    tags = tuple(languages.split(","))
    if found != mark or len(tags) > _LONGEST:
        raise InvalidRequest(
            "cursor: it belongs to another list; leave it out to begin at the start", key="other-cursor"
        )
    return Cursor(tags, (name, iri))
