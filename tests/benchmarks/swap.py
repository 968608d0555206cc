"""New data while people ask."""

import select
import shutil
import signal
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Event

from fellesord.files import root
from tests.benchmarks.processes import Server, service

DOCUMENT = "concept/innovasjon"
LABEL = '"innovasjon"@nb'
SWAPS, LONGEST = 3, 30.0


@dataclass
class Client:
    """What one client met: when answers came, which labels they had, and what failed when."""

    kept: bool
    answers: list[float] = field(default_factory=list)
    labels: dict[str, float] = field(default_factory=dict)
    closed: int = 0
    failed: list[tuple[float, str]] = field(default_factory=list)


def measure(_: tuple[Path, ...]) -> None:
    """Lookups without pause by 4 clients while the record changes and SIGHUP is sent three times."""
    with tempfile.TemporaryDirectory() as name:
        vocab = Path(name) / "vocab"
        shutil.copytree(root() / "vocab", vocab)
        with service(Path(name) / "cache", vocab=vocab) as server:
            clients = [Client(kept) for kept in (True, True, False, False)]
            ended = Event()
            with ThreadPoolExecutor(len(clients)) as pool:
                tasks = [pool.submit(_ask, server.port, client, ended) for client in clients]
                try:
                    time.sleep(1)
                    seen = [_swap(server, vocab, number, clients) for number in range(1, SWAPS + 1)]
                    time.sleep(1)
                finally:
                    ended.set()
            for task in tasks:
                task.result()
    answers = sorted(when for client in clients for when in client.answers)
    gaps = [
        later - earlier
        for client in clients
        for earlier, later in zip(client.answers, client.answers[1:], strict=False)
    ]
    print(
        f"{len(answers)} answers in {answers[-1] - answers[0]:.0f} s, {SWAPS} swaps;"
        f" new data answered everywhere {', '.join(f'{seconds:.1f} s' for seconds in seen)} after SIGHUP"
    )
    for kept in (True, False):
        failed = [why for client in clients if client.kept is kept for _, why in client.failed]
        asked = sum(len(client.answers) for client in clients if client.kept is kept) + len(failed)
        print(
            f"{'keep-alive' if kept else 'new connections'}: {len(failed)} of {asked} failed (to reach: 0)"
            f"{''.join(f', {failed.count(why)} × {why}' for why in sorted(set(failed)))}"
        )
    closed = sum(client.closed for client in clients)
    print(f"connections closed between two answers: {closed}")
    print(f"longest a client waited between two answers: {max(gaps) * 1e3:.0f} ms", flush=True)


def _swap(server: Server, vocab: Path, number: int, clients: list[Client]) -> float:
    """Change the record and tell the service; seconds until every client was answered the new data."""
    file = vocab / f"{DOCUMENT}.ttl"
    before = LABEL if number == 1 else f'"innovasjon {number - 1}"@nb'
    text = file.read_text("utf-8")
    assert before in text
    file.write_text(text.replace(before, f'"innovasjon {number}"@nb'), "utf-8")
    begun = time.monotonic()
    server.process.send_signal(signal.SIGHUP)
    while not all(f"innovasjon {number}" in client.labels for client in clients):
        assert time.monotonic() - begun < LONGEST, f"swap {number} is not answered after {LONGEST:.0f} s"
        time.sleep(0.02)
    return max(client.labels[f"innovasjon {number}"] for client in clients) - begun


def _ask(port: int, client: Client, ended: Event) -> None:
    """Ask until ended."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    while not ended.is_set():
        if not client.kept:
            connection.close()
        elif connection.sock and select.select([connection.sock], [], [], 0)[0]:
            client.closed += 1  # between two answers, which any client must bear (RFC 9112, section 9.3.1)
            connection.close()
        try:
            connection.request("GET", f"/doc/{DOCUMENT}.json")
            response = connection.getresponse()
            body = response.read().decode()
        except (OSError, HTTPException) as error:
            client.failed.append((time.monotonic(), type(error).__name__))
            connection.close()
            continue
        label = body.partition('"nb": "')[2].partition('"')[0]
        if response.status != 200 or not label.startswith("innovasjon"):
            client.failed.append((time.monotonic(), str(response.status)))
            continue
        client.answers.append(time.monotonic())
        client.labels.setdefault(label, time.monotonic())
    connection.close()
