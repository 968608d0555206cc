"""The package is built in floors: a module imports only from floors below it."""

import ast
import re
from pathlib import Path

import fellesord

FLOORS = [
    {"errors"},
    {"namespaces", "files", "config", "languages"},
    {"rdf", "jail"},
    {"record"},
    {"store"},
    {"vocabulary"},
    {"search"},
    {"formats"},
    {"checks"},
    {"intake"},
    {"releases"},
    {"editing"},
    {"web"},
    {"cli"},
]
LEVEL = {name: level for level, names in enumerate(FLOORS) for name in names}
PACKAGE = Path(fellesord.__file__).parent
LONGEST = 400


def imported(path: Path) -> set[str]:
    """Top-level parts of the package that a file imports, lazily or not."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            if node.module == "fellesord":
                names.update(f"fellesord.{alias.name}" for alias in node.names)
            names.add(node.module)
        elif isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
    return {name.split(".")[1] for name in names if name.startswith("fellesord.")}


def test_every_part_stands_on_a_floor() -> None:
    parts = {
        path.stem if path.is_file() else path.name
        for path in PACKAGE.iterdir()
        if path.suffix == ".py" or (path.is_dir() and (path / "__init__.py").exists())
    }
    assert parts - {"__init__", "__main__"} <= LEVEL.keys()


def test_imports_only_go_down() -> None:
    wrong = [
        f"{path.relative_to(PACKAGE)} imports {name}"
        for path in sorted(PACKAGE.rglob("*.py"))
        if (part := path.relative_to(PACKAGE).parts[0].removesuffix(".py")) in LEVEL
        for name in sorted(imported(path) - {"__version__"})
        if name != part and LEVEL[name] >= LEVEL[part]
    ]
    assert not wrong


def test_no_module_is_too_long() -> None:
    long = [
        f"{path.relative_to(PACKAGE)}: {lines}"
        for path in PACKAGE.rglob("*.py")
        if (lines := len(path.read_text("utf-8").splitlines())) > LONGEST
    ]
    assert not long


def test_sparql_stands_in_query_files_only() -> None:
    sparql = re.compile(r"\b(SELECT|CONSTRUCT|ASK|DESCRIBE|INSERT|DELETE)\b[^\"]{0,80}(WHERE)?\s*\{")
    found = [
        path.name
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and sparql.search(node.value)
        and path.parent.name != "checks"
    ]
    assert not found


def test_only_floors_that_hold_terms_name_the_engine() -> None:
    allowed = {"rdf", "record", "store", "vocabulary", "search", "formats", "checks", "intake", "releases"}
    found = [
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if "pyoxigraph" in path.read_text("utf-8")
        and path.relative_to(PACKAGE).parts[0].removesuffix(".py") not in allowed
    ]
    assert not found
