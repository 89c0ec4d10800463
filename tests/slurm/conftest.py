"""The cluster that all tests here share, and a workflow that runs on it beside them."""

import tempfile
from pathlib import Path

import pytest

from tests.slurm.cluster import Cluster, why_not
from tests.slurm.running import Run, small_workflow

NODES = {"cn1": 0, "gn1": 1, "gn2": 2}

# The first attempt of each rule cannot succeed. Slurm only books memory here: the job keeps to it by itself.
ATTEMPTS = """
rule all:
    input: "cancelled.txt", "too_long.txt", "too_large.txt"

rule cancelled:
    output: "cancelled.txt"
    resources: mem_mb=300, runtime=5, attempt=lambda wildcards, attempt: attempt
    shell: "[ {resources.attempt} -gt 1 ] || sleep 300; echo {resources.attempt} > {output}"

rule too_long:
    output: "too_long.txt"
    resources: mem_mb=300, runtime=lambda wildcards, attempt: attempt
    shell: "[ {resources.runtime} -gt 1 ] || sleep 300; echo {resources.runtime} > {output}"

rule too_large:
    output: "too_large.txt"
    resources: mem_mb=lambda wildcards, attempt: attempt * 300, runtime=5
    shell:
        "ulimit -v $(({resources.mem_mb} * 1024)); python -c 'bytearray(450_000_000)';"
        " echo {resources.mem_mb} > {output}"
"""


@pytest.fixture(scope="session")
def cluster():
    """A running cluster: one node without GPUs, one with one, one with two."""
    if reason := why_not():
        pytest.skip(reason)
    with tempfile.TemporaryDirectory(prefix="slurm") as folder, Cluster(Path(folder), NODES) as running:
        yield running


@pytest.fixture(scope="session")
def attempts(cluster, tmp_path_factory):
    """The workflow of rules that fail at first: started, one of its jobs cancelled.

    It waits for Slurm most of the time, so it goes on while other tests run.
    """
    folder = small_workflow(tmp_path_factory.mktemp("attempts"), ATTEMPTS)
    with Run(folder) as run:
        run.wait_until(lambda: cluster.is_running("cancelled"))
        cluster.cancel("cancelled")
        yield run
