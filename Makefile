# Everything the course can do. Two commands are enough for most: make serve, make test.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
PORT ?= 8000
export NO_MKDOCS_2_WARNING = 1
PY = .venv/bin/python
LOCK = $(PY) -m uv pip compile --quiet --universal --python-version 3.11.5 --no-strip-extras --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"
NEED_PYTHON = @test -n "$(PYTHON)" || { echo "make: no python3 on PATH; install Python 3.11"; exit 1; }

.DEFAULT_GOAL := help
.PHONY: help install serve check build test update class-up class-down bench pictures lock clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z%-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

.venv/ready: requirements.txt snippets/pricewatch/pyproject.toml course/install.py
	$(NEED_PYTHON)
	@$(PYTHON) course/install.py

install: .venv/ready ## install what the course needs into .venv

serve: .venv/ready ## read the site on http://127.0.0.1:8000, rebuilt as you edit
	@$(PY) course/serve.py $(PORT)

check: ## see whether this machine is ready, and what mends it
	$(NEED_PYTHON)
	@$(PYTHON) course/check.py $(ARGS)

build: .venv/ready ## build the site into site/
	@$(PY) -m mkdocs build --strict

test: .venv/ready ## prove every line of the course
	@CHROMIUM="$$($(PY) course/chromium.py)" && export CHROMIUM && \
	$(PY) -m pytest -n 4 $(ARGS) --cov

update: .venv/ready ## run the snippets and rewrite the outputs they show
	@$(PY) -m pytest tests/test_snippets.py -k 'test_prints_what or test_is_tidy' -p no:randomly --update-examples

exercise-%: .venv/ready ## start, then check, the exercise of module % (2 for module 2)
	@$(PY) course/exercise.py $* || test $$? -eq 1

class-up: .venv/ready ## start what a class shares, in Docker: Prefect's server, a Dask cluster, a registry
	@$(PY) course/classroom.py up

class-down: .venv/ready ## end what class-up has started
	@$(PY) course/classroom.py down

bench: .venv/ready ## measure the site and the suite against their budgets
	@CHROMIUM="$$($(PY) course/chromium.py)" $(PY) course/bench.py

pictures: .venv/ready ## take the pictures of pages, slides and dashboards anew
	@CHROMIUM="$$($(PY) course/chromium.py)" && export CHROMIUM && \
	for script in course/pictures*.py; do $(PY) $$script || exit 1; done

lock: .venv/ready ## compile both locks: the course's, and that of the package's image
	@$(LOCK) requirements.in -o requirements.txt
	@cd snippets/pricewatch && ../../$(LOCK) --no-annotate --all-extras -c ../../requirements.txt pyproject.toml -o requirements.txt

clean: ## remove what was built, but not .venv nor your exercises
	@rm -rf site .cache .pytest_cache .coverage* dist index index.log friday clean other changed layers leaky run.log
