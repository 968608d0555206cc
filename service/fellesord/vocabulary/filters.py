"""What a list may be asked for: one table of the lists and their filters.

The routes of the API, its description and its refusals are made from this table.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from fellesord.errors import InvalidRequest
from fellesord.namespaces import (
    ADMS,
    CODE_PREFIXES,
    DCT,
    EUVOC,
    FO,
    ORG,
    SCHEMA,
    SKOS,
    SLUG_PATTERN,
    UNESKOS,
)
from fellesord.vocabulary import items

#: What is known of a thing that filters look at: property → values.
Facts = Mapping[str, tuple[str, ...]]

_STATUS = CODE_PREFIXES["concept-status"]
_RETIRED = ("RETIRED", "DEPRECATED")  # also DRAFT_DEPRECATED and the like
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Reference:
    """Keeps what points at a thing, or at a concept narrower than it.

    The thing is named by its IRI, or by a name that ``starts`` (of own IRIs, or whole) completes.
    """

    name: str
    links: tuple[str, ...]
    starts: tuple[str, ...]
    pattern: str = SLUG_PATTERN


@dataclass(frozen=True)
class Condition:
    """Keeps what passes a test on its facts, given the value asked for and today's date."""

    name: str
    type: Literal["boolean", "date"]
    passes: Callable[[Facts, str, str], bool]


Filter = Reference | Condition


@dataclass(frozen=True)
class List:
    """A list of the things of a kind: its name in addresses, their class, what is told of each.

    The filter called ``scope``, if there is one, chooses among the concepts of a scheme, also of others.
    """

    name: str
    kind: str
    rdf_class: str
    item: type
    filters: tuple[Filter, ...] = ()
    scope: str | None = None


def read_boolean(name: str, text: str) -> bool:
    """The truth a parameter says. Raises InvalidRequest."""
    if text not in ("true", "false"):
        raise InvalidRequest(
            f"{name}: {text!a} is neither true nor false",
            key="not-boolean",
            name=name,
            text=text,
        )
    return text == "true"


def read_day(name: str, text: str) -> str:
    """The day a parameter says. Raises InvalidRequest."""
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    raise InvalidRequest(
        f"{name}: {text!a} is not a day; write it as 2024-01-31", key="not-date", name=name, text=text
    )


def valid_on(start: str | None, end: str | None, day: str) -> bool:
    """Whether a day lies within a period, the first and the last day included."""
    return (start or "")[:10] <= day <= (end or "9999-12-31")[:10]


def _first(facts: Facts, name: str) -> str | None:
    return next(iter(facts.get(name, ())), None)


def _valid(facts: Facts, day: str) -> bool:
    return valid_on(_first(facts, EUVOC.startDate), _first(facts, EUVOC.endDate), day)


def _retired(facts: Facts, today: str) -> bool:
    ended = _first(facts, EUVOC.endDate)
    status = facts.get(EUVOC.status, ())
    return any(each.endswith(_RETIRED) for each in status) or (ended is not None and ended[:10] < today)


def _truth(name: str, holds: Callable[[Facts, str], bool]) -> Condition:
    return Condition(name, "boolean", lambda facts, value, today: holds(facts, today) is (value == "true"))


def _lasted_until(facts: Facts, day: str) -> bool:
    last = _first(facts, SCHEMA.endDate) or _first(facts, SCHEMA.startDate)
    return last is not None and last[:10] >= day


def _began_by(facts: Facts, day: str) -> bool:
    first = _first(facts, SCHEMA.startDate) or _first(facts, SCHEMA.endDate)
    return first is not None and first[:10] <= day


_CONCEPT = Reference("concept", (DCT.subject,), ("concept/",))
_PHASE = Reference("phase", (FO.phase,), ("scheme/prosjektfase#",))

#: The properties that conditions look at, those whose values are counted, and those that say an order.
FACTS = (
    UNESKOS.memberOf,
    ADMS.status,
    FO.lead,
    FO.participant,
    FO.phase,
    FO.usesTool,
    DCT.publisher,
    FO.outcome,
    DCT.creator,
    SCHEMA.about,
    SCHEMA.attendee,
    EUVOC.status,
    EUVOC.startDate,
    EUVOC.endDate,
    SCHEMA.startDate,
    SCHEMA.endDate,
    FO.openForPartners,
    SKOS.topConceptOf,
    SKOS.notation,
)

LISTS = (
    List(
        "concepts",
        "concept",
        SKOS.Concept,
        items.ConceptItem,
        (
            Reference("scheme", (SKOS.inScheme,), ("scheme/",)),
            Reference("collection", (UNESKOS.memberOf,), ("collection/",)),
            Reference("status", (EUVOC.status,), (_STATUS,), "[A-Z]+(?:_[A-Z]+)*"),
            _truth("top", lambda facts, _: SKOS.topConceptOf in facts),
            _truth("retired", _retired),
        ),
        scope="scheme",
    ),
    List(
        "projects",
        "project",
        SCHEMA.Project,
        items.ProjectItem,
        (
            _CONCEPT,
            Reference("county", (FO.lead, FO.participant), ("county/",)),
            _PHASE,
            Reference("status", (ADMS.status,), ("scheme/prosjektstatus#",)),
            Reference("tool", (FO.usesTool,), ("tool/",)),
            _truth("open", lambda facts, _: bool({"true", "1"} & set(facts.get(FO.openForPartners, ())))),
        ),
    ),
    List(
        "tools",
        "tool",
        SCHEMA.HowTo,
        items.ToolItem,
        (_CONCEPT, _PHASE, Reference("owner", (DCT.publisher,), ("organization/", "county/"))),
    ),
    List(
        "lessons",
        "lesson",
        SCHEMA.CreativeWork,
        items.LessonItem,
        (
            _CONCEPT,
            Reference("outcome", (FO.outcome,), ("scheme/utfall#",)),
            Reference("county", (DCT.creator,), ("county/",)),
            Reference("about", (SCHEMA.about,), ("project/", "tool/")),
        ),
    ),
    List("indicators", "indicator", SKOS.Concept, items.IndicatorItem, (_CONCEPT,)),
    List(
        "counties",
        "county",
        ORG.FormalOrganization,
        items.CountyItem,
        (
            Condition("date", "date", lambda facts, value, today: _valid(facts, value)),
            _truth("current", _valid),
        ),
    ),
    List(
        "events",
        "event",
        SCHEMA.Event,
        items.EventItem,
        (
            Condition("from", "date", lambda facts, value, today: _lasted_until(facts, value)),
            Condition("to", "date", lambda facts, value, today: _began_by(facts, value)),
            Reference("county", (SCHEMA.attendee,), ("county/",)),
        ),
    ),
    List("schemes", "scheme", SKOS.ConceptScheme, items.SchemeItem),
    List(
        "collections",
        "collection",
        SKOS.Collection,
        items.CollectionItem,
        (Reference("scheme", (DCT.isPartOf,), ("scheme/",)),),
    ),
)
