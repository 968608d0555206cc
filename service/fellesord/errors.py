"""What can go wrong, as one tree.

    FellesordError
    ├── InvalidSetting       a setting, option or environment variable is wrong
    ├── InvalidData          RDF, or a document of the record, is wrong; says file and line
    ├── InvalidQuery         a query file, or a parameter given to one, is wrong
    │   ├── QuerySyntax      a query is not SPARQL; says where, and what was expected
    │   ├── QueryRefused     it asks for what is never done: to change, to load, to ask other services
    │   └── QueryForm        its kind of answer does not come in the form that is wanted
    ├── InvalidRequest       what a client asked for cannot be asked like that
    ├── Spent                a client has used what it may use for now
    ├── Absent
    │   ├── NotFound         nothing is known under this name
    │   │   ├── UnknownQuery … of the catalogue of queries
    │   │   ├── UnknownExport … among the exports; says which there are
    │   │   ├── OnlyNow      it is there of now only, not as it was in releases
    │   │   └── NotReleased  nothing was released then
    │   ├── Withdrawn        it was published once and has been withdrawn
    │   └── Superseded       other data than those asked for are served now
    ├── JailError
    │   ├── JailTimeout      what a stranger sent took too long to work on
    │   ├── JailOverflow     … or too much memory
    │   ├── JailBroken       … or broke what reads it
    │   ├── JailCut          … or gave more than an answer may have
    │   ├── JailStopped      … or was stopped, by whoever asked or because nobody waits for it
    │   └── JailUnavailable  it cannot be worked on here, or not now (JailBusy)
    └── StoreError
        ├── StoreUnavailable the store cannot be reached, or is not ready; try later
        │   └── NotReady     … what was asked for is being made
        ├── StoreTimeout     the store did not answer within the deadline
        ├── StoreRefused     the store answered that it will not (credentials, bad request)
        │   └── StoreDeclined … what was asked: SPARQL that it does not have, or that is too much for it
        └── StoreOverflow    the answer is larger than the limit

Every class has a stable ``code``, and an error may have a ``key`` with ``values``: the sentence that says
the same in other languages, which ``web`` holds; ``str(error)`` is English. No class knows HTTP or exit
codes: ``web`` and ``cli`` hold one table each. This module imports nothing.
"""


class FellesordError(Exception):
    """Any failure this package reports on purpose; ``str(error)`` is fit for the user to read.

    ``key`` names the sentence that says it in other languages, ``""`` where the class says enough, and
    ``values`` are what stands in that sentence.
    """

    code = "error"

    def __init__(self, *said: object, key: str = "", **values: object) -> None:
        super().__init__(*said)
        self.key = key
        self.values = values


class InvalidSetting(FellesordError):
    """A setting has a value that cannot be used, or a name that does not exist."""

    code = "invalid-setting"


class InvalidData(FellesordError):
    """A file or document is not what it must be.

    ``problems`` holds one line per problem, each starting with ``file:line:`` where both are known.
    """

    code = "invalid-data"

    def __init__(self, *problems: str, key: str = "", **values: object) -> None:
        super().__init__(*problems, key=key, **values)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(self.problems)


class InvalidQuery(FellesordError):
    """A query file is missing or malformed, or its parameters are not the ones it declares."""

    code = "invalid-query"


class QuerySyntax(InvalidQuery):
    """A query is not right SPARQL.

    ``line`` and ``column`` count from 1, ``expected`` names what could have stood there, and ``prefix`` is
    the prefix that nothing declares, with those that it may stand for in ``near``.
    """

    code = "query-syntax"

    def __init__(
        self,
        message: str,
        line: int = 1,
        column: int = 1,
        expected: tuple[str, ...] = (),
        prefix: str | None = None,
        near: tuple[str, ...] = (),
        *,
        key: str = "",
        **values: object,
    ) -> None:
        super().__init__(message, line, column, expected, prefix, near, key=key, **values)
        self.message = message
        self.line = line
        self.column = column
        self.expected = expected
        self.prefix = prefix
        self.near = near

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.message}"


class QueryRefused(InvalidQuery):
    """A query asks for what is never done here: to change something, to load, to ask other services."""

    code = "query-refused"


class QueryForm(InvalidQuery):
    """A query's kind of answer (solutions, boolean or graph) does not come in the form asked for."""

    code = "query-form"

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind

    def __str__(self) -> str:
        return f"the answer to this query ({self.kind}) does not come in the form that was asked for"


class Spent(FellesordError):
    """A client has used the computing it may use for now; ``retry_after`` is in seconds."""

    code = "spent"

    def __init__(self, message: str, retry_after: float = 60.0) -> None:
        super().__init__(message, retry_after)
        self.message = message
        self.retry_after = retry_after

    def __str__(self) -> str:
        return self.message


class InvalidRequest(FellesordError):
    """A request that cannot be answered as it was put; the message says what would have worked."""

    code = "invalid-request"


class Absent(FellesordError):
    """What was asked for is not there."""

    code = "absent"


class NotFound(Absent):
    """Nothing is known under the name that was asked for."""

    code = "not-found"


class UnknownQuery(NotFound):
    """The catalogue has no query of that name; the message says which are spelt almost like it."""

    code = "unknown-query"


class UnknownExport(NotFound):
    """There is no export of that name; ``there`` are those there are, the ones spelt almost like it first."""

    code = "unknown-export"

    def __init__(self, name: str, there: tuple[str, ...] = ()) -> None:
        super().__init__(name, there)
        self.name = name
        self.there = there

    def __str__(self) -> str:
        return f"there is no export {self.name[:60]!a}; there are {', '.join(self.there)}"


class OnlyNow(NotFound):
    """What was asked for is there of now only, not as it was in releases."""

    code = "only-now"


class NotReleased(NotFound):
    """Nothing had been released on a day, or by it; ``first`` and ``last`` are days of releases, if any."""

    code = "not-released"

    def __init__(self, day: str, first: str = "", last: str = "") -> None:
        super().__init__(day, first, last)
        self.day = day
        self.first = first
        self.last = last

    def __str__(self) -> str:
        if not self.first:
            return f"nothing was released on {self.day}; there is no release yet"
        there = f"the first release is that of {self.first}, the last that of {self.last}"
        return f"nothing was released on {self.day}; {there}"


class Withdrawn(Absent):
    """The IRI was published once and has been withdrawn.

    ``date`` is the day (ISO 8601), ``reasons`` maps language tags to text, and ``successors`` holds
    the IRIs to use instead, none if there is none.
    """

    code = "withdrawn"

    def __init__(self, iri: str, date: str, reasons: dict[str, str], successors: tuple[str, ...]) -> None:
        super().__init__(iri, date, reasons, successors)
        self.iri = iri
        self.date = date
        self.reasons = reasons
        self.successors = successors

    def __str__(self) -> str:
        instead = f"; use {' or '.join(self.successors)}" if self.successors else ""
        return f"<{self.iri}> was withdrawn on {self.date}{instead}"


class Superseded(Absent):
    """Data of a certain generation were asked for, and those of another are served.

    ``current`` is the generation that is served.
    """

    code = "superseded"

    def __init__(self, asked: str, current: str = "") -> None:
        super().__init__(asked, current)
        self.asked = asked
        self.current = current

    def __str__(self) -> str:
        return f"generation {self.asked!a} is not served any more; generation {self.current!a} is"


class StoreError(FellesordError):
    """The store could not answer."""

    code = "store-error"


class StoreUnavailable(StoreError):
    """The store cannot be reached or is not ready; the same request may succeed later.

    ``retry_after`` is the wait in seconds that the store asked for, or ``None``.
    """

    code = "store-unavailable"

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message, retry_after)
        self.message = message
        self.retry_after = retry_after

    def __str__(self) -> str:
        return self.message


class NotReady(StoreUnavailable):
    """What was asked for takes long to make, and is being made, or others wait for what is."""

    code = "not-ready"


class StoreTimeout(StoreError):
    """The store did not answer within the deadline."""

    code = "store-timeout"


class StoreRefused(StoreError):
    """The store answered that it will not run the request."""

    code = "store-refused"


class StoreDeclined(StoreRefused):
    """The store does not answer a query that is right: it does not have that SPARQL, or it is too much."""

    code = "store-declined"


class StoreOverflow(StoreError):
    """The store's answer is larger than the limit."""

    code = "store-overflow"


class JailError(FellesordError):
    """What a stranger sent could not be worked on; the process that tried is gone."""

    code = "jail-error"


class JailTimeout(JailError):
    """It took too long."""

    code = "jail-timeout"


class JailOverflow(JailError):
    """It took too much memory."""

    code = "jail-overflow"


class JailBroken(JailError):
    """It broke what reads it, as text nested a thousand levels deep may do."""

    code = "jail-broken"


class JailCut(JailError):
    """It gave more rows or bytes than an answer may have."""

    code = "jail-cut"


class JailStopped(JailError):
    """It was stopped, by whoever asked, or because nobody waited for it any more."""

    code = "jail-stopped"


class JailUnavailable(JailError):
    """There is no jail on this system, so that nothing of a stranger's is worked on."""

    code = "jail-unavailable"


class JailBusy(JailUnavailable):
    """All who could work on it are at work; ``retry_after`` is when to come back, in seconds."""

    code = "jail-busy"

    def __init__(self, message: str, retry_after: float = 5.0) -> None:
        super().__init__(message, retry_after)
        self.message = message
        self.retry_after = retry_after

    def __str__(self) -> str:
        return self.message
