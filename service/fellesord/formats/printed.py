"""The printed glossary: a PDF that screen readers can read (PDF/UA-1), from A to Å and by subject.

Set by Typst with the fonts it brings along and dated by the release: equal vocabularies give equal bytes.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, BinaryIO

from fellesord.formats.described import concepts
from fellesord.languages import LANGUAGES, Text, Texts, pick
from fellesord.languages.sorting import OTHER, alphabet, collation, letter
from fellesord.namespaces import DCT, SKOS
from fellesord.vocabulary.glossary import Gloss, glossary
from fellesord.vocabulary.reading import Vocabulary

STANDARD = "https://www.iso.org/standard/64599.html"
MEDIA_TYPE = "application/pdf"
TEXTS = Texts(Path(__file__).with_name("texts.toml"))
_MAIN = LANGUAGES[0]


def write(vocabulary: Vocabulary, file: BinaryIO) -> None:
    """Write the glossary of the thesaurus: the concepts that are in use on the day of the release."""
    import typst

    source = (files("fellesord.formats") / "glossary.typ").read_bytes()
    day = datetime.fromisoformat(vocabulary.released or "2000-01-01").replace(tzinfo=UTC)
    data = typst.compile(
        source,
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(content(vocabulary), ensure_ascii=False)},
        pdf_standards="ua-1",
        timestamp=int(day.timestamp()),
    )
    file.write(data)


def content(vocabulary: Vocabulary) -> dict[str, Any]:
    """What the glossary says: its front, the letters with their entries, and the subject groups."""
    scheme = vocabulary.thesaurus or vocabulary.base
    (about,) = concepts(vocabulary, [scheme])
    day = vocabulary.released or ""
    glosses = [each for each in glossary(vocabulary, scheme) if each.used_on(day)]
    terms = {each.iri: _shown(each.preferred) for each in glosses}
    publisher = vocabulary.labels(about.values(DCT.publisher))
    return {
        "title": _shown(about.texts(DCT.title)) or scheme,
        "description": _shown(about.texts(DCT.description)),
        "publisher": ", ".join(_shown(labels) for labels in publisher.values()),
        "released": day,
        "note": _text("glossary-note"),
        "contents": _text("glossary-contents"),
        "register": _text("glossary-register"),
        "letters": _lettered([*map(_entry, glosses), *(see for each in glosses for see in _see(each))]),
        "groups": _groups(vocabulary, terms),
    }


def text_of(data: bytes) -> str:
    """The text of a PDF, page by page, without the way it is set."""
    from pypdf import PdfReader

    return "\n".join(page.extract_text() for page in PdfReader(_stream(data)).pages)


def same(one: bytes, other: bytes) -> bool:
    """Whether two glossaries say the same."""
    return one == other or _texts(one) == _texts(other)


def read_back(vocabulary: Vocabulary, path: Path) -> tuple[str, ...]:
    """The terms that a glossary lacks, read by another program."""
    printed = _squeezed(text_of(path.read_bytes()))
    wanted = [entry["term"] for each in content(vocabulary)["letters"] for entry in each["entries"]]
    return tuple(f"{path.name}: {term} is not in it" for term in wanted if _squeezed(term) not in printed)


def _texts(data: bytes) -> str | None:
    from pypdf.errors import PyPdfError

    try:
        return text_of(data)
    except PyPdfError:
        return None


def _stream(data: bytes) -> BinaryIO:
    from io import BytesIO

    return BytesIO(data)


def _squeezed(text: str) -> str:
    """A text without what setting puts into it: spaces, and hyphens at the end of lines."""
    return "".join(text.replace("\N{SOFT HYPHEN}", "").replace("-", "").replace("‐", "").split())


def _text(key: str) -> str:
    return TEXTS.text(key, _MAIN)


def _shown(texts: Iterable[Text]) -> str:
    text = pick(texts, LANGUAGES)
    return text.value if text else ""


def _entry(gloss: Gloss) -> dict[str, Any]:
    """A concept under its term in bokmål: the terms in the other languages, the definitions, other words."""
    others = [text for text in gloss.preferred if text.language in LANGUAGES[1:]]
    return {
        "kind": "concept",
        "term": _shown(gloss.preferred),
        "name": gloss.iri,
        "others": [_tagged(text) for text in others],
        "meanings": [_tagged(text) for text in gloss.definitions if text.language in LANGUAGES],
        "words": [
            {"name": _text(key), "text": "; ".join(text.value for text in texts)}
            for key, texts in (
                ("glossary-admitted", _in_main(gloss.allowed)),
                ("glossary-discouraged", _in_main(gloss.discouraged)),
            )
            if texts
        ],
    }


def _see(gloss: Gloss) -> list[dict[str, str]]:
    """Where other words in bokmål for a concept send on to."""
    shown = _shown(gloss.preferred)
    words = dict.fromkeys(text.value for text in (*_in_main(gloss.allowed), *_in_main(gloss.discouraged)))
    return [{"kind": "see", "term": word, "to": gloss.iri, "shown": shown} for word in words if word != shown]


def _in_main(texts: Iterable[Text]) -> list[Text]:
    return [text for text in texts if text.language == _MAIN]


def _tagged(text: Text) -> dict[str, str]:
    return {"tag": text.language, "text": text.value, "name": _text(f"glossary-{text.language}")}


def _lettered(entries: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for entry in sorted(entries, key=lambda each: (collation(each["term"], _MAIN), each["kind"])):
        found.setdefault(letter(entry["term"], _MAIN), []).append(entry)
    return [{"name": each, "entries": found[each]} for each in (*alphabet(_MAIN), OTHER) if each in found]


def _groups(vocabulary: Vocabulary, terms: dict[str, str]) -> list[dict[str, Any]]:
    """The subject groups by name, each with its concepts by term."""
    iris = sorted(link.iri for link in vocabulary.overview()["collection"])
    groups = []
    for about in concepts(vocabulary, iris):
        members = [iri for iri in about.values(SKOS.member) if iri in terms]
        members.sort(key=lambda iri: collation(terms[iri], _MAIN))
        if members:
            entries = [{"name": iri, "term": terms[iri]} for iri in members]
            groups.append({"name": _shown(about.texts(DCT.title, SKOS.prefLabel)), "entries": entries})
    return sorted(groups, key=lambda each: collation(each["name"], _MAIN))
