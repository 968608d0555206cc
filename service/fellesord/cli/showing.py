"""A thing as plain text for a terminal."""

from collections.abc import Iterable, Iterator, Sequence

from fellesord.languages import Text, pick
from fellesord.namespaces import SKOS
from fellesord.vocabulary.concepts import Concept
from fellesord.vocabulary.fields import Link
from fellesord.vocabulary.reading import Match, Thing

_BORNE_AS = {SKOS.altLabel: "allowed term", SKOS.hiddenLabel: "advised against", SKOS.notation: "code"}


def show(thing: Thing, languages: Sequence[str], matches: Iterable[Match] = ()) -> str:
    """The names, the definition and the use of a thing, a line each; no newline at the end.

    ``matches`` are those of a word that was looked up; a name that is not the preferred one is said to be.
    """
    return "\n".join(_lines(thing, languages, matches))


def _lines(thing: Thing, languages: Sequence[str], matches: Iterable[Match]) -> Iterator[str]:
    heading = pick(thing.labels, languages)
    yield f"{heading.value if heading else thing.iri} ({thing.kind or 'of another vocabulary'})"
    yield f"  <{thing.iri}>"
    for match in matches:
        if match.thing.iri == thing.iri and match.property in _BORNE_AS:
            yield f"  {match.label.value} ({match.label.language or '-'}): {_BORNE_AS[match.property]}"
    for text in thing.labels:
        yield f"  {text.language or '-'}: {text.value}"
    if isinstance(thing.entity, Concept):
        definition = pick([each.text[0] for each in thing.entity.definition], languages)
        yield from _text("definition", definition)
        yield from _names("allowed", thing.entity.alt_label)
        yield from _names("advised against", thing.entity.hidden_label)
        yield from _links("status", [thing.entity.status] if thing.entity.status else [], languages)
        yield from _links("broader", [each.concept for each in thing.entity.broader], languages)
        yield from _links("narrower", [each.concept for each in thing.entity.narrower], languages)
        yield from _links("related", thing.entity.related, languages)
        yield from _links("replaced by", thing.entity.is_replaced_by, languages)
    for kind in thing.counts():
        works = [use.work for use in thing.uses if use.work.kind == kind]
        yield from _links(f"used by {kind}", works, languages)
    yield from _links("in counties", [county for county, _ in thing.counties()], languages)


def _text(name: str, text: Text | None) -> Iterator[str]:
    if text:
        yield f"  {name} ({text.language}): {text.value}"


def _names(name: str, texts: Sequence[Text]) -> Iterator[str]:
    if texts:
        yield f"  {name}: {', '.join(f'{text.value} ({text.language})' for text in texts)}"


def _links(name: str, links: Sequence[Link], languages: Sequence[str]) -> Iterator[str]:
    if links:
        names = (pick(link.labels, languages) for link in links)
        labels = (label.value if label else link.iri for label, link in zip(names, links, strict=True))
        yield f"  {name}: {', '.join(sorted(labels))}"
