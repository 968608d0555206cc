import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fellesord.errors import StoreError
from fellesord.search import beside, index
from fellesord.search.entries import Entry, Label
from fellesord.search.ranking import Agreement, Question, agreeing, best, explained
from fellesord.search.searching import Search
from fellesord.store import generations
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Sources

TODAY = "2026-12-01"


def entry(slug: str, *labels: Label, **more: object) -> Entry:
    held: dict[str, object] = {"kind": "concept", "facets": {}, "uses": 0, "ends": "", "given_up": False}
    return Entry(f"https://a.example/{slug}", labels=labels, successors=(), **{**held, **more})  # type: ignore[arg-type]


def name(text: str, language: str = "nb") -> Label:
    return Label(text, language, "preferred")


def searched(*entries: Entry) -> Search:
    return Search(index.build(entries))


def found(search: Search, asked: str, language: str = "nb", *, typing: bool = False) -> list[str]:
    hits = search.find(Question(asked, language, TODAY, typing)).hits
    return [hit.entry.iri.rpartition("/")[2] for hit in hits]


def test_a_letter_with_and_without_its_ring_are_two_words_when_both_exist() -> None:
    search = searched(entry("mal", name("mal")), entry("maal", name("mål")))
    assert found(search, "mål") == ["maal", "mal"]
    assert found(search, "mal") == ["mal", "maal"]


def test_names_come_in_the_order_preferred_prefix_allowed_deprecated_definition() -> None:
    search = searched(
        entry("e", name("e"), Label("noe som er pilot", "nb", "definition")),
        entry("d", name("d"), Label("pilot", "nb", "hidden")),
        entry("c", name("c"), Label("pilot", "nb", "alternative")),
        entry("b", name("pilotering")),
        entry("a", name("pilot")),
    )
    assert found(search, "pilot") == ["a", "b", "c", "d", "e"]


def test_the_language_asked_in_comes_first() -> None:
    search = searched(entry("x", name("driver", "en")), entry("y", name("driver", "nb")))
    assert found(search, "driver", "en") == ["x", "y"]
    assert found(search, "driver", "nb") == ["y", "x"]


def test_what_is_used_more_comes_first_among_equals() -> None:
    search = searched(entry("x", name("pilot nord")), entry("y", name("pilot sør."), uses=5))
    assert found(search, "pilot")[0] == "y"


def test_a_phrase_must_stand_together() -> None:
    search = searched(entry("x", name("åpne offentlige data")), entry("y", name("bruk av åpne data")))
    assert found(search, '"åpne data"') == ["y"]
    assert set(found(search, "åpne data")) == {"x", "y"}


@pytest.mark.parametrize(
    ("asked", "answers"), [('"pilot"', ["x"]), ('" "', []), ('"."', []), ('"pilotering"', [])]
)
def test_a_phrase_may_be_one_word_or_none(asked: str, answers: list[str]) -> None:
    search = searched(entry("x", name("pilot")), entry("y", name("pilotprosjekt")))
    assert found(search, asked) == answers
    assert [hit.entry.iri[-1] for hit in search.suggest(Question(asked, "nb", TODAY, typing=True))][
        :1
    ] == answers[:1]


def test_a_compound_is_found_by_its_parts_and_its_parts_by_a_compound() -> None:
    search = searched(
        entry("x", name("tjenesteinnovasjon")), entry("y", name("tjeneste")), entry("z", name("innovasjon"))
    )
    assert found(search, "innovasjon") == ["z", "x"]
    assert "z" in found(search, "prosessinnovasjon")


@pytest.mark.parametrize("typed", ["inovasjon", "innvoasjon", "innovasion", "inovasion"])
def test_one_or_two_wrong_letters_are_forgiven(typed: str) -> None:
    assert found(searched(entry("x", name("innovasjon"))), typed) == ["x"]


def test_what_was_meant_is_said_when_it_was_guessed() -> None:
    answer = searched(entry("x", name("innovasjon"))).find(Question("inovasjon", "nb", TODAY))
    assert answer.meant == ("innovasjon",)
    assert answer.hits[0].agreement.how == "similar"


def test_words_that_only_link_need_not_be_there() -> None:
    search = searched(
        entry("x", name("Vestby og Sogn og Fjordane ble slått sammen")),
        entry("y", name("Sogn og Fjordane")),
        entry("z", name("god praksis for og i sogn")),
    )
    assert found(search, "sogn fjordane") == ["y", "x"]
    assert found(search, "fjordane i sogn") == ["y", "x"]
    assert set(found(search, "og")) == {"x", "y", "z"}


def test_a_whole_question_is_answered_by_what_it_asks_about() -> None:
    search = searched(
        entry("x", name("innovasjonsarbeid")), entry("y", name("innovasjon")), entry("z", name("er her"))
    )
    for asked in ("hva er innovasjon", "Kva er innovasjon?", "what is innovasjon"):
        assert found(search, asked)[0] == "y", asked


def test_what_kind_of_thing_it_is_may_be_said_and_chooses_among_them() -> None:
    search = searched(
        entry("x", name("fylkeskommune"), uses=20),
        entry("y", name("Fjordfylket"), kind="county"),
        entry("z", name("Fjordfylket ble til"), kind="change"),
        entry("w", name("nye nettsider"), kind="project"),
    )
    assert found(search, "Fjordfylket fylkeskommune") == ["y"]
    hit = search.find(Question("fjordfylket fylkeskommune", "nb", TODAY)).hits[0]
    assert (hit.agreement.how, hit.agreement.label.text) == ("called", "Fjordfylket")
    assert found(search, "prosjekter nettsider") == ["w"]
    assert found(search, "fylkeskommunen") == ["x"]


def test_an_inflected_word_is_known_by_its_stem_before_it_is_guessed() -> None:
    search = searched(entry("x", name("gevinst")), entry("y", name("gevinstene våre"), uses=20))
    answer = search.find(Question("gevinsten ukjent", "nb", TODAY))
    assert answer.hits[0].entry.iri.endswith("x")
    assert answer.meant == ("gevinst",)


def test_å_that_was_typed_is_not_a_in_another_form() -> None:
    search = searched(entry("x", name("mal"), uses=20), entry("y", name("mål")))
    assert found(search, "målene") == ["y", "x"]
    assert found(search, "malene") == ["x", "y"]


def test_a_compound_is_found_by_parts_that_are_no_words_by_themselves() -> None:
    search = searched(entry("x", name("erfaringsutveksling")), entry("y", name("bærekraftig utvikling")))
    assert found(search, "utveksling av erfaring") == ["x"]


@pytest.mark.parametrize(
    ("verb", "noun", "language"),
    [
        ("avvikle", "avvikling", "nb"),
        ("implementere", "implementering", "nn"),
        ("anskaffer", "anskaffelse", "nb"),
        ("evaluate", "evaluation", "en"),
        ("measuring", "measurement", "en"),
    ],
)
def test_a_verb_finds_what_doing_it_is_called(verb: str, noun: str, language: str) -> None:
    search = searched(entry("x", name(noun, language)), entry("y", name("pilot", language)))
    assert found(search, verb, language) == ["x"]


def test_a_verb_finds_its_noun_beside_its_own_forms() -> None:
    search = searched(entry("x", name("andel evaluerte prosjekter"), uses=20), entry("y", name("evaluering")))
    assert found(search, "evaluere") == ["y", "x"]


def test_a_misspelt_word_may_be_inflected() -> None:
    assert found(searched(entry("x", name("interessent"))), "interressenter") == ["x"]


def test_a_compound_that_is_not_known_is_one_of_what_its_last_part_says() -> None:
    search = searched(
        entry("x", name("portefølje")),
        entry("y", name("prosjekt")),
        entry("z", name("prosjekt og portefølje")),
    )
    assert found(search, "prosjektportefølje") == ["z", "x"]


def test_what_has_more_of_the_words_that_were_meant_comes_first() -> None:
    search = searched(
        entry("x", name("Oslo"), uses=9), entry("y", name("Oslo Manual 2018")), entry("z", name("manual"))
    )
    assert found(search, "oslomanualen")[0] == "y"


def test_a_rare_word_tells_more_than_one_that_everything_has() -> None:
    common = [
        entry(f"c{n}", name(f"nr {n}"), Label("en fylkeskommune", "nb", "definition")) for n in range(9)
    ]
    search = searched(entry("x", name("fylkeskommune"), uses=9), entry("y", name("Trøndelag")), *common)
    assert found(search, "Trøndelag fylkeskommune")[:2] == ["y", "x"]


def test_another_word_of_the_same_stem_comes_after_the_word_itself() -> None:
    search = searched(
        entry("x", name("prosjektleder")),
        entry("y", name("prosjektstyring"), Label("prosjektledelse", "nb", "alternative")),
    )
    assert found(search, "prosjektledelse") == ["y", "x"]
    assert found(search, "prosjektlederen")[0] == "x"


def test_of_things_with_one_name_the_one_in_use_comes_first() -> None:
    old = entry("a", name("Fjordfylket"), uses=20, ends="2023-12-31")
    assert found(searched(old, entry("b", name("Fjordfylket"))), "fjordfylket") == ["b", "a"]


def test_a_pasted_address_may_be_that_of_a_document_or_a_fragment() -> None:
    own = Entry("https://a.example/id/concept/x", "concept", (name("pilot"),), {}, 0, "", False, ())
    foreign = Entry("https://b.example/id/y", "", (name("pilot"),), {}, 0, "", False, ())
    search = searched(own, foreign)
    for known in ("id/concept/x", "doc/concept/x", "doc/concept/x.ttl", "id/concept/x#def-nb"):
        assert found(search, f"https://a.example/{known}") == ["x"], known
    for unknown in (
        "https://a.example/id/concept/pilot",
        "https://b.example/doc/y",
        "https://pilot.example/",
    ):
        answer = search.find(Question(unknown, "nb", TODAY))
        assert (answer.hits, answer.meant) == ((), ()), unknown


def test_nothing_is_found_for_what_is_like_nothing() -> None:
    answer = searched(entry("x", name("innovasjon"))).find(Question("qqqqqq", "nb", TODAY))
    assert (answer.total, answer.hits, answer.meant) == (0, (), ())


def test_a_number_is_found_with_and_without_spaces() -> None:
    search = searched(entry("x", name("Fylket"), Label("921707134", "", "notation")))
    assert found(search, "921707134") == found(search, "921 707 134") == ["x"]


def test_a_pasted_address_is_found() -> None:
    assert found(searched(entry("x", name("a")), entry("y", name("b"))), "<https://a.example/y>") == ["y"]


def test_what_is_retired_is_found_and_says_what_to_use() -> None:
    old = Entry(
        "https://a.example/old",
        "concept",
        (name("pilot"),),
        {},
        0,
        "2024-01-01",
        False,
        ("https://a.example/new",),
    )
    hit = searched(old).find(Question("pilot", "nb", TODAY)).hits[0]
    assert (hit.retired, hit.instead) == (True, ("https://a.example/new",))
    assert not searched(old).find(Question("pilot", "nb", "2024-01-01")).hits[0].retired


def test_a_search_can_be_narrowed_and_counts_what_else_there_is() -> None:
    search = searched(
        entry("x", name("pilot nord"), facets={"county": ("n",)}),
        entry("y", name("pilot sør"), facets={"county": ("s",)}, kind="project"),
        entry("z", name("annet")),
    )
    answer = search.find(Question("pilot", "nb", TODAY), narrowed={"county": ["n"]})
    assert answer.total == 1
    assert answer.facets["county"] == {"n": 1, "s": 1}
    assert answer.facets["kind"] == {"concept": 1}


def test_pages_follow_each_other_and_the_total_is_true() -> None:
    search = searched(*(entry(f"x{n:03}", name(f"pilot {n:03}")) for n in range(450)))
    pages = [search.find(Question("pilot", "nb", TODAY), limit=100, offset=at) for at in range(0, 450, 100)]
    seen = [hit.entry.iri for page in pages for hit in page.hits]
    assert len(seen) == len(set(seen)) == 450
    assert {page.total for page in pages} == {450}


def test_suggestions_are_names_that_begin_like_that() -> None:
    search = searched(
        entry("x", name("åpen innovasjon")),
        entry("y", name("innovasjonsarbeid")),
        entry("z", name("innhold")),
    )
    hits = search.suggest(Question("inno", "nb", TODAY, typing=True))
    assert [hit.entry.iri[-1] for hit in hits] == ["y", "x"]


class _Unhurried(Search):
    """A search that looks at everything that begins with a few letters, and at nothing noted at the build."""

    _first_starting = Search._starting


def test_what_is_noted_at_the_build_changes_no_suggestion() -> None:
    drawn = random.Random(1)
    letters = "aeinst"
    words = ["".join(drawn.choices(letters, k=drawn.randint(1, 6))) for _ in range(900)]
    made = index.build(
        entry(
            str(number),
            name(" ".join(drawn.sample(words, drawn.randint(1, 3))), drawn.choice(("nb", "nn", "en", "de"))),
            Label(drawn.choice(words), "nb", "alternative"),
            uses=drawn.choice((0, 0, 1, 9)),
        )
        for number in range(3000)
    )
    quick, unhurried = Search(made), _Unhurried(made)
    typed = [*letters, *(a + b for a in letters for b in letters), *(word[:3] for word in words[:100]), "a s"]
    for text in typed:
        for language in ("nb", "en"):
            question = Question(text, language, TODAY, typing=True)
            assert quick.suggest(question) == unhurried.suggest(question), text
            assert quick.suggest(question, 70) == unhurried.suggest(question, 70), text


@given(data=st.data())
def test_the_label_that_agrees_best_is_the_one_told(data: st.DataObject) -> None:
    words = st.lists(
        st.sampled_from(["pilot", "piloter", "prosjekt", "pilotprosjekt", "av"]), min_size=1, max_size=3
    )
    labels = st.builds(
        Label,
        words.map(" ".join),
        st.sampled_from(["nb", "en", ""]),
        st.sampled_from(["preferred", "alternative", "hidden", "definition", "notation"]),
    )
    own = entry("x", name("x"), *data.draw(st.lists(labels, max_size=6)))
    question = Question(" ".join(data.draw(words)), "nb", TODAY)
    scores = [
        sum(explained(own, Agreement(label, how, 0), question).values())
        for label in own.labels
        if (how := agreeing(label, question))
    ]
    if scores:
        assert best(own, question).score == pytest.approx(max(scores), abs=0.02)


def test_an_explanation_adds_up() -> None:
    question = Question("pilot", "nb", TODAY)
    for hit in (
        searched(entry("x", name("pilotering"), uses=3), entry("y", name("pilot"))).find(question).hits
    ):
        assert sum(explained(hit.entry, hit.agreement, question).values()) == pytest.approx(
            hit.agreement.score, abs=0.02
        )


TEXT = st.text(max_size=40) | st.sampled_from(
    ["*", "?", "~1", "AND OR", "a:b", "(", '"', "\\", "[a TO b]", "\x00", "\ud800"[:0]]
)


@settings(max_examples=200, deadline=None)
@given(text=TEXT | TEXT.map('"{}"'.format), typing=st.booleans())
def test_any_text_can_be_asked(text: str, typing: bool) -> None:
    search = searched(entry("x", name("innovasjon")), entry("y", name("åpne data")))
    answer = search.find(Question(text, "nb", TODAY, typing))
    assert answer.total == len(answer.hits)
    search.suggest(Question(text, "nb", TODAY, typing=True))


def test_the_index_lies_beside_the_store_and_answers_alike(twelve: Path, tmp_path: Path) -> None:
    generation = generations.ensure(tmp_path, Sources(twelve, parts=(beside.PART,)))
    store = EmbeddedStore.open(generation)
    base = generation.manifest.base
    built, made = (beside.open_search(store, base, found) for found in (generation, None))
    for asked in ("samskaping", "mål", "fjordland"):
        question = Question(asked, "nb", TODAY)
        assert built.find(question) == made.find(question)
    (generation.folder / "search" / "meta.json").write_text("{}")
    with pytest.raises(StoreError, match="damaged"):
        beside.open_search(store, base, generation)
