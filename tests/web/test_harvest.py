"""The page that says whether data.norge.no accepts the feed."""

import re

from flask.testing import FlaskClient

from fellesord.checks.harvest import page
from fellesord.files import root
from fellesord.releases.archive import Archive
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Sources
from fellesord.vocabulary.reading import Vocabulary
from fellesord.web.application import create_app
from fellesord.web.links import Links


def test_the_shipped_vocabulary_is_accepted_and_every_concept_has_its_page() -> None:
    store = EmbeddedStore.build(Sources(root() / "vocab"))
    vocabulary = Vocabulary(store, store.manifest.base)
    archive = Archive(root() / "exports" / "releases")
    app = create_app(vocabulary, Links(vocabulary.base), archive=archive)
    shown = app.test_client().get("/data-norge?lang=en").get_data(as_text=True)
    assert "The file will be accepted as it is, but" in shown
    assert re.search(r"New: \d+, changed: \d+, unchanged: [1-9]\d*, removed: 0", " ".join(shown.split()))
    # What is to be done comes before what was found, and placeholders are told of there only.
    first, found = shown.index('id="hand"'), shown.index('class="finding')
    assert first < shown.index("fellesord adopt") < shown.index("organisation number") < found
    assert "ap-publisher-number" not in shown
    assert archive.newest is not None
    assert f"as in the release of {archive.newest.date}" in shown
    assert page(f"{vocabulary.base}concept/samskaping").rpartition("/")[2] in shown


def test_a_vocabulary_that_publishes_nothing_is_not(client: FlaskClient) -> None:
    shown = client.get("/data-norge?lang=en").get_data(as_text=True)
    assert "No, not as it is now: one thing" in shown
    assert "There is no release yet, so it shows what is now." in shown
    assert "harvest-empty" in shown
