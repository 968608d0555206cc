"""Writing documents: all of them or none."""

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from fellesord.errors import InvalidSetting


def write(folder: Path, changes: Mapping[str, bytes | None]) -> None:
    """Put documents in a record's folder, path → bytes, ``None`` to remove one.

    All are written beside their places first and moved there at the end; when that fails, what had been moved
    is put back. Raises InvalidSetting when the folder cannot be written.
    """
    try:
        staging = Path(tempfile.mkdtemp(prefix=".writing-", dir=folder))
    except OSError as error:
        raise InvalidSetting(f"{folder}: cannot be written: {error.strerror}") from error
    try:
        _stage(staging, folder, changes)
        _move(staging, folder, changes)
    except OSError as error:
        place = error.filename or folder
        raise InvalidSetting(f"{place}: cannot be written: {error.strerror}; nothing was changed") from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _stage(staging: Path, folder: Path, changes: Mapping[str, bytes | None]) -> None:
    for parent in {path.rpartition("/")[0] for path in changes}:
        for place in (staging / "new" / parent, staging / "old" / parent, folder / parent):
            place.mkdir(parents=True, exist_ok=True)
    for path, data in changes.items():
        if (folder / path).exists():
            shutil.copy2(folder / path, staging / "old" / path)
        if data is not None:
            (staging / "new" / path).write_bytes(data)
    os.sync()


def _move(staging: Path, folder: Path, changes: Mapping[str, bytes | None]) -> None:
    moved: list[str] = []
    try:
        for path, data in changes.items():
            moved.append(path)
            if data is None:
                (folder / path).unlink(missing_ok=True)
            else:
                (staging / "new" / path).replace(folder / path)
    except BaseException:
        for path in reversed(moved):
            old = staging / "old" / path
            if old.exists():
                old.replace(folder / path)
            else:
                (folder / path).unlink(missing_ok=True)
        raise
