"""The numbers add up: everything given is accounted for, and the account is true of what is written."""

from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.intake.conftest import Take

from fellesord.intake import planning, reading, sources
from fellesord.intake.accounting import rows
from fellesord.intake.planning import Plan
from fellesord.intake.reading import Graph
from fellesord.intake.view import View
from fellesord.record import documents
from fellesord.store.generations import graph

PUBLIC = Path(__file__).parents[2].parent / "shared" / "data" / "public"


def assert_adds_up(plan: Plan, triples: int, folder: Path) -> None:
    """Counts sum to what was given; what is stated is written, what is inferred follows, nothing else is new."""
    account = plan.account
    assert sum(account.counts().values()) == triples
    assert all(outcome.images for outcome in account.outcomes if outcome.kind in ("kept", "inferred"))
    assert not any(outcome.images for outcome in account.outcomes if outcome.kind == "not-understood")
    assert all(outcome.reason for outcome in account.outcomes if outcome.kind != "kept")
    before = set(documents.read(folder).triples())
    plan.write()
    after = set(documents.read(folder).triples())
    assert after - before == account.stated() - before
    served = graph(after)
    for triple in account.inferred():
        assert ox.Quad(triple.subject, triple.predicate, triple.object) in served
    assert View.of(folder).documents.keys() == {change.path for change in plan.changes} | {
        document.path for document in documents.read(folder).documents
    }


@pytest.mark.parametrize("name", ["los.rdf", "unesco-thesaurus.ttl", "stw-skos.ttl"])
def test_public_vocabularies_add_up(name: str, record: Path) -> None:
    if not (PUBLIC / name).exists():
        pytest.skip(f"{PUBLIC / name} is not here")
    given_graph = reading.read(sources.opened(PUBLIC / name))
    plan = planning.plan(View.of(record), [given_graph], profile="skos")
    assert_adds_up(plan, len(given_graph.triples), record)


def test_repeated_statements_count_each_time(take: Take, record: Path) -> None:
    plan = take('o:a a skos:Concept ; skos:prefLabel "a"@nb . o:a skos:prefLabel "a"@nb , "a"@nb .')
    assert_adds_up(plan, 4, record)
    assert plan.account.counts()["kept"] == 4


def test_the_account_has_a_row_for_everything(take: Take) -> None:
    plan = take('o:a a skos:Concept ; skos:prefLabel "a\\tb\\n"@nb ; o:x 1 .')
    lines = list(rows(plan.account))
    assert len(lines) == 1 + 3 + len(plan.account.added)
    assert {line.count("\t") for line in lines} == {6}
    assert not any("\n" in line for line in lines)


_THINGS = [f"<https://other.example/{name}>" for name in "abc"] + ["_:b", "_:c"]
_OURS = [
    f"<https://fellesord.example/id/concept/{name}>" for name in ("gammel", "egen", "borte", "egen#def-nb")
]
_PROPERTIES = [
    f"<http://www.w3.org/2004/02/skos/core#{name}>"
    for name in ("broader", "narrower", "related", "inScheme", "topConceptOf", "hasTopConcept", "member",
                 "exactMatch", "prefLabel", "altLabel", "definition", "memberList", "broaderTransitive")
] + [
    "<http://purl.org/iso25964/skos-thes#broaderGeneric>",
    "<http://purl.org/iso25964/skos-thes#narrowerPartitive>",
    "<http://publications.europa.eu/ontology/euvoc#xlDefinition>",
    "<http://www.w3.org/1999/02/22-rdf-syntax-ns#value>",
    "<http://www.w3.org/1999/02/22-rdf-syntax-ns#first>",
    "<http://www.w3.org/2008/05/skos-xl#prefLabel>",
    "<http://www.w3.org/2008/05/skos-xl#literalForm>",
    "<http://purl.org/dc/terms/isReplacedBy>",
    "<http://purl.org/dc/terms/replaces>",
    "<http://purl.org/dc/terms/created>",
    "<https://other.example/p>",
]  # fmt: skip
_TYPES = [
    f"<http://www.w3.org/2004/02/skos/core#{name}>" for name in ("Concept", "ConceptScheme", "Collection")
]
_TEXTS = ['"x"@nb', '"x"@nn', '"y"', '"01"^^<http://www.w3.org/2001/XMLSchema#integer>', '"z"@nb-NO']
_statement = st.one_of(
    st.tuples(
        st.sampled_from(_THINGS + _OURS),
        st.just("<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"),
        st.sampled_from(_TYPES),
    ),
    st.tuples(
        st.sampled_from(_THINGS + _OURS),
        st.sampled_from(_PROPERTIES),
        st.sampled_from(_THINGS + _OURS + _TEXTS),
    ),
)


@given(st.lists(_statement, min_size=1, max_size=25))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_stated_adds_up(
    record: Path, tmp_path_factory: pytest.TempPathFactory, listed: list[tuple[str, str, str]]
) -> None:
    import shutil

    folder = tmp_path_factory.mktemp("copy") / "vocab"
    shutil.copytree(record, folder)
    text = "".join(f"{' '.join(statement)} .\n" for statement in listed)
    triples = tuple(quad.triple for quad in ox.parse(text.encode(), format=ox.RdfFormat.N_TRIPLES))
    plan = planning.plan(View.of(folder), [Graph("given", triples, {})], profile="skos")
    assert_adds_up(plan, len(listed), folder)
