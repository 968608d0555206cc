"""DCAT-AP-NO 2.2: the vocabulary described as a data set, with its files and its programming interface."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, Protocol

import pyoxigraph as ox

from fellesord.formats.skos_ap_no import Published, kept, triple, value
from fellesord.languages import Text
from fellesord.namespaces import (
    DCAT,
    DCAT_CATALOGUE,
    DCT,
    DCT_CATALOGUE,
    FOAF_CATALOGUE,
    ORG,
    OWL,
    RDF,
    SKOS,
    XSD,
)
from fellesord.rdf.reading import read
from fellesord.rdf.syntaxes import TURTLE
from fellesord.vocabulary.reading import Vocabulary

STANDARD = "https://data.norge.no/specification/dcat-ap-no"
#: What the standards that files keep to are called.
STANDARDS = {
    "http://www.w3.org/2004/02/skos/core": "SKOS Simple Knowledge Organization System",
    "https://data.norge.no/specification/skos-ap-no-begrep": "SKOS-AP-NO-Begrep",
    "https://gbv.github.io/jskos/": "JSKOS data format for Knowledge Organization Systems",
    "https://www.tbxinfo.net/tbx-dialects/": "TBX-Basic (ISO 30042:2019)",
    "http://www.w3.org/2008/05/skos-xl": "SKOS eXtension for Labels (SKOS-XL)",
    "https://www.iso.org/standard/64599.html": "PDF/UA-1 (ISO 14289-1:2014)",
    "https://www.w3.org/TR/tabular-metadata/": "Metadata Vocabulary for Tabular Data",
    "https://json-stat.org/full/": "JSON-stat 2.0",
    "https://www.w3.org/TR/vocab-data-cube/": "The RDF Data Cube Vocabulary",
}
_EU = "http://publications.europa.eu/resource/authority/"
_IANA = "http://www.iana.org/assignments/media-types/"
_LANGUAGES = {"nb": "NOB", "nn": "NNO", "en": "ENG", "se": "SME", "sma": "SMA", "smj": "SMJ", "fkv": "FKV"}
#: Suffix → the name of the format in the EU's list of file types.
_FORMATS = {
    "ttl": "RDF_TURTLE", "jsonld": "JSON_LD", "rdf": "RDF_XML", "nt": "RDF_N_TRIPLES", "nq": "RDF_N_QUADS",
    "csv": "CSV", "xlsx": "XLSX", "json": "JSON", "ndjson": "JSON", "tbx": "XML", "pdf": "PDF",
}  # fmt: skip
_OF_DATASET = frozenset(
    (DCT.title, DCT.description, DCT.license, DCAT.contactPoint, DCT.publisher, OWL.versionInfo)
)
_OF_CONTACT = frozenset(
    (RDF.type, *(f"http://www.w3.org/2006/vcard/ns#{name}" for name in ("hasEmail", "hasURL")))
)


class File(Protocol):
    """What a file is described by."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    @property
    def media_type(self) -> str:
        """Its IANA media type."""
        ...

    @property
    def suffix(self) -> str:
        """The ending of the name, without the dot."""
        ...

    @property
    def standard(self) -> str:
        """What it keeps to."""
        ...

    @property
    def description(self) -> tuple[Text, ...]:
        """What it holds and whom it is for."""
        ...


Files = Callable[[Vocabulary], Iterable[File]]
#: ``catalog-title``, ``catalog-description``, and so on for the interfaces → the texts.
Titles = Mapping[str, Sequence[Text]]


def address(base: str, name: str) -> str:
    """The permanent address of an export of a vocabulary whose IRIs begin with ``base``."""
    return f"{base.removesuffix('/id/')}/export/{name}"


def write(name: str, files: Files, titles: Titles, vocabulary: Vocabulary, file: BinaryIO) -> None:
    """Write the description by DCAT-AP-NO, which is the file ``name``.

    ``titles`` are those of the catalogue and of the interfaces, and what each is described as.
    """
    here = address(vocabulary.base, name)
    file.write(TURTLE.write(_dcat(here, files, titles, vocabulary), vocabulary.base))


def read_back(files: Files, vocabulary: Vocabulary, path: Path) -> tuple[str, ...]:
    """Which files a description lacks, and which that it has there are none of."""
    found = {value(t) for t in read(path).triples if t.predicate.value == DCAT_CATALOGUE.downloadURL}
    wanted = {address(vocabulary.base, each.name) for each in files(vocabulary)}
    wrong = [f"{path.name}: {each} is not described" for each in sorted(wanted - found)]
    return (
        *wrong,
        *(f"{path.name}: describes {each}, which is not there" for each in sorted(found - wanted)),
    )


def _dcat(here: str, files: Files, titles: Titles, vocabulary: Vocabulary) -> Iterator[ox.Triple]:
    published = Published.of(vocabulary.store)
    schemes = sorted({*published.concepts.values()})
    catalogue, root = f"{here}#catalog", vocabulary.base.removesuffix("id/")
    yield from _resource(catalogue, DCAT_CATALOGUE.Catalog, titles, "catalog", published, schemes)
    for key, endpoint, described in (("api", "api/v1/", "openapi.json"), ("sparql", "sparql", "sparql")):
        service = f"{here}#{key}"
        yield from _resource(service, DCAT_CATALOGUE.DataService, titles, key, published, schemes)
        yield triple(catalogue, DCAT_CATALOGUE.service, ox.NamedNode(service))
        yield triple(service, DCAT_CATALOGUE.endpointURL, ox.NamedNode(f"{root}{endpoint}"))
        yield triple(service, DCAT_CATALOGUE.endpointDescription, ox.NamedNode(f"{root}{described}"))
        for scheme in schemes:
            yield triple(service, DCAT_CATALOGUE.servesDataset, ox.NamedNode(scheme))
    for scheme in schemes:
        yield triple(catalogue, DCAT_CATALOGUE.dataset, ox.NamedNode(scheme))
        yield from _dataset(scheme, published, vocabulary)
        for each in files(vocabulary):
            yield triple(scheme, DCAT_CATALOGUE.distribution, ox.NamedNode(f"{here}#{each.name}"))
    licences = {value(t) for t in vocabulary.store.describe(schemes) if t.predicate.value == DCT.license}
    for each in files(vocabulary):
        yield from _distribution(here, each, sorted(licences), vocabulary.base)
    for standard in sorted({each.standard for each in files(vocabulary)}):
        yield triple(standard, RDF.type, ox.NamedNode(DCT_CATALOGUE.Standard))
        yield triple(standard, DCT.title, ox.Literal(STANDARDS[standard], language="en"))
    for who in sorted({iri for iris in published.publishers.values() for iri in iris}):
        yield from _agent(who, vocabulary)
    contacts = sorted({iri for iris in published.contacts.values() for iri in iris})
    yield from kept(vocabulary.store.describe(contacts), _OF_CONTACT)


def _resource(
    iri: str, kind: str, titles: Titles, key: str, published: Published, schemes: Sequence[str]
) -> Iterator[ox.Triple]:
    """The catalogue or the interface: what is said of either."""
    yield triple(iri, RDF.type, ox.NamedNode(kind))
    yield triple(iri, DCT.identifier, ox.Literal(iri))
    for name, texts in ((DCT.title, titles[f"{key}-title"]), (DCT.description, titles[f"{key}-description"])):
        for text in texts:
            yield triple(iri, name, ox.Literal(text.value, language=text.language))
    for scheme in schemes[:1]:
        for who in published.publishers.get(scheme, ())[:1]:
            yield triple(iri, DCT.publisher, ox.NamedNode(who))
        for contact in published.contacts.get(scheme, ()):
            yield triple(iri, DCAT.contactPoint, ox.NamedNode(contact))


def _dataset(scheme: str, published: Published, vocabulary: Vocabulary) -> Iterator[ox.Triple]:
    about = [t for t in vocabulary.store.describe([scheme]) if t.subject == ox.NamedNode(scheme)]
    said = [each for each in kept(about, _OF_DATASET) if each.predicate.value != DCT.publisher]
    yield triple(scheme, RDF.type, ox.NamedNode(DCAT.Dataset))
    yield triple(scheme, DCT.identifier, ox.Literal(scheme))
    yield from said
    for who in published.publishers.get(scheme, ()):
        yield triple(scheme, DCT.publisher, ox.NamedNode(who))
    for each in kept(about, {DCT.created}):
        yield triple(scheme, DCT.issued, each.object)
    if vocabulary.released:
        day = ox.Literal(vocabulary.released, datatype=ox.NamedNode(XSD.date))
        yield triple(scheme, DCT.modified, day)
    yield triple(scheme, DCAT_CATALOGUE.theme, ox.NamedNode(f"{_EU}data-theme/GOVE"))
    yield triple(scheme, DCT_CATALOGUE.accessRights, ox.NamedNode(f"{_EU}access-right/PUBLIC"))
    yield triple(scheme, DCAT.landingPage, ox.NamedNode(vocabulary.base.removesuffix("id/")))
    tags = {tag for labels, _ in vocabulary.terms().values() for tag in (text.language for text in labels)}
    for tag in sorted(tags & _LANGUAGES.keys()):
        yield triple(scheme, DCT_CATALOGUE.language, ox.NamedNode(f"{_EU}language/{_LANGUAGES[tag]}"))


def _distribution(here: str, export: File, licences: Sequence[str], base: str) -> Iterator[ox.Triple]:
    iri, where = f"{here}#{export.name}", ox.NamedNode(address(base, export.name))
    yield triple(iri, RDF.type, ox.NamedNode(DCAT_CATALOGUE.Distribution))
    yield triple(iri, DCAT_CATALOGUE.accessURL, where)
    yield triple(iri, DCAT_CATALOGUE.downloadURL, where)
    yield triple(iri, DCAT_CATALOGUE.mediaType, ox.NamedNode(f"{_IANA}{export.media_type}"))
    yield triple(iri, DCT_CATALOGUE.format, ox.NamedNode(f"{_EU}file-type/{_FORMATS[export.suffix]}"))
    yield triple(iri, DCT_CATALOGUE.conformsTo, ox.NamedNode(export.standard))
    yield triple(iri, DCT.title, ox.Literal(export.name, language="en"))
    for text in export.description:
        yield triple(iri, DCT.description, ox.Literal(text.value, language=text.language))
    for licence in licences:
        yield triple(iri, DCT.license, ox.NamedNode(licence))


def _agent(iri: str, vocabulary: Vocabulary) -> Iterator[ox.Triple]:
    yield triple(iri, RDF.type, ox.NamedNode(FOAF_CATALOGUE.Agent))
    yield triple(iri, RDF.type, ox.NamedNode(ORG.Organization))
    yield triple(iri, DCT.identifier, ox.Literal(iri))
    for each in kept(vocabulary.store.describe([iri]), {SKOS.prefLabel}):
        yield triple(iri, FOAF_CATALOGUE.name, each.object)
