"""A plan as plain values, for programs."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from fellesord.checks import writing
from fellesord.intake.accounting import explained
from fellesord.intake.cleaning import Proposal
from fellesord.intake.planning import Plan
from fellesord.languages import chain, pick

#: Examples that are given of each reason.
_EXAMPLES = 5


def document(plan: Plan, proposals: Sequence[Proposal], language: str) -> dict[str, Any]:
    """What was given and became of it, the documents and their differences, the repairs and the findings."""
    account = plan.account
    return {
        "given": len(account.outcomes),
        "counts": account.counts(),
        "files": dict(Counter(outcome.given.file for outcome in account.outcomes)),
        "reasons": [
            {
                "kind": kind,
                "reason": reason,
                "detail": detail or None,
                "message": said.value if (said := pick(explained(reason, detail), chain([language]))) else "",
                "count": len(outcomes),
                "examples": [outcome.given.what for outcome in outcomes[:_EXAMPLES]],
            }
            for (kind, reason, detail), outcomes in account.reasons().items()
        ],
        "added": dict(Counter(reason for _, reason in account.added)),
        "documents": [
            {"path": change.path, "change": change.kind, "diff": change.diff() or None}
            for change in plan.changes
        ],
        "repairs": [line for proposal in proposals for line in proposal.diff()],
        "findings": writing.document(plan.findings, "intake", language),
    }
