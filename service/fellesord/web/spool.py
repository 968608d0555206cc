"""Large answers as files: however many clients read one slowly, it is held once and not in memory."""

import shutil
import tempfile
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path
from threading import Lock


class Spool:
    """A folder of answers, named by what they hold, the least used removed above ``room`` bytes.

    It lies in ``within``, which outlives this process and is removed by whoever made it.
    """

    def __init__(self, within: Path | None = None, room: int = 512 * 1024 * 1024) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="fellesord-answers-", dir=within))
        self._room = room
        self._lock = Lock()
        self._files: OrderedDict[str, int] = OrderedDict()

    def file(self, name: str, body: bytes) -> Path:
        """The file that holds an answer; ``name`` is a hash of ``body``. Raises OSError when it cannot."""
        path = self._folder / name
        with self._lock:
            if name in self._files and path.exists():
                self._files.move_to_end(name)
                return path
            path.write_bytes(body)
            self._files[name] = len(body)
            while sum(self._files.values()) > self._room and len(self._files) > 1:
                oldest, _ = self._files.popitem(last=False)
                with suppress(OSError):  # whoever has it open reads on
                    (self._folder / oldest).unlink()
        return path

    def close(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self._folder, ignore_errors=True)
