"""What others fetch, written for a release."""

import hashlib
from pathlib import Path

from fellesord.formats.registry import exports
from fellesord.releases.archive import Release
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Sources
from fellesord.vocabulary.reading import Vocabulary


def committed(release: Release, name: str) -> Path | None:
    """The file of an export that a release wrote beside the releases, where it still is what was written."""
    path, wrote = release.folder.parents[1] / name, release.manifest.exports.get(name)
    if wrote is None or not path.is_file():
        return None
    with path.open("rb") as file:
        same = hashlib.file_digest(file, "sha256").hexdigest() == wrote.sha256
    return path if same else None


def released(release: Release) -> Vocabulary:
    """The vocabulary as it was in a release, built in memory. Raises InvalidData."""
    store = EmbeddedStore.build(Sources(release.record))
    return Vocabulary(store, store.manifest.base)


def export(record: Path, folder: Path) -> None:
    """Write the exports that are kept, of the record in one folder, into another. Raises InvalidData."""
    store = EmbeddedStore.build(Sources(record))
    vocabulary = Vocabulary(store, store.manifest.base)
    for each in exports(vocabulary):
        if each.kept:
            with (folder / each.name).open("wb") as file:
                each.write(vocabulary, file)
