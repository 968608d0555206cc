"""The memory of a service, before any stranger's input and after much of it."""

import random
import tempfile
from collections.abc import Iterable
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph as ox

from fellesord.files import root
from fellesord.namespaces import KINDS, SKOS
from fellesord.rdf.reading import read
from fellesord.record import documents
from fellesord.web.negotiation import FORMS
from tests.benchmarks.processes import Server, constant, service, settled

REQUESTS = 2000
#: To reach, in MB, before any stranger's input.
SHIPPED, ATTACHED = 120, 250


def measure(attached: tuple[Path, ...]) -> None:
    """PSS of all processes before any stranger's input and after 2 000 requests; a constant answer is the floor."""
    with constant([1]) as floor:
        least = settled(floor)
    with tempfile.TemporaryDirectory() as cache, service(Path(cache), attached) as server:
        before = settled(server)
        processes = len(server.family())
        answered = _ask(server, _varied(attached))
        after = settled(server)
    name = attached[0].name if attached else "shipped"
    print(
        f"{name}: {before / 2**20:.0f} MB in {processes} processes before any input"
        f" (to reach: ≤ {ATTACHED if attached else SHIPPED} MB), {before / least:.1f} × the {least / 2**20:.0f} MB"
        f" of a constant answer; {after / 2**20:.0f} MB after {REQUESTS} varied requests"
        f" ({', '.join(f'{count} × {status}' for status, count in sorted(answered.items()))})",
        flush=True,
    )


def _varied(attached: tuple[Path, ...]) -> list[tuple[str, str]]:
    """Addresses with the media type to ask for: documents, redirects, lookups, what is not there, languages."""
    chosen = random.Random(1)
    record = documents.read(root() / "vocab")
    known = sorted({subject for subject in _subjects(record.triples()) if subject.startswith(record.base)})
    things = [iri for iri in known if "#" not in iri and iri.removeprefix(record.base).split("/")[0] in KINDS]
    foreign = sorted(
        {
            triple.subject.value
            for file in attached
            for triple in read(file).triples
            if isinstance(triple.subject, ox.NamedNode) and str(triple.object) == f"<{SKOS.Concept}>"
        }
    )
    asked = []
    for number in range(REQUESTS):
        accept = chosen.choice(FORMS).media_type
        iri = chosen.choice(things)
        local = iri.removeprefix(record.base)
        paths = [
            f"/doc/{local}",
            f"/doc/{local}?lang={chosen.choice(['nb', 'nn', 'en', 'de'])}",
            f"/doc/{local}?n={number}",
            f"/id/{local}",
            f"/lookup?{urlencode({'uri': chosen.choice(foreign or things)})}",
            f"/lookup?{urlencode([('uri', each) for each in chosen.sample(foreign or things, 20)])}",
            f"/doc/concept/nothing-{number}",
            "/",
        ]
        asked.append((paths[number % len(paths)], accept))
    return asked


def _subjects(triples: Iterable[ox.Triple]) -> list[str]:
    return [triple.subject.value for triple in triples if isinstance(triple.subject, ox.NamedNode)]


def _ask(server: Server, asked: list[tuple[str, str]]) -> dict[int, int]:
    """How many answers had each status."""
    statuses: dict[int, int] = {}
    connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
    for path, accept in asked:
        connection.request("GET", path, headers={"Accept": accept})
        response = connection.getresponse()
        response.read()
        statuses[response.status] = statuses.get(response.status, 0) + 1
    connection.close()
    return statuses
