"""Writes results/provenance.json for the rule record_provenance, if another workflow imports this one."""

import json
from contextlib import chdir
from pathlib import Path

from workflow_scripts.common.command_line import run
from workflow_scripts.orchestration.dry_run import dry_run_records
from workflow_scripts.orchestration.provenance import write_records

OURS = "python -m workflow_scripts."  # the importing workflow has other jobs


def record_provenance(*, arguments: str, folder: Path, config: str, output: Path) -> None:
    """Write what Snakemake has recorded about the jobs of a run that is about to end.

    Parameters
    ----------
    arguments
        The arguments that Snakemake was called with, as a JSON list.
    folder
        The folder it was called in.
    config
        The checked configuration, as JSON.
    output
        The file to write.
    """
    with chdir(folder):
        *_, workflow = dry_run_records(json.loads(arguments))
    jobs = [job for job in workflow.dag.jobs if job.benchmark and OURS in (job.shellcmd or "")]
    write_records(jobs, workflow.persistence, json.loads(config), output)


if __name__ == "__main__":
    run(record_provenance)
