import os
import sys
from pathlib import Path
from typing import Any

import pytest

from fellesord import jail
from fellesord.errors import JailBroken, JailError, JailOverflow, JailTimeout

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the jail is Linux only")
#: The child runs isolated, so the tasks are named by a module that it can import.
TASKS = Path(__file__).with_name("jail_tasks.py").read_text("utf-8")


@pytest.fixture(scope="module")
def tasks() -> Any:
    """The name of a module with the tasks, where the isolated child finds it."""
    module = Path(jail.__file__).with_name("_jail_tasks_of_the_tests.py")
    module.write_text(TASKS)
    yield f"fellesord.{module.stem}"
    module.unlink()


def run(tasks: str, name: str, payload: bytes = b"", seconds: float = 5) -> bytes:
    return jail.run(f"{tasks}:{name}", payload, seconds=seconds, memory=256 * 2**20)


@pytest.mark.parametrize("payload", [b"", b"\x00\xff", os.urandom(5 * 2**20)], ids=["none", "few", "many"])
def test_what_goes_in_comes_out(tasks: str, payload: bytes) -> None:
    assert run(tasks, "echo", payload) == payload


@pytest.mark.parametrize("task", ["loop", "sleep"])
def test_a_task_is_stopped_at_its_deadline(tasks: str, task: str) -> None:
    with pytest.raises(JailTimeout, match="more than 1 seconds"):
        run(tasks, task, seconds=1)


def test_a_task_that_hoards_memory_is_stopped(tasks: str) -> None:
    with pytest.raises(JailOverflow, match="256 MiB"):
        run(tasks, "hoard")


@pytest.mark.parametrize("task", ["crash", "fail"])
def test_a_task_that_breaks_down_is_told_of_and_nothing_else_breaks(tasks: str, task: str) -> None:
    with pytest.raises(JailBroken):
        run(tasks, task)
    assert run(tasks, "echo", b"still here") == b"still here"


def test_a_task_reaches_neither_files_nor_sockets_nor_processes(tasks: str) -> None:
    assert run(tasks, "reach") == b""


def test_a_task_gives_way_to_all_others(tasks: str) -> None:
    assert run(tasks, "nice") == b"19"


def test_nothing_is_left_after_many_runs(tasks: str) -> None:
    before = sum(1 for _ in Path("/proc/self/fd").iterdir())
    for name in ("echo", "crash", "fail") * 4:
        try:
            run(tasks, name)
        except JailError:
            continue
    assert sum(1 for _ in Path("/proc/self/fd").iterdir()) == before
