# make demo and make test need Python 3.11 or later and make, nothing else; both end by themselves.
# Another interpreter: make test PYTHON=python3.12

PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
PEERS := .venv-peers
RUN := $(VENV)/bin
# One tool reads constraints.txt for the packages and for what builds our own: same versions everywhere.
INSTALL := $(RUN)/python -m pip install -c constraints.txt --build-constraint constraints.txt
# pytest's two workers share the cores, so each does its linear algebra in one thread.
ONE_THREAD := OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 MKL_NUM_THREADS=1
# Peers whose pins clash with ours have an environment of their own; the tests are told its Python.
WITH_PEERS := CHAINWRIGHT_PEERS=$(PEERS)/bin/python
DEMO := demo:country --home 44 --nation CHN
DEMO_FOLDER := demo-brief

export PIP_NO_INPUT := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONNOUSERSITE := 1
unexport PYTHONPATH PYTHONHOME

.PHONY: help demo test lint docs bench bench-smoke clean

help:
	@echo "make demo         a brief on the embedded economy, in $(DEMO_FOLDER)/"
	@echo "make test         the whole suite"
	@echo "make lint         style, types and import law"
	@echo "make docs         the manual, in docs/_build/html/"
	@echo "make bench        timings against other packages; bench-smoke: do they still run?"
	@echo "make clean        remove what make made"

demo: $(VENV)/installed
	@echo "== the brief on a made-up economy of 31 regions with 42 sectors"
	$(RUN)/chainwright brief $(DEMO) -o $(DEMO_FOLDER)
	@echo "== done. The brief lies in $(abspath $(DEMO_FOLDER)):"
	@ls $(DEMO_FOLDER)

test: $(VENV)/installed-dev $(PEERS)/installed
	@echo "== the whole suite, on two workers"
	$(ONE_THREAD) $(WITH_PEERS) $(RUN)/python -m pytest -n 2 --dist loadfile --benchmark-disable --durations=60

lint: $(VENV)/installed-dev
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy
	$(RUN)/lint-imports

docs: $(VENV)/installed-docs
	$(RUN)/sphinx-build -W --keep-going -b html docs docs/_build/html

bench: $(VENV)/installed-dev $(PEERS)/installed-mkl
	$(WITH_PEERS) $(RUN)/python -m pytest benches

bench-smoke: $(VENV)/installed-dev $(PEERS)/installed
	$(WITH_PEERS) $(RUN)/python -m pytest benches --benchmark-disable

clean:
	rm -rf $(VENV) $(PEERS) $(DEMO_FOLDER) docs/_build docs/reference/generated

# A stamp is renewed when what it depends on changes; a second run finds it and installs nothing.
WRITTEN := pyproject.toml constraints.txt Makefile

$(VENV)/installed: $(WRITTEN)
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or later found. Install one, or name it: make PYTHON=/path/to/python3"; exit 1; }
	@echo "== an environment in $(VENV), with $$($(PYTHON) --version)"
	$(PYTHON) -m venv $(VENV)
	$(RUN)/python -m pip install -c constraints.txt "pip>=25.3"
	@echo "== chainwright and what it needs"
	$(INSTALL) -e .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	@echo "== what the checks need"
	$(INSTALL) --group dev
	@touch $@

$(VENV)/installed-docs: $(VENV)/installed
	@echo "== what the manual needs"
	$(INSTALL) --group docs
	@touch $@

# stockpyl's own list of needs pulls in thirty packages for its manual: what it imports is enough.
$(PEERS)/installed: constraints-peers.txt Makefile $(VENV)/installed
	@echo "== peers in an environment of their own"
	$(RUN)/python -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install -q --no-deps -r constraints-peers.txt
	@touch $@

# MKL is made for some machines only; elsewhere bw2calc solves with SciPy, and the bench says so.
$(PEERS)/installed-mkl: constraints-mkl.txt $(PEERS)/installed
	@echo "== the direct solver that bw2calc takes where it can, 1.5 GB"
	$(PEERS)/bin/python -m pip install -q --no-deps -r constraints-mkl.txt || echo "none for this machine"
	@touch $@
