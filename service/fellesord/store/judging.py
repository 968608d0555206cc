"""Judging a stranger's query for an engine: what runs inside of the jail before anything is sent.

The embedded engine has parsed it. It is written anew, so that there is one way to read it, whatever an engine
makes of prefixes, escapes and comments, and so that it asks for no more than the graph that is served: any
other graph is empty, as it is on the embedded store. What an engine may cut off without a word, CONSTRUCT, or
gives in a way of its own, DESCRIBE, is asked for as solutions.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import pyoxigraph as ox

from fellesord.errors import QueryRefused
from fellesord.namespaces import QUERY_PREFIXES, XSD
from fellesord.store import engines, lexing
from fellesord.store.questions import Judged, Judging
from fellesord.store.templates import template

Results = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples
#: The functions that have IRIs, which are casts (SPARQL 1.1, section 17.5), and two more of them that engines
#: agree on. Virtuoso takes any other IRI for the name of a procedure, or casts to something else.
_FUNCTIONS = frozenset(
    f"{XSD}{name}"
    for name in ("boolean", "date", "dateTime", "decimal", "double", "float", "integer", "string", "time")
)
#: What may be a comparison and more, up to the next one, though IRIs may have it too.
_COMPARING = re.compile(r"&&|[),]|^<[=?$(!+\-\d]")
#: The IRI that is relative and nothing more.
_BASE = "<>"
_FORMS = frozenset(("SELECT", "ASK", "CONSTRUCT", "DESCRIBE"))


@dataclass(frozen=True)
class _Word:
    """A terminal of the query, IRIs whole and texts escaped in one way; whether a gap comes before it."""

    kind: str
    text: str
    gap: bool = True

    @property
    def sign(self) -> str:
        """The keyword or the sign that it is, else nothing."""
        return self.text.upper() if self.kind in ("word", "other") else ""

    @property
    def iri(self) -> str:
        """The IRI that it is, else nothing."""
        return self.text[1:-1] if self.kind == "iri" else ""


def judge(task: Judging, text: str, results: Results, base: str | None) -> Judged:
    """What to ask the engine.

    ``text`` has been parsed, and gave ``results`` over no data. Raises QueryRefused for what is not SPARQL
    1.1, but an engine's own, and InvalidQuery.
    """
    question, own = task.question, [task.graph] if task.graph else []
    start, words = _words(_spaced(text, base), base)
    words, default, named = _dataset(words)
    if question.default_graphs is not None or question.named_graphs is not None:
        default, named = list(question.default_graphs or ()), list(question.named_graphs or ())
        said = True
    else:
        said = bool(default or named)
    shown = [each for each in own if each in named]
    words = [*_graphs(words, shown)]
    _refuse(words)
    if said:
        own = [each for each in own if each in default] or [task.nothing]
    asked = _asked(words, results)
    return replace(asked, text=start + asked.text, default_graphs=own, named_graphs=shown)


def _spaced(text: str, base: str | None) -> str:
    """The query with a space after each “<” that compares where an IRI seems to begin: ``?a<?b&&?c>1``.

    Where one can compare, no IRI can begin; so what is still SPARQL with the space means the same.
    """
    seen = 0
    while token := next((each for each in lexing.tokens(text) if each.at >= seen and _compares(each)), None):
        end = token.at + (2 if token.text[1] == "=" else 1)
        spaced = f"{text[:end]} {text[end:]}"
        seen = token.at + len(token.text)
        if _parses(spaced, base, QUERY_PREFIXES):
            text, seen = spaced, end
    return text


def _compares(token: lexing.Token) -> bool:
    return token.kind == "iri" and _COMPARING.search(token.text) is not None


def _words(text: str, base: str | None) -> tuple[str, list[_Word]]:
    """What is left of the prologue, the base where IRIs are made of texts, and the query after it."""
    tokens = [*lexing.tokens(text)]
    first = next(n for n, each in enumerate(tokens) if each.kind == "word" and each.text.upper() in _FORMS)
    prologue, tokens = text[: tokens[first].at], tokens[first:]
    terms = dict.fromkeys(each.text for each in tokens if each.kind in _WRITTEN)
    if making := any(each.kind == "word" and each.text.upper() in ("IRI", "URI") for each in tokens):
        terms[_BASE] = None
    whole = meant(prologue, terms, base)
    found, end = [], tokens[0].at
    for each in tokens:
        if each.kind != "comment":
            kind = _WRITTEN.get(each.kind, each.kind)
            found.append(_Word(kind, whole.get(each.text, each.text), each.at > end))
            end = each.at + len(each.text)
    return f"BASE {whole[_BASE]} " if making else "", found


#: Terminals that are written anew, and as what.
_WRITTEN = {"iri": "iri", "name": "iri", "text": "text"}


def meant(prologue: str, terms: Iterable[str], base: str | None) -> dict[str, str]:
    """What IRIs, prefixed names and texts mean after a prologue, as the engine writes it.

    Raises InvalidQuery.
    """
    terms = [*terms]
    pattern = f"{{ VALUES ?term {{ {' '.join(terms)} }} }}"
    try:
        found = ox.Store().query(f"{prologue} SELECT * {pattern}", base_iri=base, prefixes=QUERY_PREFIXES)
        assert isinstance(found, ox.QuerySolutions)  # noqa: S101 - what SELECT gives
        return {term: str(solution[0]) for term, solution in zip(terms, found, strict=True)}
    except (SyntaxError, ValueError) as error:
        raise _ambiguous() from error.with_traceback(None)


def _dataset(words: Sequence[_Word]) -> tuple[list[_Word], list[str], list[str]]:
    """The query without its dataset, and the default and the named graphs of that."""
    rest: list[_Word] = []
    default: list[str] = []
    named: list[str] = []
    taken = iter(words)
    for word in taken:
        if word.sign == "FROM":
            graph = next(taken)
            if graph.sign == "NAMED":
                named.append(next(taken).iri)
            else:
                default.append(graph.iri)
            rest.append(_Word("other", ""))
        else:
            rest.append(word)
    return rest, default, named


def _graphs(words: Iterable[_Word], shown: Sequence[str]) -> Iterator[_Word]:
    """The query with every GRAPH over the graph that is shown, or in its place what finds nothing.

    So no other graph is ever named: Virtuoso reads one that is, whatever the dataset.
    """
    depth = 0
    closing: list[int] = []
    taken = iter(words)
    for word in taken:
        depth += (word.sign == "{") - (word.sign == "}")
        if word.sign != "GRAPH":
            yield word
        else:
            name = next(taken)
            if name.iri in shown:
                yield from (word, name)
                continue
            closing.append(depth)
            if shown and name.kind == "variable":
                graph = f"<{shown[0]}>"
                yield _Word("other", f"{{ VALUES {name.text} {{ {graph} }} GRAPH {graph}")
            else:
                yield _Word("other", "{ FILTER (1 = 2)")
        if word.sign == "}" and closing and closing[-1] == depth:
            closing.pop()
            yield _Word("other", "}")


def _refuse(words: Sequence[_Word]) -> None:
    """Return when the query can be read in one way, and asks for nothing of an engine's own."""
    if not _parses(_text(words)):
        raise _ambiguous()
    for number, word in enumerate(words):
        if not word.iri:
            continue
        if word.iri.lower().startswith(engines.INNER):
            raise QueryRefused(f"<{word.iri}> is of one engine only; what SPARQL 1.1 has can be asked")
        if word.iri in _FUNCTIONS or [each.sign for each in words[number + 1 : number + 2]] != ["("]:
            continue
        # Where a function that there is can stand, a function stands, and else a property before a list.
        called = (*words[:number], _Word("word", "COALESCE("), *words[number + 2 :])
        if _parses(_text(called)):
            raise QueryRefused(f"<{word.iri}> is no function of SPARQL 1.1")


def _parses(text: str, base: str | None = None, prefixes: dict[str, str] | None = None) -> bool:
    """Whether it is SPARQL: unless it is given more, without any prefix that need not be declared."""
    try:
        ox.Store().query(text, base_iri=base, prefixes=prefixes)
    except SyntaxError:
        return False
    except (RuntimeError, ValueError):
        return True
    return True


def _asked(words: Sequence[_Word], results: Results) -> Judged:
    """What is asked, and what is made of the solutions."""
    if isinstance(results, ox.QueryBoolean):
        return Judged("boolean", _text(words))
    if isinstance(results, ox.QuerySolutions):
        return Judged("solutions", _text(words), [each.value for each in results.variables])
    wanted = _text(words) if words[0].sign == "CONSTRUCT" else _described(words)
    found = template(wanted)
    return Judged("graph", found.select, found.variables, found.head)


def _described(words: Sequence[_Word]) -> str:
    """DESCRIBE as a CONSTRUCT of the statements about each thing."""
    end = next((n for n, each in enumerate(words) if n and each.kind not in ("iri", "variable")), len(words))
    things, rest = [each.text for each in words[1:end]], words[end:]
    if rest and rest[0].sign == "*":
        rest = rest[1:]
        found = ox.Store().query(f"SELECT * {_text(rest)}")
        assert isinstance(found, ox.QuerySolutions)  # noqa: S101 - what SELECT gives
        things = [f"?{each.value}" for each in found.variables]
    mark = "described"
    while mark in _text(words):
        mark += "_"
    if rest and rest[0].sign in ("WHERE", "{"):
        groups = [f"{{ SELECT ({each} AS ?{mark}) {_text(rest)} }}" for each in things]
    else:
        groups = [f"{{ VALUES ?{mark} {{ {' '.join(each for each in things if each[0] == '<')} }} }}"]
    about = f"?{mark} ?{mark}_of ?{mark}_as"
    statement, pattern = f"{{ {about} }}", f"{{ {{ {' UNION '.join(groups)} }} {about} }}"
    return f"CONSTRUCT {statement} WHERE {pattern}"


def _text(words: Iterable[_Word]) -> str:
    return "".join(f" {each.text}" if each.gap else each.text for each in words)


def _ambiguous() -> QueryRefused:
    return QueryRefused("what is written between “<” and “>” can be read in two ways; put a space after “<”")
