"""Seeds: the nodes that something is asked about, as a pattern that binds a variable to them."""

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from fellesord.checks.data import Data
from fellesord.checks.results import Term
from fellesord.checks.shapes import Shape, Target
from fellesord.namespaces import RDF, RDFS

_TYPE = RDF.type


@dataclass(frozen=True)
class Seed:
    """A graph pattern, and the variable (with its mark) that it binds to the nodes."""

    pattern: str
    variable: str

    def along(self, shape: Shape) -> "Seed":
        """The value nodes of a shape for these focus nodes: the nodes themselves for a node shape.

        A choice of properties is a list of them, which the store goes through in half the time of a path.
        """
        if shape.path is None:
            return self
        further = f"{self.variable}v"
        if len(names := shape.path.alternatives()) > 1:
            way = f"{further}p"
            listed = f"VALUES {way} {{ {' '.join(names)} }}"
            return Seed(f"{self.pattern} {listed} {self.variable} {way} {further} .", further)
        return Seed(f"{self.pattern} {self.variable} {shape.path} {further} .", further)


def block(variable: str, nodes: Iterable[Term], data: Data) -> str:
    """A block that binds a variable to some terms."""
    return f"VALUES {variable} {{ {' '.join(data.term(node) for node in nodes)} }}"


def targets(shape: Shape, data: Data, classes: "Classes") -> Seed:
    """The focus nodes of a shape (SHACL, section 2.1.3)."""
    patterns = [aimed(target, data, classes) for target in shape.targets]
    single = len(patterns) == 1
    pattern = patterns[0] if single else " UNION ".join(f"{{ {each} }}" for each in patterns)
    once = single and shape.targets[0][0] in ("targetClass", "targetNode")
    return Seed(pattern if once else f"{{ SELECT DISTINCT ?f WHERE {{ {pattern} }} }}", "?f")


def aimed(target: Target, data: Data, classes: "Classes") -> str:
    """The pattern that binds ``?f`` to the nodes of one target."""
    kind, value = target
    if kind == "targetClass" and isinstance(value, ox.NamedNode):
        return classes.instance("?f", value.value)
    if kind == "targetSubjectsOf":
        return f"?f {value} ?fo ."
    if kind == "targetObjectsOf":
        return f"?fs {value} ?f ."
    return block("?f", [value], data)


class Classes:
    """The classes below a class, by ``rdfs:subClassOf``, looked up once each."""

    def __init__(self, data: Data) -> None:
        self._data = data
        self._below: dict[str, list[str]] = {}

    def instance(self, variable: str, of: str) -> str:
        """The pattern of the instances of a class or one below it (SHACL, section 1.1: SHACL instance)."""
        below = self.below(of)
        if len(below) == 1:
            return f"{variable} <{_TYPE}> <{of}> ."
        names = " ".join(f"<{iri}>" for iri in below)
        name = variable.lstrip("?")
        return f"VALUES ?{name}c {{ {names} }} {variable} <{_TYPE}> ?{name}c ."

    def below(self, of: str) -> list[str]:
        """A class and those below it."""
        if of not in self._below:
            rows = self._data.select(f"SELECT DISTINCT ?c WHERE {{ ?c <{RDFS.subClassOf}>+ <{of}> }}")
            found = {row["c"].value for row in rows if isinstance(row["c"], ox.NamedNode)}
            self._below[of] = [of, *sorted(found - {of})]
        return self._below[of]
