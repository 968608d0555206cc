"""``make assets``: renew what the pages borrow, and write down which versions that is.

Takes the style sheets of Designsystemet (Digdir, MIT) and the editor of queries (Yasqe, MIT) from the
packages they are published in, by ``npm``, and writes what the pages use to ``static/vendor``. Nobody needs
npm to install or to run the service.
"""

import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

VENDOR = Path(__file__).parents[1] / "service/fellesord/web/static/vendor"
STYLES, EDITOR = "@digdir/designsystemet-css", "@zazuko/yasqe"
#: Components that the pages use, in the order of the package's own index.
COMPONENTS = (
    "link", "heading", "paragraph", "list", "label", "button", "input", "fieldset", "field", "details",
    "table", "tag", "alert", "card", "pagination", "skip-link", "breadcrumbs",
)  # fmt: skip


def main(styles: str, editor: str) -> None:
    """Write the style sheet and the editor of those versions, a licence, and the exact numbers."""
    VENDOR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        exact = {
            STYLES: _styles(*_unpacked(STYLES, styles, Path(folder) / "styles")),
            EDITOR: _editor(*_unpacked(EDITOR, editor, Path(folder) / "editor")),
        }
    (VENDOR / "versions.txt").write_text("".join(f"{each} {number}\n" for each, number in exact.items()))


def _unpacked(package: str, version: str, folder: Path) -> tuple[Path, str]:
    """A folder with a package, and the exact version."""
    folder.mkdir()
    packed = subprocess.run(  # noqa: S603 - the package's name and a version
        ["npm", "pack", "--silent", f"{package}@{version}"],  # noqa: S607 - npm as it is found
        cwd=folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    with tarfile.open(folder / packed.stdout.strip()) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package", packed.stdout.strip().rpartition("-")[2].removesuffix(".tgz")


def _styles(package: Path, exact: str) -> str:
    sheets = package / "dist" / "src"
    text = f"/* {STYLES} {exact}, MIT, Digdir: {', '.join(COMPONENTS)} */\n"
    text += "@layer ds.theme, ds.base, ds.components;\n"
    text += (package / "dist" / "theme" / "designsystemet.css").read_text("utf-8").strip() + "\n"
    text += f"@layer ds.base {{{(sheets / 'base.css').read_text('utf-8').strip()}}}\n"
    for name in COMPONENTS:
        text += f"@layer ds.components {{{(sheets / f'{name}.css').read_text('utf-8').strip()}}}\n"
    (VENDOR / "designsystemet.css").write_text(text, "utf-8")
    if licence := next((path for path in package.glob("LICENSE*")), None):
        (VENDOR / "LICENSE").write_bytes(licence.read_bytes())
    return exact


def _editor(package: Path, exact: str) -> str:
    for suffix in ("js", "css"):
        text = (package / "build" / f"yasqe.min.{suffix}").read_text("utf-8")
        kept = [line for line in text.splitlines() if "sourceMappingURL" not in line]
        head = f"/* {EDITOR} {exact}, MIT, Triply and Zazuko */"
        (VENDOR / f"yasqe.min.{suffix}").write_text("\n".join([head, *kept, ""]), "utf-8")
    return exact


if __name__ == "__main__":
    main(*[*sys.argv[1:], "latest", "latest"][:2])
