"""Terms in texts: each found where it stands, in the forms it takes, and nothing found that is not there."""

import unicodedata
from itertools import pairwise
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fellesord.files import root
from fellesord.search.annotating import ROLES, Annotation, Annotator
from fellesord.search.entries import Entry, Label, entries
from fellesord.search.inflection import forms
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Sources

TODAY = "2026-12-01"
ALL = ("nb", "nn", "en")


def concept(
    slug: str,
    *labels: tuple[str, str, Literal["preferred", "alternative", "hidden"]],
    ends: str = "",
    given_up: bool = False,
    successors: tuple[str, ...] = (),
) -> Entry:
    said = tuple(Label(*each) for each in labels)
    return Entry(f"https://a.example/{slug}", "concept", said, {}, 0, ends, given_up, successors)


def annotator(*terms: str, language: str = "nb") -> Annotator:
    return Annotator(concept(f"c{n}", (term, language, "preferred")) for n, term in enumerate(terms))


def found(annotated: Annotator, text: str, *languages: str) -> list[str]:
    return [each.words for each in annotated.annotate(text, languages or ALL, TODAY)]


@pytest.fixture(scope="module")
def shipped() -> Annotator:
    store = EmbeddedStore.build(Sources(root() / "vocab"))
    return Annotator(entries(store, store.manifest.base))


@pytest.mark.parametrize(
    ("language", "text", "slug"),
    [
        ("nb", "Brukermedvirkningen kom sent.", "brukermedvirkning"),
        ("nn", "Brukarmedverknaden kom seint.", "brukermedvirkning"),
        ("en", "User participations vary.", "brukermedvirkning"),
        ("nb", "Spør brukerne!", "bruker"),
        ("nn", "Spør brukarane!", "bruker"),
        ("nb", "De sterkeste drivkreftene.", "drivkraft"),
        ("nn", "Innovasjonane i år.", "innovasjon"),
        ("en", "Communities of practice meet.", "praksisfellesskap"),
        ("nb", "ÅPNE DATA", "apne-data"),
    ],
)
def test_inflected_forms_name_their_concept(shipped: Annotator, language: str, text: str, slug: str) -> None:
    (only,) = shipped.annotate(text, (language,), TODAY)
    assert only.concept.iri.endswith(f"/{slug}")
    assert only.role == "preferred"
    assert not only.to_change


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("nytte", "et nytt prosjekt"),
        ("bruker", "i bruk, brukt"),
        ("forsøk", "vi forsøker igjen, forsøkte"),
        ("pilot", "pilotprosjektet"),
        ("pilot", "et ikke-pilot, tjeneste- og pilot-"),
        ("innovasjon", "https://a.example/innovasjon www.innovasjon.example innovasjon@a.example"),
        ("åpne data", "åpne\n\ndata, åpne. data, åpne – data"),
        ("start-up", "start up now"),
        ("mal", "Mal, malen, MAL"),
        ("KPI", "kpi, Kpi, KPIX"),
    ],
)
def test_other_words_are_left_alone(term: str, text: str) -> None:
    assert found(annotator(term), text) == []


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("KPI", "KPI"), ("KPI", "KPI-er"), ("KPI", "KPI-ene"), ("KPI", "KPIer"), ("mal", "mal"),
        ("co-creation", "co-creation"), ("co-creation", "co\u2011creation"), ("co-creation", "cocreation"),
        ("åpne data", "åpne\u00a0data"), ("åpne data", "åpne\ndata"), ("åpne data", "åpne-data"),
        ("åpne data", unicodedata.normalize("NFD", "åpne data")),
        ("brukermedvirkning", "bruker\u00admed\u00advirkning"), ("brukermedvirkning", "brukermed-\nvirkningen"),
        ("brukermedvirkning", "bruker-medvirkning"), ("nytte-kostnadsanalyse", "nytte-kostnadsanalysene"),
        ("gjenstridig problem", "gjenstridige problemer"), ("åpen innovasjon", "åpne innovasjoner"),
        ("virkemiddel", "virkemidlene"), ("mulighetsrom", "mulighetsrommet"), ("kriterium", "kriteriene"),
        ("forretningsidé", "forretningsideene"), ("tjeneste", "tjenestenes"), ("område", "området"),
    ],
)  # fmt: skip
def test_the_ways_a_term_is_written_are_known(term: str, text: str) -> None:
    assert found(annotator(term), f"«{text}», sa hun") == [text]


def test_the_first_part_of_what_a_hyphen_joins_is_found() -> None:
    assert found(annotator("KPI"), "KPI-arbeid") == ["KPI"]


def test_the_longest_is_taken_and_the_first_goes_before_what_it_overlaps() -> None:
    annotated = annotator("åpne data", "data", "data om alt", "innovasjon", "åpen innovasjon")
    assert found(annotated, "åpne data om alt") == ["åpne data"]
    assert found(annotated, "data om alt, åpen innovasjon") == ["data om alt", "åpen innovasjon"]
    assert found(annotator("åpne", "åpne data i dag"), "åpne data i går") == ["åpne"]


def test_what_is_written_exactly_goes_before_what_is_inflected() -> None:
    annotated = annotator("test", "tester")
    assert [each.label.text for each in annotated.annotate("en tester", ALL, TODAY)] == ["tester"]


def test_a_word_frowned_upon_says_what_to_write_instead() -> None:
    annotated = Annotator([concept("x", ("interessent", "nb", "preferred"), ("stakeholder", "nb", "hidden"))])
    (only,) = annotated.annotate("Alle stakeholderne", ("nb",), TODAY)
    assert (only.role, only.words, only.to_change) == ("discouraged", "stakeholderne", True)
    assert [label.value for label in only.instead[0].labels] == ["interessent"]


def test_a_retired_term_leads_to_the_successor_that_is_in_use() -> None:
    annotated = Annotator(
        [
            concept("a", ("gammelord", "nb", "preferred"), ends="2020-01-01", successors=("https://a.example/b",)),
            concept("b", ("mellomord", "nb", "preferred"), given_up=True, successors=("https://a.example/a", "https://a.example/c")),
            concept("c", ("nyord", "nb", "preferred")),
            concept("d", ("ensomt ord", "nb", "alternative"), given_up=True),
        ]
    )  # fmt: skip
    first, last = annotated.annotate("Gammelord og ensomme ord og ensomt ord", ("nb",), TODAY)
    assert (first.role, [each.iri[-1] for each in first.instead]) == ("retired", ["c"])
    assert (last.role, last.instead) == ("retired", ())
    assert annotated.annotate("gammelord", ("nb",), "2020-01-01")[0].role == "preferred"


def test_only_the_languages_asked_for_are_looked_in() -> None:
    annotated = Annotator(
        [concept("x", ("samskaping", "nb", "preferred"), ("co-creation", "nb", "hidden"), ("co-creation", "en-gb", "preferred"))]
    )  # fmt: skip
    assert [each.role for each in annotated.annotate("co-creation", ("nb",), TODAY)] == ["discouraged"]
    assert [each.role for each in annotated.annotate("co-creation", ("en",), TODAY)] == ["preferred"]
    assert [each.role for each in annotated.annotate("co-creation", ALL, TODAY)] == ["preferred"]
    assert annotated.annotate("samskaping", ("en",), TODAY) == ()


def test_what_is_not_a_concept_of_ours_is_not_a_term() -> None:
    foreign = Entry("https://b.example/x", "", (Label("pilot", "nb", "preferred"),), {}, 0, "", False, ())
    assert Annotator([foreign]).annotate("pilot", ALL, TODAY) == ()


def test_no_more_are_given_than_asked_for() -> None:
    assert len(annotator("pilot").annotate("pilot " * 9, ALL, TODAY, most=4)) == 4


def test_a_word_is_one_of_its_own_forms_in_any_language() -> None:
    for word in ("bruker", "idé", "rom", "m", "el", "2030", "глагол"):
        for language in ("nb", "nn", "en", "ru", ""):
            assert word in forms(word, language, last=True)


_PIECES = st.sampled_from(
    ["åpne", "data", "pilot", "KPI", "-", " ", "\n", "\u00ad", "er", "a\u030a", "_", ".", "co", "creation", "http://", "@", "\x00"]
)  # fmt: skip
TEXT = st.lists(_PIECES | st.text(max_size=8), max_size=30).map("".join)
ANNOTATOR = annotator("åpne data", "pilot", "KPI", "co-creation", "data er åpne", "ÅD", "åpen")


@settings(max_examples=500, deadline=None)
@given(text=TEXT)
def test_whatever_the_text_the_words_stand_where_it_is_said_and_none_overlap(text: str) -> None:
    given: tuple[Annotation, ...] = ANNOTATOR.annotate(text, ALL, TODAY)
    assert all(text[each.start : each.end] == each.words and each.words for each in given)
    assert all(one.end <= other.start for one, other in pairwise(given))
    assert all(each.role in ROLES for each in given)
    assert given == ANNOTATOR.annotate(text, ALL, TODAY)


@settings(max_examples=100, deadline=None)
@given(terms=st.lists(TEXT, max_size=6), text=TEXT)
def test_whatever_the_terms_are_they_are_found_as_they_are_written(terms: list[str], text: str) -> None:
    annotated = annotator(*terms, language="nb")
    annotated.annotate(text, ALL, TODAY)
    for term in terms:
        if term.isalpha() and term.isascii():
            assert found(annotated, f". {term} .") == [term]


def test_a_long_text_is_a_matter_of_its_length() -> None:
    annotated = annotator("pilot", "åpne data", "co-creation")
    for piece in ("pilot ", "a", "a-", "a.", "a\u00ad", "co-\n", "åpne ", " ", "a@"):
        annotated.annotate(piece * (200_000 // len(piece)), ALL, TODAY)
