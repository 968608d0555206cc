"""The documentation is true: what exists is documented, and what is documented exists."""

import re
import subprocess
from pathlib import Path

from flask.testing import FlaskClient

from fellesord.cli import cli
from fellesord.config import SETTINGS
from fellesord.files import root
from fellesord.namespaces import KINDS
from fellesord.store.catalogue import entries
from tests.test_floors import FLOORS
from tests.web.test_serving import running

REPOSITORY = Path(__file__).parents[1]
README = (REPOSITORY / "README.md").read_text("utf-8")


DOCS = "\n".join(each.read_text("utf-8") for each in sorted((REPOSITORY / "docs").glob("*.md")))


def section(title: str) -> str:
    return DOCS.split(f"\n## {title}\n")[1].split("\n## ")[0].split("\n# ")[0]


def first_column(title: str) -> set[str]:
    return set(re.findall(r"^\| `([^`]+)`", section(title), re.MULTILINE))


def test_every_command_is_documented_and_every_documented_one_exists() -> None:
    documented = {entry.split()[1] for entry in first_column("Commands")}
    assert documented == set(cli.commands)


def test_every_setting_is_documented_with_its_default_and_help() -> None:
    rows = dict(
        re.findall(
            r"^\| (?:`--[a-z-]+`)? ?\| `(FELLESORD_\w+)` \| (.*) \|$", section("Settings"), re.MULTILINE
        )
    )
    assert rows.keys() == {setting.variable for setting in SETTINGS}
    for setting in SETTINGS:
        default, _, text = rows[setting.variable].partition("|")
        assert default.strip(" `") == setting.default
        assert text.strip().startswith(setting.help)
        assert (f"| `{setting.option}` |" in section("Settings")) is not setting.secret


def test_every_route_is_documented_and_every_documented_one_exists(shipped_client: FlaskClient) -> None:
    assert first_column("Addresses") == {
        rule.rule for rule in shipped_client.application.url_map.iter_rules()
    }
    assert f"The kinds are {', '.join(KINDS[:-1])} and {KINDS[-1]}" in section("Addresses").replace("\n", " ")


def test_every_query_is_documented_and_every_documented_one_exists() -> None:
    folder = root() / "queries"
    assert first_column("Queries") == {
        path.relative_to(folder).as_posix() for path in folder.rglob("*.r[qu]")
    }


def test_queries_for_analysts_are_documented_as_they_say_themselves() -> None:
    for each in entries():
        english = next(text.value for text in each.description if text.language == "en")
        assert f"| `catalogue/{each.name}.rq` | {english} |" in section("Queries")


def test_every_target_of_the_makefile_that_is_named_exists() -> None:
    makefile = (REPOSITORY / "Makefile").read_text("utf-8")
    named = set(
        re.findall(r"`make (\w+)", README + DOCS + (REPOSITORY / "CONTRIBUTING.md").read_text("utf-8"))
    )
    assert named <= set(re.findall(r"^(\w+):", makefile, re.MULTILINE))


def test_every_option_that_the_page_on_scaling_names_exists() -> None:
    text = (REPOSITORY / "docs/scaling.md").read_text("utf-8")
    known = {option for command in cli.commands.values() for each in command.params for option in each.opts}
    named = set(re.findall(r"(?<=[`\s])--[a-z-]+", text))
    assert named
    assert named <= known
    assert set(re.findall(r"FELLESORD_[A-Z_]+", text)) <= {setting.variable for setting in SETTINGS}


def test_the_floor_plan_in_contributing_is_the_one_that_is_enforced() -> None:
    text = (REPOSITORY / "CONTRIBUTING.md").read_text("utf-8")
    rows = re.findall(r"^\| (\d+) \| ([^|]+) \|", text, re.MULTILINE)
    assert [set(re.findall(r"`(\w+)`", parts)) for _, parts in rows] == FLOORS


def examples(text: str) -> list[tuple[str, str]]:
    """The curl lines of a text, each with the answer printed below it."""
    return re.findall(r"^\$ (curl [^\n]+)\n((?:(?!\$ |```|\n)[^\n]*\n)+)", text, re.MULTILINE)


def test_there_are_three_curl_lines_on_the_first_screen() -> None:
    assert len(examples(README)) == 3
    assert all(README.splitlines().index(f"$ {command}") < 45 for command, _ in examples(README))


def test_every_page_and_picture_that_is_linked_to_is_there() -> None:
    pages = [REPOSITORY / "README.md", REPOSITORY / "CONTRIBUTING.md", *(REPOSITORY / "docs").glob("*.md")]
    for page in pages:
        for place in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8")):
            assert (page.parent / place).exists(), (page.name, place)
    named = set(re.findall(r"pictures/([\w.]+)", README + DOCS))
    assert named == {each.name for each in (REPOSITORY / "docs" / "pictures").iterdir()}
    assert {each.name for each in (REPOSITORY / "docs").glob("*.md")} <= set(
        re.findall(r"docs/([\w.]+)", README)
    )


def test_the_curl_lines_answer_what_is_printed_below_them(tmp_path: Path) -> None:
    with running(root() / "vocab", tmp_path) as port:
        for command, answer in examples(README + DOCS):
            local = command.replace("127.0.0.1:8000", f"127.0.0.1:{port}")
            result = subprocess.run(["/bin/sh", "-c", local], capture_output=True, text=True, check=True)
            assert result.stdout == answer.replace("127.0.0.1:8000", f"127.0.0.1:{port}"), command
