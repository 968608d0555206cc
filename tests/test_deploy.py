"""The examples in deploy/ are right: each is judged by the program that would read it."""

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from fellesord.config import SETTINGS, settings

REPOSITORY = Path(__file__).parents[1]
DEPLOY = REPOSITORY / "deploy"
VARIABLES = {setting.variable: setting for setting in SETTINGS}
#: What systemd-analyze may find of exposure, in tenths of its points from 0 to 10.
EXPOSURE = 15


def tool(name: str, package: str) -> str:
    """The program of that name. Where it is missing the test is skipped, or in CI fails."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if found is None:
        missing = f"{name} is not installed; on Debian: apt-get install {package}"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    return found


def passes(*command: str, env: dict[str, str] | None = None) -> str:
    result = subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False, env={**os.environ, **(env or {})}
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout + result.stderr


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit with a program that exists on every machine."""
    text = (DEPLOY / "fellesord.service").read_text("utf-8")
    assert "ExecStart=/opt/fellesord/bin/fellesord serve" in text
    path = tmp_path / "fellesord.service"
    path.write_text(text.replace("/opt/fellesord/bin/fellesord", "/bin/sh"), "utf-8")
    return path


def test_systemd_accepts_the_unit(unit: Path) -> None:
    said = passes(tool("systemd-analyze", "systemd"), "verify", "--man=no", str(unit))
    assert "fellesord.service" not in said


def test_systemd_refuses_a_unit_with_a_misspelt_line(unit: Path) -> None:
    unit.write_text(unit.read_text("utf-8").replace("ProtectSystem=strict", "ProtectSystem=stricter"))
    result = subprocess.run(
        [tool("systemd-analyze", "systemd"), "verify", "--man=no", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "stricter" in result.stderr


def test_systemd_finds_the_unit_well_protected(unit: Path) -> None:
    analyze = tool("systemd-analyze", "systemd")
    passes(analyze, "security", "--no-pager", "--offline=true", f"--threshold={EXPOSURE}", str(unit))


def test_systemd_accepts_an_instance_among_several(unit: Path) -> None:
    template = unit.rename(unit.with_name("fellesord@.service"))
    folder = unit.with_name("fellesord@.service.d")
    folder.mkdir()
    shutil.copy(DEPLOY / "instances.conf", folder)
    analyze = tool("systemd-analyze", "systemd")
    assert "fellesord" not in passes(
        analyze, "verify", "--man=no", str(template.with_name("fellesord@8001.service"))
    )
    (folder / "instances.conf").write_text("[Service]\nEnvironment=x\nWorkers=2\n")
    result = subprocess.run(
        [analyze, "verify", "--man=no", str(template.with_name("fellesord@8001.service"))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Workers" in result.stderr


def test_nginx_accepts_its_configuration(tmp_path: Path) -> None:
    nginx = tool("nginx", "nginx-light")
    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    certificate(tmp_path)
    text = re.sub(r"/etc/ssl/[^/;]+/", f"{tmp_path}/", text)
    text = text.replace("/var/log/nginx/", f"{tmp_path}/")
    text, listens = re.subn(r"listen (\d+)", rf"listen unix:{tmp_path}/\1", text)
    assert listens == 3
    path = tmp_path / "nginx.conf"
    path.write_text(f"pid {tmp_path}/pid;\nerror_log stderr;\n{text}", "utf-8")
    assert "[warn]" not in passes(nginx, "-t", "-q", "-p", str(tmp_path), "-c", str(path))


def certificate(folder: Path) -> None:
    """A key and a certificate that nobody trusts, as nginx opens them even to test."""
    openssl = tool("openssl", "openssl")
    passes(
        *(openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=x.example"),
        *("-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")),
    )


def test_caddy_accepts_its_configuration(tmp_path: Path) -> None:
    caddy = tool("caddy", "caddy")
    own = {"XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "HOME": str(tmp_path)}
    path = str(DEPLOY / "Caddyfile")
    said = passes(caddy, "validate", "--adapter", "caddyfile", "--config", path, env=own)
    assert "Valid configuration" in said
    assert "not formatted" not in said


def instructions() -> list[tuple[str, str]]:
    """The instructions of the Dockerfile, with what they are given."""
    text = re.sub(r"^\s*#.*\n", "", (DEPLOY / "Dockerfile").read_text("utf-8"), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", " ", text).splitlines()
    return [(word, rest) for word, _, rest in (line.strip().partition(" ") for line in lines) if word]


def given(instruction: str) -> list[str]:
    return [rest for word, rest in instructions() if word == instruction]


def test_the_image_is_built_from_tagged_bases_and_stages_of_its_own() -> None:
    stages: set[str] = set()
    for base in given("FROM"):
        name, _, stage = base.partition(" AS ")
        assert name in stages or re.fullmatch(r"python:3\.1[1-9]-slim-[a-z]+", name), name
        stages.add(stage)
    copied = [found[1] for rest in given("COPY") if (found := re.match(r"--from=(\S+)", rest))]
    assert set(copied) <= stages


def test_the_image_runs_one_program_as_nobody_and_says_whether_it_lives() -> None:
    last = [word for word, _ in instructions()]
    final = instructions()[len(last) - last[::-1].index("FROM") :]
    users = [rest for word, rest in final if word == "USER"]
    assert users
    assert users[-1].split(":")[0] not in ("root", "0", "")
    assert given("CMD") == ['["fellesord", "serve"]']
    (check,) = given("HEALTHCHECK")
    assert re.search(r' CMD \["python", "-c", ', check)
    assert "/health/live" in check
    assert not re.search(r"\b(curl|wget)\b", check)


def test_building_the_image_asks_nothing_but_the_package_index() -> None:
    for command in given("RUN"):
        assert not re.search(r"\b(curl|wget|apt|apt-get|git)\b|://", command), command
    assert not given("ADD")


def test_what_the_wheel_is_built_from_is_in_the_build_context() -> None:
    allowed = re.findall(r"^!(\S+)$", (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8"), re.MULTILINE)
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
    needed = [
        "pyproject.toml",
        project["project"]["readme"],
        *project["project"]["license-files"],
        *project["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"],
    ]
    assert [path for path in needed if path.split("/")[0] not in allowed] == []
    assert all((REPOSITORY / path).exists() for path in allowed)


def compose() -> dict[str, Any]:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]
    assert list(services) == ["fellesord"]
    found: dict[str, Any] = services["fellesord"]
    return found


def test_the_container_can_write_nothing_and_become_nobody_else() -> None:
    service = compose()
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert not {"privileged", "cap_add", "network_mode", "pid", "volumes"} & service.keys()
    assert [mount.split(":")[0] for mount in service["tmpfs"]] == ["/tmp"]


def test_the_container_is_reached_from_this_machine_only_and_is_bounded() -> None:
    service = compose()
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    assert {"mem_limit", "pids_limit"} <= service.keys()


def test_the_container_is_built_by_the_dockerfile_beside_it() -> None:
    build = compose()["build"]
    assert (DEPLOY / build["context"]).resolve() == REPOSITORY.resolve()
    assert (REPOSITORY / build["dockerfile"]).is_file()


def files() -> list[Path]:
    return sorted(path for path in DEPLOY.iterdir() if path.is_file())


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name)
def test_every_setting_that_is_named_exists(path: Path) -> None:
    text = path.read_text("utf-8")
    assert set(re.findall(r"\bFELLESORD_[A-Z_]+", text)) <= VARIABLES.keys()
    known = {setting.option for setting in SETTINGS} | {"--check", "--out", "--to", "--keep"}
    for command in re.findall(r"fellesord (?:serve|graph|doctor|config|format|load)\b([^\n|&`]*)", text):
        assert set(re.findall(r"(?<=\s)--[a-z-]+", command)) <= known, command


def environments() -> list[tuple[str, dict[str, str]]]:
    """What each example puts into the environment of the service."""
    unit, instances = ((DEPLOY / name).read_text("utf-8") for name in ("fellesord.service", "instances.conf"))
    of_unit, of_instances = (
        dict(re.findall(r"^Environment=(\w+)=(.*)$", text, re.MULTILINE)) for text in (unit, instances)
    )
    image = dict(re.findall(r"(FELLESORD_\w+)=(\S+)", " ".join(given("ENV"))))
    return [
        ("systemd", of_unit),
        (
            "instances",
            of_unit | of_instances | {"FELLESORD_PORT": of_instances["FELLESORD_PORT"].replace("%i", "8001")},
        ),
        ("image", image),
        ("compose", image | compose()["environment"]),
    ]


@pytest.mark.parametrize(("name", "environment"), environments(), ids=lambda value: str(value)[:8])
def test_the_settings_of_every_example_can_be_used(name: str, environment: dict[str, str]) -> None:
    assert environment
    chosen = settings({}, environment)
    if chosen.hosts:
        assert "127.0.0.1" in chosen.hosts, f"the health check of {name} would be refused"


def test_every_example_is_described() -> None:
    readme = (DEPLOY / "README.md").read_text("utf-8")
    described = {
        name for row in re.findall(r"^\| (`.*?) \|", readme, re.MULTILINE) for name in row.split("`")[1::2]
    }
    examples = {path.name for path in files() if path.name not in ("README.md", "Dockerfile.dockerignore")}
    assert examples == {name for name in described if not name.startswith("/")}
