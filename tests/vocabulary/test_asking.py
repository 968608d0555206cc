"""The query catalogue: every query keeps its promise, on the shipped record and on the made-up one."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from tests.conftest import WriteRecord
from tests.oxigraph_server import RemoteStoreOf
from tests.store.test_store_contract import ENGINES
from tests.virtuoso_server import until_right

from fellesord.errors import InvalidData, InvalidQuery, InvalidRequest, UnknownQuery
from fellesord.files import root
from fellesord.languages import LANGUAGES, Text
from fellesord.store import Store
from fellesord.store.catalogue import GROUPS, Entry, entries, entry
from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Sources
from fellesord.store.queries import load
from fellesord.store.remote import RemoteStore
from fellesord.vocabulary import asking
from fellesord.vocabulary.fields import Link
from fellesord.vocabulary.listing import Lists
from fellesord.vocabulary.reading import Vocabulary

#: What each query that needs something is asked on the made-up record, so that it has rows.
ASKED = {
    "counties-on-concept": {"concept": "samarbeid"},
    "work-on-concept": {"concept": "samarbeid"},
    "tools-for-concept": {"concept": "samarbeid"},
    "lessons-on-concept": {"concept": "samarbeid"},
    "indicators-for-concept": {"concept": "samskaping"},
    "partners-near": {"county": "vidda"},
    "counties-in-common": {"county": "fjordland"},
    "indicator-by-county": {"indicator": "andel-ja"},
    "indicator-across-reforms": {"indicator": "andel-ja"},
    "indicator-gaps": {"indicator": "andel-ja", "year": "2023"},
    "terms-missing-language": {"language": "se"},
    "definitions-missing-language": {"language": "se", "scheme": "prove"},
    "words-of-several": {"scheme": "prove"},
    "hierarchy-depth": {"scheme": "prove"},
    "concepts-alone": {"scheme": "prove"},
    "changed-since": {"since": "2024-02-01"},
    "counties-on-date": {"day": "2019-12-31"},
}
TYPES = {
    "iri": Link, "county": Link, "text": Text, "code": str, "integer": int, "decimal": int | Decimal,
    "date": str, "year": int, "boolean": bool,
}  # fmt: skip
EVERY = pytest.mark.parametrize("each", entries(), ids=lambda each: each.name)


@pytest.fixture(scope="module")
def lists(analysts: Path) -> Lists:
    store = EmbeddedStore.build(Sources(analysts))
    return Lists(Vocabulary(store, store.manifest.base))


@pytest.fixture(scope="module", params=list(ENGINES.values()), ids=list(ENGINES))
def there(request: pytest.FixtureRequest, lists: Lists) -> Store:
    """The same from an engine of others."""
    make: RemoteStoreOf = request.getfixturevalue(request.param)
    return make(lists.vocabulary.store.construct(load("graph").bind({})))


@pytest.fixture(scope="module")
def shipped() -> Lists:
    store = EmbeddedStore.build(Sources(root() / "vocab"))
    return Lists(Vocabulary(store, store.manifest.base))


def asked(lists: Lists, name: str, **given: str) -> asking.Answer:
    found = entry(name)
    return asking.ask(
        found, asking.values(found, given, lists), lists.vocabulary.store, lists.vocabulary.base
    )


def slugs(answer: asking.Answer, column: int = 0) -> list[str]:
    cells = [row[column] for row in answer.rows]
    return [cell.iri.rpartition("/")[2] for cell in cells if isinstance(cell, Link)]


def keeps_its_promise(each: Entry, rows: tuple[asking.Row, ...]) -> None:
    for row in rows:
        assert len(row) == len(each.columns)
        for column, cell in zip(each.columns, row, strict=True):
            assert cell is None or isinstance(cell, TYPES[column.type]), (column.name, cell)
            if isinstance(cell, Link) and cell.kind is not None and column.kind is not None:
                assert cell.kind == column.kind


def test_there_are_queries_under_every_heading() -> None:
    assert len(entries()) >= 30
    assert {each.group for each in entries()} == set(GROUPS)


@EVERY
def test_every_query_says_all_in_three_languages(each: Entry) -> None:
    headings = (
        each.title,
        each.description,
        *(p.title for p in each.parameters),
        *(c.title for c in each.columns),
    )
    for texts in headings:
        assert [text.language for text in texts] == list(LANGUAGES)
    assert all(text.value.endswith(".") for text in each.description)


@EVERY
def test_the_columns_are_those_that_are_selected(each: Entry) -> None:
    selected = re.search(r"SELECT (?:DISTINCT )?(.+)", each.query.text)
    assert selected
    names = re.findall(r"AS \?(\w+)\)|\?(\w+)(?![^(]*\))", selected[1])
    assert [one or other for one, other in names] == [column.name for column in each.columns]


@EVERY
def test_rows_have_one_order_and_none_is_cut(each: Entry) -> None:
    ordered = set(re.findall(r"\?(\w+)", each.query.text.partition("ORDER BY")[2]))
    counted = set(re.findall(r"AS \?(\w+)\)", each.query.text))
    assert {column.name for column in each.columns} <= ordered | counted
    assert "LIMIT" not in each.query.text


@EVERY
def test_every_query_keeps_its_promise_on_the_shipped_record(each: Entry, shipped: Lists) -> None:
    examples = {p.name: p.example for p in each.parameters}
    for given in (examples, {p.name: p.example for p in each.parameters if not p.optional}):
        values = asking.values(each, given, shipped)
        keeps_its_promise(
            each, asking.ask(each, values, shipped.vocabulary.store, shipped.vocabulary.base).rows
        )


@EVERY
def test_every_query_has_rows_on_the_made_up_record(each: Entry, lists: Lists) -> None:
    answer = asked(lists, each.name, **ASKED.get(each.name, {}))
    assert answer.rows
    assert len(set(answer.rows)) == len(answer.rows)
    keeps_its_promise(each, answer.rows)


@EVERY
def test_every_other_engine_gives_the_same_rows(each: Entry, lists: Lists, there: Store) -> None:
    values = asking.values(each, ASKED.get(each.name, {}), lists)
    here, base = lists.vocabulary.store, lists.vocabulary.base

    def rows(store: Store) -> object:
        return asking.ask(each, values, store, base).rows

    right = rows(here)

    virtuoso = isinstance(there, RemoteStore) and there.engine.name == "Virtuoso"
    assert (until_right(lambda: rows(there), right) if virtuoso else rows(there)) == right


@EVERY
def test_what_may_be_left_out_leaves_no_trace(each: Entry) -> None:
    needed = {p.name: p.example for p in each.parameters if not p.optional}
    text = asking.bound(each, needed)
    assert text.startswith("PREFIX")
    for parameter in each.parameters:
        assert (f"VALUES ?{parameter.name} " in text) is (parameter.name in needed)


def test_the_reforms_are_followed(lists: Lists) -> None:
    answer = asked(lists, "indicator-across-reforms", indicator="andel-ja")
    assert slugs(answer, 0) == ["fjordland"] * 4
    assert [row[1:] for row in answer.rows if row[2] == 2019] == [
        (Link(f"{lists.vocabulary.base}county/kysten", (), "county"), 2019, -2, False),
        (Link(f"{lists.vocabulary.base}county/vidda", (), "county"), 2019, Decimal("38.5"), False),
    ]
    assert [row[4] for row in answer.rows] == [False, False, True, True]


def test_what_is_optional_narrows(lists: Lists) -> None:
    whole = asked(lists, "indicator-by-county", indicator="andel-ja")
    assert [(row[2], row[3]) for row in whole.rows] == [
        (2023, 41),
        (2024, 57),
        (2019, -2),
        (2019, Decimal("38.5")),
    ]
    later = asked(
        lists, "indicator-by-county", **{"indicator": "andel-ja", "from": "2024", "county": "fjordland"}
    )
    assert [row[3] for row in later.rows] == [57]


def test_narrower_concepts_count(lists: Lists) -> None:
    answer = asked(lists, "counties-on-concept", concept="samarbeid")
    assert [(slug, *row[1:]) for slug, row in zip(slugs(answer), answer.rows, strict=True)] == [
        ("aasane", 2, 0),
        ("fjordland", 1, 1),
    ]


def test_open_projects_near_ours_are_those_we_are_not_in(lists: Lists) -> None:
    assert slugs(asked(lists, "partners-near", county="vidda")) == ["torgprosjektet"]
    assert not asked(lists, "partners-near", county="aasane").rows


def test_things_get_their_names(lists: Lists) -> None:
    answer = asking.named(asked(lists, "tools-unused"), lists.vocabulary)
    assert answer.rows[0][0] == Link(
        f"{lists.vocabulary.base}tool/hengekoya",
        (Text("Hengekøya", "nb"), Text("Hengjekøya", "nn"), Text("The hammock", "en")),
        "tool",
    )


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("tools-unused", {"county": "x"}, "tools-unused has no parameter 'county'; it has none"),
        ("partners-near", {"fylke": "x"}, "no parameter 'fylke'; there are county"),
        ("partners-near", {}, "county is needed: a name or an IRI of a county, such as agder"),
        ("partners-near", {"county": "fjordlan"}, "no county 'fjordlan' here; did you mean fjordland"),
        ("partners-near", {"county": "Å > } { "}, "is not a name or an IRI of a county"),
        ("indicator-gaps", {"indicator": "andel-ja", "year": "24"}, "year: '24' is not a year"),
        ("changed-since", {"since": "2024-02-31"}, "is not a day"),
        ("terms-missing-language", {"language": "på norsk"}, "is not a language tag"),
        ("mappings", {"start": ""}, "start: '' is not a text"),
        ("mappings", {"start": "x" * 301}, "is not a text"),
    ],
)
def test_wrong_values_are_told_what_would_do(
    lists: Lists, name: str, given: dict[str, str], message: str
) -> None:
    with pytest.raises(InvalidRequest, match=re.escape(message)):
        asked(lists, name, **given)


def test_no_text_becomes_syntax(lists: Lists) -> None:
    assert not asked(lists, "mappings", start='" } UNION { ?s ?p ?o } #\n\\').rows
    for value in ('2024" } #', "2024\n", "２０２４"):
        with pytest.raises(InvalidQuery, match="not a year"):
            entry("indicator-gaps").query.bind({"indicator": ["http://a.example/"], "year": [value]})


def test_an_unknown_query_says_which_are_near() -> None:
    with pytest.raises(UnknownQuery, match="no query 'tools-used'; there are tools-unused"):
        entry("tools-used")


def test_a_cell_that_breaks_the_promise_is_told_of(write_record: WriteRecord) -> None:
    odd = (
        "@base <https://fellesord.example/id/> .\n@prefix org: <http://www.w3.org/ns/org#> .\n"
        "<change/x> a org:ChangeEvent ; org:originalOrganization <county/a> ;\n"
        "  org:resultingOrganization <county/b> ; <http://purl.org/dc/terms/date> 'in spring' .\n"
    )
    store = EmbeddedStore.build(Sources(write_record({"change/x.ttl": odd})))
    with pytest.raises(
        InvalidData, match=r'county-successors: "in spring" is not a date, which \?day promises'
    ):
        asked(Lists(Vocabulary(store, store.manifest.base)), "county-successors")


def test_names_of_queries_and_parameters_can_stand_in_addresses() -> None:
    for each in entries():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", each.name)
        assert all(re.fullmatch("[a-z]+", p.name) for p in each.parameters)
