"""JSKOS: a concept a line (NDJSON), as terminology services of libraries load it."""

import json
from pathlib import Path
from typing import Any, BinaryIO

from fellesord.formats.described import About, concepts, every
from fellesord.languages import Text
from fellesord.namespaces import DCT, EUVOC, OWL, SKOS
from fellesord.vocabulary.reading import Vocabulary

STANDARD = "https://gbv.github.io/jskos/"
MEDIA_TYPE = "application/x-ndjson"
_LISTS = (
    "altLabel",
    "hiddenLabel",
    "definition",
    "scopeNote",
    "example",
    "editorialNote",
    "historyNote",
    "changeNote",
)
_LINKS = ("broader", "narrower", "related", "inScheme", "topConceptOf")
_MATCHES = (SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch)


def write(vocabulary: Vocabulary, file: BinaryIO) -> None:
    """Write every concept and code of ours, by IRI, one a line."""
    for about in concepts(vocabulary, every(vocabulary)):
        file.write(json.dumps(concept(about), ensure_ascii=False).encode() + b"\n")


def read_back(vocabulary: Vocabulary, path: Path) -> tuple[str, ...]:
    """What differs between the concepts of a file and those there are."""
    with path.open("rb") as file:
        found = {json.loads(line)["uri"] for line in file}
    wrong = sorted(found ^ {*every(vocabulary)})
    return tuple(f"{path.name}: {iri} is in only one of file and vocabulary" for iri in wrong)


def concept(about: About) -> dict[str, Any]:
    """A concept as JSKOS has it; what is not said has no key."""
    labels = {_tag(text): text.value for text in reversed(about.texts(SKOS.prefLabel))}
    content: dict[str, Any] = {
        "@context": "https://gbv.github.io/jskos/context.json",
        "uri": about.iri,
        "type": [SKOS.Concept],
        "prefLabel": labels,
        "notation": about.values(SKOS.notation),
    }
    for name in _LISTS:
        texts: dict[str, list[str]] = {}
        for text in about.texts(f"{SKOS}{name}"):
            texts.setdefault(_tag(text), []).append(text.value)
        content[name] = texts
    for name in _LINKS:
        content[name] = _set(about.values(f"{SKOS}{name}"))
    content["mappings"] = [
        {"from": {"memberSet": _set([about.iri])}, "to": {"memberSet": _set([target])}, "type": [kind]}
        for kind, target in about.links(*_MATCHES)
    ]
    content["publisher"] = _set(about.values(DCT.publisher))
    content["replacedBy"] = _set(about.values(DCT.isReplacedBy))
    dates = (("created", DCT.created), ("modified", DCT.modified), ("startDate", EUVOC.startDate))
    for name, property in (*dates, ("endDate", EUVOC.endDate)):
        content[name] = next(iter(about.values(property)), None)
    content["deprecated"] = "true" in about.values(OWL.deprecated) or None
    return {name: each for name, each in content.items() if each}


def _tag(text: Text) -> str:
    return text.language or "und"


def _set(iris: list[str]) -> list[dict[str, str]]:
    return [{"uri": iri} for iri in iris]
