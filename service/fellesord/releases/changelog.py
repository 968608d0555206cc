"""What changed, told to people: a change log in Markdown, in each language of the interface."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from fellesord.languages import Text, Texts, chain, pick
from fellesord.namespaces import PREFIXES
from fellesord.releases.changes import HAPPENINGS, Alteration, Change, Term

TEXTS = Texts(Path(__file__).with_name("texts.toml"))


def markdown(changes: Iterable[Change], since: str | None, to: str, language: str) -> str:
    """The change log of a release since another, or since nothing."""
    return "\n".join(_lines(tuple(changes), since, to, language)) + "\n"


def property_name(iri: str, language: str) -> str:
    """What a property is called; its short form when the texts have no word for it."""
    cut = max(iri.rfind("#"), iri.rfind("/")) + 1
    if entry := TEXTS.table.get(f"property-{iri[cut:]}"):
        return entry[language]
    prefix = next((name for name, namespace in PREFIXES.items() if namespace == iri[:cut]), None)
    return f"{prefix}:{iri[cut:]}" if prefix else iri


def lines(change: Change, language: str) -> Iterator[str]:
    """What was altered in a thing, and what to use instead of it, a line each."""
    if instead := ", ".join(_plain(term, language) for term in change.successors):
        yield TEXTS.text("use", language).format(name=instead)
    for each in change.alterations:
        for line in _altered(each, language, _plain):
            yield f"{property_name(each.property, language)}: {line}"


def _lines(changes: tuple[Change, ...], since: str | None, to: str, language: str) -> Iterator[str]:
    if not changes:
        yield TEXTS.text("none" if since else "none-first", language).format(since=since)
        return
    yield f"# {TEXTS.text('title', language).format(to=to)}"
    yield ""
    yield TEXTS.text("since" if since else "first", language).format(since=since)
    for happening in HAPPENINGS:
        found = [change for change in changes if change.happening == happening]
        if found:
            yield ""
            yield f"## {TEXTS.text(happening, language)}"
        for kind in dict.fromkeys(change.kind for change in found):
            alike = [change for change in found if change.kind == kind]
            yield ""
            key = f"kinds-{kind or 'other'}"
            yield f"### {TEXTS.text(key, language)} ({len(alike)})"
            yield ""
            for change in alike:
                yield from _told(change, language)


def _told(change: Change, language: str) -> Iterator[str]:
    instead = ", ".join(_named(term, language) for term in change.successors)
    use = f": {TEXTS.text('use', language).format(name=instead)}" if instead else ""
    yield f"- **{_name(change.iri, change.labels, language)}**{use}"
    for aspect in change.aspects:
        yield f"  - {TEXTS.text(f'aspect-{aspect}', language)}"
        for each in change.alterations:
            if each.aspect == aspect:
                for line in _altered(each, language, _named):
                    yield f"    - {property_name(each.property, language)}: {line}"


def _altered(each: Alteration, language: str, named: Callable[[Term, str], str]) -> Iterator[str]:
    """What was lost and gained: one for another where there is one of each in a language."""
    removed, added = list(each.removed), list(each.added)
    for old in each.removed:
        alike = [new for new in added if (new.type, new.language) == (old.type, old.language)]
        rivals = [other for other in removed if (other.type, other.language) == (old.type, old.language)]
        if len(alike) == 1 and len(rivals) == 1:
            removed.remove(old)
            added.remove(alike[0])
            values = {"before": named(old, language), "after": named(alike[0], language)}
            yield TEXTS.text("replaced", language).format(**values)
    for key, terms in (("removed", removed), ("added", added)):
        for term in terms:
            yield TEXTS.text(key, language).format(value=named(term, language))


def _plain(term: Term, language: str) -> str:
    if term.type == "uri":
        label = pick(term.label, chain([language]))
        return label.value if label else term.value
    return f"{term.value} ({term.language})" if term.language else term.value


def _named(term: Term, language: str) -> str:
    if term.type == "uri":
        return _name(term.value, term.label, language)
    return f"{_escaped(term.value)} ({term.language})" if term.language else _escaped(term.value)


def _name(iri: str, labels: Iterable[Text], language: str) -> str:
    label = pick(labels, chain([language]))
    return _escaped(label.value) if label else f"<{iri}>"


def _escaped(text: str) -> str:
    """A text that Markdown shows as it stands, in one line."""
    text = " ".join(text.split())
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>#|~" else sign for sign in text)
