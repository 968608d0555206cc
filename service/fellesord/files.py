"""The one door to the files that ship with the package.

In a wheel they lie in ``fellesord/data/``. In a checkout (editable install) they are the
repository's own top-level folders, so an edit shows at once.
"""

from importlib.resources import files
from pathlib import Path


def root() -> Path:
    """The directory that holds ``vocab/``, ``shapes/``, ``queries/`` and ``exports/``."""
    package = Path(str(files("fellesord")))
    shipped = package / "data"
    return shipped if shipped.is_dir() else package.parents[1]
