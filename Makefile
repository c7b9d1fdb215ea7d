# Set-up makes .venv here, unless a virtual or conda environment is active; everything runs from there.
PYTHON ?= python3
ENVIRONMENT := $(or $(VIRTUAL_ENV),$(CONDA_PREFIX),$(CURDIR)/.venv)
RUN := "$(ENVIRONMENT)/bin/python"
WORKERS ?= 2
# Student records belong outside the checkout; the demo's class is made up.
DEMO_ROOT ?= $(CURDIR)/demo-course

.DEFAULT_GOAL := help
.PHONY: help setup demo test lab labs bench docs lint format lock clean

help: ## list these targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

setup: ## create or update the environment
	@$(PYTHON) -m shared.install dev

demo: setup ## the whole way from source to grades, on a made-up class
	@$(RUN) -m grading.cli demo --root "$(DEMO_ROOT)"

test: setup ## linter, formatter, spelling and all tests
	@$(MAKE) --no-print-directory lint
	@$(RUN) -m pytest -n $(WORKERS)

lab: setup ## open JupyterLab on the labs
	@$(RUN) -m shared.open $(JUPYTER_OPTIONS)

labs: setup ## build labs/ from solutions/
	@$(RUN) -m grading.cli build

bench: setup ## measure what a lab and a submission cost
	@$(RUN) benchmarks/imports.py
	@$(RUN) benchmarks/labs.py
	@$(RUN) benchmarks/submissions.py
	@$(RUN) benchmarks/by_exercise.py
	@$(RUN) benchmarks/outside.py
	@$(RUN) benchmarks/gradebook.py

docs: setup ## build the course site in docs/_site
	@$(RUN) -m sphinx -q -W docs docs/_site

lint: ## check style and spelling, as CI does
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(RUN) -m codespell_lib

format: ## let ruff fix and format the code
	@$(RUN) -m ruff check --fix .
	@$(RUN) -m ruff format .

lock: setup ## update requirements.lock and environment.yml
	@$(RUN) -m grading.cli lock

clean: ## remove generated files, but keep the environment
	@rm -rf demo-course build dist .pytest_cache .ruff_cache
