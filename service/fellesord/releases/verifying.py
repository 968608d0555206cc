"""Verifying releases: every file is as released, each follows the one before, and can be made again."""

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from fellesord import __version__
from fellesord.errors import FellesordError
from fellesord.releases import manifests, published
from fellesord.releases.archive import Archive, Release
from fellesord.releases.editions import Edition
from fellesord.releases.making import fill
from fellesord.releases.manifests import File
from fellesord.releases.signing import SIGNATURE


@dataclass(frozen=True)
class Verdict:
    """What was found of a release; ``reproduced`` is ``None`` where it could not be made again."""

    date: str
    files: int
    problems: tuple[str, ...]
    reproduced: bool | None = None


def verify(archive: Archive, release: Release) -> Verdict:
    """Whether a release is what it was.

    It is made again in a temporary folder and compared, where it was made by this version of the program.
    That it comes out otherwise is no problem: the program may tell of changes in other words than then.
    """
    try:
        manifest = release.manifest
        problems = [*_files(release), *_previous(archive, release)]
        if problems or manifest.program != __version__:
            return Verdict(release.date, len(manifest.files), tuple(problems))
        return Verdict(release.date, len(manifest.files), (), _again(archive, release))
    except (FellesordError, OSError) as error:
        return Verdict(release.date, 0, (str(error),))


def lost(archive: Archive, vocab: Path) -> tuple[str, ...]:
    """A line for each IRI that has been published and that the record says nothing of. Raises InvalidData."""
    known = published.read(archive.folder / published.NAME)
    unlisted = [
        f"<{iri}> was released on {release.date}, but is not in {published.NAME}; take it back from git"
        for release in archive
        for iri in sorted(published.iris(release.edition) - known.keys())
    ]
    return (*unlisted, *(published.lost(known, Edition.read(vocab)) if known else ()))


def _files(release: Release) -> list[str]:
    there = {
        path.relative_to(release.folder).as_posix() for path in release.folder.rglob("*") if path.is_file()
    }
    there -= {manifests.NAME, SIGNATURE}
    said = release.manifest.files
    wrong = [f"{name}: is missing" for name in sorted(said.keys() - there)]
    wrong += [f"{name}: is not named by the manifest" for name in sorted(there - said.keys())]
    changed = (name for name in sorted(there & said.keys()) if _of(release.folder / name) != said[name])
    wrong += [f"{name}: is not as it was released" for name in changed]
    if release.manifest.date != release.date:
        wrong.append(f"{manifests.NAME}: says it is of {release.manifest.date}")
    return wrong


def _previous(archive: Archive, release: Release) -> list[str]:
    said, before = release.manifest.previous, archive.before(release.date)
    if said is None and before is None:
        return []
    if said is None or before is None:
        return ["says that it is the first" if said is None else "the release that it follows is missing"]
    if said.date != before.date:
        return [f"says that it follows {said.date}, but {before.date} is the one before"]
    if said.manifest != _of(before.folder / manifests.NAME).sha256:
        return [f"the manifest of {before.date} is not the one that it follows"]
    return []


def _again(archive: Archive, release: Release) -> bool:
    """Whether a release is the same, made of its own record again; exports are taken as they were."""
    with tempfile.TemporaryDirectory() as name:
        made = fill(Path(name) / release.date, release.edition, archive.before(release.date))
        again = replace(made.manifest, exports=release.manifest.exports)
        return again.write() == release.file(manifests.NAME)


def _of(path: Path) -> File:
    return File.of(path.read_bytes())
