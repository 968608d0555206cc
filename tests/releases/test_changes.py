"""What happened to each thing, and how people are told."""

from collections.abc import Callable

import pytest
from tests.releases.conftest import Edited

from fellesord.languages import LANGUAGES
from fellesord.namespaces import SKOS, UNESKOS
from fellesord.releases import changelog
from fellesord.releases.changes import ASPECTS, HAPPENINGS, Change, Happening, changes, counts, document
from fellesord.releases.difference import between
from fellesord.releases.editions import Edition

BASE = "https://fellesord.example/id/"
NEW = """@base <https://fellesord.example/id/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

<concept/ny>
    a skos:Concept ;
    skos:prefLabel "ny"@nb .
"""


def told(before: Edition, after: Edition) -> tuple[Change, ...]:
    return changes(before, after, between(before, after))


def one(before: Edition, after: Edition) -> Change:
    (found,) = told(before, after)
    return found


def replacing(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new)

    return change


def test_a_new_concept_is_new_as_a_whole(edition: Edition, edited: Edited) -> None:
    found = one(edition, edited({"concept/ny.ttl": lambda _: NEW}))
    assert (found.iri, found.kind, found.happening) == (f"{BASE}concept/ny", "concept", "new")
    assert found.alterations == ()
    assert [text.value for text in found.labels] == ["ny"]


@pytest.mark.parametrize(
    ("old", "new", "aspect"),
    [
        ('"honesty"@en', '"candour"@en', "label"),
        ('"telling it as it is"@en', '"telling all"@en', "definition"),
        ("skos:inScheme <scheme/prove>", "skos:inScheme <scheme/prove> , <scheme/utfall>", "place"),
        ("concept-status:CURRENT", "concept-status:CANDIDATE", "status"),
        ("a skos:Concept ;", 'a skos:Concept ;\n    skos:scopeNote "obs"@nb ;', "note"),
        ("a skos:Concept ;", "a skos:Concept ;\n    skos:closeMatch <http://x.example/a> ;", "mapping"),
        ("2024-01-15", "2024-01-16", "other"),
    ],
)
def test_a_change_is_told_by_the_side_it_is_of(
    edition: Edition, edited: Edited, old: str, new: str, aspect: str
) -> None:
    found = one(edition, edited({"concept/aerlighet.ttl": replacing(old, new)}))
    assert (found.happening, found.aspects) == ("changed", (aspect,))


def test_a_fragment_is_told_as_a_part_of_its_thing(edition: Edition, edited: Edited) -> None:
    later = edited({"concept/aerlighet.ttl": replacing("telling it as it is", "telling all")})
    (altered,) = one(edition, later).alterations
    assert (altered.part, altered.property[-5:]) == ("def-en", "value")
    assert [term.value for term in (*altered.removed, *altered.added)] == [
        "telling it as it is",
        "telling all",
    ]


def test_a_code_of_a_list_is_a_thing_of_its_own(edition: Edition, edited: Edited) -> None:
    found = one(edition, edited({"scheme/utfall.ttl": replacing('"virket"@nb', '"gikk bra"@nb')}))
    assert (found.iri, found.kind) == (f"{BASE}scheme/utfall#virket", "code")


@pytest.mark.parametrize(
    ("lines", "happening", "successors"),
    [
        ('euvoc:endDate "2026-01-01"^^<http://www.w3.org/2001/XMLSchema#date> ;', "retired", []),
        ("dct:isReplacedBy <concept/pilot> ;", "merged", ["pilot"]),
    ],
)
def test_a_concept_that_goes_out_is_retired_or_merged(
    edition: Edition, edited: Edited, lines: str, happening: Happening, successors: list[str]
) -> None:
    later = edited({"concept/aerlighet.ttl": replacing("a skos:Concept ;", f"a skos:Concept ;\n{lines}")})
    found = one(edition, later)
    assert found.happening == happening
    assert [term.value.rpartition("/")[2] for term in found.successors] == successors


@pytest.mark.parametrize(
    ("successor", "happening"), [("", "withdrawn"), ("dct:isReplacedBy <concept/pilot> ;", "merged")]
)
def test_a_concept_that_becomes_a_tombstone_is_withdrawn_or_merged(
    edition: Edition, edited: Edited, successor: str, happening: str
) -> None:
    stone = f"\n<concept/aerlighet> {successor} a fo:Tombstone .\n"
    later = edited({"concept/aerlighet.ttl": lambda _: None, "tombstones.ttl": lambda text: text + stone})
    found = one(edition, later)
    assert (found.happening, found.alterations) == (happening, ())
    assert [text.value for text in found.labels] == ["ærlighet", "ærlegdom", "honesty"]


def test_a_concept_whose_group_changes_has_changed_its_place(edition: Edition, edited: Edited) -> None:
    later = edited({"collection/alle.ttl": replacing("<concept/pilot> ,\n", "")})
    found = {change.iri.removeprefix(BASE): change for change in told(edition, later)}
    assert found.keys() == {"collection/alle", "concept/pilot"}
    (altered,) = found["concept/pilot"].alterations
    assert (altered.aspect, altered.property) == ("place", UNESKOS.memberOf)
    assert found["collection/alle"].alterations[0].property == SKOS.member
    assert [term.label[0].value for term in found["collection/alle"].alterations[0].removed] == ["pilot"]


def test_foreign_terms_are_told_too(edition: Edition, edited: Edited) -> None:
    later = edited({"external/vocabulary.ttl": replacing('"@en', ' (revised)"@en')})
    found = told(edition, later)
    assert {change.kind for change in found} == {None}


def test_everything_of_a_first_edition_is_new(edition: Edition) -> None:
    found = told(Edition({}), edition)
    concepts = [change for change in found if change.kind == "concept"]
    assert {change.happening for change in concepts} == {"new", "merged", "withdrawn"}
    assert sum(change.happening == "new" for change in concepts) == 12
    assert counts(found)["new"] == len(found) - 2


def test_a_change_as_plain_values_says_all_of_it(edition: Edition, edited: Edited) -> None:
    later = edited({"concept/aerlighet.ttl": replacing('"honesty"@en', '"candour"@en')})
    told = document(one(edition, later))
    assert told["uri"] == f"{BASE}concept/aerlighet"
    assert told["label"] == {"nb": "ærlighet", "nn": "ærlegdom", "en": "candour"}
    assert told["alterations"] == [
        {
            "aspect": "label",
            "property": SKOS.prefLabel,
            "part": None,
            "removed": [{"type": "literal", "value": "honesty", "language": "en"}],
            "added": [{"type": "literal", "value": "candour", "language": "en"}],
        }
    ]


def test_the_change_log_says_what_became_of_what_in_each_language(edition: Edition, edited: Edited) -> None:
    later = edited(
        {
            "concept/aerlighet.ttl": replacing('"ærlighet"@nb', '"åpenhet *"@nb'),
            "concept/pilot.ttl": replacing(
                "a skos:Concept ;", "a skos:Concept ;\n dct:isReplacedBy <concept/mal> ;"
            ),
            "concept/ny.ttl": lambda _: NEW,
        }
    )
    logs = {
        tag: changelog.markdown(told(edition, later), "2026-01-01", "2026-02-01", tag) for tag in LANGUAGES
    }
    assert logs["nb"].startswith("# Endringer i utgaven 2026-02-01\n\nSiden utgaven 2026-01-01.\n")
    assert "    - anbefalt term: ærlighet (nb) → åpenhet \\* (nb)\n" in logs["nb"]
    assert "## Slåtte saman med noko anna" in logs["nn"]
    assert "- **ny**\n" in logs["en"]
    assert "use goal" in logs["en"] or "use " in logs["en"]
    assert len({log.count("\n") for log in logs.values()}) == 1


def test_the_change_log_of_no_change_says_so(edition: Edition) -> None:
    told = changelog.markdown((), "2026-01-01", "2026-02-01", "nb")
    assert told == "Ingenting er endret siden 2026-01-01.\n"


def test_there_is_a_word_for_everything_that_can_happen() -> None:
    keys = {*HAPPENINGS, *(f"aspect-{aspect}" for aspect in ASPECTS)}
    assert keys <= changelog.TEXTS.table.keys()
    assert all(set(entry) == set(LANGUAGES) for entry in changelog.TEXTS.table.values())
