"""The page that says whether data.norge.no accepts the feed."""

from flask.testing import FlaskClient

from fellesord.checks.harvest import page
from fellesord.files import root
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Sources
from fellesord.vocabulary.reading import Vocabulary
from fellesord.web.application import create_app
from fellesord.web.harvesting import BEFORE
from fellesord.web.links import Links


def test_the_shipped_vocabulary_is_accepted_and_every_concept_has_its_page() -> None:
    store = EmbeddedStore.build(Sources(root() / "vocab"))
    vocabulary = Vocabulary(store, store.manifest.base)
    app = create_app(vocabulary, Links(vocabulary.base))
    app.extensions[BEFORE] = root() / "exports" / "data-norge.ttl"
    shown = app.test_client().get("/data-norge?lang=en").get_data(as_text=True)
    assert "Yes. Nothing stops the harvest" in shown
    assert "new: 0, changed: 0, unchanged: " in shown
    assert page(f"{vocabulary.base}concept/samskaping").rpartition("/")[2] in shown


def test_a_vocabulary_that_publishes_nothing_is_not(client: FlaskClient) -> None:
    shown = client.get("/data-norge?lang=en").get_data(as_text=True)
    assert "Not as it is now: 1 things" in shown
    assert "harvest-empty" in shown
