# Two commands do everything: `make demo` and `make test`. Each builds its own environment first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
STAMP := $(VENV)/.ready

.PHONY: demo test lint check bench lock readme sample clean

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
	$(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements-dev.lock
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

# Ratios side by side on this machine, then the whole command by stage.
bench: $(STAMP)
	$(BIN)/python -m pytest benchmarks --benchmark-enable --benchmark-columns=median,iqr,rounds
	$(BIN)/python -m benchmarks.stages

readme: $(STAMP)
	$(BIN)/python -m tools.readme

sample: $(STAMP)
	$(BIN)/python -m sample_data.generate

clean:
	rm -rf $(VENV) demo_report .pytest_cache .mypy_cache .ruff_cache .hypothesis
