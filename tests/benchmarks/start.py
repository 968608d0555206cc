"""From the command to the first answer, and the memory that stands then."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from tests.web.test_serving import ask, free_port, wait_for

RUNS = 5
PAGE = "/doc/concept/innovasjon"


def measure(attached: tuple[Path, ...]) -> None:
    """Start to first answer, with an empty cache and a full one; a bare Python start is the floor."""
    with tempfile.TemporaryDirectory() as cache:
        cold, _ = _once(Path(cache) / "first", attached)
        for number in range(RUNS - 1):
            cold = min(cold, _once(Path(cache) / f"cold{number}", attached)[0])
        warm = [_once(Path(cache) / "first", attached) for _ in range(RUNS)]
    floor = statistics.median([_floor() for _ in range(RUNS)])
    name = attached[0].name if attached else "shipped"
    print(
        f"{name}: {cold:.2f} s with an empty cache, {statistics.median(t for t, _ in warm):.2f} s with a full one"
        f" (python itself {floor:.3f} s); memory {statistics.median(m for _, m in warm) / 2**20:.0f} MB"
        " (PSS of all processes)"
    )


def _once(cache: Path, attached: tuple[Path, ...]) -> tuple[float, int]:
    """Seconds to the first answer, and bytes of memory right after it."""
    port = free_port()
    options = [option for file in attached for option in ("--attach", str(file))]
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "fellesord", "serve", "--port", str(port), "--cache", str(cache), *options],
        env=os.environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port, process, 120)
        assert ask(port, PAGE)[0] == 200
        taken = time.perf_counter() - begun
        return taken, _pss(process.pid)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _pss(pid: int) -> int:
    """Proportional set size of a process and those below it."""
    parent = psutil.Process(pid)
    family = [parent, *parent.children(recursive=True)]
    return sum(int(each.memory_full_info().pss) for each in family)


def _floor() -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return time.perf_counter() - begun
