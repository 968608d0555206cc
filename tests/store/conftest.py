"""What the tests of stores share: scripted endpoints, and a clock for those who wait for them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from tests.store.scripted import Server, Time


@pytest.fixture
def time_() -> Time:
    return Time()


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    with ExitStack() as stack:
        yield lambda *steps: stack.enter_context(Server(*steps))
