"""What is exported and taken in again is the record it came from, byte for byte."""

import shutil
from pathlib import Path

import pytest

from fellesord.files import root
from fellesord.intake import planning, reading, sources
from fellesord.intake.view import View
from fellesord.namespaces import KINDS
from fellesord.rdf.syntaxes import SYNTAXES, Syntax
from fellesord.record import documents
from fellesord.store.generations import graph

RECORDS = [root() / "vocab", Path(__file__).parents[1] / "data" / "vocab"]


@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda syntax: syntax.suffix)
@pytest.mark.parametrize("origin", RECORDS, ids=["shipped", "made-up"])
def test_the_served_graph_gives_the_record_back(origin: Path, syntax: Syntax, tmp_path: Path) -> None:
    record = documents.read(origin)
    served = [quad.triple for quad in graph(record.triples())]
    file = tmp_path / f"served.{syntax.suffix}"
    file.write_bytes(syntax.write(served, record.base))
    emptied = tmp_path / "vocab"
    shutil.copytree(origin, emptied)
    for kind in KINDS:
        shutil.rmtree(emptied / kind, ignore_errors=True)
    plan = planning.plan(View.of(emptied), [reading.read(sources.opened(file))], profile="skos")
    assert plan.account.counts()["changed"] == plan.account.counts()["not-understood"] == 0
    assert not plan.account.added
    plan.write()
    assert {path.relative_to(emptied): path.read_bytes() for path in emptied.rglob("*.ttl")} == {
        path.relative_to(origin): path.read_bytes() for path in origin.rglob("*.ttl")
    }


@pytest.mark.parametrize("origin", RECORDS, ids=["shipped", "made-up"])
def test_taking_in_what_is_there_changes_nothing(origin: Path, tmp_path: Path) -> None:
    file = tmp_path / "served.ttl"
    record = documents.read(origin)
    served = [quad.triple for quad in graph(record.triples())]
    file.write_bytes(SYNTAXES[0].write(served, record.base))
    plan = planning.plan(View.of(origin), [reading.read(sources.opened(file))])
    assert {change.kind for change in plan.changes} == {"same"}
