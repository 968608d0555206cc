"""What every page shares: the languages asked for, the answer it becomes, and what templates show with."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from functools import cache
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Flask, Response, current_app, g, render_template, request

from fellesord.languages import LANGUAGES, Text, pick
from fellesord.languages.sorting import collation
from fellesord.namespaces import CODE_PREFIXES, FO
from fellesord.store.catalogue import Entry, entries
from fellesord.vocabulary.fields import Link, Value
from fellesord.web.application import Service
from fellesord.web.links import Links, followable
from fellesord.web.negotiation import FORMS, HTML, Speech, speech
from fellesord.web.texts import counted, language_name, table, text

#: The part of an address that says a day in the past.
AS_OF = "as-of"
#: The part of an address that says the language of the page.
LANGUAGE = "lang"
#: Where a request says, in its environment, which release it asks for.
THEN = "fellesord.then"
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
    """What the application serves; that of a release, while a request for what was then is answered.

    Raises as ``Service.then``.
    """
    if "service" not in g:
        found: Service = current_app.extensions["fellesord"]
        day = then()
        g.service = found.then(day) if day else found
    answering: Service = g.service
    return answering


def then() -> str | None:
    """The day of the release that is asked for, ``None`` when it is what is now."""
    day: str | None = request.environ.get(THEN)
    return day


def places() -> Links:
    """The addresses of what is asked for, as it is now or was then; nothing is opened for them."""
    links: Links = current_app.extensions["fellesord"].links
    day = then()
    return links.then(day) if day else links


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
    links = places()
    return links.path(path) if links.public else f"{request.host_url.rstrip('/')}{links.path(path)}"


def address(path: str) -> str:
    """An address of ours, with the languages that the address of this page says."""
    kept = {name: request.args[name] for name in _LANGUAGES if request.args.get(name)}
    if not kept:
        return path
    start, mark, fragment = path.partition("#")
    return f"{start}{'&' if '?' in start else '?'}{urlencode(kept)}{mark}{fragment}"


def query(**changed: str | None) -> str:
    """The query of this address with some parts changed, those that are ``None`` left out."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name not in changed]
    return urlencode([*kept, *((name, value) for name, value in changed.items() if value is not None)])


def passing() -> bool:
    """Whether this page is one of many that are asked for, and so not one to be found by a search engine."""
    return bool(g.get("then")) or any(asked != LANGUAGE for asked in request.args)


def misspelt() -> dict[str, str]:
    """The parts of this address that the page does not know, each with the known one that is spelt like it.

    Other unknown parts are ignored: addresses gather them on their way, and a page is not a program.
    """
    known = _known(request.url_rule.rule if request.url_rule else "")
    if (slug := (request.view_args or {}).get("slug")) and (found := _queries().get(slug)):
        known = known | {each.name for each in found.parameters}
    near = {word: get_close_matches(word.lower(), known, n=1, cutoff=0.7) for word in request.args}
    return {word: found[0] for word, found in near.items() if found and word not in known}


@cache
def _known(rule: str) -> frozenset[str]:
    """What may be asked of a page, as the description of the service has it."""
    from fellesord.web.surfaces import SURFACES

    operations = [each for each in SURFACES if each.rule == rule and each.method == "get"]
    asked = {each.name for operation in operations for each in operation.parameters if each.where == "query"}
    return frozenset({*asked, *_LANGUAGES, AS_OF} if operations else ())


@cache
def _queries() -> dict[str, Entry]:
    return {each.name: each for each in entries()}


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
    return service().lists.rank(iri, service().today)


def until(link: Link, said: Speech) -> str:
    """Until when a county authority was there that is no more; ``""`` for anything else."""
    last = service().lists.ended(link.iri, service().today) if link.kind == "county" else None
    if last is None:
        return ""
    return text("until", said.interface).format(day=last.removesuffix("-12-31"))


def register(app: Flask) -> None:
    """Give the templates what they show texts and links with."""
    app.context_processor(lambda: {"links": places(), "then": then()})
    app.jinja_env.globals.update(
        t=text,
        counted=counted,
        language_name=language_name,
        languages=LANGUAGES,
        pick=pick,
        name=name,
        sorted_links=sorted_links,
        until=until,
        type_name=lambda value: type(value).__name__,
        to=address,
        reached=reached,
        about=_about,
        query=query,
        passing=passing,
        misspelt=misspelt,
        followable=followable,
        host=lambda iri: urlsplit(iri).netloc,
        CODE_HOSTS={urlsplit(iri).netloc for iri in CODE_PREFIXES.values()},
        others=_others,
        form_types={form.suffix: form.media_type for form in FORMS},
        form_names=_FORM_NAMES,
        notation_name=_notation_name,
    )


def _about(iri: str) -> str:
    return address(places().thing(iri))


def _others(texts: Sequence[Text], shown: Text) -> list[Text]:
    return [text for text in texts if text.language != shown.language]


def _notation_name(value: Value, said: Speech) -> str | None:
    """What kind of code a notation is, where its datatype says."""
    entry = table().get(f"notation-{value.datatype.removeprefix(str(FO))}")
    return entry[said.interface] if entry else None
