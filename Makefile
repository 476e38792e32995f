# Each target is a command of `python -m course`, which knows what it needs; see course/__main__.py.
PYTHON ?= $(or $(shell for p in python3.11 python3; do $$p -c "" 2>/dev/null && command -v $$p && break; done),\
  $(error no Python 3 on PATH that runs; install Python 3.11))
PORT ?= 8000
COURSE = @"$(PYTHON)" -m course

.DEFAULT_GOAL := help
.PHONY: help install serve check build test quick update class-up class-down pipeline bench pictures lock clean

help install check build test quick update class-up class-down pipeline bench pictures lock clean:
	$(COURSE) $@ $(ARGS)

serve:
	$(COURSE) $@ $(PORT)

exercise-%: # what is still missing in it, exit code 1, is no failure of make
	$(COURSE) $@ || test $$? -eq 1
