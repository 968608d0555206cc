"""Terms in texts over HTTP: where they stand, what they mean, and what to write instead of some."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, abort, current_app, request

from fellesord.errors import InvalidData, InvalidRequest
from fellesord.formats import prose
from fellesord.formats.plain import one_each
from fellesord.languages import LANGUAGES, Text, pick
from fellesord.languages.telling import Stretch, stretches
from fellesord.search.entries import Entry
from fellesord.web import api, operations, schemas
from fellesord.web.negotiation import JSON, Speech, speech
from fellesord.web.operations import PREFIX, Answer, Operation, Route
from fellesord.web.texts import text

if TYPE_CHECKING:
    from fellesord.search.annotating import Annotation, Annotator

#: Places in a text that are told of.
MOST = 5_000
_ADVICE = {"ambiguous": "terms-ambiguous", "discouraged": "search-hidden", "retired": "search-retired"}


def register(app: Flask) -> None:
    """Serve the term check of an application to programs."""
    operations.serve(app, ROUTES)


def read(data: bytes, suffix: str) -> str:
    """The text of a document that was sent. Raises InvalidRequest for one that cannot be read, JailError."""
    try:
        return prose.text(data, suffix)
    except InvalidData as error:
        raise InvalidRequest(str(error), key=error.key, **error.values) from error


@dataclass(frozen=True)
class Reading:
    """The terms in a text, and the languages it was read in; none where nothing told which."""

    found: "tuple[Annotation, ...]"
    languages: tuple[str, ...]


def read_in(annotator: "Annotator", written: str, language: str | None, said: Speech) -> Reading:
    """The terms that stand in a text in a language; at most ``MOST``.

    Where the language is not said, each part is read in the one that its words tell, else in any of ours.
    """
    today = datetime.now(UTC).date().isoformat()
    told = [Stretch(0, len(written), (language,))] if language else list(stretches(written))
    found: list[Annotation] = []
    for start, end, languages in told:
        looked = languages or tuple(dict.fromkeys((*said.content, *LANGUAGES)))
        there = annotator.annotate(written[start:end], looked, today, MOST - len(found))
        found += [replace(each, start=start + each.start, end=start + each.end) for each in there]
    return Reading(tuple(found), tuple(dict.fromkeys(each.languages[0] for each in told if each.languages)))


def results(found: "Iterable[Annotation]", written: str, said: Speech) -> list[dict[str, Any]]:
    """The terms as the API's lists have them."""
    starts = line_starts(written)
    return [
        {
            "uri": each.concept.iri,
            "kind": each.concept.kind,
            "label": one_each(names(each.concept)),
            "definition": one_each(meanings(each.concept)),
            "start": each.start,
            "end": each.end,
            "line": bisect_right(starts, each.start),
            "words": each.words,
            "matched": each.label.text,
            "lang": each.label.language or None,
            "role": each.role,
            "advice": advice(each, said),
            "instead": [{"uri": other.iri, "label": one_each(other.labels)} for other in each.instead],
        }
        for each in found
    ]


def advice(found: "Annotation", said: Speech) -> str | None:
    """What to write instead of a term, in a sentence; ``None`` for one that is good as it is.

    Of an ambiguous one it says in which sense that is so.
    """
    if not found.to_change and not found.instead:
        return None
    order = (found.label.language, *said.content)
    words = [shown.value for other in found.instead if (shown := pick(other.labels, order))]
    key = _ADVICE[found.role]
    if not words:
        key = "search-retired-alone"
    return text(key, said.interface).format(word=found.label.text, instead=" / ".join(words))


def names(entry: Entry) -> tuple[Text, ...]:
    """What a concept is called, in every language that has a term for it."""
    return tuple(Text(each.text, each.language) for each in entry.labels if each.role == "preferred")


def meanings(entry: Entry) -> tuple[Text, ...]:
    """What a concept means, in every language that says it."""
    return tuple(Text(each.text, each.language) for each in entry.labels if each.role == "definition")


def line_starts(written: str) -> list[int]:
    """Where the lines of a text begin."""
    return [0, *(place + 1 for place, sign in enumerate(written) if sign == "\n")]


def _annotate(operation: Operation) -> Response:
    """The terms in the body of a request."""
    values = operation.read(request.args)
    said = speech(values.get("lang"), request.headers.get("Accept-Language"))
    suffix = next((end for end, media in prose.MEDIA_TYPES.items() if media == request.mimetype), None)
    if suffix is None:
        abort(415, f"Send {', '.join(prose.MEDIA_TYPES.values())}.")
    written = read(request.get_data(), suffix)
    reading = read_in(current_app.extensions["fellesord"].annotator, written, values.get("language"), said)
    found = reading.found
    response = api.page_of(
        results(found, written, said),
        len(found),
        None,
        complete=len(found) < MOST,
        languages=reading.languages,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


_STRING: operations.Schema = {"type": "string"}
_COUNT: operations.Schema = {"type": "integer", "minimum": 0}
_TEXTS = schemas.reference("Texts")
_PLACE = schemas.thing_with(
    {
        "definition": _TEXTS,
        "start": _COUNT,
        "end": _COUNT,
        "line": {"type": "integer", "minimum": 1},
        "words": _STRING,
        "matched": _STRING,
        "lang": {"type": ["string", "null"]},
        "role": {"type": "string", "enum": ["preferred", "admitted", "ambiguous", "discouraged", "retired"]},
        "advice": {"type": ["string", "null"]},
        "instead": {
            "type": "array",
            "items": schemas.of_properties({"uri": operations.IRI, "label": _TEXTS}),
        },
    }
)

ROUTES = (
    Route(
        Operation(
            "annotate",
            f"{PREFIX}annotate",
            "checks",
            (
                Answer(
                    200,
                    {
                        JSON.media_type: schemas.with_more(
                            schemas.page_of(_PLACE),
                            {
                                "complete": {"type": "boolean"},
                                "languages": {"type": "array", "items": _STRING},
                            },
                        )
                    },
                ),
                *schemas.problems(400, 413, 415, 422, 500, 503),
            ),
            (operations.choice("language", LANGUAGES), operations.LANG),
            method="post",
            body=dict.fromkeys(prose.MEDIA_TYPES.values()),
        ),
        _annotate,
    ),
)
