"""The rows of an answer are counted exactly, wherever its bytes are cut."""

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fellesord.store import counting

_TEXT = st.lists(
    st.sampled_from(['"', "}", ",", "{", "\\", "[", ":", "\n", "\r", "æ", "{},{", '}},{"', "<result>"])
).map("".join)
_QUERIES = (
    "SELECT * { ?s ?p ?o }",
    "SELECT ?o ?none { ?s ?p ?o OPTIONAL { ?s <e:none> ?none } }",
    "SELECT ?maybe { ?s ?p ?o BIND(IF(STRLEN(?o) > 3, ?o, ?none) AS ?maybe) }",
)


@pytest.mark.parametrize("query", _QUERIES)
@pytest.mark.parametrize(
    ("form", "counter"),
    [
        (ox.QueryResultsFormat.JSON, counting.Objects),
        (ox.QueryResultsFormat.XML, counting.Elements),
        (ox.QueryResultsFormat.CSV, counting.Lines),
        (ox.QueryResultsFormat.TSV, counting.TsvLines),
    ],
    ids=str,
)
@settings(max_examples=60, deadline=None, database=None)
@given(texts=st.lists(_TEXT, max_size=12), size=st.integers(1, 400))
def test_rows_are_counted(
    query: str, form: ox.QueryResultsFormat, counter: type, texts: list[str], size: int
) -> None:
    store = ox.Store()
    for number, text in enumerate(texts):
        store.add(ox.Quad(ox.NamedNode(f"e:{number}"), ox.NamedNode("e:p"), ox.Literal(text)))
    solutions = store.query(query)
    assert isinstance(solutions, ox.QuerySolutions)
    written = solutions.serialize(format=form) or b""
    count = counter()
    blocks = [written[at : at + size] for at in range(0, len(written), size)] + [b" " * 32]
    assert sum(count(block) for block in blocks) == len(texts)
