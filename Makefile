# Meridian's commands. `make` alone lists them.

.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON = .venv/bin/python
BOOTSTRAP = python=$$(scripts/find_python.sh) && $$python scripts/bootstrap.py
EDITION ?= meridian-pms
PORT ?= 8360

.PHONY: help run test check fix bench screens infra verify lambda production-check dist sbom hipaa lock clean distclean

help:  ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' Makefile

run:  ## Install what is locked, make a demo clinic, serve on http://localhost:8360 (EDITION=careconnect360, PORT=8361)
	@$(BOOTSTRAP) run
	@exec .venv/bin/meridian demo --edition $(EDITION) --port $(PORT)

test:  ## Every check and test: lint, types, unit, both databases, portal, journeys in Chromium; says what it could not run
	@$(BOOTSTRAP) dev
	@$(PYTHON) scripts/run_tests.py

check:  ## Lint, format, types, import contracts, dependencies; Python and portal
	@$(BOOTSTRAP) dev
	@$(PYTHON) scripts/run_checks.py

fix:  ## Format, and mend what the linters can mend
	@$(BOOTSTRAP) dev
	@.venv/bin/ruff check --fix --quiet . ; .venv/bin/ruff format --quiet .
	@$(PYTHON) scripts/bootstrap.py npm run --silent fix

bench:  ## What it costs, on SQLite and MariaDB: CPU ms a request, throughput, memory (NAMES=1: names of a million patients too)
	@$(BOOTSTRAP) dev
	@$(PYTHON) -m bench
	@if [ -n "$(NAMES)" ]; then $(PYTHON) -m bench names; fi

screens:  ## Take the pictures of docs/screens anew, with Chromium, on a demo clinic
	@$(BOOTSTRAP) dev
	@MERIDIAN_SHOTS=1 $(PYTHON) -m pytest -q -p no:randomly tests/journeys/test_shots.py

infra:  ## Synthesise both editions for AWS and check them: cdk-nag, cfn-lint, checkov, template assertions, least privilege
	@$(BOOTSTRAP) infra
	@$(PYTHON) scripts/infra_check.py

production-check:  ## All that production needs, run here, one line a part: functions, adapters, own hosting, AWS, backups, workflows
	@$(BOOTSTRAP) dev
	@$(PYTHON) scripts/production_check.py

verify:  ## Attack Meridian on SQLite, on MariaDB behind nginx, and its twins with one control out; reports in dist/verify
	@$(BOOTSTRAP) dev
	@$(PYTHON) -m meridian.testing.rehearsing

lambda:  ## Pack the functions for AWS Lambda into dist/functions, the same bytes each time; docs/deploy-aws.md deploys it
	@$(BOOTSTRAP) run
	@$(PYTHON) scripts/package_functions.py

dist:  ## Build the portal and a wheel that carries it, into dist/
	@$(BOOTSTRAP) run
	@$(PYTHON) -m build --wheel --no-isolation --outdir dist . >.cache/dist.log 2>&1 || { cat .cache/dist.log; exit 1; }
	@ls -l dist/*.whl

sbom:  ## What a release is made of, as CycloneDX, into dist/
	@$(BOOTSTRAP) dev
	@$(PYTHON) scripts/sbom.py

hipaa:  ## Print docs/hipaa.md from the register (RUN=1: run the tests that it names first, and keep what came of them)
	@$(BOOTSTRAP) dev
	@$(PYTHON) scripts/hipaa.py $(if $(RUN),run)

lock:  ## Lock requirements/*.in again, with hashes and without hosts
	@$(BOOTSTRAP) run
	@cd requirements && for name in uv run aws build dev infra checkov; do \
		case $$name in uv|infra|checkov) from=$$name.in;; run) from=../pyproject.toml;; aws) from="../pyproject.toml --all-extras";; \
			build) from="../pyproject.toml build.in";; \
			dev) from="../pyproject.toml build.in dev.in";; esac; \
		../.cache/uv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
			--no-header --no-emit-index-url --no-emit-find-links $$from -o $$name.txt || exit 1; \
	done

clean:  ## Remove what was built; keeps the environment and your data (var/)
	@rm -rf dist build .cache/portal.stamp src/meridian/web/portal .coverage* .mypy_cache .ruff_cache .hypothesis test-results
	@find src tests -name __pycache__ -prune -exec rm -rf {} +

distclean: clean  ## Also remove the environment and the portal's packages; keeps your data (var/)
	@rm -rf .venv .cache portal/node_modules
