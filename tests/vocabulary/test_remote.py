"""The same vocabulary from another engine: every thing is read the same."""

from collections.abc import Callable, Sequence

import pyoxigraph as ox

from fellesord.rdf.syntaxes import SYNTAXES
from fellesord.store import Store
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.queries import load
from fellesord.vocabulary.reading import Vocabulary


def test_every_thing_is_read_the_same_from_a_remote_store(
    store: EmbeddedStore, base: str, remote_store: Callable[[Sequence[ox.Triple]], Store]
) -> None:
    everything = store.construct(load("graph").bind({}))
    here, there = Vocabulary(store, base), Vocabulary(remote_store(everything), base)
    subjects = {t.subject.value for t in everything if isinstance(t.subject, ox.NamedNode)}
    tombstones = {f"{base}concept/trukket", f"{base}concept/borte"}
    for iri in sorted(subjects - tombstones):
        assert there.get(iri) == here.get(iri)
        for syntax in SYNTAXES:
            assert syntax.write(there.triples(iri), base) == syntax.write(here.triples(iri), base)
    assert there.overview() == here.overview()
    assert there.lookup("Samskaping") == here.lookup("Samskaping")
