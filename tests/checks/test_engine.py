"""How far a validation has come is told while it runs."""

import pyoxigraph as ox
import pytest

from fellesord.checks.data import Data
from fellesord.checks.engine import validate
from fellesord.checks.profiles import PROFILES, shapes_of
from fellesord.checks.results import Term


@pytest.mark.parametrize("profile", PROFILES)
def test_progress_rises_from_the_first_constraint_to_all_of_them(profile: str) -> None:
    told: list[tuple[int, int]] = []
    report = validate(Data.of(()), shapes_of(profile), progress=lambda done, of: told.append((done, of)))
    assert {total for _, total in told} == {len(report.explained)}
    assert told == sorted(told)
    assert told[0][0] > 0
    assert told[-1][0] == told[-1][1]


def test_progress_comes_to_its_end_where_few_things_are_judged() -> None:
    told: list[tuple[int, int]] = []
    focus: list[Term] = [ox.NamedNode("http://e.example/x")]
    validate(Data.of(()), shapes_of("skos"), focus=focus, progress=lambda done, of: told.append((done, of)))
    assert told[-1][0] == told[-1][1]
