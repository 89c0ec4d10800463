"""Shared by the rules of all stages: names that run, slices of config, code as input, the check of the plan."""

import gc
import json
import re
import sys
from functools import cache
from itertools import product

from snakemake.exceptions import WorkflowError
from snakemake.logging import logger

from workflow_scripts.common.code import publish, reach_jobs
from workflow_scripts.common.errors import StudyError
from workflow_scripts.common.places import is_own, located
from workflow_scripts.orchestration import atlas_files, beside, inputs, people, published, resources, slices
from workflow_scripts.orchestration.brought import trained_networks
from workflow_scripts.orchestration.code_params import (
    all_code,
    code_params,
    content_param,
    entry_params,
    module_files,
)
from workflow_scripts.orchestration.inputs import given, placed
from workflow_scripts.orchestration.controls import controlled_networks, shuffled_folds
from workflow_scripts.orchestration.config_check import complete, read_settings
from workflow_scripts.orchestration.config_names import doubts
from workflow_scripts.orchestration.half_sets import half_sets
from workflow_scripts.orchestration.failures import tell_failures
from workflow_scripts.orchestration.passes import batched_explainers
from workflow_scripts.orchestration.preflight import refuse_incomplete
from workflow_scripts.orchestration.quality import FOLD as EXAMINED_FOLD
from workflow_scripts.orchestration.quality import examined_explainers
from workflow_scripts.orchestration.provenance import write_provenance
from workflow_scripts.orchestration.time_left import tell_time_left
from workflow_scripts.standardization.averaged_faces import MEAN_FACE
from workflow_scripts.training.groups import UNGROUPED, network_groups
from workflow_scripts.training.repeats import fold_numbers

gc.freeze()  # what Snakemake has imported stays: looking through it for garbage would take a quarter of a plan
gc.set_threshold(
    200_000
)  # objects between two such looks: a plan makes millions, and keeps nearly all of them
reach_jobs()
IMPORTED = workflow.modifier.parent_modifier is not None  # as a module of another workflow

try:
    for file in workflow.configfiles:
        read_settings(file)
    complete(config)
except StudyError as error:
    raise WorkflowError(str(error))

if workflow.is_main_process:
    for doubt in doubts(config):
        logger.warning(f"warning: {doubt}")
    publish(all_code(config))

DATASETS = config["run"]["datasets"]
# data sets whose images may be shown
SHAREABLE = [name for name in DATASETS if config["datasets"][name]["shareable"]]
NETWORKS = config["run"]["networks"]
EXPLAINERS = config["run"]["explainers"]
# of all that config defines: rules/batched.smk has those whose cells share a job, explain_images a job per cell
BATCHED = batched_explainers(config)
PER_CELL = [name for name in config["explanation"]["explainers"] if name not in BATCHED]
MASK_SETS = config["run"]["mask_sets"]
EXPRESSIONS = config["run"]["expressions"]
FOLDS = fold_numbers(config["training"])  # of all repeats
TRAININGS = [(network, fold) for network in NETWORKS for fold in FOLDS]
BESIDE = beside.folds(config)  # published networks and people to put beside these networks, with their folds
BESIDE_FOLDS = [(name, fold) for name in BESIDE for fold in BESIDE[name]]
BESIDE_CELLS = [(*of_fold, one) for of_fold in BESIDE_FOLDS for one in EXPRESSIONS]
MIN_IMAGES = slices.ranking_images(config)
COMPARED = ("references", "matrix", "nulls", "grown")  # tables of what scores are compared with
OF_EXPLAINER = dict.fromkeys(["action_units", "rankings", "contrasts"], "comparison")
OF_EXPLAINER |= dict.fromkeys(["support", "trees", "reliability", "groups"], "similarity")
CONTROLLED = controlled_networks(config)  # those that have control networks
EXAMINED = examined_explainers(config)
COMPARISONS = [(explainer, mask_set) for explainer in EXPLAINERS for mask_set in MASK_SETS]
GROUPS = network_groups(config["training"]["groups"], NETWORKS)
# the expressions of the study that each mask set has masks for
MASKED = {
    name: [expression for expression in EXPRESSIONS if expression in entry["expressions"]]
    for name, entry in config["comparison"]["mask_sets"].items()
}
# the face that heatmaps are drawn over: a file of the study's own, else the mean of its faces that may be shown,
# else the shipped file
AVERAGED = [] if is_own(MEAN_FACE) else SHAREABLE
BACKGROUND = ["results/standardization/mean_face.png"] if AVERAGED else given(MEAN_FACE)
BACKGROUND_TABLE = ["results/standardization/mean_face.csv"] if AVERAGED else []
BACKGROUND_PARAMS = (
    {"background": lambda wildcards, input: input.background} if AVERAGED else placed("background", MEAN_FACE)
)


def one_of(names):
    """A regular expression that matches the names and nothing else, and nothing at all if there are none."""
    return "|".join(map(re.escape, names)) or "(?!)"


def settings(*keys):
    """One slice of config as canonical JSON; wildcards in keys are filled in."""
    return lambda wildcards: slices.canonical(slices.config_at(config, keys, dict(wildcards)))


def code(rule):
    """The code that `stage.rule` runs, one param per module; only the planning process compares and records it."""
    return code_params(module_files(f"workflow_scripts.{rule}")) if workflow.is_main_process else []


def entry_code(kind, *keys):
    """Likewise, the code of the registry entries that the config node under `keys` names as its `kind`."""
    return entry_params(config, kind, keys) if workflow.is_main_process else []


def faces_of(wildcards, input):
    """The faces that a job reads. Its inputs are their hashes, compared by content however large the faces are."""
    return [path.replace("faces.sha256", "faces.h5") for path in input.faces]


def cells_of(chosen):
    """Params of a job that reads the heatmaps of the cells that `chosen` names for its wildcards.

    The cells are compared, the paths are not: in place of the heatmaps, the job depends on `inputs.hashes`.
    """
    return {
        "cells": lambda wildcards: slices.canonical(chosen(wildcards)),
        "heatmaps": lambda wildcards, input: inputs.cell_heatmaps(wildcards.explainer, chosen(wildcards)),
    }


@cache
def explainer_inputs(explainer):
    """The files of the study that an explainer reads; shipped ones count by `explainer_content`."""
    return [path for file in inputs.explainer_files(config, explainer) for path in given(file)]


@cache
def explainer_content(explainer):
    """A param per shipped file that an explainer reads."""
    return [content_param(file) for file in inputs.explainer_files(config, explainer)]


def per_attempt(amount):
    """A resource that grows linearly with the attempt."""
    return lambda wildcards, attempt: attempt * amount


def table_of(wildcards):
    """The label table of a data set; empty if it has none."""
    check_plan()
    return config["datasets"][wildcards.dataset].get("table") or ""


def comparison_tables(wildcards):
    """The tables of all comparisons of an explainer with a mask set, and of all explainers, by their names."""
    return (
        {
            name: [
                f"results/comparison/{explainer}/{mask_set}/{name}.csv" for explainer, mask_set in COMPARISONS
            ]
            for name in (*COMPARED, "scores", "summary", "differences", "table3", "table4", "table5")
        }
        | {
            name: [f"results/{stage}/{explainer}/{name}.csv" for explainer in EXPLAINERS]
            for name, stage in OF_EXPLAINER.items()
        }
        | {
            "controls": [
                f"results/comparison/{explainer}/{mask_set}/controls.csv"
                for explainer, mask_set in COMPARISONS
                if CONTROLLED
            ],
            "figure_controls": [f"results/report/{name}/controls.svg" for name in EXPLAINERS if CONTROLLED],
            "subsets": [
                f"results/comparison/{explainer}/{mask_set}/subsets.csv"
                for explainer, mask_set in COMPARISONS
                if config["run"]["subsets"]
            ],
            "figure_subsets": [
                f"results/report/{name}/subsets.svg" for name in EXPLAINERS if config["run"]["subsets"]
            ],
            "quality": [f"results/comparison/{name}/quality.csv" for name in EXAMINED],
            "agreement": [
                f"results/comparison/{explainer}/agreement/{name}.csv"
                for explainer in EXPLAINERS
                for name in config["run"]["people"]
            ],
            "people": [f"results/comparison/people/{name}/agreement.csv" for name in config["run"]["people"]],
            "figure_people": [
                f"results/report/{explainer}/people_{name}.svg"
                for explainer in EXPLAINERS
                for name in config["run"]["people"]
            ],
        }
        | {
            name: [f"results/comparison/{explainer}/trials/{name}.csv" for explainer in UNCOVERING]
            for name in TRIAL_TABLES
        }
        | {"figure_trials": [f"results/report/{explainer}/trials.svg" for explainer in UNCOVERING]}
    )


@cache
def check_plan():
    """Stop if the study cannot run, with all reasons at once.

    Called while the plan is built, not while the Snakefile is read, so that the workflow can be linted
    and its rules listed without data; once, for all jobs.
    """
    try:
        refuse_incomplete(config)
    except StudyError as error:
        raise WorkflowError(str(error))


def checked_study(wildcards):
    """The final outputs of the whole study.

    The plan is checked here too: if a file exists already, Snakemake accepts it even if its rule cannot be planned.
    """
    check_plan()
    pages = ["results/report/index.html", "results/report/atlas.html"]
    return [*pages, *(["results/provenance.json"] if IMPORTED else [])]
