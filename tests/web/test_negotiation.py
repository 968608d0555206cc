"""Negotiation by the rules of RFC 9110, section 12."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fellesord.web.negotiation import FORMS, Speech, negotiate, speech

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "suffix"),
    [
        (None, "html"),
        ("", "html"),
        ("*/*", "html"),
        (BROWSER, "html"),
        ("text/turtle", "ttl"),
        ("TEXT/Turtle", "ttl"),
        ("application/ld+json", "jsonld"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', "jsonld"),
        ("application/rdf+xml", "rdf"),
        ("application/n-triples", "nt"),
        ("application/json", "json"),
        ("text/turtle, text/html;q=0.5", "ttl"),
        ("text/turtle;q=0.4, text/html;q=0.5", "html"),
        ("text/*;q=0.3, text/turtle;q=0.7, */*;q=0.1", "ttl"),
        ("text/*;q=0.3", "html"),
        ("text/*", "html"),
        ("text/html;q=0, text/*", "ttl"),
        ("*/*, text/html;q=0", "ttl"),
        ("application/*", "jsonld"),
        ("application/*, application/ld+json;q=0.2", "rdf"),
        ("image/png, */*;q=0.1", "html"),
        ("text/turtle;q=1.0;x=y", "ttl"),
        ("nonsense, text/turtle", "ttl"),
        ("image/png", None),
        ("text/turtle;q=0", None),
        ("*/*;q=0", None),
    ],
)
def test_the_most_wanted_form_is_chosen(accept: str | None, suffix: str | None) -> None:
    form = negotiate(accept)
    assert (form.suffix if form else None) == suffix


@given(st.text())
def test_no_header_breaks_negotiation(accept: str) -> None:
    assert negotiate(accept) in (*FORMS, None)


@pytest.mark.parametrize(
    ("asked", "header", "interface", "content"),
    [
        (None, None, "nb", ("nb", "nn", "en")),
        ("nn", "en", "nn", ("nn", "nb", "en")),
        ("no", None, "nb", ("nb", "nn", "en")),
        (None, "nn-NO, nb;q=0.8, en;q=0.5", "nn", ("nn", "nb", "en")),
        (None, "no", "nb", ("nb", "nn", "en")),
        (None, "en-GB,en;q=0.9", "en", ("en-gb", "en", "nb", "nn")),
        (None, "se, nn;q=0.5", "nn", ("se", "nn", "nb", "en")),
        ("se", None, "nb", ("se", "nb", "nn", "en")),
        (None, "*", "nb", ("nb", "nn", "en")),
        (None, "en;q=0, nn", "nn", ("nn", "nb", "en")),
    ],
)
def test_the_language_follows_the_address_then_the_browser(
    asked: str | None, header: str | None, interface: str, content: tuple[str, ...]
) -> None:
    assert speech(asked, header) == Speech(interface, content)


@given(st.text(), st.text())
def test_no_language_header_breaks_speech(asked: str, header: str) -> None:
    assert speech(asked, header).interface in ("nb", "nn", "en")
