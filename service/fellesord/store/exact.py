"""A query said so that the engine answers it as SPARQL 1.1 has it, where pyoxigraph 0.5 does otherwise.

- ``GROUP_CONCAT`` gives a simple literal (section 18.5.1.7); the engine keeps a language of all its texts.
- ``GRAPH ?g`` evaluates its pattern over one graph at a time (section 18.6); the engine counts, takes away
  and binds over all of them together, so what does any of these is written out, graph by graph.
- A path of no length holds for a term that is nowhere in the graph (section 18.4); the engine gives nothing.
  Mended for an IRI that stands in a statement of its own, and not among others after ``;`` or ``,``.

All by the terminals of the query: what is not understood is left to the engine, whose parser judges it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from fellesord.errors import InvalidQuery
from fellesord.store.lexing import KINDS, Token, renamed, tokens

_OPENING, _CLOSING = frozenset("({["), frozenset(")}]")
#: What GRAPH with a variable has to be written out for, when it is inside.
_TOGETHER = frozenset(("SELECT", "MINUS", "VALUES"))
#: What a statement of a group stands between.
_BEFORE = frozenset("{.})")
_AFTER = frozenset("{.}") | {"OPTIONAL", "FILTER", "BIND", "MINUS", "VALUES", "GRAPH"}
_CONSTANTS = frozenset(("iri", "name"))
#: How many patterns may lie in each other, and how long a query may get.
_DEPTH = 16
_LONGEST = 256 * 1024


def exact(text: str, absent: Callable[[str, str], bool], graphs: Callable[[], Sequence[str]]) -> str:
    """The query, or another that the engine answers as it should.

    ``absent`` tells, of the query's prologue and an IRI as it is written there, whether no graph has it;
    ``graphs`` names the named graphs, each between ``<`` and ``>``, of a query that names none itself. Raises
    InvalidQuery for what would get too long.
    """
    return _Query(text, absent, graphs).said()


@dataclass
class _Query:
    text: str
    absent: Callable[[str, str], bool]
    graphs: Callable[[], Sequence[str]]

    @cached_property
    def found(self) -> list[Token]:
        return [token for token in tokens(self.text) if token.kind != "comment"]

    @cached_property
    def closing(self) -> dict[int, int]:
        """Which bracket closes which, by their place among the terminals."""
        opened: list[int] = []
        closing = {}
        for at, token in enumerate(self.found):
            if token.kind == "other" and token.text in _OPENING:
                opened.append(at)
            elif token.kind == "other" and token.text in _CLOSING and opened:
                closing[opened.pop()] = at
        return closing

    @cached_property
    def prologue(self) -> str:
        at = next(
            (token.at for token in self.found if token.kind == "word" and token.text.upper() in KINDS), 0
        )
        return self.text[:at]

    @cached_property
    def named(self) -> Sequence[str]:
        """The named graphs, as the query can write them."""
        words = self.found
        from_named = [
            name.text
            for first, second, name in zip(words, words[1:], words[2:], strict=False)
            if first.kind == second.kind == "word" and (first.text + second.text).upper() == "FROMNAMED"
        ]
        if from_named or any(token.kind == "word" and token.text.upper() == "FROM" for token in words):
            return list(dict.fromkeys(from_named))
        return self.graphs()

    def said(self) -> str:
        return self._range(0, len(self.found), 0) if self.found else self.text

    def _range(self, at: int, end: int, depth: int) -> str:
        """The text of some terminals, said otherwise where that is needed."""
        begun = self.found[at].at if at < len(self.found) else len(self.text)
        parts = []
        stop = self.found[end].at if end < len(self.found) else len(self.text)
        while at < end and depth < _DEPTH:
            replaced = self._graph(at, depth) or self._concat(at, depth) or self._path(at)
            if replaced is None:
                at += 1
                continue
            parts += [self.text[begun : self.found[at].at], replaced[0]]
            at = replaced[1]
            begun = self.found[at].at if at < len(self.found) else len(self.text)
        return "".join([*parts, self.text[begun:stop]])

    def _is(self, at: int, *wanted: str) -> bool:
        """Whether these are the words and signs at a place."""
        there = self.found[at : at + len(wanted)]
        return [each.text.upper() if each.kind in ("word", "other") else each.kind for each in there] == [
            *wanted
        ]

    def _graph(self, at: int, depth: int) -> tuple[str, int] | None:
        if not self._is(at, "GRAPH", "variable", "{") or at + 2 not in self.closing:
            return None
        end = self.closing[at + 2]
        inside = self._range(at + 3, end, depth + 1)
        variable = self.found[at + 1].text
        if not any(each.kind == "word" and each.text.upper() in _TOGETHER for each in tokens(inside)):
            return f"GRAPH {variable} {{ {inside} }} ", end + 1
        if len(self.named) * len(inside) > _LONGEST:
            raise InvalidQuery(
                f"GRAPH {variable} around SELECT, MINUS or VALUES is answered one graph at a time, and there "
                f"are {len(self.named)}; name those that are wanted with FROM NAMED"
            )
        each_graph = [
            f"{{ {{ GRAPH {name} {{ {renamed(inside, str(number))} }} }} VALUES {variable} {{ {name} }} }}"
            for number, name in enumerate(self.named)
        ]
        return f"{{ {' UNION '.join(each_graph) or f'VALUES {variable} {{ }}'} }} ", end + 1

    def _concat(self, at: int, depth: int) -> tuple[str, int] | None:
        if not self._is(at, "GROUP_CONCAT", "(") or at + 1 not in self.closing:
            return None
        end = self.closing[at + 1] + 1
        return f"STR(GROUP_CONCAT{self._range(at + 1, end, depth + 1)}) ", end

    def _path(self, at: int) -> tuple[str, int] | None:
        """A statement with a path of no length for an IRI that is nowhere."""
        subject = self.found[at]
        if at == 0 or self.found[at - 1].text not in _BEFORE or subject.kind not in (*_CONSTANTS, "variable"):
            return None
        end = self._nullable(at + 1)
        if end is None or end + 1 >= len(self.found) or self.found[end + 1].text.upper() not in _AFTER:
            return None
        object_ = self.found[end]
        constants = [each for each in (subject, object_) if each.kind in _CONSTANTS]
        if not constants or object_.kind not in (*_CONSTANTS, "variable"):
            return None
        if not any(self.absent(self.prologue, each.text) for each in constants):
            return None
        if len(constants) == 2:
            return f"FILTER(sameTerm({subject.text}, {object_.text})) ", end + 1
        variable = object_ if subject in constants else subject
        return f"VALUES {variable.text} {{ {constants[0].text} }} ", end + 1

    def _nullable(self, at: int) -> int | None:
        """Where a path ends that begins here and may have no length."""
        frames = [(False, True)]  # of each open bracket: whether an alternative, and this one so far, may
        wanted = True
        while at < len(self.found):
            token = self.found[at]
            at += 1
            if wanted and token.text in ("^", "!"):
                continue
            if wanted and token.text == "(":
                frames.append((False, True))
                continue
            if wanted and (token.kind in _CONSTANTS or token.text == "a"):
                empty = False
            elif not wanted and token.text == ")" and len(frames) > 1:
                empty = any(frames.pop())
            elif not wanted and token.text == "/":
                wanted = True
                continue
            elif not wanted and token.text == "|":
                frames[-1] = (any(frames[-1]), True)
                wanted = True
                continue
            else:
                at -= 1
                break
            if self._is(at, "*") or self._is(at, "?"):
                empty = True
                at += 1
            elif self._is(at, "+"):
                at += 1
            frames[-1] = (frames[-1][0], frames[-1][1] and empty)
            wanted = False
        return at if not wanted and len(frames) == 1 and any(frames[0]) and at < len(self.found) else None
