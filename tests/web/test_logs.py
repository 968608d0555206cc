"""The log: one JSON object a line, in order, and nobody in it."""

import json
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from fellesord.web.logs import AccessLog, JsonLines, QueryLog
from fellesord.web.observing import ENVIRON, Answered, Queried, request_id


@pytest.fixture
def stream() -> StringIO:
    return StringIO()


@pytest.fixture
def logger(stream: StringIO) -> Iterator[logging.Logger]:
    """A logger of its own that writes JSON lines."""
    made = logging.Logger("fellesord.test", logging.INFO)
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    made.addHandler(handler)
    yield made
    handler.close()


def lines(stream: StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_has_a_time_in_utc_a_level_a_logger_and_a_message(
    logger: logging.Logger, stream: StringIO
) -> None:
    logger.warning("cannot use %s", "it")
    (line,) = lines(stream)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line.pop("time"))
    assert line == {"level": "warning", "logger": "fellesord.test", "message": "cannot use it"}


@given(message=st.text(), argument=st.text())
def test_whatever_is_logged_is_one_line_of_ascii(message: str, argument: str) -> None:
    record = logging.LogRecord("x", logging.INFO, "x.py", 1, message, (argument,), None)
    written = JsonLines().format(record)
    assert written.isascii()
    assert len(written.splitlines()) == 1
    assert isinstance(json.loads(written)["message"], str)


def test_an_exception_is_one_line_with_its_traceback(logger: logging.Logger, stream: StringIO) -> None:
    try:
        raise ValueError("of no use")
    except ValueError:
        logger.exception("it failed")
    (line,) = lines(stream)
    assert (line["level"], line["message"]) == ("error", "it failed")
    assert line["exception"].startswith("Traceback (most recent call last):\n")
    assert line["exception"].endswith("ValueError: of no use")


def test_what_is_logged_while_answering_has_the_id_of_the_request(
    logger: logging.Logger, stream: StringIO
) -> None:
    app = Flask("x")
    with app.test_request_context("/", environ_overrides={ENVIRON: "abc-12345"}):
        logger.error("it failed")
    logger.error("later")
    assert [line.get("request") for line in lines(stream)] == ["abc-12345", None]


def test_an_answer_is_told_with_its_numbers_and_nothing_of_the_client(
    logger: logging.Logger, stream: StringIO
) -> None:
    log = AccessLog(logger)
    log(Answered("abc-12345", "GET", "doc", 200, 0.0123456, 4859, True))
    log(Answered("abc-12346", "BREW", "other", 405, 0.001, 10, False))
    log.close()
    first, second = lines(stream)
    first.pop("time")
    assert first == {
        "level": "info",
        "logger": "fellesord.test",
        "message": "GET doc 200",
        "request": "abc-12345",
        "method": "GET",
        "surface": "doc",
        "status": 200,
        "ms": 12.346,
        "bytes": 4859,
        "cached": True,
    }
    assert (second["method"], second["message"]) == ("other", "other other 405")


def test_a_query_is_told_by_its_shape_and_nothing_of_the_client(
    logger: logging.Logger, stream: StringIO
) -> None:
    log = QueryLog(logger)
    log(Queried("abc-12345", "whole", "solutions", "csv", 7, 0.0123456, 'ASK { ?s ?p "" }' * 1000))
    log.close()
    (line,) = lines(stream)
    line.pop("time")
    assert len(line.pop("query")) == 4000
    assert line == {
        "level": "info",
        "logger": "fellesord.test",
        "message": "query whole",
        "request": "abc-12345",
        "outcome": "whole",
        "kind": "solutions",
        "form": "csv",
        "rows": 7,
        "ms": 12.346,
    }


def test_answers_are_not_told_below_the_level_of_the_log(logger: logging.Logger, stream: StringIO) -> None:
    logger.setLevel(logging.WARNING)
    log = AccessLog(logger)
    log(Answered("abc-12345", "GET", "doc", 200, 0.01, 1, False))
    log.close()
    assert stream.getvalue() == ""


def test_when_too_many_lines_wait_the_oldest_go_and_a_line_says_how_many(
    logger: logging.Logger, stream: StringIO
) -> None:
    log = AccessLog(logger, every=60)
    for number in range(10_003):
        log(Answered(f"request-{number}", "GET", "doc", 200, 0.01, 1, False))
    assert stream.getvalue() == ""
    log.close()
    first, *found = lines(stream)
    assert first["message"].startswith("3 lines were not logged")
    assert [found[0]["request"], found[-1]["request"]] == ["request-3", "request-10002"]


_CONFIGURED = """
import logging, warnings
from granian.log import configure_logging, LogLevels
from fellesord.web.logs import configure, configuration
configure_logging(LogLevels.info, configuration("info"))
configure("info")
logging.getLogger("_granian").info("from the server")
logging.getLogger("fellesord").debug("too little")
logging.getLogger("fellesord").info("from us")
warnings.warn("from Python")
"""


def test_every_line_of_a_configured_process_is_json_on_standard_error() -> None:
    command = [sys.executable, "-W", "default", "-c", _CONFIGURED]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert result.stdout == ""
    said = [json.loads(line) for line in result.stderr.splitlines()]
    assert [line["logger"] for line in said] == ["_granian", "fellesord", "py.warnings"]


@pytest.mark.parametrize("name", ["abcdefgh", "A.b_c-9" * 9, "0123456789abcdef0123456789abcdef"])
def test_a_well_formed_request_id_is_kept(name: str) -> None:
    assert request_id(name) == name


@pytest.mark.parametrize(
    "name", [None, "", "short", "x" * 65, "abcdefgh\n", "abc defgh", "æøåæøåæøå", 'a"bcdefgh']
)
def test_any_other_request_id_is_replaced(name: str | None) -> None:
    made = request_id(name)
    assert made != name
    assert request_id(made) == made
    assert request_id(name) != made
