"""Judges XML by Schematron rules (ISO/IEC 19757-3) that are bound to XPath 2: patterns, rules and assertions, no more."""

from pathlib import Path

import elementpath
from elementpath import XPathContext
from elementpath.xpath2 import XPath2Parser
from lxml import etree

_NAMESPACE = "{http://purl.oclc.org/dsdl/schematron}"


def broken(rules: Path, document: Path) -> list[str]:
    """The assertions that do not hold, each with the node; of a pattern's rules the first that fits a node judges it."""
    schema = etree.parse(rules).getroot()
    known = {"ns", "pattern", "rule", "assert", "schema"}
    odd = {each.tag for each in schema.iter(f"{_NAMESPACE}*")} - {_NAMESPACE + name for name in known}
    assert not odd, f"{rules.name} uses {', '.join(map(str, odd))}, which is not read here"
    parser = XPath2Parser({each.get("prefix"): each.get("uri") for each in schema.iter(f"{_NAMESPACE}ns")})
    root = elementpath.get_node_tree(etree.parse(document))
    found = []
    for pattern in schema.iter(f"{_NAMESPACE}pattern"):
        judged: set[object] = set()
        for rule in pattern.iter(f"{_NAMESPACE}rule"):
            context = parser.parse(f"//{rule.get('context')}")
            nodes = [node for node in context.select(XPathContext(root)) if node not in judged]
            for each in rule.iter(f"{_NAMESPACE}assert"):
                test = parser.parse(each.get("test"))
                wrong = [node for node in nodes if not test.evaluate(XPathContext(root, item=node))]
                found += [f"{rule.get('context')}: {each.text} ({node})" for node in wrong]
            judged.update(nodes)
    return found
