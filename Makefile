# `make check test` is what .ci/run does.
PYTHON ?= python3
BIN = .venv/bin
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate \
	--custom-compile-command "make lock" pyproject.toml

.PHONY: setup demo test check chaos fuzz lock
setup: .venv/ready
.venv/ready: requirements-dev.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -q -r requirements-dev.txt
	$(BIN)/pip install -q --no-deps -e .
	touch $@
demo: setup
	$(BIN)/terkait demo
test: setup
	$(BIN)/pytest
check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
chaos: setup  # a crawl under blows: `make chaos MINUTES=30 DATABASE=postgresql SEED=7 PAGES=1000`
	$(BIN)/python bench/chaos.py $(if $(MINUTES),--minutes $(MINUTES)) $(if $(DATABASE),--database $(DATABASE)) \
		$(if $(SEED),--seed $(SEED)) $(if $(PAGES),--pages $(PAGES))
fuzz: setup  # `make fuzz MUTANTS=20000`
	$(BIN)/python bench/fuzz.py --mutants $(or $(MUTANTS),2000)
lock: setup  # `make lock UPGRADE=--upgrade` takes the newest of everything
	$(COMPILE) $(UPGRADE) -o requirements.txt
	$(COMPILE) $(UPGRADE) --group dev -o requirements-dev.txt
