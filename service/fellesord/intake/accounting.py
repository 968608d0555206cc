"""What became of every statement that was given."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pyoxigraph as ox

from fellesord.languages import Text, Texts

Kind = Literal["kept", "inferred", "changed", "not-understood"]
#: From what stands as it was given to what is left out.
KINDS: tuple[Kind, ...] = ("kept", "inferred", "changed", "not-understood")
TEXTS = Texts(Path(__file__).with_name("texts.toml"))


@dataclass(frozen=True)
class Given:
    """One statement of a file, or one cell of a table: ``what`` shows it, ``place`` says where it stood."""

    file: str
    place: str
    what: str


@dataclass(frozen=True)
class Outcome:
    """What became of what was given.

    ``kept``: ``images`` has the statement as it stands in the record. ``inferred``: the record does not
    state it, for it follows; ``images`` is what follows. ``changed``: ``images`` stand in its place.
    ``not-understood``: nothing stands for it. ``reason`` is a key of ``texts.toml``, empty for what is kept.
    ``detail`` is what the reason is about: a property, an IRI, a language tag.
    """

    given: Given
    kind: Kind
    images: tuple[ox.Triple, ...] = ()
    reason: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Account:
    """What became of everything that was given, and what was added beside it (with reasons)."""

    outcomes: tuple[Outcome, ...]
    added: tuple[tuple[ox.Triple, str], ...]

    def counts(self) -> dict[str, int]:
        """Kind → how many, all kinds named; their sum is the number of statements given."""
        found = Counter(outcome.kind for outcome in self.outcomes)
        return {kind: found[kind] for kind in KINDS}

    def reasons(self) -> dict[tuple[Kind, str, str], list[Outcome]]:
        """Kind, reason and detail → the outcomes, for all that was not simply kept, the most first."""
        grouped: dict[tuple[Kind, str, str], list[Outcome]] = {}
        for outcome in self.outcomes:
            if outcome.reason:
                grouped.setdefault((outcome.kind, outcome.reason, outcome.detail), []).append(outcome)
        order = sorted(grouped, key=lambda key: (-KINDS.index(key[0]), -len(grouped[key]), key))
        return {key: grouped[key] for key in order}

    def stated(self) -> set[ox.Triple]:
        """Every triple that the record must state for this account to be true."""
        images = {
            image
            for outcome in self.outcomes
            if outcome.kind in ("kept", "changed")
            for image in outcome.images
        }
        return images | {triple for triple, _ in self.added}

    def inferred(self) -> set[ox.Triple]:
        """Every triple that must follow from the record for this account to be true."""
        return {image for outcome in self.outcomes if outcome.kind == "inferred" for image in outcome.images}


def explained(reason: str, detail: str) -> tuple[Text, ...]:
    """A reason in each language."""
    return TEXTS.said(reason, detail=detail)


def rows(account: Account) -> Iterator[str]:
    """The account as tab-separated lines, a heading first: one for each statement, then what was added."""
    yield _row("fate", "file", "place", "given", "reason", "detail", "stands as")
    for outcome in account.outcomes:
        given = outcome.given
        images = " ".join(f"{image} ." for image in outcome.images)
        yield _row(outcome.kind, given.file, given.place, given.what, outcome.reason, outcome.detail, images)
    for triple, reason in account.added:
        yield _row("added", "", "", "", reason, "", f"{triple} .")


def _row(*cells: str) -> str:
    return "\t".join(cell.replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r") for cell in cells)


def merged(accounts: Iterable[Account]) -> Account:
    """Several accounts as one."""
    listed = list(accounts)
    return Account(
        tuple(outcome for account in listed for outcome in account.outcomes),
        tuple(dict.fromkeys(pair for account in listed for pair in account.added)),
    )
