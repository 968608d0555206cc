"""CONSTRUCT as a SELECT whose solutions fill the template here, for engines that cut CONSTRUCT silently.

The text is only cut in two, at the template, which holds no braces (SPARQL 1.1, rule 73); the solutions are
written by the RDF library and the template is filled by the embedded engine, so that nothing is joined that
could become syntax.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import pyoxigraph as ox

from fellesord.errors import InvalidQuery
from fellesord.store import Solution

#: What a query is made of, as far as finding braces and variables goes; in linear time.
_TOKEN = re.compile(
    r"""(?P<gap>(?:\s|\#[^\r\n]*+)++)
    |(?P<text>\"{3}(?:[^"\\]|\\.|\"(?!\"\"))*+\"{3}|'{3}(?:[^'\\]|\\.|'(?!''))*+'{3}
       |"(?:[^"\\\r\n]|\\.)*+"|'(?:[^'\\\r\n]|\\.)*+')
    |(?P<iri><[^<>"{}|^`\\\s]*+>)
    |(?P<variable>[?$]\w++)
    |(?P<word>\w++)
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
#: How deep collections and blank nodes may nest in a template; how many solutions are filled in at a time.
_DEPTH, _AT_ONCE = 60, 5_000
#: What a blank node of a solution is called while it is filled in, when it cannot be one.
_BLANK = "urn:genid:"


@dataclass(frozen=True)
class Template:
    """A CONSTRUCT query: what is before the form, all to the template's end, what is after, the variables."""

    prologue: str
    head: str
    rest: str
    variables: tuple[str, ...]

    @property
    def select(self) -> str:
        """The query for the solutions that the template needs."""
        wanted = " ".join(f"?{name}" for name in self.variables) or "(1 AS ?solution)"
        return f"{self.prologue}SELECT {wanted} {self.rest}"

    def fill(self, solutions: Iterable[Solution]) -> Iterator[ox.Triple]:
        """The statements that these solutions give, as they come, each once."""
        given: set[ox.Triple] = set()
        rest = iter(solutions)
        while some := list(islice(rest, _AT_ONCE)):
            for triple in self._filled("\n".join(self._rows(some))):
                found = _with_blanks(triple)
                if found is not None and found not in given:
                    given.add(found)
                    yield found

    def check(self) -> None:
        """Return when the template is one. Raises InvalidQuery."""
        try:
            self._filled("")
        except SyntaxError as error:
            raise InvalidQuery(str(error)) from error.with_traceback(None)

    def _filled(self, rows: str) -> list[ox.Triple]:
        names = " ".join(f"?{name}" for name in self.variables)
        filled = ox.Store().query(f"{self.head} WHERE {{ VALUES ({names}) {{ {rows} }} }}")
        assert isinstance(filled, ox.QueryTriples)  # noqa: S101  # what CONSTRUCT gives
        return list(filled)

    def _rows(self, solutions: Sequence[Solution]) -> Iterator[str]:
        for solution in solutions:
            terms = [solution.get(name) for name in self.variables]
            yield f"({' '.join('UNDEF' if term is None else _without_blanks(term) for term in terms)})"


def _without_blanks(term: ox.NamedNode | ox.BlankNode | ox.Literal) -> str:
    return f"<{_BLANK}{term.value}>" if isinstance(term, ox.BlankNode) else str(term)


def _with_blanks(triple: ox.Triple) -> ox.Triple | None:
    """The statement with the blank nodes of the solutions; none where the property would be one."""
    subject, value = triple.subject, triple.object
    if triple.predicate.value.startswith(_BLANK):
        return None
    if isinstance(subject, ox.NamedNode) and subject.value.startswith(_BLANK):
        subject = ox.BlankNode(subject.value.removeprefix(_BLANK))
    if isinstance(value, ox.NamedNode) and value.value.startswith(_BLANK):
        value = ox.BlankNode(value.value.removeprefix(_BLANK))
    return ox.Triple(subject, triple.predicate, value)


def template(query: str) -> Template:
    """The parts of a CONSTRUCT query. Raises InvalidQuery when it is none, or its template nests too deep."""
    found = _cut(query)
    found.check()
    return found


def _cut(query: str) -> Template:
    tokens = [(match.lastgroup or "", match.group(), match.start()) for match in _TOKEN.finditer(query)]
    words = [
        index for index, (kind, text, _) in enumerate(tokens) if kind == "word" and _is(text, "construct")
    ]
    for index in words:
        before = query[: tokens[index][2]]
        after = [token for token in tokens[index + 1 :] if token[0] != "gap"]
        if not after or re.search(r"[:\w]\Z", before):  # construct: is a prefix, x:construct a name
            continue
        if after[0][1] == "{":
            inside, end = _until_brace(after[1:])
            return Template(before, query[: end + 1], query[end + 1 :], _variables(inside))
        if after[0][0] == "word":  # CONSTRUCT WHERE { … }: the pattern is the template
            opens = next((n for n, token in enumerate(after) if token[1] == "{"), None)
            if opens is not None:
                inside, end = _until_brace(after[opens + 1 :])
                head = query[: after[0][2]] + query[after[opens][2] : end + 1]
                return Template(before, head, query[after[0][2] :], _variables(inside))
    raise InvalidQuery("not a CONSTRUCT query")


def _until_brace(tokens: Sequence[tuple[str, str, int]]) -> tuple[list[tuple[str, str, int]], int]:
    """The tokens before the brace that closes, and where it stands."""
    inside: list[tuple[str, str, int]] = []
    depth = 0
    for token in tokens:
        if token[1] == "}":
            return inside, token[2]
        if token[1] in ("{", "\\"):
            break
        depth += (token[1] in "([") - (token[1] in ")]")
        if depth > _DEPTH:
            raise InvalidQuery(f"the template nests deeper than {_DEPTH} levels")
        inside.append(token)
    raise InvalidQuery("the template of the CONSTRUCT query is not one")


def _variables(tokens: Sequence[tuple[str, str, int]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text[1:] for kind, text, _ in tokens if kind == "variable"))


def _is(text: str, word: str) -> bool:
    return text.lower() == word
