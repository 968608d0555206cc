# Targets for people and CI. Everything is set up in .venv by the first target that needs it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help serve test lint readers audit killers bench assets wheel

help:  ## Print these targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/make \1\t\2/' | expand -t 14

serve: $(VENV)/run  ## Set up and serve the shipped vocabulary on http://127.0.0.1:8000/
	$(BIN)/fellesord serve $(ARGS)

test: $(VENV)/dev  ## Set up and run the tests
	$(BIN)/python -m pytest -n auto --dist loadfile $(ARGS)

lint: $(VENV)/dev  ## Check style, types and the form of the record
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/fellesord format --check --vocab vocab
	$(BIN)/fellesord format --check --vocab tests/data/vocab
	$(BIN)/fellesord check
	$(BIN)/fellesord verify

readers: $(patsubst tests/readers/requirements-%.txt,$(VENV)/readers/%/made,$(wildcard tests/readers/requirements-*.txt))  ## Set up others' programs that the tests let read the exports

audit: $(VENV)/dev  ## Look at every page in every colour, width and language (needs chromium)
	AUDIT=all $(BIN)/python -m pytest -n auto tests/web/test_browser.py $(ARGS)

killers: $(VENV)/dev  ## Ask queries that mean harm ten times over, and take the time of each
	KILLERS=10 $(BIN)/python -m pytest -s tests/web/test_killers.py $(ARGS)

bench: $(VENV)/dev  ## Measure speed and memory against peers
	$(BIN)/python -m tests.benchmarks $(ARGS)

assets: $(VENV)/run  ## Renew the style sheets that the pages borrow (needs npm)
	$(BIN)/python deploy/assets.py $(ARGS)

wheel: $(VENV)/dev  ## Build the wheel into dist/
	$(BIN)/python -m build --wheel

$(VENV)/run: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Fellesord needs Python 3.11 or newer; say which: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/dev: $(VENV)/run
	$(BIN)/python -m pip install --quiet --group dev
	touch $@

$(VENV)/readers/%/made: tests/readers/requirements-%.txt
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --requirement $<
	touch $@
