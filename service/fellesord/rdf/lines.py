"""Statements as N-Triples writes them: text, which is grouped, compared and shortened faster than terms are.

A graph of a hundred thousand statements is taken apart in a tenth of a second; asking each term for its parts
takes several times that (pyoxigraph makes a new object for every answer).
"""

import re
from collections.abc import Iterable

import pyoxigraph as ox

from fellesord.namespaces import RDF, XSD

#: What the texts of a language are, and how a type is said.
LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
TYPE = f"<{RDF.type}>"
#: Subject → property → values, each as N-Triples writes it.
Grouped = dict[str, dict[str, list[str]]]

_ESCAPED = re.compile(r"\\(?:([tbnrf\"'\\])|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))")
_MEANT = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}


def grouped(triples: Iterable[ox.Triple]) -> Grouped:
    """The statements by subject and property, values in order; a value that is stated twice is there once.

    Statements about one subject follow each other when they are sorted, so that memory is read in order.
    """
    found: Grouped = {}
    properties: dict[str, list[str]] = {}
    before = about = ""
    for text in sorted(map(str, triples)):
        if text == before:
            continue
        before = text
        subject, predicate, value = text.split(" ", 2)
        if subject != about:
            about = subject
            properties = found[subject] = {}
        if predicate in properties:
            properties[predicate].append(value)
        else:
            properties[predicate] = [value]
    return found


def by_subject(subject: str) -> str:
    """What subjects are ordered by: an IRI before those that begin with it."""
    return subject[:-1] if subject.startswith("<") else subject


def literal(text: str) -> tuple[str, str, str]:
    """The language, datatype and value of a literal (N-Triples, section 2.4)."""
    if text.endswith('"'):
        return "", XSD.string, unescaped(text[1:-1])
    if text.endswith(">"):
        value, _, datatype = text.rpartition('"^^<')
        return "", datatype[:-1], unescaped(value[1:])
    value, _, language = text.rpartition('"@')
    return language, LANG_STRING, unescaped(value[1:])


def unescaped(text: str) -> str:
    """What escaped text means."""
    return _ESCAPED.sub(_meant, text) if "\\" in text else text


def _meant(found: re.Match[str]) -> str:
    sign, short, long = found.groups()
    return _MEANT[sign] if sign else chr(int(short or long, 16))
