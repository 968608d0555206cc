"""Which form, and which language, a client gets (RFC 9110, section 12). Pure functions."""

from collections.abc import Sequence
from dataclasses import dataclass

from werkzeug.datastructures import LanguageAccept, MIMEAccept
from werkzeug.http import parse_accept_header

from fellesord import formats
from fellesord.formats import spreadsheet, table
from fellesord.languages import LANGUAGES, canonical, chain
from fellesord.rdf.syntaxes import SYNTAXES, Syntax


@dataclass(frozen=True)
class Form:
    """A form a document has; ``syntax`` is ``None`` for the page and the plain JSON."""

    media_type: str
    suffix: str
    syntax: Syntax | None = None

    @property
    def content_type(self) -> str:
        """The Content-Type header; all our forms are UTF-8."""
        return f"{self.media_type}; charset=utf-8"


HTML = Form("text/html", "html")
JSON = Form(formats.MEDIA_TYPE, formats.SUFFIX)

CSV = Form(table.MEDIA_TYPE, table.SUFFIX)
XLSX = Form(spreadsheet.MEDIA_TYPE, spreadsheet.SUFFIX)
#: The forms of what is a table as well, and of what is a workbook too.
TABLES = (JSON, CSV)
SHEETS = (JSON, CSV, XLSX)

#: Every form of a document. When a client likes several equally, the first is sent.
FORMS = (HTML, *(Form(each.media_type, each.suffix, each) for each in SYNTAXES), JSON)


def form_by_suffix(suffix: str) -> Form | None:
    """The form with that file ending."""
    return next((form for form in FORMS if form.suffix == suffix), None)


def negotiate(accept: str | None, forms: Sequence[Form] = FORMS) -> Form | None:
    """The form a client wants most; ``None`` when it accepts none of them.

    The most specific range that matches a form gives its quality; without a header all are alike.
    """
    if accept is None or not accept.strip():
        return forms[0]
    ranges = [
        (value.partition(";")[0].strip().lower(), quality)
        for value, quality in parse_accept_header(accept, MIMEAccept)
    ]
    rated = [(_quality(form.media_type, ranges), form) for form in forms]
    best = max(quality for quality, _ in rated)
    return next(form for quality, form in rated if quality == best) if best > 0 else None


def _quality(media_type: str, ranges: Sequence[tuple[str, float]]) -> float:
    main = media_type.partition("/")[0]
    for wanted in (media_type, f"{main}/*", "*/*"):
        found = [quality for name, quality in ranges if name == wanted]
        if found:
            return max(found)
    return 0.0


@dataclass(frozen=True)
class Speech:
    """The language of the page around the content, and the order of languages for the content."""

    interface: str
    content: tuple[str, ...]


def speech(asked: str | None, accept_language: str | None, content: str | None = None) -> Speech:
    """The languages for a request: the one asked for in the address, else those of the browser.

    ``content`` is the language the content is wanted in, when that is another than the page's.
    """
    wanted = [asked] if asked else _accepted(accept_language)
    order = chain(wanted)
    interface = next(tag for tag in order if tag in LANGUAGES)
    return Speech(interface, chain([content, *order]) if content else order)


def _accepted(header: str | None) -> list[str]:
    accepted = parse_accept_header(header, LanguageAccept) if header else LanguageAccept()
    tags = [canonical(tag) for tag, quality in accepted if quality > 0 and tag != "*"]
    return [part for tag in tags for part in dict.fromkeys((tag, canonical(tag.partition("-")[0])))]
