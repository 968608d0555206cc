"""SPARQL-based constraints run for all focus nodes at once, or for one (SHACL, sections 5.3 and 6.3).

A shape's query is written for one focus node, which stands for ``$this`` everywhere. Joined with the focus
nodes, a query gives the same for all of them at once when ``$this`` stands in a triple pattern of every group
that mentions it. Where it does not, the query is run for one node at a time.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from fellesord.errors import InvalidData

_TOKEN = re.compile(
    r"""<[^<>"{}|^`\\\s]*>|\"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*'''"""
    r"""|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\#[^\n]*|[?$]\w+|[A-Za-z_][\w-]*:?[\w-]*|\s+|.""",
    re.DOTALL,
)
#: Variables that are bound before a query runs.
_BOUND = ("this", "shapesGraph", "currentShape")
_AGGREGATES = {"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"}
#: A query for the nodes that a path leads back to: that and nothing else.
_CIRCLE = re.compile(r"\{\s*[?$]this\s+([^\s+{}()]+)\+\s+[?$]this\s*\.?\s*\}\s*")
#: Filters that look at nodes only, so that it does not matter how numbers are kept.
_PLAIN = re.compile(r"FILTER\s*(?:NOT\s+)?EXISTS|FILTER\s*\(\s*[?$]\w+\s*!=\s*[?$]this\s*\)", re.IGNORECASE)
_COMPUTING = re.compile(r"\b(?:FILTER|BIND|HAVING|ORDER|GROUP)\b|\bAS\s+[?$]", re.IGNORECASE)
_REFUSED = {"MINUS": "MINUS", "VALUES": "VALUES", "SERVICE": "a federated query"}


@dataclass
class _Group:
    """A group in braces: where it opens, whether EXISTS stands before it, and how it uses ``$this``."""

    opens: int
    exists: bool
    selects: bool = False
    projects: bool = False
    stars: bool = False
    mentions: bool = False
    matches: bool = False


@dataclass(frozen=True)
class Prepared:
    """A query, cut into tokens, with what is known of its groups."""

    tokens: tuple[str, ...]
    groups: tuple[_Group, ...]
    together: bool
    negated: bool
    reads_shapes: bool
    circle: str
    computes: bool

    def seeded(self, pattern: str) -> str:
        """The query with a pattern that binds ``?this`` at the beginning of its outermost group."""
        return self._with({self.groups[0].opens: pattern})

    def for_one(self, block: str) -> str:
        """The query with a block that binds ``?this`` to one node in every group that mentions it."""
        opens = {group.opens for group in self.groups if group.mentions and not group.exists}
        return self._with(dict.fromkeys({*opens, self.groups[0].opens}, block))

    def steps(self) -> str:
        """A query for the steps ``?from`` and ``?to`` of the path that a circle is made of."""
        head = "".join(self.tokens[: self.groups[0].opens]).upper().rpartition("SELECT")[0]
        declared = "".join(self.tokens)[: len(head)]
        return f"{declared} SELECT ?from ?to WHERE {{ ?from {self.circle} ?to }}"

    def _with(self, blocks: Mapping[int, str]) -> str:
        return "".join(
            f"{token} {blocks[place]} " if place in blocks else token
            for place, token in enumerate(self.tokens)
        )


def prepare(text: str, fixed: Mapping[str, str]) -> Prepared:
    """A query made ready to run; ``fixed`` maps names of variables to what stands for them.

    Raises InvalidData for what a query with a pre-bound variable may not hold (SHACL, section 5.2.1.1).
    """
    return _prepared(text, tuple(sorted(fixed.items())))


@lru_cache(maxsize=1024)
def _prepared(text: str, fixed: tuple[tuple[str, str], ...]) -> Prepared:
    stands = dict(fixed)
    tokens = tuple(stands.get(token[1:], token) if token[0] in "?$" else token for token in _tokens(text))
    words = [token for token in tokens if token.strip()]
    for word, name in _REFUSED.items():
        if any(token.upper() == word for token in words):
            raise InvalidData(f"a constraint's query must not use {name} (SHACL, section 5.2.1.1)")
    for before, token in pairwise(words):
        if before.upper() == "AS" and token[1:] in ("this", "value", "shapesGraph", "currentShape"):
            raise InvalidData(f"a constraint's query must not set {token}")
    groups = _groups(tokens)
    if not groups:
        raise InvalidData("a constraint's query has no group in braces")
    head = [token.upper() for token in tokens[: groups[0].opens]]
    tail = [token.upper() for token in _after(tokens)]
    grouped = _AGGREGATES & {*head, *tail} and "GROUP" not in tail
    reads_shapes = any(token[1:] in _BOUND[1:] and token[0] in "?$" for token in tokens)
    together = (
        not reads_shapes
        and not grouped
        and not {"LIMIT", "OFFSET"} & {*tail}
        and ("GROUP" not in tail or bool({"?THIS", "$THIS"} & {*tail[tail.index("GROUP") :]}))
        and all(group.matches or group.exists or not group.mentions for group in groups[1:])
    )
    for group in groups[1:]:
        inside = any(other.matches for other in groups if other.opens > group.opens)
        if group.selects and not group.projects and not (group.stars and inside):
            raise InvalidData("a sub-select must project $this (SHACL, section 5.2.1.1)")
    negated = any(group.exists or group.selects for group in groups) or bool(grouped)
    circle = _CIRCLE.fullmatch("".join(tokens[groups[0].opens :]))
    step = circle.group(1) if circle else ""
    computes = bool(_COMPUTING.search(_PLAIN.sub(" ", "".join(tokens))))
    return Prepared(tokens, groups, together, negated or "GROUP" in tail, reads_shapes, step, computes)


def _tokens(text: str) -> Iterator[str]:
    for token in _TOKEN.findall(text):
        yield " " if token.startswith("#") else token


def _groups(tokens: tuple[str, ...]) -> tuple[_Group, ...]:
    """The groups of a query in the order they open."""
    found: list[_Group] = []
    stack: list[_Group] = []
    depth, projecting, before = 0, False, ""
    for place, piece in enumerate(tokens):
        if piece == "{":
            group = _Group(place, before.upper() == "EXISTS")
            if stack and stack[-1].selects and projecting:
                projecting = False
            found.append(group)
            stack.append(group)
        elif piece == "}":
            if not stack:
                raise InvalidData("a constraint's query has a brace too many")
            stack.pop()
        elif piece in "()":
            depth += 1 if piece == "(" else -1
        elif piece.upper() == "SELECT" and stack:
            stack[-1].selects = projecting = True
        elif piece == "*" and projecting:
            stack[-1].stars = True
        elif piece[0] in "?$" and piece[1:] in _BOUND and stack:
            if projecting:
                stack[-1].projects = stack[-1].projects or piece[1:] == "this"
            else:
                stack[-1].mentions = True
                stack[-1].matches = stack[-1].matches or (depth == 0 and piece[1:] == "this")
        if piece.strip():
            before = piece
    if stack:
        raise InvalidData("a constraint's query lacks a closing brace")
    return tuple(found)


def _after(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """What stands after the last closing brace."""
    last = max(place for place, piece in enumerate(tokens) if piece == "}")
    return tokens[last + 1 :]
