"""The manifest of a release: what it holds, file by file, and which release it follows."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from fellesord.errors import InvalidData

NAME = "manifest.json"
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class File:
    """A file as it was: its size in bytes, and its SHA-256 in hexadecimal."""

    size: int
    sha256: str

    @classmethod
    def of(cls, data: bytes) -> "File":
        """What is said of a file with these bytes."""
        return cls(len(data), hashlib.sha256(data).hexdigest())


@dataclass(frozen=True)
class Previous:
    """The release before, and the SHA-256 of its manifest, so that none can be changed unseen."""

    date: str
    manifest: str


@dataclass(frozen=True)
class Manifest:
    """What a release says of itself.

    ``things`` counts by kind, ``changes`` by what happened. ``files`` lie in the folder of the release,
    ``exports`` lay beside the releases when this was the newest.
    """

    date: str
    program: str
    base: str
    licence: str | None
    documents: int
    triples: int
    things: Mapping[str, int]
    changes: Mapping[str, int]
    previous: Previous | None
    files: Mapping[str, File]
    exports: Mapping[str, File]

    def write(self) -> bytes:
        """The manifest as JSON, the same bytes for the same release."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2).encode() + b"\n"


def read(data: bytes, name: str) -> Manifest:
    """The manifest that some bytes are; ``name`` is what errors call the file. Raises InvalidData."""
    try:
        found: dict[str, Any] = json.loads(data)
        files, exports = (
            {path: File(**each) for path, each in found.pop(part).items()} for part in ("files", "exports")
        )
        previous = found.pop("previous")
        manifest = Manifest(
            **found, files=files, exports=exports, previous=Previous(**previous) if previous else None
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise InvalidData(f"{name}: is not the manifest of a release: {error}") from error
    if any(not _HASH.fullmatch(each.sha256) for each in (*files.values(), *exports.values())):
        raise InvalidData(f"{name}: says a SHA-256 that is none")
    return manifest
