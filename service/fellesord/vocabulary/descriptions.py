"""What is served, described as triples: an endpoint (SPARQL 1.1 Service Description), and data (VoID)."""

from collections.abc import Iterable, Iterator, Sequence

import pyoxigraph as ox

from fellesord.languages import Text
from fellesord.namespaces import PREFIXES, WELL_KNOWN
from fellesord.rdf.syntaxes import SYNTAXES
from fellesord.vocabulary.statistics import Statistics

_SD, _VOID = WELL_KNOWN["sd"], WELL_KNOWN["void"]
_DCT, _FOAF = PREFIXES["dct"], PREFIXES["foaf"]
_TYPE = f"{PREFIXES['rdf']}type"
_INTEGER = ox.NamedNode(f"{PREFIXES['xsd']}integer")
#: The W3C's names of the forms that answers come in.
_FORMATS = "http://www.w3.org/ns/formats/"
_RESULTS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV")
_GRAPHS = {"ttl": "Turtle", "jsonld": "JSON-LD", "rdf": "RDF_XML", "nt": "N-Triples"}
#: Subject, predicate and value of a statement, which is an IRI unless it says otherwise.
_Statement = tuple[str, str, str | int | Text]


def _triples(statements: Iterable[_Statement]) -> Iterator[ox.Triple]:
    for subject, predicate, value in statements:
        yield ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), _term(value))


def _term(value: str | int | Text) -> ox.NamedNode | ox.Literal:
    if isinstance(value, Text):
        return ox.Literal(value.value, language=value.language or None)
    if isinstance(value, int):
        return ox.Literal(str(value), datatype=_INTEGER)
    return ox.NamedNode(value)


def service(endpoint: str, void: str, statistics: Statistics) -> list[ox.Triple]:
    """What an endpoint is and does (SPARQL 1.1 Service Description, 3); ``void`` describes its data."""
    itself, graph, data = f"{endpoint}#service", f"{endpoint}#graph", f"{void}#dataset"
    results = (*_RESULTS, *(_GRAPHS[each.suffix] for each in SYNTAXES))
    return list(
        _triples(
            (
                (itself, _TYPE, f"{_SD}Service"),
                (itself, f"{_SD}endpoint", endpoint),
                (itself, f"{_SD}supportedLanguage", f"{_SD}SPARQL11Query"),
                *((itself, f"{_SD}resultFormat", f"{_FORMATS}{each}") for each in results),
                (itself, f"{_SD}defaultDataset", data),
                (data, _TYPE, f"{_SD}Dataset"),
                (data, f"{_SD}defaultGraph", graph),
                (graph, _TYPE, f"{_SD}Graph"),
                (graph, f"{_VOID}triples", statistics.triples),
            )
        )
    )


def dataset(
    here: str,
    base: str,
    ways: tuple[str, str, str],
    titles: Sequence[Text],
    abouts: Sequence[Text],
    statistics: Statistics,
) -> list[ox.Triple]:
    """What data there is and how much of it (VoID, sections 2 to 4).

    ``here`` is the address of this description, ``base`` what the IRIs begin with, ``ways`` the addresses of
    the front page, the endpoint, and the lookup that an IRI is put after.
    """
    data = f"{here}#dataset"
    home, endpoint, lookup = ways
    classes, properties = statistics.classes, statistics.properties
    statements: list[_Statement] = [
        (here, _TYPE, f"{_VOID}DatasetDescription"),
        (here, f"{_FOAF}primaryTopic", data),
        (data, _TYPE, f"{_VOID}Dataset"),
        *((data, f"{_DCT}title", each) for each in titles),
        *((data, f"{_DCT}description", each) for each in abouts),
        (data, f"{_FOAF}homepage", home),
        (data, f"{_VOID}sparqlEndpoint", endpoint),
        (data, f"{_VOID}uriLookupEndpoint", lookup),
        (data, f"{_VOID}uriSpace", Text(base, "")),
        *((data, f"{_VOID}feature", f"{_FORMATS}{_GRAPHS[each.suffix]}") for each in SYNTAXES),
        (data, f"{_VOID}triples", statistics.triples),
        (data, f"{_VOID}classes", len(classes)),
        (data, f"{_VOID}properties", len(properties)),
        *((data, f"{_VOID}vocabulary", each) for each in _vocabularies(iri for iri, _ in properties)),
    ]
    for kind, pairs, counts in (("class", classes, "entities"), ("property", properties, "triples")):
        for number, (iri, count) in enumerate(pairs, 1):
            part = f"{here}#{kind}-{number}"
            statements += [
                (data, f"{_VOID}{kind}Partition", part),
                (part, f"{_VOID}{kind}", iri),
                (part, f"{_VOID}{counts}", count),
            ]
    return list(_triples(statements))


def _vocabularies(properties: Iterable[str]) -> list[str]:
    """The namespaces, among those with a prefix, of properties."""
    used = tuple(properties)
    return sorted({iri for iri in PREFIXES.values() if any(each.startswith(iri) for each in used)})
