"""Which jobs of a plan run for certain, and which depend on what others write.

Snakemake plans everything downstream of a job that runs, and runs it even if that job writes the same content
as before. If the study is planned again after that job, the downstream jobs have nothing to do.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import snakemake.api  # first: the modules of Snakemake import each other
import snakemake.dag


@dataclass(frozen=True)
class Reasons:
    """Why a job is in the plan, apart from jobs that run before it.

    own: settings, code, inputs that no job makes, forced, ... missing: it makes a file that does not exist.
    """

    own: bool
    missing: bool = False


@contextmanager
def own_reasons() -> Iterator[list[snakemake.dag.DAG]]:
    """Within the block, Snakemake's plans hold all reasons of every job; yields the plans that were made.

    Otherwise it skips what is downstream of a job that runs, so changed settings of such a job are not
    reported. It has no option to change that.
    """
    plans, DAG = [], snakemake.dag.DAG
    original = DAG.update_needrun

    async def update_needrun(plan: DAG, *arguments, **options) -> None:
        plan.bfs = lambda *search: ()  # finds the jobs to skip: none
        try:
            await original(plan, *arguments, **options)
        finally:
            del plan.bfs  # the method is there again
        plans.append(plan)

    DAG.update_needrun = update_needrun
    try:
        yield plans
    finally:
        DAG.update_needrun = original


def are_certain(
    reasons: Sequence[Reasons], inputs: Sequence[Collection[str]], outputs: Sequence[Collection[str]]
) -> list[bool]:
    """Whether each job of a plan runs whatever the others write.

    A job with a reason of its own does. A job that only makes a missing file does if the file is an end of
    the plan or an input of a certain job: a deleted file is not made again for other jobs.

    Parameters
    ----------
    reasons, inputs, outputs
        Those of each job, in an order in which the jobs can run.

    >>> edited, missing, neither = Reasons(own=True), Reasons(own=False, missing=True), Reasons(own=False)
    >>> are_certain([edited, neither, missing], [[], ["index"], ["faces"]], [["index"], ["faces"], ["page"]])
    [True, False, True]
    >>> are_certain([missing, edited, neither], [[], [], ["model", "index"]], [["model"], ["index"], ["b"]])
    [False, True, False]
    """
    wanted: dict[str, bool] = {}  # the inputs of the jobs so far, and whether one that is certain reads them
    certain = []
    for reason, reads, makes in zip(reversed(reasons), reversed(inputs), reversed(outputs), strict=True):
        readers = [wanted[path] for path in makes if path in wanted]
        certain.append(reason.own or (reason.missing and (not readers or any(readers))))
        wanted |= {path: certain[-1] or wanted.get(path, False) for path in reads}
    return certain[::-1]
