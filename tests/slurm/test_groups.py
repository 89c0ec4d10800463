"""The cells of a training in one job of the cluster, by the lines that the profile has as comments."""

import re

import pytest

from tests.slurm.running import Run, small_workflow

# one of the cells fails at first; each says where it runs
CELLS = """
EXPRESSIONS = ["anger", "disgust", "fear", "happiness", "sadness", "surprise"]

rule all:
    input: expand("{network}/fold1/{expression}.h5", network=["A", "B"], expression=EXPRESSIONS)

rule explain_images:
    output: "{network}/fold{fold}/{expression}.h5"
    log: "{network}/fold{fold}/{expression}.log"
    resources:
        gpu=1,
        mem_mb=lambda wildcards, attempt: attempt * 300,
        runtime=lambda wildcards, attempt: attempt * 3,
        attempt=lambda wildcards, attempt: attempt
    shell:
        "echo {wildcards.network} {wildcards.expression} $SLURM_JOB_ID $CUDA_VISIBLE_DEVICES >> cells.txt;"
        " echo {resources.attempt} > {log};"
        " [ {wildcards.network}{wildcards.expression}{resources.attempt} != Afear1 ]; touch {output}"
"""


@pytest.fixture(scope="module")
def grouped(cluster, tmp_path_factory):
    """The folder of a finished run with groups, and the jobs that Slurm ran for it."""
    folder = small_workflow(tmp_path_factory.mktemp("groups"), CELLS)
    profile = folder / "slurm/config.yaml"
    lines = re.sub(
        r"^# (groups|group-components|set-resource-scopes|resources: \[gpu=1\])",
        r"\1",
        profile.read_text(),
        flags=re.MULTILINE,
    )
    assert lines.count("\n") == profile.read_text().count("\n")
    profile.write_text(lines)
    before = len(cluster.jobs())
    with Run(folder) as run:
        run.finish(seconds=300)
    with Run(folder, "-n") as again:
        assert "Nothing to be done" in again.finish(seconds=60)
    return folder, [job for job in cluster.jobs()[before:] if "cells-" in job["rule"]]


def test_each_training_is_one_job_with_one_gpu_and_six_times_the_time(grouped):
    folder, jobs = grouped
    first = {job["rule"]: job for job in reversed(jobs)}
    assert len(first) == 2
    assert {(job["memory"], job["limit"]) for job in first.values()} == {("300M", "18:00")}
    cells = [line.split() for line in (folder / "cells.txt").read_text().splitlines()]
    for job in jobs:
        of_job = [cell for cell in cells if cell[2] == job["id"]]
        assert len({cell[1] for cell in of_job}) == 6 or job["state"] == "FAILED"
        assert len({cell[0] for cell in of_job}) == 1
        assert len({cell[3] for cell in of_job}) == 1


def test_a_cell_that_fails_takes_the_whole_group_with_it(grouped):
    folder, jobs = grouped
    of_a = [job for job in jobs if "cells-A" in job["rule"]]
    assert [(job["state"], job["memory"], job["limit"]) for job in of_a] == [
        ("FAILED", "300M", "18:00"),
        ("COMPLETED", "600M", "36:00"),
    ]
    assert {
        path.stem: path.read_text().strip() for path in (folder / "A/fold1").glob("*.log")
    } == dict.fromkeys(["anger", "disgust", "fear", "happiness", "sadness", "surprise"], "2")
    assert [job["state"] for job in jobs if "cells-B" in job["rule"]] == ["COMPLETED"]
