"""Large answers as files: however many clients read one slowly, it is held once and not in memory."""

import gzip
import hashlib
import os
import shutil
import tempfile
import weakref
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import BinaryIO

#: Bytes of a file that are read at a time.
_PIECE = 64 * 1024


@dataclass(frozen=True)
class Spooled:
    """A file that was made: where it lies while there is room for it, its size, and the SHA-256 of it."""

    path: Path
    size: int
    digest: str


class Lying:
    """The body of an answer that lies in a file: read piece by piece, or sent from there by who can."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __iter__(self) -> Iterator[bytes]:
        with self.path.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece


class Spool:
    """A folder of files, named by what they hold, the least used removed above ``room`` bytes.

    It has half of what is free when it is made, where that is less. It lies in ``within``, which outlives
    this process and is removed by whoever made it; else among temporary files.
    """

    def __init__(self, within: Path | None = None, room: int = 512 * 1024 * 1024) -> None:
        self._within = within
        self._room = room
        self._lock = Lock()
        self._files: OrderedDict[str, int] = OrderedDict()

    def file(self, name: str, body: bytes) -> Path:
        """The file that holds an answer; ``name`` is a hash of ``body``. Raises OSError when it cannot."""
        return self._held(name) or self._kept(name, lambda file: file.write(body))

    def made(self, write: Callable[[BinaryIO], object]) -> Spooled:
        """What ``write`` writes as a file. Raises OSError when it cannot be written."""
        with self._written(write) as path, path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            size = path.stat().st_size
            return Spooled(self._moved(path, digest), size, digest)

    def packed(self, path: Path) -> Path:
        """A file of the folder packed by gzip, once. Raises OSError when it is not there any more."""

        def pack(file: BinaryIO) -> None:
            with path.open("rb") as plain, gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:
                shutil.copyfileobj(plain, packed)

        name = f"{path.name}.gz"
        return self._held(name) or self._kept(name, pack)

    def there(self, path: Path) -> bool:
        """Whether a file of the folder is still there, which then counts as used."""
        return self._held(path.name) is not None

    @cached_property
    def _folder(self) -> Path:
        """The folder, made with the first use and removed with the last."""
        folder = Path(tempfile.mkdtemp(prefix="fellesord-answers-", dir=self._within))
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self._room = min(self._room, shutil.disk_usage(folder).free // 2)
        return folder

    def _held(self, name: str) -> Path | None:
        path = self._folder / name
        with self._lock:
            if name not in self._files or not path.exists():
                return None
            self._files.move_to_end(name)
        return path

    def _kept(self, name: str, write: Callable[[BinaryIO], object]) -> Path:
        with self._written(write) as path:
            return self._moved(path, name)

    @contextmanager
    def _written(self, write: Callable[[BinaryIO], object]) -> Iterator[Path]:
        """A file in the making, which is gone afterwards if it was not moved."""
        descriptor, name = tempfile.mkstemp(prefix="making-", dir=self._folder)
        try:
            with os.fdopen(descriptor, "wb") as file:
                write(file)
            yield Path(name)
        finally:
            with suppress(FileNotFoundError):
                Path(name).unlink()

    def _moved(self, made: Path, name: str) -> Path:
        size = made.stat().st_size
        with self._lock:
            made.replace(self._folder / name)
            self._files[name] = size
            self._files.move_to_end(name)
            while sum(self._files.values()) > self._room and len(self._files) > 1:
                oldest, _ = self._files.popitem(last=False)
                with suppress(OSError):  # whoever has it open reads on
                    (self._folder / oldest).unlink()
        return self._folder / name
