"""What every page shares: the languages asked for, the answer it becomes, and what templates show with."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Flask, Response, current_app, g, render_template, request

from fellesord.languages import LANGUAGES, Text, pick
from fellesord.languages.sorting import collation
from fellesord.namespaces import CODE_PREFIXES, FO
from fellesord.vocabulary.fields import Link, Value
from fellesord.vocabulary.listing import Lists
from fellesord.web.application import Service
from fellesord.web.links import Links, followable
from fellesord.web.negotiation import FORMS, HTML, Speech, speech
from fellesord.web.texts import language_name, table, text

#: The part of an address that says a day in the past.
AS_OF = "as-of"
#: The part of an address that says the language of the page.
LANGUAGE = "lang"
#: The parts of an address that say languages: of the page, and of what it is about.
_LANGUAGES = (LANGUAGE, "clang")
_FORM_NAMES = {
    "ttl": "Turtle",
    "jsonld": "JSON-LD",
    "rdf": "RDF/XML",
    "nt": "N-Triples",
    "json": "JSON",
}


def service() -> Service:
    """What the application serves; of a release, while a request for what was then is answered."""
    found: Service = current_app.extensions["fellesord"]
    return found.then(g.then) if g.get("then") else found


def said() -> Speech:
    """The languages that the request asks for."""
    lang, clang = (request.args.get(name) for name in _LANGUAGES)
    return speech(lang, request.headers.get("Accept-Language"), clang)


def page(template: str, said: Speech, status: int = 200, **shown: Any) -> Response:
    """A page as an answer."""
    body = render_template(template, said=said, **shown)
    response = Response(body, status, content_type=HTML.content_type)
    response.headers["Content-Language"] = said.interface
    response.vary.add("Accept-Language")
    return response


def reached(path: str) -> str:
    """The whole address of a path, as the client knows this service; of answers that are not remembered."""
    links = service().links
    return links.path(path) if links.public else f"{request.host_url.rstrip('/')}{path}"


def address(path: str) -> str:
    """An address of ours, with the languages that the address of this page says."""
    kept = {name: request.args[name] for name in _LANGUAGES if request.args.get(name)}
    if not kept:
        return path
    start, mark, fragment = path.partition("#")
    return f"{start}{'&' if '?' in start else '?'}{urlencode(kept)}{mark}{fragment}"


def then(path: str) -> str:
    """The address of something as it was in the release that is shown, if one is."""
    return f"{path}?{AS_OF}={g.then.date}" if g.get("then") else path


def query(**changed: str | None) -> str:
    """The query of this address with some parts changed, those that are ``None`` left out."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name not in changed]
    return urlencode([*kept, *((name, value) for name, value in changed.items() if value is not None)])


def passing() -> bool:
    """Whether this page is one of many that are asked for, and so not one to be found by a search engine."""
    return bool(g.get("then")) or any(asked != LANGUAGE for asked in request.args)


def name(link: Link, said: Speech) -> Text:
    """What to call a thing: its name in the language that suits, else its IRI."""
    return pick(link.labels, said.content) or Text(link.iri, "")


def sorted_links(links: Iterable[Link], said: Speech) -> Sequence[Link]:
    """Things by name; former county authorities after those of today, codes in the order of their list."""
    return sorted(
        links, key=lambda link: (*rank(link.iri), collation(name(link, said).value, said.content[0]))
    )


def rank(iri: str) -> tuple[bool, str]:
    """What goes before the name of a thing in an order of today."""
    return _lists().rank(iri, _today())


def until(link: Link, said: Speech) -> str:
    """Until when a county authority was there that is no more; ``""`` for anything else."""
    last = _lists().ended(link.iri, _today()) if link.kind == "county" else None
    if last is None:
        return ""
    return text("until", said.interface).format(day=last.removesuffix("-12-31"))


def _lists() -> Lists:
    lists: Lists = current_app.extensions["fellesord-lists"]
    return lists


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


def register(app: Flask) -> None:
    """Give the templates what they show texts and links with."""
    links: Links = app.extensions["fellesord"].links
    app.jinja_env.globals.update(
        t=text,
        language_name=language_name,
        languages=LANGUAGES,
        pick=pick,
        name=name,
        sorted_links=sorted_links,
        until=until,
        type_name=lambda value: type(value).__name__,
        links=links,
        to=address,
        reached=reached,
        about=_about,
        query=query,
        passing=passing,
        followable=followable,
        host=lambda iri: urlsplit(iri).netloc,
        CODE_HOSTS={urlsplit(iri).netloc for iri in CODE_PREFIXES.values()},
        others=_others,
        form_types={form.suffix: form.media_type for form in FORMS},
        form_names=_FORM_NAMES,
        notation_name=_notation_name,
    )


def _about(iri: str) -> str:
    links = service().links
    return address(then(links.thing(iri)) if links.own(iri) and "#" not in iri else links.thing(iri))


def _others(texts: Sequence[Text], shown: Text) -> list[Text]:
    return [text for text in texts if text.language != shown.language]


def _notation_name(value: Value, said: Speech) -> str | None:
    """What kind of code a notation is, where its datatype says."""
    entry = table().get(f"notation-{value.datatype.removeprefix(str(FO))}")
    return entry[said.interface] if entry else None
