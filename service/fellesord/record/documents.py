"""Documents: path ↔ IRI, reading them all, writing one in canonical form."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from fellesord.errors import InvalidData, InvalidSetting
from fellesord.namespaces import FO, KINDS, SLUG_PATTERN
from fellesord.rdf import turtle
from fellesord.rdf.reading import parse

_SLUG = re.compile(SLUG_PATTERN)
_FOLDERS = (*KINDS, "external")
#: Files in the wrong place that are named one by one.
_TOLD = 10
_SINGLE_FILES = ("ontology.ttl", "tombstones.ttl")
_BESIDE = ("README.md", "CHANGELOG.md", "LICENSE")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
_WEB_IRI = re.compile(r"https?://[^/\s]+(?:/\S*)?")


@dataclass(frozen=True)
class Document:
    """One file of the record: where it lies below the record's folder, its base and its triples."""

    path: str
    base: str
    triples: tuple[ox.Triple, ...]
    data: bytes

    @cached_property
    def kind(self) -> str:
        """``concept``, ``county``, …; ``external``, ``ontology`` or ``tombstones`` for the others."""
        return self.path.partition("/")[0].removesuffix(".ttl")

    @cached_property
    def iri(self) -> str | None:
        """The IRI of the main resource; ``None`` for files that have none."""
        if self.kind not in KINDS:
            return None
        return self.base + self.path.removesuffix(".ttl")

    @cached_property
    def canonical(self) -> bytes:
        """The document's bytes as ``fellesord format`` writes them."""
        return turtle.write(self.triples, self.base)


@dataclass(frozen=True)
class Record:
    """All documents of a folder, sorted by path, and the one base they share."""

    base: str
    documents: tuple[Document, ...]

    def triples(self) -> Iterator[ox.Triple]:
        """Every triple, document by document."""
        for document in self.documents:
            yield from document.triples


def is_slug(text: str) -> bool:
    """Whether a text can name a document: lower-case a-z, 0-9 and single hyphens."""
    return bool(_SLUG.fullmatch(text))


def allowed(iri: str) -> bool:
    """Whether a record may hold an IRI: http, https or mailto."""
    return bool(_WEB_IRI.fullmatch(iri)) or iri.startswith("mailto:")


def printable(text: str) -> str:
    """A text without the control characters that XML cannot hold, which a record must not hold either."""
    return _CONTROL.sub("", text)


def digest(folder: Path) -> str:
    """The SHA-256 of the paths and bytes of every file of the record, in hexadecimal.

    Raises InvalidData when the folder is missing or holds something that is not part of a record.
    """
    total = hashlib.sha256()
    for path in paths(folder):
        data = path.read_bytes()
        total.update(f"{path.relative_to(folder).as_posix()}\0{len(data)}\0".encode())
        total.update(data)
    return total.hexdigest()


def read(folder: Path) -> Record:
    """The whole record. Raises InvalidData with every problem of every file, not only the first."""
    documents: list[Document] = []
    problems: list[str] = []
    for path in paths(folder):
        try:
            documents.append(read_document(folder, path))
        except InvalidData as error:
            problems += error.problems
    bases = sorted({document.base for document in documents})
    if len(bases) > 1:
        minority = min(bases, key=lambda base: sum(d.base == base for d in documents))
        problems += [
            f"{folder / document.path}:1: @base is <{minority}>, but other documents say"
            f" <{next(base for base in bases if base != minority)}>"
            for document in documents
            if document.base == minority
        ]
    problems += _claimed_twice(folder, documents)
    if problems:
        raise InvalidData(*problems)
    return Record(bases[0], tuple(documents))


def read_document(folder: Path, path: Path) -> Document:
    """One document of the record in ``folder``. Raises InvalidData with all that is wrong in it."""
    data = path.read_bytes()
    parsed = parse(data, ox.RdfFormat.TURTLE, str(path))
    relative = path.relative_to(folder).as_posix()
    if not parsed.base:
        raise InvalidData(
            f"{path}:1: has no @base; begin with '@base <https://…/id/> .' as the other documents do"
        )
    document = Document(relative, parsed.base, parsed.triples, data)
    problems = [
        f"{path}{_line(document, place)}: {what}" for place, what in dict.fromkeys(_problems(document))
    ]
    if problems:
        raise InvalidData(*problems)
    return document


def paths(folder: Path) -> list[Path]:
    """The files of a record, sorted; raises InvalidData for anything that does not belong."""
    if not folder.is_dir():
        raise InvalidSetting(f"{folder}: no such folder; --vocab names the folder that holds the record")
    inside = [path for path in sorted(folder.iterdir()) if not path.name.startswith(".")]
    problems = [
        f"{path}: unknown folder; a record holds {', '.join(_FOLDERS)}"
        for path in inside
        if path.is_dir() and path.name not in _FOLDERS
    ]
    below = [] if problems else [path for path in sorted(folder.rglob("*")) if not _hidden(folder, path)]
    for path in below:
        depth = len(path.relative_to(folder).parts)
        if path.is_dir() and depth > 1:
            problems.append(f"{path}: a folder in a folder; documents lie directly in that of their kind")
        elif path.is_file() and path.suffix != ".ttl":
            problems.append(f"{path}: is not a Turtle document (.ttl)")
        elif path.is_file() and depth == 1 and path.name not in _SINGLE_FILES:
            problems.append(f"{path}: documents lie in a folder named by their kind")
        elif path.is_file() and not is_slug(path.stem):
            problems.append(
                f"{path}: the slug must be lower-case a-z, 0-9 and single hyphens (æ→ae, ø→o, å→a)"
            )
    if len(problems) > _TOLD:
        more = f"… and {len(problems) - _TOLD} more; is {folder} the folder of a record?"
        problems = [*problems[:_TOLD], more]
    if problems:
        raise InvalidData(*problems)
    found = [path for path in below if path.is_file()]
    if not found:
        raise InvalidData(f"{folder}: holds no documents")
    return found


def _hidden(folder: Path, path: Path) -> bool:
    parts = path.relative_to(folder).parts
    return path.name in _BESIDE or any(part.startswith(".") for part in parts)


def _problems(document: Document) -> Iterator[tuple[str, str]]:
    """What is wrong in a document, each with the text that shows where."""
    main = document.iri
    for triple in document.triples:
        subject, predicate, term = triple.subject, triple.predicate, triple.object
        for node in (subject, term):
            if isinstance(node, ox.BlankNode):
                yield "[", "blank node; give it an IRI, such as <kind/slug#name>"
        if not isinstance(subject, ox.NamedNode):
            continue
        if main is not None and subject.value != main and not subject.value.startswith(f"{main}#"):
            yield (
                subject.value,
                f"describes <{subject.value}>, but the path says <{main}>;"
                " move it to the document of that IRI",
            )
        if document.kind == "external" and subject.value.startswith(document.base):
            yield subject.value, f"describes <{subject.value}>, an own IRI, in an external document"
        if document.kind == "ontology" and not subject.value.startswith(str(FO).rstrip("#")):
            yield subject.value, f"describes <{subject.value}>, which is outside <{FO}>"
        if isinstance(term, ox.Literal) and _CONTROL.search(term.value):
            yield predicate.value, "text with a control character, which XML cannot hold"
        for node in (subject, predicate, term):
            if isinstance(node, ox.NamedNode) and not allowed(node.value):
                yield node.value, f"<{node.value}> is not an http, https or mailto IRI"
    if main is not None and not any(
        isinstance(triple.subject, ox.NamedNode) and triple.subject.value == main
        for triple in document.triples
    ):
        yield "", f"says nothing about <{main}>, the IRI its path names"


def _line(document: Document, place: str) -> str:
    """``:line`` of the first line that shows ``place`` in full, relative or prefixed form."""
    tail = re.split(r"[/#:]", place)[-1]
    forms = [place, place.removeprefix(document.base), tail] if place != "[" else ["[", "_:"]
    for form in filter(None, forms):
        for number, line in enumerate(document.data.decode().splitlines(), start=1):
            if form in line and not line.lstrip().startswith(("@", "#")):
                return f":{number}"
    return ""


def _claimed_twice(folder: Path, documents: Iterable[Document]) -> Iterator[str]:
    """Foreign and ontology terms that two documents describe (own IRIs follow their paths)."""
    owner: dict[str, Document] = {}
    for document in documents:
        if document.iri is not None:
            continue
        for subject in {str(triple.subject)[1:-1] for triple in document.triples}:
            first = owner.setdefault(subject, document)
            if first is not document:
                yield (
                    f"{folder / document.path}{_line(document, subject)}: describes <{subject}>,"
                    f" which {folder / first.path}{_line(first, subject)} describes already"
                )
