"""Pages for people, rendered from what the vocabulary knows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Flask, Response, current_app, render_template, request

from fellesord.errors import NotFound
from fellesord.languages import LANGUAGES, Text, collation, pick
from fellesord.namespaces import CODE_PREFIXES, FO
from fellesord.vocabulary.concepts import Concept, Relation
from fellesord.vocabulary.fields import Link, Value
from fellesord.vocabulary.filters import LISTS
from fellesord.vocabulary.listing import Lists
from fellesord.vocabulary.reading import Thing
from fellesord.vocabulary.windows import Window
from fellesord.web import problems
from fellesord.web.links import Links, followable
from fellesord.web.negotiation import FORMS, HTML, Speech, speech
from fellesord.web.texts import language_name, table, text

blueprint = Blueprint("pages", __name__, static_folder="static", static_url_path="/static")

#: Fields that stand at the head of the page instead of in the list.
_HEAD = ("title", "statement")


_FORM_NAMES = {
    "ttl": "Turtle",
    "jsonld": "JSON-LD",
    "rdf": "RDF/XML",
    "nt": "N-Triples",
    "json": "JSON",
}


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


@blueprint.get("/")
def front() -> Response:
    """The front page: what there is."""
    service = current_app.extensions["fellesord"]
    said = speech(request.args.get("lang"), request.headers.get("Accept-Language"))
    listed: dict[str, Sequence[Link]] = dict(service.vocabulary.overview())
    listed["indicator"] = _listed("indicators", said)
    listed["county"] = _listed("counties", said, current="true")
    former = _listed("counties", said, current="false")
    doors = [
        (
            service.links.path("/begreper") + f"?lang={said.interface}",
            "concept",
            len(service.vocabulary.terms()),
        ),
        *((f"#{kind}", kind, len(listed[kind])) for kind in ("project", "tool", "county") if listed[kind]),
    ]
    order = ("collection", "project", "tool", "lesson", "indicator", "county", "event")
    shown = {kind: listed.pop(kind) for kind in order if kind in listed} | listed
    body = render_template("front.html", said=said, listed=shown, former=former, doors=doors)
    response = Response(body, content_type=HTML.content_type)
    response.headers["Content-Language"] = said.interface
    response.vary.add("Accept-Language")
    return response


@blueprint.get("/problems/<code>")
def problem(code: str) -> Response:
    """What a type of problem means."""
    key = f"problem-{code}"
    if code not in problems.CODES:
        raise NotFound(f"there is no problem {code!a}; there are {', '.join(problems.CODES)}")
    said = speech(request.args.get("lang"), request.headers.get("Accept-Language"))
    detail = Text(", ".join(sorted({str(s) for _, s, name in problems.STATUS if name == code})), "")
    body = render_template(
        "problem.html", said=said, title=text(key, said.interface), status=None, detail=detail, extra={}
    )
    response = Response(body, content_type=HTML.content_type)
    response.headers["Content-Language"] = said.interface
    response.vary.add("Accept-Language")
    return response


def _listed(name: str, said: Speech, **filters: str) -> list[Link]:
    """All the things of a list that pass the filters."""
    lists: Lists = current_app.extensions["fellesord-lists"]
    today = datetime.now(UTC).date().isoformat()
    listed = next(each for each in LISTS if each.name == name)
    found = lists.page(listed, filters, Window(said.content, limit=1000), today)
    return [Link(item.iri, item.labels, item.kind) for item in found.items]


def thing(found: Thing, said: Speech, links: Links) -> str:
    """The page of a thing."""
    forms = [(form.suffix, links.form(found.iri, form.suffix)) for form in FORMS if form != HTML]
    return render_template("thing.html", said=said, thing=found, rows=_rows(found), forms=forms)


def register(app: Flask) -> None:
    """Give the templates what they show texts and links with."""
    links: Links = app.extensions["fellesord"].links
    app.jinja_env.globals.update(
        t=text,
        language_name=language_name,
        languages=LANGUAGES,
        pick=pick,
        name=_name,
        sorted_links=_sorted_links,
        type_name=lambda value: type(value).__name__,
        links=links,
        followable=followable,
        host=lambda iri: urlsplit(iri).netloc,
        CODE_HOSTS={urlsplit(iri).netloc for iri in CODE_PREFIXES.values()},
        rows_of=_rows_of,
        others=_others,
        grouped=_grouped,
        reason=_reason,
        form_types={form.suffix: form.media_type for form in FORMS},
        form_names=_FORM_NAMES,
        language_query=_language_query,
        notation_name=_notation_name,
    )
    app.register_blueprint(blueprint)


def _rows(found: Thing) -> list[Row]:
    """The fields of a thing in their order, but what it means first."""
    rows = [row for row in _rows_of(found.entity) if row.name not in _HEAD]
    return sorted(rows, key=lambda row: row.name != "definition")


def _rows_of(entity: Any) -> list[Row]:
    rows = [
        Row(
            each.name,
            getattr(entity, each.name),
            bool(each.metadata.get("many")),
            _title(entity, each.name),
        )
        for each in fields(entity)
    ]
    return [row for row in rows if row.value not in (None, ())]


def _title(entity: Any, name: str) -> str:
    """The key of what a field is called: only concepts have terms, other things have names."""
    named = name == "pref_label" and not isinstance(entity, Concept)
    return "field-title" if named else f"field-{name}"


def _name(link: Link, said: Speech) -> Text:
    """What to call a thing: its name in the language that suits, else its IRI."""
    return pick(link.labels, said.content) or Text(link.iri, "")


def _sorted_links(links: Iterable[Link], said: Speech) -> Sequence[Link]:
    return sorted(links, key=lambda link: collation(_name(link, said).value))


def _grouped(relations: Iterable[Relation], said: Speech) -> list[Group]:
    groups: dict[tuple[str, Text | None], list[Link]] = {}
    for each in relations:
        key = (each.type or "", pick(each.criterion, said.content))
        groups.setdefault(key, []).append(each.concept)
    return [
        Group(kind or None, criterion, tuple(concepts))
        for (kind, criterion), concepts in sorted(
            groups.items(), key=lambda item: (item[0][0], collation(str(item[0][1] or "")))
        )
    ]


def _others(texts: Sequence[Text], shown: Text) -> list[Text]:
    return [text for text in texts if text.language != shown.language]


def _reason(reasons: Mapping[str, str], said: Speech) -> Text | None:
    return pick([Text(value, tag) for tag, value in reasons.items()], said.content)


def _notation_name(value: Value, said: Speech) -> str | None:
    """What kind of code a notation is, where its datatype says."""
    entry = table().get(f"notation-{value.datatype.removeprefix(str(FO))}")
    return entry[said.interface] if entry else None


def _language_query(tag: str) -> str:
    """The query of this address with another language."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return urlencode([*kept, ("lang", tag)])
