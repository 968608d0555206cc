"""The page for analysts is true: what it runs is run, and prints what it says."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from fellesord.files import root
from fellesord.store.catalogue import entries
from fellesord.web.links import LOCAL
from tests.test_docs import README
from tests.web.test_serving import running

PAGE = (Path(__file__).parents[1] / "docs" / "analysts.md").read_text("utf-8")
RUN = re.findall(r"^```python\n(.*?)^```\n\n```text\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
ADDRESSES = re.findall(rf"{re.escape(LOCAL)}(/api/v1/queries/[^\s\"`]+)", PAGE)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service of the shipped record."""
    with running(root() / "vocab", tmp_path_factory.mktemp("cache")) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.mark.parametrize(("program", "printed"), RUN, ids=range(len(RUN)))
def test_what_is_shown_is_what_is_printed(program: str, printed: str, served: str) -> None:
    here = program.replace(LOCAL, served)
    assert here != program
    result = subprocess.run([sys.executable, "-c", here], capture_output=True, text=True, check=True)
    assert result.stdout == printed


def test_every_program_is_run() -> None:
    assert len(RUN) == PAGE.count("```python\n") >= 4
    assert {name for name in ("SPARQLWrapper", "rdflib", "urlopen") if any(name in run for run, _ in RUN)} == {
        "SPARQLWrapper", "rdflib", "urlopen",
    }  # fmt: skip


def test_what_is_not_run_is_python(shipped_client: FlaskClient) -> None:
    for program in re.findall(r"^```python pandas\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL):
        compile(program, "analysts.md", "exec")


@pytest.mark.parametrize("address", sorted(set(ADDRESSES)))
def test_every_address_on_the_page_answers(shipped_client: FlaskClient, address: str) -> None:
    assert shipped_client.get(address).status_code == 200


def test_the_queries_named_on_the_page_are_there() -> None:
    named = set(re.findall(r"`([a-z]+(?:-[a-z]+)+)`", PAGE))
    assert named <= {each.name for each in entries()}
    assert "(docs/analysts.md)" in README
