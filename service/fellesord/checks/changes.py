"""What changed in a record since a revision of git: which documents, and how they all read then."""

import re
import subprocess
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

import pyoxigraph as ox

from fellesord.checks.results import Term
from fellesord.errors import InvalidSetting
from fellesord.record import documents
from fellesord.record.documents import Record
from fellesord.store import Store
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Sources

_COMMIT = re.compile(r"[0-9a-f]{40,64}")
#: What another git, whose hook this may run in, says of its own place.
_ITS_OWN = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY")


@dataclass(frozen=True)
class Changes:
    """Paths of documents below the record's folder: those that changed, and all of then with their bytes."""

    paths: frozenset[str]
    then: Mapping[str, bytes]

    def read(self, attached: tuple[Path, ...]) -> tuple[Store, Record]:
        """The record of then, and what was served of it beside some attached files.

        Raises InvalidData when there was none, or none that was right.
        """
        with TemporaryDirectory() as name:
            folder = Path(name)
            for document, data in self.then.items():
                path = folder / document
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            return EmbeddedStore.build(Sources(folder, attached)), documents.read(folder)


def since(folder: Path, revision: str, environment: Mapping[str, str]) -> Changes:
    """What changed in a record's folder since a revision, committed or not, in documents known to git or not.

    Raises InvalidSetting when the folder is in no checkout, git is missing, or it does not know the revision.
    """
    git = _Git(folder, environment)
    commit = git.commit(revision)
    changed = git.names(
        "diff", "--name-only", "--no-renames", "--no-ext-diff", "--relative", commit, "--", "."
    )
    changed += git.names("ls-files", "--others")
    return Changes(frozenset(filter(_document, changed)), git.documents(commit))


def things(paths: Collection[str], *records: Record) -> set[Term]:
    """What the documents at some paths describe, by any of some records: main resources and fragments."""
    found = (each for record in records for each in record.documents if each.path in paths)
    subjects = {triple.subject for document in found for triple in document.triples}
    return {node for node in subjects if not isinstance(node, ox.Triple)}


class _Git:
    """The git of a folder."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self._environment = {name: value for name, value in environment.items() if name not in _ITS_OWN}
        if not folder.is_dir():
            raise InvalidSetting(f"{folder}: there is no such folder")
        inside = self._run("rev-parse", "--is-inside-work-tree")
        if inside.returncode or inside.stdout.strip() != b"true":
            raise InvalidSetting(
                f"{folder}: is in no git checkout, so nothing tells what changed{_why(inside)}"
            )

    def commit(self, revision: str) -> str:
        """The hash of the commit that a revision names."""
        found = self._run("rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}")
        name = found.stdout.decode("ascii", "replace").strip()
        if found.returncode or not _COMMIT.fullmatch(name):
            raise InvalidSetting(
                f"{revision}: is no commit that git knows in {self._folder};"
                " name a commit, branch or tag, and fetch it first where the checkout is shallow"
            )
        return name

    def names(self, command: str, *arguments: str) -> list[str]:
        """The paths below the folder that a command lists."""
        listed = self._answer(command, "-z", *arguments)
        return [name.decode("utf-8", "surrogateescape") for name in listed.split(b"\0") if name]

    def documents(self, commit: str) -> dict[str, bytes]:
        """The documents in the folder as they are in a commit; links are none."""
        blobs: dict[str, str] = {}
        for line in self.names("ls-tree", "-r", commit):
            about, _, name = line.partition("\t")
            mode, _, blob = about.split(" ")
            if mode.startswith("100") and _document(name):
                blobs[name] = blob
        told = self._answer("cat-file", "--batch", given="".join(f"{blob}\n" for blob in blobs.values()))
        found, place = {}, 0
        for name, blob in blobs.items():
            begins = told.index(b"\n", place) + 1
            size = told[place:begins].split()[-1]
            if not size.isdigit():
                raise InvalidSetting(f"{self._folder / name}: git has lost how it read then ({blob})")
            place = begins + int(size)
            found[name] = told[begins:place]
            place += 1
        return found

    def _answer(self, *arguments: str, given: str = "") -> bytes:
        done = self._run(*arguments, given=given)
        if done.returncode:
            raise InvalidSetting(f"{self._folder}: git {arguments[0]} failed{_why(done)}")
        return done.stdout

    def _run(self, *arguments: str, given: str = "") -> subprocess.CompletedProcess[bytes]:
        command = ["git", "-C", str(self._folder), *arguments]
        try:
            return subprocess.run(  # noqa: S603 - no shell; a revision is only named after --end-of-options
                command, input=given.encode(), capture_output=True, env=self._environment, check=False
            )
        except (OSError, ValueError) as error:
            raise InvalidSetting(f"git cannot be run, which tells what changed: {error}") from error


def _document(name: str) -> bool:
    """Whether a path can be that of a document; the record itself says which are right."""
    parts = PurePosixPath(name).parts
    return name.endswith(".ttl") and not any(part.startswith(".") for part in parts)


def _why(done: subprocess.CompletedProcess[bytes]) -> str:
    lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return f": {lines[0].removeprefix('fatal: ')}" if lines else ""
