"""The columns of a table of concepts: their names, what they say, and how cells are written.

The names are those of the national concept catalogue's own table, with some of ours beside; a column for one
language ends in its tag: ``anbefalt_term:nb``. Several values in a cell are parted by ``|``.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from fellesord.languages import LANGUAGES, Texts, canonical
from fellesord.namespaces import DCT, EUVOC, FO, ISO_THES, OWL, RDFS, SKOS, SKOSNO

TEXTS = Texts(Path(__file__).with_name("columns.toml"))
Form = Literal[
    "name", "text", "texts", "date", "terms", "things", "code", "typed", "related", "part", "member", "none"
]


@dataclass(frozen=True)
class Field:
    """A kind of column.

    ``form`` says what its cells hold: ``text`` one text, ``texts`` several, ``terms`` IRIs or texts,
    ``things`` concepts by name, label or IRI, ``code`` a member of a code list by label or IRI, ``part``
    something of a definition, ``none`` what has no place in the record. ``tagged``: it is for one language.
    """

    name: str
    form: Form
    property: str = ""
    tagged: bool = False
    within: str = ""


FIELDS = (
    Field("id", "name"),
    Field("anbefalt_term", "text", SKOS.prefLabel, tagged=True),
    Field("tillatt_term", "texts", SKOS.altLabel, tagged=True),
    Field("frarådet_term", "texts", SKOS.hiddenLabel, tagged=True),
    Field("frarådet_term:flertydig", "texts", FO.ambiguousLabel, tagged=True),
    Field("definisjon", "part", tagged=True),
    Field("definisjon:forhold_til_kilde", "part", SKOSNO.relationshipWithSource),
    Field("definisjon:kilde", "part", DCT.source),
    Field("samling", "member", SKOS.member),
    Field("overordnet", "things", SKOS.broader),
    Field("overordnet:generisk", "typed", ISO_THES.broaderGeneric, within="generisk"),
    Field("inndeling:generisk", "typed", tagged=True, within="generisk"),
    Field("overordnet:partitiv", "typed", ISO_THES.broaderPartitive, within="partitiv"),
    Field("inndeling:partitiv", "typed", tagged=True, within="partitiv"),
    Field("overordnet:instans", "things", ISO_THES.broaderInstantial),
    Field("beslektet", "related", SKOS.related),
    Field("se_også", "terms", RDFS.seeAlso),
    Field("merknad", "texts", SKOS.scopeNote, tagged=True),
    Field("eksempel", "texts", SKOS.example, tagged=True),
    Field("treff:likt", "terms", SKOS.exactMatch),
    Field("treff:nesten_likt", "terms", SKOS.closeMatch),
    Field("treff:videre", "terms", SKOS.broadMatch),
    Field("treff:snevrere", "terms", SKOS.narrowMatch),
    Field("treff:beslektet", "terms", SKOS.relatedMatch),
    Field("kilde", "terms", DCT.source),
    Field("kode", "texts", SKOS.notation),
    Field("status", "code", EUVOC.status),
    Field("gyldig_fom", "date", EUVOC.startDate),
    Field("gyldig_tom", "date", EUVOC.endDate),
    Field("erstattes_av", "things", DCT.isReplacedBy),
    Field("skjema", "things", SKOS.inScheme),
    Field("opprettet", "date", DCT.created),
    Field("endret", "date", DCT.modified),
    Field("versjon", "text", OWL.versionInfo),
    Field("redaksjonell_merknad", "texts", SKOS.editorialNote, tagged=True),
    Field("fagområde", "member", SKOS.member, tagged=True),
    Field("definisjon_for_allmennheten", "none", tagged=True),
    Field("definisjon_for_spesialister", "none", tagged=True),
    Field("originalt_begrep", "none"),
    Field("verdiområde", "none"),
    Field("kontaktpunkt", "none"),
)
_PARTS = re.compile(r"([\\|])")
_BY_NAME = {field.name: field for field in FIELDS}
_TAG = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]+)*", re.IGNORECASE)
_HEADING = re.compile(r"(?P<title>.+?)(?: \((?P<tag>[a-zA-Z-]+)\))?")


@dataclass(frozen=True)
class Column:
    """A column of a table: its field, and its language, if it is for one."""

    field: Field
    language: str = ""

    @property
    def name(self) -> str:
        """The column's name, as the national catalogue writes names."""
        return f"{self.field.name}:{self.language}" if self.language else self.field.name

    def heading(self, language: str) -> str:
        """The column's name for people."""
        title = TEXTS.text(self.field.name, language)
        return f"{title} ({self.language})" if self.language else title

    def help(self, language: str) -> str:
        """What to write in the column."""
        return TEXTS.text(f"{self.field.name}.help", language)


def column(written: str) -> Column | None:
    """The column of a name or heading, in any of our languages; ``None`` for one that is not known."""
    text = " ".join(written.split())
    return _named(text.lower()) or _headed(text)


def _named(text: str) -> Column | None:
    if text in _BY_NAME:
        return _made(_BY_NAME[text], "")
    stem, _, tag = text.rpartition(":")
    field = _BY_NAME.get(stem)
    if field is None or not _TAG.fullmatch(tag):
        outer = _BY_NAME.get(text.partition(":")[0])
        return Column(outer) if outer and outer.form == "none" else None
    if field.form == "none" or field.tagged or field.form == "part":
        return Column(field, canonical(tag))
    return None


def _headed(text: str) -> Column | None:
    match = _HEADING.fullmatch(text)
    if match is None:
        return None
    for field in FIELDS:
        titles = {title.casefold() for title in TEXTS.table[field.name].values()}
        tag = match["tag"]
        if match["title"].casefold() in titles and (tag is None or field.tagged or field.form == "part"):
            return _made(field, canonical(tag or ""))
    return None


def _made(field: Field, language: str) -> Column:
    """A column; one that is for a language and names none is for bokmål."""
    return Column(field, language or (LANGUAGES[0] if field.tagged else ""))


def split(cell: str) -> list[str]:
    r"""The values of a cell, parted by ``|``; ``\|`` is a bar in a value. Empty values count as places."""
    values = re.split(r"(?<!\\)((?:\\\\)*)\|", cell)
    joined = [values[i] + (values[i + 1] if i + 1 < len(values) else "") for i in range(0, len(values), 2)]
    return [re.sub(r"\\([\\|])", r"\1", value).strip() for value in joined]


def join(values: list[str]) -> str:
    """Values as one cell, as ``split`` takes them apart."""
    return " | ".join([_PARTS.sub(r"\\\1", value) for value in values]).strip() if values else ""
