"""Search over HTTP: what answers some words, with why, and what words typed so far may become."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request

from fellesord.errors import InvalidRequest
from fellesord.formats.plain import one_each
from fellesord.languages import Text, pick
from fellesord.namespaces import KINDS, SLUG_PATTERN
from fellesord.search.entries import FACETS, Entry
from fellesord.web import api, cursors, operations, schemas
from fellesord.web.negotiation import JSON, Speech, speech
from fellesord.web.operations import PREFIX, Answer, Operation, Parameter, Route
from fellesord.web.pages.rendering import service
from fellesord.web.texts import text

if TYPE_CHECKING:
    from fellesord.search.ranking import Question
    from fellesord.search.searching import Hit

#: Letters a question may have: a title and more, but not a text.
LONGEST = 300
#: The names that a facet's values may be asked for by.
_NAMES = {
    "collection": SLUG_PATTERN,
    "county": SLUG_PATTERN,
    "phase": SLUG_PATTERN,
    "status": "[A-Z_]+",
    "language": "[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*",
}
_IRI = operations.IRI["pattern"]
_TRUE = {"1": True, "true": True, "0": False, "false": False}
#: What a slug in a facet is a name of.
_STEMS = {
    "collection": "collection/",
    "county": "county/",
    "phase": "scheme/fase#",
    "status": "http://publications.europa.eu/resource/authority/concept-status/",
}


def register(app: Flask) -> None:
    """Serve the search of an application."""
    operations.serve(app, ROUTES)


def _search(operation: Operation) -> Response:
    values = operation.read(request.args)
    said = _said(values)
    question = _question(values, said)
    narrowed = {name: [_value(name, values[name])] for name in FACETS if name in values}
    own = {name: value for name, value in values.items() if name not in ("limit", "cursor")}
    mark = cursors.fingerprint(request.path, {**own, "lang": question.language})
    offset = _offset(values["cursor"], mark) if "cursor" in values else 0
    limit = values.get("limit", operations.USUAL)
    found = service().search.find(question, narrowed=narrowed, limit=limit, offset=offset)
    following = None
    if offset + limit < found.total:
        token = cursors.write(cursors.Cursor((question.language,), (str(offset + limit), "")), mark)
        following = service().links.page(request.path, {**request.args.to_dict(), "cursor": token})
    results = _results(found.hits, said)
    if values.get("explain"):
        from fellesord.search.ranking import explained

        for result, hit in zip(results, found.hits, strict=True):
            result["score"] = hit.agreement.score
            result["explanation"] = explained(hit.entry, hit.agreement, question)
    return api.page_of(results, found.total, following, facets=found.facets, meant=list(found.meant))


def _suggest(operation: Operation) -> Response:
    values = operation.read(request.args)
    said = _said(values)
    hits = service().search.suggest(_question(values, said, typing=True), values.get("limit", 10))
    return api.page_of(_results(hits, said), len(hits), None)


def _question(values: dict[str, Any], said: Speech, *, typing: bool = False) -> "Question":
    if "q" not in values:
        raise InvalidRequest("say what to look for: q=innovasjon")
    return question(values["q"], said, typing=typing)


def question(asked: str, said: Speech, *, typing: bool = False) -> "Question":
    """What somebody asks today, in the language of the content."""
    from fellesord.search.ranking import Question

    return Question(asked, said.content[0], service().today, typing, service().links.pasted(asked))


def _results(hits: "tuple[Hit, ...]", said: Speech) -> list[dict[str, Any]]:
    """The hits as the API's lists have them, with the label that answers and why."""
    named = service().vocabulary.labels(iri for hit in hits for iri in hit.instead)
    return [_result(hit, said, named) for hit in hits]


def _result(hit: "Hit", said: Speech, named: dict[str, tuple[Text, ...]]) -> dict[str, Any]:
    label, entry = hit.agreement.label, hit.entry
    why = (
        f"{text(f'search-role-{label.role}', said.interface)}, "
        f"{text(f'search-how-{hit.agreement.how}', said.interface)}"
    )
    result: dict[str, Any] = {
        "uri": entry.iri,
        "kind": entry.kind or None,
        "label": one_each(_names(entry)),
        "matched": label.text,
        "lang": label.language or None,
        "why": why,
        "how": hit.agreement.how,
        "role": label.role,
        "retired": bool(hit.retired),
        "advice": advice(hit, said, named),
        "instead": [{"uri": iri, "label": one_each(named.get(iri, ()))} for iri in hit.instead],
    }
    return result


def advice(hit: "Hit", said: Speech, named: Mapping[str, tuple[Text, ...]]) -> str | None:
    """What to say of a word that is no longer to be used, or not: ``named`` has the names of what to use."""
    label = hit.agreement.label
    instead = [pick(named[iri], said.content) for iri in hit.instead if iri in named]
    words = " / ".join(found.value for found in instead if found)
    if hit.retired:
        key = "search-retired" if words else "search-retired-alone"
        return text(key, said.interface).format(word=label.text, instead=words)
    advised = any(
        each.role == "hidden"
        and each.language == said.content[0]
        and each.text.casefold() == label.text.casefold()
        for each in hit.entry.labels
    )
    if (label.role == "hidden" or advised) and (
        name := pick(_names(hit.entry), said.content if advised else (label.language, *said.content))
    ):
        return text("search-hidden", said.interface).format(word=label.text, instead=name.value)
    return None


def _names(entry: Entry) -> tuple[Text, ...]:
    return tuple(Text(each.text, each.language) for each in entry.labels if each.role == "preferred")


def _value(name: str, asked: str) -> str:
    """The value of a facet: as it is, or completed from its name."""
    stem = _STEMS.get(name)
    if stem is None or ":" in asked:
        return asked
    return (stem if ":" in stem else service().vocabulary.base + stem) + asked


def _said(values: dict[str, Any]) -> Speech:
    return speech(values.get("lang"), request.headers.get("Accept-Language"))


def _offset(token: str, mark: str) -> int:
    cursor = cursors.read(token, mark)
    if not cursor.last[0].isdecimal():
        raise InvalidRequest("cursor: not one of ours; leave it out to begin at the start", key="no-cursor")
    return int(cursor.last[0])


def _words(given: str) -> str:
    if not given.strip():
        raise InvalidRequest("q: says nothing; such as q=innovasjon would do")
    if len(given) > LONGEST:
        raise InvalidRequest(f"q: {len(given)} characters; at most {LONGEST}")
    return given


def _truth(given: str) -> bool:
    if given not in _TRUE:
        raise InvalidRequest(f"explain: {given!a} is neither true nor false; say explain=1")
    return _TRUE[given]


def _facet(name: str) -> Parameter:
    if name == "kind":
        return operations.choice("kind", KINDS)
    pattern = f"^(?:{_NAMES[name]})$" if name == "language" else f"^(?:{_NAMES[name]})$|{_IRI}"

    def check(given: str) -> str:
        if not re.search(pattern, given):
            raise InvalidRequest(f"{name}: {given!a} is neither a name nor a URI of one")
        return given

    return Parameter(name, {"type": "string", "pattern": pattern}, f"api-search-{name}", check)


_Q = Parameter(
    "q",
    {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": r"\S"},
    "api-q",
    _words,
    required=True,
)
_EXPLAIN = Parameter("explain", {"type": "string", "enum": list(_TRUE)}, "api-explain", _truth)
_TEXTS = schemas.reference("Texts")
_HIT: dict[str, operations.Schema] = {
    "matched": {"type": "string"},
    "lang": {"type": ["string", "null"]},
    "why": {"type": "string"},
    "how": {"type": "string"},
    "role": {"type": "string"},
    "retired": {"type": "boolean"},
    "advice": {"type": ["string", "null"]},
    "instead": {
        "type": "array",
        "items": schemas.of_properties({"uri": operations.IRI, "label": _TEXTS}),
    },
}
_COUNTS = {"type": "object", "additionalProperties": {"type": "integer", "minimum": 1}}
_PAGE = schemas.page_of(schemas.thing_with(_HIT))

ROUTES = (
    Route(
        Operation(
            "search",
            f"{PREFIX}search",
            "search",
            (
                Answer(
                    200,
                    {
                        JSON.media_type: schemas.with_more(
                            _PAGE,
                            {
                                "facets": {"type": "object", "additionalProperties": _COUNTS},
                                "meant": {"type": "array", "items": {"type": "string"}},
                            },
                        )
                    },
                ),
                *schemas.problems(400, 500, 503),
            ),
            (_Q, *(_facet(name) for name in FACETS), _EXPLAIN, *operations.PAGING),
        ),
        _search,
    ),
    Route(
        Operation(
            "suggest",
            f"{PREFIX}suggest",
            "search",
            (Answer(200, {JSON.media_type: _PAGE}), *schemas.problems(400, 500, 503)),
            (_Q, operations.LIMIT, operations.LANG),
        ),
        _suggest,
    ),
)
