"""Search: how often what people look for comes first, and how long it takes, beside what others do."""

import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import psutil
import pyoxigraph as ox
import tantivy

from fellesord.files import root
from fellesord.search import entries, index
from fellesord.search.entries import Entry, Label
from fellesord.search.ranking import Question
from fellesord.search.searching import Search
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Sources
from tests.benchmarks import search_peers
from tests.benchmarks.search_peers import LIMIT, OurFts, Peer
from tests.search.test_relevance import SETS, TODAY, questions

PUBLIC = Path(__file__).parents[3] / "shared/data/public"
FILES = ("stw-skos.ttl", "unesco-thesaurus.ttl")
#: How many labels there are at least when speed is measured.
LABELS = 350_000
ASKED, SLOW = 2000, 12
_NAMES = {"preferred": "prefLabel", "alternative": "altLabel", "hidden": "hiddenLabel"}


def measure(attached: tuple[Path, ...]) -> None:
    """What comes first, over questions as people type them, and the speed of suggestions over 350 000 labels."""
    store = EmbeddedStore.build(Sources(root() / "vocab"))
    base = store.manifest.base
    found = list(entries.entries(store, base))
    graph = _labels(found)
    own, other = Search(index.build(found)), OurFts(found)
    peers: dict[str, Peer] = {
        "ours": lambda asked, language: _found(own, asked, language),
        "FTS5, our analysis": lambda asked, language: other.find(Question(asked, language, TODAY)),
        "FTS5 plain": search_peers.plain_fts(found),
        "SPARQL CONTAINS": search_peers.filters(graph),
        "Skosmos's rule": search_peers.skosmos(graph),
    }
    for half in SETS:
        asked = questions(half)
        print(f"{half}, {len(asked)} questions:")
        for name, peer in peers.items():
            _relevance(name, [_rank(peer(text, tag), wanted, base) for text, tag, wanted in asked])
    if not PUBLIC.is_dir():
        print(f"speed skipped: there are no public vocabularies at {PUBLIC}")
        return
    _speed(_many(base))


def _found(search: Search, asked: str, language: str) -> list[str]:
    hits = search.find(Question(asked, language, TODAY), limit=LIMIT, counted=False).hits
    return [hit.entry.iri for hit in hits]


def _rank(found: Sequence[str], wanted: frozenset[str], base: str) -> int | None:
    places = [place for place, iri in enumerate(found, start=1) if iri.removeprefix(base) in wanted]
    return min(places, default=None)


def _relevance(name: str, ranks: Sequence[int | None]) -> None:
    total = len(ranks)
    first = sum(rank == 1 for rank in ranks) / total
    among = sum(rank is not None and rank <= 5 for rank in ranks) / total
    reciprocal = sum(1 / rank for rank in ranks if rank) / total
    print(f"  {name:20} success@1 {first:.3f}, success@5 {among:.3f}, MRR {reciprocal:.3f}")


def _speed(many: list[Entry]) -> None:
    names = [label for entry in many for label in entry.labels if label.role in _NAMES]
    print(f"{len(names)} labels of {len(many)} things:")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index"
        path.mkdir()
        begun, high = time.process_time(), _high()
        index.build(many, path)
        built, used = time.process_time() - begun, _high() - high
        size = sum(file.stat().st_size for file in path.iterdir())
        before = psutil.Process().memory_info().rss
        own = Search(tantivy.Index.open(str(path)))
        typed, whole = list(_typed(names, ASKED)), list(_whole(names, ASKED))
        ours = _times(lambda asked: own.suggest(asked), typed)
        found = _times(lambda asked: own.find(asked, counted=False), whole)
        grown = psutil.Process().memory_info().rss - before
        print(
            f"  ours: built in {built:.0f} s CPU and {used / 2**20:.0f} MB of memory, {size / 2**20:.0f} MB on disk, {grown / 2**20:.0f} MB of memory"
            f" after {2 * ASKED} questions"
        )
        _told("ours, suggest (reach p50 1, p99 10)", ours)
        _told("ours, search", found)
        begun = time.process_time()
        other = OurFts(many, f"{folder}/fts")
        built = time.process_time() - begun
        size = (Path(folder) / "fts").stat().st_size
        print(f"  FTS5, our analysis: built in {built:.0f} s CPU, {size / 2**20:.0f} MB on disk")
        _told("FTS5, our analysis, suggest", _times(lambda asked: other.suggest(asked), typed))
        _told("FTS5, our analysis, search", _times(lambda asked: other.find(asked), whole))
    graph = search_peers.filters(_labels(many))
    slow = _times(lambda asked: graph(asked.text, asked.language), typed[:SLOW])
    _told("SPARQL CONTAINS", slow)
    times = statistics.median(slow) / statistics.median(ours)
    print(f"  suggest is {times:.0f} times faster than SPARQL filters (reach 100)")


def _high() -> int:
    """The most memory this process has had, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _times(job: Callable[[Question], object], asked: Sequence[Question]) -> list[float]:
    """The CPU time of each question, in seconds, every one of them new."""
    taken = []
    for question in asked:
        begun = time.thread_time()
        job(replace(question))
        taken.append(time.thread_time() - begun)
    return taken


def _told(name: str, taken: Sequence[float]) -> None:
    ordered = sorted(taken)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    print(f"  {name}: p50 {statistics.median(ordered) * 1e3:.2f} ms, p99 {p99 * 1e3:.2f} ms CPU")


def _typed(names: Sequence[Label], number: int) -> Iterator[Question]:
    """Beginnings of labels as somebody types them, from one letter to ten."""
    drawn = random.Random(1)
    for label in drawn.choices(names, k=number):
        yield Question(label.text[: drawn.randint(1, 10)], drawn.choice(("nb", "en")), TODAY, typing=True)


def _whole(names: Sequence[Label], number: int) -> Iterator[Question]:
    """Words of labels, one or two, every fifth misspelt."""
    drawn = random.Random(2)
    for place, label in enumerate(drawn.choices(names, k=number)):
        text = " ".join(label.text.split()[: drawn.randint(1, 2)])
        if place % 5 == 0 and len(text) > 4:
            at = drawn.randrange(1, len(text) - 1)
            text = text[:at] + text[at + 1 :]
        yield Question(text, "nb", TODAY)


def _many(base: str) -> list[Entry]:
    """What the public vocabularies have, again and again under other addresses and with other labels."""
    store = EmbeddedStore.build(Sources(root() / "vocab", tuple(PUBLIC / file for file in FILES)))
    found = [each for each in entries.entries(store, base) if each.labels]
    many, labels, copy = [], 0, 0
    while labels < LABELS:
        for each in found:
            own = tuple(
                replace(label, text=f"{label.text} {copy}" if copy else label.text) for label in each.labels
            )
            labels += sum(label.role in _NAMES for label in own)
            many.append(replace(each, iri=f"{each.iri}?{copy}" if copy else each.iri, labels=own))
        copy += 1
    return many


def _labels(found: Sequence[Entry]) -> ox.Store:
    """The names of things as a graph."""
    store = ox.Store()
    skos = "http://www.w3.org/2004/02/skos/core#"
    store.bulk_extend(
        ox.Quad(
            ox.NamedNode(each.iri),
            ox.NamedNode(skos + _NAMES[label.role]),
            ox.Literal(label.text, language=label.language) if label.language else ox.Literal(label.text),
        )
        for each in found
        for label in each.labels
        if label.role in _NAMES
    )
    return store


if __name__ == "__main__":
    measure(())
