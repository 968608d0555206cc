"""The jail: what a stranger sends is worked on in a child that can be killed and can reach nothing.

The child loads what it needs, then gives up files, sockets, processes and most of its memory, is as nice as
can be, and is killed at its deadline. Only bytes pass either way. Linux only.
"""

import contextlib
import ctypes
import importlib
import os
import resource
import signal
import subprocess
import sys
from threading import BoundedSemaphore

from fellesord.errors import JailBroken, JailBusy, JailOverflow, JailTimeout, JailUnavailable

#: Children at once in one process, and seconds that another waits for its turn.
AT_ONCE, WAIT = 4, 5.0
#: Bytes that an answer may have, unless it is said otherwise.
LARGEST = 64 * 1024 * 1024
_MEMORY_EXIT = 7
_PR_SET_PDEATHSIG = 1
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
    given = [task, str(seconds), str(memory), str(largest), str(os.getpid())]
    command = [sys.executable, "-I", "-X", "utf8", "-m", "fellesord.jail", *given]
    child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
        start_new_session=True,
    )
    try:
        answer, said = child.communicate(payload, timeout=seconds + 10)
    except subprocess.TimeoutExpired as error:
        raise JailTimeout(f"it took more than {seconds:g} seconds and was stopped") from error
    finally:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        child.communicate()
    if child.returncode == 0:
        return answer
    if child.returncode == -signal.SIGALRM or child.returncode == -signal.SIGXCPU:
        raise JailTimeout(f"it took more than {seconds:g} seconds and was stopped")
    if child.returncode == _MEMORY_EXIT or b"memory" in said.lower():
        raise JailOverflow(f"it took more than {memory // 2**20} MiB of memory and was stopped")
    raise JailBroken("it could not be worked on: what reads it broke down")


def main(task: str, seconds: str, memory: str, largest: str, parent: str) -> None:
    """Run a task in this process, from standard input to standard output, with the doors closed."""
    _die_with(int(parent))
    module, _, name = task.partition(":")
    work = importlib.import_module(module)
    with contextlib.suppress(AttributeError):
        work.prepare()
    _close(float(seconds), int(memory))
    payload = sys.stdin.buffer.read()
    try:
        answer: bytes = getattr(work, name)(payload)
    except MemoryError:
        os._exit(_MEMORY_EXIT)
    if len(answer) > int(largest):
        os._exit(_MEMORY_EXIT)
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()
    os._exit(0)


def _close(seconds: float, memory: int) -> None:
    """Give up what is not needed. A limit can be lowered only, so there is no way back."""
    os.nice(19)
    own = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()  # noqa: PTH123, SIM115
    for limit, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CPU, int(seconds) + 1),
        (resource.RLIMIT_AS, own + memory),
        (resource.RLIMIT_NOFILE, 0),
    ):
        resource.setrlimit(limit, (value, value))
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
