"""The part of RSGI 1.6 (granian, docs/spec/RSGI.md) that the front uses, as types."""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol


class Headers(Protocol):
    """Request headers; names are lower case."""

    def items(self) -> Sequence[tuple[str, str]]:
        """Every header."""
        ...


class Scope(Protocol):
    """A request's head."""

    @property
    def method(self) -> str:
        """GET, POST, …."""
        ...

    @property
    def path(self) -> str:
        """The path, decoded."""
        ...

    @property
    def query_string(self) -> str:
        """The query, not decoded."""
        ...

    @property
    def authority(self) -> str | None:
        """The host, as HTTP/2 sends it."""
        ...

    @property
    def client(self) -> str:
        """The address and port of whoever asks."""
        ...

    @property
    def headers(self) -> Headers:
        """The headers."""
        ...


class Wire(Protocol):
    """A request's body, to iterate over, and the way to answer. Headers are pairs of strings."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...

    async def client_disconnect(self) -> None:
        """Return when the client has left."""
        ...

    def response_empty(self, status: int, headers: list[tuple[str, str]]) -> None:
        """Answer without a body."""
        ...

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Answer with a body."""
        ...

    def response_file_range(
        self, status: int, headers: list[tuple[str, str]], file: str, start: int, end: int
    ) -> None:
        """Answer with a part of what a file holds, from ``start`` until before ``end``."""
        ...

    def response_file(self, status: int, headers: list[tuple[str, str]], file: str) -> None:
        """Answer with what a file holds."""
        ...
