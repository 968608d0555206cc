"""What is new, told apart from what was only corrected."""

from pathlib import Path

from tests.conftest import WriteRecord

from fellesord.files import root
from fellesord.releases.archive import Archive
from fellesord.releases.exporting import released
from fellesord.releases.news import newest
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Sources
from fellesord.vocabulary.reading import Vocabulary

BASE = "https://fellesord.example/id/"
NONE = Archive(Path("/nonexistent"))


def concept(slug: str, *said: str, label: str = "", day: str = "2026-01-01") -> str:
    return (
        f"@base <{BASE}> .\n@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        "@prefix dct: <http://purl.org/dc/terms/> .\n@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
        "@prefix euvoc: <http://publications.europa.eu/ontology/euvoc#> .\n"
        f'<concept/{slug}> a skos:Concept ; skos:prefLabel "{label or slug}"@nb ;'
        f' dct:created "2026-01-01"^^xsd:date ; dct:modified "{day}"^^xsd:date'
        f"{''.join(f' ; {each}' for each in said)} .\n"
    )


def opened(folder: Path) -> Vocabulary:
    store = EmbeddedStore.build(Sources(folder))
    return Vocabulary(store, store.manifest.base)


def as_released(write_record: WriteRecord, tmp_path: Path) -> Archive:
    """One release of four concepts, all made on its day."""
    documents: dict[str, str | bytes] = {
        f"concept/{slug}.ttl": concept(slug) for slug in ("noted", "renamed", "ended", "alike")
    }
    write_record(documents, "releases/2026-01-01/record")
    (tmp_path / "releases/2026-01-01/manifest.json").write_text("{}")
    return Archive(tmp_path / "releases")


def test_what_is_new_retired_or_renamed_is_told_and_corrections_are_counted(
    write_record: WriteRecord, tmp_path: Path
) -> None:
    archive = as_released(write_record, tmp_path)
    ended = 'euvoc:endDate "2026-02-02"^^xsd:date'
    vocab = write_record(
        {
            "concept/alike.ttl": concept("alike"),
            "concept/noted.ttl": concept("noted", 'skos:scopeNote "mer"@nb', day="2026-02-03"),
            "concept/renamed.ttl": concept("renamed", label="omdøpt", day="2026-02-01"),
            "concept/ended.ttl": concept("ended", ended, day="2026-02-02"),
            "concept/made.ttl": concept("made", day="2026-02-02").replace('"2026-01-01"', '"2026-02-02"'),
        }
    )
    found = newest(opened(vocab), archive)
    told = [(each.thing.iri.rpartition("/")[2], each.happening, each.day) for each in found.told]
    assert told == [
        ("made", "new", "2026-02-02"),
        ("ended", "retired", "2026-02-02"),
        ("renamed", "changed", "2026-02-01"),
    ]
    assert (found.corrected, found.since) == (1, "2026-02-03")


def test_that_everything_was_new_in_the_first_release_is_news_as_long_as_nothing_else_is(
    write_record: WriteRecord, tmp_path: Path
) -> None:
    archive = as_released(write_record, tmp_path)
    found = newest(opened(archive.get("2026-01-01").record), archive)
    assert {each.happening for each in found.told} == {"new"}
    assert (len(found.told), found.corrected, found.since) == (4, 0, None)


def test_where_nothing_has_been_released_all_that_was_made_or_changed_is_told(
    write_record: WriteRecord,
) -> None:
    vocab = write_record({"concept/a.ttl": concept("a"), "concept/b.ttl": concept("b", day="2026-02-01")})
    found = newest(opened(vocab), NONE)
    assert [each.happening for each in found.told] == ["changed", "new"]


def test_what_the_releases_tell_of_themselves_is_the_same() -> None:
    archive = Archive(root() / "exports" / "releases")
    last = archive.get("2026-11-25")
    found = newest(released(last), archive)
    step = archive.step("2026-11-23", last.date)
    weighty = {each.iri for each in step.changes if each.weighty and each.kind in ("concept", "indicator")}
    assert weighty
    assert {each.thing.iri for each in found.told} == weighty
    kinds = ("concept", "indicator")
    assert found.corrected == sum(not each.weighty and each.kind in kinds for each in step.changes)
