# lookalike's commands; `make` alone lists them.

.DEFAULT_GOAL := help
.PHONY: help demo gpu plan update test smoke lint format bench report rulegraph lock clean

# the first Python that lookalike runs on; name another with `make PYTHON=...`
PYTHON ?= $(firstword $(foreach p,python3 python3.13 python3.12 python3.11,$(shell $(p) -c \
	'import sys; (3, 11) <= sys.version_info[:2] <= (3, 13) and print("$(p)")' 2>/dev/null)))
# what .venv was installed from, if it is there
LOCK := $(or $(shell cat .venv/installed 2>/dev/null),requirements.lock)
NEEDED_GB := $(if $(findstring gpu,$(LOCK)),8,3)
COMPILE := uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url \
	--no-emit-find-links --custom-compile-command "make lock" --quiet
PROFILE ?= profiles/demo
DEMO := --profile profiles/demo
export PATH := $(CURDIR)/.venv/bin:$(PATH)

help:  ## list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /:/' | column -t -s ':'

demo: .venv/installed  ## run the study in small on the faces that come with it
	@snakemake $(DEMO)
	@echo "Open the report: $(CURDIR)/results/report/index.html"

gpu:  ## install TensorFlow for NVIDIA GPUs into .venv, in place of that for CPUs
	@rm -f .venv/installed
	@$(MAKE) --no-print-directory .venv/installed LOCK=requirements-gpu.lock

plan: .venv/installed  ## say what would run, why, and what it costs: make plan PROFILE=slurm
	@python -m workflow_scripts.tools.plan_study --profile $(PROFILE) $(ARGUMENTS)

update: .venv/installed  ## run it, and end where the files come out as they were: make update PROFILE=slurm
	@python -m workflow_scripts.tools.update_study --profile $(PROFILE) $(ARGUMENTS)

test: .venv/installed  ## run the tests, two at a time
	@pytest -n 2

smoke: .venv/installed  ## run all twelve networks through every stage on a handful of faces
	@python -m tests.smoke

lint: .venv/installed  ## check style, and the workflow
	@ruff check .
	@ruff format --check .
	@snakefmt --check Snakefile rules
	@snakemake --lint

format: .venv/installed  ## put the code into shape
	@ruff check --fix .
	@ruff format .
	@snakefmt Snakefile rules

bench: .venv/installed  ## measure speed against peers and limits
	@python -m benchmarks.measure_all

report: .venv/installed  ## pack the demo's results into a Snakemake report, report.zip
	@snakemake $(DEMO) --report report.zip
	@echo "Unpack and open: $(CURDIR)/report.zip"

rulegraph: .venv/installed  ## write the table that the report's graph of rules is drawn from
	@touch resources/rule_graph.csv  # it is an input of the study that it is about
	@snakemake $(DEMO) --config 'training={networks: {MobileNetV3: {weights: imagenet}}}' --rulegraph dot | \
		python -m workflow_scripts.tools.list_rules --output resources/rule_graph.csv

lock:  ## compile the locks from requirements.in (needs uv)
	@$(COMPILE) requirements.in -o requirements.lock
	@sed 's/^tensorflow-cpu/tensorflow[and-cuda]/' requirements.in | \
		$(COMPILE) - --constraint requirements.lock -o requirements-gpu.lock

clean:  ## remove results, logs and caches; .venv stays
	@rm -rf results logs report.zip .smoke .snakemake .pytest_cache .ruff_cache .hypothesis

# Packages come as wheels, so that a platform without one is known in seconds and nothing compiles;
# the three named are pure Python and published as source only.
.venv/installed: $(LOCK)
	@case "$$PWD" in *['"$$`\{}']*) \
		printf '%s\n' "This folder's path has one of the characters \" \$$ \` \\ { } in it, which pip, make or Snakemake \
	trip over: $$PWD" "Move or rename the folder, and run make again." >&2; exit 1;; esac
	@if [ -z "$(PYTHON)" ]; then \
		echo "lookalike needs Python 3.11, 3.12 or 3.13; none was found. Install one, or name it: make PYTHON=..." >&2; \
		exit 1; \
	fi
	@if [ "$$(df -Pk . | awk 'NR == 2 {print $$4}')" -lt $(NEEDED_GB)000000 ]; then \
		echo "lookalike needs about $(NEEDED_GB) GB of free disk here for its packages and results; there is less." >&2; \
		exit 1; \
	fi
	@echo "Installing packages into .venv (once, about $(NEEDED_GB) GB) ..."
	@rm -rf .venv && $(PYTHON) -m venv .venv
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
		--no-binary lime,face-recognition-models,connection-pool -r $(LOCK) 2> .venv/pip.log || { \
		echo "Packages could not be installed: $$(grep -m 1 ERROR .venv/pip.log || tail -n 1 .venv/pip.log)" \
			"(whole message: .venv/pip.log)" >&2; \
		exit 1; \
	}
	@echo $(LOCK) > $@
