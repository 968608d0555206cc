"""Documents are written all together or not at all."""

from pathlib import Path

import pytest

from fellesord.errors import InvalidSetting
from fellesord.record import documents, writing


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_documents_are_written_replaced_and_removed(small_record: Path) -> None:
    writing.write(small_record, {"concept/y.ttl": b"new", "concept/x.ttl": None, "scheme/s.ttl": b"s"})
    assert contents(small_record) == {"concept/y.ttl": b"new", "scheme/s.ttl": b"s"}


def test_what_had_been_moved_is_put_back_when_one_cannot_be(
    small_record: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(small_record)
    replace = Path.replace

    def failing(self: Path, target: Path) -> Path:
        if target.name == "z.ttl":
            raise OSError(28, "No space left on device", str(target))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    changes = {"concept/a.ttl": b"a", "concept/x.ttl": b"changed", "concept/z.ttl": b"z"}
    with pytest.raises(InvalidSetting, match="No space left on device; nothing was changed"):
        writing.write(small_record, changes)
    assert contents(small_record) == before


def test_a_killed_writer_leaves_a_record_that_can_be_read(small_record: Path) -> None:
    (small_record / ".writing-abc" / "new" / "concept").mkdir(parents=True)
    (small_record / ".writing-abc" / "new" / "concept" / "half.ttl").write_bytes(b"<half")
    assert len(documents.read(small_record).documents) == 1


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidSetting, match="nowhere: cannot be written"):
        writing.write(tmp_path / "nowhere", {"concept/x.ttl": b""})
