"""Texts checked for terms: pasted, uploaded and posted, in every format; nothing kept, nothing run."""

import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from flask.testing import FlaskClient
from tests.cli.test_cli import run
from tests.conftest import DATA

from fellesord.errors import InvalidData
from fellesord.files import root
from fellesord.formats import prose
from fellesord.search.annotating import Annotator
from fellesord.search.entries import entries
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Sources
from fellesord.web import annotating
from fellesord.web.negotiation import speech

URL = "/api/v1/annotate"
TEXT = "Vi lærte av samskapingen.\nCo-creation og <b>et gammelt ord</b>.\n"
RECORD = Path(__file__).parents[1] / "data" / "vocab"


def word(*paragraphs: str) -> bytes:
    document = Document()
    for each in paragraphs:
        document.add_paragraph(each)
    return saved(document)


def saved(document: Any) -> bytes:
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def annotate(client: FlaskClient, body: bytes | str, suffix: str = "txt", query: str = "") -> Any:
    return client.post(URL + query, data=body, content_type=prose.MEDIA_TYPES[suffix])


def test_terms_are_answered_with_where_they_stand(client: FlaskClient) -> None:
    answer = annotate(client, TEXT, query="?language=nb")
    content = answer.get_json()
    assert answer.headers["Cache-Control"] == "no-store"
    assert content["complete"] is True
    assert content["total"] == len(content["results"])
    found = [(each["line"], each["words"], each["role"]) for each in content["results"]]
    assert found[:2] == [(1, "samskapingen", "preferred"), (2, "Co-creation", "discouraged")]
    for each in content["results"]:
        assert TEXT[each["start"] : each["end"]] == each["words"]
    assert content["results"][0]["definition"]["nb"]
    assert content["results"][1]["advice"] == "«co-creation» er frarådd. Bruk «samskaping»."


def test_what_is_right_in_one_language_is_let_be_unless_the_language_is_said(client: FlaskClient) -> None:
    (any_language,) = annotate(client, "co-creation").get_json()["results"]
    (bokmal,) = annotate(client, "co-creation", query="?language=nb").get_json()["results"]
    assert (any_language["role"], any_language["advice"]) == ("preferred", None)
    assert bokmal["role"] == "discouraged"


@pytest.fixture(scope="module")
def shipped() -> Annotator:
    store = EmbeddedStore.build(Sources(root() / "vocab"))
    return Annotator(entries(store, store.manifest.base))


SENTENCES = [
    (line.split("\t")[0], line.split("\t")[1], line.split("\t")[2])
    for line in (DATA / "sentences.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.mark.parametrize(("language", "wrong", "sentence"), SENTENCES)
def test_plain_text_raises_no_alarm_and_what_is_deprecated_does(
    shipped: Annotator, language: str, wrong: str, sentence: str
) -> None:
    reading = annotating.read_in(shipped, sentence, None, speech("nb", None, None))
    assert set(reading.languages) <= ({"en"} if language == "en" else {"nb", "nn"})
    assert ", ".join(each.words for each in reading.found if each.to_change) == wrong


def test_a_word_with_other_meanings_is_something_to_consider(client: FlaskClient, shipped: Annotator) -> None:
    said = speech("nb", None, None)
    (found,) = annotating.read_in(shipped, "Hun driver en butikk.", None, said).found
    assert (found.role, found.to_change) == ("ambiguous", False)
    assert annotating.advice(found, said) == (
        "«driver» har flere betydninger. Mener du «drivkraft», så skriv det."
    )


def test_the_page_keeps_what_may_be_meant_otherwise_apart(shipped_client: FlaskClient) -> None:
    sent = {"text": "Hun driver en butikk i en gate. Det er innovasjon."}
    page = shipped_client.post("/sjekk-tekst?lang=nb", data=sent).get_data(as_text=True)
    assert "Treff i teksten: 1. Begreper: 1. Bør byttes ut: 0. Kan vurderes: 2." in page
    assert "<summary>Kan bety noe annet (2)</summary>" in page
    assert 'class="doubt" title="«driver» har flere betydninger.' in page
    assert "avoid" not in page.split("<main")[1]
    assert "/doc/concept/drivkraft" not in page


def test_each_part_of_a_text_is_read_in_its_own_language(client: FlaskClient) -> None:
    text = "Det er co-creation vi vil ha.\n\nThis is co-creation as we know it.\n\nCo-creation\n"
    content = annotate(client, text).get_json()
    assert content["languages"] == ["nb", "en"]
    assert [each["role"] for each in content["results"]] == ["discouraged", "preferred", "preferred"]
    assert [text[each["start"] : each["end"]] for each in content["results"]] == [
        each["words"] for each in content["results"]
    ]
    page = client.post("/sjekk-tekst?lang=nb", data={"text": text, "language": ""}).get_data(as_text=True)
    assert "Lest som: bokmål, engelsk." in page


def test_a_retired_term_says_what_to_write(client: FlaskClient) -> None:
    (found,) = annotate(client, "Det er et gammelt ord.", query="?lang=en").get_json()["results"]
    assert found["role"] == "retired"
    assert found["instead"][0]["uri"].endswith("/concept/aerlighet")
    assert found["instead"][0]["label"]["nb"] in found["advice"]


@pytest.mark.parametrize("suffix", ["txt", "md"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_is_read_in_unicode(client: FlaskClient, suffix: str, encoding: str) -> None:
    (found,) = annotate(client, "om ærlighet".encode(encoding), suffix).get_json()["results"]
    assert (found["words"], found["start"]) == ("ærlighet", 3)


def test_word_documents_are_read_whole(client: FlaskClient) -> None:
    document = Document()
    document.add_paragraph("Om sam").add_run("arbeid").bold = True
    document.add_table(1, 1).cell(0, 0).text = "samskaping"
    document.sections[0].footer.paragraphs[0].text = "ærlighet"
    results = annotate(client, saved(document), "docx").get_json()["results"]
    assert [each["words"] for each in results] == ["samarbeid", "samskaping", "ærlighet"]


def test_tracked_deletions_are_left_out_and_insertions_kept() -> None:
    document = Document()
    paragraph = document.add_paragraph("ny")._p
    run_ = paragraph.r_lst[0]
    insertion = run_.makeelement(run_.tag.replace("}r", "}ins"), {})
    run_.addprevious(insertion)
    insertion.append(run_)
    deletion = run_.makeelement(run_.tag.replace("}r", "}del"), {})
    insertion.addnext(deletion)
    gone = run_.makeelement(run_.tag, {})
    gone.append(run_.makeelement(run_.tag.replace("}r", "}delText"), {}))
    gone[0].text = "gammel"
    deletion.append(gone)
    assert prose.text(saved(document), "docx").strip() == "ny"


def broken(**changed: bytes) -> bytes:
    """A Word document some parts of which are something else."""
    out = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(word("samskaping"))) as one,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as two,
    ):
        for name in one.namelist():
            two.writestr(name, changed.get(name.rpartition("/")[2].partition(".")[0], one.read(name)))
    return out.getvalue()


LAUGHS = b"".join(
    [
        b'<!DOCTYPE a [<!ENTITY a0 "ha">',
        *(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10)),
        b']><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r>',
        b"<w:t>&a9;</w:t></w:r></w:p></w:body></w:document>",
    ]
)
OUTSIDE = LAUGHS.replace(b'<!ENTITY a0 "ha">', b'<!ENTITY a0 SYSTEM "file:///etc/passwd">')


@pytest.mark.parametrize(
    "body",
    [b"", b"PK\x03\x04", b"samskaping", broken(document=b"<w"), broken(document=b"\x00" * 40_000_000), broken(document=LAUGHS),
     broken(document=OUTSIDE), broken(document=b"<x>" * 300_000), word("x")[:-200]],
    ids=["nothing", "cut", "text", "no-xml", "zeros", "laughs", "outside", "deep", "no-end"],
)  # fmt: skip
def test_documents_that_mean_harm_end_in_a_clear_problem(client: FlaskClient, body: bytes) -> None:
    answer = annotate(client, body, "docx")
    assert answer.status_code in (200, 400, 422)
    assert b"root:" not in answer.data
    if answer.status_code != 200:
        assert answer.get_json()["detail"]


def test_what_cannot_be_read_says_why(client: FlaskClient) -> None:
    answer = annotate(client, "en\nto æ".encode("latin-1"))
    assert answer.status_code == 400
    assert "line 2" in answer.get_json()["detail"]
    assert annotate(client, "x", query="?language=fr").status_code == 400
    assert client.post(URL, data="x", content_type="application/pdf").status_code == 415
    with pytest.raises(InvalidData, match="UTF-8"):
        prose.text(b"\xff\xfe\x00", "txt")


def test_the_page_marks_the_text_and_escapes_it(client: FlaskClient) -> None:
    answer = client.post("/sjekk-tekst?lang=nb", data={"text": TEXT, "language": "nb"})
    page = answer.get_data(as_text=True)
    assert answer.headers["Cache-Control"] == "no-store"
    assert '<mark><a href="#t0">samskapingen</a></mark>' in page
    assert '<mark class="avoid"' in page
    assert "&lt;b&gt;" in page
    assert "<b>" not in page
    assert 'id="t0"' in page
    assert "«co-creation» er frarådd. Bruk «samskaping»." in page


def test_the_page_takes_files_and_refuses_others(client: FlaskClient) -> None:
    sent = client.post("/sjekk-tekst", data={"file": (BytesIO(word("samskaping")), "Notat.DOCX")})
    assert ">samskaping</a></mark>" in sent.get_data(as_text=True)
    refused = client.post("/sjekk-tekst?lang=en", data={"file": (BytesIO(b"x"), "notat.pdf")})
    assert refused.status_code == 400
    assert ".docx" in refused.get_data(as_text=True)
    empty = client.post("/sjekk-tekst?lang=nb", data={"text": " \n"})
    assert 'role="alert"' in empty.get_data(as_text=True)
    none = client.post("/sjekk-tekst?lang=nb", data={"text": "noe annet"})
    assert "Ingen av begrepene" in none.get_data(as_text=True)


def test_the_command_tells_what_to_replace_and_says_so_by_its_exit_code(tmp_path: Path) -> None:
    text, good, other = tmp_path / "text.docx", tmp_path / "good.md", tmp_path / "text.pdf"
    text.write_bytes(word("Ingenting her.", "Om co-creation"))
    good.write_text("# Samskaping\n", "utf-8")
    other.write_text("x")
    found = run("terms", str(text), "--lang", "nb", "--vocab", str(RECORD))
    assert (found.returncode, found.stderr) == (1, "1 found, 1 to replace, 0 to consider\n")
    assert found.stdout == "2: co-creation: “co-creation” is deprecated. Use “samskaping”.\n"
    fine = run("terms", str(good), "--format", "json", "--vocab", str(RECORD))
    assert fine.returncode == 0
    assert '"words": "Samskaping"' in fine.stdout
    assert run("terms", str(other), "--vocab", str(RECORD)).returncode == 2
    text.write_bytes(b"no document")
    assert run("terms", str(text), "--vocab", str(RECORD)).returncode == 1


def test_the_language_is_told_by_the_text_unless_it_is_said(client: FlaskClient) -> None:
    page = client.get("/sjekk-tekst?lang=nn").get_data(as_text=True)
    assert 'value="" checked' in page
    sent = client.post("/sjekk-tekst?lang=nn", data={"text": "co-creation", "language": ""}).get_data(
        as_text=True
    )
    assert 'value="" checked' in sent
