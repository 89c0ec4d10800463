"""Prints what would run, why, and what it costs, before it runs.

python -m workflow_scripts.tools.plan_study --profile slurm [any arguments of snakemake] [--measure]
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import chdir
from math import prod
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from workflow_scripts.common.command_line import run
from workflow_scripts.common.stages import STAGES
from workflow_scripts.orchestration.controls import control_images
from workflow_scripts.orchestration.dry_run import PlannedJob, dry_run
from workflow_scripts.tools.columns import table
from workflow_scripts.tools.costs import print_costs
from workflow_scripts.tools.estimate_cost import indexed_faces, network_costs, trained_faces
from workflow_scripts.tools.work import Work

NETWORK_RULES = (
    "train_network",
    "train_control",
    "import_network",
    "predict_expressions",
    "explain_images",
    "explain_controls",
    "measure_quality",
    "standardize_explanations",
    "explain_training",
)
NUMBERED = ("fold", "repeat")  # wildcards whose values are numbers
NAMED = 3  # up to so many values of a wildcard are named, more are counted


def plan_study(
    *snakemake: Annotated[str, Parameter(allow_leading_hyphen=True)],
    faces: int | None = None,
    measure: Annotated[bool, Parameter(negative="")] = False,
    measuring_threads: int = 2,
) -> None:
    """Print the jobs that `snakemake SNAKEMAKE` would run, by rule and reason, and what they cost.

    Parameters
    ----------
    snakemake
        Arguments as for snakemake: --profile, --configfile, targets, ...
    faces
        Faces of all data sets; counted in the indexes of the results if not given.
    measure
        Run each network that has work here for some seconds, and estimate the time from that.
    measuring_threads
        Threads TensorFlow may use meanwhile.
    """
    plan = dry_run(snakemake)
    jobs, config = plan.jobs, plan.config
    if not jobs:
        print("Nothing to be done: the results are those of this configuration and this code.")
        return
    print_plan(jobs)
    work = planned_work(jobs, config)
    if not work:
        print("\nNo network is trained, predicts or is explained: each of these jobs takes seconds.")
        return
    print("\nWhat the jobs of the networks cost:")
    with chdir(plan.folder):
        faces = indexed_faces(config, Path("results")) if faces is None else faces
        trained = trained_faces(config, Path("results"), faces)
        costs, device = network_costs(config, work, faces, measure, measuring_threads, trained)
    print_costs(costs, faces, device)


def print_plan(jobs: Sequence[PlannedJob]) -> None:
    """Print one line per rule and reason, in the order of the stages and of a run."""
    stages = {job.rule: STAGES.index(job.stage) for job in jobs}
    rules = sorted(stages, key=stages.get)
    groups: dict[tuple[str, str], list[PlannedJob]] = {}
    for job in sorted(jobs, key=lambda job: rules.index(job.rule)):
        groups.setdefault((job.rule, job.reason), []).append(job)
    rows = [("jobs", "rule", "why", "of")]
    for (rule, reason), group in groups.items():
        rows.append((str(len(group)), rule, reason, extent([job.wildcards for job in group])))
    print(table(rows, right=[0]))
    print(f"{len(jobs)} jobs would run{certainty(jobs)}")


def certainty(jobs: Sequence[PlannedJob]) -> str:
    """How many jobs are certain, and how many are not; nothing if all are."""
    certain = sum(job.certain for job in jobs)
    if certain == len(jobs):
        return ""
    return (
        f": {certain} for certain, {len(jobs) - certain} depend on what these write"
        "\n(`make update` runs them only if that differs from before, snakemake in any case)"
    )


def extent(wildcards: Sequence[Mapping[str, str]]) -> str:
    """What a group of jobs is for: the values of their wildcards, named if they are few.

    >>> extent([{"network": network, "fold": fold} for network in ("VGG16", "VGG19") for fold in "12345"])
    '2 networks (VGG16, VGG19) x 5 folds'
    >>> extent([{"network": "VGG16", "fold": "1"}])
    'VGG16 x fold 1'
    >>> extent([{"repeat": "2"}])
    'repeat 2'
    >>> extent([{"network": "VGG16", "fold": "1"}, {"network": "VGG19", "fold": "2"}])
    '2 of 4: 2 networks (VGG16, VGG19) x 2 folds'
    """
    values = {name: list(dict.fromkeys(each[name] for each in wildcards)) for name in wildcards[0]}
    parts = []
    for name, found in values.items():
        if len(found) == 1:
            parts.append(f"{name} {found[0]}" if name in NUMBERED else found[0])
        else:
            named = f" ({', '.join(sorted(found))})" if len(found) <= NAMED and name not in NUMBERED else ""
            parts.append(f"{len(found)} {name.replace('_', ' ')}s{named}")
    whole = prod(map(len, values.values()))
    return ("" if whole == len(wildcards) else f"{len(wildcards)} of {whole}: ") + " x ".join(parts)


def planned_work(jobs: Sequence[PlannedJob], config: Mapping) -> dict[str, Work]:
    """The work of each of the networks that has any in the plan."""
    networks, expressions = config["training"]["networks"], len(config["run"]["expressions"])
    busy = {job.wildcards["network"] for job in jobs if job.rule in NETWORK_RULES}
    work = {}
    for network in (name for name in networks if name in busy):
        own = [job for job in jobs if job.wildcards.get("network") == network]
        counts = Counter(job.rule for job in own)
        explainers = Counter(job.wildcards["explainer"] for job in own if job.rule == "explain_images")
        for job in own:
            if job.rule == "explain_training":  # which standardizes, too
                explainers[job.wildcards["explainer"]] += expressions
        of_controls = [job.wildcards["explainer"] for job in own if job.rule == "explain_controls"]
        work[network] = Work(
            trainings=counts["train_network"],
            predictions=counts["predict_expressions"],
            explanations=explainers,
            standardizations=expressions * (counts["standardize_explanations"] + counts["explain_training"]),
            imports=counts["import_network"],
            control_trainings=counts["train_control"],
            control_images=dict.fromkeys(of_controls, control_images(config, network)),
            examined=[job.wildcards["explainer"] for job in own if job.rule == "measure_quality"],
        )
    return work


if __name__ == "__main__":
    run(plan_study, end_of_options="")
