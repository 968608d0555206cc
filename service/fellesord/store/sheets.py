"""Answers for people, made inside of the jail: some rows to be shown on a page, and a workbook."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from itertools import islice
from typing import Any

import pyoxigraph as ox
import xlsxwriter

from fellesord.namespaces import XSD

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
#: Bytes of the answer, its rows, and whether there was more.
Made = tuple[bytes, int, bool]
#: Characters of a text, rows and columns that a workbook takes (Excel's specifications and limits).
_CELL, _ROWS, _COLUMNS = 32_767, 1_048_575, 16_384
_CUT = " … [avkortet]"
_NUMBERS = frozenset((XSD.integer, XSD.decimal, f"{XSD}double", f"{XSD}float", f"{XSD}int", f"{XSD}long"))
#: Numbers with more digits than this would not be the same in a workbook.
_DIGITS = 15
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?")


def page_of_truth(truth: bool) -> Made:
    """A truth value, to be shown."""
    return json.dumps({"boolean": truth}).encode(), 1, False


def page_of_solutions(names: Sequence[str], solutions: Iterable[Any], most: int) -> Made:
    """The first solutions, to be shown."""
    return _page(names, ([*each] for each in solutions), most)


def page_of_graph(triples: Iterable[ox.Triple], most: int) -> Made:
    """The first triples, to be shown."""
    rows: Iterator[list[Term | None]] = (
        [each.subject, each.predicate, each.object] for each in dict.fromkeys(islice(triples, most + 1))
    )
    return _page(("subject", "predicate", "object"), rows, most)


def _page(names: Sequence[str], rows: Iterator[list[Term | None]], most: int) -> Made:
    shown = [[_term(term) for term in row] for row in islice(rows, most)]
    more = next(rows, None) is not None
    return json.dumps({"names": names, "rows": shown}).encode(), len(shown), more


def _term(term: Term | None) -> dict[str, str] | None:
    match term:
        case None:
            return None
        case ox.NamedNode():
            return {"iri": term.value}
        case ox.Literal():
            kind = {"language": term.language} if term.language else {"datatype": term.datatype.value}
            return {"text": term.value, **kind}
        case _:
            return {"text": str(term), "datatype": ""}


def workbook(names: Sequence[str], solutions: Iterable[Any], most: int) -> Made:
    """Solutions as a workbook: one sheet with them, and one that says how many they are."""
    target = BytesIO()
    book = xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet, about = book.add_worksheet("Svar"), book.add_worksheet("Om svaret")
    bold = book.add_format({"bold": True})
    for column, name in enumerate(names[:_COLUMNS]):
        sheet.write_string(0, column, name, bold)
    sheet.freeze_panes(1, 0)
    rows = cut = 0
    iterator = iter(solutions)
    for row, solution in enumerate(islice(iterator, min(most, _ROWS)), 1):
        rows = row
        for column, term in enumerate([*solution][:_COLUMNS]):
            cut += _write(sheet, row, column, term)
    more = next(iterator, None) is not None
    facts = [("Rader", rows), ("Avkortet", "ja" if more else "nei")]
    facts += [("Avkortede celler", cut)] if cut else []
    facts += [("Utelatte kolonner", len(names) - _COLUMNS)] if len(names) > _COLUMNS else []
    for row, fact in enumerate(facts):
        about.write_row(row, 0, fact)
    book.close()
    return target.getvalue(), rows, more


def _write(sheet: Any, row: int, column: int, term: Term | None) -> bool:
    """Write a term as a number where it is one, else as text, never as a formula; whether it was cut."""
    if term is None:
        return False
    if (
        isinstance(term, ox.Literal)
        and term.datatype.value in _NUMBERS
        and len(term.value) <= _DIGITS
        and _NUMBER.fullmatch(term.value)
    ):
        sheet.write_number(row, column, float(term.value))
        return False
    text = str(term) if isinstance(term, (ox.Triple, ox.BlankNode)) else term.value
    if len(text) > _CELL:
        sheet.write_string(row, column, text[: _CELL - len(_CUT)] + _CUT)
        return True
    sheet.write_string(row, column, text)
    return False
