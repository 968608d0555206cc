"""The index of a generation, which lies beside its store. What is heavy is imported when it is used."""

from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from fellesord.errors import StoreError
from fellesord.store import Store
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Generation, Manifest, Part

if TYPE_CHECKING:
    from fellesord.search.searching import Search


def build(store: ox.Store, manifest: Manifest, folder: Path) -> None:
    """Build the index of a store into a new folder."""
    from fellesord.search import entries, index

    folder.mkdir()
    index.build(entries.entries(EmbeddedStore(store, manifest), manifest.base), folder)


def open_search(store: Store, base: str, generation: Generation | None) -> "Search":
    """A search over a store: by the index of its generation, else by one made now, in memory.

    Raises StoreError when the index is damaged, or the store does not answer.
    """
    import tantivy

    from fellesord.search import entries, index
    from fellesord.search.searching import Search

    if generation is None:
        return Search(index.build(entries.entries(store, base)))
    folder = generation.folder / PART.name
    try:
        return Search(tantivy.Index.open(str(folder)))
    except (OSError, ValueError) as error:
        raise StoreError(f"the search index {folder} is damaged: {error}") from error


#: What a generation holds beside its store. The version is raised when words are analysed in a new way,
#: and with tantivy's.
PART = Part("search", "3", build)
