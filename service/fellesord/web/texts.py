"""The texts of the pages, by key and language."""

import tomllib
from functools import cache
from pathlib import Path


@cache
def table() -> dict[str, dict[str, str]]:
    """Key → language → text, as ``texts.toml`` has them."""
    return tomllib.loads(Path(__file__).with_name("texts.toml").read_text("utf-8"))


def text(key: str, language: str) -> str:
    """The text of a key; raises KeyError for a key that is not in the table."""
    return table()[key][language]


def language_name(tag: str, language: str) -> str:
    """What a language is called, its tag when the table has no name for it."""
    entry = table().get(f"language-{tag}")
    return entry[language] if entry else tag
