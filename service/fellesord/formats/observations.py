"""What has been measured: a table with its description (CSVW), JSON-stat 2.0, and an RDF Data Cube.

An observation belongs to an indicator, an area and a period. Each indicator is a data set of the cube, and
all have one structure.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import pyoxigraph as ox

from fellesord.formats import table
from fellesord.formats.skos_ap_no import triple, value
from fellesord.languages import LANGUAGES, Texts, pick
from fellesord.namespaces import (
    CUBE,
    DCT,
    QB,
    RDF,
    RDFS,
    RDFS_CUBE,
    SDMX_ATTRIBUTE,
    SDMX_DIMENSION,
    SDMX_MEASURE,
)
from fellesord.rdf.reading import read
from fellesord.rdf.syntaxes import TURTLE
from fellesord.store.queries import load
from fellesord.vocabulary.reading import Vocabulary

CSVW = "https://www.w3.org/TR/tabular-metadata/"
JSON_STAT = "https://json-stat.org/full/"
DATA_CUBE = "https://www.w3.org/TR/vocab-data-cube/"
TEXTS = Texts(Path(__file__).with_name("texts.toml"))
TABLE = "observations.csv"
_AT_ONCE = 256
#: The columns of the table, and the datatype of each (CSVW, section 6.4).
_COLUMNS = {
    "observation": "anyURI", "indicator": "anyURI", "indicator_label": "string", "area": "anyURI",
    "area_label": "string", "period": "string", "value": "number", "unit": "anyURI", "unit_label": "string",
    "source": "string",
}  # fmt: skip


@dataclass(frozen=True)
class Observation:
    """One measured value: IRIs of itself, its indicator, area and unit; ``sources`` are IRIs or texts."""

    iri: str
    indicator: str
    area: str
    period: str
    value: str
    unit: str
    sources: tuple[str, ...]
    triples: tuple[ox.Triple, ...]


def observations(vocabulary: Vocabulary) -> list[Observation]:
    """Everything that has been measured, by indicator, period and area."""
    rows = vocabulary.store.select(load("things").bind({"class": [QB.Observation]}))
    iris = sorted({row["thing"].value for row in rows})
    indicators = sorted({iri.partition("#")[0] for iri in iris})
    units = {
        str(each.subject)[1:-1]: value(each)
        for each in _described(vocabulary, indicators)
        if each.predicate.value == SDMX_ATTRIBUTE.unitMeasure
    }
    about: dict[str, list[ox.Triple]] = {iri: [] for iri in iris}
    for each in _described(vocabulary, iris):
        about.get(str(each.subject)[1:-1], []).append(each)
    found = [_observation(iri, about[iri], units) for iri in iris]
    return sorted(found, key=lambda each: (each.indicator, each.period, each.area, each.iri))


def _described(vocabulary: Vocabulary, iris: Sequence[str]) -> Iterator[ox.Triple]:
    for start in range(0, len(iris), _AT_ONCE):
        yield from vocabulary.store.describe(iris[start : start + _AT_ONCE])


def _observation(iri: str, about: Sequence[ox.Triple], units: dict[str, str]) -> Observation:
    def said(name: str) -> str:
        return next((value(each) for each in about if each.predicate.value == name), "")

    indicator = iri.partition("#")[0]
    return Observation(
        iri,
        indicator,
        said(SDMX_DIMENSION.refArea),
        said(SDMX_DIMENSION.refPeriod),
        said(SDMX_MEASURE.obsValue),
        said(SDMX_ATTRIBUTE.unitMeasure) or units.get(indicator, ""),
        tuple(sorted(value(each) for each in about if each.predicate.value == DCT.source)),
        tuple(about),
    )


def write_csv(vocabulary: Vocabulary, file: BinaryIO) -> None:
    """Write a row for each observation, with names in bokmål beside the IRIs."""
    found = observations(vocabulary)
    names = _names(vocabulary, found)
    rows = [
        [
            each.iri, each.indicator, names(each.indicator), each.area, names(each.area), each.period,
            table.Numeral(each.value), each.unit, names(each.unit), " | ".join(each.sources),
        ]
        for each in found
    ]  # fmt: skip
    file.write(table.write(list(_COLUMNS), rows))


def write_metadata(vocabulary: Vocabulary, file: BinaryIO) -> None:
    """Write what the columns of the table are, for programs (Metadata Vocabulary for Tabular Data)."""
    content = {
        "@context": "http://www.w3.org/ns/csvw",
        "url": TABLE,
        "dct:conformsTo": CSVW,
        "tableSchema": {
            "columns": [
                {
                    "name": name,
                    "titles": name,
                    "datatype": datatype,
                    "dct:description": {tag: TEXTS.text(f"column-{name}", tag) for tag in LANGUAGES},
                }
                for name, datatype in _COLUMNS.items()
            ],
            "primaryKey": "observation",
            "aboutUrl": "{+observation}",
        },
    }
    file.write(_json(content))


def write_json_stat(vocabulary: Vocabulary, file: BinaryIO) -> None:
    """Write a cube of indicator, area and period, with the values that there are."""
    found = observations(vocabulary)
    names = _names(vocabulary, found)
    axes = {
        "indicator": sorted({each.indicator for each in found}),
        "area": sorted({each.area for each in found}),
        "period": sorted({each.period for each in found}),
    }
    units = {each.indicator: {"label": names(each.unit)} for each in found if each.unit}
    dimension: dict[str, Any] = {
        name: {
            "label": TEXTS.text(f"column-{name}", "nb"),
            "category": {"index": keys, "label": {key: names(key) for key in keys}},
        }
        for name, keys in axes.items()
    }
    if units:
        dimension["indicator"]["category"]["unit"] = units
    sizes = [len(keys) for keys in axes.values()]
    values = {}
    for each in found:
        at = [
            axes["indicator"].index(each.indicator),
            axes["area"].index(each.area),
            axes["period"].index(each.period),
        ]
        values[(at[0] * sizes[1] + at[1]) * sizes[2] + at[2]] = json.loads(each.value)
    content = {
        "version": "2.0",
        "class": "dataset",
        "label": TEXTS.text("observations-json", "nb"),
        **({"updated": vocabulary.released} if vocabulary.released else {}),
        "id": list(axes),
        "size": sizes,
        "role": {"time": ["period"], "geo": ["area"], "metric": ["indicator"]},
        "dimension": dimension,
        "value": {str(place): number for place, number in sorted(values.items())},
    }
    file.write(_json(content))


def write_cube(name: str, vocabulary: Vocabulary, file: BinaryIO) -> None:
    """Write the cube, whose structure is named after the file ``name``."""
    file.write(TURTLE.write(_cube(name, vocabulary), vocabulary.base))


def _cube(name: str, vocabulary: Vocabulary) -> Iterator[ox.Triple]:
    structure = f"{vocabulary.base.removesuffix('/id/')}/export/{name}#structure"
    yield triple(structure, RDF.type, ox.NamedNode(CUBE.DataStructureDefinition))
    components = (
        (CUBE.dimension, CUBE.DimensionProperty, SDMX_DIMENSION.refArea),
        (CUBE.dimension, CUBE.DimensionProperty, SDMX_DIMENSION.refPeriod),
        (CUBE.measure, CUBE.MeasureProperty, SDMX_MEASURE.obsValue),
        (CUBE.attribute, CUBE.AttributeProperty, SDMX_ATTRIBUTE.unitMeasure),
    )
    for number, (link, kind, property) in enumerate(components, 1):
        component = f"{structure}-{number}"
        yield triple(structure, CUBE.component, ox.NamedNode(component))
        yield triple(component, link, ox.NamedNode(property))
        yield triple(property, RDF.type, ox.NamedNode(kind))
        if kind == CUBE.DimensionProperty:  # as SDMX declares them: areas are things, periods are literals
            yield triple(property, RDFS.range, ox.NamedNode(RDFS_CUBE.Resource))
    found = observations(vocabulary)
    for each in found:
        data = f"{each.indicator}#observations"
        yield triple(data, RDF.type, ox.NamedNode(CUBE.DataSet))
        yield triple(data, CUBE.structure, ox.NamedNode(structure))
        yield triple(data, DCT.subject, ox.NamedNode(each.indicator))
        yield triple(each.iri, CUBE.dataSet, ox.NamedNode(data))
        yield from each.triples
        if each.unit:
            yield triple(each.iri, SDMX_ATTRIBUTE.unitMeasure, ox.NamedNode(each.unit))
    for iri, labels in vocabulary.labels({each.indicator for each in found}).items():
        for text in labels:
            yield triple(f"{iri}#observations", RDFS.label, ox.Literal(text.value, language=text.language))


def read_back_csv(vocabulary: Vocabulary, path: Path) -> tuple[str, ...]:
    """What differs between the rows of a file and what has been measured."""
    with path.open(encoding="utf-8", newline="") as file:
        found = {(row["observation"], row["value"]) for row in csv.DictReader(file)}
    return _differing(vocabulary, path, found)


def read_back_metadata(vocabulary: Vocabulary, path: Path) -> tuple[str, ...]:
    """What differs between the columns that are described and those that there are."""
    said = [each["name"] for each in json.loads(path.read_bytes())["tableSchema"]["columns"]]
    return () if said == list(_COLUMNS) else (f"{path.name}: describes other columns than {TABLE} has",)


def read_back_json_stat(vocabulary: Vocabulary, path: Path) -> tuple[str, ...]:
    """What differs between the values of a cube and what has been measured."""
    content = json.loads(path.read_bytes())
    axes = [content["dimension"][name]["category"]["index"] for name in content["id"]]
    there = {(each.indicator, each.area, each.period): each for each in observations(vocabulary)}
    found = set()
    for place, number in content["value"].items():
        first, rest = divmod(int(place), len(axes[1]) * len(axes[2]))
        second, third = divmod(rest, len(axes[2]))
        each = there.get((axes[0][first], axes[1][second], axes[2][third]))
        found.add(
            (each.iri if each else place, each.value if each and json.loads(each.value) == number else number)
        )
    return _differing(vocabulary, path, found)


def read_back_cube(vocabulary: Vocabulary, path: Path) -> tuple[str, ...]:
    """What differs between the observations of a cube and what has been measured."""
    said = [each for each in read(path).triples if each.predicate.value == SDMX_MEASURE.obsValue]
    return _differing(vocabulary, path, {(str(each.subject)[1:-1], value(each)) for each in said})


def _differing(vocabulary: Vocabulary, path: Path, found: Iterable[tuple[str, Any]]) -> tuple[str, ...]:
    wanted = {(each.iri, each.value) for each in observations(vocabulary)}
    return tuple(
        f"{path.name}: {iri} {number} is in only one of file and vocabulary"
        for iri, number in sorted({*found} ^ wanted, key=str)
    )


def _names(vocabulary: Vocabulary, found: Sequence[Observation]) -> Any:
    """What gives the name of a thing in bokmål; itself where it has none."""
    labels = vocabulary.labels(
        {iri for each in found for iri in (each.indicator, each.area, each.unit) if iri}
    )

    def name(iri: str) -> str:
        text = pick(labels.get(iri, ()), LANGUAGES)
        return text.value if text else iri

    return name


def _json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=2).encode() + b"\n"
