"""What went wrong, in the language of a page: the sentence that an error names, with what it was about.

An error says itself in English. ``faults.toml`` has the other languages, by the key of the error, and what is
said in general of a problem whose error has none.
"""

from pathlib import Path

from fellesord.errors import FellesordError
from fellesord.languages import Text, Texts
from fellesord.web.texts import table, text

FAULTS = Texts(Path(__file__).with_name("faults.toml"))
#: Characters that a sentence shows of what was sent.
_SHOWN = 200


def worded(error: FellesordError, language: str, code: str = "invalid-request") -> Text:
    """What an error says, in a language of the interface; in general where it has no sentence of its own."""
    if language == "en":
        return Text(str(error), language)
    if error.key not in FAULTS.table:
        return general(code, language)
    values = {name: _shown(name, value, language) for name, value in error.values.items()}
    return Text(FAULTS.text(error.key, language).format(**values), language)


def general(code: str, language: str) -> Text:
    """What is said of any problem of a code."""
    key = f"any-{code}"
    return Text(FAULTS.text(key if key in FAULTS.table else "any", language), language)


def refused(status: int, most: str, language: str, prefix: str) -> bytes:
    """A page that says why a request did not reach the application, in a language of the interface."""
    key = f"any-{status}"
    said = FAULTS.text(key if key in FAULTS.table else "any", language)
    said = said.format(most=most if language == "en" else most.replace(".", ","))
    styles = "".join(
        f'<link rel="stylesheet" href="{prefix}/static/{name}.css">'
        for name in ("vendor/designsystemet", "fellesord")
    )
    return (
        f'<!doctype html>\n<html lang="{language}" data-color-scheme="auto">\n<head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">{styles}'
        f"<title>{text('name', language)}</title></head>\n"
        f'<body><main class="inner"><p class="kind">{status:d}</p><h1>{said}</h1>'
        f'<p><a href="{prefix}/">{text("home", language)}</a></p></main></body>\n</html>\n'
    ).encode()


def _shown(name: str, value: object, language: str) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    if name == "kind":
        return text(f"kind-{value}", language)
    if name == "name" and f"facet-{value}" in table():
        return text(f"facet-{value}", language)
    shown = str(value)
    return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
