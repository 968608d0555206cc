"""Tables of everything: ``concepts.csv``, and ``concepts.xlsx`` with a sheet for each other kind beside."""

import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from fellesord.formats import columns, concepts, graphs, table
from fellesord.formats.plain import plain
from fellesord.formats.recorded import Recorded
from fellesord.formats.workbook import Sheet
from fellesord.languages import LANGUAGES
from fellesord.namespaces import RDF
from fellesord.vocabulary.entities import entity_class
from fellesord.vocabulary.fields import Statements, read
from fellesord.vocabulary.reading import Vocabulary

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: What a table of concepts keeps to: the columns of the national concept catalogue.
STANDARD = "https://data.norge.no/specification/skos-ap-no-begrep"
#: The kinds that have sheets beside the concepts, and what those are called.
TITLES = {
    "collection": "Emnegrupper", "project": "Prosjekter", "tool": "Verktøy", "lesson": "Lærdommer",
    "indicator": "Indikatorer", "county": "Fylkeskommuner", "event": "Samlinger",
    "organization": "Organisasjoner",
}  # fmt: skip
_LEAST = 200


def write_csv(vocabulary: Vocabulary, file: BinaryIO) -> None:
    """Write every concept as a row, under the names of columns that the national catalogue and ours have."""
    view = Recorded(vocabulary)
    heads, rows = concepts.table(view, concepts.concepts(view))
    file.write(table.write([column.name for column in heads], rows))


def write_workbook(vocabulary: Vocabulary, file: BinaryIO) -> None:
    """Write a workbook: the concepts as they can be taken in again, and a sheet for each other kind."""
    file.write(concepts.template(Recorded(vocabulary), "nb", filled=True, beside=list(_beside(vocabulary))))


def read_back_csv(vocabulary: Vocabulary, path: Path) -> tuple[str, ...]:
    """What differs between the concepts of a file and those there are."""
    import csv

    with path.open(encoding="utf-8", newline="") as file:
        found = {row["id"] for row in csv.DictReader(file)}
    return _differing(vocabulary, path, found)


def read_back_workbook(vocabulary: Vocabulary, path: Path) -> tuple[str, ...]:
    """What differs between the concepts of a workbook and those there are, read by another program."""
    from python_calamine import CalamineWorkbook

    head, *rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    place = head.index(columns.TEXTS.text("id", "nb"))
    return _differing(vocabulary, path, {str(row[place]) for row in rows})


def same_cells(one: bytes, other: bytes) -> bool:
    """Whether two workbooks have the same sheets with the same cells."""
    return _cells(one) == _cells(other)


def _cells(data: bytes) -> dict[str, Any]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    except CalamineError:
        return {}


def _differing(vocabulary: Vocabulary, path: Path, found: set[str]) -> tuple[str, ...]:
    start = f"{vocabulary.base}concept/"
    wanted = {iri.removeprefix(start) for iri in vocabulary.terms() if iri.startswith(start)}
    return tuple(
        f"{path.name}: {name} is in only one of file and vocabulary" for name in sorted(found ^ wanted)
    )


def _beside(vocabulary: Vocabulary) -> Iterable[Sheet]:
    """A sheet for each kind of thing that there is beside the concepts."""
    every = [iri for iri in graphs.everything(vocabulary, str).subjects if "#" not in iri]
    for kind, title in TITLES.items():
        iris = [iri for iri in every if iri.startswith(f"{vocabulary.base}{kind}/")]
        if iris:
            yield _sheet(title, list(_entities(vocabulary, iris)))


def _entities(vocabulary: Vocabulary, iris: Sequence[str]) -> Iterable[tuple[str, dict[str, Any]]]:
    for start in range(0, len(iris), _LEAST):
        asked = iris[start : start + _LEAST]
        triples = vocabulary.store.describe(asked)
        named = vocabulary.labels({str(each.object)[1:-1] for each in triples if str(each.object)[0] == "<"})
        about = Statements(triples, named, vocabulary.base)
        for iri in asked:
            classes = about.iris(iri, RDF.type)
            yield iri, plain(read(entity_class(iri, vocabulary.base, classes), about, iri))


def _sheet(title: str, things: Sequence[tuple[str, dict[str, Any]]]) -> Sheet:
    """Things of one kind as a sheet: a column for each of their fields, a language each where it has some."""
    cells = [{"uri": iri, **dict(_flat(content))} for iri, content in things]
    heads = list(dict.fromkeys(name for row in cells for name in row))
    return Sheet(title, heads, [[row.get(name, "") for name in heads] for row in cells])


def _flat(content: dict[str, Any]) -> Iterable[tuple[str, str]]:
    """The fields of a thing as cells."""
    for name, value in content.items():
        if isinstance(value, dict) and value.keys() <= {*LANGUAGES, "und", "se", "sma", "smj", "fkv"}:
            for tag, text in value.items():
                yield f"{name} ({tag})", text if isinstance(text, str) else " | ".join(map(str, text))
        elif isinstance(value, list):
            if shown := [each for each in map(_shown, value) if each]:
                yield name, " | ".join(shown)
        elif value is not None:
            yield name, _shown(value)


def _shown(value: Any) -> str:
    """A value in a cell: a link by its name, what has parts by its texts."""
    if isinstance(value, dict):
        if "uri" in value:
            return str(next(iter(value["label"].values()), value["uri"]))
        return str(value.get("value", "")) or "; ".join(
            filter(None, (_shown(each) for each in value.values()))
        )
    if isinstance(value, list):
        return ", ".join(map(_shown, value))
    return "" if value is None else str(value)
