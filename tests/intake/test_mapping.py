"""Every statement gets the form it should, or the reason it should."""

import pytest
from tests.intake.conftest import BASE, Take

from fellesord.intake.accounting import TEXTS
from fellesord.intake.planning import Plan

#: The concept that most examples speak of.
NEW = 'o:ny a skos:Concept ; skos:prefLabel "ny"@nb ; skos:inScheme o:skjema .\no:skjema a skos:ConceptScheme .\n'


def fates(plan: Plan) -> set[tuple[str, str]]:
    """Kind and reason of everything that was not kept as it stands."""
    return {(outcome.kind, outcome.reason) for outcome in plan.account.outcomes if outcome.reason}


def written(plan: Plan, path: str) -> str:
    (change,) = [change for change in plan.changes if change.path == path]
    return change.after.decode()


@pytest.mark.parametrize(
    ("text", "kind", "reason"),
    [
        ("o:ny skos:narrower o:under . o:under a skos:Concept ; skos:broader o:ny .", "inferred", "follows"),
        ("o:ny skos:narrower o:under . o:under a skos:Concept .", "changed", "other-way"),
        ("o:under a skos:Concept ; skos:broader o:ny ; iso-thes:broaderGeneric o:ny .", "inferred", "follows"),
        ('o:ny skos:altLabel "nyere"@nb-NO .', "changed", "tag"),
        ('o:ny skos:altLabel "nyere"@no .', "changed", "tag"),
        ('o:ny skos:altLabel "newer"@EN .', "changed", "tag"),
        ('o:ny skos:notation "007"^^xsd:integer .', "changed", "lexical"),
        ('o:ny dct:created "2020-01-02T03:04:05Z"^^xsd:dateTime .', "changed", "day"),
        ('o:ny skos:scopeNote "a\\u0007b"@nb .', "changed", "control"),
        ('o:skjema dc:title "Skjema"@nb .', "changed", "property-renamed"),
        ('o:skjema skos:prefLabel "Skjema"@nb .', "changed", "property-renamed"),
        ('o:liste a skos:OrderedCollection ; skos:memberList ( o:ny ) .', "changed", "list"),
        ('o:ny skosxl:altLabel [ a skosxl:Label ; skosxl:literalForm "nyere"@nb ] .', "changed", "label-used"),
        ('o:ny skosxl:altLabel [ a skosxl:Label ; skosxl:literalForm "nyere"@nb ] .', "changed", "label-thing"),
        ('o:ny skosxl:altLabel [ skosxl:literalForm "n"@nb ; rdfs:seeAlso o:x ] .', "not-understood", "label-said"),
        ("o:ny skosxl:altLabel [ a skosxl:Label ] .", "not-understood", "dangling"),
        ("o:Ord rdfs:subClassOf skos:Concept . o:ordet a o:Ord .", "changed", "class-wider"),
        ("o:ny skos:broader o:gammel ; skos:broaderTransitive o:gammel . o:gammel a skos:Concept .", "changed", "transitive"),
        ("o:ny skos:broaderTransitive o:gammel . o:gammel a skos:Concept .", "not-understood", "transitive-only"),
        ("o:ny o:egen 1 .", "not-understood", "property"),
        ("o:ny a owl:NamedIndividual .", "not-understood", "class"),
        ('o:ny a "tekst" .', "not-understood", "class"),
        ('o:skjema dct:publisher "Noen" .', "not-understood", "text-for-link"),
        ("o:ny skos:broader o:finnes-ikke .", "not-understood", "dangling"),
        ("o:ny skos:exactMatch <urn:isbn:1> .", "not-understood", "not-web"),
        ('o:noe a owl:Class ; rdfs:label "noe" .', "not-understood", "kind"),
        ('[] a skos:Concept ; skos:prefLabel "navnløs"@nb .', "not-understood", "nameless"),
        (f'<{BASE}concept/Stor_Bokstav> a skos:Concept .', "not-understood", "own-name"),
        (f'<{BASE}ukjent/x> a skos:Concept .', "not-understood", "own-name"),
        (f"<{BASE}concept/borte> a skos:Concept .", "not-understood", "withdrawn"),
        ('o:kjent skos:definition "mer"@nb .', "not-understood", "external"),
    ],
)  # fmt: skip
def test_each_fate_has_its_reason(take: Take, text: str, kind: str, reason: str) -> None:
    assert (kind, reason) in fates(take(NEW + text))


def test_a_plain_vocabulary_is_kept_whole(take: Take) -> None:
    plan = take(NEW)
    assert plan.account.counts() == {"kept": 4, "inferred": 0, "changed": 0, "not-understood": 0}


def test_others_things_are_named_by_their_labels_and_remember_where_they_are_from(take: Take) -> None:
    plan = take('o:c1 a skos:Concept ; skos:prefLabel "blue skerry"@en , "Blå Sjø"@nb .')
    text = written(plan, "concept/bla-sjo.ttl")
    assert "skos:exactMatch <https://other.example/c1>" in text
    assert "dct:source <https://other.example/c1>" in text
    assert "skos:inScheme <scheme/ord>" in text, "those without a scheme go into our thesaurus"


def test_a_name_that_is_taken_is_not_taken_again(take: Take) -> None:
    plan = take(
        'o:a a skos:Concept ; skos:prefLabel "gammel"@nb . o:b a skos:Concept ; skos:prefLabel "borte"@nb .'
    )
    assert {change.path for change in plan.changes} >= {"concept/gammel-2.ttl", "concept/borte-2.ttl"}


def test_what_was_taken_in_before_is_known_again(take: Take) -> None:
    take(NEW).write()
    again = take(NEW.replace('"ny"@nb', '"helt ny"@nb'))
    assert [change.path for change in again.overwritten()] == ["concept/ny.ttl"]
    assert not [change for change in again.changes if change.kind == "new"]


def test_definitions_and_relations_without_names_get_fragments(take: Take) -> None:
    plan = take(
        NEW + 'o:ny euvoc:xlDefinition [ a euvoc:XlNote ; rdf:value "som ikke var før"@nb ] ;'
        " skosno:hasGenericConceptRelation [ a skosno:GenericConceptRelation ;"
        ' dct:description "alder"@nb ; skosno:hasGenericConcept o:vid ] . o:vid a skos:Concept .'
    )
    text = written(plan, "concept/ny.ttl")
    assert "<concept/ny#def-nb>" in text
    assert "<concept/ny#rel-vid>" in text
    assert plan.account.counts()["not-understood"] == 0


def test_concepts_can_be_put_in_a_scheme_of_ours(take: Take) -> None:
    plan = take(NEW, scheme="ord")
    assert "skos:inScheme <scheme/ord>" in written(plan, "concept/ny.ttl")
    assert not [
        change for change in plan.changes if change.path.startswith("scheme/") and change.kind == "new"
    ]


def test_text_without_a_language_is_given_one_when_asked(take: Take) -> None:
    text = 'o:a a skos:Concept ; skos:prefLabel "ordet" .'
    assert '"ordet"@nb' in written(take(text, untagged="no"), "concept/ordet.ttl")
    assert '"ordet"@' not in written(take(text), "concept/ordet.ttl")


def test_mapped_terms_of_others_are_described_apart(take: Take) -> None:
    plan = take(
        NEW
        + 'o:ny skos:closeMatch <https://third.example/t> . <https://third.example/t> a skos:Concept ; skos:prefLabel "t"@en .'
    )
    assert "<https://third.example/t>" in written(plan, "external/third-example.ttl")


def test_statements_of_the_same_property_give_way_and_others_stay(take: Take) -> None:
    plan = take(f'<{BASE}concept/gammel> skos:prefLabel "svært gammel"@nb .')
    text = written(plan, "concept/gammel.ttl")
    assert '"svært gammel"@nb' in text
    assert '"gammel"@nb' not in text
    assert '"eldre"@nb' in text
    assert "skos:inScheme <scheme/ord>" in text


def test_a_link_told_from_the_other_side_is_added_to_those_that_stand(take: Take) -> None:
    plan = take(NEW + f"o:ny skos:narrower <{BASE}concept/gammel> .")
    text = written(plan, "concept/gammel.ttl")
    assert "skos:broader <concept/ny>" in text
    assert '"gammel"@nb' in text


def test_every_reason_has_its_text_and_every_text_its_reason() -> None:
    for key in TEXTS.table:
        assert set(TEXTS.table[key]) == {"nb", "nn", "en"}, key
