"""The plan of an intake: what became of what was given, what would be written, and what is wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from fellesord.checks.data import Data
from fellesord.checks.engine import validate
from fellesord.checks.findings import Finding, Place
from fellesord.checks.profiles import findings, ordered, shapes_of
from fellesord.errors import InvalidSetting
from fellesord.intake.accounting import TEXTS, Account, Outcome
from fellesord.intake.mapping import mapped
from fellesord.intake.placing import Change, placed, replaced
from fellesord.intake.reading import Graph
from fellesord.intake.reducing import reduced
from fellesord.intake.tables import Table, tabled
from fellesord.intake.view import View, by_subject
from fellesord.languages import canonical
from fellesord.record import writing
from fellesord.store.generations import graph

#: Things beyond which it is quicker to check the whole graph than those.
_MANY = 200


@dataclass(frozen=True)
class Plan:
    """What an intake would do. ``changes`` has every document it touches, those that stay too."""

    view: View
    account: Account
    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]

    @property
    def blocked(self) -> bool:
        """Whether something is found that the record must not hold."""
        return any(finding.severity == "violation" for finding in self.findings)

    def overwritten(self) -> tuple[Change, ...]:
        """The documents that are there already and would change."""
        return tuple(change for change in self.changes if change.kind == "changed")

    def write(self) -> None:
        """Write every document, or none. Raises InvalidSetting when the folder cannot be written."""
        writing.write(
            self.view.folder,
            {change.path: change.after for change in self.changes if change.kind != "same"},
        )


def plan(
    view: View,
    graphs: Sequence[Graph],
    tables: Sequence[Table] = (),
    *,
    profile: str = "fellesord",
    untagged: str | None = None,
    scheme: str | None = None,
) -> Plan:
    """The plan of taking in some files.

    ``profile`` names the rules that what is taken in is judged by; ``untagged`` and ``scheme`` are as in
    ``mapping.mapped``. Raises InvalidSetting for a scheme or profile that is none.
    """
    wanted = _scheme(view, scheme) if scheme else None
    found = mapped(view, graphs, untagged=canonical(untagged) if untagged else None, scheme=wanted)
    outcomes = reduced(view, (*found.outcomes, *found.repairs))
    given, repairs = outcomes[: len(found.outcomes)], outcomes[len(found.outcomes) :]
    put_in = [(image, "cleaned") for each in repairs if each.kind != "inferred" for image in each.images]
    cells = tabled(view, tables, scheme=wanted)
    added = (*put_in, *found.added, *cells.added)
    account = _settled(view, (*given, *cells.outcomes), added)
    full = [
        image
        for outcome in account.outcomes[: len(given)]
        if outcome.kind in ("kept", "changed") and outcome.reason != "other-way"
        for image in outcome.images
    ]
    return judged(view, account, replaced(view, full) | cells.dropped, profile)


def judged(view: View, account: Account, dropped: frozenset[ox.Triple], profile: str) -> Plan:
    """The plan of making an account true, with what the rules of a profile find in what would be written."""
    changes = placed(view, account.stated(), dropped)
    found = (*_reasons(account), *_findings(view, changes, profile))
    return Plan(view, account, changes, ordered(dict.fromkeys(found)))


def _settled(view: View, outcomes: tuple[Outcome, ...], added: tuple[tuple[ox.Triple, str], ...]) -> Account:
    """The account in which everything inferred is shown to follow and every document speaks of its thing."""
    while True:
        stated = {image for outcome in outcomes for image in outcome.images}
        wanted = {
            triple: reason for triple, reason in added if triple not in stated and triple not in view.stated
        }
        account = Account(outcomes, tuple(wanted.items()))
        known = view.stated | account.stated()
        headless = {iri.partition("#")[0] for iri in by_subject(known)} - by_subject(known).keys()
        store = graph(known)
        settled = tuple(_settle(view, outcome, headless, store) for outcome in outcomes)
        if settled == outcomes:
            return account
        outcomes = settled


def _settle(view: View, outcome: Outcome, headless: set[str], store: ox.Store) -> Outcome:
    if outcome.kind in ("kept", "changed") and (
        mains := {str(image.subject)[1:-1].partition("#")[0] for image in outcome.images} & headless
    ):
        main = min(mains)
        if view.path(main) is not None:
            return Outcome(outcome.given, "not-understood", (), "headless", main)
    if outcome.kind == "inferred" and not all(_holds(store, image) for image in outcome.images):
        return Outcome(outcome.given, "kept", outcome.images)
    return outcome


def _holds(store: ox.Store, triple: ox.Triple) -> bool:
    return ox.Quad(triple.subject, triple.predicate, triple.object) in store


def _findings(view: View, changes: tuple[Change, ...], profile: str) -> tuple[Finding, ...]:
    """What the rules find about the things in the documents that would be written."""
    touched = {change.path: change for change in changes if change.kind != "same"}
    if not touched:
        return ()
    triples = {
        triple
        for path, document in view.documents.items()
        if path not in touched
        for triple in document.triples
    }
    nodes: dict[str, str] = {}
    for path, change in touched.items():
        for quad in ox.parse(change.after, format=ox.RdfFormat.TURTLE):
            triples.add(quad.triple)
            nodes[str(quad.subject)[1:-1]] = path
    shapes = shapes_of(profile)
    focus = [ox.NamedNode(iri) for iri in nodes] if len(nodes) <= _MANY else None
    report = validate(Data(graph(triples)), shapes, focus=focus)
    return tuple(
        Finding(
            each.severity,
            each.code,
            each.messages,
            each.focus,
            each.path,
            each.value,
            each.component,
            Place(str(view.folder / nodes[each.focus or ""])),
        )
        for each in findings(report, shapes)
        if each.focus in nodes
    )


def _reasons(account: Account) -> list[Finding]:
    """A finding for each reason why something is left out."""
    return [
        Finding(
            "warning",
            f"intake-{reason}",
            TEXTS.said(reason, detail=detail),
            value=f"{outcomes[0].given.what} ({len(outcomes)})",
            place=Place(outcomes[0].given.file, cell=_cell(outcomes[0])),
        )
        for (kind, reason, detail), outcomes in account.reasons().items()
        if kind == "not-understood"
    ]


def _cell(outcome: Outcome) -> str | None:
    return outcome.given.place or None


def _scheme(view: View, wanted: str) -> str:
    iri = wanted if "://" in wanted else f"{view.base}scheme/{wanted}"
    if view.path(iri) not in view.documents:
        raise InvalidSetting(f"there is no scheme {wanted} in the record; --scheme names one of ours")
    return iri
