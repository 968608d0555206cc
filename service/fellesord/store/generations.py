"""Generations: built once by a child process, named by what they hold, never written again.

A generation is a folder ``<cache>/<name>/`` with the closed store and ``manifest.json``. The name is a
hash of the record, the attached files, the derivation queries, the engine's version and the parts that
are built beside the store, so that equal input is built once, by whichever process comes first. A build
happens in ``<cache>/building-…`` under a lock and is renamed into place; what a killed build leaves is
removed by the next.
"""

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path

import pyoxigraph as ox

from fellesord.errors import FellesordError, InvalidData, InvalidQuery, InvalidSetting
from fellesord.rdf.reading import read as read_rdf
from fellesord.record import documents
from fellesord.store.queries import derivations

#: Generations that stay in the cache beside those in use.
KEPT = 4
_MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Attached:
    """A foreign file served beside the record: triples it holds, and how many were new to the graph."""

    file: str
    triples: int
    added: int


@dataclass(frozen=True)
class Manifest:
    """What a generation holds. Counts are triples; ``documents`` counts files of the record."""

    name: str
    base: str
    documents: int
    recorded: int
    derived: int
    triples: int
    attached: tuple[Attached, ...]


@dataclass(frozen=True)
class Part:
    """What a generation holds beside its store: the folder's name, its version, and what builds it."""

    name: str
    version: str
    build: Callable[[ox.Store, Manifest, Path], None]


@dataclass(frozen=True)
class Sources:
    """What a generation is built from: the record's folder and the attached files; and what beside."""

    vocab: Path
    attached: tuple[Path, ...] = ()
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Generation:
    """A built generation: its manifest and the folder of its closed store."""

    manifest: Manifest
    folder: Path

    @property
    def store(self) -> Path:
        """The folder of the RocksDB store."""
        return self.folder / "store"


def name(sources: Sources) -> str:
    """The name of the generation that these sources give. Raises InvalidData for a folder that is none."""
    total = hashlib.sha256(ox.__version__.encode())
    total.update(documents.digest(sources.vocab).encode())
    for query in derivations():
        total.update(f"{query.name}\0{query.text}\0".encode())
    for path in sources.attached:
        total.update(path.name.encode() + b"\0" + hashlib.sha256(_bytes(path)).digest())
    for part in sources.parts:
        total.update(f"{part.name}\0{part.version}\0".encode())
    return total.hexdigest()[:24]


def ensure(cache: Path, sources: Sources, *, nice: int = 0) -> Generation:
    """The generation of these sources, built by a child process unless the cache holds it.

    The process yields to others as far as ``nice`` says (nice(1): 19 is all the way).

    Raises InvalidData when the sources are wrong, and OSError when the cache cannot be written.
    """
    wanted = name(sources)
    with suppress(FileNotFoundError):
        return find(cache, wanted)
    cache.mkdir(parents=True, exist_ok=True)
    os.close(_lock_file(cache))
    try:
        with ProcessPoolExecutor(1, get_context("spawn"), os.nice, (nice,)) as pool:
            pool.submit(build, cache, sources).result()
    except BrokenProcessPool as error:
        with _locked(cache):
            _sweep(cache)
        raise FellesordError("the build of the served graph was killed; nothing is left of it") from error
    return find(cache, wanted)


def find(cache: Path, wanted: str) -> Generation:
    """The generation of that name; raises FileNotFoundError when the cache does not hold it."""
    folder = cache / wanted
    stored = json.loads((folder / _MANIFEST).read_text("utf-8"))
    stored["attached"] = tuple(Attached(**entry) for entry in stored["attached"])
    return Generation(Manifest(**stored), folder)


def build(cache: Path, sources: Sources) -> None:
    """Build the generation and rename it into place; does nothing when another process was first."""
    with _locked(cache):
        _sweep(cache)
        wanted = name(sources)
        if (cache / wanted).exists():
            return
        folder = Path(tempfile.mkdtemp(prefix="building-", dir=cache))
        try:
            store = ox.Store(str(folder / "store"))
            manifest = fill(store, sources, wanted)
            for part in sources.parts:
                part.build(store, manifest, folder / part.name)
            store.optimize()
            store.flush()
            del store
            text = json.dumps(asdict(manifest), indent=2) + "\n"
            (folder / _MANIFEST).write_text(text, "utf-8")
            folder.chmod(0o755)
            folder.rename(cache / wanted)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        _prune(cache, wanted)


def fill(store: ox.Store, sources: Sources, generation: str) -> Manifest:
    """Put the record, the attached files and what follows from both into an empty store."""
    record = documents.read(sources.vocab)
    store.bulk_extend(_quads(record.triples()))
    recorded = len(store)
    attached = tuple(_attach(store, path, record.base) for path in sources.attached)
    before = len(store)
    _derive(store)
    return Manifest(
        name=generation,
        base=record.base,
        documents=len(record.documents),
        recorded=recorded,
        derived=len(store) - before,
        triples=len(store),
        attached=attached,
    )


def graph(triples: Iterable[ox.Triple]) -> ox.Store:
    """Triples and what follows from them, as a generation of them would hold it, in memory."""
    store = ox.Store()
    store.bulk_extend(_quads(triples))
    _derive(store)
    return store


def _derive(store: ox.Store) -> None:
    """Add what follows from the triples of a store."""
    for query in derivations():
        derived = store.query(query.text)
        if not isinstance(derived, ox.QueryTriples):
            raise InvalidQuery(f"{query.name} must be a CONSTRUCT query")
        store.extend(list(_quads(derived)))


def _attach(store: ox.Store, path: Path, base: str) -> Attached:
    """Add a foreign file; its blank nodes get IRIs that depend on nothing but the file."""
    parsed = read_rdf(path)
    skolem = _Skolem(base, hashlib.sha256(_bytes(path)).hexdigest()[:12])
    before = len(store)
    triples = [skolem.triple(triple) for triple in parsed.triples]
    for triple in triples:
        if isinstance(triple.subject, ox.NamedNode) and triple.subject.value.startswith(base):
            raise InvalidData(
                f"{path}: describes <{triple.subject.value}>, an IRI of the record;"
                " an attached file may only describe others'"
            )
    store.bulk_extend(_quads(triples))
    return Attached(path.name, len(triples), len(store) - before)


class _Skolem:
    """Names blank nodes by file and order of appearance (RDF 1.1 Concepts, section 3.5)."""

    def __init__(self, base: str, file: str) -> None:
        self._stem = f"{base.split('/id/')[0].rstrip('/')}/.well-known/genid/{file}-"
        self._names: dict[str, ox.NamedNode] = {}

    def triple(self, triple: ox.Triple) -> ox.Triple:
        subject, term = triple.subject, triple.object
        return ox.Triple(
            self._name(subject) if isinstance(subject, ox.BlankNode) else subject,
            triple.predicate,
            self._name(term) if isinstance(term, ox.BlankNode) else term,
        )

    def _name(self, node: ox.BlankNode) -> ox.NamedNode:
        name = ox.NamedNode(f"{self._stem}{len(self._names) + 1}")
        return self._names.setdefault(node.value, name)


def _quads(triples: Iterable[ox.Triple]) -> Iterator[ox.Quad]:
    for triple in triples:
        yield ox.Quad(triple.subject, triple.predicate, triple.object)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidSetting(f"{path}: cannot be read: {error.strerror}") from error


def _lock_file(cache: Path) -> int:
    return os.open(cache / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)


@contextmanager
def _locked(cache: Path) -> Iterator[None]:
    """Hold the cache's lock; the kernel lets go of it if this process dies."""
    descriptor = _lock_file(cache)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _sweep(cache: Path) -> None:
    """Remove what killed builds left; whoever holds the lock is the only builder."""
    for left in cache.glob("building-*"):
        shutil.rmtree(left, ignore_errors=True)


def hold(generation: Generation) -> int:
    """Mark a generation as in use for as long as the returned file descriptor is open."""
    descriptor = os.open(generation.folder / _MANIFEST, os.O_RDONLY | os.O_CLOEXEC)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


def _prune(cache: Path, newest: str) -> None:
    """Remove the oldest generations that nobody has open, beyond those kept."""
    others = [path.parent for path in cache.glob(f"*/{_MANIFEST}") if path.parent.name != newest]
    others.sort(key=lambda folder: folder.stat().st_mtime, reverse=True)
    for folder in others[KEPT:]:
        with suppress(OSError):
            descriptor = os.open(folder / _MANIFEST, os.O_RDONLY | os.O_CLOEXEC)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder)
            finally:
                os.close(descriptor)
