"""The page of the endpoint: a field to write a query in, and a table of what came, with names beside IRIs."""

import json
import re
from typing import Any

from flask import Response

from fellesord.errors import FellesordError, QuerySyntax
from fellesord.languages import Text, pick
from fellesord.namespaces import QUERY_PREFIXES
from fellesord.store.queries import load
from fellesord.store.questions import Begun
from fellesord.web import faults
from fellesord.web.negotiation import Speech
from fellesord.web.pages.drawing import drawing
from fellesord.web.pages.rendering import page, said, service
from fellesord.web.problems import finished, status_of
from fellesord.web.texts import table, text

#: Rows that a page shows, and bytes that they may have.
ROWS, SIZE = 1000, 4 * 1024 * 1024
#: IRIs whose names are looked up for one page.
_NAMED = 500
#: Forms to fetch the whole answer in, by the kind of the answer.
_DOWNLOADS = {"solutions": ("csv", "xlsx", "json", "xml", "tsv"), "boolean": ("json", "xml")}
_GRAPHS = ("ttl", "jsonld", "rdf", "nt")
#: What a sentence adds of an error: nothing in the languages that the error cannot be told in.
_DETAIL = " ({detail})"
#: Questions to begin with: the names of query files.
_LOCAL = re.compile(r"[A-Za-z_][\w.-]*")
_EXAMPLES = ("concepts", "work", "counties")


def form(query: str) -> Response:
    """The page with a query, else one to begin with."""
    return _page(query.strip() or load(f"examples/{_EXAMPLES[0]}").text)


def answered(query: str, kind: str, data: bytes, answering: Begun) -> Response:
    """The page with an answer."""
    answer = json.loads(data)
    speech = said()
    names = _names(answer.get("rows", ()), speech)
    return _page(
        query,
        kind=kind,
        truth=answer.get("boolean"),
        columns=answer.get("names", ()),
        rows=answer.get("rows", ()),
        names=names,
        drawing=drawing(answer["names"], answer["rows"], names, speech) if kind == "solutions" else None,
        more=answering.end is not None and answering.end.more,
        downloads=_DOWNLOADS.get(kind, _GRAPHS),
    )


def failed(query: str, error: FellesordError) -> Response:
    """The page with what went wrong, and the query to put right; with the status that says so."""
    status, code = status_of(error)
    response = _page(query, status, error=error, fault=words(error, said().interface), code=code)
    return finished(response, error)


def words(error: FellesordError, language: str) -> Text:
    """What went wrong with a query, in a language of the interface where there are words for it."""
    key, listed = f"query-{error.code}", ""
    about: dict[str, object] = {"detail": faults.worded(error, language).value if error.key else str(error)}
    if isinstance(error, QuerySyntax):
        told = faults.worded(error, language).value if error.key and language != "en" else error.message
        about = {"line": error.line, "column": error.column, "said": told, "prefix": error.prefix}
        signs = [each for each in error.expected if language == "en" or not each.islower()]
        listed = " ".join(signs) or ", ".join(f"{each}:" for each in error.near)
        key += "" if error.prefix is None else "-prefix"
        key += "-listed" if listed else ""
    if key not in table():
        return faults.worded(error, language)
    sentence = text(key, language)
    if language != "en" and not error.key:
        sentence = sentence.replace(_DETAIL, "")
    return Text(sentence.format(listed=listed, **about), language)


def beside(error: FellesordError) -> dict[str, Any]:
    """What a problem says of a query beside the words (RFC 9457, section 3.2)."""
    if not isinstance(error, QuerySyntax):
        return {}
    found: dict[str, Any] = {"line": error.line, "column": error.column, "expected": [*error.expected]}
    if error.prefix is not None:
        found["prefixes"] = {each: QUERY_PREFIXES[each] for each in error.near if each in QUERY_PREFIXES}
    return found


def _names(rows: list[list[dict[str, str] | None]], speech: Speech) -> dict[str, Text]:
    """What to call the things among the first rows."""
    iris = list(dict.fromkeys(term["iri"] for row in rows for term in row if term and "iri" in term))
    labels = service().vocabulary.labels(iris[:_NAMED]) if iris else {}
    found = {iri: pick(texts, speech.content) for iri, texts in labels.items()}
    return {iri: name for iri, name in found.items() if name is not None}


def _terms() -> list[str]:
    """What a query may name: the classes and properties there are, by their prefixed names, and prefixes."""
    counted = service().statistics
    iris = {iri for iri, _ in (*counted.classes, *counted.properties)}
    longest = sorted(QUERY_PREFIXES.items(), key=lambda item: (-len(item[1]), item[0]))
    found = {f"{prefix}:" for prefix in QUERY_PREFIXES}
    for iri in iris:
        short = next(((name, iri[len(start) :]) for name, start in longest if iri.startswith(start)), None)
        if short and _LOCAL.fullmatch(short[1]):
            found.add(":".join(short))
    return sorted(found)


def _page(query: str, status: int = 200, **shown: Any) -> Response:
    querying = service().asking
    bounds = querying.pool.bounds if querying else None
    response = page(
        "sparql.html",
        said(),
        status,
        asked_query=query,
        prefixes=QUERY_PREFIXES,
        examples=[(each, load(f"examples/{each}").text) for each in _EXAMPLES],
        limits={"seconds": f"{bounds.seconds:g}", "rows": querying.rows} if querying and bounds else None,
        engine=querying is not None and querying.pool.remote,
        most=ROWS,
        terms=_terms(),
        **shown,
    )
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Accept")
    return response
