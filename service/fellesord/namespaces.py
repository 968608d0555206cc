"""The namespaces the package uses, closed: a term that is not listed raises ``AttributeError``.

Values are plain strings, so that nothing heavy is imported to name a property. The prefixes are
the ones every document, query and export uses.
"""

from collections.abc import Iterator


class Namespace:
    """A closed namespace: ``SKOS.prefLabel`` is the full IRI, a misspelt term raises."""

    def __init__(self, prefix: str, iri: str, terms: str) -> None:
        self._prefix = prefix
        self._iri = iri
        self._terms = frozenset(terms.split())
        self.__dict__.update({term: iri + term for term in self._terms})

    def __str__(self) -> str:
        return self._iri

    def __getattr__(self, term: str) -> str:
        raise AttributeError(f"{self._prefix}:{term} is not a term this package uses")

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._iri + term for term in self._terms))


ADMS = Namespace("adms", "http://www.w3.org/ns/adms#", "Asset status versionNotes")
DCAT = Namespace("dcat", "http://www.w3.org/ns/dcat#", "Dataset contactPoint landingPage")
DCT = Namespace(
    "dct",
    "http://purl.org/dc/terms/",
    "accrualPeriodicity audience contributor created creator date description hasPart identifier isPartOf"
    " isReplacedBy issued language license modified publisher relation replaces source subject title",
)
EUVOC = Namespace(
    "euvoc",
    "http://publications.europa.eu/ontology/euvoc#",
    "XlNote endDate startDate status xlDefinition",
)
FO = Namespace(
    "fo",
    "https://fellesord.example/ns#",
    "Tombstone ambiguousLabel countyNumber direction gain happened howMeasured lead maximum minimum"
    " nutsCode observation openForPartners organizationNumber outcome participant phase tried usesTool"
    " wouldDoDifferently",
)
FOAF = Namespace("foaf", "http://xmlns.com/foaf/0.1/", "homepage")
ISO_THES = Namespace(
    "iso-thes",
    "http://purl.org/iso25964/skos-thes#",
    "broaderGeneric broaderInstantial broaderPartitive narrowerGeneric narrowerInstantial narrowerPartitive",
)
ORG = Namespace(
    "org",
    "http://www.w3.org/ns/org#",
    "ChangeEvent FormalOrganization Organization changedBy hasMember memberOf"
    " originalOrganization purpose resultedFrom resultingOrganization",
)
OWL = Namespace(
    "owl",
    "http://www.w3.org/2002/07/owl#",
    "Class DatatypeProperty ObjectProperty Ontology deprecated imports sameAs versionInfo",
)
PROV = Namespace("prov", "http://www.w3.org/ns/prov#", "invalidatedAtTime")
QB = Namespace("qb", "http://purl.org/linked-data/cube#", "Observation")
RDF = Namespace("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "type value")
RDFS = Namespace(
    "rdfs",
    "http://www.w3.org/2000/01/rdf-schema#",
    "Datatype comment domain isDefinedBy label range seeAlso subClassOf subPropertyOf",
)
SCHEMA = Namespace(
    "schema",
    "http://schema.org/",
    "CreativeWork Event HowTo Project about attendee endDate location name organizer startDate",
)
SDMX_ATTRIBUTE = Namespace(
    "sdmx-attribute", "http://purl.org/linked-data/sdmx/2009/attribute#", "unitMeasure"
)
SDMX_DIMENSION = Namespace(
    "sdmx-dimension", "http://purl.org/linked-data/sdmx/2009/dimension#", "refArea refPeriod"
)
SDMX_MEASURE = Namespace("sdmx-measure", "http://purl.org/linked-data/sdmx/2009/measure#", "obsValue")
SKOS = Namespace(
    "skos",
    "http://www.w3.org/2004/02/skos/core#",
    "Collection Concept ConceptScheme altLabel broadMatch broader changeNote closeMatch definition"
    " editorialNote exactMatch example hasTopConcept hiddenLabel historyNote inScheme member narrowMatch"
    " narrower notation note prefLabel related relatedMatch scopeNote topConceptOf",
)
SKOSNO = Namespace(
    "skosno",
    "https://data.norge.no/vocabulary/skosno#",
    "GenericConceptRelation PartitiveConceptRelation hasComprehensiveConcept hasGenericConcept"
    " hasGenericConceptRelation hasPartitiveConcept hasPartitiveConceptRelation hasSpecificConcept"
    " relationshipWithSource",
)
UNESKOS = Namespace("uneskos", "http://purl.org/umu/uneskos#", "memberOf")
VCARD = Namespace("vcard", "http://www.w3.org/2006/vcard/ns#", "Organization fn hasEmail hasTelephone hasURL")
XSD = Namespace(
    "xsd",
    "http://www.w3.org/2001/XMLSchema#",
    "anyURI boolean date dateTime decimal gYear integer string",
)

#: Code lists of others whose members the record names by prefix.
CODE_PREFIXES = {
    "concept-status": "http://publications.europa.eu/resource/authority/concept-status/",
    "frequency": "http://publications.europa.eu/resource/authority/frequency/",
    "licence": "http://publications.europa.eu/resource/authority/licence/",
    "source-type": "https://data.norge.no/vocabulary/relationship-with-source-type#",
}

_NAMESPACES = (
    ADMS, DCAT, DCT, EUVOC, FO, FOAF, ISO_THES, ORG, OWL, PROV, QB, RDF, RDFS, SCHEMA,
    SDMX_ATTRIBUTE, SDMX_DIMENSION, SDMX_MEASURE, SKOS, SKOSNO, UNESKOS, VCARD, XSD,
)  # fmt: skip

#: Every class and property that the record may use.
TERMS = frozenset(term for namespace in _NAMESPACES for term in namespace)

#: Prefix → namespace IRI, for every writer of RDF and for the query texts.
PREFIXES = {namespace._prefix: str(namespace) for namespace in _NAMESPACES} | CODE_PREFIXES

#: What streams of changes are described with, which the record does not use.
AS = Namespace("as", "https://www.w3.org/ns/activitystreams#", "Create Delete Update")
DCT_VERSIONS = Namespace("dct", "http://purl.org/dc/terms/", "isVersionOf")
LDES = Namespace(
    "ldes",
    "https://w3id.org/ldes#",
    "EventStream timestampPath versionCreateObject versionCreatePath versionDeleteObject versionDeletePath"
    " versionOfPath versionUpdateObject versionUpdatePath",
)
TREE = Namespace(
    "tree",
    "https://w3id.org/tree#",
    "GreaterThanOrEqualToRelation LessThanOrEqualToRelation Node member node path relation value view",
)

#: What others' files say in terms that the record has others for.
DC = Namespace("dc", "http://purl.org/dc/elements/1.1/", "contributor creator date description title")
SKOS_OLD = Namespace(
    "skos",
    "http://www.w3.org/2004/02/skos/core#",
    "OrderedCollection broaderTransitive memberList narrowerTransitive",
)
SKOSXL = Namespace(
    "skosxl",
    "http://www.w3.org/2008/05/skos-xl#",
    "Label altLabel hiddenLabel literalForm prefLabel",
)

#: What exports say in terms that the record has others for.
SKOSNO_FEED = Namespace(
    "skosno",
    "https://data.norge.no/vocabulary/skosno#",
    "AssociativeConceptRelation hasToConcept isFromConceptIn relationRole",
)
#: Further prefixes that need not be declared in a query: those that people write from memory.
WELL_KNOWN = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "fn": "http://www.w3.org/2005/xpath-functions#",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "sh": "http://www.w3.org/ns/shacl#",
    "skosxl": "http://www.w3.org/2008/05/skos-xl#",
    "time": "http://www.w3.org/2006/time#",
    "void": "http://rdfs.org/ns/void#",
    "wd": "http://www.wikidata.org/entity/",
    "wdt": "http://www.wikidata.org/prop/direct/",
}
DCAT_CATALOGUE = Namespace(
    "dcat",
    "http://www.w3.org/ns/dcat#",
    "Catalog DataService Distribution accessURL dataset distribution downloadURL endpointDescription"
    " endpointURL mediaType servesDataset service theme",
)
DCT_CATALOGUE = Namespace(
    "dct", "http://purl.org/dc/terms/", "Standard accessRights conformsTo format language"
)
FOAF_CATALOGUE = Namespace("foaf", "http://xmlns.com/foaf/0.1/", "Agent name")
RDFS_CUBE = Namespace("rdfs", "http://www.w3.org/2000/01/rdf-schema#", "Resource")
CUBE = Namespace(
    "qb",
    "http://purl.org/linked-data/cube#",
    "AttributeProperty DataSet DataStructureDefinition DimensionProperty MeasureProperty attribute component"
    " dataSet dimension measure structure",
)
VOID = Namespace(
    "void",
    "http://rdfs.org/ns/void#",
    "Linkset dataDump distinctSubjects linkPredicate objectsTarget subjectsTarget subset triples",
)

#: Every prefix that a query need not declare.
QUERY_PREFIXES = {**WELL_KNOWN, **PREFIXES}

#: The kinds of main resource, each the first segment of its IRIs and a folder of the record.
KINDS = (
    "concept",
    "collection",
    "scheme",
    "county",
    "change",
    "organization",
    "project",
    "tool",
    "lesson",
    "indicator",
    "event",
)

#: A slug: lower-case ASCII letters and digits in groups joined by single hyphens.
SLUG_PATTERN = r"[a-z0-9]+(?:-[a-z0-9]+)*"


def short(iri: str) -> str:
    """An IRI with its prefix, whole where it has none of ours."""
    found = next((prefix for prefix, stem in PREFIXES.items() if iri.startswith(stem)), None)
    return f"{found}:{iri[len(PREFIXES[found]) :]}" if found else iri
