"""A vocabulary that means harm: whatever its texts say, pages show them as text and stay whole."""

from itertools import product

import pytest
from flask.testing import FlaskClient
from tests.conftest import WriteRecord
from tests.web.test_pages import Page

from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Sources
from fellesord.vocabulary.reading import Vocabulary
from fellesord.web.application import create_app
from fellesord.web.links import Links

TEXTS = {
    "script": "<script>alert(1)</script>",
    "closing": "</script><script>alert(2)</script>",
    "attribute": '\\" autofocus onfocus=alert(3) x=\\"',
    "comment": "<!-- --><svg onload=alert(4)>",
    "template": "{{ 7 * 7 }}{% raw %}",
    "entity": "&lt;img src=x onerror=alert(5)&gt;",
    "direction": "abc\\u202Egnirts\\u2066",
    "formula": "=cmd|' /C calc'!A0",
    "long": "ord" * 3000,
}
_HEAD = (
    "@base <https://fellesord.example/id/> .\n@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
    "@prefix dct: <http://purl.org/dc/terms/> .\n@prefix schema: <http://schema.org/> .\n"
)
PAGES = (
    "/", "/begreper", "/hierarki", "/prosjekter", "/sprak?mangler=en", "/sok?q=alert", "/doc/concept/{name}",
    "/doc/project/{name}", "/utvalg?c={name}", "/lookup?uri={base}concept/{name}&uri={base}project/{name}",
    "/compare?uri={base}concept/{name}&uri={base}project/{name}",
    "/sporringer?concept=<script>{name}", "/sporringer/work-on-concept?concept={name}",
    "/sporringer/mappings?start=<script>{name}", "/sporringer/counties-in-common",
)  # fmt: skip


@pytest.fixture
def hostile(write_record: WriteRecord) -> tuple[FlaskClient, str]:
    documents = {}
    for name, text in TEXTS.items():
        documents[f"concept/{name}.ttl"] = (
            f'{_HEAD}<concept/{name}> a skos:Concept ; skos:inScheme <scheme/s> ; skos:prefLabel "{text}"@nb ;'
            f' skos:altLabel "{text} b"@nb ; skos:definition "{text}"@nn ; skos:scopeNote "{text}"@en ;'
            ' dct:created "2024-01-01" .\n'
        )
        documents[f"project/{name}.ttl"] = (
            f'{_HEAD}<project/{name}> a schema:Project ; dct:title "{text}"@nb ; dct:description "{text}"@nb ;'
            f' dct:subject <concept/{name}> ; dct:source <http://x.example/onmouseover=alert(6)> ; dct:created "2024-01-02" .\n'
        )
    store = EmbeddedStore.build(Sources(write_record(documents)))
    vocabulary = Vocabulary(store, store.manifest.base)
    return create_app(vocabulary, Links(vocabulary.base)).test_client(), vocabulary.base


def test_no_text_becomes_markup_on_any_page(hostile: tuple[FlaskClient, str]) -> None:
    client, base = hostile
    for path, name in product(PAGES, TEXTS):
        answer = client.get(path.format(name=name, base=base), headers={"Accept": "text/html"})
        source = answer.get_data(as_text=True)
        assert answer.status_code == 200, (path, name)
        assert Page(source).faults == [], (path, name)
        assert "<script>" not in source
        assert "<svg onload" not in source
        assert "<img" not in source
        assert "49{%" not in source


def test_no_cell_of_a_list_is_run_by_a_spreadsheet(hostile: tuple[FlaskClient, str]) -> None:
    client, _ = hostile
    assert ",'=cmd|" in client.get("/utvalg.csv?c=formula").get_data(as_text=True)
    asked = "/api/v1/queries/work-on-concept?concept=formula&format=csv"
    assert ",'=cmd|" in client.get(asked).get_data(as_text=True)
