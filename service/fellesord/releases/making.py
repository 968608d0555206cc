"""Making a release: checked, written whole beside the others, and renamed into place at the very end."""

import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox

from fellesord import __version__
from fellesord.checks import profiles, reading, writing
from fellesord.errors import InvalidData, InvalidSetting
from fellesord.languages import LANGUAGES
from fellesord.namespaces import DCT, OWL
from fellesord.rdf import turtle
from fellesord.record import documents
from fellesord.record import writing as record
from fellesord.releases import changelog, changes, manifests, published, signing
from fellesord.releases.archive import RECORD, Archive, Release, Step, read_day
from fellesord.releases.difference import PATCH_SUFFIX
from fellesord.releases.editions import Edition
from fellesord.releases.exporting import export
from fellesord.releases.manifests import File, Manifest, Previous
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Sources
from fellesord.vocabulary.fields import kind_of

#: The rules that a record must keep to be released.
PROFILE = "fellesord"
_VERSION = ox.NamedNode(OWL.versionInfo)


def make(archive: Archive, vocab: Path, day: str, *, key: Path | None = None) -> Release:
    """The release of a day, made of the record as it lies in a folder; its scheme is stamped with the day.

    With ``key``, the file of a private key for SSH, its manifest is signed.

    Raises InvalidSetting when the day cannot be released, and InvalidData when the record is not fit to be:
    all that is wrong with it. Then nothing has been written.
    """
    previous = _follows(archive, read_day(day))
    found = _fit(vocab)
    if previous and found.data == previous.edition.data:
        raise InvalidData(f"{vocab}: nothing has changed since the release of {previous.date}")
    edition = stamped(found, day)
    known = published.read(archive.folder / published.NAME)
    if lost := published.lost(known, edition):
        raise InvalidData(*lost)
    archive.folder.mkdir(parents=True, exist_ok=True)
    with _staging(archive.folder) as staging:
        folder, exports = Path(staging) / day, Path(staging) / "exports"
        _put(folder, edition)
        _check(folder / RECORD)
        exports.mkdir()
        export(folder / RECORD, exports)
        release = fill(folder, edition, previous, _files(exports))
        if key is not None:
            signing.sign(release, key)
        newly = dict.fromkeys(sorted(published.iris(edition)), day)
        record.write(archive.folder, {published.NAME: published.write({**newly, **known})})
        changed = {path: data for path, data in edition.data.items() if found.data[path] != data}
        record.write(vocab, changed)
        _replace(exports, archive.folder.parent, release.manifest, previous)
        release.folder.rename(archive.folder / day)
    return Release(archive.folder / day)


def fill(
    folder: Path, edition: Edition, previous: Release | None, exports: Mapping[str, File] | None = None
) -> Release:
    """Write a release of an edition into a folder named by its day; ``exports`` are what it says of those.

    The same edition after the same release gives the same bytes.
    """
    _put(folder, edition)
    step = Step(previous.edition if previous else Edition({}), edition)
    since = previous.date if previous else None
    for name, data in _told(step, since, folder.name).items():
        (folder / name).write_bytes(data)
    manifest = _manifest(folder, edition, previous, step, exports or {})
    (folder / manifests.NAME).write_bytes(manifest.write())
    return Release(folder)


def _put(folder: Path, edition: Edition) -> None:
    for path, data in edition.data.items():
        place = folder / RECORD / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)


def stamped(edition: Edition, day: str) -> Edition:
    """The edition with a day as the version of every scheme that says one."""
    data = dict(edition.data)
    for path in edition.data:
        if not path.startswith("scheme/"):
            continue
        triples = edition.triples(path)
        if any(triple.predicate == _VERSION for triple in triples):
            new = ox.Literal(day)
            data[path] = turtle.write(
                (
                    ox.Triple(each.subject, each.predicate, new) if each.predicate == _VERSION else each
                    for each in triples
                ),
                edition.base,
            )
    return Edition(data)


def _follows(archive: Archive, day: str) -> Release | None:
    newest = archive.newest
    if day in archive.days:
        raise InvalidSetting(f"{day} is released already, and a release is never changed; choose a later day")
    if newest and day < newest.date:
        raise InvalidSetting(f"{day} is before the last release, {newest.date}; choose a later day")
    return newest


def _fit(vocab: Path) -> Edition:
    """The record, whole and in canonical form."""
    found = documents.read(vocab).documents
    if uneven := [each.path for each in found if each.data != each.canonical]:
        raise InvalidData(
            *(f"{vocab / path}: is not in canonical form; run fellesord format" for path in uneven)
        )
    return Edition({document.path: document.data for document in found})


def _check(folder: Path) -> None:
    """Raise InvalidData with every violation of our rules in the record of a release."""
    data = reading.served(EmbeddedStore.build(Sources(folder)), PROFILE)
    wrong = [each for each in profiles.check(data, PROFILE) if each.severity == "violation"]
    if wrong:
        lines = (f"<{each.focus}>: {writing.message(each, 'en')} ({each.code})" for each in wrong)
        raise InvalidData(*lines, "fellesord check says where, and how to put it right")


def _told(step: Step, since: str | None, day: str) -> dict[str, bytes]:
    """What changed, for people and for programs, by the names of files."""
    base = step.after.base
    logs = {tag: changelog.markdown(step.changes, since, day, tag) for tag in LANGUAGES}
    patch = step.difference.patch(graph(base, since), graph(base, day))
    return {
        "changes.json": json.dumps(
            changes.told(step.changes, since, day), ensure_ascii=False, indent=2
        ).encode()
        + b"\n",
        **({f"changes.{PATCH_SUFFIX}": patch} if since else {}),
        **{f"changes.{tag}.md": log.encode() for tag, log in logs.items()},
    }


def graph(base: str, day: str | None) -> str | None:
    """What the graph of a release is called; ``None`` for that of none."""
    return f"{base.removesuffix('id/')}releases/{day}" if day else None


def _manifest(
    folder: Path, edition: Edition, previous: Release | None, step: Step, exports: Mapping[str, File]
) -> Manifest:
    kinds = [kind_of(iri, edition.base) for iri in published.iris(edition)]
    triples = sum(len(edition.triples(path)) for path in edition.data)
    return Manifest(
        date=folder.name,
        program=__version__,
        base=edition.base,
        licence=_licence(edition),
        documents=len(edition.data),
        triples=triples,
        things={kind: kinds.count(kind) for kind in sorted({kind for kind in kinds if kind})},
        changes=changes.counts(step.changes),
        previous=Previous(previous.date, File.of(previous.file(manifests.NAME)).sha256) if previous else None,
        files=_files(folder),
        exports=exports,
    )


def _licence(edition: Edition) -> str | None:
    """The licence of the scheme that says its version, else of any."""
    found = []
    for path in sorted(edition.data):
        if path.startswith("scheme/"):
            triples = edition.triples(path)
            dated = any(triple.predicate == _VERSION for triple in triples)
            licences = (str(t.object)[1:-1] for t in triples if t.predicate.value == DCT.license)
            found += [(not dated, licence) for licence in licences]
    return min(found)[1] if found else None


def _files(folder: Path) -> dict[str, File]:
    return {
        path.relative_to(folder).as_posix(): File.of(path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _replace(exports: Path, folder: Path, manifest: Manifest, previous: Release | None) -> None:
    """Put the exports beside the releases, and take away those of the release before that are no more."""
    gone = previous.manifest.exports.keys() - manifest.exports.keys() if previous else ()
    new: dict[str, bytes | None] = {name: (exports / name).read_bytes() for name in manifest.exports}
    record.write(folder, new | dict.fromkeys(gone))


def _staging(folder: Path) -> "tempfile.TemporaryDirectory[str]":
    for left in folder.glob(".releasing-*"):
        shutil.rmtree(left, ignore_errors=True)
    return tempfile.TemporaryDirectory(prefix=".releasing-", dir=folder)
