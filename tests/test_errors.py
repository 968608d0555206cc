"""The exception tree: stable codes, an answer and an exit code for every class, and it pickles."""

import pickle

import pytest

from fellesord import errors
from fellesord.cli import exit_code
from fellesord.web.problems import status_of


def tree(cls: type[errors.FellesordError]) -> list[type[errors.FellesordError]]:
    return [cls, *(below for child in cls.__subclasses__() for below in tree(child))]


def an(cls: type[errors.FellesordError]) -> errors.FellesordError:
    if cls is errors.Withdrawn:
        return errors.Withdrawn("https://x.example/id/concept/a", "2025-01-01", {"nb": "feil"}, ())
    return cls("what was wrong")


@pytest.mark.parametrize("cls", tree(errors.FellesordError))
def test_every_error_has_an_own_code_a_status_and_an_exit_code(cls: type[errors.FellesordError]) -> None:
    assert "code" in vars(cls)
    assert 400 <= status_of(an(cls))[0] <= 503
    assert exit_code(an(cls)) in (1, 2)


def test_codes_are_unique() -> None:
    codes = [cls.code for cls in tree(errors.FellesordError)]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("cls", tree(errors.FellesordError))
def test_errors_travel_between_processes(cls: type[errors.FellesordError]) -> None:
    error = an(cls)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
