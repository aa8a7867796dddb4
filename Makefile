# Two commands set everything up: `make run` and `make test`.
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
PIP := $(BIN)/python -m pip --disable-pip-version-check -q

.PHONY: help run test test-quick test-gis system lint notebooks bench reference screenshots lock clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Hotspot needs Python 3.11. Install it, or say where it is: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements/run.txt pyproject.toml | $(BIN)/python
	@echo "Setting up (once; some minutes on a slow line) ..."
	$(PIP) install --require-hashes -r requirements/run.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	$(BIN)/python -m hotspot.kernels
	@touch $@

$(VENV)/.dev: requirements/dev.txt pyproject.toml | $(BIN)/python
	@echo "Setting up for development (once; some minutes on a slow line) ..."
	$(PIP) install --require-hashes -r requirements/dev.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	$(BIN)/python -m hotspot.kernels
	@touch $@ $(VENV)/.run

run: $(VENV)/.run ## import the sample data, make its layers, serve them at http://127.0.0.1:8000
	$(BIN)/hotspot demo
	$(BIN)/hotspot serve --port $(PORT)

system: ## install Chromium, GDAL's tools and wrk from the system's packages, where that is possible
	@.ci/system-packages

test: $(VENV)/.dev system ## every test, real browser and GIS clients included
	$(BIN)/pytest -n 2 --dist loadgroup

test-quick: $(VENV)/.dev ## the tests without real clients
	$(BIN)/pytest -n 2 --dist loadgroup -m "not acceptance"

test-gis: $(VENV)/.dev ## the tests with real clients; installs QGIS first (about 1 GB)
	@WITH_QGIS=1 .ci/system-packages
	$(BIN)/pytest tests/acceptance

lint: $(VENV)/.dev ## style and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

notebooks: $(VENV)/.dev ## execute every notebook
	$(BIN)/python notebooks/execute.py

bench: $(VENV)/.dev ## measure speed and memory; writes benchmarks/RESULTS.md (SIZE=small: agreement only)
	SIZE=$(SIZE) $(BIN)/python -m benchmarks

reference: $(VENV)/.run ## write docs/reference.md again, from the code
	$(BIN)/python docs/reference.py

screenshots: $(VENV)/.dev system ## make the pictures of the documents (of QGIS where it is installed)
	$(BIN)/python docs/screenshot.py
	HOTSPOT_SCREENSHOTS=docs/images $(BIN)/pytest tests/acceptance/test_gis_guide.py

lock: $(VENV)/.dev ## pin every dependency again, with hashes, from pyproject.toml
	cd requirements && for set in run dev; do \
	  extras=$$([ $$set = dev ] && echo "--extra test --extra lint --extra bench --extra notebooks -c run.txt"); \
	  ../$(BIN)/pip-compile -q --upgrade --generate-hashes --allow-unsafe --strip-extras --no-header \
	    --no-emit-index-url --no-emit-find-links --no-emit-trusted-host $$extras \
	    -o $$set.txt $$set.in ../pyproject.toml || exit 1; \
	done

clean: ## remove what these commands made, but not the data in hotspot-data/
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
