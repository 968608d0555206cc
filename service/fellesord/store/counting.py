"""Counting the rows in what the engine writes, which is much faster than to write rows one by one.

A counter is given an answer block by block, in order, and says how many rows begin in each.
"""

import re
from collections.abc import Callable

#: How many rows begin in a block.
Counter = Callable[[bytes], int]


class Lines:
    """Rows that are lines: of TSV, where nothing else is, and of CSV, where quoted fields may hold more."""

    def __init__(self) -> None:
        self._inside = False
        self._head = 1

    def __call__(self, block: bytes) -> int:
        """The lines that end in a block, without the first of all."""
        parts = block.split(b'"') if b'"' in block or self._inside else [block]
        found = sum(part.count(b"\n") for part in parts[self._inside :: 2])
        self._inside ^= (len(parts) - 1) % 2 == 1
        found, self._head = max(0, found - self._head), max(0, self._head - found)
        return found


class TsvLines:
    """Lines of TSV, where a line end in a term is written as an escape."""

    def __init__(self) -> None:
        self._head = 1

    def __call__(self, block: bytes) -> int:
        """The lines that end in a block, without the first of all."""
        found = block.count(b"\n")
        found, self._head = max(0, found - self._head), max(0, self._head - found)
        return found


class Elements:
    """``<result>`` elements of XML, where text never has such a sign."""

    _SIGN = b"<result>"

    def __init__(self) -> None:
        self._carry = b""

    def __call__(self, block: bytes) -> int:
        """The elements that are whole with this block."""
        whole = self._carry + block
        self._carry = whole[-len(self._SIGN) + 1 :]
        return whole.count(self._SIGN)


class Objects:
    """Members of ``bindings`` in JSON: one more than the ``},{`` that are not inside of a string."""

    #: At the end of a string the quote is followed by one of these, at the beginning of a name by none.
    _ENDING = re.compile(rb'\},\{"[,}:\]]')
    #: A row without a value. (To search for a pattern is faster here than to find bytes.)
    _EMPTY = re.compile(rb"\{\}")
    #: What is never inside of a string, where quotes are escaped.
    _OUTSIDE = b'{"type":"'
    #: Bytes held back, so that no sign is cut in two.
    _HELD = 16

    def __init__(self) -> None:
        self._carry = b""
        self._begun = self._inside = False

    def __call__(self, block: bytes) -> int:
        """The rows whose beginning is sure with this block."""
        whole = self._carry + block
        found = 0
        if not self._begun:
            _, sign, after = whole.partition(b'"bindings":[')
            if not sign or not after:
                self._carry = whole
                return 0
            self._begun = True
            found = int(after[:1] == b"{")
            whole = after
        end = max(0, len(whole) - self._HELD)
        while end and whole[end - 1] == 0x5C:
            end -= 1
        found += self._between(whole, end)
        outside = whole.rfind(self._OUTSIDE, 0, end)
        quotes = _unescaped(whole[max(0, outside) : end]).count(b'"')
        self._inside = quotes % 2 == (outside >= 0 or not self._inside)
        self._carry = whole[end:]
        return found

    def _between(self, whole: bytes, end: int) -> int:
        """The ``},{`` outside of strings that begin before ``end``."""
        if not self._EMPTY.search(whole, 0, end + 4) and not self._ENDING.search(whole, 0, end + 4):
            return whole.count(b'},{"', 0, end + 3)
        parts = _unescaped(whole[: end + 2]).split(b'"')
        return sum(part.count(b"},{") for part in parts[self._inside :: 2])


def _unescaped(block: bytes) -> bytes:
    """A block of JSON without the escapes of quotes, so that each quote begins or ends a string."""
    return block.replace(b"\\\\", b"").replace(b'\\"', b"")
