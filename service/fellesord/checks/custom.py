"""SPARQL-based constraints and constraint components, as shapes declare them (SHACL, sections 5 and 6)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from fellesord.checks.graph import SH, Graph, Node
from fellesord.checks.results import Term
from fellesord.errors import InvalidData
from fellesord.namespaces import OWL, RDF, RDFS


@dataclass(frozen=True)
class Validator:
    """A query that finds what is wrong (``select``), or says whether a value is right (``ask``)."""

    node: Node
    form: str
    text: str
    messages: tuple[ox.Literal, ...]


@dataclass(frozen=True)
class Custom:
    """A constraint component of somebody's own. ``parameters`` maps a property to its variable's name."""

    iri: str
    parameters: Mapping[str, str]
    required: tuple[str, ...]
    for_nodes: Validator | None
    for_properties: Validator | None


def customs(graph: Graph) -> tuple[Custom, ...]:
    """The constraint components that a shapes graph declares."""
    return tuple(_custom(graph, node) for node in graph.subjects() if _declared(graph, node))


def validator(graph: Graph, node: Node) -> Validator:
    """The query of a node with ``sh:select`` or ``sh:ask``, its prefixes before it. Raises InvalidData."""
    for form in ("select", "ask"):
        text = graph.value(node, f"{SH}{form}")
        if isinstance(text, ox.Literal):
            said = graph.values(node, f"{SH}message")
            messages = tuple(term for term in said if isinstance(term, ox.Literal))
            return Validator(node, form, _prefixes(graph, node) + text.value, messages)
    raise InvalidData(f"{node}: has neither sh:select nor sh:ask")


def _declared(graph: Graph, node: Node) -> bool:
    if not graph.values(node, f"{SH}parameter"):
        return False
    classes, seen = list(graph.values(node, RDF.type)), set[Term]()
    while classes:
        found = classes.pop()
        if found == ox.NamedNode(f"{SH}ConstraintComponent"):
            return True
        if found not in seen:
            seen.add(found)
            classes += graph.values(found, RDFS.subClassOf)
    return False


def _custom(graph: Graph, node: Node) -> Custom:
    parameters: dict[str, str] = {}
    required: list[str] = []
    for parameter in graph.values(node, f"{SH}parameter"):
        path = graph.value(parameter, f"{SH}path")
        if not isinstance(path, ox.NamedNode):
            raise InvalidData(f"{node}: a sh:parameter needs a sh:path that is a property")
        parameters[path.value] = re.split("[#/]", path.value)[-1]
        optional = graph.value(parameter, f"{SH}optional")
        if not isinstance(optional, ox.Literal) or optional.value != "true":
            required.append(path.value)
    plain = _first(graph, node, "validator")
    return Custom(
        node.value,
        parameters,
        tuple(required),
        _first(graph, node, "nodeValidator") or plain,
        _first(graph, node, "propertyValidator") or plain,
    )


def _first(graph: Graph, node: Node, name: str) -> Validator | None:
    found = graph.value(node, f"{SH}{name}")
    return validator(graph, found) if found is not None and not isinstance(found, ox.Literal) else None


def _prefixes(graph: Graph, node: Node) -> str:
    """The declarations that ``sh:prefixes`` points at, as SPARQL (SHACL, section 5.2.1)."""
    declared: dict[str, str] = {}
    sources = graph.values(node, f"{SH}prefixes")
    sources = list(
        dict.fromkeys([*sources, *(other for each in sources for other in graph.values(each, OWL.imports))])
    )
    for source in sources:
        for entry in graph.values(source, f"{SH}declare"):
            prefix, iri = graph.value(entry, f"{SH}prefix"), graph.value(entry, f"{SH}namespace")
            if not isinstance(prefix, ox.Literal) or not isinstance(iri, ox.Literal):
                raise InvalidData(f"{source}: a sh:declare needs sh:prefix and sh:namespace")
            if declared.setdefault(prefix.value, iri.value) != iri.value:
                raise InvalidData(f"{source}: the prefix {prefix.value!r} is declared twice")
    return "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in sorted(declared.items()))


def terms(values: Mapping[str, tuple[Term, ...]], custom: Custom) -> dict[str, Term]:
    """The terms that a component's variables stand for in a shape."""
    return {name: values[iri][0] for iri, name in custom.parameters.items() if values.get(iri)}
