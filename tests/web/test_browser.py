"""The pages in a browser: accessible by axe, usable by keyboard, wide and narrow, and asking nobody else.

``AUDIT=all`` (``make audit``) looks at every page in every combination of colours, width and language; else each
page is looked at in one, another from day to day.
"""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from threading import Thread

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from fellesord.releases.archive import Archive
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Sources
from fellesord.vocabulary.reading import Vocabulary
from fellesord.web.application import create_app
from fellesord.web.asking import Querying
from fellesord.web.links import Links

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None and not os.environ.get("CI"), reason="there is no chromium; install Debian's"
)
PATHS = (
    "/", "/sok", "/sok?q=samskaping", "/sok?q=xyzzyq", "/begreper", "/ordliste", "/tilgjengelighet", "/personvern", "/hierarki", "/prosjekter", "/verktoy", "/laerdommer",
    "/indikatorer", "/fylkeskommuner", "/samlinger", "/utvalg?c=samskaping&c=pilot&c=ingen", "/sprak", "/sprak?mangler=se",
    "/compare?uri=https://fellesord.example/id/concept/samskaping&uri=https://fellesord.example/id/concept/samarbeid",
    "/sporringer", "/sporringer/counties-on-concept?concept=samarbeid", "/sporringer/county-pairs",
    "/sporringer/indicator-by-county?indicator=andel-ja&from=20", "/export/", "/data-norge",
    "/sjekk", "/sjekk-tekst", "/sparql", "/sparql?query=SELECT+*+{+?county+fo:number+?n+}",
    "/sparql?query=SELECT+?w+(1+AS+?n)+{+?w+fo:lead+?c+}", "/sparql?query=SELEKT", "/api", "/lookup",
    "/doc/concept/samskaping", "/doc/concept/gammelt-ord", "/doc/collection/alle", "/doc/scheme/prove",
    "/doc/county/fjordland", "/doc/change/2020-fjordland", "/doc/organization/provenettverk",
    "/doc/project/torgprosjektet", "/doc/tool/kjokkenbordet", "/doc/lesson/for-fa-stoler",
    "/doc/indicator/andel-ja", "/doc/event/2024-01-10-samling", "/doc/concept/finnes-ikke",
    "/doc/concept/trukket", "/problems/not-found",
    "/releases", "/releases/2026-03-20", "/releases/2020-01-01", "/doc/concept/aerlighet?as-of=2026-01-10",
    "/releases/2026-03-20/", "/releases/2026-03-20/begreper", "/releases/2026-03-20/sok?q=pilot",
    "/export/skos.tl",
    "/compare?from=2026-01-10&to=2026-03-20", "/compare?from=2026-03-20&to=2026-05-30",
)  # fmt: skip
COMBINATIONS = tuple(product(("light", "dark"), (390, 1280), ("nb", "nn", "en")))
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]


def looked_at() -> list[tuple[str, str, int, str]]:
    if os.environ.get("AUDIT") == "all":
        return [(path, *each) for path in PATHS for each in COMBINATIONS]
    day = datetime.now(UTC).toordinal()
    return [
        (path, *COMBINATIONS[(day + number * 5) % len(COMBINATIONS)]) for number, path in enumerate(PATHS)
    ]


@pytest.fixture(scope="module")
def site(archive: Archive, querying: Querying) -> Iterator[str]:
    store = EmbeddedStore.build(Sources(Path(__file__).parents[1] / "data" / "vocab"))
    vocabulary = Vocabulary(store, store.manifest.base)
    app = create_app(vocabulary, Links(vocabulary.base), archive=archive, asking=querying)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    yield page
    page.wait_for_load_state(
        "networkidle"
    )  # a file that is sent to nobody any more is left open by the server
    context.close()


def address(site: str, path: str, language: str) -> str:
    return f"{site}{path}{'&' if '?' in path else '?'}lang={language}"


@pytest.mark.parametrize(("path", "colours", "width", "language"), looked_at())
def test_a_page_is_accessible_fits_and_asks_nobody_else(
    browser: Browser, site: str, path: str, colours: str, width: int, language: str
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if colours == "dark" else "light",
        bypass_csp=True,  # axe is put into the page
    )
    page = context.new_page()
    asked: list[str] = []
    problems: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(address(site, path, language))
    found = Axe().run(page, options={"runOnly": WCAG})
    assert found.violations_count == 0, found.generate_report()
    assert all(url.startswith(site) for url in asked)
    assert not problems
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


@pytest.mark.parametrize("path", PATHS)
def test_a_page_reflows_at_four_hundred_per_cent(page: Page, site: str, path: str) -> None:
    page.set_viewport_size({"width": 320, "height": 256})
    page.goto(address(site, path, "nb"))  # whose words are the longest
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_term_is_found_by_keyboard_alone(page: Page, site: str) -> None:
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.goto(address(site, "/", "nb"))
    while page.evaluate("document.activeElement.id") != "q":
        page.keyboard.press("Tab")
    page.keyboard.type("samsk")
    options = page.get_by_role("option")
    options.first.wait_for()
    field = page.get_by_role("combobox")
    assert field.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") == "suggestions-0"
    assert options.first.get_attribute("aria-selected") == "true"
    page.keyboard.press("Escape")
    assert field.get_attribute("aria-expanded") == "false"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="samskaping").wait_for()
    assert not problems, "the policy lets our own script and style in, and nothing is missing"


def test_an_address_to_copy_begins_where_the_page_was_found(page: Page, site: str) -> None:
    page.goto(address(site, "/sporringer/county-pairs", "nb"))
    assert f"'{site}/api/v1/queries/county-pairs?" in str(page.text_content("[data-snippet=curl]"))


def test_the_first_stop_leads_to_the_content(page: Page, site: str) -> None:
    page.goto(site + "/doc/concept/samskaping")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#content"


def test_search_works_without_scripts(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address(site, "/", "nb"))
    page.get_by_role("searchbox").fill("samskaping")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sok?**")
    assert page.get_by_role("heading", level=2).first.inner_text() == "samskaping"
    context.close()


def test_the_tree_is_walked_by_keyboard_alone(page: Page, site: str) -> None:
    page.goto(address(site, "/hierarki", "nb"))
    assert page.locator("[role=tree] [tabindex='0']").count() == 1
    page.locator("[role=treeitem][tabindex='0']").focus()

    def here() -> str:
        return str(page.evaluate("document.activeElement.textContent.trim()"))

    first = here()
    page.keyboard.press("End")
    assert here() == "samskaping"
    page.keyboard.press("Home")
    assert here() == first
    page.keyboard.type("sama")
    assert here() == "samarbeid"
    assert page.evaluate("document.activeElement.getAttribute('aria-expanded')") == "true"
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.getAttribute('aria-expanded')") == "false"
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.getAttribute('aria-expanded')") == "true"
    page.keyboard.press("ArrowRight")
    assert here() == "samskaping"
    assert page.locator("[role=tree] [tabindex='0']").count() == 1
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.getAttribute('aria-expanded')") == "false"
    page.keyboard.press("Enter")
    page.wait_for_url("**/doc/concept/samarbeid*")


def test_a_text_is_checked_by_keyboard_alone(page: Page, site: str) -> None:
    page.goto(address(site, "/sjekk-tekst", "nb"))
    while page.evaluate("document.activeElement.id") != "text":
        page.keyboard.press("Tab")
    page.keyboard.type("Vi lærte av samskapingen. Co-creation er et annet ord.")
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.tagName") != "BUTTON":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("mark a").first.wait_for()
    while page.evaluate("document.activeElement.parentElement.tagName") != "MARK":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**#t0")
    assert page.locator("#t0").is_visible()


def test_an_address_is_copied_at_a_press(browser: Browser, site: str) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(address(site, "/doc/concept/samskaping", "nb"))
    button = page.locator("button[data-copy=address]")
    button.press("Enter")
    page.get_by_role("button", name="Kopiert").wait_for()
    assert (
        page.evaluate("navigator.clipboard.readText()") == "https://fellesord.example/id/concept/samskaping"
    )
    context.close()


@pytest.mark.parametrize("path", PATHS)
def test_a_page_has_one_heading_and_its_landmarks(page: Page, site: str, path: str) -> None:
    page.goto(address(site, path, "nn"))
    assert page.locator("h1").count() == 1
    for role in ("banner", "main", "contentinfo"):
        assert page.get_by_role(role).count() == 1, role
    assert page.locator("body > a").first.get_attribute("href") == "#content"
    assert page.locator("html").get_attribute("lang") == "nn"


def test_nothing_moves_for_those_who_ask_for_stillness(browser: Browser, site: str) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    for path in ("/", "/hierarki", "/doc/concept/samskaping"):
        page.goto(site + path)
        moving = page.evaluate(
            "[...document.querySelectorAll('*')].filter(each => {"
            " const style = getComputedStyle(each);"
            " return style.transitionDuration.split(', ').some(time => parseFloat(time) > 0.01)"
            " || (style.animationName !== 'none' && parseFloat(style.animationDuration) > 0.01);"
            "}).map(each => each.outerHTML.slice(0, 80))"
        )
        assert moving == [], path
    context.close()


def test_a_query_is_written_in_the_editor_by_keyboard_alone(page: Page, site: str) -> None:
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.goto(address(site, "/sparql", "nb"))
    page.locator(".CodeMirror").wait_for()
    while page.evaluate("document.activeElement.getAttribute('aria-labelledby')") != "query-label":
        page.keyboard.press("Tab")
    page.keyboard.press("Control+A")  # there is an example to begin with
    page.keyboard.type("SELECT ?c { ?c a skos:Conc")
    page.keyboard.press("Control+Space")
    page.locator(".CodeMirror-hint").first.wait_for()
    assert page.locator(".CodeMirror-hint").first.inner_text() == "skos:Concept"
    page.keyboard.press("Enter")
    page.keyboard.type(" } LIMIT 3")
    assert page.locator(".parseErrorIcon").count() == 0, "no prefix need be declared"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "BUTTON", "Tab leads out of the field"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Control+Enter")
    page.get_by_role("heading", name="3 rader").wait_for()
    assert not problems


def test_a_query_is_asked_without_scripts(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address(site, "/sparql", "nb"))
    page.get_by_label("Spørring", exact=True).fill("ASK { ?c a skos:Concept }")
    page.get_by_role("button", name="Spør", exact=True).click()
    page.wait_for_url("**query=**")
    assert page.locator("#found").count() == 1
    context.close()


def test_a_query_can_be_stopped(page: Page, site: str) -> None:
    page.goto(address(site, "/sparql", "nb"))
    editor = page.locator(".CodeMirror").first
    editor.click()
    page.keyboard.press("Control+A")
    page.keyboard.type("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")
    assert not page.get_by_role("button", name="Stopp spørringen").is_visible()
    shown = page.evaluate(
        """async () => {
            const stop = document.getElementById("stop");
            const wait = (ms) => new Promise((done) => setTimeout(done, ms));
            stop.form.requestSubmit();
            await wait(500);
            const shown = [stop.checkVisibility()];
            stop.click();
            await wait(500);
            return [...shown, stop.checkVisibility(), location.search];
        }"""
    )
    assert shown == [True, False, "?lang=nb"]
    assert "COUNT" in editor.inner_text()
