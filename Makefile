# Needs only Python >= 3.11, pip and make. Everything is installed into .venv/ of this checkout.
#
#   make demo    install, start, print demo accounts and "READY <address>"   (PORT=8000, DATA_DIR=./var)
#   make test    install what the tests need and run them all
#   make drill   inject faults while candidates sit: 40 minutes (docs/drills.md); DRILLS="--brief" or names for less
#   make check   lint, types, floor plan
#   make fix     format and repair what can be repaired by itself
#   make lock    pin the dependencies anew
#   make setup   install only
#   make clean   remove what was installed; data in DATA_DIR stays (make clean-data removes that)

PYTHON ?= python3
PORT ?= 8000
DATA_DIR ?= $(CURDIR)/var
export PORT DATA_DIR

venv := .venv/bin/python
install := $(venv) -m pip install -q --disable-pip-version-check --require-hashes -r
compile := .venv/bin/uv pip compile pyproject.toml --universal --generate-hashes --no-header --no-annotate --no-emit-index-url -q

.PHONY: demo test drill check fix lock setup clean clean-data
.DEFAULT_GOAL := demo

# `exec`: the supervisor takes the shell's place, so that make's SIGTERM reaches it. SIGINT make keeps to itself;
# certification/makewatch.py sees that. Only where a shell started make itself with SIGINT ignored (`make demo &` in a
# script) does the kernel drop a SIGINT sent to make alone: there send SIGTERM, or SIGINT to the group or supervisor.
demo: setup
	@exec $(venv) -m certification.supervisor demo

setup: .venv/.runtime

test: .venv/.dev
	@$(venv) -m tests.browser_setup
	@$(venv) -m pytest -n 2

drill: .venv/.dev
	@$(venv) -m tests.drills $(DRILLS)

check: .venv/.dev .venv/.browser-linters
	@$(venv) -m certification.checks

fix: .venv/.dev
	@$(venv) -m ruff check --fix -q . ; $(venv) -m ruff format -q .
	@$(venv) -m certification.checks.diagrams --write

lock: .venv/.dev
	$(compile) -o requirements/runtime.txt
	$(compile) --group dev -o requirements/dev.txt

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

# The database may lie outside DATA_DIR (see lib/embedded/place.py): only the program knows where.
clean-data: .venv/.runtime
	$(venv) -m lib.embedded remove "$(DATA_DIR)"
	rm -rf "$(DATA_DIR)"

# Stamps: a later run does nothing unless the pinned list changed.

# Some systems ship Python without ensurepip, and then venv fails: virtualenv brings its own pip.
.venv/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "需要 Python 3.11 或更新的版本，可用 make PYTHON=路径 指定。")'
	@$(PYTHON) -m venv .venv >/dev/null 2>&1 || { \
	  rm -rf .venv && tools=$$(mktemp -d) && \
	  $(PYTHON) -m pip install -q --target "$$tools" virtualenv && \
	  PYTHONPATH="$$tools" $(PYTHON) -m virtualenv -q .venv && \
	  rm -rf "$$tools"; }
	@touch $@

.venv/.runtime: requirements/runtime.txt | .venv/.created
	@echo "正在安装运行所需的软件包……" >&2
	@$(install) requirements/runtime.txt
	@touch $@

.venv/.dev: requirements/dev.txt .venv/.runtime
	@echo "正在安装测试所需的软件包……" >&2
	@$(install) requirements/dev.txt
	@touch $@

# ESLint and Stylelint refuse what the oldest supported browser (Chrome 109) lacks; they are needed by `check` alone.
.venv/.browser-linters: package.json package-lock.json .venv/.dev
	@echo "正在安装页面检查工具……" >&2
	@$(venv) -m certification.checks.npm ci --silent --ignore-scripts --no-audit --no-fund
	@touch $@
