# Copyright (c) 2026, the determined_ai.determined authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Everything that make installs or writes is in .venv/ and .cache/ of this folder.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SECONDARY:
MAKEFLAGS += --no-builtin-rules --no-print-directory

COLLECTION := determined_ai.determined
LINK := .cache/link/ansible_collections/determined_ai/determined

# CORE=INTERPRETER for each ansible-core release that this machine can test; found once, then handed down.
ifneq ($(filter-out help clean,$(or $(MAKECMDGOALS),help)),)
ifndef PYTHONS
PYTHONS := $(shell tests/tools/find-pythons)
endif
ifeq ($(strip $(PYTHONS)),)
$(error No Python to work with: Python 3.11 or newer with venv is needed (on Debian: apt install python3-venv))
endif
endif
WHY_NOT := no Python for it on this machine
# Before 2.21, ansible-core does not quote the programs of tasks with async.
ifneq ($(word 2,$(CURDIR)),)
ifneq ($(word 2,$(PYTHONS)),)
PYTHONS := $(lastword $(PYTHONS))
WHY_NOT := it cannot work in a folder with a blank in its path
endif
endif
export PYTHONS
CORES := $(foreach pair,$(PYTHONS),$(firstword $(subst =, ,$(pair))))
NEWEST := $(lastword $(CORES))
MISSING := $(filter-out $(CORES),2.19 2.21)
interpreter = $(patsubst $(1)=%,%,$(filter $(1)=%,$(PYTHONS)))

# Environments name their folder inside: those of a clone that was moved are made anew.
ifneq ($(CURDIR),$(file < .venv/made-in))
$(shell rm -rf .venv && mkdir -p .venv)
$(file > .venv/made-in,$(CURDIR))
endif

export HOME := $(CURDIR)/.cache/home
export TMPDIR := $(CURDIR)/.cache/tmp
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Compiled once, and not in the tree.
export PYTHONPYCACHEPREFIX := $(CURDIR)/.cache/pyc
export ANSIBLE_HOME := $(HOME)/.ansible
export ANSIBLE_LOCAL_TEMP := $(TMPDIR)
# Without these two the files of a task go to the home directory of the password file, whatever HOME says.
export ANSIBLE_REMOTE_TEMP := $(TMPDIR)
export ANSIBLE_ASYNC_DIR := $(TMPDIR)
export ANSIBLE_COLLECTIONS_PATH := $(CURDIR)/.cache/link
export ANSIBLE_LOCALHOST_WARNING := False
export ANSIBLE_INVENTORY_UNPARSED_WARNING := False
unexport ANSIBLE_CONFIG ANSIBLE_INVENTORY PYTHONPATH PYTHONHOME VIRTUAL_ENV

# Runs what follows with the Python and the ansible-core of release $(1).
in_core = PATH="$(CURDIR)/.venv/core-$(1)/bin:$$PATH" PYTHON="$(CURDIR)/.venv/core-$(1)/bin/python"
NEWEST_CORE = $(call in_core,$(NEWEST))
# A master of one's own, named by DET_MASTER, takes the place of the emulator.
WITH_MASTER = $(if $(DET_MASTER),,tests/tools/with-emulator --)

# The parts of a test run, the longest first. One more than there are processors run at a time, as each waits for masters
# now and then.
AT_ONCE := $(shell expr $$(nproc) + 1)
PARTS := $(CORES:%=matrix-%) faults integration $(CORES:%=sanity-%) molecule client $(CORES:%=unit-%) lint gates package contract docs-lint

.PHONY: help
help: ## show this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/make \1\t\2/p' Makefile | expand -t 20

# A cluster that was never tidied up has more to archive than the role does at once by default, so the demo allows it.
DEMO := -e experiment_retention_max_changes=2000 -e experiment_retention_table_rows=10 -e usage_report_table_rows=5

.PHONY: demo
demo: base ## housekeeping on an emulator with 2,000 experiments: what it would do, doing it, nothing left to do; a report of it
	@$(NEWEST_CORE) tests/tools/with-emulator --experiments 2000 -- tests/tools/demo $(COLLECTION).housekeeping $(DEMO)

# What failed is told at the end, by the summary, which fails then.
.PHONY: test
test: ## every check, several at a time, against emulators only
	@$(MAKE) --jobs=2 dev
	@rm -rf .cache/parts
	@env -u DET_MASTER -u DET_USER_TOKEN $(MAKE) --keep-going --jobs=$(AT_ONCE) --output-sync=target $(PARTS:%=part-%) || true
	@echo
	@$(if $(MISSING),echo "ansible-core $(MISSING) NOT TESTED: $(WHY_NOT)")
	@echo "ansible-core tested: $(foreach core,$(CORES),$(core) with $(call interpreter,$(core)))"
	@$(NEWEST_CORE) python tests/tools/parts.py summary .cache/parts $(PARTS)

.PHONY: part-%
part-%:
	@echo "==== $*"
	@$(NEWEST_CORE) python tests/tools/parts.py run .cache/parts $* $(MAKE) $*

.PHONY: lint
lint: dev ## style, types, shell, YAML, playbooks and roles, changelog, meta/runtime.yml
	@$(NEWEST_CORE) tests/tools/lint

.PHONY: docs
docs: .venv/docs/ok folders ## the site of guides, roles and modules, without a network; a warning is an error; .cache/site/html/index.html
	@PATH="$(CURDIR)/.venv/docs/bin:$$PATH" python tests/tools/site.py .cache/site

.PHONY: guide
guide: dev ## docs/cluster-config.md anew: what its commands print, and the reference of the document
	@$(NEWEST_CORE) python tests/tools/guide.py

.PHONY: docs-lint
docs-lint: dev ## documentation of modules and plugins, and the links in it
	@$(NEWEST_CORE) tests/tools/docs-lint

.PHONY: gates
gates: dev ## that each check fails on what it is there for: a violation is planted for each
	@$(NEWEST_CORE) tests/tools/gates

.PHONY: release-check
release-check: dev .venv/release/ok .venv/docs/ok ## what a release needs, each gate with a violation that it refuses; RELEASE="importer site" for some
	@$(NEWEST_CORE) python tests/tools/release_check.py $(RELEASE)

.PHONY: mutants
mutants: dev ## how many small faults in the code the unit tests notice; MUTANTS="--count 40 --seed 1 engine/plan.py"
	@$(NEWEST_CORE) tests/tools/mutants $(MUTANTS)

.PHONY: sanity sanity-%
sanity: $(CORES:%=sanity-%) ## ansible-test sanity; on an ansible-core before the newest what depends on it
sanity-%: dev
	@$(call in_core,$*) tests/tools/sanity $* $(if $(filter $(NEWEST),$*),,--by-core)

# What asks Ansible nothing, or nothing but its argument specs, is the same on all of its releases.
WITHOUT_ANSIBLE := emulator plugins/module_utils/cluster_config plugins/module_utils/model plugins/module_utils/store \
	plugins/module_utils/selection

.PHONY: unit unit-%
unit: $(CORES:%=unit-%) ## unit tests on each ansible-core
unit-%: dev
	@$(call in_core,$*) python -m pytest --durations=12 tests/unit $(if $(filter $(NEWEST),$*),,$(WITHOUT_ANSIBLE:%=--ignore=tests/unit/%))

.PHONY: matrix matrix-%
matrix: $(CORES:%=matrix-%) ## every resource and state; on an ansible-core before the newest one test of each file; DET_MASTER: on that master
matrix-%: dev
	@$(call in_core,$*) python -m pytest --durations=25 tests/matrix $(if $(filter $(NEWEST),$*),,--smoke)

.PHONY: contract
contract: dev ## recordings of a real master against the emulator
	@$(NEWEST_CORE) python -m pytest --numprocesses=4 tests/contract

.PHONY: client
client: .venv/client/ok ## what the official client, and requests of all kinds, get from the emulator
	@.venv/client/bin/python -m pytest --numprocesses=4 --confcutdir=tests/client tests/client

.PHONY: swagger-check
swagger-check: .venv/browser/ok ## the emulator's Swagger page in Chromium, which the machine must have; screenshots in .cache/swagger
	@PYTHONPATH=. .venv/browser/bin/python tests/browser/swagger.py .cache/swagger

.PHONY: report-check
report-check: base .venv/browser/ok ## the page of a report in Chromium, phone and desk, light and dark; screenshots in .cache/report-check
	@mkdir -p .cache/report-check
	@$(NEWEST_CORE) PYTHONPATH=.cache/link python tests/browser/made_up.py .cache/report-check/index.html
	@.venv/browser/bin/python tests/browser/report.py .cache/report-check/index.html .cache/report-check

.PHONY: faults
faults: dev ## every request of the collection with every fault of the network
	@$(NEWEST_CORE) python -m pytest --durations=12 tests/faults

.PHONY: integration
integration: dev ## ansible-test integration; DET_MASTER: on that master
	@$(NEWEST_CORE) $(WITH_MASTER) tests/tools/integration

.PHONY: molecule
molecule: dev ## role scenarios: converge, idempotence, verify; DET_MASTER: on that master
	@$(NEWEST_CORE) $(if $(DET_MASTER),tests/tools/molecule --given,\
		tests/tools/with-emulator --experiments 200 --agents 12 -- tests/tools/molecule)

.PHONY: package
package: dev ## build, install in empty environments, run a playbook by its FQCN there
	@$(NEWEST_CORE) tests/tools/package $(call interpreter,$(firstword $(CORES))) $(call interpreter,$(NEWEST))

.PHONY: bench
bench: base .venv/client/ok ## compare ways to do the same work; writes docs/benchmarks.md; BENCH=--quick for less
	@$(NEWEST_CORE) $(if $(DET_MASTER),,tests/tools/with-emulator --experiments 100000 --) \
		python tests/benchmark/run.py $(if $(DET_MASTER),,--seeded --experiments 100000) $(BENCH)

.PHONY: bench-document
bench-document: base ## one document against a task for each object; writes docs/benchmark-document.md; DOCUMENT=--quick for less
	@$(NEWEST_CORE) python tests/benchmark/cluster_document.py $(DOCUMENT)

.PHONY: night
night: base ## a night's work on 100,000 experiments with a million checkpoints; writes docs/night.md; NIGHT=--quick for a tenth
	@PYTHONPATH=. $(NEWEST_CORE) python tests/benchmark/night.py $(NIGHT)

.PHONY: emulator-speed
emulator-speed: base ## how long the emulator takes with 100,000 experiments, and its memory
	@$(NEWEST_CORE) python tests/benchmark/emulator_speed.py

.PHONY: runtime
runtime: base ## after a module came or went: action group in meta/runtime.yml, files in plugins/action/
	@$(NEWEST_CORE) python tests/tools/sync_runtime.py

.PHONY: operations
operations: base ## after a module came or went: docs/operations.md from docs/operations.yml
	@$(NEWEST_CORE) python tests/tools/operations-page

.PHONY: return-docs
return-docs: base ## after a kind got or lost a column: RETURN of its modules
	@$(NEWEST_CORE) python tests/tools/return_docs.py

.PHONY: schema
schema: base ## after a kind got or lost a field: schemas/cluster-v1.json
	@$(NEWEST_CORE) python tests/tools/schema.py

.PHONY: changelog
changelog: dev ## CHANGELOG.md from the fragments and the modules that are new in the version of galaxy.yml
	@$(NEWEST_CORE) tests/tools/changelog

.PHONY: shell
shell: dev ## a shell with the environment of the tests
	@$(NEWEST_CORE) bash

.PHONY: clean
clean: ## remove all that make has made
	rm -rf .venv .cache

# Environments: base runs the collection and the emulator, test also the tests, dev (of the newest core) also the linters.

.PHONY: base dev folders
base: folders .venv/core-$(NEWEST)/base.ok
dev: folders $(CORES:%=.venv/core-%/test.ok) .venv/core-$(NEWEST)/dev.ok

folders:
	@mkdir -p "$$HOME" "$$TMPDIR" $(dir $(LINK))
	@ln -sfn ../../../.. $(LINK)

.venv/core-%/base.ok: requirements.txt emulator/requirements.txt | folders
	@echo "Setting up ansible-core $* with $(call interpreter,$*)"
	@rm -rf .venv/core-$*
	@$(call interpreter,$*) -m venv .venv/core-$*
	@.venv/core-$*/bin/python -m pip install --quiet "ansible-core~=$*.0" -r requirements.txt -r emulator/requirements.txt
	@touch $@

.venv/core-%/test.ok: tests/requirements.txt tests/unit/requirements.txt .venv/core-%/base.ok
	@.venv/core-$*/bin/python -m pip install --quiet "ansible-core~=$*.0" -r tests/requirements.txt
	@touch $@

# The official client pins much, so it stays apart.
.venv/client/ok: tests/client/requirements.txt
.venv/browser/ok: tests/browser/requirements.txt
.venv/docs/ok: tests/site/requirements.txt
.venv/release/ok: tests/release/requirements.txt
.venv/client/ok .venv/browser/ok .venv/docs/ok .venv/release/ok: emulator/requirements.txt | folders
	@rm -rf $(@D)
	@$(call interpreter,$(NEWEST)) -m venv $(@D)
	@$(@D)/bin/python -m pip install --quiet -r $(filter tests/%,$^)
	@touch $@

.venv/core-%/dev.ok: requirements-dev.txt .venv/core-%/test.ok
	@echo "Setting up the linters"
	@.venv/core-$*/bin/python -m pip install --quiet "ansible-core~=$*.0" -r requirements-dev.txt
	@touch $@
