"""The texts of the pages, by key and language."""

from pathlib import Path

from fellesord.languages import Texts

TEXTS = Texts(Path(__file__).with_name("texts.toml"))
text = TEXTS.text
counted = TEXTS.counted


def table() -> dict[str, dict[str, str]]:
    """Key → language → text."""
    return TEXTS.table


def language_name(tag: str, language: str) -> str:
    """What a language is called, its tag when the table has no name for it."""
    entry = TEXTS.table.get(f"language-{tag}")
    return entry[language] if entry else tag
