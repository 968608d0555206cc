"""What can be asked of releases, and of what changed between them, as data."""

from fellesord.releases import events
from fellesord.web import feeds, schemas
from fellesord.web.mementos import LINK_FORMAT
from fellesord.web.negotiation import HTML, JSON
from fellesord.web.operations import DAY, IRI, LANG, Answer, Operation, Parameter, Schema, choice, in_path
from fellesord.web.pages.releases import DIFFERENCES, PATCH, TOLD

_DAY = in_path("day", DAY)
_FILE_NAME = in_path("name", {"type": "string"})
_FROM, _TO = Parameter("from", DAY, "api-page-since"), Parameter("to", DAY, "api-page-until")
_ONE = Parameter("uri", IRI, "api-page-one", required=True)
_TWO = Parameter("uri", {"type": "array", "items": IRI, "minItems": 2, "maxItems": 2}, "api-page-two")
_WHEN = Parameter("Accept-Datetime", {"type": "string"}, "api-accept-datetime", where="header")
_NUMBER = in_path("number", {"type": "integer", "minimum": 1})
_THREE = (500, 503)
#: What may be wrong with anything as it was.
_FAILURES = (400, 404, 406, 410, *_THREE)
_COUNTS: Schema = {"type": "object", "additionalProperties": {"type": "integer", "minimum": 0}}
_STRING: Schema = {"type": "string"}
_SUMMARY = schemas.of_properties(
    {
        "date": DAY,
        "program": _STRING,
        "licence": {"type": ["string", "null"]},
        "documents": {"type": "integer"},
        "triples": {"type": "integer"},
        "things": _COUNTS,
        "changes": _COUNTS,
        "previous": {"type": ["string", "null"]},
        "url": _STRING,
        "manifest": _STRING,
    }
)
_MANIFEST = schemas.of_properties(
    {"date": DAY, "program": _STRING, "base": _STRING, "things": _COUNTS, "changes": _COUNTS}
    | {"files": {"type": "object"}, "exports": {"type": "object"}}
)
_DIFFERENCE = schemas.of_properties(
    {
        "from": {"type": ["string", "null"]},
        "to": DAY,
        "counts": _COUNTS,
        "changes": {"type": "array", "items": schemas.reference("Change")},
    }
)


def _release(name: str, rule: str, plain: Schema, *parameters: Parameter) -> Operation:
    """What is told of releases, as a page or as JSON."""
    bodies = {HTML.media_type: None, JSON.media_type: plain}
    form = choice("format", tuple(each.suffix for each in TOLD))
    answers = (Answer(200, bodies), *schemas.problems(400, 404, 406, *_THREE, page=True))
    return Operation(name, rule, "releases", answers, (*parameters, form, LANG))


#: Every operation of releases.
OPERATIONS = (
    Operation(
        "compare-page",
        "/compare",
        "releases",
        (
            Answer(200, {HTML.media_type: None, JSON.media_type: _DIFFERENCE, PATCH.media_type: None}),
            *schemas.problems(400, 404, 406, 410, *_THREE, page=True),
        ),
        (_TWO, _FROM, _TO, choice("format", tuple(each.suffix for each in DIFFERENCES)), LANG),
    ),
    _release("releases", "/releases", schemas.page_of(_SUMMARY)),
    _release("release", "/releases/<day>", _MANIFEST, _DAY),
    Operation(
        "release-file",
        "/releases/<day>/<path:name>",
        "releases",
        (Answer(200, {"*/*": None}), Answer(302), Answer(303), *schemas.problems(*_FAILURES, page=True)),
        (_DAY, _FILE_NAME, LANG),
    ),
    Operation(
        "timegate",
        "/timegate",
        "releases",
        (Answer(302), *schemas.problems(400, 404, *_THREE, page=True)),
        (_ONE, _WHEN),
    ),
    Operation(
        "timemap",
        "/timemap",
        "releases",
        (Answer(200, {LINK_FORMAT: None}), *schemas.problems(400, 404, *_THREE, page=True)),
        (_ONE,),
    ),
    Operation(
        "atom",
        "/changes.atom",
        "releases",
        (Answer(200, {feeds.ATOM: None}), *schemas.problems(*_THREE, page=True)),
        (LANG,),
    ),
    Operation(
        "stream",
        feeds.STREAM,
        "releases",
        (Answer(200, {events.MEDIA_TYPE: None}), *schemas.problems(*_THREE, page=True)),
    ),
    Operation(
        "stream-page",
        f"{feeds.STREAM}/<day>/<int:number>",
        "releases",
        (Answer(200, {events.MEDIA_TYPE: None}), *schemas.problems(400, 404, *_THREE, page=True)),
        (_DAY, _NUMBER),
    ),
)
