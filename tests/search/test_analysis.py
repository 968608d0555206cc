import pytest

from fellesord.search import analysis


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("OEKONOMI", "økonomi"),
        ("aapen", "Åpen"),
        ("laering", "læring"),
        ("čáhppes", "cahppes"),
        ("ideer", "idéer"),
    ],
)
def test_letters_can_be_typed_on_any_keyboard(typed: str, meant: str) -> None:
    assert analysis.folded(typed) == analysis.folded(meant)


def test_plain_text_keeps_the_letters_apart() -> None:
    assert analysis.plain("Mål") != analysis.plain("mal")


@pytest.mark.parametrize(
    ("inflected", "word", "language"),
    [
        ("innovasjonene", "innovasjon", "nb"),
        ("innovasjonane", "innovasjon", "nn"),
        ("lærdommer", "lærdom", "nb"),
        ("pilots", "pilot", "en"),
    ],
)
def test_inflection_is_taken_off(inflected: str, word: str, language: str) -> None:
    assert analysis.stem(inflected, language) == analysis.stem(word, language)


def test_a_compound_is_known_by_its_parts() -> None:
    known = {"tjeneste", "innovasjon", "nettverk"}
    assert set(analysis.parts("tjenesteinnovasjon", known)) == {"tjeneste", "innovasjon"}
    assert set(analysis.parts("innovasjonsnettverk", known)) == {"innovasjon", "nettverk"}
    assert analysis.parts("samarbeid", known) == ()


def test_the_longest_part_stands_for_those_inside_it() -> None:
    assert analysis.parts("brukarmedvirkning", {"medvirkning", "virkning"}) == ("medvirkning",)


def test_words_that_are_written_in_one_or_apart_are_joined_alike() -> None:
    assert analysis.joined("nytte-kostnads analyse") == analysis.joined("nyttekostnadsanalyse")
