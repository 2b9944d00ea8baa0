# 先锋. `make help` lists the targets.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PORT   ?= 8000
export XIANFENG_HOME ?= xianfeng-data
UI     := ui/package-lock.json ui/vite.config.js hatch_build.py $(wildcard ui/src/*)

.PHONY: help setup run test check lint types fix messages images bench clean

help:  ## list these targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

setup: $(VENV)/.run  ## set everything up; leaves .venv/bin/xianfeng

run: setup  ## a running site on 127.0.0.1:$(PORT), with the demo where the data folder is empty
	@$(BIN)/xianfeng demo --if-empty
	@$(BIN)/xianfeng serve --port $(PORT)

test: $(VENV)/.test  ## every test, on SQLite and PostgreSQL, with a real browser
	$(BIN)/python -m pytest -n 2
	$(BIN)/python -m tools.postgres $(BIN)/python -m pytest -n 2 -m "not browser and not slow"

check: $(VENV)/.test lint types  ## what must hold before a push; under two minutes
	$(BIN)/python -m tools.messages check
	$(BIN)/python -m pytest -q -n 2 -m "not browser and not slow and not cluster"

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --lint --quiet src
	$(BIN)/lint-imports --no-cache

types:
	$(BIN)/mypy

fix: $(VENV)/.test  ## let the tools put right what they can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djlint --reformat --quiet src

messages: $(VENV)/.test  ## collect the texts to translate and compile the translations
	$(BIN)/python -m tools.messages update

images: $(VENV)/.test  ## take the screenshots in docs/images anew
	$(BIN)/python -m tools.images

bench: $(VENV)/.test  ## CPU time and queries of the main pages, and of scoring
	$(BIN)/python -m benchmarks

clean:  ## forget everything that was installed or built; data stays
	rm -rf $(VENV) ui/node_modules src/xianfeng/static/ui build dist

$(BIN)/python:
	@sh tools/bootstrap.sh $(PYTHON) $(VENV) base

$(VENV)/.run: $(BIN)/python requirements/run.txt pyproject.toml $(UI)
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/run.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.test: $(BIN)/python requirements/test.txt pyproject.toml $(UI)
	@sh tools/bootstrap.sh $(PYTHON) $(VENV) test
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/test.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.run
