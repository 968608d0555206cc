"""The pool: what strangers ask is answered apart, within limits, and nothing they ask breaks it."""

import io
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import asdict
from pathlib import Path
from threading import Semaphore

import openpyxl
import psutil
import pyoxigraph as ox
import pytest

from fellesord.errors import (
    InvalidQuery,
    JailBroken,
    JailBusy,
    JailCut,
    JailError,
    JailOverflow,
    JailTimeout,
    QueryForm,
    QueryRefused,
    QuerySyntax,
)
from fellesord.store.generations import Generation
from fellesord.store.pool import Answering, Pool
from fellesord.store.questions import Bounds, End, Head, Question

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the jail is Linux only")
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
HOARD = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i"


@pytest.fixture(scope="module")
def pool(generation: Generation) -> Iterator[Pool]:
    pool = Pool(generation.store, generation.manifest.base, Bounds(seconds=20, memory=128 * 2**20))
    yield pool
    pool.close()


def ask(pool: Pool, text: str, seconds: float | None = None, **wanted: object) -> tuple[bytes, Answering]:
    answering = pool.ask(Question(text, **wanted), seconds=seconds)  # type: ignore[arg-type]  # as given
    return b"".join(answering), answering


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_solutions_come_in_every_form(pool: Pool, form: str) -> None:
    data, answering = ask(pool, "SELECT ?c { ?c a skos:Concept } ORDER BY ?c LIMIT 7", solutions=form)
    assert answering.head == Head("solutions", form)
    assert answering.rows == 7
    if form in ("json", "xml", "tsv"):
        format_ = {"json": ox.QueryResultsFormat.JSON, "xml": ox.QueryResultsFormat.XML}.get(
            form, ox.QueryResultsFormat.TSV
        )
        results = ox.parse_query_results(data, format_)
        assert isinstance(results, ox.QuerySolutions)
        assert len(list(results)) == 7


@pytest.mark.parametrize("form", ["ttl", "rdf", "nt", "jsonld"])
def test_graphs_come_in_every_form(pool: Pool, form: str) -> None:
    data, answering = ask(pool, "DESCRIBE <concept/samskaping>", graph=form)
    triples = set(ox.parse(data, ox.RdfFormat.from_extension(form)))
    assert answering.head == Head("graph", form)
    assert answering.rows == len(triples) > 5


def test_a_workbook_has_numbers_as_numbers_and_no_formula(pool: Pool) -> None:
    data, _ = ask(pool, 'SELECT ?a ?b ?c { BIND("=1+1" AS ?a) BIND(1.5 AS ?b) }', solutions="xlsx")
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert [[cell.value for cell in row] for row in book["Svar"]] == [["a", "b", "c"], ["=1+1", 1.5, None]]
    assert book["Svar"]["A2"].data_type == "s"
    assert [cell.value for cell in book["Om svaret"]["B"]] == [1, "nei"]


def test_a_page_shows_some_rows_and_whether_there_are_more(pool: Pool) -> None:
    data, answering = ask(pool, "SELECT ?c { ?c a skos:Concept }", solutions="page", rows=3)
    assert len(json.loads(data)["rows"]) == 3
    assert answering.end is not None
    assert answering.end.more


def test_well_known_prefixes_need_not_be_declared_and_may_be(pool: Pool) -> None:
    assert ask(pool, "ASK { ?s dcterms:title ?t ; dct:title ?t }")[0] == b'{"head":{},"boolean":true}'
    own = "PREFIX skos: <http://e.example/> ASK { ?s skos:prefLabel ?o }"
    assert ask(pool, own)[0] == b'{"head":{},"boolean":false}'


def test_a_wrong_query_says_where_and_what_was_expected(pool: Pool) -> None:
    with pytest.raises(QuerySyntax) as raised:
        pool.ask(Question("SELECT *\n{ ?s ?p ?o }\nLIMT 3"))
    assert (raised.value.line, raised.value.column) == (3, 1)
    assert "LIMIT" in raised.value.expected
    with pytest.raises(QuerySyntax, match="skoss") as raised:
        pool.ask(Question("SELECT * { ?s\n skoss:prefLabel ?o }"))
    assert (raised.value.line, raised.value.column, raised.value.near[0]) == (2, 2, "skos")


@pytest.mark.parametrize("text", ["DROP ALL", "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"])
def test_what_is_never_done_is_refused(pool: Pool, text: str) -> None:
    with pytest.raises(QueryRefused):
        pool.ask(Question(text))


def test_a_form_that_does_not_fit_is_told_of_before_anything_is_computed(pool: Pool) -> None:
    with pytest.raises(QueryForm, match="solutions"):
        pool.ask(Question(ENDLESS, solutions=None))


def test_a_dataset_that_is_given_is_all_there_is(pool: Pool) -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    nothing, _ = ask(pool, count, solutions="csv", default_graphs=("http://g.example/",))
    assert nothing == b"n\r\n0\r\n"
    named, _ = ask(pool, count, solutions="csv", named_graphs=("http://g.example/",))
    assert named == b"n\r\n0\r\n"
    with pytest.raises(InvalidQuery, match="graph"):
        ask(pool, count, default_graphs=("no iri",))


def test_a_query_is_stopped_at_its_deadline(pool: Pool) -> None:
    with pytest.raises(JailTimeout, match=r"0\.5 seconds"):
        ask(pool, ENDLESS, seconds=0.5)


def test_a_query_that_hoards_memory_is_stopped(pool: Pool) -> None:
    with pytest.raises(JailOverflow, match="128 MiB"):
        ask(pool, HOARD)


def test_a_query_that_breaks_the_parser_breaks_nothing_else(pool: Pool) -> None:
    with pytest.raises(JailBroken, match="nested"):
        ask(pool, "SELECT * " + "{" * 3000)
    assert ask(pool, "ASK { ?s ?p ?o }")[0]


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv", "xlsx"])
def test_more_rows_than_there_may_be_are_no_answer(pool: Pool, form: str) -> None:
    with pytest.raises(JailCut, match="10 rows"):
        ask(pool, "SELECT * { ?s ?p ?o }", solutions=form, rows=10)
    assert ask(pool, "SELECT * { ?s ?p ?o } LIMIT 10", solutions=form, rows=10)[1].rows == 10


def test_more_triples_or_bytes_than_there_may_be_are_no_answer(pool: Pool) -> None:
    with pytest.raises(JailCut, match="10 rows"):
        ask(pool, "CONSTRUCT WHERE { ?s ?p ?o }", rows=10)
    with pytest.raises(JailCut, match="1000 bytes"):
        ask(pool, "CONSTRUCT WHERE { ?s ?p ?o }", size=1000)


def test_a_large_answer_comes_in_pieces(pool: Pool) -> None:
    answering = pool.ask(Question("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 20000"))
    assert not answering.end
    pieces = list(answering)
    assert len(pieces) > 10
    assert len(json.loads(b"".join(pieces))["results"]["bindings"]) == answering.rows == 20000


def test_an_answer_that_nobody_wants_any_more_is_stopped(pool: Pool) -> None:
    answering = pool.ask(Question("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", rows=10**9))
    next(iter(answering))
    answering.close()
    assert pool.at_work() == 0
    assert ask(pool, "ASK { ?s ?p ?o }")[0]


def test_no_client_has_more_than_half(generation: Generation) -> None:
    pool = Pool(generation.store, bounds=Bounds(slots=4, seconds=20))
    held = [pool.ask(Question("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"), "one") for _ in range(2)]
    with pytest.raises(JailBusy, match="2 of your queries"):
        pool.ask(Question("ASK {}"), "one", seconds=0.2)
    assert b"true" in b"".join(pool.ask(Question("ASK {}"), "two"))
    for each in held:
        each.close()
    assert b"true" in b"".join(pool.ask(Question("ASK {}"), "one"))
    pool.close()


def test_many_ask_at_once_and_all_are_answered(pool: Pool) -> None:
    texts = ["ASK { ?s ?p ?o }", "SELECT * { ?s ?p", "SELECT * { ?s ?p ?o }", "SELECT * " + "{" * 3000] * 8

    def outcome(number: int) -> str:
        try:
            b"".join(pool.ask(Question(texts[number]), f"client {number % 4}"))
        except (JailError, InvalidQuery) as error:
            return type(error).__name__
        return "answered"

    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(outcome, range(len(texts))))
    assert outcomes == ["answered", "QuerySyntax", "answered", "JailBroken"] * 8
    assert pool.at_work() == 0


def children(sign: str) -> list[psutil.Process]:
    return [each for each in psutil.Process().children() if sign in each.cmdline()]


def test_the_kernel_takes_these_processes_first_when_memory_is_short(generation: Generation) -> None:
    sign = "http://first.example/"
    pool = Pool(generation.store, sign, Bounds(slots=1))
    ask(pool, "ASK {}")
    (child,) = children(sign)
    assert Path(f"/proc/{child.pid}/oom_score_adj").read_text() == "1000\n"
    assert child.nice() == 19
    pool.close()


def test_what_takes_long_gives_way_to_what_has_just_begun(generation: Generation) -> None:
    sign = "http://long.example/"
    pool = Pool(generation.store, sign, Bounds(slots=2))
    with ThreadPoolExecutor(1) as threads:
        asked = threads.submit(ask, pool, ENDLESS, 10.0)
        policies = set()
        while not asked.done() and os.SCHED_IDLE not in policies:
            with suppress(OSError):
                policies = {os.sched_getscheduler(each.pid) for each in children(sign)}
            time.sleep(0.01)
        assert os.SCHED_IDLE in policies
        with pytest.raises(JailTimeout):
            asked.result()
    pool.close()


def test_nothing_is_left_when_a_pool_is_closed(generation: Generation) -> None:
    sign = "http://closed.example/"
    pool = Pool(generation.store, sign)
    ask(pool, "ASK { ?s ?p ?o }")
    with pytest.raises(JailTimeout):
        ask(pool, ENDLESS, seconds=0.2)
    assert children(sign)
    pool.close()
    assert not children(sign)


def test_without_a_folder_queries_are_only_parsed() -> None:
    pool = Pool(None)
    assert ask(pool, "SELECT * { ?s ?p ?o }", parsed=True)[0] == b""
    with pytest.raises(QuerySyntax):
        ask(pool, "SELECT", parsed=True)
    pool.close()


class _Gated:
    """A child that begins when it may, and answers at once."""

    gate = Semaphore(0)
    slowed = False

    def __init__(self, *given: object, **limits: object) -> None:
        self.gate.acquire()

    def ask(self, *_: object) -> Iterator[bytes]:
        return iter([b"d\0\0\0\0{}", b"e" + json.dumps(asdict(End(0, 0.0))).encode()])

    def kill(self) -> None:
        pass


def test_who_has_the_fewest_at_work_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fellesord.store.pool.Child", _Gated)
    pool = Pool(None)
    served: list[str] = []

    def asking(client: str) -> None:
        answering = pool.ask(Question("ASK {}"), client)
        served.append(client)
        turns.acquire()
        b"".join(answering)

    turns = Semaphore(0)
    with ThreadPoolExecutor(3) as threads:
        for number, client in enumerate(("busy", "busy", "new"), start=1):
            threads.submit(asking, client)
            _until(lambda number=number: len(pool._waiting) == number)  # type: ignore[misc]  # bound now
        for number in range(1, 4):
            _Gated.gate.release()
            _until(lambda number=number: len(served) == number)  # type: ignore[misc]
        turns.release(3)
    for _ in range(10):
        _Gated.gate.release()
    pool.close()
    assert served == ["busy", "new", "busy"]


def _until(true: Callable[[], bool]) -> None:
    ends = time.monotonic() + 20
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.005)


def test_a_child_shares_what_its_parent_may_use(generation: Generation) -> None:
    """Linux groups the processes of a session (sched(7), autogroup), and niceness counts in a group only."""
    sign = "http://session.example/"
    with closing(Pool(generation.store, sign)) as pool:
        ask(pool, "ASK { ?s ?p ?o }")
        assert {os.getsid(each.pid) for each in children(sign)} == {os.getsid(0)}
        assert os.getpgid(0) not in {os.getpgid(each.pid) for each in children(sign)}
