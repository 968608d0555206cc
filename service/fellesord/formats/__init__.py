"""Readers and writers that are not RDF syntaxes: the plain JSON of things and lists, tables."""

from fellesord.formats.plain import MEDIA_TYPE, SUFFIX, document, item, plain, write

__all__ = ["MEDIA_TYPE", "SUFFIX", "document", "item", "plain", "write"]
