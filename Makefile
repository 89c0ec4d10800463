# lookalike's commands; `make` alone lists them.

.DEFAULT_GOAL := help
.PHONY: help demo study gpu wheels plan update unlock test smoke lint format bench report findings rulegraph lock clean python

# the first Python that lookalike runs on; name another with `make PYTHON=...`
PYTHON ?= $(firstword $(foreach p,python3 python3.13 python3.12 python3.11,$(shell $(p) -c \
	'import sys; (3, 11) <= sys.version_info[:2] <= (3, 13) and print("$(p)")' 2>/dev/null)))
# what .venv was installed from, if it is there: the name and the hash of a lock
INSTALLED := $(shell cat .venv/installed 2>/dev/null)
LOCK := $(or $(firstword $(INSTALLED)),requirements.lock)
WANTED := $(strip $(LOCK) $(shell { sha256sum $(LOCK) || shasum -a 256 $(LOCK); } 2>/dev/null | cut -c -64))
# make ... WHEELS=DIR installs from the files of that folder alone
FROM := $(if $(WHEELS),--wheels "$(WHEELS)")
NEEDED_GB := $(if $(findstring gpu,$(LOCK)),8,3)
COMPILE := uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url \
	--no-emit-find-links --custom-compile-command "make lock" --quiet
# which study a command is for: that of a folder (STUDY), of a profile (PROFILE), or the demo
# ... with more on top: make demo WITH=controls; other faces have a folder of their own, like demo_mouth
FOLDER := demo$(patsubst ground_truth_%,_%,$(filter ground_truth_%,$(WITH)))
DEMO := --profile profiles/demo --directory $(FOLDER)
DEMO += $(if $(WITH),--configfile profiles/demo/study.yaml $(WITH:%=profiles/demo/%.yaml))
WHICH := $(if $(STUDY),--profile "$(STUDY)/profile",$(if $(PROFILE),--profile $(PROFILE),$(DEMO)))
PLACE := $(if $(STUDY),$(STUDY),$(if $(PROFILE),.,$(FOLDER)))
# bars with the time left, where a person looks; nothing of them gets into a file or a pipe
LOGGER := $(shell [ -t 2 ] && echo --logger rich)
# what a run that failed says to type again
export LOOKALIKE_COMMAND := $(strip make $(MAKECMDGOALS) $(MAKEOVERRIDES))
export PATH := $(CURDIR)/.venv/bin:$(PATH)

help:  ## list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /:/' | column -t -s ':'

demo: .venv/installed  ## run the whole study on a small scale, on the embedded faces
	@snakemake $(DEMO) $(LOGGER)
	@echo "Open the report: $(CURDIR)/$(FOLDER)/results/report/index.html"
	@echo "To look at everything: $(CURDIR)/$(FOLDER)/results/report/atlas.html"

study: .venv/installed  ## begin your own study in a folder: make study DIR=~/my_study PROFILE=slurm
	@if [ -z "$(DIR)" ]; then echo "Name a folder: make study DIR=~/my_study" >&2; exit 1; fi
	@python -m workflow_scripts.tools.begin_study "$(DIR)" $(if $(PROFILE),--profile $(PROFILE))

gpu:  ## install TensorFlow for NVIDIA GPUs into .venv, replacing the CPU version
	@$(MAKE) --no-print-directory .venv/installed LOCK=requirements-gpu.lock

wheels: python  ## collect the packages for a machine without internet: make wheels DIR=wheels
	@if [ -z "$(DIR)" ]; then echo "Name a folder: make wheels DIR=wheels" >&2; exit 1; fi
	@echo "Collecting the packages of $(LOCK) in $(DIR) ..."
	@$(PYTHON) -m workflow_scripts.tools.install_packages $(LOCK) --collect "$(DIR)"

plan: .venv/installed  ## show what would run, why, and what it costs: make plan STUDY=~/my_study
	@python -m workflow_scripts.tools.plan_study $(WHICH) $(ARGUMENTS)

update: .venv/installed  ## run in rounds, skipping jobs whose inputs stay the same: make update STUDY=~/my_study
	@python -m workflow_scripts.tools.update_study $(WHICH) $(ARGUMENTS)

unlock: .venv/installed  ## unlock after a kill, once no job is running: make unlock STUDY=~/my_study
	@snakemake $(WHICH) --unlock

test: .venv/installed  ## run the tests, three at a time; a selection: make test ARGUMENTS="-k cells"
	@pytest -n 3 $(ARGUMENTS)

smoke: .venv/installed  ## run all twelve networks through every stage on a handful of faces
	@python -m tests.smoke

lint: .venv/installed  ## check the code style and the workflow
	@ruff check .
	@ruff format --check .
	@snakefmt --check Snakefile rules
	@snakemake --lint

format: .venv/installed  ## format the code
	@ruff check --fix .
	@ruff format .
	@snakefmt Snakefile rules

bench: .venv/installed  ## measure speed, compared with other tools and with goals
	@python -m benchmarks.measure_all

report: .venv/installed  ## pack the results into a Snakemake report, report.zip: make report STUDY=~/my_study
	@snakemake $(WHICH) --report report.zip
	@echo "Unpack and open: $(abspath $(PLACE))/report.zip"

findings: .venv/installed  ## write the README's findings: make findings PUBLISHED=~/published [PEOPLE=~/wegrzyn2017]
	@python -m workflow_scripts.tools.write_findings $(PUBLISHED) --readme README.md \
		--regions resources/action_unit_regions.csv --figure resources/findings.png \
		$(if $(PEOPLE),--people "$(PEOPLE)" --people-figure resources/people.png)

rulegraph: .venv/installed  ## write the table behind the report's graph of rules
	@touch resources/rule_graph.csv  # it is an input of the study that it is about
	@snakemake $(DEMO) --config 'training={networks: {MobileNetV3: {weights: imagenet}}}' --rulegraph dot | \
		python -m workflow_scripts.tools.list_rules --output resources/rule_graph.csv

lock:  ## compile the lock files from requirements.in (needs uv)
	@$(COMPILE) requirements.in -o requirements.lock
	@sed 's/^tensorflow-cpu/tensorflow[and-cuda]/' requirements.in | \
		$(COMPILE) - --constraint requirements.lock -o requirements-gpu.lock

clean:  ## remove results, logs and caches, but not .venv
	@rm -rf demo demo_mouth demo_brows results logs report.zip .smoke .snakemake .pytest_cache .ruff_cache .hypothesis

python:
	@case "$$PWD" in *['"$$`\{}']*) \
		printf '%s\n' "This folder's path has one of the characters \" \$$ \` \\ { } in it, which pip, make or Snakemake \
	trip over: $$PWD" "Move or rename the folder, and run make again." >&2; exit 1;; esac
	@if [ -z "$(PYTHON)" ]; then \
		echo "lookalike needs Python 3.11, 3.12 or 3.13; none was found. Install one, or name it: make PYTHON=..." >&2; \
		exit 1; \
	fi

# What is installed counts by the lock's content, not by its time, which a checkout sets anew.
ifneq ($(INSTALLED),$(WANTED))
.PHONY: .venv/installed
.venv/installed: python
	@if [ "$$(df -Pk . | awk 'NR == 2 {print $$4}')" -lt $(NEEDED_GB)000000 ]; then \
		echo "lookalike needs about $(NEEDED_GB) GB of free disk here for its packages and results; there is less." >&2; \
		exit 1; \
	fi
	@echo "Installing the packages of $(LOCK) into .venv (once, about $(NEEDED_GB) GB) ..."
	@$(PYTHON) -m workflow_scripts.tools.install_packages $(LOCK) --into .venv $(FROM)
	@echo $(WANTED) > $@
endif
