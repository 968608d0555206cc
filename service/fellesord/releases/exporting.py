"""What others fetch, written for a release."""

from pathlib import Path

from fellesord.formats.registry import exports
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Sources
from fellesord.vocabulary.reading import Vocabulary


def export(record: Path, folder: Path) -> None:
    """Write the exports that are kept, of the record in one folder, into another. Raises InvalidData."""
    store = EmbeddedStore.build(Sources(record))
    vocabulary = Vocabulary(store, store.manifest.base)
    for each in exports(vocabulary):
        if each.kept:
            with (folder / each.name).open("wb") as file:
                each.write(vocabulary, file)
