"""Runs a plan in rounds: which jobs run before the rest is planned again."""

from collections.abc import Sequence

from workflow_scripts.common.errors import StudyError
from workflow_scripts.orchestration.dry_run import PlannedJob


def next_round(jobs: Sequence[PlannedJob]) -> list[PlannedJob]:
    """The jobs of a plan that run for certain and do not wait for one that is uncertain.

    Parameters
    ----------
    jobs
        The plan, in an order in which it can run.
    """
    found, open_files = [], set()
    for job in jobs:
        if job.certain and open_files.isdisjoint(job.inputs):
            found.append(job)
        else:
            open_files.update(job.outputs)
    made = {path for job in jobs for path in job.outputs}
    return found or [job for job in jobs if made.isdisjoint(job.inputs)]


def ends(jobs: Sequence[PlannedJob]) -> list[str]:
    """One file of each job that no other of `jobs` reads from: the targets of a round.

    No file of the other jobs may be named: Snakemake runs nothing downstream of a job given by --until.
    """
    read = {path for job in jobs for path in job.inputs}
    return [job.outputs[0] for job in jobs if read.isdisjoint(job.outputs)]


def refuse_repetition(round_jobs: Sequence[PlannedJob], left: Sequence[PlannedJob]) -> None:
    """Raise StudyError if a job that ran is planned again, which would never end."""
    ran = {job.outputs for job in round_jobs}
    again = [job for job in left if job.outputs in ran]
    if again:
        first = again[0]
        raise StudyError(
            f"{first.outputs[0]}: {first.rule} has run, and would run again ({first.reason}; "
            f"{len(again)} of {len(ran)} jobs). If something was edited meanwhile, start again; "
            "otherwise run the study with snakemake itself"
        )
