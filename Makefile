# The README's two commands are `make demo` and `make test`.
PORT ?= 8000
AUDIO ?=
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA := $(or $(PEER_STORIES_DATA),data)
BASE := http://127.0.0.1:$(PORT)

.PHONY: demo install test check test-postgres system clean

$(VENV)/installed: pyproject.toml hatch_build.py
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Peer Stories needs Python 3.11 or newer.")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[weights,postgres]'
	touch $@

$(VENV)/tested: $(VENV)/installed
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[weights,tiny,postgres,test]'
	touch $@

install: $(VENV)/installed

demo: $(VENV)/installed
	PATH="$(CURDIR)/$(BIN):$$PATH" PEER_STORIES_BASE_URL=$(BASE) sh deploy/demo.sh "$(PORT)" "$(AUDIO)"

check: $(VENV)/tested
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/djlint archive/web/templates --lint --check --quiet

test: check
	sh deploy/browser.sh
	$(BIN)/pytest -n 2 --dist worksteal

test-postgres: $(VENV)/tested
	sh deploy/with_postgres.sh $(BIN)/pytest -n 2 --dist worksteal

# Debian's packages that deploy/apt.txt names; needs root.
system:
	apt-get update -qq
	apt-get install -y --no-install-recommends $$(grep -v '^#' deploy/apt.txt)

clean:
	rm -rf $(VENV) build dist archive/web/static/dist
