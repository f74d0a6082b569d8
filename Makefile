# Two commands do everything: `make demo` and `make test`. Each builds its own environment first.
PYTHON ?= python3
VENV := .venv
PEERS := .venv-peers
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
STAMP := $(VENV)/.ready

.PHONY: demo test lint check bench fuzz lock readme sample clean

demo: $(STAMP)
	$(BIN)/copcheck validate sample_data/normal_day --standing sample_data/standing.csv --out demo_report; \
	code=$$?; [ $$code -le 1 ] || exit $$code
	@echo "Open demo_report/report.html"

test: lint check

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy kernels validator service tools benchmarks sample_data
	$(BIN)/lint-imports

check: $(STAMP)
	$(BIN)/python -m pytest

# The environment is built from hashes alone; the lock names no index.
$(STAMP): requirements-dev.lock pyproject.toml
ifdef UV
	[ -x $(BIN)/python ] || $(UV) venv --quiet --python $(PYTHON) $(VENV)
	$(UV) pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements-dev.lock
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
else
	[ -x $(BIN)/python ] || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements-dev.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
endif
	touch $@

# Needs uv. Resolves anew for every supported Python; commit the result.
lock:
	uv pip compile --quiet --universal --upgrade --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url --no-emit-find-links pyproject.toml --output-file requirements.lock
	uv pip compile --quiet --universal --upgrade --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url --no-emit-find-links pyproject.toml --group dev --output-file requirements-dev.lock
	for name in peers $(FRAMEWORKS:%=frameworks/%); do \
	  uv pip compile --quiet --universal --upgrade --python-version 3.11 --generate-hashes --no-header --no-annotate \
	    --no-emit-index-url --no-emit-find-links benchmarks/$$name.in --output-file benchmarks/$$name.txt || exit 1; \
	done

# Ratios side by side on this machine, and a page of them: benchmarks/measured/results.html. GB_DAY is in channel-days.
GB_DAY ?= 30000000
bench: $(STAMP) $(PEERS)/.ready
	$(BIN)/python -m pytest benchmarks --benchmark-enable --benchmark-columns=median,iqr,rounds
	POLARS_MAX_THREADS=1 $(BIN)/python -m benchmarks.suite_kernels
	$(BIN)/python -m benchmarks.suite_readers
	$(BIN)/python -m benchmarks.delimited
	$(BIN)/python -m benchmarks.text
	$(BIN)/python -m benchmarks.suite_detection
	$(BIN)/python -m benchmarks.suite_end_to_end
	$(BIN)/python -m benchmarks.profile
	$(BIN)/python -m benchmarks.suite_layouts
	$(BIN)/python -m benchmarks.suite_start
	$(BIN)/python -m benchmarks.suite_on_file
	$(BIN)/python -m benchmarks.registry
	$(BIN)/python -m benchmarks.suite_frameworks --environments $(PEERS)
	$(BIN)/python -m benchmarks.suite_gb_day --channel-days $(GB_DAY)
	$(BIN)/python -m benchmarks.results

# Each framework resolves alone, in an environment of its own; DuckDB stands beside the product. Needs uv.
FRAMEWORKS := pandera dataframely pointblank ioos_qc saqc
$(PEERS)/.ready: $(STAMP) benchmarks/peers.txt $(FRAMEWORKS:%=benchmarks/frameworks/%.txt)
	uv pip install --quiet --python $(BIN)/python --require-hashes --requirement benchmarks/peers.txt
	for name in $(FRAMEWORKS); do \
	  uv venv --quiet --clear --python $(BIN)/python $(PEERS)/$$name && \
	  uv pip install --quiet --python $(PEERS)/$$name/bin/python --require-hashes \
	    --requirement benchmarks/frameworks/$$name.txt || exit 1; \
	done
	touch $@

# Every target for FUZZ_SECONDS. Needs atheris, which is not in the lock: uv pip install atheris
FUZZ_SECONDS ?= 60
fuzz: $(STAMP)
	for target in $$($(BIN)/python -m tests.fuzz.target --list); do \
	  $(BIN)/python -m tests.fuzz.target $$target --seconds $(FUZZ_SECONDS); done
	! ls fuzz_findings/*-crash-* fuzz_findings/*-timeout-* fuzz_findings/*-oom-* 2>/dev/null

readme: $(STAMP)
	$(BIN)/python -m tools.readme

sample: $(STAMP)
	$(BIN)/python -m sample_data.generate

clean:
	rm -rf $(VENV) $(PEERS) demo_report fuzz_findings .pytest_cache .mypy_cache .ruff_cache .hypothesis
