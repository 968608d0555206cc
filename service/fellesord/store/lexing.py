"""What a query says, told from its words alone: before it is parsed, and when it cannot be.

The grammar's terminals (SPARQL 1.1, section 19.8) are enough to find what is never done here, the kind of its
answer, and its shape without what somebody wrote in it. All in linear time.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from fellesord.errors import QueryRefused

_ESCAPE = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_CHARACTER = r"(?:[\w:·-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%])"
#: What follows the prefix of a name, which has dots within but none at its end.
_LOCAL = rf"(?:{_CHARACTER}(?:\.*{_CHARACTER})*)?"
_TOKEN = re.compile(
    rf"""(?P<comment>\#[^\r\n]*)
    |(?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|{_ESCAPE})*>)
    |(?P<text>\"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*'''
        |"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*')
    |(?P<variable>[?$]\w+)
    |(?P<blank>_:\w[\w.·-]*)
    |(?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    |(?P<name>(?:[^\W\d_](?:[\w.·-]*[\w·-])?)?:{_LOCAL})
    |(?P<word>[^\W\d]\w*)
    |(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
    |(?P<escape>(?:{_ESCAPE})+)
    |(?P<space>\s+)
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_CHANGES = frozenset(("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"))
#: The kinds of answer, by the word that asks for it.
KINDS = {"SELECT": "solutions", "ASK": "boolean", "CONSTRUCT": "graph", "DESCRIBE": "graph"}
#: In what only looks like an IRI, as ``?a<?b)SERVICE#>``, a keyword that a parser would read.
_HIDDEN = re.compile(r"\).*service", re.IGNORECASE)
#: How the IRIs begin by which one engine (Virtuoso) calls what is its own, SQL among it.
_INNER = re.compile(r"<(?:bif|sql):", re.IGNORECASE)


@dataclass(frozen=True)
class Token:
    """A terminal: its kind, its text, and where it begins."""

    kind: str
    text: str
    at: int


def tokens(text: str) -> Iterator[Token]:
    """The terminals of a query, spaces left out."""
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup or "other"
        if kind != "space":
            yield Token(kind, found.group(), found.start())


def plain(text: str) -> str:
    """The query with the codepoint escapes outside of its strings and IRIs resolved (section 19.2)."""
    if "\\u" not in text and "\\U" not in text:
        return text

    def resolved(found: re.Match[str]) -> str:
        if found.lastgroup != "escape":
            return found.group()
        return re.sub(_ESCAPE, _character, found.group())

    return _TOKEN.sub(resolved, text)


def _character(escape: re.Match[str]) -> str:
    code = int(escape.group()[2:], 16)
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else escape.group()


def renamed(text: str, suffix: str) -> str:
    """The text with another label for each blank node, so that it can stand beside itself."""
    return _TOKEN.sub(lambda found: found.group() + (suffix if found.lastgroup == "blank" else ""), text)


def kind(text: str) -> str:
    """The kind of answer that a query has, by its first word of those that say so: else of solutions."""
    words = (token.text.upper() for token in tokens(text) if token.kind == "word")
    return next((KINDS[word] for word in words if word in KINDS), "solutions")


def refuse(text: str) -> None:
    """Return for what may be asked.

    Raises QueryRefused for every form of update, for SERVICE, and for what is inside of an engine.
    """
    first = True
    prologue = False
    for token in tokens(text):
        if token.kind == "iri" and _HIDDEN.search(token.text):
            raise QueryRefused("an IRI in the query has “)” and “service” in it; write it with %29 for “)”")
        if token.kind == "iri" and _INNER.match(token.text):
            raise QueryRefused(f"{token.text[:5]}…> names what is inside of an engine; ask in SPARQL 1.1")
        word = token.text.upper() if token.kind == "word" else ""
        if word == "SERVICE":
            raise QueryRefused(
                "SERVICE asks another service, and this one never does; ask each for itself",
                key="refused-service",
            )
        if token.kind == "comment":
            continue
        if word in ("PREFIX", "BASE") or (first and prologue and token.kind in ("name", "iri")):
            prologue = True
            continue
        if first and word in _CHANGES:
            raise QueryRefused(
                f"{word} changes data, and this service only reads; ask with SELECT, ASK, …",
                key="refused-change",
                word=word,
            )
        first = False


def place(text: str, at: int) -> tuple[int, int]:
    """Line and column, from 1, of a place in a text."""
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def shape(text: str, known: Collection[str]) -> str:
    """The query without comments, texts, numbers, and names of things: its words, variables and properties.

    Names keep the prefixes of ``known``; any other IRI may be one that a person is known by.
    """
    shown = {"text": '""', "iri": "<>", "number": "0", "blank": "[]"}
    parts = []
    for token in tokens(text):
        if token.kind == "name" and token.text.partition(":")[0] not in known:
            parts.append(":")
        elif token.kind != "comment":
            parts.append(shown.get(token.kind, token.text))
    return " ".join(parts)
