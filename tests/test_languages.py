"""Fallback chains, and order by language."""

from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fellesord.languages import Text, Texts, chain, in_order, pick
from fellesord.languages.sorting import OTHER, alphabet, collation, letter

JUDGE = Path(__file__).parent / "data/collation.tsv"

NB, NN, EN, DE = Text("a", "nb"), Text("b", "nn"), Text("c", "en"), Text("d", "de")


def test_one_is_told_otherwise_than_several(tmp_path: Path) -> None:
    file = tmp_path / "texts.toml"
    file.write_text(
        '[hits]\nnb = "{number} rader"\nnn = "{number} rader"\nen = "{number} rows of {of}"\n'
        '[hits-one]\nnb = "én rad"\nnn = "éi rad"\nen = "one row of {of}"\n',
        "utf-8",
    )
    texts = Texts(file)
    assert [texts.counted("hits", "en", number, of="x") for number in (0, 1, 2)] == [
        "0 rows of x",
        "one row of x",
        "2 rows of x",
    ]
    assert [each.value for each in texts.said("hits", number=1, of="x")] == [
        "én rad",
        "éi rad",
        "one row of x",
    ]


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


def judged() -> dict[str, list[list[str]]]:
    """Language → texts in ICU's order; equal ones together."""
    found = defaultdict(list)
    for line in JUDGE.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            tag, *texts = line.split("\t")
            found[tag].append(texts)
    return found


@pytest.mark.parametrize("tag", ["nb", "nn", "en", "se"])
def test_texts_are_sorted_as_icu_sorts_them(tag: str) -> None:
    rows = judged()[tag]
    assert len(rows) > 1000
    wrong = [
        (before, after)
        for before, after in pairwise(rows)
        if max(collation(text, tag) for text in before) >= min(collation(text, tag) for text in after)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ("nb", "a á b c č d đ e n ŋ s š t ŧ z ž æ ä ø ö å aa"),
        ("se", "a aa á b c č d đ e n ŋ s š t ŧ z ž ø æ å ä ö"),
        ("sma", "a á aa b c č d đ e i ï n ŋ s š t ŧ z ž æ ä ø ö å"),
        ("smj", "a aa á b c č d đ e n ŋ ń s š t ŧ z ž æ ä ø ö å"),
        ("en", "a á å ä aa æ b c č d đ e n ŋ o ö ø s š t ŧ z ž"),
    ],
)
def test_each_language_has_its_own_order(tag: str, words: str) -> None:
    assert " ".join(sorted(words.split(), key=lambda word: collation(word, tag))) == words


def test_numbers_are_sorted_by_size_and_aa_as_å() -> None:
    def in_norwegian(*words: str) -> list[str]:
        return sorted(words, key=lambda word: collation(word, "nn"))

    assert in_norwegian("10", "2", "17.17", "17.2", "1") == ["1", "2", "10", "17.2", "17.17"]
    assert in_norwegian("Åsane", "Aasen", "Asker", "Ørsta") == ["Asker", "Ørsta", "Åsane", "Aasen"]


def test_letters_of_an_index_are_those_of_the_language() -> None:
    words = ("ærlig", "Århus", "Aasen", "öl", "éclair", "čuođđi", "ŋ", "đ", "þor", "2030", "", "Жук")
    assert [letter(word, "nb") for word in words] == [*"ÆÅÅØECNDT", OTHER, OTHER, OTHER]
    assert [letter(word, "en") for word in words] == [*"AAAOECNDZ", OTHER, OTHER, OTHER]
    assert [letter(word, "se") for word in words] == [*"ÆÅAÖEČŊĐŦ", OTHER, OTHER, OTHER]
    for tag in ("nb", "en", "se", "sma", "smj", ""):
        assert [letter(each.lower(), tag) for each in alphabet(tag)] == list(alphabet(tag))


@given(text=st.text(max_size=20), tag=st.sampled_from(["nb", "nn-NO", "en", "se", "smj", "", "x"]))
def test_any_text_has_a_place(text: str, tag: str) -> None:
    assert collation(text, tag) >= collation("", tag)
    assert letter(text, tag) in (*alphabet(tag), OTHER)
