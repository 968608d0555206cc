"""What went wrong is told in the language of the page, all of it."""

import re
from io import BytesIO
from pathlib import Path
from string import Formatter

import pytest
from flask.testing import FlaskClient

import fellesord
from fellesord.errors import InvalidRequest
from fellesord.web.faults import FAULTS, worded
from fellesord.web.problems import CODES

SOURCES = "".join(each.read_text("utf-8") for each in Path(fellesord.__path__[0]).rglob("*.py"))
KEYS = set(re.findall(r'\bkey="([a-z0-9-]+)"', SOURCES)) | {
    *(key for pair in re.findall(r'\bkey="([a-z-]+)" if \w+ else "([a-z-]+)"', SOURCES) for key in pair),
    *("not-text", "not-language", "not-year", "not-integer"),
}
#: Words of English that no sentence in Norwegian has.
ENGLISH = re.compile(
    r"(?<![\w-])(?:the|there|is|are|of|not|known|nothing|this|with|such|would|given|say)(?![\w-])",
    re.IGNORECASE,
)

WRONG = (
    "/nowhere", "/doc/concept/nowhere", "/doc/nowhere/x", "/doc/concept/X_", "/doc/concept/samskaping.xyz", "/lookup",
    "/lookup?uri=https://x.example/", "/lookup?uri=x&format=xyz", "/prosjekter?county=nowhere", "/prosjekter?open=maybe",
    "/fylkeskommuner?date=yesterday", "/laerdommer?about=nowhere", "/prosjekter?cursor=x", "/prosjekter?county=http://%3C%3E",
    "/hierarki?under=x", "/hierarki?scheme=x", "/sprak?mangler=xx", "/compare?uri=x", "/compare?from=x&to=y",
    "/releases/2020-01-01", "/releases?format=xyz", "/sporringer/nowhere", "/sporringer/concepts-by-status?status=",
    "/sporringer/counties-on-concept?concept=nowhere", "/sporringer/counties-on-date?date=x", "/sporringer/mappings?start=",
    "/sporringer/concepts-alone?scheme=%3C", "/timegate", "/sitemap.xml", "/export/nowhere.ttl", "/doc/concept/borte",
    "/doc/concept/samskaping?as-of=x", "/doc/concept/samskaping?as-of=1999-01-01", "/metrics", "/problems/nowhere",
    "/sporringer/counties-in-common?county=http://%3C", "/sporringer/terms-missing-language?language=!!",
    "/releases/x", "/begreper?as-of=x", "/compare?uri=x&uri=y", "/sporringer/tools-used",
)  # fmt: skip


def told(source: str) -> str:
    """The text of a page, without what is said in another language and says so, and without addresses."""
    main = source.split('<main id="content">')[1].split("</main>")[0]
    main = re.sub(r"(?s)<(pre|code|textarea|table|form|script|details)\b.*?</\1>", " ", main)
    return re.sub(r"<[^>]+>|https?://\S+", " ", main)


@pytest.mark.parametrize("language", ["nb", "nn"])
@pytest.mark.parametrize("path", WRONG)
def test_a_page_of_what_went_wrong_is_all_in_its_language(
    client: FlaskClient, path: str, language: str
) -> None:
    answer = client.get(
        f"{path}{'&' if '?' in path else '?'}lang={language}", headers={"Accept": "text/html"}
    )
    text = told(answer.get_data(as_text=True))
    assert "(engelsk)" not in text
    assert ENGLISH.findall(text) == []


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_forms_that_cannot_be_read_say_so_in_the_language_of_the_page(
    client: FlaskClient, language: str
) -> None:
    for path, sent in (
        ("/sjekk-tekst", {"file": (BytesIO(b"x"), "notat.pdf")}),
        ("/sjekk-tekst", {"file": (BytesIO(b"x"), "notat.docx")}),
        ("/sjekk-tekst", {"file": (BytesIO(b"\xe6"), "notat.txt")}),
        ("/sjekk-tekst", {"text": "x", "language": "fr"}),
        ("/sjekk", {"file": (BytesIO(b"x"), "ord.pdf")}),
        ("/sjekk", {"text": "x", "profile": "none"}),
    ):
        answer = client.post(f"{path}?lang={language}", data=sent, headers={"Accept": "text/html"})
        assert answer.status_code == 400
        assert ENGLISH.findall(told(answer.get_data(as_text=True))) == []


def test_programs_are_told_in_english_what_people_are_told_in_norwegian(client: FlaskClient) -> None:
    path = "/prosjekter?lang=nn&county=nowhere"
    page = client.get(path, headers={"Accept": "text/html"}).get_data(as_text=True)
    assert "Fylkeskommune: «nowhere» finst ikkje her. Bruk til dømes aasane, " in page
    assert "county: there is no &#39;nowhere&#39; here" in client.get(
        path.replace("lang=nn", "lang=en"), headers={"Accept": "text/html"}
    ).get_data(as_text=True)
    problem = client.get("/api/v1/projects?county=nowhere").get_json()
    assert problem["detail"].startswith("county: there is no 'nowhere' here; one of aasane, ")


@pytest.mark.parametrize(
    ("path", "said"),
    [("/releases/x", "«x» er ikke en dato. Skriv den slik: 2026-12-01."),
     ("/compare?uri=concept/samskaping&uri=concept/samskapin", "concept/samskapin"),
     ("/sporringer/tools-used", "Mente du tools-unused"), ("/sporringer/nowhere", "Vi har concepts-")],
)  # fmt: skip
def test_a_page_says_what_would_have_worked(client: FlaskClient, path: str, said: str) -> None:
    page = client.get(f"{path}{'&' if '?' in path else '?'}lang=nb", headers={"Accept": "text/html"})
    assert said in page.get_data(as_text=True)


def test_every_key_has_a_sentence_and_every_sentence_a_key() -> None:
    general = {key for key in FAULTS.table if key.startswith("any")}
    assert {key.removeprefix("any-") for key in general - {"any"}} <= {*CODES, "408", "413", "414", "503"}
    assert FAULTS.table.keys() - general == KEYS
    for key, said in FAULTS.table.items():
        assert said.keys() == ({"nb", "nn", "en"} if key in general else {"nb", "nn"}), key
        fields = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in said.values()]
        assert all(each == fields[0] for each in fields), key


def test_what_was_sent_is_shown_only_in_part() -> None:
    error = InvalidRequest("x", key="not-date", name="from", text="a" * 5000)
    assert len(worded(error, "nb").value) < 400
