"""Answers in the making: one thread writes, one client reads at its own pace, neither waits for the other.

What is written lies in a file without a name. The server reads it from a named pipe, which it takes for a
file: what it is handed otherwise it holds in memory for as long as the client does not read (measured: 1.7 GB
in three seconds for one client).
"""

import asyncio
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import IO
from uuid import uuid4

from fellesord.web.answers import Answer

_BLOCK = 64 * 1024
#: Seconds that the server may take to begin reading, and the client to read anything at all.
_OPENING, _READING = 10.0, 600.0


class Gone(Exception):
    """The client has left; there is nobody to write for."""


class Tape:
    """What is written of one answer. Writing is for one thread, the rest for the event loop that made it."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or Path(tempfile.gettempdir())
        self._loop = asyncio.get_running_loop()
        self._head: asyncio.Future[Answer] = self._loop.create_future()
        self._file: IO[bytes] | None = None
        self._lock = Lock()
        self._size = 0
        self._ended = self._left = False
        self._more = asyncio.Event()

    def begin(self, head: Answer) -> None:
        """Say the status and the headers; the answer is whole when it has a length. For the thread."""
        self._loop.call_soon_threadsafe(self._begun, head)

    def _begun(self, head: Answer) -> None:
        if not self._head.done():
            self._head.set_result(head)

    def write(self, data: bytes) -> None:
        """Add some bytes. Raises Gone when nobody wants them any more. For the thread."""
        with self._lock:
            if self._left:
                raise Gone
            if self._file is None:
                self._file = tempfile.TemporaryFile(dir=self.folder)  # noqa: SIM115 - it is closed by ``leave``
            self._file.write(data)
            self._file.flush()
            self._size += len(data)
        self._loop.call_soon_threadsafe(self._more.set)

    def end(self, error: Exception | None = None) -> None:
        """Say that there is no more, and why if it failed before it began. For the thread."""
        self._ended = True

        def tell() -> None:
            if not self._head.done():
                self._head.set_exception(error or RuntimeError("an answer ended before it began"))
            self._more.set()

        with suppress(RuntimeError):  # the loop may be closed
            self._loop.call_soon_threadsafe(tell)

    async def head(self, leaving: "asyncio.Future[None]") -> Answer:
        """The status and headers, when they are known; raises what the making of the answer raised.

        Raises Gone when ``leaving`` comes first: then the client has left.
        """
        await asyncio.wait((self._head, leaving), return_when=asyncio.FIRST_COMPLETED)
        if not self._head.done():
            raise Gone
        return self._head.result()

    async def play(self, give: Callable[[str], None]) -> int:
        """Send what is written, as it is written; the bytes sent. ``give`` hands the server a path."""
        path = self.folder / f"fellesord-{uuid4().hex}"
        os.mkfifo(path, 0o600)
        try:
            give(str(path))
            pipe = await self._opened(path)
        finally:
            path.unlink()
        try:
            return await self._copy(pipe)
        finally:
            os.close(pipe)

    async def _opened(self, path: Path) -> int:
        """The pipe to write to, once the server reads from it. Raises Gone when it never does."""
        ends = self._loop.time() + _OPENING
        while True:
            try:
                return os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            except OSError as error:  # ENXIO: nobody reads yet
                if self._loop.time() > ends:
                    raise Gone from error
                await asyncio.sleep(0.001)

    async def _copy(self, pipe: int) -> int:
        sent = 0
        while True:
            self._more.clear()
            ended, size = self._ended, self._size
            while sent < size:
                assert self._file is not None  # noqa: S101 - something was written
                block = os.pread(self._file.fileno(), _BLOCK, sent)
                try:
                    sent += os.write(pipe, block)
                except BlockingIOError:
                    await self._writable(pipe)
                except BrokenPipeError as error:
                    raise Gone from error
            if ended:
                return sent
            await self._more.wait()

    async def _writable(self, pipe: int) -> None:
        ready = asyncio.Event()
        self._loop.add_writer(pipe, ready.set)
        try:
            async with asyncio.timeout(_READING):
                await ready.wait()
        except TimeoutError as error:
            raise Gone from error
        finally:
            self._loop.remove_writer(pipe)

    def leave(self) -> None:
        """Let go of it; the thread is told when it next writes."""
        with self._lock:
            self._left = True
            if self._file is not None:
                self._file.close()
                self._file = None

    def left(self) -> bool:
        """Whether nobody wants it any more."""
        return self._left
