PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
GATE := $(BIN)/gate
STAMP := $(VENV)/.installed
BUILD := $(VENV)/build
TOOLS := $(VENV)/tools

# what is compiled is kept, whatever the environment says: compiling takes seconds
quick test coverage bench proof: export PYTHONDONTWRITEBYTECODE =

.PHONY: demo quick test lint coverage bench proof docs examples pictures lock audit dist sbom clean

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "gate needs Python 3.11 or newer: make PYTHON=python3.12")'
	@$(PYTHON) -m venv $(VENV)

# Nothing is resolved here: a lock has every package, each wheel by its hash.
INSTALL = -m pip install --quiet --disable-pip-version-check --no-deps
LOCKED = $(INSTALL) --require-hashes --only-binary :all:

# What gate itself needs, and no more: what a look at it has to wait for.
$(GATE): pyproject.toml requirements.lock locks/build.lock | $(BIN)/python
	@echo "installing gate and its dependencies into $(VENV) (once, some 20 seconds)"
	@$(BIN)/python $(LOCKED) --requirement requirements.lock --requirement locks/build.lock
	@$(BIN)/python $(INSTALL) --no-build-isolation --editable .
	@touch $@

$(STAMP): pyproject.toml locks/dev.lock | $(BIN)/python
	$(BIN)/python $(LOCKED) --requirement locks/dev.lock
	$(BIN)/python $(INSTALL) --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q gate
	@touch $(GATE) $@

$(BUILD)/.installed: locks/build.lock | $(BIN)/python
	@$(PYTHON) -m venv --clear $(BUILD)
	@$(BUILD)/bin/python -I $(LOCKED) --requirement locks/build.lock
	@touch $@

$(TOOLS)/.installed: locks/tools.lock | $(BIN)/python
	@$(PYTHON) -m venv --clear $(TOOLS)
	@$(TOOLS)/bin/python -I $(LOCKED) --requirement locks/tools.lock
	@touch $@

demo: $(GATE)  ## sets everything up and shows a blocked plan
	@env -i PATH="$$PATH" HOME="$$HOME" TERM="$$TERM" $(GATE) check examples/plans/full-access/plan.json --source examples/plans/full-access; \
	status=$$?; echo; echo "gate check exited $$status (1 = blocked)"; test $$status -eq 1

# What is beside gate itself costs seconds to load, and so do plugins that no test needs. Two runs, each of its own
# packages, take little more than half of the time of two workers that each collect every test.
BESIDE := proof scripts action docs
HALF := holdings new_access rules twins verdicts
QUICK = PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 $(BIN)/python -m pytest -p no:cacheprovider -m 'not slow'

quick: $(STAMP)  ## runs the tests of gate itself but the slow ones, in less than 20 seconds
	@$(QUICK) $(HALF:%=tests/%) > $(VENV)/quick.txt 2>&1 & half=$$!; \
	$(QUICK) $(BESIDE:%=--ignore=tests/%) $(HALF:%=--ignore=tests/%); rest=$$?; \
	wait $$half; half=$$?; cat $(VENV)/quick.txt; test $$half -eq 0 && test $$rest -eq 0

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

lock: $(TOOLS)/.installed  ## writes requirements.lock and locks/ anew; what is younger than a week is left out
	UV=$(TOOLS)/bin/uv scripts/lock.sh

audit: $(TOOLS)/.installed  ## asks PyPI which of the locked packages have a known vulnerability
	@for lock in requirements.lock locks/*.lock; do \
	  echo "$$lock"; $(TOOLS)/bin/pip-audit --strict --require-hashes --disable-pip --requirement $$lock || exit 1; \
	done

dist: $(BUILD)/.installed  ## builds the wheel and the source archive into dist/: of one commit always the same bytes
	@rm -rf dist $(BUILD)/source && mkdir $(BUILD)/source
	git archive HEAD | tar -x -C $(BUILD)/source
	cd $(BUILD)/source && SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) ../bin/python -I -m hatchling build --directory $(CURDIR)/dist

sbom: $(TOOLS)/.installed  ## writes sbom/kms-gate.cdx.json: what gate runs with, from requirements.lock, as CycloneDX
	@mkdir -p sbom
	$(TOOLS)/bin/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --output-reproducible \
	  --output-file sbom/kms-gate.cdx.json

clean:
	rm -rf $(VENV) dist sbom .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
