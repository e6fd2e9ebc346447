# 权责图谱: from documents to a graph of who leads, supports and implements what.
# Needs Python 3.11 or newer and make; Java and Neo4j are fetched by pip and by the first start.
# Another interpreter: make PYTHON=python3.13 setup (after `make clean` when .venv is there already).

PYTHON ?= python3
VENV   := .venv
PY     := $(VENV)/bin/python
ROOMS  := graph loaders views app.py

# Progress bars and Chinese output must survive a C locale.
export PYTHONUTF8 := 1

.PHONY: help setup setup-dev run test check clean

help:
	@echo "make run    准备环境，启动本机 Neo4j，载入自带文件，回答一个问题，打开网页"
	@echo "make test   准备环境，运行全部测试"
	@echo "make check  检查格式、代码规范和类型"
	@echo "make setup  只准备运行环境"
	@echo "make clean  删除运行环境和缓存（不动 var/ 里的数据）"

setup: $(VENV)/.installed
setup-dev: $(VENV)/.installed-dev

# A stamp is touched only after pip succeeded, so an interrupted install is taken up again.
$(VENV)/.installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "需要 Python 3.11 或更新的版本，可用 make PYTHON=python3.12 指定。" >&2; exit 1; }
	@test -x $(PY) && $(PY) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

# One server for the load, the question and the app. A server that already runs is used and left alone;
# one started here ends with the recipe, however it ends: Ctrl-C reaches app and server alike, a closed
# terminal only the app, and the trap waits until the server is down.
run: setup
	@set -eu; server=; \
	stop() { code=$$?; trap - EXIT INT TERM HUP; \
	  if [ -n "$$server" ]; then kill -TERM "$$server" 2>/dev/null || true; wait "$$server" || true; fi; \
	  exit $$code; }; \
	trap stop EXIT; trap 'exit 130' INT; trap 'exit 143' TERM; trap 'exit 129' HUP; \
	case "$${GRAPH_STORE:-local:}" in local:*) \
	  if ! $(PY) -m graph status >/dev/null 2>&1; then \
	    (trap '' HUP; exec $(PY) -m graph serve) & server=$$!; \
	    until $(PY) -m graph status >/dev/null 2>&1; do \
	      kill -0 "$$server" 2>/dev/null || { server=; exit 3; }; sleep 1; \
	    done; \
	  fi;; \
	esac; \
	$(PY) -m loaders load data/documents --if-absent; \
	$(PY) -m graph ask "黄埔海关牵头哪些措施？"; \
	$(PY) -m streamlit run app.py --server.headless=false

# Fast tests run first, then those that need Neo4j, then those in the browser (tests/conftest.py sorts them).
test: setup-dev
	$(PY) -m pytest

check: setup-dev
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy --strict $(ROOMS)

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
