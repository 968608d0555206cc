"""Taking in a whole thesaurus, every statement accounted for, beside Skosify's reading and cleaning of the same."""

import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from fellesord.files import root
from fellesord.intake import cleaning, reading, sources

FILE = Path(__file__).parents[3] / "shared/data/public/stw-skos.ttl"
_REACH = 20


def measure(attached: tuple[Path, ...]) -> None:
    """STW into a copy of the shipped record, written; with and without the repairs that Skosify proposes."""
    if not FILE.exists():
        print(f"skipped: there is no {FILE}")
        return
    for clean in ("skip", "propose"):
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "vocab"
            shutil.copytree(root() / "vocab", copy)
            account = Path(folder) / "account.tsv"
            options = ["--clean", clean, "--profile", "skos", "--vocab", str(copy), "--account", str(account)]
            command = [sys.executable, "-m", "fellesord", "import", str(FILE), *options]
            begun, used = time.perf_counter(), _cpu()
            subprocess.run(command, capture_output=True, check=True)
            wall, cpu = time.perf_counter() - begun, _cpu() - used
            accounted = len(
                [row for row in account.read_text("utf-8").splitlines()[1:] if not row.startswith("added")]
            )
            documents = sum(1 for _ in copy.rglob("*.ttl"))
        print(
            f"STW taken in, --clean {clean}: {accounted} statements accounted for, {documents} documents:"
            f" {wall:.1f} s, {cpu:.1f} s CPU (reach {_REACH})"
        )
    graph = reading.read(sources.opened(FILE))
    begun, used = time.perf_counter(), _cpu()
    cleaning.proposal(graph)
    wall, cpu = time.perf_counter() - begun, _cpu() - used
    print(f"Skosify alone, reading and cleaning the same: {wall:.1f} s, {cpu:.1f} s CPU")


def _cpu() -> float:
    """Seconds of CPU, those of children too."""
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )
