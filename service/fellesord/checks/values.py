"""Constraints that judge one value at a time, as conditions in SPARQL (SHACL, sections 4.1, 4.3, 4.4, 4.8).

A condition is true of a value that breaks the constraint. ``{v}`` stands for the value, ``{s}`` for its text.
"""

from collections.abc import Callable

import pyoxigraph as ox

from fellesord.checks.data import BLANK, Data
from fellesord.checks.graph import SH
from fellesord.checks.results import Term
from fellesord.checks.shapes import Constraint
from fellesord.errors import InvalidData
from fellesord.namespaces import XSD

_XSD = str(XSD)
_ORDERED = {
    f"{SH}MinExclusiveConstraintComponent": ">",
    f"{SH}MinInclusiveConstraintComponent": ">=",
    f"{SH}MaxExclusiveConstraintComponent": "<",
    f"{SH}MaxInclusiveConstraintComponent": "<=",
}
_LENGTHS = {
    f"{SH}MinLengthConstraintComponent": "<",
    f"{SH}MaxLengthConstraintComponent": ">",
}
#: Datatypes whose lexical forms the engine judges by a cast.
_CAST = {
    f"{_XSD}{name}"
    for name in (
        "integer", "decimal", "float", "double", "boolean", "dateTime", "date", "time", "gYear", "gYearMonth",
        "gMonthDay", "gDay", "gMonth", "duration", "yearMonthDuration", "dayTimeDuration",
    )
}  # fmt: skip
#: Whole numbers with bounds: least and greatest value (XML Schema Part 2, section 3.4).
_BOUNDED: dict[str, tuple[int | None, int | None]] = {
    f"{_XSD}{name}": bounds
    for name, bounds in {
        "byte": (-128, 127), "short": (-(2**15), 2**15 - 1), "int": (-(2**31), 2**31 - 1),
        "long": (-(2**63), 2**63 - 1), "unsignedByte": (0, 255), "unsignedShort": (0, 2**16 - 1),
        "unsignedInt": (0, 2**32 - 1), "unsignedLong": (0, 2**64 - 1), "nonNegativeInteger": (0, None),
        "positiveInteger": (1, None), "nonPositiveInteger": (None, 0), "negativeInteger": (None, -1),
    }.items()
}  # fmt: skip
_KINDS = {
    "IRI": ("iri",), "BlankNode": ("blank",), "Literal": ("literal",),
    "BlankNodeOrIRI": ("blank", "iri"), "BlankNodeOrLiteral": ("blank", "literal"),
    "IRIOrLiteral": ("iri", "literal"),
}  # fmt: skip


def condition(constraint: Constraint, data: Data) -> str | None:
    """The condition of a constraint that judges values one at a time; ``None`` for other constraints.

    Raises InvalidData when the parameter is not what it must be.
    """
    make = _CONDITIONS.get(constraint.component)
    return make(constraint, data) if make else None


def breaks(constraint: Constraint, data: Data, literal: Term) -> bool:
    """Whether a literal that the store would change breaks a constraint, by the literal as written."""
    if not isinstance(literal, ox.Literal):
        return True
    if constraint.component == f"{SH}DatatypeConstraintComponent":
        return literal.datatype != constraint.value or not well_formed(literal)
    if constraint.component == f"{SH}InConstraintComponent":
        return literal not in constraint.members
    template = condition(constraint, data) or "false"
    text = template.format(v=str(literal), s=str(ox.Literal(literal.value)))
    return holds(text)


def holds(expression: str) -> bool:
    """Whether an expression without variables is true; an error is not."""
    found = ox.Store().query(f"ASK {{ FILTER({expression}) }}")
    return isinstance(found, ox.QueryBoolean) and bool(found)


def well_formed(literal: ox.Literal) -> bool:
    """Whether a literal's text is a form of its datatype; true for datatypes that are not XML Schema's."""
    datatype = literal.datatype.value
    if datatype in _BOUNDED:
        text = literal.value
        if not text.removeprefix("-").removeprefix("+").isdecimal() or not text.isascii() or len(text) > 99:
            return False
        least, most = _BOUNDED[datatype]
        return (least is None or int(text) >= least) and (most is None or int(text) <= most)
    if datatype in _CAST:
        return holds(f"isLiteral(<{datatype}>({ox.Literal(literal.value)}))")
    return True


def _datatype(constraint: Constraint, data: Data) -> str:
    datatype = _iri(constraint)
    wrong = f"!isLiteral({{v}}) || datatype({{v}}) != <{datatype}>"
    if datatype in _CAST:
        return f"{wrong} || !COALESCE(isLiteral(<{datatype}>({{s}})), false)"
    # The store makes these xsd:integer; in a graph of its own those that are left are ill-formed.
    return "true" if datatype in _BOUNDED and data.owned else wrong


def _node_kind(constraint: Constraint, data: Data) -> str:
    name = _iri(constraint).removeprefix(SH)
    if name not in _KINDS:
        raise InvalidData(f"sh:nodeKind {constraint.value}: is not one of {', '.join(_KINDS)}")
    stands = f'isBlank({{v}}) || (isIRI({{v}}) && STRSTARTS({{s}}, "{BLANK}"))'
    blank = stands if data.blank else "isBlank({v})"
    tests = {"iri": f"isIRI({{v}}) && !({blank})", "blank": blank, "literal": "isLiteral({v})"}
    return f"!({' || '.join(f'({tests[kind]})' for kind in _KINDS[name])})"


def _ordered(constraint: Constraint, data: Data) -> str:
    return f"!COALESCE({{v}} {_ORDERED[constraint.component]} {_braced(str(constraint.value))}, false)"


def _length(constraint: Constraint, data: Data) -> str:
    value = constraint.value
    if not isinstance(value, ox.Literal) or not value.value.isdecimal():
        raise InvalidData(f"{constraint.component}: {value} is not a whole number")
    return f"{_blank(data)}STRLEN({{s}}) {_LENGTHS[constraint.component]} {value.value}"


def _pattern(constraint: Constraint, data: Data) -> str:
    flags = next(iter(constraint.beside.get(f"{SH}flags", ())), None)
    text = str(ox.Literal(constraint.value.value)).replace("{", "{{").replace("}", "}}")
    also = f", {ox.Literal(flags.value)}" if isinstance(flags, ox.Literal) else ""
    return f"{_blank(data)}!COALESCE(REGEX({{s}}, {text}{also}), false)"


def _language_in(constraint: Constraint, data: Data) -> str:
    ranges = [f"langMatches(lang({{v}}), {ox.Literal(tag.value)})" for tag in constraint.members]
    return f'!(isLiteral({{v}}) && lang({{v}}) != "" && ({" || ".join(ranges) or "false"}))'


def _in(constraint: Constraint, data: Data) -> str:
    same = [f"sameTerm({{v}}, {_braced(data.term(member))})" for member in constraint.members]
    return f"!({' || '.join(same) or 'false'})"


def _blank(data: Data) -> str:
    """Blank nodes have no text to measure."""
    return f'(isIRI({{v}}) && STRSTARTS({{s}}, "{BLANK}")) || ' if data.blank else ""


def _braced(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _iri(constraint: Constraint) -> str:
    if not isinstance(constraint.value, ox.NamedNode):
        raise InvalidData(f"{constraint.component}: {constraint.value} is not an IRI")
    return constraint.value.value


_CONDITIONS: dict[str, Callable[[Constraint, Data], str]] = {
    f"{SH}DatatypeConstraintComponent": _datatype,
    f"{SH}NodeKindConstraintComponent": _node_kind,
    **dict.fromkeys(_ORDERED, _ordered),
    **dict.fromkeys(_LENGTHS, _length),
    f"{SH}PatternConstraintComponent": _pattern,
    f"{SH}LanguageInConstraintComponent": _language_in,
    f"{SH}InConstraintComponent": _in,
}


def compared(one: Term, operator: str, other: Term) -> bool:
    """Whether two terms stand in an order; terms that cannot be compared do not."""
    return holds(f"COALESCE({one} {operator} {other}, false)")
