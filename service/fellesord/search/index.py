"""The index: where things are found by their words. Built once, in memory or in a folder, then read only."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import tantivy

from fellesord.languages import LANGUAGES
from fellesord.search import analysis
from fellesord.search.entries import FACETS, Entry, Label, Role, called

#: Fields of preferred names by language, where prefixes are looked for first.
BEGINS = {tag: f"begins_{tag}" for tag in (*LANGUAGES, "other")}
_WHOLE = ("exact", "whole", *BEGINS.values())
_SPREAD = ("words", "stems", "parts", "defined", "defstems")
#: Memory a build may use before it writes a second segment. There is to be one: what is first in a segment is
#: found first, and between segments nothing is said. It takes what it needs, 0.5 kB a label.
_HEAP = 4_000_000_000
#: Letters of a beginning that much has: the first to be found for each are noted at the build.
SHORT = 3
#: How many are noted; whoever asks for no more gets the same answer as without.
NOTED = 128


def schema() -> tantivy.Schema:
    """The fields: a document is a thing."""
    builder = tantivy.SchemaBuilder()
    for name in _WHOLE:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in _SPREAD:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    for name in FACETS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_text_field("backwards", tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field("called", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("short", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("iri", tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("entry", stored=True)
    return builder.build()


def build(found: Iterable[Entry], folder: Path | None = None) -> tantivy.Index:
    """An index of the entries, in a folder or in memory.

    The most used come first, so that among equals the most used is found first.
    """
    ordered = sorted(found, key=lambda entry: (not entry.kind, entry.given_up, -entry.uses, entry.iri))
    known = _known(ordered)
    noted: Counter[str] = Counter()
    index = tantivy.Index(schema(), path=str(folder) if folder else None)
    writer = index.writer(heap_size=_HEAP, num_threads=1)
    for entry in ordered:
        document = _document(entry, known)
        for start in _short(document, noted):
            document.add_text("short", start)
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    return index


def entry_of(document: tantivy.Document) -> Entry:
    """The entry that a document was made from."""
    return read(document["entry"][0])


def write(entry: Entry) -> bytes:
    """An entry as an index holds it, its labels folded."""
    labels = [(label.text, label.language, label.role, label.folded) for label in entry.labels]
    held = {**asdict(replace(entry, labels=())), "labels": labels}
    return json.dumps(held, ensure_ascii=False).encode()


def read(written: bytes) -> Entry:
    """The entry that was written."""
    held = json.loads(written.decode())
    labels = tuple(_label(*label) for label in held.pop("labels"))
    facets = {facet: tuple(values) for facet, values in held.pop("facets").items()}
    successors = tuple(held.pop("successors"))
    return Entry(labels=labels, facets=facets, successors=successors, **held)


def _label(text: str, language: str, role: Role, folded: str) -> Label:
    label = Label(text, language, role)
    vars(label)["folded"] = folded  # what the property would find out
    return label


def begins(language: str) -> str:
    """The field that holds preferred names in a language."""
    return BEGINS.get(language.partition("-")[0], BEGINS["other"])


def short(name: str, start: str) -> str:
    """What stands in the field ``short`` for those whose field of that name begins so."""
    return f"{name} {start}"


def _short(document: tantivy.Document, noted: Counter[str]) -> list[str]:
    """The short beginnings of a document that are to be noted, each of which counts."""
    found = {
        short(name, value[:length])
        for name in (*BEGINS.values(), "whole")
        for value in document[name]
        for length in range(1, SHORT + 1)
    }
    words = (word for value in document["words"] for word in value.split())
    found |= {short("words", word[:length]) for word in words for length in range(1, SHORT + 1)}
    kept = sorted(start for start in found if noted[start] < NOTED)
    noted.update(kept)
    return kept


def _known(ordered: Sequence[Entry]) -> frozenset[str]:
    """The words that compounds may be made of: those of all labels, and their stems."""
    known: set[str] = set()
    for entry in ordered:
        for label in entry.labels:
            if label.role != "definition":
                known.update(label.folded.split())
                known.update(analysis.stems(label.text, label.language))
    return frozenset(word for word in known if len(word) >= analysis.SHORTEST_PART)


def _document(entry: Entry, known: frozenset[str]) -> tantivy.Document:
    document = tantivy.Document()
    document.add_text("iri", entry.iri)
    if entry.kind:  # also by the address of its document
        document.add_text("iri", "/doc/".join(entry.iri.rsplit("/id/", 1)))
    document.add_text("kind", entry.kind)
    for stem in called(entry.kind):
        document.add_text("called", stem)
    for facet, values in entry.facets.items():
        for value in values:
            document.add_text(facet, value)
    for label in entry.labels:
        folded = label.folded
        stems = " ".join(analysis.stems(label.text, label.language))
        if label.role == "definition":
            document.add_text("defined", folded)
            document.add_text("defstems", stems)
            continue
        if label.role == "preferred":
            document.add_text(begins(label.language), folded)
        document.add_text("exact", analysis.plain(label.text))
        document.add_text("whole", folded)
        if (joined := analysis.joined(label.text)) != folded:
            document.add_text("whole", joined)
        document.add_text("words", folded)
        document.add_text("backwards", " ".join(word[::-1] for word in folded.split()))
        document.add_text("stems", stems)
        parts = [part for word in folded.split() for part in analysis.parts(word, known)]
        document.add_text("parts", " ".join(parts))
    document.add_bytes("entry", write(entry))
    return document
