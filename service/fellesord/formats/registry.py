"""The exports: every file that others fetch the vocabulary as, by its name.

An export is what a file is called, its media type, what writes it, what reads it back, and what it is for.
Equal vocabularies give equal bytes; nothing in a file tells when it was written.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import pyoxigraph as ox

from fellesord.errors import UnknownExport
from fellesord.formats import (
    catalogue,
    graphs,
    jskos,
    observations,
    printed,
    sheets,
    skosxl,
    table,
    tbx,
    void,
)
from fellesord.formats.data_norge import Feed
from fellesord.formats.skos_ap_no import STANDARD, Strict
from fellesord.languages import LANGUAGES, Text, Texts
from fellesord.namespaces import QB
from fellesord.rdf.syntaxes import SYNTAXES, TURTLE
from fellesord.store.queries import load
from fellesord.vocabulary.reading import Vocabulary

TEXTS = Texts(Path(__file__).with_name("texts.toml"))
#: The suffix of N-Quads, which only exports are written in.
_QUADS, _QUADS_TYPE = "nq", "application/n-quads"
#: The feed for data.norge.no, which others may have registered: that of the last release, where it is served;
#: and what it would be if the record were released now.
FEED, PREVIEW = "data-norge.ttl", "data-norge-preview.ttl"
_CATALOGUE, _VOID, _CUBE = "dcat-ap-no.ttl", "void.ttl", "observations.ttl"
_JSON, _CSVM = "application/json", "application/csvm+json"
#: Endings of files that people open.
_PEOPLES = ("xlsx", "csv", "pdf")
#: The media types of exports.
MEDIA_TYPES = (
    *(syntax.media_type for syntax in SYNTAXES),
    _QUADS_TYPE,
    table.MEDIA_TYPE,
    sheets.WORKBOOK,
    _JSON,
    _CSVM,
    jskos.MEDIA_TYPE,
    tbx.MEDIA_TYPE,
    printed.MEDIA_TYPE,
)


def _nothing(vocabulary: Vocabulary) -> Mapping[str, int]:
    return {}


def _same_bytes(one: bytes, other: bytes) -> bool:
    return one == other


@dataclass(frozen=True)
class Export:
    """A file that others fetch.

    ``write`` writes it to a binary file, deterministically. ``read_back`` reads a written file with another
    reader and says what differs from the vocabulary. ``about`` is the key of its description; ``standard`` is
    what it keeps to, and ``profile`` names the shapes that judge it, where there are any. ``packed`` is false
    where a client cannot take a Content-Encoding, ``kept`` where the file is not in ``exports/``. ``same``
    says whether two files tell the same, where equal content may give other bytes. ``left_out`` says which
    properties of the concepts a profile has no place for → how many statements that is.
    """

    name: str
    media_type: str
    write: Callable[[Vocabulary, BinaryIO], None]
    read_back: Callable[[Vocabulary, Path], tuple[str, ...]]
    about: str
    standard: str
    profile: str | None = None
    packed: bool = True
    kept: bool = True
    same: Callable[[bytes, bytes], bool] = _same_bytes
    left_out: Callable[[Vocabulary], Mapping[str, int]] = _nothing

    @property
    def suffix(self) -> str:
        """The ending of the name, without the dot."""
        return self.name.rpartition(".")[2]

    @property
    def for_people(self) -> bool:
        """Whether it is a file that people open, rather than programs."""
        return self.suffix in _PEOPLES

    @property
    def description(self) -> tuple[Text, ...]:
        """What the export holds and whom it is for, in each language."""
        return tuple(Text(TEXTS.text(self.about, tag), tag) for tag in LANGUAGES)

    def content(self, vocabulary: Vocabulary) -> bytes:
        """The file as bytes."""
        buffer = BytesIO()
        self.write(vocabulary, buffer)
        return buffer.getvalue()


def exports(vocabulary: Vocabulary) -> tuple[Export, ...]:
    """Every export there is of a vocabulary, in the order they are listed."""
    return (*_data(vocabulary), *_descriptions())


def _data(vocabulary: Vocabulary) -> tuple[Export, ...]:
    """The exports that hold the vocabulary, not a description of it."""
    slugs = graphs.slugs(vocabulary)
    measured = vocabulary.store.select(load("things").bind({"class": [QB.Observation]}))
    return (
        _projected("skos-ap-no.ttl", _strict, "skos-ap-no"),
        _projected(FEED, _feed, "data-norge", packed=False),
        _projected(PREVIEW, _feed, "data-norge-preview", packed=False, kept=False),
        Export(
            "concepts.xlsx",
            sheets.WORKBOOK,
            sheets.write_workbook,
            sheets.read_back_workbook,
            "concepts-xlsx",
            sheets.STANDARD,
            same=sheets.same_cells,
        ),
        Export(
            "concepts.csv",
            table.MEDIA_TYPE,
            sheets.write_csv,
            sheets.read_back_csv,
            "concepts-csv",
            sheets.STANDARD,
        ),
        Export(
            "glossary.pdf",
            printed.MEDIA_TYPE,
            printed.write,
            printed.read_back,
            "glossary",
            printed.STANDARD,
            same=printed.same,
        ),
        *(_observations() if measured else ()),
        Export("jskos.ndjson", jskos.MEDIA_TYPE, jskos.write, jskos.read_back, "jskos", jskos.STANDARD),
        Export("concepts.tbx", tbx.MEDIA_TYPE, tbx.write, tbx.read_back, "tbx", tbx.STANDARD),
        Export(
            "skos-xl.ttl",
            TURTLE.media_type,
            partial(graphs.write, skosxl.graph, TURTLE),
            partial(graphs.read_back, skosxl.graph, TURTLE.format),
            "skos-xl",
            skosxl.STANDARD,
            kept=False,
        ),
        *_graph("skos", graphs.skos, "skos"),
        *_graph("graph", graphs.everything, "graph", kept=("ttl",)),
        *(each for slug in slugs for each in _graph(f"skos-{slug}", graphs.scheme(slug), "scheme", kept=())),
    )


def _observations() -> tuple[Export, ...]:
    """The exports of what has been measured; there are some where anything has been."""
    return (
        Export(
            observations.TABLE,
            table.MEDIA_TYPE,
            observations.write_csv,
            observations.read_back_csv,
            "observations-csv",
            observations.CSVW,
        ),
        Export(
            f"{observations.TABLE}-metadata.json",
            _CSVM,
            observations.write_metadata,
            observations.read_back_metadata,
            "observations-metadata",
            observations.CSVW,
        ),
        Export(
            "observations.json",
            _JSON,
            observations.write_json_stat,
            observations.read_back_json_stat,
            "observations-json",
            observations.JSON_STAT,
        ),
        Export(
            _CUBE,
            TURTLE.media_type,
            partial(observations.write_cube, _CUBE),
            observations.read_back_cube,
            "observations-ttl",
            observations.DATA_CUBE,
        ),
    )


def _descriptions() -> tuple[Export, ...]:
    """The exports that say what there is."""
    titles = {
        key: TEXTS.said(f"dcat-{key}")
        for of in ("catalog", "api", "sparql")
        for key in (f"{of}-title", f"{of}-description")
    }
    return (
        Export(
            _CATALOGUE,
            TURTLE.media_type,
            partial(catalogue.write, _CATALOGUE, _described, titles),
            partial(catalogue.read_back, _described),
            "dcat-ap-no",
            catalogue.STANDARD,
        ),
        Export(_VOID, TURTLE.media_type, partial(void.write, _VOID), void.read_back, "void", void.STANDARD),
    )


def _described(vocabulary: Vocabulary) -> list[Export]:
    """The exports that the catalogue describes: those of the whole vocabulary."""
    return [each for each in _data(vocabulary) if each.about not in ("scheme", "data-norge-preview")]


def find(vocabulary: Vocabulary, name: str) -> Export:
    """The export of that name. Raises UnknownExport, with the names there are, those spelt alike first."""
    there = {each.name: each for each in exports(vocabulary)}
    if name in there:
        return there[name]
    near = get_close_matches(name[:60], there, n=5, cutoff=0.5)
    raise UnknownExport(name, tuple(dict.fromkeys((*near, *there))))


def _graph(
    stem: str, graph: graphs.Graph, about: str, kept: tuple[str, ...] = ("ttl", "jsonld", "rdf", "nt")
) -> tuple[Export, ...]:
    """A graph in every syntax."""
    each = [
        Export(
            f"{stem}.{syntax.suffix}",
            syntax.media_type,
            partial(graphs.write, graph, syntax),
            partial(graphs.read_back, graph, syntax.format),
            about,
            "http://www.w3.org/2004/02/skos/core",
            kept=syntax.suffix in kept,
        )
        for syntax in SYNTAXES
    ]
    quads = Export(
        f"{stem}.{_QUADS}",
        _QUADS_TYPE,
        partial(graphs.write_quads, graph),
        partial(graphs.read_back, graph, ox.RdfFormat.N_QUADS),
        about,
        "http://www.w3.org/2004/02/skos/core",
        kept=_QUADS in kept,
    )
    return (*each, quads)


def _strict(vocabulary: Vocabulary, order: Callable[[str], str]) -> Strict:
    return Strict(vocabulary.store)


def _feed(vocabulary: Vocabulary, order: Callable[[str], str]) -> Feed:
    return Feed(vocabulary.store)


def _projected(
    name: str,
    graph: Callable[[Vocabulary, Callable[[str], str]], Strict],
    about: str,
    packed: bool = True,
    kept: bool = True,
) -> Export:
    """A graph of the Norwegian profile."""
    return Export(
        name,
        TURTLE.media_type,
        partial(graphs.write, graph, TURTLE),
        partial(graphs.read_back, graph, TURTLE.format),
        about,
        STANDARD,
        "skos-ap-no",
        packed,
        kept,
        left_out=lambda vocabulary: graph(vocabulary, str).left_out(),
    )
