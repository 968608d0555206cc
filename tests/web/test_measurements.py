"""The page of an indicator: what was measured where and when, gaps and county reforms shown as they are."""

import re
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask.testing import FlaskClient
from tests.conftest import WriteRecord
from tests.vocabulary.test_reading import Counting

from fellesord.store.embedded import EmbeddedStore
from fellesord.store.generations import Sources
from fellesord.vocabulary.concepts import Indicator, Observation
from fellesord.vocabulary.fields import Link
from fellesord.vocabulary.reading import Vocabulary
from fellesord.vocabulary.series import Measured, Series, measured
from fellesord.web.application import create_app
from fellesord.web.links import Links
from fellesord.web.negotiation import speech
from fellesord.web.pages.charts import charts, number

PREFIXES = """@base <https://fellesord.example/id/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix euvoc: <http://publications.europa.eu/ontology/euvoc#> .
@prefix fo: <https://fellesord.example/ns#> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix qb: <http://purl.org/linked-data/cube#> .
@prefix sdmx-dimension: <http://purl.org/linked-data/sdmx/2009/dimension#> .
@prefix sdmx-measure: <http://purl.org/linked-data/sdmx/2009/measure#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def observation(county: str, year: int, value: str) -> str:
    return (
        f"<indicator/andel#{year}-{county}> a qb:Observation ; dct:source <http://source.example/survey> ;"
        f" sdmx-dimension:refArea <county/{county}> ;"
        f' sdmx-dimension:refPeriod "{year}"^^xsd:gYear ; sdmx-measure:obsValue {value} .\n'
    )


OBSERVATIONS = (
    ("vidda", 2018, "10"), ("vidda", 2019, "12.5"), ("fjordland", 2021, "30"), ("fjordland", 2023, "41"), ("fjordland", 2024, "57"),
)  # fmt: skip


@pytest.fixture
def record(write_record: WriteRecord) -> Path:
    named = ", ".join(f"<indicator/andel#{year}-{county}>" for county, year, _ in OBSERVATIONS)
    return write_record(
        {
            "indicator/andel.ttl": PREFIXES
            + f'<indicator/andel> a skos:Concept ; skos:prefLabel "andel"@nb ; fo:maximum 100 ; fo:observation {named} .\n'
            + "".join(observation(*each) for each in OBSERVATIONS),
            "county/vidda.ttl": PREFIXES
            + '<county/vidda> a org:FormalOrganization ; skos:prefLabel "Vidda"@nb ; euvoc:startDate "2000-01-01"^^xsd:date ;'
            + ' euvoc:endDate "2019-12-31"^^xsd:date .\n',
            "county/fjordland.ttl": PREFIXES
            + '<county/fjordland> a org:FormalOrganization ; skos:prefLabel "Fjordland"@nb ;'
            + ' euvoc:startDate "2020-01-01"^^xsd:date .\n',
            "change/2020.ttl": PREFIXES
            + '<change/2020> a org:ChangeEvent ; dct:date "2020-01-01"^^xsd:date ; dct:title "Vidda ble Fjordland"@nb ;'
            + " org:originalOrganization <county/vidda> ; org:resultingOrganization <county/fjordland> .\n",
        }
    )


@pytest.fixture
def counting(record: Path) -> Counting:
    return Counting(EmbeddedStore.build(Sources(record)))


@pytest.fixture
def site(counting: Counting) -> FlaskClient:
    base = "https://fellesord.example/id/"
    return create_app(Vocabulary(counting, base), Links(base)).test_client()


def test_series_keep_gaps_and_end_with_the_county(counting: Counting) -> None:
    vocabulary = Vocabulary(counting, "https://fellesord.example/id/")
    entity = vocabulary.get("https://fellesord.example/id/indicator/andel").entity
    assert isinstance(entity, Indicator)
    counting.calls = 0
    found = measured(vocabulary, entity.observation)
    assert counting.calls == 2
    assert found.years == tuple(range(2018, 2025))
    fjordland, vidda = found.series
    assert (fjordland.first, fjordland.last, fjordland.successors) == (2020, None, ())
    assert [link.iri.rpartition("/")[2] for link in vidda.successors] == ["fjordland"]
    assert vidda.values == {2018: Decimal(10), 2019: Decimal("12.5")}
    assert not vidda.existed(2020)


def test_lines_join_years_that_follow_each_other_only(counting: Counting) -> None:
    vocabulary = Vocabulary(counting, "https://fellesord.example/id/")
    entity = vocabulary.get("https://fellesord.example/id/indicator/andel").entity
    assert isinstance(entity, Indicator)
    drawn = charts(entity, measured(vocabulary, entity.observation), speech("nb", None))
    assert drawn
    fjordland, vidda = drawn.charts
    assert (drawn.low, drawn.high) == ("0", "100")
    assert len(fjordland.points) == 3
    assert len(fjordland.lines) == 1, "2021 stands alone"
    assert fjordland.begins is not None
    assert vidda.ends is not None
    assert fjordland.cells == (None, None, "", "30", "", "41", "57")
    assert vidda.cells == ("10", "12,5", None, None, None, None, None)
    heights = [point.y for point in (*vidda.points, *fjordland.points)]
    assert heights == sorted(heights, reverse=True), "all charts have one scale"


def test_the_page_shows_charts_and_the_same_figures_as_a_table(site: FlaskClient) -> None:
    page = site.get("/doc/indicator/andel?lang=nb", headers={"Accept": "text/html"}).get_data(as_text=True)
    assert page.count('role="img"') == 2
    assert 'aria-label="Vidda: 2018: 10; 2019: 12,5"' in page
    row = re.search(r'<tr><th scope="row">\s*<a [^>]*>\s*<span[^>]*>Vidda.*?</tr>', page, re.S)
    assert row
    assert re.findall(r'<td class="number">(?:<span[^>]*>)?([^<]*)', row[0])[:3] == [
        "10",
        "12,5",
        "fantes ikke",
    ]
    assert "Videreført i" in page
    assert "http://source.example/survey" in page
    english = site.get("/doc/indicator/andel?lang=en").get_data(as_text=True)
    assert "12.5" in english


def test_an_indicator_without_figures_says_so(client: FlaskClient, write_record: WriteRecord) -> None:
    record = write_record(
        {"indicator/tom.ttl": PREFIXES + '<indicator/tom> a skos:Concept ; skos:prefLabel "tom"@nb .\n'},
        "empty",
    )
    store = EmbeddedStore.build(Sources(record))
    vocabulary = Vocabulary(store, store.manifest.base)
    empty = create_app(vocabulary, Links(vocabulary.base)).test_client()
    assert "Det er ikke lagt inn målinger ennå." in empty.get("/doc/indicator/tom?lang=nb").get_data(
        as_text=True
    )


@pytest.mark.parametrize(("period", "value"), [(None, "1"), ("20x4", "1"), ("2024", None), ("2024", "mye"), ("2024", "NaN"), ("20241", "1")])  # fmt: skip
def test_what_is_no_number_of_a_year_is_left_out(
    vocabulary: Vocabulary, base: str, period: str | None, value: str | None
) -> None:
    county = Link(f"{base}county/fjordland", (), "county")
    assert measured(vocabulary, [Observation(county, period, value, None, ())]).series == ()


def test_numbers_are_written_as_the_language_does_without_losing_digits() -> None:
    value = Decimal("-1234.50")
    assert number(value, speech("nn", None)) == "−1234,50"
    assert number(value, speech("en", None)) == "−1234.50"


def test_one_year_is_drawn_in_the_middle_and_one_value_has_a_scale() -> None:
    county = Link("https://fellesord.example/id/county/x", (), "county")
    zero = Measured((2024,), (Series(county, {2024: Decimal(0)}, None, None, ()),))
    indicator: Any = SimpleNamespace(minimum=None, maximum=None)
    drawn = charts(indicator, zero, speech("nb", None))
    assert drawn
    assert drawn.charts[0].points[0].x == 120
    assert drawn.high == "1"
