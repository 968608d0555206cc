"""One SPARQL query over HTTP, within limits: SPARQLWrapper builds the request, the rest is ours.

What SPARQLWrapper 2.0 leaves open is closed here and in ``wire``: a deadline and a size limit for the whole
answer, redirects that stay on their origin, queries that are never updates, credentials that go nowhere else.
"""

import re
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from http.client import HTTPException, HTTPResponse

import SPARQLWrapper.SPARQLExceptions as Library
from SPARQLWrapper import SPARQLWrapper

from fellesord.errors import InvalidSetting
from fellesord.store import engines
from fellesord.store.engines import Engine
from fellesord.store.wire import Access, Left, exchange, taken, translated, whole

#: What is asked of: default graphs and named graphs; without any default graph, the engine's own.
Dataset = tuple[Sequence[str], Sequence[str]]
_LONGEST_URL = 2000
_URL = re.compile(r"https?://(?:[\w.-]+|\[[\w:.]+\])(?::(\d{1,5}))?(?:/[!-~]*)?", re.ASCII)


@dataclass(frozen=True)
class Endpoint:
    """Where a store is asked, and within which limits. Raises InvalidSetting for what cannot be used.

    ``graph`` is sent as ``default-graph-uri``; ``deadline`` is seconds for an answer, retries included.
    """

    url: str
    graph: str | None = None
    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    deadline: float = 30.0
    max_bytes: int = 64 * 1024 * 1024
    attempts: int = 3

    def __post_init__(self) -> None:
        url = _URL.fullmatch(self.url)
        if url is None or int(url[1] or 80) > 65535 or re.search(r"[?#]", self.url):
            raise InvalidSetting("the store's URL must be http(s)://host:port/path, without user or ?")
        if min(self.deadline, self.max_bytes, self.attempts) <= 0:
            raise InvalidSetting("the store's deadline, size limit and attempts must be above 0")
        if (self.user is None) != (self.password is None) or (self.user and self.token):
            raise InvalidSetting("the store takes a user with a password, or a token")
        if ":" in (self.user or "") or not re.fullmatch(r"[!-~]*", self.token or ""):
            raise InvalidSetting("the store's user may hold no colon, its token neither space nor æ")

    @cached_property
    def access(self) -> Access:
        """What lets us in."""
        return Access(self.user, self.password, self.token)


@dataclass(frozen=True)
class Answer:
    """What an endpoint answered, whole unless it says otherwise, and the engine that shows in it."""

    media: str
    body: bytes
    engine: Engine
    whole: bool = True


class Client(SPARQLWrapper):
    """SPARQLWrapper for one query, hardened."""

    def __init__(
        self,
        to: Endpoint,
        tls: ssl.SSLContext | None,
        query: str,
        accept: str,
        left: Left,
        engine: Engine = engines.OTHER,
        dataset: Dataset | None = None,
    ) -> None:
        super().__init__(to.url, agent="fellesord")
        default, named = dataset or ([to.graph] if to.graph else [], [])
        for name, graphs in (("default-graph-uri", default), ("named-graph-uri", named)):
            for graph in graphs:
                self.addParameter(name, graph)
        if timeout := engine.timeout(left()):
            self.addParameter("timeout", timeout)
        self._to, self._accept, self._left, self._tls = to, accept, left, tls
        self.setOnlyConneg(True)  # else it adds format=, output= and results=
        self.setQuery(query)

    def isSparqlUpdateRequest(self) -> bool:
        """No: the parent takes ``PREFIX … # DELETE`` for an update, and would send it as one."""
        return False

    def _parseQueryType(self, query: str) -> str:
        return "SELECT"  # the parent guesses, and warns; nothing here depends on it

    def _getAcceptHeader(self) -> str:
        return self._accept

    def answer(self, most: int | None = None) -> Answer:
        """The answer to one attempt. Raises only our errors; one that was cut off is an error too.

        Of a larger answer than may be there are the first ``most`` bytes; without that it is an error.
        """
        try:
            response, _ = self._query()
            with response:
                headers = response.headers
                engines.refuse_partial(headers)
                body, is_all = (
                    (whole(response, self._to.max_bytes), True) if most is None else taken(response, most)
                )
                return Answer(headers.get_content_type(), body, engines.recognised(headers), is_all)
        except (Library.SPARQLWrapperException, OSError, HTTPException, ValueError) as error:
            raise translated(error) from error

    def _query(self) -> tuple[HTTPResponse, str]:
        """The response with status 200."""
        request = self._createRequest()
        if len(request.full_url) > _LONGEST_URL:
            self.setMethod("POST")
            request = self._createRequest()
        return exchange(self._to.access, self._tls, request, self._left, (200,)), self.returnFormat
