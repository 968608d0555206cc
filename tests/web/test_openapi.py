"""The description is true: of every route, and of every answer to what may be asked and what may not."""

import json
import re
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    positive_data_acceptance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.web.test_pages import Page

from fellesord.releases.archive import Archive
from fellesord.store.catalogue import entries
from fellesord.vocabulary.reading import Vocabulary
from fellesord.web import api, openapi, operations
from fellesord.web.application import create_app
from fellesord.web.asking import Querying
from fellesord.web.links import Links
from fellesord.web.operations import Operation
from fellesord.web.texts import table

_CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
_BOUNDED = settings(max_examples=20, deadline=None, database=None, suppress_health_check=list(HealthCheck))
_BASE = "https://fellesord.example/id/"
#: Values that parameters have in the twelve-concept thesaurus; by operation where the name is not enough.
_REAL: dict[str, list[str]] = {
    "slug": ["samarbeid", "samskaping", "prosess", "aerlighet", "gammelt-ord"],
    "scheme": ["prove", "utfall", f"{_BASE}scheme/prove", "http://vocabulary.example/scheme"],
    "collection": ["alle", f"{_BASE}collection/alle"],
    "concepts.status": ["CURRENT", "RETIRED", "http://vocabulary.example/status"],
    "projects.status": ["http://vocabulary.example/status"],
    "concept": ["samarbeid", "samskaping", "aerlighet", "http://vocabulary.example/co-creation"],
    "county": ["aasane", "fjordland", f"{_BASE}county/vidda"],
    "phase": ["http://vocabulary.example/phase"],
    "tool": ["kjokkenbordet"],
    "owner": ["provenettverk", "fjordland"],
    "outcome": ["virket", "virket-ikke", f"{_BASE}scheme/utfall#virket"],
    "about": ["torgprosjektet", "kjokkenbordet"],
    "date": ["2019-12-31", "2020-01-01"],
    "from": ["2001-01-01", "2019-12-31"],
    "to": ["2020-01-01", "2024-12-31"],
    "format": ["json", "csv"],
    "limit": ["1", "2", "500"],
    "lang": ["nb", "nn", "en", "smj", "en-GB"],
    **{name: ["true", "false"] for name in ("top", "retired", "open", "current", "transitive")},
}


@pytest.fixture
def description(client: FlaskClient) -> dict[str, Any]:
    return dict(json.loads(client.get("/openapi.json").data))


@pytest.fixture(scope="module")
def published(vocabulary: Vocabulary, archive: Archive, querying: Querying) -> schemathesis.BaseSchema:
    """The description as a client reads it, over the application in this process."""
    app = create_app(vocabulary, Links(vocabulary.base), archive=archive, asking=querying)
    return schemathesis.openapi.from_wsgi("/openapi.json", app, config=schemathesis.Config(seed=1))


def test_the_description_is_right_openapi(client: FlaskClient, description: dict[str, Any]) -> None:
    assert client.get("/openapi.json").content_type == "application/json"
    assert description["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(description).validate()


def test_every_route_is_described_and_every_description_is_of_a_route(
    client: FlaskClient, description: dict[str, Any]
) -> None:
    routes = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in client.application.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    described = {
        (re.sub(r"(?<=/v1/queries/)[a-z-]+$", "{name}", path), method)  # one route answers all queries
        for path, methods in description["paths"].items()
        for method in methods
    }
    assert described == routes
    assert {name for name in description["paths"] if name.startswith("/api/v1/queries/")} == {
        f"/api/v1/queries/{each.name}" for each in entries()
    }


def test_the_parts_of_a_path_are_those_described() -> None:
    for operation in openapi.operations():
        names = {each.name for each in operation.parameters if each.where == "path"}
        assert names == set(re.findall(r"\{(\w+)\}", operation.path))


def test_every_failure_of_the_api_is_described_as_a_problem(description: dict[str, Any]) -> None:
    for path, methods in description["paths"].items():
        for answer in (answer for each in methods.values() for answer in each["responses"].items()):
            if int(answer[0]) >= 400:
                assert answer[1]["content"]["application/problem+json"]["schema"]["$ref"].endswith("/Problem")
                assert path.startswith(operations.PREFIX) is ("text/html" not in answer[1]["content"])


def test_the_description_says_where_the_service_is_when_it_is_told(vocabulary: Vocabulary) -> None:
    links = Links(vocabulary.base, "https://ord.example/felles")
    document = create_app(vocabulary, links).test_client().get("/openapi.json").get_json()
    assert document["servers"] == [{"url": "https://ord.example/felles"}]


@pytest.mark.parametrize("route", api.ROUTES, ids=lambda route: route.operation.name)
def test_items_have_exactly_the_fields_described(client: FlaskClient, route: operations.Route) -> None:
    operation = route.operation
    schema = operation.answers[0].bodies["application/json"]
    assert schema is not None
    results = client.get(operation.path.replace("{slug}", "samarbeid")).get_json()["results"]
    if operation.name == "concept-broader":
        results = client.get("/api/v1/concepts/samskaping/broader").get_json()["results"]
    assert results
    for each in results:
        assert list(each) == schema["properties"]["results"]["items"]["required"]


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_page_says_all_that_is_described(
    client: FlaskClient, description: dict[str, Any], language: str
) -> None:
    source = client.get(f"/api?lang={language}").get_data(as_text=True)
    page = Page(source)
    assert page.faults == []
    assert page.headings.count("h1") == 1
    assert len(page.ids) == len(set(page.ids))
    assert source.count("<script") == 1
    assert f'<html lang="{language}" ' in source
    assert all(f"{path}</code>" in source for path in description["paths"])


def test_every_text_about_the_api_is_used() -> None:
    described = openapi.operations()
    used = {f"api-{each.group}-{each.name}" for each in described} | {
        f"api-group-{g}" for g in openapi.GROUPS
    }
    used |= {parameter.text for each in described for parameter in each.parameters if not parameter.said}
    folder = Path(openapi.__file__).parent
    sources = "".join(p.read_text("utf-8") for p in folder.rglob("*") if p.suffix in (".py", ".html"))
    used |= set(re.findall(r'"(api-[a-z-]+)"', sources))
    assert {key for key in table() if key.startswith("api-")} == used & table().keys()
    assert all(each.group in openapi.GROUPS for each in described)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("operation", openapi.operations(), ids=lambda operation: operation.name)
def test_every_answer_is_one_that_is_described(
    published: schemathesis.BaseSchema, operation: Operation, mode: GenerationMode
) -> None:
    asked = published[operation.path][operation.method]
    checks = list(_CHECKS)
    if mode.is_negative and operation.rule.startswith(operations.PREFIX):
        checks.append(negative_data_rejection)  # elsewhere an address may carry what it likes

    @seed(1)
    @_BOUNDED
    @given(case=asked.as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case[Any]) -> None:
        response = case.call()
        elsewhere = response.status_code == 302  # what is wrong is told there
        case.validate_response(response, checks=_CHECKS if elsewhere else checks)

    # Nothing can be wrong about what has no parameters.
    with suppress(Unsatisfiable) if mode.is_negative else nullcontext():
        ask()


@pytest.mark.parametrize("route", api.ROUTES, ids=lambda route: route.operation.name)
def test_every_answer_to_real_values_is_one_that_is_described(
    published: schemathesis.BaseSchema, route: operations.Route
) -> None:
    operation = route.operation
    values = {
        where: {
            each.name: st.sampled_from(_REAL.get(f"{operation.name}.{each.name}") or _REAL[each.name])
            for each in operation.parameters
            if each.where == where and each.name != "cursor"
        }
        for where in ("path", "query")
    }

    @seed(1)
    @_BOUNDED
    @given(st.fixed_dictionaries(values["path"]), st.fixed_dictionaries({}, optional=values["query"]))
    def ask(path: dict[str, str], query: dict[str, str]) -> None:
        case = published[operation.path][operation.method].Case(path_parameters=path, query=query)
        response = case.call_and_validate(checks=[*_CHECKS, positive_data_acceptance])
        assert response.status_code == 200

    ask()


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(client: FlaskClient, method: str) -> None:
    for route in api.ROUTES:
        response = getattr(client, method)(route.operation.path.replace("{slug}", "samarbeid"))
        assert response.status_code == 405
        assert response.mimetype == "application/problem+json"
        assert "GET" in response.headers["Allow"]
