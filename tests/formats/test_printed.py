"""The printed glossary: tagged for screen readers, whole, and the same every time."""

import re
from pathlib import Path
from typing import Any

import pypdf
import pytest
from tests.conftest import WriteRecord

from fellesord.formats import printed
from fellesord.formats.registry import find
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Sources
from fellesord.vocabulary.reading import Vocabulary


@pytest.fixture(scope="module")
def pdf(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    vocabulary = request.getfixturevalue("vocabulary")
    path = tmp_path_factory.mktemp("printed") / "glossary.pdf"
    path.write_bytes(find(vocabulary, "glossary.pdf").content(vocabulary))
    return path


def test_it_says_that_it_is_pdf_ua_and_is_tagged(pdf: Path) -> None:
    catalog: Any = pypdf.PdfReader(pdf).trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"].value is True
    assert catalog["/Lang"] == "nb"
    assert "/StructTreeRoot" in catalog
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert b"<pdfuaid:part>1</pdfuaid:part>" in catalog["/Metadata"].get_data()


def test_what_is_in_another_language_says_in_which(pdf: Path, vocabulary: Vocabulary) -> None:
    """Marked content has a language (ISO 14289-1, section 7.2), so that it is read aloud in it."""
    pages = [page.get_contents() for page in pypdf.PdfReader(pdf).pages]
    marked = b"".join(each.get_data() for each in pages if each is not None)
    entries = [entry for each in printed.content(vocabulary)["letters"] for entry in each["entries"]]
    said = [text["tag"] for entry in entries for key in ("others", "meanings") for text in entry.get(key, [])]
    for tag in ("nn", "en"):
        assert len(re.findall(rb"/Lang *\(%b\)" % tag.encode(), marked)) >= said.count(tag) > 0


def test_the_same_vocabulary_gives_the_same_bytes(pdf: Path, vocabulary: Vocabulary) -> None:
    assert find(vocabulary, "glossary.pdf").content(vocabulary) == pdf.read_bytes()


def test_every_term_is_in_it_and_one_that_is_lacking_is_told(
    pdf: Path, vocabulary: Vocabulary, shipped: Vocabulary
) -> None:
    assert printed.read_back(vocabulary, pdf) == ()
    assert "glossary.pdf: åpen innovasjon is not in it" in printed.read_back(shipped, pdf)


def test_glossaries_are_compared_by_their_text(pdf: Path, odd: Vocabulary) -> None:
    data = pdf.read_bytes()
    writer = pypdf.PdfWriter(clone_from=pdf)
    writer.write(again := pdf.with_name("again.pdf"))
    assert again.read_bytes() != data
    assert printed.same(again.read_bytes(), data)
    assert not printed.same(find(odd, "glossary.pdf").content(odd), data)
    assert not printed.same(b"no pdf", data)


def test_what_ends_after_the_day_of_the_release_is_in_and_other_words_send_on(
    vocabulary: Vocabulary, base: str
) -> None:
    entries = [entry for each in printed.content(vocabulary)["letters"] for entry in each["entries"]]
    terms = {entry["term"]: entry for entry in entries}
    assert "gammelt ord" in terms
    assert terms["samskapning"] == {
        "kind": "see",
        "term": "samskapning",
        "to": f"{base}concept/samskaping",
        "shown": "samskaping",
    }
    assert [each["name"] for each in terms["samskaping"]["others"]] == ["nynorsk", "engelsk"]


def test_the_letters_are_in_norwegian_order_and_every_concept_is_under_its_subject(
    shipped: Vocabulary,
) -> None:
    content = printed.content(shipped)
    letters = [each["name"] for each in content["letters"]]
    assert letters[0] == "A"
    assert letters[-1] == "Å"
    placed = {entry["name"] for group in content["groups"] for entry in group["entries"]}
    assert placed == {
        entry["name"]
        for each in content["letters"]
        for entry in each["entries"]
        if entry["kind"] == "concept"
    }


def test_no_text_becomes_markup_and_what_is_no_longer_in_use_is_left_out(
    write_record: WriteRecord, tmp_path: Path
) -> None:
    term = "#pagebreak() *fet* $x$ <a> @b \\ [c]"
    head = "@base <https://fellesord.example/id/> .\n@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
    written = term.replace("\\", "\\\\")
    folder = write_record(
        {
            "concept/old.ttl": f"{head}<concept/old> a skos:Concept ; skos:inScheme <scheme/s> ;"
            ' skos:prefLabel "borte"@nb ; <http://publications.europa.eu/ontology/euvoc#endDate>'
            ' "2001-01-01"^^<http://www.w3.org/2001/XMLSchema#date> ; <http://purl.org/dc/terms/created>'
            ' "2002-01-01"^^<http://www.w3.org/2001/XMLSchema#date> .\n',
            "concept/x.ttl": f'{head}<concept/x> a skos:Concept ; skos:inScheme <scheme/s> ; skos:prefLabel "{written}"@nb .\n',
            "scheme/s.ttl": f"{head}<scheme/s> a skos:ConceptScheme .\n",
        }
    )
    store = EmbeddedStore.build(Sources(folder))
    vocabulary = Vocabulary(store, store.manifest.base)
    path = tmp_path / "glossary.pdf"
    path.write_bytes(find(vocabulary, "glossary.pdf").content(vocabulary))
    assert printed.read_back(vocabulary, path) == ()
    assert "borte" not in printed.text_of(path.read_bytes())
