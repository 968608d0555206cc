"""Words searched in vain, counted for editors: which word, in which language, how often, on which days.

Nothing is kept of who asked or at what time of the day, and nothing that looks like more than a word or two:
addresses, numbers, long texts. The counts lie in one small file that all workers write to.
"""

import logging
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from fellesord.search.analysis import plain

#: The name of the file, in the folder for built graphs.
FILE = "missed.sqlite"
_LONGEST, _WORDS, _DIGITS = 60, 5, 4
#: What is counted: words, with at most a year among them.
_WORD_LIKE = re.compile(r"(?:[^\W_]|[ '’./-])+")
#: Words kept; beyond that, new ones are not counted, so that nobody can fill the disk.
_MOST = 20_000
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS missed (words TEXT, language TEXT, times INTEGER, first TEXT, last TEXT,"
    " PRIMARY KEY (words, language)) WITHOUT ROWID"
)
_COUNT = (
    "INSERT INTO missed SELECT :words, :language, 1, :day, :day WHERE (SELECT count(*) FROM missed) < :most"
    " OR EXISTS (SELECT 1 FROM missed WHERE words = :words AND language = :language)"
    " ON CONFLICT (words, language) DO UPDATE SET times = times + 1, last = :day"
)
_LISTED = "SELECT words, language, times, first, last FROM missed WHERE last >= ? ORDER BY times DESC, words"
_log = logging.getLogger("fellesord")


@dataclass(frozen=True)
class Word:
    """Words that found nothing: the language asked in, how often, and the first and last day (ISO 8601)."""

    words: str
    language: str
    times: int
    first: str
    last: str


class Missed:
    """The counts in a file, which is made when the first word is counted. Safe to use from any thread."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._one = Lock()

    def count(self, words: str, language: str, day: str) -> bool:
        """Whether words that found nothing were counted; a file that cannot be written is logged."""
        kept = plain(words)
        if len(kept) > _LONGEST or len(kept.split()) > _WORDS or not _WORD_LIKE.fullmatch(kept):
            return False
        if sum(sign.isdigit() for sign in kept) > _DIGITS:
            return False
        try:
            with self._one, self._open() as file:
                file.execute(_SCHEMA)
                row = {"words": kept, "language": language, "day": day, "most": _MOST}
                return file.execute(_COUNT, row).rowcount > 0
        except (sqlite3.Error, OSError) as error:
            _log.warning("cannot count words searched in vain in %s: %s", self._file, error)
            return False

    def words(self, since: str = "") -> list[Word]:
        """What was searched in vain on ``since`` (ISO 8601) or later, the most asked for first.

        Raises OSError when the file is there and cannot be read.
        """
        if not self._file.exists():
            return []
        try:
            with self._open() as file:
                return [Word(*row) for row in file.execute(_LISTED, (since,))]
        except sqlite3.Error as error:
            raise OSError(f"{self._file}: {error}") from error

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._file, timeout=5)) as file, file:
            yield file
