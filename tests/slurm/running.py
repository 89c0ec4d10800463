"""Snakemake with the profile of the repository, on the tests' cluster."""

import shutil
from pathlib import Path

from tests.running import SnakemakeRun
from tests.study_copy import REPOSITORY

# shorter waits than on a real cluster, where jobs take minutes and files come over a network
QUICK = ["--slurm-init-seconds-before-status-checks", "3", "--latency-wait", "10"]


def small_workflow(folder: Path, rules: str) -> Path:
    """A workflow of a few rules with the repository's profile, in `folder`."""
    shutil.copytree(REPOSITORY / "profiles/slurm", folder / "slurm")
    (folder / "config.yaml").write_text("{}\n")
    (folder / "Snakefile").write_text(rules)
    return folder


class Run(SnakemakeRun):
    """`snakemake --profile slurm` in `folder`, or another profile: a context, at whose end it is over."""

    def __init__(self, folder: Path, *arguments: str, profile: str | Path = "slurm"):
        super().__init__(folder, "--profile", str(profile), *QUICK, *arguments)
