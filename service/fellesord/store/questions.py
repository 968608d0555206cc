"""Questions that strangers ask in SPARQL, and what comes back of each: what passes in and out of the jail."""

import json
from dataclasses import asdict, dataclass

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

    def dumps(self) -> bytes:
        """The question as bytes."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def loads(cls, data: bytes) -> "Question":
        """The question from what ``dumps`` gave."""
        return cls(**json.loads(data))


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
