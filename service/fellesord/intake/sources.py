"""The files to take in: known by their ending, unpacked, and no larger than can be worked on."""

import gzip
import zlib
from dataclasses import dataclass
from pathlib import Path

from fellesord.errors import InvalidData, InvalidSetting
from fellesord.rdf.syntaxes import SYNTAXES

#: The most bytes that a file may have, packed or unpacked.
MOST = 64 * 1024 * 1024
#: Ending → what is wrong with the files that have it.
_REFUSED = {
    "xlsm": "holds macros, which are not run; save it as .xlsx",
    "xltm": "holds macros, which are not run; save it as .xlsx",
    "xlsb": "is a binary workbook; save it as .xlsx",
    "xls": "is a workbook of an old kind; save it as .xlsx",
    "ods": "is an OpenDocument sheet; save it as .xlsx",
    "zip": "is an archive; unpack it and name the files in it",
}
TABLES = ("xlsx", "csv")


@dataclass(frozen=True)
class Source:
    """A file to take in: what it is called, its ending without the dot and without ``.gz``, and its bytes."""

    name: str
    ending: str
    data: bytes

    @property
    def tabular(self) -> bool:
        """Whether it is a table and not a graph."""
        return self.ending in TABLES


def opened(path: Path) -> Source:
    """A file, unpacked. Raises InvalidSetting for what is no file, InvalidData for one that is too large."""
    name = path.name.lower()
    ending = name.removesuffix(".gz").rpartition(".")[2]
    endings = [*(syntax.suffix for syntax in SYNTAXES), *TABLES]
    if ending in _REFUSED:
        raise InvalidData(f"{path}: {_REFUSED[ending]}")
    if ending not in endings:
        known = ", ".join(f".{each}" for each in endings)
        raise InvalidSetting(
            f"{path}: the ending says nothing of the format; there are {known}, each also .gz"
        )
    try:
        with path.open("rb") as file:
            data = file.read(MOST + 1)
    except OSError as error:
        raise InvalidSetting(f"{path}: cannot be read: {error.strerror}") from error
    if name.endswith(".gz"):
        data = _unpacked(path)
    if len(data) > MOST:
        raise InvalidData(f"{path}: is larger than {MOST // 2**20} MiB, which is the most that is taken in")
    if not data.strip():
        raise InvalidData(f"{path}: is empty")
    return Source(str(path), ending, data)


def _unpacked(path: Path) -> bytes:
    try:
        with gzip.open(path) as file:
            return file.read(MOST + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise InvalidData(f"{path}: cannot be unpacked: {error}") from error
