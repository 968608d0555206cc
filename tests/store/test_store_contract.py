"""What every store promises, asked of the embedded store and of two remote engines over the same graph."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.oxigraph_server import RemoteStoreOf

from fellesord.errors import InvalidQuery, StoreError
from fellesord.files import root
from fellesord.store import Store
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Sources
from fellesord.store.queries import Query, load
from fellesord.store.remote import RemoteStore

PREFIXES = """
    @base <https://fellesord.example/id/> .
    @prefix dct: <http://purl.org/dc/terms/> .
    @prefix euvoc: <http://publications.europa.eu/ontology/euvoc#> .
    @prefix fo: <https://fellesord.example/ns#> .
    @prefix org: <http://www.w3.org/ns/org#> .
    @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
    @prefix schema: <http://schema.org/> .
    @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
    @prefix skosno: <https://data.norge.no/vocabulary/skosno#> .
    @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""

RECORD = {
    "scheme/innovasjon.ttl": """
        <scheme/innovasjon> a skos:ConceptScheme ; dct:title "Innovasjon"@nb .
    """,
    "concept/innovasjon.ttl": """
        <concept/innovasjon> a skos:Concept ;
            skos:inScheme <scheme/innovasjon> ;
            skos:prefLabel "innovasjon"@nb, "nyskaping"@nn, "innovation"@en-GB .
    """,
    "concept/samskaping.ttl": r'''
        <concept/samskaping> a skos:Concept ;
            skos:inScheme <scheme/innovasjon> ;
            skos:prefLabel "samskaping"@nb, "samskaping"@nn, "co-creation"@en ;
            skos:altLabel "Å gjøre – «sammen» 🤝"@nb, "Å gjøre"@nb ;
            skos:hiddenLabel "samskaping" ;
            skos:notation "7"^^xsd:integer, "7.5"^^xsd:decimal, "7", "07" ;
            skos:note "linje 1\nlinje 2\ttab \"sitat\" \\ skråstrek <b>&amp;</b>"@nb, "" ;
            skos:example """tre "rene" linjer
slutt""" ;
            dct:issued "2025-02-03"^^xsd:date ;
            fo:openForPartners true ;
            euvoc:xlDefinition <concept/samskaping#definisjon> ;
            skosno:hasGenericConceptRelation <concept/samskaping#rel> .
        <concept/samskaping#definisjon> rdf:value "det å skape noe sammen"@nb .
        <concept/samskaping#rel> a skosno:GenericConceptRelation ;
            skosno:hasGenericConcept <concept/innovasjon> .
    ''',
    "county/vestland.ttl": """
        <county/vestland> a org:FormalOrganization ; skos:prefLabel "Vestland"@nb .
    """,
    "project/felles-lab.ttl": """
        <project/felles-lab> a schema:Project ;
            dct:title "Felles lab"@nb ;
            dct:subject <concept/samskaping> ;
            fo:lead <county/vestland> .
    """,
}

CONCEPT = "<https://fellesord.example/id/concept/samskaping>"
SKOS = "http://www.w3.org/2004/02/skos/core#"
EVERYTHING = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
QUERY_FILES = sorted(
    path.relative_to(root() / "queries").with_suffix("").as_posix()
    for path in (root() / "queries").rglob("*.rq")
)


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedStore:
    folder = tmp_path_factory.mktemp("vocab")
    for name, turtle in RECORD.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(PREFIXES + turtle, "utf-8")
    return EmbeddedStore.build(Sources(folder))


#: Engine → the fixture that makes stores of it.
ENGINES = {"oxigraph": "remote_store", "virtuoso": "virtuoso_store"}


@pytest.fixture(scope="module", params=ENGINES)
def remote_store_of(request: pytest.FixtureRequest) -> RemoteStoreOf:
    """What makes stores of an engine."""
    make: RemoteStoreOf = request.getfixturevalue(ENGINES[request.param])
    return make


@pytest.fixture(scope="module")
def remote(embedded: EmbeddedStore, remote_store_of: RemoteStoreOf) -> RemoteStore:
    return remote_store_of(embedded.construct(EVERYTHING))


@pytest.fixture(scope="module", params=["embedded", *ENGINES])
def store(request: pytest.FixtureRequest, embedded: EmbeddedStore) -> Store:
    if request.param == "embedded":
        return embedded
    make: RemoteStoreOf = request.getfixturevalue(ENGINES[request.param])
    return make(embedded.construct(EVERYTHING))


@pytest.fixture(scope="module", params=["small", "made up", "shipped"])
def recorded(request: pytest.FixtureRequest, embedded: EmbeddedStore, twelve: Path) -> EmbeddedStore:
    """The records that every query file is asked of."""
    folders = {"made up": twelve, "shipped": root() / "vocab"}
    return EmbeddedStore.build(Sources(folders[request.param])) if request.param in folders else embedded


def rows(store: Store, query: str) -> set[str]:
    """The solutions as text, as a set: engines may give them in any order."""
    solutions = store.select(query)
    texts = {str(sorted((name, str(term)) for name, term in row.items())) for row in solutions}
    assert len(texts) == len(solutions), "the query must be DISTINCT for sets to tell its answers"
    return texts


def triples(store: Store, query: str) -> set[str]:
    found = store.construct(query)
    assert len(set(found)) == len(found)
    return {str(triple) for triple in found}


def values(store: Store, property_: str) -> set[ox.NamedNode | ox.BlankNode | ox.Literal]:
    query = f"SELECT ?value WHERE {{ {CONCEPT} <{property_}> ?value }}"
    return {row["value"] for row in store.select(query)}


def test_generation_has_a_name(store: Store) -> None:
    assert store.generation


def test_language_tags_come_through(store: Store) -> None:
    assert values(store, f"{SKOS}prefLabel") == {
        ox.Literal("samskaping", language="nb"),
        ox.Literal("samskaping", language="nn"),
        ox.Literal("co-creation", language="en"),
    }
    assert values(store, f"{SKOS}hiddenLabel") == {ox.Literal("samskaping")}


def test_text_outside_ascii_comes_through(store: Store) -> None:
    assert values(store, f"{SKOS}altLabel") == {
        ox.Literal("Å gjøre – «sammen» 🤝", language="nb"),
        ox.Literal("Å gjøre", language="nb"),
    }


def test_escaped_text_comes_through(store: Store) -> None:
    text = 'linje 1\nlinje 2\ttab "sitat" \\ skråstrek <b>&amp;</b>'
    assert values(store, f"{SKOS}note") == {ox.Literal(text, language="nb"), ox.Literal("")}
    assert values(store, f"{SKOS}example") == {ox.Literal('tre "rene" linjer\nslutt')}


def test_datatypes_come_through(store: Store) -> None:
    def typed(value: str, datatype: str) -> ox.Literal:
        iri = ox.NamedNode(f"http://www.w3.org/2001/XMLSchema#{datatype}")
        return ox.Literal(value, datatype=iri)

    assert values(store, f"{SKOS}notation") == {
        typed("7", "integer"),
        typed("7.5", "decimal"),
        ox.Literal("7"),
        ox.Literal("07"),
    }
    assert values(store, "http://purl.org/dc/terms/issued") == {typed("2025-02-03", "date")}
    assert values(store, "https://fellesord.example/ns#openForPartners") == {typed("true", "boolean")}


def test_terms_put_into_a_query_find_themselves(store: Store) -> None:
    for term in values(store, f"{SKOS}note") | values(store, f"{SKOS}altLabel"):
        query = f"SELECT ?thing WHERE {{ VALUES ?text {{ {term} }} ?thing ?property ?text }}"
        assert store.select(query) == [{"thing": ox.NamedNode(CONCEPT[1:-1])}]


def test_unbound_variables_are_absent(store: Store) -> None:
    query = f"SELECT ?a ?b WHERE {{ {CONCEPT} a ?a OPTIONAL {{ ?a <http://nowhere.example/> ?b }} }}"
    assert store.select(query) == [{"a": ox.NamedNode(f"{SKOS}Concept")}]


def test_order_is_kept(store: Store) -> None:
    query = "SELECT (?n AS ?number) WHERE { VALUES ?n { 3 1 2 } } ORDER BY DESC(?n)"
    assert [row["number"].value for row in store.select(query)] == ["3", "2", "1"]


def test_nothing_found_is_an_empty_list(store: Store) -> None:
    assert store.select("SELECT ?a WHERE { ?a <http://nowhere.example/> ?b }") == []
    assert store.construct("CONSTRUCT WHERE { ?a <http://nowhere.example/> ?b }") == []


def test_construct_gives_each_triple_once(store: Store) -> None:
    query = "CONSTRUCT { <http://a.example/> a <http://b.example/> } WHERE { ?a ?b ?c }"
    assert store.construct(query) == [
        ox.Triple(
            ox.NamedNode("http://a.example/"),
            ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"),
            ox.NamedNode("http://b.example/"),
        )
    ]


def test_describe_is_a_construct(store: Store) -> None:
    assert triples(store, f"DESCRIBE {CONCEPT}")


def test_query_of_many_kilobytes_is_answered(store: Store) -> None:
    iris = " ".join(f"<https://fellesord.example/id/concept/{number}>" for number in range(2000))
    query = f"SELECT ?a ?b WHERE {{ VALUES ?a {{ {CONCEPT} {iris} }} ?a a ?b }}"
    assert len(store.select(query)) == 1


def test_graphs_of_others_are_not_seen(remote: RemoteStore, remote_store_of: RemoteStoreOf) -> None:
    before = triples(remote, EVERYTHING)
    node = ox.NamedNode("http://other.example/")
    other = remote_store_of([ox.Triple(node, node, node)])

    assert len(other.construct(EVERYTHING)) == 1
    assert triples(remote, EVERYTHING) == before
    assert other.generation != remote.generation


@pytest.mark.parametrize(
    "query",
    [
        "SELECT DISTINCT ?s ?p ?o WHERE { ?s ?p ?o }",
        f"SELECT DISTINCT ?b WHERE {{ ?b <{SKOS}broader>|^<{SKOS}narrower> ?c }}",
        "SELECT DISTINCT ?l (LANG(?l) AS ?tag) WHERE { ?s ?p ?l FILTER LANGMATCHES(LANG(?l), '*') }",
        "SELECT DISTINCT ?l WHERE { ?s ?p ?l FILTER LANGMATCHES(LANG(?l), 'EN') }",
        "SELECT ?p (COUNT(*) AS ?n) WHERE { ?s ?p ?o } GROUP BY ?p",
        "SELECT (UCASE('æøå') AS ?u) (STRLEN('🤝æ') AS ?n) (1/4.0 AS ?d) (1e0 AS ?e) WHERE {}",
        "SELECT DISTINCT ?s WHERE { ?s ?p ?o FILTER REGEX(LCASE(STR(?o)), '^å') }",
        "SELECT ?g WHERE { BIND (STRDT('x', <http://type.example/æ>) AS ?g) }",
    ],
)
def test_engines_select_the_same(query: str, embedded: Store, remote: Store) -> None:
    assert rows(embedded, query) == rows(remote, query) != set()


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT ?a WHERE {{ ?a <{SKOS}broader>+ ?b }}",
        "SELECT (1/4 AS ?d) WHERE {}",
        "SELECT (true AS ?t) WHERE {}",
        "SELECT DISTINCT ?s WHERE { ?s ?p ?o FILTER REGEX(STR(?o), '^å', 'i') }",
    ],
    ids=["path without a known end", "division of whole numbers", "true", "case of letters beyond z"],
)
def test_what_virtuoso_answers_otherwise_is_known(
    query: str, embedded: Store, virtuoso_store: RemoteStoreOf
) -> None:
    """``docs/scaling.md`` names each of these; no query file needs any of them."""
    remote = virtuoso_store(embedded.construct(EVERYTHING))
    try:
        assert rows(remote, query) != rows(embedded, query)
    except StoreError as error:
        assert "transitive start not given" in str(error)


def test_engines_construct_the_same(embedded: Store, remote: Store) -> None:
    assert triples(embedded, EVERYTHING) == triples(remote, EVERYTHING) != set()


def examples(query: Query) -> dict[str, list[str]]:
    """The example in each hole of a query file."""
    found = {
        name: re.search(rf"VALUES \?{name} \{{ [<\"](.*?)[>\"] \}}", query.text) for name in query.parameters
    }
    return {name: [match[1]] for name, match in found.items() if match}


@pytest.mark.parametrize("name", QUERY_FILES)
def test_query_file_gives_the_same_on_every_engine(
    name: str, recorded: EmbeddedStore, remote_store_of: RemoteStoreOf
) -> None:
    query = load(name)
    answers = triples if re.search(r"^CONSTRUCT", query.text, re.MULTILINE) else rows
    remote = remote_store_of(recorded.construct(EVERYTHING))

    answer = answers(recorded, query.text)

    assert answers(remote, query.text) == answer
    if name.startswith("catalogue/"):  # what these are asked with is typed, and bound where they are answered
        return
    filled = examples(query)
    assert filled.keys() == query.parameters.keys()
    for store in (recorded, remote):
        assert answers(store, query.bind(filled)) == answer


@pytest.mark.parametrize(
    ("name", "parameter"),
    [("usage", "focus"), ("pointing", "asked"), ("narrower", "focus"), ("broader", "focus")],
)
def test_paths_lead_to_the_same_from_every_concept(
    name: str, parameter: str, recorded: EmbeddedStore, remote_store_of: RemoteStoreOf
) -> None:
    query, concepts = load(name), recorded.select(f"SELECT ?s {{ ?s a <{SKOS}Concept> }}")
    remote = remote_store_of(recorded.construct(EVERYTHING))
    for start in range(0, len(concepts), 9):
        some = [row["s"].value for row in concepts[start : start + 9]]
        for asked in (some, some[:1]):
            bound = query.bind({**examples(query), parameter: asked})
            assert rows(remote, bound) == rows(recorded, bound)


@pytest.mark.parametrize("name", ["labels", "thing", "things", "usage", "word"])
def test_query_file_finds_its_own_example(name: str, store: Store) -> None:
    query = load(name)
    answer = store.construct(query.text) if name == "thing" else store.select(query.text)
    assert answer


@pytest.mark.parametrize(
    "query",
    ["SELECT ?a WHERE { ?a ?b", "SELECT WHERE { ?a ?b ?c }", "SELCT * { ?a ?b ?c }", "", "{}"],
)
def test_select_with_broken_syntax_is_an_invalid_query(query: str, store: Store) -> None:
    with pytest.raises(InvalidQuery):
        store.select(query)


@pytest.mark.parametrize("query", ["CONSTRUCT { ?a } WHERE { ?a ?b ?c }", "CONSTRUCT", "DESCRIBE"])
def test_construct_with_broken_syntax_is_an_invalid_query(query: str, store: Store) -> None:
    with pytest.raises(InvalidQuery):
        store.construct(query)


@pytest.mark.parametrize(
    "query", [EVERYTHING, f"DESCRIBE {CONCEPT}", "ASK { ?a ?b ?c }", "CLEAR ALL", "DROP DEFAULT"]
)
def test_select_takes_nothing_but_select(query: str, store: Store) -> None:
    with pytest.raises(InvalidQuery):
        store.select(query)


@pytest.mark.parametrize(
    "query", ["SELECT ?a WHERE { ?a ?b ?c }", "ASK { ?a ?b ?c }", "DELETE WHERE { ?a ?b ?c }"]
)
def test_construct_takes_nothing_but_construct_and_describe(query: str, store: Store) -> None:
    with pytest.raises(InvalidQuery):
        store.construct(query)


def test_word_of_update_in_a_comment_is_no_update(store: Store) -> None:
    before = triples(store, EVERYTHING)

    assert store.select("PREFIX x: <http://e.example/#> # DELETE\nSELECT ?a WHERE { ?a ?b ?c }")
    assert triples(store, EVERYTHING) == before


def test_eight_threads_get_the_answers_of_one(store: Store) -> None:
    queries = [load(name).text for name in ("labels", "things", "usage", "word")] * 16
    alone = [rows(store, query) for query in queries]

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda query: rows(store, query), queries))

    assert together == alone
