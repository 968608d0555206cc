"""Fallback chains and Norwegian order."""

from fellesord.languages import Text, chain, collation, in_order, pick

NB, NN, EN, DE = Text("a", "nb"), Text("b", "nn"), Text("c", "en"), Text("d", "de")


def test_the_language_asked_for_comes_first_then_nb_nn_en_then_any() -> None:
    assert chain(["nn"]) == ("nn", "nb", "en")
    assert pick([EN, NB, NN], chain(["nn"])) == NN
    assert pick([EN, NB], chain(["nn"])) == NB
    assert pick([DE, EN], chain(["nn"])) == EN
    assert pick([DE], chain(["nn"])) == DE
    assert pick([], chain(["nn"])) is None


def test_no_is_read_as_nb() -> None:
    assert chain(["no"]) == ("nb", "nn", "en")
    assert chain(["NO"]) == ("nb", "nn", "en")


def test_a_regional_form_serves_its_language() -> None:
    british = Text("e", "en-gb")
    assert pick([british, DE], chain(["en"])) == british
    assert pick([british, EN], chain(["en"])) == EN


def test_texts_stand_in_the_order_nb_nn_en_others() -> None:
    assert in_order([DE, EN, NN, NB]) == (NB, NN, EN, DE)


def test_norwegian_letters_come_last_and_sami_letters_after_their_base() -> None:
    words = ["å", "ø", "æ", "z", "a", "á", "b", "č", "c", "d", "đ", "Ø"]
    assert sorted(words, key=collation) == ["a", "á", "b", "c", "č", "d", "đ", "z", "æ", "Ø", "ø", "å"]
