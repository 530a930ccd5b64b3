# What a stranger runs: `make demo`, `make test`. All of it happens in .venv and out/.

PYTHON ?= python3
JOBS ?= 2
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test test-slow lint docs bench clean

demo: $(VENV)/demo-ready
	@mkdir -p out
	$(BIN)/cnndsl compile resnet50 --verify -o out/resnet50.py
	$(BIN)/cnndsl render resnet50 -o out/resnet50.svg
	@echo "ResNet-50 is compiled and verified: out/resnet50.py is its source, out/resnet50.svg its diagram."

test: $(VENV)/test-ready
	$(BIN)/python -m pytest -n $(JOBS)

test-slow: $(VENV)/test-ready
	$(BIN)/python -m pytest -n $(JOBS) -m slow

lint: $(VENV)/test-ready
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/cnndsl fmt --check specs tests/cases/language

# The site, built strictly, is then in build/docs/html.
docs: $(VENV)/docs-ready
	$(BIN)/python -m docs.site

bench: $(VENV)/bench-ready
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) out build dist

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/demo-ready: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[torch]'
	@touch $@

$(VENV)/test-ready: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	@touch $@ $(VENV)/demo-ready

$(VENV)/bench-ready: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[bench]'
	@touch $@ $(VENV)/test-ready $(VENV)/demo-ready

$(VENV)/docs-ready: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[docs]'
	@touch $@
