"""Namespaces are closed, and prefixes mean one thing."""

import pytest

from fellesord.files import root
from fellesord.namespaces import CODE_PREFIXES, FO, PREFIXES, SKOS


def test_a_term_that_is_not_used_raises() -> None:
    with pytest.raises(AttributeError, match="skos:preflabel"):
        _ = SKOS.preflabel


def test_prefixes_and_namespaces_are_one_to_one() -> None:
    assert len(set(PREFIXES.values())) == len(PREFIXES)
    assert CODE_PREFIXES.items() <= PREFIXES.items()


def test_every_own_term_is_defined_in_the_ontology_and_the_other_way() -> None:
    text = (root() / "vocab" / "ontology.ttl").read_text("utf-8")
    defined = {f"{FO}{line.strip()[3:]}" for line in text.splitlines() if line.startswith("fo:")}
    assert defined == set(FO)
