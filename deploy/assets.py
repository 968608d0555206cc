"""``make assets``: renew what the pages borrow, and write down which versions that is.

Takes the style sheets of Designsystemet (Digdir, MIT) from the package they are published in, by ``npm``, and
writes those the pages use to ``static/vendor``. Nobody needs npm to install or to run the service.
"""

import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

VENDOR = Path(__file__).parents[1] / "service/fellesord/web/static/vendor"
PACKAGE = "@digdir/designsystemet-css"
#: Components that the pages use, in the order of the package's own index.
COMPONENTS = (
    "link", "heading", "paragraph", "list", "label", "button", "input", "fieldset", "field", "details",
    "table", "tag", "alert", "card", "pagination", "skip-link", "breadcrumbs",
)  # fmt: skip


def main(version: str) -> None:
    """Write the style sheet of a version, its licence, and its exact number."""
    with tempfile.TemporaryDirectory() as folder:
        packed = subprocess.run(  # noqa: S603 - the package's name and a version
            ["npm", "pack", "--silent", f"{PACKAGE}@{version}"],  # noqa: S607 - npm as it is found
            cwd=folder, capture_output=True, text=True, check=True,
        )  # fmt: skip
        with tarfile.open(Path(folder) / packed.stdout.strip()) as archive:
            archive.extractall(folder, filter="data")
        package = Path(folder) / "package"
        sheets = package / "dist" / "src"
        exact = packed.stdout.strip().rpartition("-")[2].removesuffix(".tgz")
        text = f"/* {PACKAGE} {exact}, MIT, Digdir: {', '.join(COMPONENTS)} */\n"
        text += "@layer ds.theme, ds.base, ds.components;\n"
        text += (package / "dist" / "theme" / "designsystemet.css").read_text("utf-8").strip() + "\n"
        text += f"@layer ds.base {{{(sheets / 'base.css').read_text('utf-8').strip()}}}\n"
        for name in COMPONENTS:
            text += f"@layer ds.components {{{(sheets / f'{name}.css').read_text('utf-8').strip()}}}\n"
        VENDOR.mkdir(parents=True, exist_ok=True)
        (VENDOR / "designsystemet.css").write_text(text, "utf-8")
        licence = next(
            (path for path in (package / "LICENSE", package / "LICENSE.md") if path.exists()), None
        )
        if licence:
            (VENDOR / "LICENSE").write_bytes(licence.read_bytes())
        (VENDOR / "versions.txt").write_text(f"{PACKAGE} {exact}\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "latest")
