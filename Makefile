PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
GATE := $(BIN)/gate
STAMP := $(VENV)/.installed

# compiled tests are kept, whatever the environment says: compiling them takes seconds
quick test coverage: export PYTHONDONTWRITEBYTECODE =

.PHONY: demo quick test lint coverage bench proof docs examples pictures clean

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "gate needs Python 3.11 or newer: make PYTHON=python3.12")'
	@$(PYTHON) -m venv $(VENV)

# What gate itself needs, and no more: what a look at it has to wait for.
$(GATE): pyproject.toml | $(BIN)/python
	@echo "installing gate and its dependencies into $(VENV) (once, some 20 seconds)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(STAMP): pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $(GATE) $@

demo: $(GATE)  ## sets everything up and shows a blocked plan
	@env -i PATH="$$PATH" HOME="$$HOME" TERM="$$TERM" $(GATE) check examples/plans/full-access/plan.json --source examples/plans/full-access; \
	status=$$?; echo; echo "gate check exited $$status (1 = blocked)"; test $$status -eq 1

quick: $(STAMP)  ## runs the tests but the slow ones, in less than 20 seconds
	$(BIN)/python -m pytest -n 2 -m 'not slow'

test: $(STAMP)  ## runs all tests
	$(BIN)/python -m pytest -n auto

lint: $(STAMP)  ## format, lint, types and the order of the layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

coverage: $(STAMP)  ## runs all tests and fails below the floor that pyproject.toml sets
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n auto
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

bench: $(STAMP)  ## time and memory, on plans of real proportions and on plans that grow; writes docs/performance.md
	$(BIN)/python -m scripts.bench --write

proof: $(STAMP)  ## gate against judges that share no code with it, at length; writes the table of docs/proof.md
	$(BIN)/python -m scripts.proof --write

docs: $(STAMP)  ## writes what is derived from the program: docs/rules.md, the ids in schemas/, the help in README.md, the workflows
	$(BIN)/python -m scripts.rules_page
	GATE_UPDATE=1 $(BIN)/python -m pytest tests/docs/test_readme.py tests/docs/test_recipes.py

examples: $(STAMP)  ## writes the expected reports of the examples anew, to be read before they are committed
	GATE_UPDATE=1 $(BIN)/python -m pytest tests/verdicts/test_real_plans.py

pictures: $(STAMP)  ## draws docs/pictures anew from what gate says today; needs Chromium
	$(BIN)/python -m scripts.pictures

clean:
	rm -rf $(VENV) dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
