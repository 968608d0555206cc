"""TBX-Basic (ISO 30042:2019, style DCA): the terms of our concepts by language, for translators' programs."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

from fellesord.formats.described import About, concepts, every
from fellesord.languages import Text
from fellesord.namespaces import DCT, SKOS
from fellesord.vocabulary.fields import kind_of
from fellesord.vocabulary.reading import Vocabulary

STANDARD = "https://www.tbxinfo.net/tbx-dialects/"
MEDIA_TYPE = "application/x-tbx+xml"
NAMESPACE = "urn:iso:std:iso:30042:ed-2"
#: What a label is by the property that says it (administrativeStatus).
STATUS = {
    SKOS.prefLabel: "preferredTerm-admn-sts",
    SKOS.altLabel: "admittedTerm-admn-sts",
    SKOS.hiddenLabel: "deprecatedTerm-admn-sts",
}
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def write(vocabulary: Vocabulary, file: BinaryIO) -> None:
    """Write an entry for each concept, by IRI."""
    file.write(_head(vocabulary).encode())
    own = _own(vocabulary)
    groups, known = _groups(vocabulary), frozenset(own)
    file.write(b"<body>\n" if own else b"")
    for about in concepts(vocabulary, own):
        file.write("".join(_entry(about, groups, known)).encode())
    file.write(b"</body>\n" if own else b"")  # a body has an entry at least
    file.write(b"</text>\n</tbx>\n")


def read_back(vocabulary: Vocabulary, path: Path) -> tuple[str, ...]:
    """What differs between the terms of a file, by language and status, and those there are."""
    found = set()
    for _, entry in ElementTree.iterparse(path):  # noqa: S314 - our own file
        if entry.tag == f"{{{NAMESPACE}}}conceptEntry":
            for section in entry.iter(f"{{{NAMESPACE}}}langSec"):
                for term in section.iter(f"{{{NAMESPACE}}}termSec"):
                    text = "".join(term.find(f"{{{NAMESPACE}}}term").itertext())  # type: ignore[union-attr]
                    status = next(n.text for n in term if n.get("type") == "administrativeStatus")
                    found.add((entry.get("id"), section.get(_XML_LANG), text, status))
            entry.clear()
    wanted = {
        (_name(about.iri), text.language or "und", text.value, status)
        for about in concepts(vocabulary, _own(vocabulary))
        for label, status in STATUS.items()
        for text in about.texts(label)
    }
    wrong = sorted(found ^ wanted, key=str)
    return tuple(
        f"{path.name}: {' '.join(map(str, each))} is in only one of file and vocabulary" for each in wrong
    )


def _own(vocabulary: Vocabulary) -> list[str]:
    """The concepts that have a term, by IRI: an entry has one at least."""
    iris = [iri for iri in every(vocabulary) if kind_of(iri, vocabulary.base) == "concept"]
    return [about.iri for about in concepts(vocabulary, iris) if about.texts(*STATUS)]


def _groups(vocabulary: Vocabulary) -> dict[str, tuple[Text, ...]]:
    """The names of the subject groups of each concept that is in one."""
    found: dict[str, tuple[Text, ...]] = {}
    groups = [link.iri for link in vocabulary.overview()["collection"]]
    for about in concepts(vocabulary, sorted(groups)):
        for concept in about.values(SKOS.member):
            found.setdefault(concept, about.texts(DCT.title, SKOS.prefLabel))
    return found


def _head(vocabulary: Vocabulary) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<tbx type="TBX-Basic" style="dca" xml:lang="nb" xmlns="{NAMESPACE}">\n'
        "<tbxHeader>\n<fileDesc>\n<sourceDesc>\n"
        f"<p>{escape(vocabulary.thesaurus or vocabulary.base)}</p>\n"
        "</sourceDesc>\n</fileDesc>\n</tbxHeader>\n<text>\n"
    )


def _entry(about: About, groups: dict[str, tuple[Text, ...]], own: frozenset[str]) -> Iterator[str]:
    yield f"<conceptEntry id={quoteattr(_name(about.iri))}>\n"
    for text in groups.get(about.iri, ())[:1]:
        yield f'  <descrip type="subjectField">{escape(text.value)}</descrip>\n'
    for other in about.values(SKOS.broader, SKOS.related):
        if other in own:
            where, shown = quoteattr(_name(other)), escape(_slug(other))
            yield f'  <ref type="crossReference" target={where}>{shown}</ref>\n'
    yield f'  <xref type="externalCrossReference" target={quoteattr(about.iri)}>{escape(about.iri)}</xref>\n'
    for kind, day in (("origination", DCT.created), ("modification", DCT.modified)):
        for date in about.values(day)[:1]:
            yield f'  <transacGrp>\n    <transac type="transactionType">{kind}</transac>\n'
            yield f"    <date>{escape(date[:10])}</date>\n  </transacGrp>\n"
    labels = {label: about.texts(label) for label in STATUS}
    for tag in dict.fromkeys(text.language for texts in labels.values() for text in texts):
        yield f"  <langSec xml:lang={quoteattr(tag or 'und')}>\n"
        for text in about.texts(SKOS.definition):
            if text.language == tag:
                yield f'    <descrip type="definition">{escape(text.value)}</descrip>\n'
        for text in about.texts(SKOS.scopeNote):
            if text.language == tag:
                yield f"    <note>{escape(text.value)}</note>\n"
        for label, status in STATUS.items():
            for text in labels[label]:
                if text.language == tag:
                    yield f"    <termSec>\n      <term>{escape(text.value)}</term>\n"
                    yield f'      <termNote type="administrativeStatus">{status}</termNote>\n    </termSec>\n'
        yield "  </langSec>\n"
    yield "</conceptEntry>\n"


def _slug(iri: str) -> str:
    return iri.rpartition("/")[2]


def _name(iri: str) -> str:
    """The name of an entry within its file: an XML name, so it begins with a letter."""
    return f"c-{_slug(iri)}"
