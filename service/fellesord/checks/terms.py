"""The terms of the namespace of SHACL, which is closed: what is not among them is a slip of the pen."""

from collections.abc import Iterator

import pyoxigraph as ox

from fellesord.checks.graph import SH, Graph
from fellesord.errors import InvalidData

#: What https://www.w3.org/ns/shacl.ttl declares: SHACL, its Advanced Features, and scripts, which are refused
#: elsewhere. Parameters of components (``sh:InConstraintComponent-in``) are told by their halves.
_W3C = """
AbstractResult BlankNode BlankNodeOrIRI BlankNodeOrLiteral ConstraintComponent Function IRI IRIOrLiteral
Info JSConstraint JSExecutable JSFunction JSLibrary JSRule JSTarget JSTargetType JSValidator Literal
NodeKind NodeShape Parameter Parameterizable PrefixDeclaration PropertyGroup PropertyShape
ResultAnnotation Rule SPARQLAskExecutable SPARQLAskValidator SPARQLConstraint SPARQLConstructExecutable
SPARQLExecutable SPARQLFunction SPARQLRule SPARQLSelectExecutable SPARQLSelectValidator SPARQLTarget
SPARQLTargetType SPARQLUpdateExecutable Severity Shape Target TargetType TripleRule ValidationReport
ValidationResult Validator Violation Warning

AndConstraintComponent ClassConstraintComponent ClosedConstraintComponent DatatypeConstraintComponent
DisjointConstraintComponent EqualsConstraintComponent ExpressionConstraintComponent
HasValueConstraintComponent InConstraintComponent JSConstraintComponent LanguageInConstraintComponent
LessThanConstraintComponent LessThanOrEqualsConstraintComponent MaxCountConstraintComponent
MaxExclusiveConstraintComponent MaxInclusiveConstraintComponent MaxLengthConstraintComponent
MinCountConstraintComponent MinExclusiveConstraintComponent MinInclusiveConstraintComponent
MinLengthConstraintComponent NodeConstraintComponent NodeKindConstraintComponent NotConstraintComponent
OrConstraintComponent PatternConstraintComponent PropertyConstraintComponent
QualifiedMaxCountConstraintComponent QualifiedMinCountConstraintComponent SPARQLConstraintComponent
UniqueLangConstraintComponent XoneConstraintComponent

alternativePath and annotationProperty annotationValue annotationVarName ask class closed condition
conforms construct datatype deactivated declare defaultValue description detail disjoint entailment
equals expression filterShape flags focusNode group hasValue ignoredProperties in intersection
inversePath js jsFunctionName jsLibrary jsLibraryURL labelTemplate languageIn lessThan lessThanOrEquals
maxCount maxExclusive maxInclusive maxLength message minCount minExclusive minInclusive minLength name
namespace node nodeKind nodeValidator nodes not object oneOrMorePath optional or order parameter path
pattern predicate prefix prefixes property propertyValidator qualifiedMaxCount qualifiedMinCount
qualifiedValueShape qualifiedValueShapesDisjoint result resultAnnotation resultMessage resultPath
resultSeverity returnType rule select severity shapesGraph shapesGraphWellFormed sourceConstraint
sourceConstraintComponent sourceShape sparql subject suggestedShapesGraph target targetClass targetNode
targetObjectsOf targetSubjectsOf this union uniqueLang update validator value xone zeroOrMorePath
zeroOrOnePath
"""
TERMS = frozenset(_W3C.split())


def refuse_unknown(graph: Graph) -> None:
    """Nothing for a shapes graph whose terms of ``sh:`` all exist.

    Raises InvalidData with each that does not, the shape that it stands in, and the nearest that does.
    """
    problems = dict.fromkeys(_problems(graph))
    if problems:
        raise InvalidData(*problems)


def _problems(graph: Graph) -> Iterator[str]:
    for triple in graph.triples:
        for term in (triple.subject, triple.predicate, triple.object):
            if isinstance(term, ox.NamedNode) and term.value.startswith(SH):
                name = term.value.removeprefix(SH)
                if not _known(name) and not isinstance(triple.subject, ox.Triple):
                    yield f"{graph.named(triple.subject)}: sh:{name} is not a term of SHACL{_hint(name)}"


def _known(name: str) -> bool:
    component, _, parameter = name.partition("-")
    return not name or name in TERMS or ("Constraint" in component and {component, parameter} <= TERMS)


def _hint(name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, sorted(TERMS), n=1)
    return f"; did you mean sh:{near[0]}?" if near else ""
