"""Questions that strangers ask in SPARQL, and what comes back of each: what passes in and out of the jail.

A question is answered in one process, over a generation. Where an engine answers, it is judged in one, and
what the engine said is written in another: those are tasks too.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Protocol

from fellesord.errors import QueryForm

#: Forms of solutions and truth values, and of graphs; ``page`` is some rows as JSON, to be shown to people.
SOLUTIONS = ("json", "xml", "csv", "tsv", "xlsx", "page")
GRAPHS = ("ttl", "jsonld", "rdf", "nt", "page")


@dataclass(frozen=True)
class Question:
    """A query as it was sent, and what is wanted of it.

    ``solutions`` and ``graph`` are the forms wanted of each kind of answer, ``None`` for a kind that is not
    wanted. When ``default_graphs`` or ``named_graphs`` is given, they are the dataset, whatever the query
    says (SPARQL 1.1 Protocol, section 2.1.4). ``rows`` and ``size``, in bytes, are the most that an answer
    has. With ``parsed`` it is parsed and not answered; with ``shaped`` its shape is told.
    """

    text: str
    solutions: str | None = "json"
    graph: str | None = "ttl"
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    rows: int = 100_000
    size: int = 64 * 1024 * 1024
    parsed: bool = False
    shaped: bool = False

    def form(self, kind: str) -> str:
        """The form wanted of a kind of answer (solutions, boolean or graph). Raises QueryForm for none."""
        form = self.graph if kind == "graph" else self.solutions
        if form is None and not self.parsed:
            raise QueryForm(kind)
        return form or ""


@dataclass(frozen=True)
class Judging:
    """To judge a question for an engine that serves ``graph``, or its default graph where that is none.

    ``nothing`` names a graph that the engine does not have.
    """

    question: Question
    graph: str | None
    nothing: str


@dataclass(frozen=True)
class Judged:
    """What an engine is to be asked: a SELECT or an ASK into which no other meaning can be read.

    Every IRI is whole; there are no prefixes, comments and dataset. The dataset is ``default_graphs``, the
    engine's own where there are none, and ``named_graphs``. ``names`` are the columns that are wanted, which
    fill ``template``, the beginning of a CONSTRUCT, where the answer is a graph.
    """

    kind: str
    text: str
    names: Sequence[str] = ()
    template: str = ""
    default_graphs: Sequence[str] = ()
    named_graphs: Sequence[str] = ()


@dataclass(frozen=True)
class Writing:
    """To write what an engine said to a judged question in the form that is wanted.

    ``body`` is of the type ``media``; ``whole`` says whether it is all, or only as much as may be.
    """

    question: Question
    judged: Judged
    media: str
    whole: bool
    body: bytes = field(default=b"", repr=False)


#: What is done in the jail.
Task = Question | Judging | Writing
_TASKS: dict[str, Callable[..., Task]] = {each.__name__: each for each in (Question, Judging, Writing)}


def dumps(task: Task) -> bytes:
    """A task as bytes: a line of JSON, and what an engine said."""
    known = asdict(task)
    body: bytes = known.pop("body", b"")
    return json.dumps([type(task).__name__, known]).encode() + b"\n" + body


def loads(data: bytes) -> Task:
    """The task from what ``dumps`` gave."""
    line, _, body = data.partition(b"\n")
    name, known = json.loads(line)
    if "question" in known:
        known["question"] = Question(**known["question"])
    if "judged" in known:
        known["judged"], known["body"] = Judged(**known["judged"]), body
    return _TASKS[name](**known)


@dataclass(frozen=True)
class Head:
    """What is known of an answer when it begins: its kind (solutions, boolean or graph) and its form."""

    kind: str
    form: str


@dataclass(frozen=True)
class End:
    """What is known of an answer when it is over: its rows, and the seconds of processor time it took."""

    rows: int
    cpu: float
    #: Whether there was more, which a page does not show.
    more: bool = False
    #: Whether the process is to be replaced, because it has grown.
    worn: bool = False


@dataclass(frozen=True)
class Bounds:
    """What answering may use: processes, seconds for a question, bytes of memory for each process."""

    slots: int = 8
    seconds: float = 30.0
    memory: int = 512 * 1024 * 1024


USUAL = Bounds()


class Begun(Protocol):
    """An answer that is being given: iterate over it for its bytes.

    Iterating raises JailTimeout, JailOverflow, JailBroken or JailCut when it stops before its end; what came
    is then no answer.
    """

    @property
    def head(self) -> Head | None:
        """What is known of it from the beginning."""
        ...

    @property
    def rows(self) -> int:
        """The rows so far."""
        ...

    @property
    def shape(self) -> str:
        """The query without what somebody wrote in it, where that was asked for."""
        ...

    @property
    def end(self) -> End | None:
        """What is known of it when all has been read."""
        ...

    @property
    def spent(self) -> float:
        """What it has cost, in seconds."""
        ...

    def __iter__(self) -> Iterator[bytes]: ...

    def close(self) -> None:
        """Stop, if it is not over."""
        ...


class Answerer(Protocol):
    """What answers questions, over a generation that is here or over an engine, from any thread."""

    @property
    def bounds(self) -> Bounds:
        """What it may use."""
        ...

    @property
    def remote(self) -> bool:
        """Whether an engine answers, which has limits of its own."""
        ...

    def ask(
        self,
        question: Question,
        client: str = "",
        seconds: float | None = None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> Begun:
        """The answer, begun, so that its kind and form are known. It must be read to its end, or closed.

        ``stopped`` is asked now and then whether to stop, from this thread. ``seconds`` may lower the time
        there is; waiting for a turn counts. Raises QuerySyntax, QueryRefused and QueryForm, StoreError when
        evaluating fails, JailBusy when there is no turn in time, JailTimeout, JailOverflow, JailBroken,
        JailCut and JailStopped.
        """
        ...

    def at_work(self) -> int:
        """How many questions are being answered now."""
        ...

    def close(self) -> None:
        """End; whoever is being answered gets the answer."""
        ...
