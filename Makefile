# `make help` lists the targets. Two commands are enough: `make report` and `make test`.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
UV := $(shell command -v uv 2>/dev/null)
# one BLAS thread a process: several threads in two workers cost more than they bring
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1
export MKL_NUM_THREADS := 1
export PYTHONUTF8 := 1

.DEFAULT_GOAL := help
.PHONY: help report test build docs lab notebook check bench calibration backtest chaos lock clean

help: ## Show this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-10s %s\n", $$1, $$2}'

$(STAMP): requirements.lock pyproject.toml
	@echo "== installing the locked versions into $(VENV)"
ifdef UV
	@test -x $(BIN)/python || uv venv --quiet --python $(PYTHON) $(VENV)
	@uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	@uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
else
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
endif
	@touch $@

report: $(STAMP) ## Install what is needed, build the data, make the reports
	@echo "== building the data"
	@$(BIN)/cbs-analysis build
	@echo "== making the reports"
	@$(BIN)/cbs-analysis run

build: $(STAMP) ## Read data/raw and write data/processed
	@$(BIN)/cbs-analysis build

test: $(STAMP) ## ruff, mypy, pytest with doctests
	@$(BIN)/cbs-analysis build
	@$(BIN)/ruff check cbs_analysis tests tools benchmarks docs deploy
	@$(BIN)/ruff format --check cbs_analysis tests tools benchmarks docs deploy
	@$(BIN)/mypy
	@$(BIN)/python -m pytest --numprocesses auto --dist loadscope

docs: $(STAMP) ## Build the documentation into docs/_build/html, offline
	@$(BIN)/python -m sphinx --fail-on-warning --keep-going --quiet -b html docs docs/_build/html
	@echo docs/_build/html/index.html

lab: $(STAMP) ## Open JupyterLab with the notebooks
	@$(BIN)/cbs-analysis build
	@$(BIN)/python tools/notebooks.py lab

notebook: $(STAMP) ## Start a notebook: make notebook NAME=32_housing
	@$(BIN)/python tools/notebooks.py new "$(NAME)"

check: $(STAMP) ## Check that notebooks are clean and thin; make check FIX=1 strips outputs
	@$(BIN)/python tools/notebooks.py check $(if $(FIX),--fix)

bench: $(STAMP) ## Run the benchmarks and print their ratios
	@$(BIN)/python benchmarks/store.py
	@$(BIN)/python benchmarks/imports.py
	@$(BIN)/python benchmarks/models.py
	@$(BIN)/python benchmarks/plan.py
	@$(BIN)/python benchmarks/poverty.py
	@$(BIN)/python benchmarks/run.py
	@$(BIN)/python -m pytest -s --benchmark-columns=min,median,max,rounds \
		benchmarks/reader.py benchmarks/series.py benchmarks/seasonal.py

calibration: $(STAMP) ## Check what intervals promise against simulations, and write docs/calibration.md
	@$(BIN)/python benchmarks/calibration.py --out docs/calibration.md

backtest: $(STAMP) ## Play past mid-terms on real series, and write docs/backtest.md
	@$(BIN)/cbs-analysis build
	@$(BIN)/python tools/backtest.py --out docs/backtest.md

chaos: $(STAMP) ## Disturb runs at 100 random moments and check that everything stays whole (Linux)
	@$(BIN)/cbs-analysis build
	@$(BIN)/python tools/chaos.py --points 100

lock: ## Resolve the versions anew (needs uv and the network)
	@uv pip compile --quiet --universal --python-version 3.11 --extra dev --no-emit-index-url \
		--no-emit-find-links --generate-hashes --no-header pyproject.toml -o requirements.lock

clean: ## Remove what is made: reports, data/processed, caches
	@rm -rf reports/[0-9]* reports/sources reports/index.html reports/.state reports/.runs.sqlite* reports/.lock reports/.work-* reports/.ready-* .pytest_cache .mypy_cache .ruff_cache
	@find data/processed -mindepth 1 ! -name README.md -delete
