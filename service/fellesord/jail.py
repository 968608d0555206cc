"""The jail: what a stranger sends is worked on in a child that can be killed and can reach nothing.

The child loads what it needs, then gives up files, sockets, processes and most of its memory, is as nice as
can be, and is killed at its deadline. Only bytes pass either way. Linux only. ``run`` has a child for one
task; a ``Child`` stays, and is given one task after another.
"""

import contextlib
import ctypes
import importlib
import os
import resource
import select
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import BoundedSemaphore
from types import ModuleType

from fellesord.errors import (
    JailBroken,
    JailBusy,
    JailError,
    JailOverflow,
    JailStopped,
    JailTimeout,
    JailUnavailable,
)

#: Children at once in one process, and seconds that another waits for its turn.
AT_ONCE, WAIT = 4, 5.0
#: Bytes that an answer may have, unless it is said otherwise.
LARGEST = 64 * 1024 * 1024
_MEMORY_EXIT = 7
_PR_SET_PDEATHSIG = 1
#: Seconds beyond its deadline after which a child is killed from outside, should the kernel's timer not have
#: done it.
_GRACE = 0.5
#: Seconds between two looks whether somebody still waits.
_LOOK = 0.1
#: Seconds of processor time after which a child gives way to all that have just begun.
_LONG = 0.25
#: Seconds that a child may take to begin.
_BEGIN = 20.0
#: How nice a child is while it begins: it gives way to us, and those at work give way to it.
_BEGINNING = 10
#: Bytes that wait between a child and us.
_PIPE = 1024 * 1024
#: What goes in: the seconds there are and the bytes that follow. What comes out: the bytes that follow.
_TASK, _PIECE = struct.Struct("!dI"), struct.Struct("!I")
#: In place of a number of bytes: the child is ready, or its task is done.
_DONE = 0xFFFFFFFF
_turns = BoundedSemaphore(AT_ONCE)


def run(task: str, payload: bytes, *, seconds: float, memory: int, largest: int = LARGEST) -> bytes:
    """What a task makes of the payload.

    ``task`` is ``module:function``, bytes in and bytes out; the module's ``prepare``, if it has one, is
    called before the doors close. ``memory`` is in bytes, above what the child takes to begin with;
    ``largest`` is the bytes that the answer may have. Raises
    JailTimeout, JailOverflow, JailBroken, JailBusy when all children are at work, JailUnavailable where there
    is no jail.
    """
    if not sys.platform.startswith("linux"):
        raise JailUnavailable("files of others are only worked on under Linux, where they can be jailed")
    if not _turns.acquire(timeout=WAIT):
        raise JailBusy(f"{AT_ONCE} files are being worked on already; try again in a moment", WAIT)
    try:
        return _answer(task, payload, seconds, memory, largest)
    finally:
        _turns.release()


def _answer(task: str, payload: bytes, seconds: float, memory: int, largest: int) -> bytes:
    child = _start("once", task, str(seconds), str(memory), str(largest))
    try:
        answer, said = child.communicate(payload, timeout=seconds + 10)
    except subprocess.TimeoutExpired as error:
        raise JailTimeout(_too_long(seconds)) from error
    finally:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        child.communicate()
    if child.returncode == 0:
        return answer
    raise _death(child.returncode, said, seconds, memory)


def _start(way: str, *given: str) -> "subprocess.Popen[bytes]":
    """A child that works in one of two ways: ``once`` or ``stay``."""
    command = [sys.executable, "-I", "-X", "utf8", "-m", "fellesord.jail", str(os.getpid()), way, *given]
    # Of our session, in which the kernel weighs processes by how nice they are; but out of reach of Ctrl-C.
    child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
        process_group=0,
        pipesize=_PIPE,
    )
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, child.pid, _BEGINNING)
    return child


def _death(code: int, said: bytes, seconds: float, memory: int) -> JailError:
    """What a child died of."""
    if code in (-signal.SIGALRM, -signal.SIGXCPU):
        return JailTimeout(_too_long(seconds))
    if code == _MEMORY_EXIT or b"memory" in said.lower():
        return JailOverflow(f"it took more than {memory // 2**20} MiB of memory and was stopped")
    return JailBroken("it could not be worked on: what reads it broke down")


def _too_long(seconds: float) -> str:
    return f"it took more than {seconds:g} seconds and was stopped"


class Child:
    """A jailed child that stays. Linux only; raises JailUnavailable elsewhere.

    ``task`` is ``module:function``. The module's ``prepare`` gets ``given`` before the doors close; the
    function gets what that returned, a payload, and what to hand pieces of its answer to. ``memory`` is in
    bytes, above what the child takes to begin with. It dies with the thread that made it. What takes long
    gives way to what has just begun.
    """

    def __init__(self, task: str, *given: str, memory: int) -> None:
        if not sys.platform.startswith("linux"):
            raise JailUnavailable("what others send is only worked on under Linux, where it can be jailed")
        self._memory = memory
        self._process = _start("stay", task, str(memory), *given)
        self._buffer = bytearray()
        #: Whether it has given way to others, from which there is no way back: it is to be replaced.
        self.slowed = False
        self._ready = False
        try:
            for _ in self._pieces(_BEGIN):
                pass
        except BaseException:
            self.kill()
            raise
        self._ready = True

    def ask(
        self, payload: bytes, seconds: float, stopped: Callable[[], bool] = lambda: False
    ) -> Iterator[bytes]:
        """The pieces of what the task makes of a payload, as they come.

        After it has raised, or was left before its end, the child must be killed. ``stopped`` is asked now
        and then whether to stop. Raises JailTimeout, JailOverflow, JailBroken, JailStopped.
        """
        assert self._process.stdin is not None  # noqa: S101 - it was asked for
        try:
            self._process.stdin.write(_TASK.pack(seconds, len(payload)) + payload)
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise self._died(seconds) from error
        return self._pieces(seconds, stopped)

    def _pieces(self, seconds: float, stopped: Callable[[], bool] = lambda: False) -> Iterator[bytes]:
        self._begun = self._worked()
        ends = time.monotonic() + seconds + _GRACE
        while (size := _PIECE.unpack(self._read(_PIECE.size, ends, seconds, stopped))[0]) != _DONE:
            yield self._read(size, ends, seconds, stopped)

    def _read(self, size: int, ends: float, seconds: float, stopped: Callable[[], bool]) -> bytes:
        assert self._process.stdout is not None  # noqa: S101 - it was asked for
        out = self._process.stdout.fileno()
        ready = select.poll()
        ready.register(out, select.POLLIN)
        while len(self._buffer) < size:
            if stopped():
                raise JailStopped("it was stopped, as was asked for, or because nobody waits for it any more")
            left = ends - time.monotonic()
            if left <= 0:
                raise JailTimeout(_too_long(seconds))
            if self._ready and not self.slowed and self._worked() - self._begun > _LONG:
                self._slow()
            if not ready.poll(min(left, _LOOK) * 1000):
                continue
            if not (read := os.read(out, _PIPE)):
                raise self._died(seconds)
            self._buffer += read
        found = bytes(self._buffer[:size])
        del self._buffer[:size]
        return found

    def _worked(self) -> float:
        """Seconds of processor time that the child has had (its clock: clock_getcpuclockid(3))."""
        with contextlib.suppress(OSError):
            return time.clock_gettime((~self._process.pid << 3) | 2)
        return 0.0

    def _slow(self) -> None:
        """Run only when nobody else would."""
        self.slowed = True
        with contextlib.suppress(OSError):
            os.sched_setscheduler(self._process.pid, os.SCHED_IDLE, os.sched_param(0))

    def _died(self, seconds: float) -> JailError:
        assert self._process.stderr is not None  # noqa: S101 - it was asked for
        said = self._process.stderr.read(_PIPE)
        return _death(self._process.wait(), said, seconds, self._memory)

    def kill(self) -> None:
        """End the child, whatever it does."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()


def main(parent: str, way: str, task: str, *given: str) -> None:
    """Work in this process, from standard input to standard output, with the doors closed."""
    _die_with(int(parent))
    module, _, name = task.partition(":")
    work = importlib.import_module(module)
    (_once if way == "once" else _stay)(work, name, *given)
    os._exit(0)


def _once(work: ModuleType, name: str, seconds: str, memory: str, largest: str) -> None:
    with contextlib.suppress(AttributeError):
        work.prepare()
    _close(int(memory))
    _arm(float(seconds))
    payload = sys.stdin.buffer.read()
    try:
        answer: bytes = getattr(work, name)(payload)
    except MemoryError:
        os._exit(_MEMORY_EXIT)
    if len(answer) > int(largest):
        os._exit(_MEMORY_EXIT)
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()


def _stay(work: ModuleType, name: str, memory: str, *given: str) -> None:
    held = work.prepare(*given)
    _close(int(memory))
    source, target = sys.stdin.buffer, sys.stdout.buffer

    def send(piece: bytes) -> None:
        target.write(_PIECE.pack(len(piece)) + piece)
        target.flush()

    def done() -> None:
        target.write(_PIECE.pack(_DONE))
        target.flush()

    done()
    while len(head := source.read(_TASK.size)) == _TASK.size:
        seconds, size = _TASK.unpack(head)
        payload = source.read(size)
        _arm(seconds)
        try:
            getattr(work, name)(held, payload, send)
        except MemoryError:
            os._exit(_MEMORY_EXIT)
        signal.setitimer(signal.ITIMER_REAL, 0)
        done()


def _close(memory: int) -> None:
    """Give up what is not needed. A limit can be lowered only, so there is no way back."""
    os.nice(19)
    with contextlib.suppress(OSError):  # when memory is short in all, the kernel takes this process first
        Path("/proc/self/oom_score_adj").write_text("1000")
    own = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()  # noqa: PTH123, SIM115
    for limit, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_AS, own + memory),
        (resource.RLIMIT_NOFILE, 0),
    ):
        resource.setrlimit(limit, (value, value))


def _arm(seconds: float) -> None:
    """Have the kernel kill this process after so many seconds, of processor time too."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime + seconds) + 2, most))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)


def _die_with(parent: int) -> None:
    """Have the kernel kill this process when its parent dies."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
