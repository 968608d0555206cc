"""What a graph holds, counted: its classes and its properties."""

from functools import cached_property

from fellesord.store import Store
from fellesord.store.queries import load


class Statistics:
    """Counts over a store, each made when it is first asked for. Raises StoreError then."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @cached_property
    def classes(self) -> tuple[tuple[str, int], ...]:
        """Each class and its things."""
        return self._counted("describe/classes", "class")

    @cached_property
    def properties(self) -> tuple[tuple[str, int], ...]:
        """Each property and its uses."""
        return self._counted("describe/properties", "property")

    @property
    def triples(self) -> int:
        """All triples."""
        return sum(number for _, number in self.properties)

    def _counted(self, query: str, name: str) -> tuple[tuple[str, int], ...]:
        rows = self._store.select(load(query).text)
        return tuple((str(row[name].value), int(str(row["number"].value))) for row in rows)
