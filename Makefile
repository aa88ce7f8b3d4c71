# Everything a checkout needs, one command each; `make` alone lists them.
#
# PYTHON=python3.12 chooses the Python of the environment; ARGS='-k feed -x' goes to pytest.

SHELL := /bin/sh
.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help build test test-system templates bench bench-start bench-stages bench-workers profile screenshots fault check lock clean

VENV := .venv
BIN := $(VENV)/bin
NODE := .cache/node
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# What a lock names, exactly that, with nothing fetched that it does not name.
LOCKED := $(INSTALL) --no-deps --no-build-isolation --require-hashes
SIZES ?= 30,300,1000
RUNS ?= 5
PEERS ?= hugo
UV := uv>=0.13,<1
IDENTITY := -c 'import sys; print(sys.base_prefix, sys.version_info[:2])' 2>/dev/null

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r name what; do \
		printf 'make %-12s %s\n' "$$name" "$$what"; done

build: $(VENV)/runtime ## set up, then build the sample series into output/
	$(BIN)/daycast build

test: $(VENV)/dev ## run every test that Python alone can run
	$(BIN)/python -m pytest $(ARGS)

test-system: $(VENV)/system $(if $(shell command -v npm),$(NODE)/installed) ## run browsers, validators and feed readers on the sample site
	$(BIN)/python -m pytest tests/system tests/browser $(ARGS)

templates: $(VENV)/dev ## make the functions of the templates daycast comes with anew (after a change of templates/)
	$(BIN)/python -m pipeline.render.compiler

bench: $(VENV)/dev ## time builds against Hugo on the same posts (SIZES=30,300,1000 RUNS=5 PEERS=hugo,pelican,eleventy)
	$(BIN)/python -m bench.build --sizes $(SIZES) --runs $(RUNS) --peers $(PEERS)

bench-start: $(VENV)/dev ## time whole commands against a bare Python
	$(BIN)/python -m bench.start

bench-workers: $(VENV)/dev ## time publishing by workers on PostgreSQL against the embedded default
	$(BIN)/python -m bench.workers

bench-stages: $(VENV)/dev ## time each stage of a build
	$(BIN)/python -m bench.stages

profile: $(VENV)/dev ## show where a build spends its time
	$(BIN)/python -m bench.stages --profile

screenshots: $(VENV)/system ## make the pictures of docs/images anew (needs Chromium)
	$(BIN)/python -m tests.browser.screenshots

fault: $(VENV)/dev ## run the fault tests with their full counts (about an hour) and print their figures
	$(BIN)/python -m pytest tests/fault --full $(ARGS)

check: $(VENV)/dev ## lint, format, types, architecture
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --cache-dir .cache/import-linter

lock: .cache/lock/bin/uv ## pin the newest versions pyproject.toml allows (needs the network)
	mkdir -p requirements
	$(call pin,build,--group build)
	$(call pin,runtime,pyproject.toml --extra cards --extra images,-c requirements/build.txt)
	$(call pin,dev,pyproject.toml --all-extras --group dev,-c requirements/build.txt -c requirements/runtime.txt)
	$(call pin,system,--group system,-c requirements/dev.txt)
	cd tests/system && npm install --package-lock-only --ignore-scripts --no-audit --no-fund

clean: ## remove the environment, the caches and what was built
	rm -rf $(VENV) .cache .daycast output/* dist .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A moved checkout, a vanished Python or another PYTHON makes the environment anew.
ifneq ($(shell test -x $(BIN)/python && cat $(VENV)/place 2>/dev/null),$(CURDIR))
.PHONY: $(VENV)/place
else ifdef PYTHON
ifneq ($(shell "$(PYTHON)" $(IDENTITY)),$(shell $(BIN)/python $(IDENTITY)))
.PHONY: $(VENV)/place
endif
endif

$(VENV)/place:
	@for python in $(if $(PYTHON),"$(PYTHON)",python3.13 python3.12 python3.11 python3 python); do \
		"$$python" -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue; \
		"$$python" -c 'import ensurepip' 2>/dev/null || { \
			echo "$$python cannot make virtual environments: install its venv package (Debian: apt-get install python3-venv) and run make again" >&2; \
			exit 1; }; \
		echo "$$python -m venv $(VENV)"; \
		rm -rf $(VENV) && "$$python" -m venv $(VENV) && pwd -P > $@; \
		exit; \
	done; \
	echo "$(if $(PYTHON),PYTHON=$(PYTHON) is not a Python 3.11 or newer,no Python 3.11 or newer is on the PATH): install one, or name it: make PYTHON=/path/to/python3" >&2; \
	exit 1

$(VENV)/runtime: $(VENV)/place requirements/build.txt requirements/runtime.txt pyproject.toml
	$(LOCKED) -r requirements/build.txt
	$(LOCKED) -r requirements/runtime.txt
	$(INSTALL) --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q pipeline
	@touch $@

$(VENV)/dev: $(VENV)/runtime requirements/dev.txt
	$(LOCKED) -r requirements/dev.txt
	@touch $@

$(VENV)/system: $(VENV)/dev requirements/system.txt
	$(LOCKED) -r requirements/system.txt
	@touch $@

$(NODE)/installed: tests/system/package.json tests/system/package-lock.json tests/system/.npmrc
	mkdir -p $(NODE)
	cp tests/system/package.json tests/system/package-lock.json tests/system/.npmrc $(NODE)/
	cd $(NODE) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	cd $(NODE) && npm rebuild better-sqlite3 --no-audit --no-fund --loglevel=error # the one that is built: the PDS needs it
	@touch $@

.cache/lock/bin/uv: $(VENV)/place
	$(BIN)/python -m venv .cache/lock
	.cache/lock/bin/python -m pip install --quiet --disable-pip-version-check '$(UV)'

# pin NAME,OPTIONS,CONSTRAINTS: requirements/NAME.txt for every Python and system, hashes in, addresses out.
pin = .cache/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --upgrade --generate-hashes --no-header \
	--no-annotate --no-emit-index-url --no-emit-find-links $(2) $(3) --output-file requirements/$(1).txt
