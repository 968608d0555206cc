"""Queries of the catalogue asked of a vocabulary: values for their parameters, typed rows for an answer."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

import pyoxigraph as ox

from fellesord.errors import InvalidData, InvalidRequest, StoreOverflow
from fellesord.languages import Text, canonical
from fellesord.namespaces import SLUG_PATTERN
from fellesord.store import Store
from fellesord.store.catalogue import Column, Entry, Parameter
from fellesord.store.queries import TYPES
from fellesord.vocabulary.fields import Link, kind_of
from fellesord.vocabulary.filters import read_day
from fellesord.vocabulary.listing import Lists
from fellesord.vocabulary.reading import Vocabulary

#: What a cell holds: a thing, a text, a code or a day (ISO 8601), a number, yes or no, or nothing.
Cell = Link | Text | str | int | Decimal | bool | None
Row = tuple[Cell, ...]
Term = ox.NamedNode | ox.BlankNode | ox.Literal
#: Rows an answer may have; one with more is refused, never cut.
MOST = 50_000
#: Characters a text may have, and how many things are named at a time.
LONGEST, _BATCH = 300, 2000
_SLUG = re.compile(SLUG_PATTERN)


@dataclass(frozen=True)
class Answer:
    """What a query gave: the values it was asked with, as text, and its rows, each a cell a column."""

    entry: Entry
    values: Mapping[str, str]
    rows: tuple[Row, ...]


def values(entry: Entry, given: Mapping[str, str], lists: Lists) -> dict[str, str]:
    """The values given to a query as they are bound: names of our own things completed to IRIs.

    Raises InvalidRequest for a parameter that is unknown, missing or not of its type, or that names
    nothing that is there.
    """
    known = {each.name: each for each in entry.parameters}
    if unknown := sorted(given.keys() - known.keys()):
        there = f"there are {', '.join(known)}" if known else "it has none"
        raise InvalidRequest(f"{entry.name} has no parameter {unknown[0]!a}; {there}")
    for each in entry.parameters:
        if not each.optional and each.name not in given:
            example = short(each, each.example, lists.vocabulary.base)
            raise InvalidRequest(f"{each.name} is needed: a {wanted(each)}, such as {example}")
    return {name: _value(known[name], text, lists) for name, text in given.items()}


def bound(entry: Entry, asked: Mapping[str, str]) -> str:
    """The SPARQL text of a query with the values in it, its header left out. Raises InvalidQuery."""
    text = entry.query.bind({name: [value] for name, value in asked.items()})
    return text[text.index("\nPREFIX") + 1 :]


def ask(entry: Entry, asked: Mapping[str, str], store: Store, base: str) -> Answer:
    """The answer to a query, things not yet named: one store call.

    Raises InvalidData when a cell is not of the type its column promises, InvalidRequest when there are
    more than ``MOST`` rows or more than the store gives, and as the store's ``select`` does.
    """
    free = [each.name for each in entry.parameters if each.name not in asked]
    advice = f"; narrow it by {' or '.join(free)}" if free else ""
    try:
        solutions = store.select(bound(entry, asked))
    except StoreOverflow as error:
        raise InvalidRequest(f"{error}{advice}", key="too-long-answer") from error
    if len(solutions) > MOST:
        raise InvalidRequest(f"the answer has more than {MOST} rows{advice}", key="too-many-rows", most=MOST)
    rows = tuple(
        tuple(_cell(entry, column, solution.get(column.name), base) for column in entry.columns)
        for solution in solutions
    )
    return Answer(entry, asked, rows)


def named(answer: Answer, vocabulary: Vocabulary) -> Answer:
    """The same answer with the names of its things: a store call for each two thousand of them."""
    iris = sorted({cell.iri for row in answer.rows for cell in row if isinstance(cell, Link)})
    labels: dict[str, tuple[Text, ...]] = {}
    for start in range(0, len(iris), _BATCH):
        labels |= vocabulary.labels(iris[start : start + _BATCH])
    return replace(
        answer,
        rows=tuple(
            tuple(
                replace(cell, labels=labels.get(cell.iri, ())) if isinstance(cell, Link) else cell
                for cell in row
            )
            for row in answer.rows
        ),
    )


def short(parameter: Parameter, value: str, base: str) -> str:
    """A value as addresses and people say it: the name of our own thing instead of its IRI."""
    return value.removeprefix(f"{base}{parameter.kind}/") if parameter.kind else value


def wanted(parameter: Parameter) -> str:
    """What a parameter may be, in words."""
    if parameter.type in ("iri", "county"):
        kind = parameter.kind or "thing"
        return f"name or an IRI of {'an' if kind[0] in 'aeiou' else 'a'} {kind}"
    return {"date": "day", "language": "language tag", "integer": "whole number"}.get(
        parameter.type, parameter.type
    )


def _value(parameter: Parameter, text: str, lists: Lists) -> str:
    name, type_ = parameter.name, parameter.type
    if type_ == "date":
        return read_day(name, text)
    if type_ in ("iri", "county"):
        return _iri(parameter, text, lists)
    if type_ == "language":
        text = canonical(text)
    if not re.fullmatch(TYPES[type_][1], text, re.DOTALL) or not 0 < len(text) <= LONGEST:
        raise InvalidRequest(
            f"{name}: {text[:LONGEST]!a} is not a {wanted(parameter)}",
            key=f"not-{type_}",
            name=name,
            text=text,
        )
    return text


def _iri(parameter: Parameter, text: str, lists: Lists) -> str:
    """The IRI that a name or an IRI stands for; a thing of our own must be there."""
    base = lists.vocabulary.base
    iri = f"{base}{parameter.kind}/{text}" if parameter.kind and _SLUG.fullmatch(text) else text
    try:
        ox.NamedNode(iri)
    except ValueError as error:
        raise InvalidRequest(
            f"{parameter.name}: {text!a} is not a {wanted(parameter)}",
            key="not-iri",
            name=parameter.name,
            text=text,
        ) from error
    if parameter.kind and iri.startswith(base) and iri not in lists.own(parameter.kind):
        near = [each.iri.rpartition("/")[2] for each in lists.vocabulary.near(iri)]
        advice = f"; did you mean {' or '.join(near)}?" if near else ""
        raise InvalidRequest(
            f"{parameter.name}: there is no {parameter.kind} {text!a} here{advice}",
            key="no-thing-near" if near else "no-thing",
            name=parameter.name,
            kind=parameter.kind,
            text=text,
            there=near,
        )
    return iri


def _text(term: ox.Literal) -> Text:
    return Text(term.value, term.language or "")


def _day(term: ox.Literal) -> str:
    return read_day("", term.value)


def _number(term: ox.Literal) -> int | Decimal:
    number = Decimal(term.value)
    if not number.is_finite():
        raise ValueError(term.value)
    return int(number) if number == int(number) else number


def _truth(term: ox.Literal) -> bool:
    return {"true": True, "false": False, "1": True, "0": False}[term.value]


_READ: Mapping[str, Callable[[ox.Literal], Cell]] = {
    "text": _text,
    "code": lambda term: term.value,
    "integer": lambda term: int(term.value),
    "decimal": _number,
    "date": _day,
    "year": lambda term: int(term.value),
    "boolean": _truth,
}


def _cell(entry: Entry, column: Column, term: Term | None, base: str) -> Cell:
    """A term as a cell. Raises InvalidData for a term that is not of the type promised."""
    if term is None:
        return None
    if column.names and isinstance(term, ox.NamedNode):
        return Link(term.value, (), kind_of(term.value, base))
    if not column.names and isinstance(term, ox.Literal):
        try:
            return _READ[column.type](term)
        except (ValueError, KeyError, InvalidOperation, InvalidRequest):
            pass
    raise InvalidData(f"{entry.name}: {term} is not a {column.type}, which ?{column.name} promises to be")
