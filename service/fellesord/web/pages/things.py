"""The page of a thing: a concept with the work that uses it, a county with all it takes part in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from flask import Flask, render_template, request

from fellesord.languages import Text, pick
from fellesord.languages.sorting import Key, collation
from fellesord.vocabulary.concepts import Concept, Indicator, Relation
from fellesord.vocabulary.fields import Link
from fellesord.vocabulary.reading import Thing
from fellesord.vocabulary.series import measured
from fellesord.web import mementos
from fellesord.web.negotiation import FORMS, HTML, Speech
from fellesord.web.pages.charts import charts, sources
from fellesord.web.pages.rendering import query, rank, service
from fellesord.web.pages.tiles import tiles
from fellesord.web.texts import text

#: Fields that stand elsewhere on the page than in the list: at its head, in the diagram, in the charts.
_ELSEWHERE = ("title", "statement", "broader", "narrower", "related", "observation")
#: The part of an address that says whether work with narrower concepts is shown, and how it says no.
_NARROWER, _WITHOUT = "snevrere", "nei"

#: Releases that the page of a thing names; the rest are at its TimeMap.
_RELEASES = 12


@dataclass(frozen=True)
class Row:
    """A field of an entity that has something to show."""

    name: str
    value: Any
    many: bool
    title: str


@dataclass(frozen=True)
class Group:
    """Narrower concepts of one kind of link, divided by one criterion."""

    type: str | None
    criterion: Text | None
    concepts: tuple[Link, ...]


def thing(found: Thing, said: Speech) -> str:
    """The page of a thing; of a concept, the work with narrower ones is shown unless the address says no."""
    links = service().links
    forms = [(form.suffix, links.form(found.iri, form.suffix)) for form in FORMS if form != HTML]
    own = found.of_itself()
    narrow = request.args.get(_NARROWER) == _WITHOUT
    shown = own if narrow else found
    switch = None
    if len(own.uses) < len(found.uses):
        switch = query(**{_NARROWER: None if narrow else _WITHOUT})
    return render_template(
        "thing.html",
        said=said,
        thing=shown,
        rows=rows(found),
        forms=forms,
        days=[each.date for each in mementos.releases(found.iri)][: -_RELEASES - 1 : -1],
        switch=switch,
        narrow=narrow,
        meaning=pick(_meanings(found), said.content),
        term=_term(found, said) if found.kind == "concept" else None,
        tiles=tiles(shown.counties(), said) if found.kind == "concept" and shown.counties() else (),
        counties=sorted(shown.counties(), key=lambda each: rank(each[0].iri)),
        neighbours=_neighbours(found),
        citation=_citation(found, said),
        **_measured(found, said),
    )


def register(app: Flask) -> None:
    """Give the templates what they show things with."""
    app.jinja_env.globals.update(rows_of=_rows_of, grouped=_grouped, reason=_reason)


def rows(found: Thing) -> list[Row]:
    """The fields of a thing that are listed, in their order, but what it means first."""
    known = [row for row in _rows_of(found.entity) if row.name not in _ELSEWHERE]
    return sorted(known, key=lambda row: row.name != "definition")


def _meanings(found: Thing) -> list[Text]:
    """What a thing is, in a sentence, in each language that says it."""
    definitions = getattr(found.entity, "definition", ())
    told = [each_text for each in definitions for each_text in each.text]
    return told or list(getattr(found.entity, "description", ()))


def _term(found: Thing, said: Speech) -> dict[str, Any]:
    """A concept as search engines read it (schema.org, DefinedTerm), in the language that suits."""
    name, meaning = pick(found.labels, said.content), pick(_meanings(found), said.content)
    return {
        "@context": "https://schema.org",
        "@type": "DefinedTerm",
        "@id": found.iri,
        "name": name.value if name else found.iri,
        "inLanguage": name.language if name else None,
        "alternateName": [label.value for label in getattr(found.entity, "alt_label", ())],
        "description": meaning.value if meaning else None,
        "inDefinedTermSet": service().vocabulary.thesaurus,
        "url": service().links.thing(found.iri),
    }


def _neighbours(found: Thing) -> bool:
    """Whether a thing stands among others, as concepts do."""
    entity = found.entity
    return isinstance(entity, Concept) and bool(entity.broader or entity.narrower or entity.related)


def _measured(found: Thing, said: Speech) -> dict[str, Any]:
    """The charts of an indicator and the sources of what they show; no charts for anything else."""
    if not isinstance(found.entity, Indicator):
        return {"charts": None, "sources": []}
    series = measured(service().vocabulary, found.entity.observation)
    return {"charts": charts(found.entity, series, said) or (), "sources": sources(found.entity)}


def _citation(found: Thing, said: Speech) -> str | None:
    """How one refers to one of our things: its name, the scheme it is in, the day, and where it is."""
    name = pick(found.labels, said.content)
    if name is None or not service().links.own(found.iri):
        return None
    entity = found.entity
    schemes = [pick(link.labels, said.content) for link in getattr(entity, "in_scheme", ())]
    titles = [title.value for title in schemes if title] or [text("name", said.interface)]
    day = getattr(entity, "modified", None) or getattr(entity, "created", None)
    return ". ".join([f"«{name.value}»", titles[0], *([day] if day else []), found.iri])


def _rows_of(entity: Any) -> list[Row]:
    found = [
        Row(
            each.name,
            getattr(entity, each.name),
            bool(each.metadata.get("many")),
            _title(entity, each.name),
        )
        for each in fields(entity)
    ]
    return [row for row in found if row.value not in (None, ())]


def _title(entity: Any, name: str) -> str:
    """The key of what a field is called: only concepts have terms, other things have names."""
    named = name == "pref_label" and not isinstance(entity, Concept)
    return "field-title" if named else f"field-{name}"


def _grouped(relations: Iterable[Relation], said: Speech) -> list[Group]:
    groups: dict[tuple[str, Text | None], list[Link]] = {}
    for each in relations:
        key = (each.type or "", pick(each.criterion, said.content))
        groups.setdefault(key, []).append(each.concept)
    return [
        Group(kind or None, criterion, tuple(concepts))
        for (kind, criterion), concepts in sorted(
            groups.items(), key=lambda item: (item[0][0], *_sorted_as(item[0][1], said))
        )
    ]


def _sorted_as(criterion: Text | None, said: Speech) -> Key:
    return collation(criterion.value if criterion else "", said.content[0])


def _reason(reasons: Mapping[str, str], said: Speech) -> Text | None:
    return pick([Text(value, tag) for tag, value in reasons.items()], said.content)
