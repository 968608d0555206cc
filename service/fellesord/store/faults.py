"""What is wrong with a query that the engine cannot parse, in words: where, and what was expected.

The engine tells of the place that its parser got to last, with what it tried there, which is seldom where the
fault is. So what people get wrong is looked for first: prefixes, words, brackets, statements with a part
missing.
"""

import re
from collections.abc import Collection, Sequence
from difflib import get_close_matches

from fellesord.errors import QuerySyntax
from fellesord.store.lexing import Token, place, tokens

_PLACE = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
#: In the parser's list of what was expected: quoted signs, ranges of characters, and words.
_EXPECTED = re.compile(r'"((?:[^"\\]|\\.)*)"|\[[^\]]*\]|([^,\[\]"]+)')
#: What the parser would take and this service would not.
_NEVER = frozenset(("LATERAL", "SERVICE", "Prefix not found"))
_TERMS = frozenset(("variable", "iri", "name", "text", "blank", "number"))
_PAIRS = {"{": "}", "(": ")", "[": "]"}
#: Keywords, functions and aggregates (SPARQL 1.1, sections 19.8 and 17).
_WORDS = frozenset(
    """
    a ABS ADJUST AS ASC ASK AVG BASE BIND BNODE BOUND BY CEIL COALESCE CONCAT CONSTRUCT CONTAINS COUNT
    DATATYPE DAY DESC DESCRIBE DISTINCT ENCODE_FOR_URI EXISTS FILTER FLOOR FROM GRAPH GROUP GROUP_CONCAT
    HAVING HOURS IF IN IRI ISBLANK ISIRI ISLITERAL ISNUMERIC ISTRIPLE ISURI LANG LANGMATCHES LCASE LIMIT MAX
    MD5 MIN MINUS MINUTES MONTH NAMED NOT NOW OBJECT OFFSET OPTIONAL ORDER PREDICATE PREFIX RAND REDUCED
    REGEX REPLACE ROUND SAMETERM SAMPLE SECONDS SELECT SEPARATOR SHA1 SHA256 SHA384 SHA512 STR STRAFTER
    STRBEFORE STRDT STRENDS STRLANG STRLEN STRSTARTS STRUUID SUBJECT SUBSTR SUM TIMEZONE TRIPLE TZ UCASE
    UNDEF UNION URI UUID VALUES VERSION WHERE YEAR FALSE TRUE
    """.split()  # noqa: SIM905 - as a list it would be a page
)


def fault(text: str, message: str, prefixes: Collection[str]) -> QuerySyntax:
    """What is wrong with a query, for which the engine had a message; ``prefixes`` need not be declared."""
    found = [token for token in tokens(text) if token.kind != "comment"]
    return (
        _open(text, found)
        or _prefix(text, found, prefixes)
        or _word(text, found)
        or _bracket(text, found)
        or _statement(text, found)
        or _told(text, found, message)
    )


def _at(text: str, token: Token, message: str, *expected: str, key: str) -> QuerySyntax:
    line, column = place(text, token.at)
    return QuerySyntax(message, line, column, expected, key=key, word=token.text[:40])


def _prefix(text: str, found: Sequence[Token], known: Collection[str]) -> QuerySyntax | None:
    """The first prefix that nothing declares, with those that it may stand for."""
    declared = set(known)
    before = ""
    for token in found:
        prefix = token.text.partition(":")[0]
        if token.kind == "name" and before == "PREFIX":
            declared.add(prefix)
        elif token.kind == "name" and prefix not in declared:
            line, column = place(text, token.at)
            near = tuple(get_close_matches(prefix, [*declared], 3, 0.5)) if prefix else ()
            return QuerySyntax(f"nothing declares the prefix “{prefix}:”", line, column, (), prefix, near)
        before = token.text.upper() if token.kind == "word" else ""
    return None


def _open(text: str, found: Sequence[Token]) -> QuerySyntax | None:
    """The first text that has no end."""
    for token in found:
        if token.kind == "other" and token.text in ("'", '"'):
            return _at(text, token, "a text begins here and does not end", token.text, key="syntax-open")
    return None


def _word(text: str, found: Sequence[Token]) -> QuerySyntax | None:
    """The first word that is none of SPARQL's."""
    for token in found:
        if token.kind == "word" and token.text != "a" and token.text.upper() not in _WORDS:
            near = get_close_matches(token.text.upper(), _WORDS, 3, 0.6)
            return _at(text, token, f"“{token.text[:40]}” is not a word of SPARQL", *near, key="syntax-word")
    return None


def _bracket(text: str, found: Sequence[Token]) -> QuerySyntax | None:
    """The first bracket that is not opened, or the last that is not closed."""
    opened: list[Token] = []
    for token in found:
        if token.kind != "other":
            continue
        if token.text in _PAIRS:
            opened.append(token)
        elif token.text in _PAIRS.values():
            if not opened:
                return _at(text, token, f"“{token.text}” closes nothing", key="syntax-closes-nothing")
            wanted = _PAIRS[opened.pop().text]
            if token.text != wanted:
                said = f"“{token.text}” closes a bracket of another kind"
                return _at(text, token, said, wanted, key="syntax-closes-other")
    if not opened:
        return None
    last = opened[-1]
    return _at(text, last, f"“{last.text}” is not closed", _PAIRS[last.text], key="syntax-not-closed")


def _statement(text: str, found: Sequence[Token]) -> QuerySyntax | None:
    """The first statement that ends before it has all its parts; only such as have no brackets or paths."""
    parts, lacking, values = 0, 0, False
    for before, token in zip([None, *found], found, strict=False):
        if token.kind in _TERMS or token.text == "a":
            parts += before is None or before.text != "^"  # a datatype belongs to its text
        elif token.kind == "language" or token.text == "^":
            continue
        elif token.text in (".", ";", "}") and lacking and 0 < parts < lacking and not values:
            missing = ("a property", "a value") if lacking - parts == 2 else ("a value",)
            return _at(text, token, "the statement is not whole", *missing, key="syntax-not-whole")
        else:
            if token.kind == "word":
                values = token.text.upper() == "VALUES" or (values and token.text.upper() == "UNDEF")
            lacking = 0
        if token.text in ("{", ".", ";"):
            parts, lacking = 0, 2 if token.text == ";" else 3
        values = values and token.text != "}"
    return None


def _told(text: str, found: Sequence[Token], message: str) -> QuerySyntax:
    """What the engine says: what is wrong in words, or what it tried before the place that it names."""
    told = _PLACE.fullmatch(message)
    if told is None:
        return QuerySyntax(message, key="syntax-engine", word=message)
    line, column = int(told.group(1)), int(told.group(2))
    expected, said = [], ""
    for sign, word in _EXPECTED.findall(told.group(3)):
        word = word.strip()
        if sign:
            expected.append(re.sub(r"\\(.)", r"\1", sign))
        elif word in _NEVER or not word.isascii():
            continue
        elif " " in word and not word.isupper():
            said = word
        elif re.fullmatch(r"[A-Za-z ]+", word):
            expected.append(word)
    if said:
        return QuerySyntax(said, line, column, key="syntax-engine", word=said)
    at = sum(len(each) + 1 for each in text.split("\n")[: line - 1]) + column - 1
    before = [token for token in found if token.at < at]
    if before and at < len(text):
        line, column = place(text, before[-1].at)
    signs = tuple(dict.fromkeys(expected))
    return QuerySyntax("this cannot stand here", line, column, signs, key="syntax-here")
