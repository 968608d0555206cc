"""Words searched in vain: counted for editors, and nothing of those who asked."""

import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from tests.cli.test_cli import run

from fellesord.vocabulary.reading import Vocabulary
from fellesord.web.application import create_app
from fellesord.web.links import Links
from fellesord.web.missed import FILE, Missed, Word


@pytest.fixture
def missed(tmp_path: Path) -> Missed:
    return Missed(tmp_path / FILE)


@pytest.fixture
def counting(vocabulary: Vocabulary, missed: Missed) -> FlaskClient:
    links = Links(vocabulary.base, reports="mailto:begrep@fellesord.example")
    app = create_app(vocabulary, links)
    app.extensions["fellesord-missed"] = missed
    return app.test_client()


def test_a_search_that_finds_nothing_is_counted_each_time(counting: FlaskClient, missed: Missed) -> None:
    for words in ("Xyzzyq", "xyzzyq ", "samskaping"):
        counting.get("/sok", query_string={"q": words, "lang": "nn"})
    (found,) = missed.words()
    assert (found.words, found.language, found.times) == ("xyzzyq", "nn", 2)
    answer = counting.get("/sok?q=xyzzyq&lang=nb")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "mailto:begrep@fellesord.example?subject=Fellesord%3A%20xyzzyq" in answer.get_data(as_text=True)
    assert counting.get("/sok?q=samskaping").headers["Cache-Control"] != "no-store"


def test_narrowed_and_turned_pages_are_not_counted(counting: FlaskClient, missed: Missed) -> None:
    counting.get("/sok?q=xyzzyq&kind=tool")
    counting.get("/sok?q=xyzzyq&side=2")
    assert missed.words() == []


@pytest.mark.parametrize(
    "words",
    ["ola@nordmann.example", "01017012345", "90 12 34 56 78", "https://a.example/x", "x" * 61, "en to tre fire fem seks", "", "<b>"],
)  # fmt: skip
def test_what_may_be_about_a_person_is_not_counted(missed: Missed, words: str) -> None:
    assert missed.count(words, "nb", "2026-01-01") is False
    assert missed.count("agenda 2030", "nb", "2026-01-01")


def test_counts_are_by_word_and_language_and_day(missed: Missed) -> None:
    for words, language, day in (
        ("b", "nb", "2026-01-01"),
        ("b", "nb", "2026-02-01"),
        ("a", "en", "2026-01-05"),
    ):
        assert missed.count(words, language, day)
    assert missed.words() == [
        Word("b", "nb", 2, "2026-01-01", "2026-02-01"),
        Word("a", "en", 1, "2026-01-05", "2026-01-05"),
    ]
    assert [each.words for each in missed.words("2026-01-10")] == ["b"]


def test_several_count_at_once(missed: Missed) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda _: missed.count("ord", "nb", "2026-01-01"), range(100)))
    assert missed.words()[0].times == 100


def test_a_file_that_cannot_be_written_fails_no_search(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    assert Missed(tmp_path / FILE).count("ord", "nb", "2026-01-01") is False
    (tmp_path / "other").write_bytes(b"no database at all, but long enough to look at" * 40)
    with pytest.raises(OSError, match="other"):
        Missed(tmp_path / "other").words()


def test_the_command_lists_them(tmp_path: Path) -> None:
    Missed(tmp_path / FILE).count("fremtid", "nb", "2026-01-01")
    found = run("missed", "--cache", str(tmp_path))
    assert (found.returncode, found.stderr) == (0, "1 word\n")
    assert found.stdout.split() == ["1", "2026-01-01", "nb", "fremtid"]
    as_json = run("missed", "--cache", str(tmp_path), "--format", "json")
    assert json.loads(as_json.stdout)[0]["words"] == "fremtid"
    assert run("missed", "--cache", str(tmp_path), "--since", "i fjor").returncode == 2
    with sqlite3.connect(tmp_path / FILE) as file:
        file.execute("DROP TABLE missed")
    assert run("missed", "--cache", str(tmp_path)).returncode == 1
