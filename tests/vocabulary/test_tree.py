"""The hierarchy of a scheme: roots, what is under them, and circles."""

from tests.conftest import WriteRecord

from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Sources
from fellesord.vocabulary.reading import Vocabulary
from fellesord.vocabulary.tree import tree


def test_every_concept_is_reached_from_the_roots(vocabulary: Vocabulary, base: str) -> None:
    assert vocabulary.thesaurus == f"{base}scheme/prove"
    found = tree(vocabulary, f"{base}scheme/prove")
    reached, todo = set(), found.roots(("nb",))
    while todo:
        reached.add(todo[-1])
        todo += found.children(todo.pop(), ("nb",))
    assert reached == set(vocabulary.terms()) == set(found.labels)
    names = [found.name(iri, ("nb",)).value for iri in found.roots(("nb",))]
    assert names[-1] == "ærlighet"


def test_a_circle_has_a_root_too(write_record: WriteRecord) -> None:
    text = (
        "@base <https://fellesord.example/id/> .\n@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        "<concept/{one}> a skos:Concept ; skos:inScheme <scheme/s> ; skos:broader <concept/{other}> ;"
        ' skos:prefLabel "{one}"@nb .\n'
    )
    folder = write_record(
        {f"concept/{one}.ttl": text.format(one=one, other=other) for one, other in ("ab", "ba", "cc")}
    )
    store = EmbeddedStore.build(Sources(folder))
    found = tree(Vocabulary(store, store.manifest.base), f"{store.manifest.base}scheme/s")
    roots = [iri.rpartition("/")[2] for iri in found.roots(("nb",))]
    assert roots == ["a", "c"]
