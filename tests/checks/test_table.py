"""The table of components in ``shapes/README.md`` is the one the engine goes by."""

import re

from fellesord.checks.terms import TERMS
from fellesord.files import root


def test_every_component_of_the_recommendation_stands_in_the_table() -> None:
    text = (root() / "shapes" / "README.md").read_text("utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    told = {name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])} - {"sh"}
    components = {
        name[0].lower() + name[1:]
        for term in TERMS
        if (name := term.removesuffix("ConstraintComponent")) not in (term, "", "JS")
    } - {"qualifiedMinCount", "qualifiedMaxCount", "sPARQL", "source"}
    assert told - {"qualifiedValueShape", "sparql", "target", "js"} == components
