"""Answering a stranger's query: what runs inside of the jail, one query after another over one generation.

Where an engine answers, there is no generation: a query is judged, and what the engine said is written.

Pieces are sent as they come, each with a letter before it: ``s`` the shape of the query, ``h`` the head of
the answer, ``d`` the rows so far and some bytes of it, ``f`` why there is none or no more, ``e`` its end.
"""

import json
import re
import resource
import struct
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import islice
from typing import IO, Any, cast

import pyoxigraph as ox

from fellesord.errors import InvalidQuery, JailCut, QueryRefused, StoreError
from fellesord.namespaces import PREFIXES, QUERY_PREFIXES
from fellesord.rdf.syntaxes import SYNTAXES
from fellesord.store import answers, counting, lexing
from fellesord.store.exact import exact
from fellesord.store.faults import fault
from fellesord.store.judging import Results, judge, meant
from fellesord.store.questions import End, Head, Judging, Question, Writing, loads
from fellesord.store.sheets import page_of_graph, page_of_solutions, page_of_truth, workbook
from fellesord.store.templates import Template

Send = Callable[[bytes], None]
ROWS = struct.Struct("!I")
#: Bytes of an answer that are sent together.
_BLOCK = 64 * 1024
#: Bytes that this process may have grown by and go on.
_WORN = 128 * 1024 * 1024
_FORMATS: Mapping[str, tuple[ox.QueryResultsFormat, Callable[[], counting.Counter]]] = {
    "json": (ox.QueryResultsFormat.JSON, counting.Objects),
    "xml": (ox.QueryResultsFormat.XML, counting.Elements),
    "csv": (ox.QueryResultsFormat.CSV, counting.Lines),
    "tsv": (ox.QueryResultsFormat.TSV, counting.TsvLines),
}
#: What the engine says of a function that it does not have.
_UNKNOWN = re.compile(r"custom function (<[^<>]*>) is not supported")
_SYNTAXES = {each.suffix: each.format for each in SYNTAXES}


@dataclass(frozen=True)
class Held:
    """What the process holds: the store, the IRI that relative ones are resolved against, memory at first."""

    store: ox.Store
    base: str | None
    memory: int


def prepare(folder: str, base: str) -> Held:
    """Open the store of a generation (of nothing, without a folder) and touch what reading it needs."""
    store = ox.Store.read_only(folder) if folder else ox.Store()
    for quad in islice(store, 1):
        for pattern in ((quad.subject, None, None), (None, quad.predicate, None), (None, None, quad.object)):
            next(store.quads_for_pattern(*pattern))
    workbook(("a",), iter(()), 1)
    return Held(store, base or None, _memory())


def answer(held: Held, payload: bytes, send: Send) -> None:
    """Do one task."""
    begun = time.process_time()
    task = loads(payload)
    out = _Out(send, task if isinstance(task, Question) else task.question)
    try:
        more = _write(task, out) if isinstance(task, Writing) else _answer(held, task, out)
    except (InvalidQuery, JailCut, StoreError) as error:
        send(b"f" + json.dumps([type(error).__name__, [*error.args], error.key, error.values]).encode())
        more = isinstance(error, JailCut)
    end = End(out.rows, time.process_time() - begun, more, _memory() - held.memory > _WORN)
    send(b"e" + json.dumps(asdict(end)).encode())


def _answer(held: Held, task: Question | Judging, out: "_Out") -> bool:
    """Send the answer, or what to ask an engine; whether there was more."""
    question = out.question
    if question.shaped:
        out.send(b"s" + lexing.shape(question.text, QUERY_PREFIXES).encode())
    text = lexing.plain(question.text)
    lexing.refuse(text)
    form = question.form(lexing.kind(text))
    with _told(text, out):
        if isinstance(task, Judging):
            judged = judge(task, text, _asked(held, text, **_dataset(question)), held.base)
            out.send(b"d" + ROWS.pack(0) + json.dumps(asdict(judged)).encode())
            return False
        results = _results(held, text, question)
        return not question.parsed and _send(results, form, out)


def _write(task: Writing, out: "_Out") -> bool:
    """Send what an engine said; whether there was more."""
    judged, form = task.judged, out.question.form(task.judged.kind)
    with _told("", out):
        if judged.kind == "boolean":
            return _boolean(answers.said_truth(task), form, out)
        rows = answers.said(task)
        if judged.kind == "graph":
            return _graph(Template("", judged.template, "", tuple(judged.names)).fill(rows), form, out)
        return _solutions(answers.written(judged.names, rows), form, out)


def _send(results: Results, form: str, out: "_Out") -> bool:
    if isinstance(results, ox.QueryTriples):
        return _graph(results, form, out)
    if isinstance(results, ox.QueryBoolean):
        return _boolean(results, form, out)
    return _solutions(results, form, out)


@contextmanager
def _told(text: str, out: "_Out") -> Iterator[None]:
    """Failures of the engine as ours."""
    try:
        yield
    except (SyntaxError, UnicodeEncodeError) as error:
        raise fault(text, str(error), QUERY_PREFIXES) from error.with_traceback(None)
    except (RuntimeError, ValueError) as error:
        if unknown := _UNKNOWN.search(str(error)):
            raise QueryRefused(
                f"{unknown[1]} is no function of SPARQL 1.1", key="refused-function", word=unknown[1]
            ) from error.with_traceback(None)
        raise InvalidQuery(f"the query cannot be answered: {error}") from error.with_traceback(None)
    except OSError as error:
        if out.cut:
            raise JailCut(out.cut) from error.with_traceback(None)
        raise StoreError(f"the query could not be answered: {error}") from error.with_traceback(None)


def _results(held: Held, text: str, question: Question) -> Results:
    """The engine's results. Raises SyntaxError for the query as it was asked, with its places."""

    def absent(prologue: str, iri: str) -> bool:
        try:
            node = ox.NamedNode(meant(prologue, (iri,), held.base)[iri][1:-1])
        except InvalidQuery:
            return False
        there = (held.store.quads_for_pattern(*place) for place in ((node, None, None), (None, None, node)))
        return not any(True for quads in there for _ in quads)

    def graphs() -> list[str]:
        if question.named_graphs is None and question.default_graphs is None:
            return [str(graph) for graph in held.store.named_graphs() if isinstance(graph, ox.NamedNode)]
        return [f"<{iri}>" for iri in question.named_graphs or ()]

    try:
        return _asked(held, exact(text, absent, graphs), **_dataset(question))
    except SyntaxError:
        return _asked(held, text, **_dataset(question))


def _asked(held: Held, text: str, **dataset: Any) -> Results:
    return held.store.query(text, base_iri=held.base, prefixes=QUERY_PREFIXES, **dataset)


def _dataset(question: Question) -> dict[str, Any]:
    """The dataset, where the question says one: all of it, else the engine adds what the query says."""
    if question.default_graphs is None and question.named_graphs is None:
        return {}
    try:
        return {
            "default_graph": [ox.NamedNode(iri) for iri in question.default_graphs or ()],
            "named_graphs": [ox.NamedNode(iri) for iri in question.named_graphs or ()],
        }
    except ValueError as error:
        raise InvalidQuery(f"the name of a graph is not an absolute IRI: {error}") from error


def _graph(results: Iterable[ox.Triple], form: str, out: "_Out") -> bool:
    out.begin("graph", form)
    if form == "page":
        return out.whole(*page_of_graph(results, out.question.rows))
    ox.serialize(out.counted(results), out.file, _SYNTAXES[form], prefixes=PREFIXES if form != "nt" else None)
    return out.end()


def _boolean(results: ox.QueryBoolean, form: str, out: "_Out") -> bool:
    out.begin("boolean", form)
    if form == "page":
        return out.whole(*page_of_truth(bool(results)))
    if form == "xlsx":
        truth = ox.Literal(bool(results))
        return out.whole(*workbook(("boolean",), iter([(truth,)]), 1))
    results.serialize(out.file, _FORMATS[form][0])
    return out.end()


def _solutions(results: ox.QuerySolutions, form: str, out: "_Out") -> bool:
    out.begin("solutions", form)
    names = tuple(variable.value for variable in results.variables)
    if form == "page":
        return out.whole(*page_of_solutions(names, results, out.question.rows))
    if form == "xlsx":
        data, rows, more = workbook(names, results, out.question.rows)
        if more:
            raise JailCut(out.too_many())
        return out.whole(data, rows, more)
    format_, counter = _FORMATS[form]
    out.count = counter()
    results.serialize(out.file, format_)
    return out.end()


class _Out:
    """Where an answer is written: sends it in blocks, and stops at its limits."""

    def __init__(self, send: Send, question: Question) -> None:
        self.send = send
        self.question = question
        self.count: counting.Counter = _none
        self.rows = 0
        self.cut = ""
        self._size = 0
        self._block = bytearray()

    def begin(self, kind: str, form: str) -> None:
        """Send the head."""
        self.send(b"h" + json.dumps(asdict(Head(kind, form))).encode())

    @property
    def file(self) -> IO[bytes]:
        """What is written to, as the engine knows it."""
        return cast(IO[bytes], self)

    def counted(self, triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
        """The triples, as far as there may be."""
        for triple in triples:
            if self.rows == self.question.rows:
                self.cut = self.too_many()
                raise OSError(self.cut)
            self.rows += 1
            yield triple

    def too_many(self) -> str:
        return f"the answer has more than {self.question.rows} rows"

    def write(self, data: bytes) -> int:
        """Take some bytes, as a file does."""
        self._block += data
        if len(self._block) >= _BLOCK:
            self.flush()
        return len(data)

    def flush(self) -> None:
        """Send what was taken."""
        if not self._block or self.cut:
            return
        block = bytes(self._block)
        self._block.clear()
        rows = self.rows + self.count(block)
        self._size += len(block)
        if rows > self.question.rows:
            self.cut = self.too_many()
        elif self._size > self.question.size:
            self.cut = f"the answer has more than {self.question.size} bytes"
        if self.cut:
            raise OSError(self.cut)
        self.rows = rows
        self.send(b"d" + ROWS.pack(rows) + block)

    def end(self) -> bool:
        """Send what is left of an answer that is whole."""
        self.flush()
        self.rows += self.count(b" " * 32)
        if self.cut:
            raise OSError(self.cut)
        return False

    def whole(self, data: bytes, rows: int, more: bool) -> bool:
        """Send an answer that was made at once; whether there was more."""
        self.rows = rows
        self._size = len(data)
        if self._size > self.question.size:
            self.cut = f"the answer has more than {self.question.size} bytes"
            raise OSError(self.cut)
        for start in range(0, len(data), _BLOCK):
            self.send(b"d" + ROWS.pack(rows) + data[start : start + _BLOCK])
        return more


def _none(block: bytes) -> int:
    """Nothing to count: the rows are counted before they are written."""
    return 0


def _memory() -> int:
    """The most bytes of memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
