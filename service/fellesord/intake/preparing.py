"""From files to a plan: what is read, what is proposed, what would be written."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from fellesord.errors import InvalidData
from fellesord.intake import cleaning, planning, reading, sheets, sources
from fellesord.intake.cleaning import Proposal
from fellesord.intake.planning import Plan
from fellesord.intake.tables import Table
from fellesord.intake.view import View


@dataclass(frozen=True)
class Wishes:
    """How files are to be taken in; see ``fellesord import --help``."""

    clean: str = "propose"
    scheme: str | None = None
    untagged: str | None = None
    profile: str = "fellesord"


def prepared(
    folder: Path, files: Sequence[Path], wishes: Wishes | None = None
) -> tuple[Plan, tuple[Proposal, ...]]:
    """The plan of taking files into the record of a folder, and the repairs proposed for each.

    Raises InvalidData with all that cannot be read, InvalidSetting, JailUnavailable and JailBusy.
    """
    wanted = wishes or Wishes()
    view = View.of(folder)
    graphs: list[reading.Graph] = []
    tables: list[Table] = []
    problems: list[str] = []
    for file in dict.fromkeys(files):
        try:
            source = sources.opened(file)
            if source.tabular:
                tables.append(Table(source.name, sheets.read(source)))
            else:
                graphs.append(reading.read(source))
        except InvalidData as error:
            problems += error.problems
    if problems:
        raise InvalidData(*problems)
    with ThreadPoolExecutor(1) as pool:
        proposing = pool.submit(_proposed, graphs if wanted.clean != "skip" else [])
        if wanted.clean == "apply":
            graphs = [cleaning.repaired(*pair) for pair in zip(graphs, proposing.result(), strict=True)]
        plan = planning.plan(
            view, graphs, tables, profile=wanted.profile, untagged=wanted.untagged, scheme=wanted.scheme
        )
        proposals = proposing.result()
    said = tuple(finding for proposal in proposals for finding in proposal.findings)
    return replace(plan, findings=(*plan.findings, *said)), proposals


def _proposed(graphs: Sequence[reading.Graph]) -> tuple[Proposal, ...]:
    return tuple(cleaning.proposal(graph) for graph in graphs)
